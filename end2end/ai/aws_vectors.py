#!/usr/bin/env python3
"""Writes what server/ai's signatures and frames of Amazon's are compared with: botocore's own.

Run by hand, when a case is added:

    pip install --target /tmp/botocore botocore
    PYTHONPATH=/tmp/botocore python3 end2end/ai/aws_vectors.py

server/ai/tests/aws/sigv4.json         requests and the headers that botocore.auth.SigV4Auth gives them
server/ai/tests/aws/paths.json         models and the paths that botocore's serializer makes of them
server/ai/tests/aws/event_stream.json  messages built here, and what botocore.eventstream reads in them

Keys are Amazon's published examples.
"""

import binascii
import datetime
import hashlib
import json
import pathlib
import struct
import urllib.parse

import botocore.auth
import botocore.session
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.eventstream import EventStreamBuffer, ParserError
from botocore.serialize import create_serializer

OUT = pathlib.Path(__file__).parents[2] / "server/ai/tests/aws"
ACCESS = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeo="
PROFILE = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6"
CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
JSON = [("content-type", "application/json")]
NOON = 1_772_366_400  # 2026-03-01T12:00:00Z

# name, method, host, path, query, headers, body, token, region, service, time
SIGNED = [
    ("get without anything", "GET", "example.amazonaws.com", "/", "", [], "", None, "us-east-1", "service", 1_440_938_160),
    ("post to a model", "POST", "bedrock-runtime.us-east-1.amazonaws.com", "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse", "", JSON, '{"messages":[]}', None, "us-east-1", "bedrock", NOON),
    ("an ARN in the path", "POST", "bedrock-runtime.us-east-1.amazonaws.com", "/model/" + urllib.parse.quote(PROFILE, safe="-._~") + "/converse-stream", "", JSON, "{}", None, "us-east-1", "bedrock", NOON),
    ("a session token", "POST", "bedrock-runtime.eu-central-1.amazonaws.com", "/model/amazon.nova-pro-v1%3A0/converse", "", JSON, "{}", TOKEN, "eu-central-1", "bedrock", NOON + 1),
    ("a query out of order", "GET", "bedrock.us-west-2.amazonaws.com", "/inference-profiles", "type=SYSTEM&maxResults=10&a=2&a=1&empty=&flag&u=%C3%A9%20x", [("accept", "application/json")], "", None, "us-west-2", "bedrock", NOON),
    ("letters beyond ASCII", "POST", "bedrock-runtime.us-east-1.amazonaws.com", "/model/%E6%A8%A1%E5%9E%8B/converse", "", JSON, '{"system":[{"text":"Grüße, 世界 🌍"}]}', None, "us-east-1", "bedrock", NOON),
    ("an empty body", "POST", "bedrock-runtime.us-east-1.amazonaws.com", "/model/m/converse", "", [], "", None, "us-east-1", "bedrock", 951_827_696),
    ("spaces in headers", "POST", "bedrock-runtime.us-east-1.amazonaws.com", "/model/m/converse", "", [("Content-Type", "application/json"), ("X-Amzn-Bedrock-Trace", "  a   b\t c  "), ("My-Header", "1"), ("my-header", "2")], "{}", None, "us-east-1", "bedrock", NOON),
    ("a host with a port", "POST", "localhost:9000", "/model/m/converse", "", JSON, "{}", TOKEN, "us-east-1", "bedrock", NOON),
    ("a path with dots", "GET", "bedrock-runtime.us-east-1.amazonaws.com", "/a/./b/../c//d~e f/".replace(" ", "%20"), "", [], "", None, "us-gov-west-1", "bedrock", NOON),
]

MODELS = [CLAUDE, PROFILE, "anthropic.claude-3-haiku-20240307-v1:0", "plain", "a b/ü~x", "arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint"]


