"""What the benchmark of models runs: a vendor that is as fast as can be, and the gateways before it. Gatehouse, and where
they can be installed LiteLLM's proxy and Portkey's gateway, each with one process on the first core."""

import json
import os
import pathlib
import shutil
import subprocess

from lab import HERE, Lab

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "gatehouse" / "bench"
LITELLM = "litellm[proxy]==1.108.7"
PORTKEY = "@portkey-ai/gateway@1.15.2"
# the kind of a provider, a model that has a price, and the last part of the path that the vendor is asked at
DIALECTS = {"same": ("openai", "gpt-4o-mini", "chat/completions"), "translated": ("anthropic", "claude-haiku-4-5", "messages")}
# how the vendor answers
PACES = ("whole", "stream", "slow")
MASTER_KEY = "sk-bench"


class NotHere(Exception):
    """Why a gateway of others cannot be measured."""


class Gateway:
    """Where chat completions are asked for, and how; `pid` is None where that is the vendor itself. `again` starts it anew
    and answers the new one."""

    def __init__(self, name, pid, url, key="", header=lambda dialect, pace: (), settle=lambda: None, model=None, again=None):
        self.name, self.pid, self.url, self.key, self.header, self.settle = name, pid, url, key, header, settle
        self.model, self.again = model or alias, again

    def target(self, dialect, pace):
        """The address, and the headers beside those that all have."""
        return self.url(dialect, pace), [f"Authorization: Bearer {self.key or 'none'}", "Content-Type: application/json", *self.header(dialect, pace)]


def alias(dialect, pace):
    return f"{dialect}-{pace}"


