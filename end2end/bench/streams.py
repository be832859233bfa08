"""Streams: how long until the first event is there, and what many of them at the same time take."""

import selectors
import socket
import time
import urllib.parse

from lab import fail
from models import NotHere

FIRST = b"data:"
END = b"\r\n0\r\n\r\n"


def request(url, headers, body):
    address = urllib.parse.urlsplit(url)
    lines = [f"POST {address.path} HTTP/1.1", f"Host: {address.netloc}", f"Content-Length: {len(body)}", *headers]
    return (address.hostname, address.port), ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def first_events(url, headers, body, seconds):
    """Microseconds from the request to the first event, one stream after the other on one connection; sorted."""
    address, sent = request(url, headers, body)
    times, end = [], time.monotonic() + seconds
    with socket.create_connection(address) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.monotonic() < end:
            begin = time.perf_counter_ns()
            connection.sendall(sent)
            got = b""
            while FIRST not in got:
                got += received(connection, got)
            times.append((time.perf_counter_ns() - begin) / 1_000)
            while not got.endswith(END):
                got += received(connection, got)
            if not got.startswith(b"HTTP/1.1 200"):
                fail(f"{url}: {got[:300]!r}")
    return sorted(times)


def received(connection, before):
    got = connection.recv(1 << 16)
    if not got:
        fail(f"a stream ended early: {before[-300:]!r}")
    return got


def at_once(url, headers, body, count, measure):
    """Opens so many streams at the same time, calls `measure` when each has its first event and none its last, and reads
    them to their end. What `measure` said, and how many came to an end as they should."""
    address, sent = request(url, headers, body)
    got, chosen, measured, ended = {}, selectors.DefaultSelector(), None, 0
    try:
        for _ in range(count):
            connection = socket.create_connection(address)
            connection.sendall(sent)
            connection.setblocking(False)
            got[connection] = b""
            chosen.register(connection, selectors.EVENT_READ)
        waiting, deadline = set(got), time.monotonic() + 60
        while chosen.get_map() and time.monotonic() < deadline:
            for key, _ in chosen.select(1):
                connection = key.fileobj
                piece = connection.recv(1 << 16)
                got[connection] += piece
                if FIRST in got[connection]:
                    waiting.discard(connection)
                if got[connection].endswith(END) or not piece:
                    ended += got[connection].startswith(b"HTTP/1.1 200") and b"[DONE]" in got[connection]
                    chosen.unregister(connection)
            if measured is None and not waiting:
                if ended:
                    raise NotHere("the first streams ended before the last had begun")
                measured = measure()
    finally:
        for connection in got:
            connection.close()
    return measured, ended
