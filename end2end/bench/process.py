"""What a process has taken."""

import os
import pathlib

TICK = os.sysconf("SC_CLK_TCK")


def seconds_of(stat):
    fields = stat.rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def processor_time(pid):
    """Seconds of the threads that serve calls, and of the whole process."""
    whole = seconds_of(pathlib.Path(f"/proc/{pid}/stat").read_text())
    serving = [
        seconds_of((task / "stat").read_text())
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
        if (task / "comm").read_text().startswith("gateway-")
    ]
    return (sum(serving) if serving else whole), whole


def resident_mb(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024, 1)