class ModelsLab(Lab):
    def vendor(self):
        """Where the paces begin: `http://127.0.0.1:port`."""
        binary = self.dir / "vendor"
        subprocess.run(["cc", "-O2", "-o", binary, HERE / "vendor.c"], check=True)
        self.start(1, [binary, self.ports["backend"]])
        self.await_port("backend")
        return f"http://127.0.0.1:{self.ports['backend']}"

    def direct(self):
        base = self.vendor_url
        return Gateway("none", None, lambda dialect, pace: f"{base}/{pace}/v1/{DIALECTS[dialect][2]}")

    def all(self, only):
        """Every gateway that can be had, or those of the names; the vendor without one first. And why others cannot."""
        self.vendor_url = self.vendor()
        gateways, missing = [self.direct()], []
        for name, start in (("gatehouse", self.ours), ("litellm", self.litellm), ("portkey", self.portkey)):
            if only and name not in only:
                continue
            try:
                gateways.append(start())
            except (OSError, subprocess.CalledProcessError, NotHere) as error:
                missing.append(f"{name} is not measured: {error}")
        return gateways, missing

    def ours(self):
        pid, key = self.gatehouse()
        url = f"http://127.0.0.1:{self.ports['gateway']}/models/v1/chat/completions"
        return Gateway("gatehouse", pid, lambda dialect, pace: url, key, settle=self.await_records, again=self.again)

    def again(self, pid):
        self.end(pid)
        return self.serve()

    def publish(self, api):
        """An api of models with a limit of each kind, budgets on its team and application, and a key that may call it."""
        team = api.post("/teams", {"name": "Bench"})["id"]
        models = []
        for dialect, (kind, model, _) in DIALECTS.items():
            for pace in PACES:
                base = f"{self.vendor_url}/{pace}/v1"
                provider = {"name": f"{kind} {pace}", "kind": kind, "base_url": base, "keys": [{"name": "one", "secret": "bench-key"}]}
                target = {"provider": api.post("/providers", provider)["id"], "model": model}
                models.append({"alias": alias(dialect, pace), "targets": [target]})
        made = api.post(f"/teams/{team}/apis", {"name": "Models", "slug": "models", "kind": "ai", "models": models})
        plan = made["plans"][0]["id"]
        limits = {
            "rate": {"requests": 1_000_000, "seconds": 1},
            "quota": {"requests": 10**12, "period": "month"},
            "tokens": {"tokens": 10**12, "period": "month"},
            "cost": {"nano": 10**15, "period": "month"},
        }
        api.send("PATCH", f"/apis/{made['id']}/plans/{plan}", {"approval": "automatic", "limits": limits})
        api.post(f"/apis/{made['id']}/versions/v1/publish", {})
        application = api.post(f"/teams/{team}/applications", {"name": "Load"})["id"]
        api.post(f"/applications/{application}/subscriptions", {"plan": plan})
        for subject in (team, application):
            api.post("/budgets", {"subject": subject, "unit": "nano", "amount": 10**15, "period": "month"})
        return api.post(f"/applications/{application}/credentials", {"name": "load"})["key"]

    def litellm(self):
        """Its proxy, with a master key and the cost of each call. Without a database it has no other keys, no budgets,
        and keeps no calls."""
        home = CACHE / "litellm"
        installed(home, LITELLM, ["python3", "-m", "venv", home], [home / "bin" / "pip", "install", "--quiet", LITELLM])
        models = [
            {"model_name": alias(dialect, pace), "litellm_params": self.at_litellm(dialect, pace)} for dialect in DIALECTS for pace in PACES
        ]
        config = self.dir / "litellm.json"
        settings = {"drop_params": True, "telemetry": False}
        # JSON is YAML
        config.write_text(json.dumps({"model_list": models, "litellm_settings": settings, "general_settings": {"master_key": MASTER_KEY}}))
        environment = {**os.environ, "LITELLM_LOG": "ERROR", "LITELLM_MODE": "PRODUCTION", "LITELLM_LOCAL_MODEL_COST_MAP": "True", "NO_PROXY": "127.0.0.1"}
        command = [home / "bin" / "litellm", "--config", config, "--host", "127.0.0.1", "--port", self.port("litellm"), "--num_workers", "1"]
        process = self.start(0, command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.await_rival("litellm", 90)
        url = f"http://127.0.0.1:{self.ports['litellm']}/v1/chat/completions"
        return Gateway("litellm", process.pid, lambda dialect, pace: url, MASTER_KEY)

    def await_rival(self, name, seconds):
        try:
            self.await_port(name, seconds)
        except SystemExit:
            raise NotHere(f"it did not listen within {seconds} s") from None

    def at_litellm(self, dialect, pace):
        kind, model, _ = DIALECTS[dialect]
        base = f"{self.vendor_url}/{pace}" + ("/v1" if kind == "openai" else "")
        return {"model": f"{kind}/{model}", "api_base": base, "api_key": "bench-key"}

    def portkey(self):
        """Its open gateway: it translates and passes on; keys of its own, limits, budgets and a record of calls are in the
        hosted one only."""
        home = CACHE / "portkey"
        installed(home, PORTKEY, ["npm", "install", "--prefix", home, "--no-audit", "--no-fund", "--loglevel=error", PORTKEY])
        script = home / "node_modules" / "@portkey-ai" / "gateway" / "build" / "start-server.js"
        environment = {**os.environ, "NODE_ENV": "production", "TRUSTED_CUSTOM_HOSTS": "127.0.0.1"}
        command = ["node", script, f"--port={self.port('portkey')}", "--headless"]
        process = self.start(0, command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.await_rival("portkey", 30)
        url = f"http://127.0.0.1:{self.ports['portkey']}/v1/chat/completions"

        def header(dialect, pace):
            return f"x-portkey-provider: {DIALECTS[dialect][0]}", f"x-portkey-custom-host: {self.vendor_url}/{pace}/v1"

        return Gateway("portkey", process.pid, lambda dialect, pace: url, "bench-key", header, model=lambda dialect, pace: DIALECTS[dialect][1])


def installed(home, package, *commands):
    """Puts a package in a folder of its own, unless it is there."""
    mark = home / "installed.txt"
    if mark.exists() and mark.read_text() == package:
        return
    if not shutil.which(commands[0][0]):
        raise NotHere(f"{commands[0][0]} is missing")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    for command in commands:
        subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    mark.write_text(package)
