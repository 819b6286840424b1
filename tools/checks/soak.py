"""Many sessions for a long time, and others that come and go beside them: what the process uses stays as it is."""

import csv
import json
import os
import statistics
import sys

from . import plot, reports
from .places import CONSUMER, ROOT, TARGET
from .shell import Failed, Shell

SECONDS = int(os.environ.get("PALABRA_SOAK_SECONDS", "600"))
LASTING = int(os.environ.get("PALABRA_SOAK_SESSIONS", "200"))
OPENS_PER_SECOND = 50
# Not counted: what is allocated once, on the way to the usual number of sessions.
FIRST_SECONDS = min(60, SECONDS // 2)
FOLDER = ROOT / "build/prove/soak"
FIGURES, PICTURE, TABLE = FOLDER / "figures.json", FOLDER / "soak.svg", FOLDER / "seconds.csv"
BESIDE = ROOT / "tests/c/support/with_devserver.py"
# What may grow from the first third of the time to the last: a share of it, and a little that does not depend on it.
MAY_GROW = {"rss_kb": (0.03, 1024), "descriptors": (0.05, 4), "threads": (0, 1), "passing": (0.1, 5)}


def soak(limited):
    # Its time is what it is asked for.
    shell = Shell(limited.say)
    FOLDER.mkdir(parents=True, exist_ok=True)
    shell.run("cargo", "build", "--profile", "devserver", "--locked", "-p", "palabra-devserver")
    passed = shell.passes(
        sys.executable, BESIDE, "--devserver", TARGET / "devserver/palabra-devserver", "--devserver-arg=--no-rate-limits",
        "--timeout", SECONDS + 600, "--", CONSUMER / "soak", LASTING, SECONDS, OPENS_PER_SECOND, to=TABLE)
    lines = TABLE.read_text(encoding="utf-8", errors="replace").splitlines()
    rows = read(lines)
    if not passed or len(rows) < SECONDS - 1:
        shell.say("\n".join([line for line in lines if not line[:1].isdigit()][:40]) + "\n")
        raise Failed(f"the program failed, see {TABLE}")
    PICTURE.write_text(picture(rows), encoding="utf-8")
    FIGURES.write_text(json.dumps(figures(rows)), encoding="utf-8")
    grown = faults(rows)
    if grown:
        raise Failed("; ".join(grown))
    return reports.Count(1)


def read(lines):
    """The seconds as rows of numbers; messages of failed checks among them are left out."""
    header = next((n for n, line in enumerate(lines) if line.startswith("second,")), len(lines))
    table = csv.DictReader(line for line in lines[header:] if line[:1].isdigit() or line.startswith("second,"))
    return [{name: int(value) for name, value in row.items()} for row in table]


def thirds(rows, name):
    """The median in the first and in the last third of the time that counts."""
    values = [row[name] for row in rows if row["second"] >= FIRST_SECONDS] or [row[name] for row in rows]
    third = max(1, len(values) // 3)
    return statistics.median(values[:third]), statistics.median(values[-third:])


def faults(rows):
    grown = []
    for name, (share, little) in MAY_GROW.items():
        early, late = thirds(rows, name)
        if late > early * (1 + share) + little:
            grown.append(f"{name} grows from {early:g} to {late:g}")
    if rows[-1]["dropped"]:
        grown.append(f"{rows[-1]['dropped']} frames or events were dropped")
    return grown


def figures(rows):
    last = rows[-1]
    return {
        "sessions": LASTING,
        "seconds": last["second"],
        "opened": last["opened"],
        "events": last["events"],
        "phrases": last["phrases"],
        **{f"{name} in the first third, in the last": thirds(rows, name) for name in MAY_GROW},
        "us from an event to the program: median, 99 %": [
            statistics.median(row[f"late_{which}_us"] for row in rows) for which in ("p50", "p99")],
    }


def picture(rows):
    column = lambda name: [row[name] for row in rows]  # noqa: E731
    return plot.svg([
        plot.Frame("resident memory, kB", {"": column("rss_kb")}),
        plot.Frame("descriptors", {"": column("descriptors")}),
        plot.Frame("threads", {"": column("threads")}),
        plot.Frame("us from an event to the program", {"median": column("late_p50_us"), "99 %": column("late_p99_us")}),
    ])
