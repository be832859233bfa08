"""clients.py [--write]: the vendors' own SDKs as clients of Gatehouse, before simulated vendors of every dialect.

Nothing of an SDK is changed but its base URL and its key. Each check is one row, each vendor one column; `--write` keeps
the table in MATRIX.md. Needs a build (`cargo build -p server` and `cargo build -p faultlab --example vendor`) and the
packages of requirements.txt.
"""

import argparse
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
# the kind of a provider, and where the simulated vendor speaks its dialect
VENDORS = {"openai": "/v1", "anthropic": "/v1", "gemini": "/v1beta", "mistral": "/mistral/v1", "cohere": "/v2", "ollama": "/api"}
SCHEMA = {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}, "additionalProperties": False}
CHECKS = []


def check(of):
    CHECKS.append(of)
    return of


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class House:
    """Gatehouse before a simulated vendor, with one api of a model of each kind of provider."""

    def __init__(self, folder):
        target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", CHECKOUT / "target")) / "debug"
        self.vendor = subprocess.Popen([target / "examples" / "vendor"], stdout=subprocess.PIPE, text=True)
        self.vendor_url = self.vendor.stdout.readline().strip()
        portal, gateway, admin = free_port(), free_port(), free_port()
        self.gateway = f"http://127.0.0.1:{gateway}"
        self.api = f"http://127.0.0.1:{portal}/api/v1"
        env = {
            **os.environ,
            "GATEHOUSE_DATA_DIR": str(folder),
            "GATEHOUSE_LOG": "warn",
            "GATEHOUSE_PORTAL_LISTEN": f"127.0.0.1:{portal}",
            "GATEHOUSE_GATEWAY_LISTEN": f"127.0.0.1:{gateway}",
            "GATEHOUSE_ADMIN_LISTEN": f"127.0.0.1:{admin}",
        }
        binary = target / "gatehouse"
        who = ["--email", "sdk@example.com", "--name", "sdk"]
        run = {"env": env, "check": True, "text": True, "stdout": subprocess.PIPE}
        account = [binary, "account", "create", *who, "--role", "administrator", "--password-stdin"]
        subprocess.run(account, input="a password for the clients\n", **run)
        self.token = subprocess.run([binary, "token", "create", *who], **run).stdout.split()[-1]
        self.server = subprocess.Popen([binary, "serve"], env=env, stdout=subprocess.PIPE, text=True)
        while "gatehouse ready" not in self.server.stdout.readline():
            if self.server.poll() is not None:
                sys.exit("clients: gatehouse did not start")
        self.fill()

    def call(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.api + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            sys.exit(f"clients: {method} {path}: {error.read().decode()}")

    def fill(self):
        team = self.call("POST", "/teams", {"name": "Models"})["id"]
        models = []
        for kind, path in VENDORS.items():
            base = self.vendor_url + path
            provider = {"name": kind, "kind": kind, "base_url": base, "keys": [{"name": "one", "secret": "a-good-key"}]}
            if kind == "ollama":
                provider |= {"settings": {"url": base}, "keys": []}
            made = self.call("POST", "/providers", provider)["id"]
            models.append({"alias": kind, "targets": [{"provider": made, "model": "sim-large"}]})
        api = self.call("POST", f"/teams/{team}/apis", {"name": "AI", "slug": "ai", "kind": "ai", "models": models})
        plan = api["plans"][0]["id"]
        self.call("PATCH", f"/apis/{api['id']}/plans/{plan}", {"approval": "automatic"})
        self.call("POST", f"/apis/{api['id']}/versions/v1/publish", {})
        application = self.call("POST", f"/teams/{team}/applications", {"name": "SDKs"})["id"]
        self.key = self.call("POST", f"/applications/{application}/credentials", {"name": "k"})["key"]
        self.call("POST", f"/applications/{application}/subscriptions", {"plan": plan})

    def end(self):
        for process in (self.server, self.vendor):
            process.terminate()
            process.wait(30)


def openai_client(house):
    import openai

    return openai.OpenAI(api_key=house.key, base_url=f"{house.gateway}/ai/v1", max_retries=0)


def anthropic_client(house):
    import anthropic

    return anthropic.Anthropic(api_key=house.key, base_url=f"{house.gateway}/ai", max_retries=0)


def google_client(house):
    from google import genai

    return genai.Client(api_key=house.key, http_options=genai.types.HttpOptions(base_url=f"{house.gateway}/ai"))


OPENAI_TOOL = [{"type": "function", "function": {"name": "weather", "strict": True, "parameters": SCHEMA}}]


@check
def openai_chat(house, model):
    answer = openai_client(house).chat.completions.create(model=model, messages=[{"role": "user", "content": "hi"}])
    assert answer.choices[0].message.content == "You said: hi", answer
    assert answer.usage.prompt_tokens > 0 and answer.choices[0].finish_reason == "stop", answer


@check
def openai_chat_stream(house, model):
    asked = {"stream": True, "stream_options": {"include_usage": True}, "messages": [{"role": "user", "content": "hi"}]}
    chunks = list(openai_client(house).chat.completions.create(model=model, **asked))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == "You said: hi" and chunks[-1].usage.completion_tokens > 0, chunks


@check
def openai_chat_tools(house, model):
    client, asked = openai_client(house), [{"role": "user", "content": "#tool"}]
    with client.chat.completions.stream(model=model, tools=OPENAI_TOOL, messages=asked) as stream:
        for _ in stream:
            pass
        message = stream.get_final_completion().choices[0].message
    call = message.tool_calls[0]
    assert call.function.parsed_arguments == {"city": "x"}, message
    asked += [message.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": call.id, "content": "sun"}]
    answer = client.chat.completions.create(model=model, tools=OPENAI_TOOL, messages=asked)
    assert answer.choices[0].message.content == "The tool said: sun", answer


@check
def openai_chat_parse(house, model):
    import pydantic

    class Place(pydantic.BaseModel):
        city: str

    asked = [{"role": "user", "content": "where"}]
    answer = openai_client(house).chat.completions.parse(model=model, messages=asked, response_format=Place)
    assert answer.choices[0].message.parsed == Place(city="x"), answer


@check
def openai_chat_images(house, model):
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    asked = [{"role": "user", "content": [{"type": "text", "text": "look"}, image]}]
    answer = openai_client(house).chat.completions.create(model=model, messages=asked)
    assert "1 image" in answer.choices[0].message.content, answer


@check
def openai_errors(house, model):
    import openai

    for status, kind in ((400, openai.BadRequestError), (500, openai.InternalServerError)):
        asked = [{"role": "user", "content": f"#error {status}"}]
        try:
            openai_client(house).chat.completions.create(model=model, messages=asked)
            raise AssertionError(f"no error for {status}")
        except kind as error:
            assert error.message
    asked = [{"role": "user", "content": "a b #midstream-error"}]
    try:
        list(openai_client(house).chat.completions.create(model=model, stream=True, messages=asked))
        raise AssertionError("no error in the stream")
    except openai.APIError:
        pass


@check
def openai_responses(house, model):
    answer = openai_client(house).responses.create(model=model, input="hi")
    assert answer.output_text == "You said: hi" and answer.usage.output_tokens > 0, answer


@check
def openai_responses_stream_tools(house, model):
    tool = [{"type": "function", "name": "weather", "parameters": SCHEMA, "strict": True}]
    client = openai_client(house)
    with client.responses.stream(model=model, input="#tool", tools=tool) as stream:
        for _ in stream:
            pass
        first = stream.get_final_response()
    call = next(item for item in first.output if item.type == "function_call")
    assert json.loads(call.arguments) == {"city": "x"}, first
    history = [{"role": "user", "content": "#tool"}, *[item.model_dump(exclude_none=True) for item in first.output]]
    history += [{"type": "function_call_output", "call_id": call.call_id, "output": "sun"}]
    assert client.responses.create(model=model, input=history, tools=tool).output_text == "The tool said: sun"


@check
def openai_models(house, model):
    assert model in [listed.id for listed in openai_client(house).models.list()]


ANTHROPIC_TOOL = [{"name": "weather", "input_schema": SCHEMA}]


@check
def anthropic_messages(house, model):
    asked = [{"role": "user", "content": "hi"}]
    answer = anthropic_client(house).messages.create(model=model, max_tokens=50, messages=asked)
    assert answer.content[-1].text == "You said: hi" and answer.usage.output_tokens > 0, answer
    assert answer.stop_reason == "end_turn", answer


@check
def anthropic_stream_tools(house, model):
    client, asked = anthropic_client(house), [{"role": "user", "content": "#tool"}]
    with client.messages.stream(model=model, max_tokens=50, tools=ANTHROPIC_TOOL, messages=asked) as stream:
        first = stream.get_final_message()
    call = next(block for block in first.content if block.type == "tool_use")
    assert call.input == {"city": "x"} and first.stop_reason == "tool_use", first
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "sun"}
    asked += [{"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}]
    answer = client.messages.create(model=model, max_tokens=50, tools=ANTHROPIC_TOOL, messages=asked)
    assert answer.content[-1].text == "The tool said: sun", answer


@check
def anthropic_errors(house, model):
    import anthropic

    try:
        asked = [{"role": "user", "content": "#error 503"}]
        anthropic_client(house).messages.create(model=model, max_tokens=5, messages=asked)
        raise AssertionError("no error")
    except anthropic.APIStatusError as error:
        assert error.status_code in (500, 503, 529), error
    try:
        asked = [{"role": "user", "content": "a b #midstream-error"}]
        with anthropic_client(house).messages.stream(model=model, max_tokens=50, messages=asked) as stream:
            stream.get_final_message()
        raise AssertionError("no error in the stream")
    except anthropic.APIError:
        pass


@check
def google_generate(house, model):
    client = google_client(house)
    answer = client.models.generate_content(model=model, contents="hi")
    assert answer.text == "You said: hi" and answer.usage_metadata.candidates_token_count > 0, answer


@check
def google_stream(house, model):
    client = google_client(house)
    pieces = list(client.models.generate_content_stream(model=model, contents="hi"))
    assert "".join(piece.text or "" for piece in pieces) == "You said: hi", pieces


@check
def google_tools(house, model):
    from google.genai import types

    function = {"name": "weather", "parameters_json_schema": SCHEMA}
    config = types.GenerateContentConfig(
        tools=[types.Tool(function_declarations=[function])],
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )
    client = google_client(house)
    first = client.models.generate_content(model=model, contents="#tool", config=config)
    call = first.function_calls[0]
    assert call.args == {"city": "x"}, first
    result = types.Part.from_function_response(name="weather", response={"result": "sun"})
    history = [
        types.Content(role="user", parts=[types.Part(text="#tool")]),
        first.candidates[0].content,
        types.Content(role="user", parts=[result]),
    ]
    answer = client.models.generate_content(model=model, contents=history, config=config)
    assert answer.text.startswith("The tool said:") and "sun" in answer.text, answer


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--write", action="store_true")
    options = options.parse_args()
    rows, failed = [], 0
    with tempfile.TemporaryDirectory(prefix="gatehouse-ai-") as folder:
        house = House(folder)
        try:
            for of in CHECKS:
                row = [of.__name__]
                for model in VENDORS:
                    try:
                        of(house, model)
                        row.append("yes")
                    except Exception:
                        failed += 1
                        row.append("no")
                        print(f"---- {of.__name__} with {model}", file=sys.stderr)
                        traceback.print_exc(limit=3)
                rows.append(row)
                print(" ".join(f"{cell:>10}" for cell in row), flush=True)
        finally:
            house.end()
    if options.write:
        versions = ", ".join((HERE / "requirements.txt").read_text().split())
        lines = ["# The vendors' SDKs as clients", "", f"Made by `clients.py --write`, {time.strftime('%Y-%m-%d')}; {versions}.", ""]
        lines += ["| check | " + " | ".join(VENDORS) + " |", "|---|" + "---|" * len(VENDORS)]
        lines += ["| " + " | ".join(row) + " |" for row in rows]
        (HERE / "MATRIX.md").write_text("\n".join(lines) + "\n")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
