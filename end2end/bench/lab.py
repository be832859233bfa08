"""What the benchmark runs: nginx as the backend, nginx and Gatehouse as gateways, in a folder that goes with them."""

import datetime
import json
import os
import pathlib
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
# tool, and its Debian package
PACKAGES = {"nginx": "nginx-light", "wrk": "wrk", "h2load": "nghttp2-client", "taskset": "util-linux", "openssl": "openssl"}


def fail(line):
    print(f"bench: {line}", file=sys.stderr)
    sys.exit(1)


def need(*tools):
    missing = [tool for tool in tools if not find(tool)]
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        fail(f"needs {' and '.join(missing)}: install them, or run this as root on Debian")
    packages = [PACKAGES[tool] for tool in missing]
    subprocess.run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages], check=True, stdout=sys.stderr)


def find(tool):
    return shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def core(at):
    """The system's number of the first core that may be used, or of the second."""
    cores = sorted(os.sched_getaffinity(0))
    return cores[min(at, len(cores) - 1)]


def on_core(at, command):
    return ["taskset", "-c", str(core(at)), *command]


def direct(request):
    """What is answered to a request that no proxy passes on."""
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as response:
        return response.read()


def machine():
    """When, what and where, for the head of a table that is kept."""
    cpu = next(line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    commit = subprocess.run(["git", "-C", HERE, "rev-parse", "--short", "HEAD"], text=True, capture_output=True, check=False).stdout.strip()
    cores = len(os.sched_getaffinity(0))
    return f"{datetime.date.today()}, commit {commit}, {platform.system()} {platform.release()}, {cores} cores of {cpu}"


def target():
    """Where cargo puts what it builds."""
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR", CHECKOUT / "target"))


def gatehouse():
    binary = target() / "release" / "gatehouse"
    return binary if binary.exists() else fail(f"{binary} is missing: make bench builds it")


class Lab:
    """Everything that runs, in a folder that goes with it."""

    def __init__(self, parent=None):
        self.folder = tempfile.TemporaryDirectory(prefix="gatehouse-bench-", dir=parent)
        self.dir = pathlib.Path(self.folder.name)
        self.running = []
        # of each api its only plan, by the api's slug
        self.plans = {}
        self.ports = {name: free_port() for name in ("backend", "nginx", "nginx_tls", "gateway", "gateway_tls", "portal", "admin")}
        self.certify()

    def certify(self):
        """A certificate for both gateways, of the kind that most sites have."""
        (self.dir / "tls").mkdir()
        key, chain = self.dir / "tls" / "bench.key", self.dir / "tls" / "bench.pem"
        made = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        where = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", chain]
        subprocess.run(["openssl", "req", *made, *where], check=True, stderr=subprocess.DEVNULL)

    def start(self, at, command, **more):
        process = subprocess.Popen(on_core(at, [str(part) for part in command]), **more)
        self.running.append(process)
        return process

    def nginx(self, at, template, key=""):
        text = (HERE / template).read_text().replace("@DIR@", str(self.dir)).replace("@KEY@", key)
        for name, port in self.ports.items():
            text = text.replace(f"@{name.upper()}@", str(port))
        path = self.dir / template
        path.write_text(text)
        process = self.start(at, [find("nginx"), "-c", path, "-p", self.dir], stderr=subprocess.DEVNULL)
        self.await_port("backend" if template.startswith("backend") else "nginx")
        return int(pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])

    def port(self, name):
        """A free one for what else runs."""
        self.ports[name] = free_port()
        return self.ports[name]

    def await_port(self, name, seconds=10):
        for _ in range(20 * seconds):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.ports[name])) == 0:
                    return
            time.sleep(0.05)
        fail(f"nothing listens for {name}")

    def gatehouse(self):
        """Starts Gatehouse with an api before the backend; its process and a key that may call it."""
        binary = gatehouse()
        self.environment = {
            **os.environ,
            "GATEHOUSE_DATA_DIR": str(self.dir / "data"),
            "GATEHOUSE_GATEWAY_THREADS": "1",
            "GATEHOUSE_GATEWAY_TLS_LISTEN": f"127.0.0.1:{self.ports['gateway_tls']}",
            "GATEHOUSE_GATEWAY_TLS_DIR": str(self.dir / "tls"),
            "GATEHOUSE_LOG": "warn",
            **{f"GATEHOUSE_{name.upper()}_LISTEN": f"127.0.0.1:{self.ports[name]}" for name in ("gateway", "portal", "admin")},
        }
        who = ["--email", "bench@example.com", "--name", "bench"]
        account = [binary, "account", "create", *who, "--role", "administrator", "--password-stdin"]
        run = {"env": self.environment, "check": True, "text": True, "stdout": subprocess.PIPE}
        subprocess.run(account, input="a password for the benchmark\n", **run)
        token = subprocess.run([binary, "token", "create", *who], **run).stdout.split()[-1]
        pid = self.serve()
        self.management = Management(f"http://127.0.0.1:{self.ports['portal']}/api/v1", token)
        return pid, self.publish(self.management)

    def serve(self):
        process = self.start(0, [gatehouse(), "serve"], env=self.environment, stdout=subprocess.DEVNULL)
        self.await_port("portal")
        self.await_port("gateway")
        return process.pid

    def end(self, pid):
        """Ends one of what runs, as its operator would."""
        process = next(process for process in self.running if process.pid == pid)
        process.terminate()
        process.wait()

    def await_records(self):
        """Until every call is in the database."""
        metrics = f"http://127.0.0.1:{self.ports['admin']}/metrics"
        for _ in range(600):
            lines = direct(metrics).decode().splitlines()
            if any(line.split() == ["gatehouse_journal_pending_records", "0"] for line in lines):
                return
            time.sleep(0.1)
        fail("calls wait in the journal for a minute")

    def publish(self, api):
        """The api `bench`, with a limit of each kind, and `bare`, without limits; a key that may call both."""
        self.team = team = api.post("/teams", {"name": "Bench"})["id"]
        application = api.post(f"/teams/{team}/applications", {"name": "Load"})["id"]
        key = api.post(f"/applications/{application}/credentials", {"name": "load"})["key"]
        limits = {"rate": {"requests": 1_000_000, "seconds": 1}, "quota": {"requests": 10**12, "period": "month"}}
        for slug, limits in (("bench", limits), ("bare", {"rate": None, "quota": None})):
            upstream = {"url": f"http://127.0.0.1:{self.ports['backend']}"}
            made = api.post(f"/teams/{team}/apis", {"name": slug, "slug": slug, "kind": "rest", "upstream": upstream})
            plan = made["plans"][0]["id"]
            self.plans[slug] = plan
            api.send("PATCH", f"/apis/{made['id']}/plans/{plan}", {"approval": "automatic", "limits": limits})
            api.post(f"/apis/{made['id']}/versions/v1/publish", {})
            api.post(f"/applications/{application}/subscriptions", {"plan": plan})
        return key

    def stop(self):
        for process in reversed(self.running):
            process.terminate()
        for process in self.running:
            process.wait()
        self.folder.cleanup()


class Management:
    def __init__(self, base, token):
        self.base, self.token = base, token

    def post(self, path, body):
        return self.send("POST", path, body)

    def send(self, method, path, body):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, json.dumps(body).encode(), headers, method=method)
        try:
            return json.loads(direct(request) or b"null")
        except urllib.error.HTTPError as error:
            fail(f"{method} {path}: {error.code} {error.read().decode()}")
