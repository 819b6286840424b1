"""The fleet of bridges (bridges/fleet): what the programs that are used say of its files."""

import pathlib
import re
import shutil
import subprocess
import tempfile

from . import reports
from .graph import Stage
from .places import ROOT, new_report

FILES = ROOT / "bridges/fleet"
PROXY = ROOT / "bridges/audiosocket/haproxy.cfg"

TOOLS = Stage("fleet-tools", lambda shell: None, needs=("system",), groups=("sip", "fleet"))


def run(shell):
    cases, skipped = [], []
    for program, check in FILES_OF.items():
        if shutil.which(program):
            cases += [(f"{program}: {name}", why) for name, why in check()]
        else:
            skipped.append(f"{program} is not installed")
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
