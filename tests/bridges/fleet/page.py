#!/usr/bin/env python3
"""Writes what a try found (build/prove/fleet/results.json of `make prove PART=fleet`) into docs/fleet.md, and its graphs beside it.

usage: page.py RESULTS.json
"""

import datetime
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

from checks import plot  # noqa: E402

PAGE = ROOT / "docs/fleet.md"
# Every how many seconds of a graph are drawn.
STEP = 2


def table(head, rows):
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows), ""]


def of_disasters(kinds):
    rows = []
    for kind, found in kinds.items():
        for what in ("killed", "stopped", "line cut"):
            one = found.get(what)
            if one:
                again = one.get("new calls answered again after, s", one.get("longest until one was answered, s"))
                rows.append((kind, what, one["calls of the node"], one["calls of others that ended"], one["callers were told within, s"], one["new calls"],
                             one.get("new calls that failed", one.get("new calls refused")), again))
    return table(("", "The node was", "its calls", "other calls that ended", "its callers were told within, s", "new calls", "of these failed", "new calls were answered within, s"), rows)


def of_others(kinds):
    rows = [(kind, name, "; ".join(f"{what}: {shown(one)}" for what, one in value.items()))
            for kind, found in kinds.items() for name, value in found.items()
            if isinstance(value, dict) and name not in ("killed", "stopped", "line cut", "graphs", "cost", "spread")]
    return table(("", "", "Found"), rows)


def of_cost(kinds):
    names = list(next(iter(kinds.values()))["cost"])
    return table(("", *names), [(kind, *(found["cost"][name] for name in names)) for kind, found in kinds.items() if "cost" in found])


def of_alerts(alerts):
    return table(("While", "Alerts that fired"), [(what, ", ".join(one["fired"]) or "none") for what, one in alerts.items()])


def shown(value):
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def picture(kind, graphs):
    frames = [plot.Frame(title, {name: values[::STEP] for name, values in sorted(lines.items())}) for title, lines in graphs.items() if lines]
    text = plot.svg(frames)
    # The frames count values, of which there is one for each STEP seconds.
    text = re.sub(r">(\d+) s</text>", lambda found: f">{int(found[1]) * STEP} s</text>", text)
    (PAGE.parent / f"fleet-{kind}.svg").write_text(text, encoding="utf-8")


def main():
    results = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    kinds = results["found"]
    failed = [name for name, why in results["cases"].items() if why]
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD"], stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
    lines = [f"Of {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}, commit {commit}: {results['calls']} calls of AudioSocket and {results['sip_calls']} of SIP over three nodes, on {os.cpu_count()} "
             f"processors that also ran devserver, proxies, Prometheus and callers (load {results['load']}). "
             + (f"Failed: {', '.join(failed)}." if failed else f"All {len(results['cases'])} cases passed."), "",
             *of_disasters(kinds), *of_others(kinds), *of_cost(kinds), *of_alerts(results["alerts"])]
    for kind, found in kinds.items():
        if "graphs" in found:
            picture(kind, found["graphs"])
            lines += [f"![{kind}: calls, room, new and refused calls, sessions](fleet-{kind}.svg)", ""]
    text = PAGE.read_text(encoding="utf-8")
    begin, end = "<!-- figures -->\n", "<!-- end of figures -->"
    before, rest = text.split(begin)
    PAGE.write_text(f"{before}{begin}\n" + "\n".join(lines).rstrip() + f"\n\n{end}{rest.split(end)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
