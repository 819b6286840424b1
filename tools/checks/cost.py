"""Instructions that the library executes in conversations of simulated time, which are the same in every run (tests/sim/cost).

usage: python3 -m checks.cost --write    in tools: takes what is counted as known

A simulation repeats to the instruction, so a few per cent more is a change of the library, of the compiler or of the machine.
What is known holds for one compiler, C library and kind of processor; elsewhere nothing is judged.
"""

import json
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter

from . import reports, sim
from .places import ROOT, new_report
from .shell import Failed, Shell

FOLDER = ROOT / "tests/sim/cost"
KNOWN = FOLDER / "known.json"
# By scenario: what it has many of, and the functions that are called once for each.
SCENARIOS = {
    "speech": ("message of speech that comes as fast as it can", ("palabra::net::websocket::assembler::Assembler::frame",)),
    "translation": ("message in or out, in real time", ("palabra::net::websocket::outgoing::Outgoing::queue", "palabra::net::websocket::assembler::Assembler::frame")),
    "playout": ("20 ms of float stereo at 48 kHz, in and out", ("palabra_session_read_audio",)),
    "call": ("exchange of 20 ms of mu-law", ("palabra_leg_exchange",)),
}
# By which the instructions of a scenario may rise, and the share of them from which on a function is written down.
MOST, WRITTEN = 0.03, 0.002
OURS = re.compile(r"\bpalabra::|^palabra_(?!devserver)")
# Our code is counted where it stands, and the simulated world not at all.
OURS_OR_WORLD = re.compile(rf"{OURS.pattern}|\bsim::")


def run(shell):
    """The stage: each scenario is a test."""
    if shutil.which("valgrind") is None:
        raise reports.Skipped("valgrind is not installed")
    known, found = json.loads(KNOWN.read_text(encoding="utf-8")), measured(shell, sim.build(shell))
    if known["where"] != where():
        shell.say("".join(f"{line(name, cost)}\n" for name, cost in found.items()))
        raise reports.Skipped(f"known for {known['where']}, and this is {where()}")
    wrong = [name for name, cost in found.items() if not judge(shell, name, known["costs"][name], cost)]
    if wrong:
        raise Failed(f"more than {MOST:.0%} more instructions than known in {', '.join(wrong)}; what that is worth is written down by: "
                     "cd tools && python3 -m checks.cost --write")
    return reports.Count(len(found))


def judge(shell, name, known, found):
    before, after = known["instructions"], found["instructions"]
    shell.say(f"{line(name, found)} ({after / before - 1:+.2%})\n")
    if after <= before * (1 + MOST):
        return True
    risen = Counter({function: count - known["functions"].get(function, 0) for function, count in found["functions"].items()})
    shell.say("".join(f"  {more:+13,d}  {function}\n" for function, more in risen.most_common(12) if more > 0))
    return False


def line(name, cost):
    return f"{name}: {cost['instructions'] / cost['units']:,.0f} instructions for each {SCENARIOS[name][0]}"


def where():
    """What the number of instructions depends on beside the library."""
    rustc = subprocess.run(["rustc", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    flags = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    return f"{rustc}, {' '.join(platform.libc_ver())}, {platform.machine()} {'with' if 'avx2' in flags else 'without'} AVX2"


def measured(shell, program):
    """{scenario: the instructions, of how many units and of which functions most}."""
    with tempfile.TemporaryDirectory() as folder:
        return {name: one(shell, program, name, pathlib.Path(folder) / name) for name in SCENARIOS}


def one(shell, program, name, out):
    command = ("valgrind", "--tool=callgrind", "--quiet", "--compress-strings=no", "--compress-pos=no", f"--callgrind-out-file={out}",
               program, "--scenario", FOLDER / f"{name}.json", "--seeds", "0")
    shell.run(*command, to=new_report(f"cost-{name}.txt"))
    own, calls, times = read(out)
    counted = Counter({function: count for function, count in own.items() if OURS.search(function)})
    # And of what is called outside.
    around = leading_to(calls, OURS_OR_WORLD)
    for (function, callee), count in calls.items():
        if OURS.search(function) and callee not in around:
            counted[function] += count
    total = sum(counted.values())
    return {"units": sum(times[function] for function in SCENARIOS[name][1]), "instructions": total,
            "functions": {function: count for function, count in counted.most_common() if count > WRITTEN * total}}


def read(out):
    """Of a profile: {function: instructions of its own}, {(function, function that it calls): instructions there}, {function: calls of it}."""
    own, calls, times = Counter(), Counter(), Counter()
    function, callee = "", None
    with open(out, encoding="utf-8", errors="replace") as lines:
        for text in lines:
            if text.startswith("fn="):
                function, callee = text[3:].strip(), None
            elif text.startswith("cfn="):
                callee = text[4:].strip()
            elif text.startswith("calls="):
                times[callee] += int(text[6:].split()[0])
            elif text[0].isdigit():
                # In the line after that of a call, what the function that was called executed.
                (own if callee is None else calls)[function if callee is None else (function, callee)] += int(text.split()[1])
                callee = None
    return own, calls, times


def leading_to(calls, names):
    """Functions with such a name, and those that call one, however many are between."""
    callers, found = {}, set()
    for function, callee in calls:
        callers.setdefault(callee, set()).add(function)
    left = [name for name in {name for call in calls for name in call} if names.search(name)]
    while left:
        if (name := left.pop()) not in found:
            found.add(name)
            left.extend(callers.get(name, ()))
    return found


def main():
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__.strip())
    shell = Shell(sys.stderr.write)
    found = measured(shell, sim.build(shell))
    KNOWN.write_text(json.dumps({"where": where(), "costs": found}, indent=1) + "\n", encoding="utf-8")
    print(*(line(name, cost) for name, cost in found.items()), sep="\n")


if __name__ == "__main__":
    main()
