"""Every fault of the service in every state of a session: in simulated time (tests/sim/matrix), as many cells at a time as
there are processors."""

import collections
import concurrent.futures
import json
import os
import subprocess

from . import reports, sim
from .places import ROOT, new_report, processors
from .shell import Failed, Shell

# What takes longer has not ended.
SECONDS = float(os.environ.get("PALABRA_MATRIX_SECONDS", "3600"))
FIGURES = ROOT / "build/prove/matrix.json"
# Of a cell that fails, so many are shown.
SHOWN = 20


def run(limited):
    # It has a time of its own, without that of the build.
    shell = Shell(limited.say)
    program = sim.build(shell, sim.FAST)
    shares = processors()
    with concurrent.futures.ThreadPoolExecutor(shares) as pool:
        found = list(pool.map(lambda share: cells(program, f"{share}/{shares}"), range(shares)))
    total = added(found)
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(total, indent=1), encoding="utf-8")
    shell.say(summary(total) + "\n")
    for name, failure in list(total["failures"].items())[:SHOWN]:
        shell.say(f"FAILED {name}: {failure}\n")
    report = new_report("matrix.xml")
    reports.write_junit(report, "matrix", [("cells", None)] * bool(total["cells"]) + list(total["failures"].items()))
    failed = len(total["failures"])
    return reports.Count(total["cells"] - failed, failed)


def cells(program, share):
    """The figures of a share. It is ended when the part's time is over: a cell that never ends is a failure."""
    process = subprocess.Popen([program, "--matrix", "", "--share", share], stdout=subprocess.PIPE, text=True, errors="replace", cwd=ROOT)
    try:
        said, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
        begun = [line for line in said.splitlines() if line.startswith("begins ")]
        raise Failed(f"the cells of share {share} did not end in time; the last that began: {begun[-1:] or 'none'}") from None
    figures = [line for line in said.splitlines() if line.startswith("{")]
    if not figures:
        raise Failed(f"share {share} ended with {process.returncode}: {said[-2000:]}")
    return json.loads(figures[-1])


def added(found):
    total = {"cells": 0, "of": collections.Counter(), "ends": collections.Counter(), "failures": {}}
    for share in found:
        total["cells"] += share["cells"]
        total["of"].update(share["of"])
        total["ends"].update(share["ends"])
        total["failures"].update(share["failures"])
    return {**total, "of": dict(sorted(total["of"].items())), "ends": dict(sorted(total["ends"].items(), key=lambda item: -item[1]))}


def summary(total):
    ends = ", ".join(f"{name}: {count:,}" for name, count in total["ends"].items())
    of = ", ".join(f"{name}: {count:,}" for name, count in total["of"].items())
    return f"{total['cells']:,} cells, {len(total['failures'])} failed. {of}. CLOSED had {ends}"
