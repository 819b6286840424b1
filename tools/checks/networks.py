"""Conversations over bad networks (tests/prove/networks): by a proxy, and as root between two network namespaces."""

import json
import os
import sys

from . import c_programs, reports
from .places import CONSUMER, DEVSERVER, PREFIX, ROOT, new_report
from .shell import Failed

MAIN = ROOT / "tests/prove/networks/main.py"
FIGURES = ROOT / "build/prove/networks.json"


def run(shell):
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.unlink(missing_ok=True)
    env = {**os.environ, "LD_LIBRARY_PATH": str(PREFIX / "lib"), "PYTHONDONTWRITEBYTECODE": "1"}
    shell.passes(sys.executable, MAIN, "--talker", CONSUMER / "talker", "--clock", CONSUMER / "libtalker_clock.so",
                 "--certificates", c_programs.OUTPUTS / "certs", "--devserver", DEVSERVER, "--results", FIGURES, env=env)
    if not FIGURES.exists():
        raise Failed("it ended without a result")
    found = json.loads(FIGURES.read_text(encoding="utf-8"))
    cases = [(name, case["failure"]) for name, case in found["cases"].items()]
    report = new_report("networks.xml")
    reports.write_junit(report, "networks", cases)
    count = reports.junit(report)
    return reports.Count(count.passed, count.failed, len(found["skipped"]))
