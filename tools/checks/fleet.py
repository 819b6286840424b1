"""The fleet of bridges (bridges/fleet): what the programs that are used say of its files, and a try with three nodes of each bridge."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from . import reports
from .graph import Stage
from .places import PREFIX, ROOT, TARGET, new_report

FILES = ROOT / "bridges/fleet"
PROXY = ROOT / "bridges/audiosocket/haproxy.cfg"
TESTS = ROOT / "tests/bridges/fleet"
FOLDER = ROOT / "build/prove/fleet"
RESULTS = FOLDER / "results.json"
CALLS = int(os.environ.get("PALABRA_FLEET_CALLS", "100"))
SIP_CALLS = int(os.environ.get("PALABRA_FLEET_SIP_CALLS", "30"))

TOOLS = Stage("fleet-tools", lambda shell: None, needs=("system",), groups=("sip", "fleet"))


def run(shell):
    cases, skipped = [], []
    for program, check in FILES_OF.items():
        if shutil.which(program):
            cases += [(f"{program}: {name}", why) for name, why in check()]
        else:
            skipped.append(f"{program} is not installed")
    why_not = _missing()
    if why_not:
        skipped.append(f"the try: {why_not}")
    else:
        cases += _try(shell)
    for name, why in cases:
        shell.say(f"{'FAILED' if why else 'ok'} {name}{': ' + why if why else ''}\n")
    for why in skipped:
        shell.say(f"skipped: {why}\n")
    report = new_report("fleet.xml")
    reports.write_junit(report, "fleet", cases, skipped)
    return reports.junit(report)


# --- What its program says of each file --------------------------------------------------------------------------------


def _says(*command, cwd=None):
    """None if it is content."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd=cwd)
    return done.stdout if done.returncode else None


def _kamailio():
    with tempfile.TemporaryDirectory() as folder:
        yield "kamailio.cfg", _says("kamailio", "-c", "-f", str(FILES / "kamailio.cfg"), "-A", f'NODES="{FILES / "dispatcher.list"}"', "-A", f'CONTROL="unixs:{folder}/control"')


def _haproxy():
    yield PROXY.name, _says("haproxy", "-c", "-f", str(PROXY))


def _promtool():
    yield "prometheus.yml", _says("promtool", "check", "config", str(FILES / "prometheus.yml"))
    yield "alerts.test.yml", _says("promtool", "test", "rules", "alerts.test.yml", cwd=FILES)


def _systemd():
    """The programs that the units start need not be installed here."""
    with tempfile.TemporaryDirectory() as folder:
        for unit in sorted((FILES / "systemd").glob("*.service")):
            copy = pathlib.Path(folder) / unit.name.replace("@", "@a")
            copy.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
            done = subprocess.run(["systemd-analyze", "verify", str(copy)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            yield unit.name, done.stdout or None


FILES_OF = {"kamailio": _kamailio, "haproxy": _haproxy, "promtool": _promtool, "systemd-analyze": _systemd}


# --- The try -----------------------------------------------------------------------------------------------------------


def _missing():
    """Why the try cannot be made; empty if it can."""
    if not (PREFIX / "lib/baresip/modules/palabra.so").exists():
        return "the headers of libre are not installed"
    return subprocess.run([sys.executable, TESTS / "places.py"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def _try(shell):
    FOLDER.mkdir(parents=True, exist_ok=True)
    RESULTS.unlink(missing_ok=True)
    shell.run("cargo", "build", "--profile", "devserver", "--locked", "-p", "palabra-devserver")
    crowd = FOLDER / "crowd"
    shell.run("cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", TESTS / "crowd.c", "-o", crowd)
    shell.passes(sys.executable, TESTS / "main.py", "--program", PREFIX / "bin/palabra-audiosocket", "--module", PREFIX / "lib/baresip/modules/palabra.so", "--crowd", crowd,
                 "--devserver", TARGET / "devserver/palabra-devserver", "--results", RESULTS, "--calls", CALLS, "--sip-calls", SIP_CALLS,
                 env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    if not RESULTS.exists():
        return [("the try", "it ended without a result")]
    return list(json.loads(RESULTS.read_text(encoding="utf-8"))["cases"].items())


def figures():
    """For the page of what was proved."""
    try:
        found = json.loads(RESULTS.read_text(encoding="utf-8"))["found"]
    except (OSError, ValueError):
        return []
    lines = []
    for kind, rows in found.items():
        shown = lambda value: ", ".join(f"{name}: {one}" for name, one in value.items()) if isinstance(value, dict) else value  # noqa: E731
        lines += [f"{kind}:", "", "| | |", "|---|---|", *(f"| {name} | {shown(value)} |" for name, value in rows.items() if name != "graphs"), ""]
    return lines
