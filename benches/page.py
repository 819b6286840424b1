#!/usr/bin/env python3
"""Writes the tables of docs/performance.md that come from a run: between `<!-- NAME -->` and `<!-- end of NAME -->` everything is replaced.
Draws docs/performance-calls.svg from those of calls.

usage: page.py [--peers RUN.jsonl] [--calls WS.md WSS.md]

RUN.jsonl is what the harness of other clients wrote (make performance), WS.md and WSS.md what benches/calls.py printed
without and with --tls.
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/performance.md"
PICTURE = ROOT / "docs/performance-calls.svg"

sys.path.insert(0, str(ROOT / "tools"))
from checks import plot  # noqa: E402
OURS, FLOOR, BASE = "libpalabra", "limit", "rust_raw"
# What of each scenario stands in a table, in the order of the lines.
FIGURES = {
    "S1": ("cpu_ms_per_audio_min", "50 sessions x 60 s as fast as possible, messages of 320 ms both ways, texts; CPU ms per audio minute"),
    "S1t": ("cpu_ms_per_audio_min", "the same over TLS"),
    "S2b": ("cpu_ms_per_audio_min", "S1 from frames of 20 ms; CPU ms per audio minute"),
    "S3": ("cpu_us_per_event", "50,000 events of 320 ms to one session; CPU us per event"),
    "S4": ("kb_per_session", "500 idle sessions; resident kB per session"),
    "S4w": ("kb_per_session", "500 sessions after 1 s of audio each way; resident kB per session"),
    "S5b": ("cpu_pct_core", "100 sessions in real time, messages of 320 ms; % of a core"),
    "S5": ("cpu_pct_core", "the same with messages of 20 ms; % of a core"),
}
LATENCIES = {
    "event": ("ev_p50_us", "ev_p99_us", "from the server's write until the program has the event"),
    "send call": ("send_p50_us", "send_p99_us", "in libpalabra a copy into a ring; elsewhere encoding and writing, too"),
}


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


class Runs:
    """The valid runs of a harness."""

    def __init__(self, path):
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        self.runs = [run for run in lines if run.get("m")]
        self.bad = len([run for run in lines if run.get("problems")])
        self.clients = list(dict.fromkeys(run["name"] for run in self.runs))
        self.load = [run["load"] for run in lines]
        self.reps = max(run["rep"] for run in lines) + 1

    def values(self, scenario, client, name):
        """{repetition: value}"""
        of = (run for run in self.runs if run["scenario"] == scenario and run["name"] == client)
        return {run["rep"]: run["m"][name] for run in of if run["m"].get(name) is not None}

    def median(self, scenario, client, name):
        found = self.values(scenario, client, name)
        return statistics.median(found.values()) if found else None

    def ratio(self, scenario, client, name, base):
        """The median of the ratios of runs that follow each other."""
        ours, others = self.values(scenario, client, name), self.values(scenario, base, name)
        # The floor's memory is next to nothing.
        pairs = [ours[rep] / others[rep] for rep in ours if others.get(rep, 0) >= 0.5]
        return statistics.median(pairs) if len(pairs) == len(ours) else None

    def order(self):
        """The floor, ours, and the others."""
        first = [name for name in (FLOOR, OURS) if name in self.clients]
        return first + [name for name in self.clients if name not in first]


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|---" * len(head) + "|", *("| " + " | ".join(row) + " |" for row in rows)])


def figures(runs):
    clients = runs.order()
    ratios = [base for base in (FLOOR, BASE) if base in clients]
    rows = []
    for scenario, (name, text) in FIGURES.items():
        medians = [runs.median(scenario, client, name) for client in clients]
        if not any(medians):
            continue
        times = [runs.ratio(scenario, OURS, name, base) for base in ratios]
        shown = [f"**{number(value)}**" if client == OURS and value is not None else "" if value is None else number(value) for client, value in zip(clients, medians)]
        rows.append([f"{scenario}: {text}", *shown, *("" if value is None else f"{value:.2f}" for value in times)])
    return table(["", *clients, *(f"{OURS} / {base}" for base in ratios)], rows)


def latencies(runs):
    clients = runs.order()
    rows = []
    for what, (half, most, text) in LATENCIES.items():
        for scenario in ("S5b", "S5"):
            found = [(runs.median(scenario, client, half), runs.median(scenario, client, most)) for client in clients]
            if any(value for value, _ in found):
                rows.append([f"{what}, {scenario}", *("" if value is None else f"{number(value)} / {number(late)}" for value, late in found), text])
    return table(["p50 / p99, us", *clients, "what is measured"], rows) if rows else ""


def origin(what):
    """When and where it was measured."""
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    return f"{time.strftime('%Y-%m-%d', time.gmtime())}, commit {commit}, the library as it is shipped, without echo and vad; {what}."


def peers(path):
    runs = Runs(path)
    told = f"medians of {runs.reps} runs in turns, ratios as medians of runs that follow each other, load {min(runs.load):.1f} to {max(runs.load):.1f}"
    bad = f" {runs.bad} runs were not valid and do not count." if runs.bad else ""
    return "\n\n".join([f"{origin(told)}{bad}", figures(runs), latencies(runs)]).strip()


def first_number(text):
    return float(re.search(r"[0-9.]+", text)[0])


def late_part(text):
    late, of = map(int, text.split(" of "))
    return 100 * late / of


# What of the table of calls is drawn: title, column, and the value of a field.
DRAWN = (
    ("processor time of the program, % of a core for a call", 3, first_number),
    ("resident memory of the program, kB a call", 5, first_number),
    ("exchange of 20 ms, p99, us", 6, lambda text: float(text.split(" / ")[1])),
    ("ticks over 5 ms late, %", 7, late_part),
)


def picture(text):
    """Of the rows over the number of calls: a line for each program."""
    rows = [[field.strip() for field in line.strip("| ").split("|")] for line in text.splitlines()[2:]]
    places = tuple(dict.fromkeys(int(row[0]) for row in rows))
    programs = list(dict.fromkeys(row[1] for row in rows))
    found = {(int(row[0]), row[1]): row for row in rows if row[3]}

    def frame(title, column, value):
        lines = {name: [value(found[at, name][column]) if (at, name) in found else None for at in places] for name in programs}
        return plot.Frame(title, lines, places, "calls")

    return plot.svg([frame(*drawn) for drawn in DRAWN])


def calls(plain, tls):
    tables = [path.read_text(encoding="utf-8").strip() for path in (plain, tls)]
    return f"{origin('load as in the rows')} Over ws:\n\n{tables[0]}\n\n![the same over the number of calls]({PICTURE.name})\n\nOver wss:\n\n{tables[1]}"


def replaced(page, name, text):
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    page, count = pattern.subn(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", page)
    if count != 1:
        raise SystemExit(f"page: docs/performance.md has {count} places for {name}")
    return page


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=pathlib.Path)
    parser.add_argument("--calls", type=pathlib.Path, nargs=2)
    o = parser.parse_args()
    page = PAGE.read_text(encoding="utf-8")
    if o.peers:
        page = replaced(page, "peers", peers(o.peers))
    if o.calls:
        page = replaced(page, "calls", calls(*o.calls))
        PICTURE.write_text(picture(o.calls[0].read_text(encoding="utf-8")), encoding="utf-8")
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
