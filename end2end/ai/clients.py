"""clients.py [--write] [--only TEXT]: the vendors' own SDKs as clients of Gatehouse, before simulated vendors of every dialect.

Nothing of an SDK is changed but its base URL and its key. Each check is one row, each vendor one column. MATRIX.md says
what is expected: a cell that is no more as it is there, for better or worse, fails the run. `--write` keeps what came out
there. Needs a debug build, the packages of requirements.txt, and those of package.json: `run` puts them in place.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import traceback

import with_anthropic  # noqa: F401
import with_google  # noqa: F401
import with_openai  # noqa: F401
from checks import CHECKS
from house import HERE, VENDORS, House

MATRIX = HERE / "MATRIX.md"
LONGEST_WHY = 110
NODE_SECONDS = 300


def why(error):
    """In a few words, without what differs between two runs."""
    return shortened(" ".join(str(error).split()) or type(error).__name__)


def shortened(text):
    said = re.search(r"['\"](?:message|detail)['\"]: ['\"](.*?)['\"](?:,|})", text)
    text = said.group(1) if said else text
    for before in (r"\w*Error: ", r"(Error code: )?\d{3} (- )?", "The model's provider cannot do that: ", "the provider of the model "):
        text = re.sub(f"^{before}", "", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", text).replace("|", "/")
    return text if len(text) <= LONGEST_WHY else text[:LONGEST_WHY] + "…"


def of_python(house, only):
    for of in CHECKS:
        if only not in of.__name__:
            continue
        row = {}
        for model in VENDORS:
            try:
                of(house, model)
                row[model] = "yes"
            except Exception as error:
                row[model] = f"no: {why(error)}"
                print(f"---- {of.__name__} with {model}", file=sys.stderr)
                traceback.print_exc(limit=-2)
        yield of.__name__, row


def of_javascript(house, only):
    """One line of JSON from each check with each model."""
    asked = {"gateway": house.gateway, "key": house.key, "models": list(VENDORS), "only": only}
    node = subprocess.run(
        ["node", HERE / "javascript.mjs", json.dumps(asked)], stdout=subprocess.PIPE, text=True, check=True, timeout=NODE_SECONDS
    )
    rows = {}
    for line in node.stdout.splitlines():
        told = json.loads(line)
        rows.setdefault(told["check"], {})[told["model"]] = f"no: {shortened(told['why'])}" if told["why"] else "yes"
    return rows.items()


def expected():
    """The cells of MATRIX.md, `yes` or `no`, by check and model."""
    cells = {}
    for line in MATRIX.read_text().splitlines():
        row = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and row[0] != "check":
            cells[row[0]] = {model: cell.split(":")[0] for model, cell in zip(VENDORS, row[1:])}
    return cells


def differences(rows):
    before = expected()
    for name, row in rows:
        for model, cell in row.items():
            was = before.get(name, {}).get(model, "missing")
            if cell.split(":")[0] != was:
                yield f"{name} with {model}: {was} in MATRIX.md, now {cell}"


def said(command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def write(rows):
    tried = (HERE / "requirements.txt").read_text().split("\n\n")[0].splitlines()
    pinned = [line for line in tried if not line.startswith("#")]
    packages = json.loads((HERE / "package.json").read_text())["dependencies"]
    scripts = [f"{name}@{version}" for name, version in packages.items()]
    versions = f"Python {sys.version.split()[0]} with {', '.join(pinned)}; Node {said(['node', '--version'])} with {', '.join(scripts)}"
    lines = ["# The vendors' SDKs as clients", "", f"Made by `run --write`, {time.strftime('%Y-%m-%d')}; {versions}."]
    lines += ["Nothing of them is changed but base URL and key; the vendors are simulated. `js_` is `openai` of npm, `ai_` the AI SDK.", ""]
    lines += ["| check | " + " | ".join(VENDORS) + " |", "|---|" + "---|" * len(VENDORS)]
    lines += [f"| {name} | " + " | ".join(row.get(model, "no: not tried") for model in VENDORS) + " |" for name, row in rows]
    MATRIX.write_text("\n".join(lines) + "\n")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--write", action="store_true", help="keep the table in MATRIX.md")
    options.add_argument("--only", default="", help="only checks whose name contains this")
    options = options.parse_args()
    if options.write and options.only:
        sys.exit("clients: --write needs all checks")
    rows = []
    with tempfile.TemporaryDirectory(prefix="gatehouse-ai-") as folder:
        house = House(pathlib.Path(folder))
        try:
            for name, row in (*of_python(house, options.only), *of_javascript(house, options.only)):
                rows.append((name, row))
                print(f"{name:32}" + " ".join(f"{row.get(model, '-').split(':')[0]:>9}" for model in VENDORS), flush=True)
        finally:
            house.end()
    if not rows:
        sys.exit("clients: no check has such a name")
    if options.write:
        return write(rows)
    found = list(differences(rows))
    missing = set(expected()) - {name for name, _ in rows} if not options.only else set()
    found += [f"{name}: in MATRIX.md, and no more tried" for name in sorted(missing)]
    for line in found:
        print(f"clients: {line}", file=sys.stderr)
    tried = sum(len(row) for _, row in rows)
    print(f"{tried - len(found)} passed, {len(found)} failed" if tried else "0 passed")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
