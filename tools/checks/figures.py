"""The figures of each part for docs/proof.md, as lines of Markdown, from what the part has left in build."""

import hashlib
import json
import re
import xml.etree.ElementTree

from . import bridges, c_programs, coverage, fleet, fuzz, matrix, models, mutants, networks, reproducible, sim, sim_mutants, soak
from .places import REPORTS, ROOT, TARGET

LOGS = ROOT / "build/log"
PICTURES = [soak.PICTURE]


def failed(part):
    """The names of what failed in a part."""
    report = {"rust": TARGET / "nextest/prove/junit.xml", "c": REPORTS / "prove-c.xml"}.get(part, REPORTS / f"{part}.xml")
    try:
        cases = list(xml.etree.ElementTree.parse(report).iter("testcase"))
    except (OSError, xml.etree.ElementTree.ParseError):
        return []
    return [case.get("name") for case in cases if {"failure", "error"} & {child.tag for child in case}]


def of_models():
    text, weaker = _text(LOGS / "models.txt"), _text(LOGS / "weaker.txt")
    runs = [(int(count), rest) for count, rest in re.findall(r"^ok \S+: (\d+) executions(.*) in", text, re.MULTILINE)]
    noticed = len(re.findall(r"^ok .* fails$", weaker, re.MULTILINE))
    excused = len(re.findall(r"^ok .*: nothing fails: ", weaker, re.MULTILINE))
    open_ones = re.findall(r"^FAILED (.*)$", weaker, re.MULTILINE)
    return [
        f"{len(runs)} models, {sum(count for count, _ in runs):,} executions; {sum(1 for _, rest in runs if not rest)} of the models in every order "
        f"that {models.bound('LOOM_MAX_PREEMPTIONS')} preemptions allow, the others for {models.bound('PALABRA_MODEL_SECONDS')} s of the processor each.", "",
        f"{noticed + excused + len(open_ones)} orderings were made weaker, one by one: {noticed} make a model fail. Of {excused} that is not expected, and "
        "`tests/model/weaker.txt` says why.", *(f"\n- FAILED {one}" for one in open_ones)]


def of_fuzz():
    try:
        done = json.loads(_text(fuzz.STATE))["targets"]
    except (ValueError, KeyError):
        return []
    ever = fuzz.totals()
    none = {"executions": 0, "seconds": 0}
    row = lambda name, of, all_: f"| `{name}` | {of['executions']:,} | {of['edges']:,} | {of['new']:,} | {all_['executions']:,} | {all_['seconds'] / 60:.0f} |"  # noqa: E731
    rows = [row(name, of, ever.get(name, none)) for name, of in sorted(done.items())]
    return [f"{fuzz.SECONDS} s for each target.", "", "| Target | Executions | Edges reached | New inputs | Executions of all runs | Their minutes |",
            "|---|---|---|---|---|---|", *rows]


def of_soak():
    try:
        found = json.loads(_text(soak.FIGURES))
    except ValueError:
        return []
    shown = lambda value: " and ".join(f"{part:g}" for part in value) if isinstance(value, list) else f"{value:,}"  # noqa: E731
    return ["| | |", "|---|---|", *(f"| {name} | {shown(value)} |" for name, value in found.items()), "", "![what the process uses](proof-soak.svg)"]


def of_revert():
    return ["These faults were brought back, and the test of each failed:", "", *(f"- {name.replace('_', ' ')}" for name in _passed("revert.xml"))]


def of_bytes():
    lines = []
    for name in reproducible.INSTALLED[:2]:
        path = reproducible.FOLDER / reproducible.PLACES[0] / "prefix/lib" / name
        if path.exists():
            content = path.read_bytes()
            lines.append(f"- `{name}`: {len(content):,} bytes, SHA-256 `{hashlib.sha256(content).hexdigest()}`")
    return lines


def of_sanitizer(name):
    def lines():
        passed = _passed(f"{name}.xml")
        hostile = [path for path in sorted((ROOT / "build/prove" / name).glob("*_[0-9].txt"))]
        said = [f"- {path.stem}: " + ", ".join(line for line in path.read_text(encoding="utf-8").splitlines() if re.match("READY |flood:|mutating_proxy:", line))
                for path in hostile]
        return [f"{len(passed)} programs without a report. Those whose server says what it should not, {c_programs.SESSIONS} sessions for {c_programs.SECONDS} s "
                "each:", "", *said] if passed else []

    return lines


