"""The load: wrk for HTTP/1.1, h2load for HTTP/2. Each answers calls, failures and latencies of one round."""

import json
import pathlib
import subprocess
import tempfile

from lab import HERE, on_core


def wrk(url, key, posted, connections, seconds, headers=()):
    """`posted` is a number of bytes, or the path of a body."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", str(HERE / "load.lua"), url, "--", key, str(posted), *headers]
    said = subprocess.run(on_core(1, command), check=True, text=True, stdout=subprocess.PIPE).stdout
    return json.loads(said.split("RESULT ", 1)[1])


def h2load(url, key, connections, seconds, more=()):
    """One call at a time on each connection, so that HTTP/2 is comparable with HTTP/1.1."""
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "calls"
        shape = ["-t1", f"-c{connections}", "-m1", f"-D{seconds}", f"--log-file={log}", *more]
        command = ["h2load", *shape, "-H", f"x-api-key: {key}", url]
        subprocess.run(on_core(1, command), check=True, stdout=subprocess.DEVNULL)
        # start in us, status, duration in us
        lines = [line.split() for line in log.read_text().splitlines()]
    failed = sum(1 for line in lines if line[1] != "200")
    durations = sorted(int(line[2]) for line in lines) or [0]
    at = lambda share: durations[min(int(len(durations) * share), len(durations) - 1)]
    latencies = {"p50_us": at(0.5), "p99_us": at(0.99), "p999_us": at(0.999)}
    return {"calls": len(lines), "seconds": seconds, "failed": failed, **latencies}