def signed(name, method, host, path, query, headers, body, token, region, service, time):
    """The headers that botocore adds, in small letters."""
    body_hash = hashlib.sha256(body.encode()).hexdigest()
    request = AWSRequest(method=method, url=f"https://{host}{path}" + (f"?{query}" if query else ""), data=body.encode())
    for field, value in headers:
        request.headers.add_header(field, value)
    request.headers["X-Amz-Content-SHA256"] = body_hash
    botocore.auth.get_current_datetime = lambda: datetime.datetime.fromtimestamp(time, datetime.timezone.utc)
    given = {field.lower() for field, _ in headers}
    botocore.auth.SigV4Auth(Credentials(ACCESS, SECRET, token), service, region).add_auth(request)
    expected = {field.lower(): value for field, value in request.headers.items() if field.lower() not in given}
    return {
        "name": name, "method": method, "host": host, "path": path, "query": query, "headers": headers, "body": body,
        "access_key": ACCESS, "secret_key": SECRET, "session_token": token, "region": region, "service": service,
        "time": time, "expected": expected,
    }


def paths():
    model = botocore.session.get_session().get_service_model("bedrock-runtime")
    serializer = create_serializer("rest-json")

    def path(name, operation):
        request = serializer.serialize_to_request({"modelId": name, "messages": []}, model.operation_model(operation))
        return request["url_path"]

    return [{"model": name, "whole": path(name, "Converse"), "stream": path(name, "ConverseStream")} for name in MODELS]


def header(name, kind, value):
    return struct.pack("!B", len(name)) + name.encode() + struct.pack("!B", kind) + value


def text(name, value):
    return header(name, 7, struct.pack("!H", len(value.encode())) + value.encode())


def message(headers, payload):
    head = struct.pack("!II", 16 + len(headers) + len(payload), len(headers))
    head += struct.pack("!I", binascii.crc32(head))
    whole = head + headers + payload
    return whole + struct.pack("!I", binascii.crc32(whole))


def typed(kind, name, payload):
    headers = text(f":{kind}-type", name) + text(":content-type", "application/json") + text(":message-type", kind)
    return message(headers, payload)


def frames():
    every = (
        header("a", 0, b"") + header("b", 1, b"") + header("c", 2, b"\xff") + header("d", 3, b"\x01\x02")
        + header("e", 4, b"\0\0\0\1") + header("f", 5, b"\0" * 8) + header("g", 6, b"\0\3abc")
        + header("h", 8, b"\0" * 8) + header("i", 9, b"u" * 16)
        + text(":message-type", "event") + text(":event-type", "messageStop")
    )
    protocol = text(":message-type", "error") + text(":error-code", "InternalError") + text(":error-message", "went wrong")
    # name, bytes, whether `encode` makes the same
    good = [
        ("an event", typed("event", "contentBlockDelta", '{"contentBlockIndex":0,"delta":{"text":"Grüße 🌍"}}'.encode()), True),
        ("an empty payload", typed("event", "messageStop", b""), True),
        ("an exception", typed("exception", "throttlingException", b'{"message":"slow down"}'), True),
        ("headers of every type", message(every, b'{"stopReason":"end_turn"}'), False),
        ("an error of the protocol", message(protocol, b""), False),
        ("no headers", message(b"", b"{}"), False),
    ]
    out = []
    for name, data, ours in good:
        buffer = EventStreamBuffer()
        buffer.add_data(data)
        [read] = list(buffer)
        kind = read.headers.get(":message-type")
        event, payload = read.headers.get(":event-type", ""), read.payload.decode()
        if kind == "exception":
            event = "exception:" + read.headers[":exception-type"]
        elif kind == "error":
            event = "exception:" + read.headers[":error-code"]
            payload = json.dumps({"message": read.headers[":error-message"]}, separators=(",", ":"))
        out.append({"name": name, "hex": data.hex(), "event": event, "data": payload, "ours": ours})
    return out


def broken():
    whole = typed("event", "messageStop", b"{}")
    flip = lambda at: whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:]
    cases = [
        ("a wrong length", flip(3)), ("a wrong checksum of the lengths", flip(9)), ("a wrong name", flip(20)),
        ("a wrong payload", flip(len(whole) - 6)), ("a wrong checksum", flip(len(whole) - 1)),
    ]
    for name, data in cases:
        buffer = EventStreamBuffer()
        buffer.add_data(data)
        try:
            raise SystemExit(f"botocore takes {name}: {list(buffer)}")
        except ParserError:
            pass
    return [{"name": name, "hex": data.hex()} for name, data in cases]


def write(name, value):
    (OUT / name).write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


write("sigv4.json", [signed(*case) for case in SIGNED])
write("paths.json", paths())
write("event_stream.json", {"good": frames(), "broken": broken()})
