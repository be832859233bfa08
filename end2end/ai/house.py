"""Gatehouse before a simulated vendor, with one api of a model of each kind of provider."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
# the kind of a provider, and where the simulated vendor speaks its dialect
VENDORS = {
    "openai": "/v1",
    "anthropic": "/v1",
    "gemini": "/v1beta",
    "bedrock": "",
    "mistral": "/mistral/v1",
    "cohere": "/v2",
    "ollama": "/api",
}
# where the simulated vendor wants more than any word
SECRETS = {"bedrock": json.dumps({"access_key_id": "AKIASIMULATED", "secret_access_key": "secret-of-AKIASIMULATED"})}
# where the name of a model says how it is asked for vectors
EMBEDDERS = {"bedrock": "cohere.embed-v4:0"}
PATIENCE = 30  # seconds until it must listen


def fail(line):
    print(f"clients: {line}", file=sys.stderr)
    sys.exit(1)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def built(name):
    """A program of the debug build."""
    path = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", CHECKOUT / "target")) / "debug" / name
    if not path.exists():
        fail(f"{path} is missing: build with `cargo build -p server` and `cargo build -p faultlab --example vendor`")
    return path


class House:
    def __init__(self, folder):
        self.running = []
        try:
            self.start(folder)
        except BaseException:
            self.end()
            raise

    def start(self, folder):
        vendor = subprocess.Popen([built("examples/vendor")], stdout=subprocess.PIPE, text=True)
        self.running.append(vendor)
        self.vendor = vendor.stdout.readline().strip()
        ports = {name: free_port() for name in ("portal", "gateway", "admin")}
        self.gateway = f"http://127.0.0.1:{ports['gateway']}"
        self.api = f"http://127.0.0.1:{ports['portal']}/api/v1"
        env = {
            **os.environ,
            "GATEHOUSE_DATA_DIR": str(folder),
            "GATEHOUSE_LOG": "warn",
            **{f"GATEHOUSE_{name.upper()}_LISTEN": f"127.0.0.1:{port}" for name, port in ports.items()},
        }
        binary = built("gatehouse")
        who = ["--email", "sdk@example.com", "--name", "sdk"]
        run = {"env": env, "check": True, "text": True, "stdout": subprocess.PIPE}
        account = [binary, "account", "create", *who, "--role", "administrator", "--password-stdin"]
        subprocess.run(account, input="a password for the clients\n", **run)
        self.token = subprocess.run([binary, "token", "create", *who], **run).stdout.split()[-1]
        server = subprocess.Popen([binary, "serve"], env=env, stdout=subprocess.PIPE, text=True)
        self.running.append(server)
        for line in server.stdout:
            if "gatehouse ready" in line:
                return self.fill()
        fail("gatehouse did not start")

    def call(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.api + path, data=data, method=method, headers=headers)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(request, timeout=PATIENCE) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            fail(f"{method} {path}: {error.code} {error.read().decode()}")

    def provider(self, kind, path):
        base = self.vendor + path
        body = {"name": kind, "kind": kind, "base_url": base, "keys": [{"name": "one", "secret": SECRETS.get(kind, "a-good-key")}]}
        if kind == "ollama":
            body |= {"settings": {"url": base}, "keys": []}
        if kind == "bedrock":
            body |= {"settings": {"region": "eu-central-1"}}
        return self.call("POST", "/providers", body)["id"]

    def fill(self):
        team = self.call("POST", "/teams", {"name": "Models"})["id"]
        models = []
        for kind, path in VENDORS.items():
            provider = self.provider(kind, path)
            for alias, model in ((kind, "sim-large"), (f"{kind}-embedding-001", EMBEDDERS.get(kind, "sim-embed"))):
                models.append({"alias": alias, "targets": [{"provider": provider, "model": model}]})
        api = self.call("POST", f"/teams/{team}/apis", {"name": "AI", "slug": "ai", "kind": "ai", "models": models})
        plan = api["plans"][0]["id"]
        self.call("PATCH", f"/apis/{api['id']}/plans/{plan}", {"approval": "automatic", "limits": {}})
        self.call("POST", f"/apis/{api['id']}/versions/v1/publish", {})
        application = self.call("POST", f"/teams/{team}/applications", {"name": "SDKs"})["id"]
        self.key = self.call("POST", f"/applications/{application}/credentials", {"name": "k"})["key"]
        self.call("POST", f"/applications/{application}/subscriptions", {"plan": plan})

    def end(self):
        for process in reversed(self.running):
            process.terminate()
            process.wait(PATIENCE)
