"""docs/proof.md: what the parts of the slower tier found, on which version of the tree and which machine."""

import datetime
import json
import os
import pathlib
import platform
import shutil
import subprocess

from . import coverage, figures, fuzz, mutants
from .places import ROOT

RESULTS = ROOT / "build/prove/results"
PAGE = ROOT / "docs/proof.md"
# Of what failed in a part.
SHOWN = 20
# What a run itself writes, and answers to what it found: no part of a version, so that an answer leaves the results valid.
WRITTEN = ("docs/proof", *(str(path.relative_to(ROOT)) for path in (mutants.JUDGED, mutants.SURVIVORS, fuzz.TOTALS, coverage.ANSWERS)))


def keep(part, result, tree):
    """What is known of a part, for a page that is written later."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    lines = figures.OF_PART.get(part, list)()
    failed = figures.failed(part) if result.count.failed else []
    if failed:
        lines = named(failed) + lines
    kept = {"tree": tree, "commit": _commit() + (" with changes" if _changes() else ""), "date": _now(), "passed": result.count.passed, "failed": result.count.failed,
            "skipped": result.count.skipped, "seconds": round(result.seconds), "processor": round(result.cpu), "note": result.note, "load": round(os.getloadavg()[1], 1), "figures": lines}
    (RESULTS / f"{part}.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")


def named(failed):
    """The first of those that failed."""
    more = len(failed) - SHOWN
    return ["Failed:", "", *(f"- {name}" for name in failed[:SHOWN]), *([f"- and {more} more"] if more > 0 else []), ""]


def write(parts, tree, page=PAGE):
    """Of the parts in this order. Returns those that were not run, or on another version: the page says so."""
    kept = {part: _read(part) for part in parts}
    missing = [part for part, of in kept.items() if of is None or of["tree"] != tree]
    lines = [
        "# What was proved, and when", "",
        "Written by `make prove`, which also says what each part is (`python3 tools/prove.py --help`). Do not edit.", "",
        *_table(("", ""), (("Date", _now()), ("Version", _version()), ("Machine", _machine()), ("Bounds", bounds()))), "",
        "Each part says of which version it is, and how many programs wanted a processor on average in its last five minutes (empty: not noted): beside others, fuzzers get less far, and "
        "limits in milliseconds are harder to keep.", "",
        *_table(("Part", "Passed", "Failed", "Skipped", "Seconds", "Of the processors", "Load", "Version", ""), [_row(part, of, part in missing) for part, of in kept.items()]), "",
    ]
    for part, of in kept.items():
        if of and of["figures"]:
            earlier = [f"Of another version: commit {of['commit']}, {of['date']}.", ""] if part in missing else []
            lines += [f"## {part}", "", *earlier, *of["figures"], ""]
    page.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    for picture in figures.PICTURES:
        if picture.exists() and kept.get(picture.stem):
            shutil.copy(picture, page.with_name(f"proof-{picture.name}"))
    return missing


def _row(part, of, is_missing):
    if of is None:
        return part, "", "", "", "", "", "", "", "not run"
    note = of["note"].split("\n")[0].replace(f"{ROOT}/", "").replace("|", "/")[:80]
    version = f"another: {of['commit']}, {of['date']}" if is_missing else "this one"
    return part, of["passed"], of["failed"] or "", of["skipped"] or "", of["seconds"], of.get("processor", ""), of.get("load", ""), version, note


def _table(head, rows):
    line = lambda cells: f"| {' | '.join(str(cell) for cell in cells)} |"  # noqa: E731
    return [line(head), f"|{'---|' * len(head)}", *(line(row) for row in rows)]


def _read(part):
    try:
        return json.loads((RESULTS / f"{part}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def _git(*arguments):
    try:
        return subprocess.run(["git", "-C", ROOT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _commit():
    return _git("rev-parse", "--short=12", "HEAD")


def _version():
    changes = len(_changes())
    return f"commit {_commit() or 'of no repository'}" + (f", with changes in {changes} files" if changes else "")


def _changes():
    """The files that are not as they were committed, without those that a run itself writes."""
    names = [line.split(maxsplit=1)[1] for line in _git("status", "--porcelain", "--untracked-files=no").splitlines()]
    return [name for name in names if not name.startswith(WRITTEN)]


def bounds():
    """What this run was asked for; the rest is as tools/prove.py says."""
    asked = {name: value for name, value in sorted(os.environ.items()) if name.startswith("PALABRA_") and value.isdigit() and name != "PALABRA_PROVE_CLOCK"}
    return ", ".join(f"{name}={value}" for name, value in asked.items()) or "as tools/prove.py says"


def _machine():
    model = "a processor"
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        names = [line.split(":", 1)[1].strip() for line in info.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        model = names[0] if names else model
    rustc = subprocess.run(["rustc", "--version"], stdout=subprocess.PIPE, text=True, check=False).stdout.split(" (")[0].strip()
    return f"{os.cpu_count()} x {model}, {platform.system()} {platform.release()}, {rustc}"
