"""What the simulation alone notices: faults planted in session and products (tests/mutants) against the seeds of `make test`.

All are compiled at once into one simulation, each behind a switch. Which are taken depends on the seed alone. A fault that
changes nothing (tests/mutants/survivors.txt) is none, and one that no seed reaches has survived.
"""

import concurrent.futures
import json
import os
import subprocess
import time

from . import mutants, reports, sim
from .places import ROOT, processors
from .shell import Failed, Shell

COUNT = int(os.environ.get("PALABRA_SIM_MUTANTS", "60"))
SEEDS = os.environ.get("PALABRA_SIM_MUTANT_SEEDS", "0..200")
ROOMS = ("src/session/", "src/products/")
FOLDER = ROOT / "build/prove/sim-mutants"
TREE, JUDGED, FIGURES = FOLDER / "tree", FOLDER / "judged.json", FOLDER / "figures.json"
SHARES = processors()


def run(limited):
    # Its time is what the faults need.
    shell = Shell(limited.say)
    for folder in (FOLDER, mutants.FOLDER):
        folder.mkdir(parents=True, exist_ok=True)
    taken = candidates()
    planted = mutants.compiled(shell, [mutant["number"] for mutant in taken], TREE)
    taken = [mutant for mutant in taken if mutant["number"] in planted]
    program = build(shell)
    known = judged(program)
    reached = known["reached"]
    for mutant in taken:
        if mutant["key"] in known["verdicts"]:
            continue
        is_noticed = mutant["number"] in reached and not passes(program, {"PALABRA_MUTANT": str(mutant["number"])}, known["seconds"])
        known["verdicts"][mutant["key"]] = "noticed" if is_noticed else "survived" if mutant["number"] in reached else "not reached"
        JUDGED.write_text(json.dumps(known, indent=1), encoding="utf-8")
        shell.say(f"{known['verdicts'][mutant['key']]}: {mutant['key']}\n")
    return summary(shell, [known["verdicts"][mutant["key"]] for mutant in taken])


def candidates():
    """Of the faults that the other tests have judged: it is known that they are programs, and which of them change nothing."""
    of_rooms = [mutant for mutant in mutants.listed() if mutant["file"].startswith(ROOMS)]
    known, answers = mutants.judged(of_rooms), mutants.answers()
    left = [mutant for mutant in of_rooms if known.get(mutant["key"], mutants.NO_PROGRAM) != mutants.NO_PROGRAM
            and not answers.get(mutant["key"], "").startswith("equal: ")]
    return sorted(left, key=lambda mutant: mutants.digest(f"{mutants.SEED} simulation {mutant['key']}"))[:COUNT]


def build(shell):
    """The simulation with the faults."""
    messages = FOLDER / "programs.json"
    shell.run(*sim.BUILD, "--manifest-path", TREE / "Cargo.toml", "--message-format=json-render-diagnostics", env=mutants.environment(), to=messages)
    return str(sim.program_in(messages.read_text(encoding="utf-8", errors="replace")))


def judged(program):
    """What is known of this program: what the seeds reach without a fault and how long they take, and {key: verdict}."""
    of = mutants.content([program]) + [SEEDS]
    if JUDGED.exists() and (kept := json.loads(JUDGED.read_text(encoding="utf-8")))["of"] == of:
        return kept
    file, begin = FOLDER / "reached", time.monotonic()
    file.unlink(missing_ok=True)
    if not passes(program, {"PALABRA_MUTANTS_REACHED": str(file)}, None):
        raise Failed(f"seeds of {SEEDS} fail without a fault")
    reached = sorted(set(map(int, file.read_text(encoding="utf-8").split())))
    return {"of": of, "seconds": time.monotonic() - begin, "reached": reached, "verdicts": {}}


def passes(program, more, seconds):
    """Whether all shares of the seeds pass. What takes ten times as long as without a fault hangs."""
    limit = None if seconds is None else max(60.0, mutants.PATIENCE * seconds)

    def one(share):
        command = (program, "--seeds", SEEDS, "--share", f"{share}/{SHARES}", "--stop")
        process = subprocess.Popen(command, env={**os.environ, **more}, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            return process.wait(limit) == 0
        except subprocess.TimeoutExpired:
            mutants.kill(process)
            return False

    with concurrent.futures.ThreadPoolExecutor(SHARES) as pool:
        return all(list(pool.map(one, range(SHARES))))


def summary(shell, verdicts):
    noticed = verdicts.count("noticed")
    low, high = mutants.wilson(noticed, len(verdicts))
    figures = {"noticed": noticed, "of": len(verdicts), "not_reached": verdicts.count("not reached"), "seeds": SEEDS, "low": low, "high": high}
    FIGURES.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    shell.say(f"the seeds {SEEDS} notice {noticed} of {len(verdicts)} planted faults ({100 * low:.0f} to {100 * high:.0f} % of all with 95 % confidence); "
              f"{figures['not_reached']} are not reached\n")
    return reports.Count(len(verdicts))