def of_sim():
    kinds = sim.known()
    if not kinds:
        return []
    found = sim.total(kinds.values())
    never = [cell for cell, count in found["cells"].items() if not count]
    lines = ["Conversations in simulated time: " + sim.summary(found).strip() + ".", "",
             *(f"- {name}: {sim.summary(figures).split(';', 1)[0]}" for name, figures in kinds.items()), "", "Cells of state, fault and command that were never reached:", ""]
    rows = {}
    for cell in never:
        state, fault, command = cell.split(" / ")
        rows.setdefault((state, fault), []).append(command)
    lines += [f"- {state}, {fault}: {', '.join(commands)}" for (state, fault), commands in rows.items()]
    # The table of its README, so that both say the same.
    _, _, beyond = (ROOT / "tests/sim/README.md").read_text(encoding="utf-8").partition("## What it cannot see\n\n")
    said = beyond.strip().splitlines() or ["tests/sim/README.md has no such part."]
    return [*lines, "", "What the simulation cannot see:", "", *said]


def of_coverage():
    try:
        rooms = json.loads(_text(coverage.FIGURES))
    except ValueError:
        return []
    share = lambda of: f"{100 * of[0] / max(of[1], 1):.1f} % of {of[1]:,}"  # noqa: E731
    kinds = ("lines", "branches", "functions")
    every = {kind: [sum(of[kind][n] for of in rooms.values()) for n in (0, 1)] for kind in kinds}
    rows = [f"| {name} | {' | '.join(share(of[kind]) for kind in kinds)} |" for name, of in [*rooms.items(), ("all", every)]]
    return ["What the Rust and the C tests run. Each branch has two ways, and each way counts.", "",
            "| src | Lines | Branches | Functions |", "|---|---|---|---|", *rows]


def of_mutants():
    try:
        of = json.loads(_text(mutants.FIGURES))
    except ValueError:
        return []
    counted = of["noticed"] + of["survived"] - of["equal"]
    return [f"{of['possible']:,} faults can be planted in {', '.join(mutants.ROOMS)}. Of {counted} that were chosen with seed {of['seed']}, the tests notice "
            f"{of['noticed']}: {100 * of['share']:.1f} %, with 95 % confidence {100 * of['low']:.0f} to {100 * of['high']:.0f} % of all. {of['equal']} more change nothing. "
            f"Of {of['survived'] - of['equal'] - len(of['open'])} others `tests/mutants/survivors.txt` says why, for {of['missing']} of them that a test is missing; "
            f"{len(of['open'])} more are without an answer, and {of['left']} that were chosen are not judged yet."]


def of_sim_mutants():
    if not sim_mutants.FIGURES.exists():
        return []
    of = json.loads(sim_mutants.FIGURES.read_text(encoding="utf-8"))
    return [f"Of {of['of']} faults planted in session and products, the seeds {of['seeds']} of the simulation alone notice {of['noticed']}: "
            f"{100 * of['noticed'] / max(of['of'], 1):.0f} %, with 95 % confidence {100 * of['low']:.0f} to {100 * of['high']:.0f} % of all. "
            f"{of['not_reached']} of them are not reached by any seed."]


def of_matrix():
    return [matrix.summary(json.loads(matrix.FIGURES.read_text(encoding="utf-8"))) + "."] if matrix.FIGURES.exists() else []


def of_networks():
    if not networks.FIGURES.exists():
        return []
    found = json.loads(networks.FIGURES.read_text(encoding="utf-8"))
    seconds = sum(case["seconds"] for case in found["cases"].values())
    passed = [name for name, case in found["cases"].items() if case["failure"] is None]
    # Those of one kind in one line.
    kinds = {}
    for name in passed:
        of_three = re.fullmatch("(.*) (speech|text|translation)((?: over wss?)?)", name)
        kinds.setdefault(of_three[1] + of_three[3] if of_three else name, []).extend([of_three[2]] if of_three else [])
    names = [f"- {kind}{': ' if products else ''}{', '.join(sorted(products))}" for kind, products in kinds.items()]
    skipped = [f"- {name}: skipped, {why}" for name, why in found["skipped"].items()]
    return [f"{len(passed)} conversations, {seconds / 60:.0f} minutes in all, several at a time:", "", *names, *skipped]


OF_PART = {"models": of_models, "sim": of_sim, "fuzz": of_fuzz, "soak": of_soak, "revert": of_revert, "bytes": of_bytes, "asan": of_sanitizer("asan"),
           "ubsan": of_sanitizer("ubsan"), "tsan": of_sanitizer("tsan"), "coverage": of_coverage, "matrix": of_matrix, "networks": of_networks,
           "mutants": of_mutants, "bridges": bridges.figures, "fleet": fleet.figures, "sim-mutants": of_sim_mutants}


def _text(path):
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _passed(report):
    try:
        root = xml.etree.ElementTree.parse(REPORTS / report).getroot()
    except (OSError, xml.etree.ElementTree.ParseError):
        return []
    return [case.get("name") for case in root.iter("testcase") if not list(case)]
