"""Are the tests able to fail? Faults are planted in session, products, wire and net, and one test at least must notice each.

All are compiled at once, each behind a switch (tests/mutants). A first run of every test says which faults it reaches;
then each fault is judged by the tests that reach it, those in Rust first and the C programs last, until one fails that
passes without the fault. Which faults are taken depends on the seed alone, so that runs add up: tests/mutants/judged.txt
keeps what became of each, and tests/mutants/survivors.txt answers for those that were not noticed. One that survived and has
no answer is judged again, after those that were never judged; a verdict of a test that is gone is none.
"""

import concurrent.futures
import functools
import hashlib
import json
import math
import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading
import time
from typing import NamedTuple

from . import c_programs, reports
from .graph import Stage
from .places import ROOT
from .shell import Failed, Shell

# How long faults are judged, beside the build and the first run of the tests; how many there are, and which.
SECONDS = float(os.environ.get("PALABRA_MUTANT_SECONDS", "3600"))
COUNT = int(os.environ.get("PALABRA_MUTANTS", "700"))
SEED = os.environ.get("PALABRA_MUTANT_SEED", "1")
JOBS = int(os.environ.get("PALABRA_MUTANT_JOBS", "4"))
ROOMS = ("session", "products", "wire", "net")
PLANTER = ROOT / "tests/mutants"
JUDGED, SURVIVORS = PLANTER / "judged.txt", PLANTER / "survivors.txt"
FOLDER = ROOT / "build/prove/mutants"
TREE, STATE, FIGURES = FOLDER / "tree", FOLDER / "state.json", FOLDER / "figures.json"
BUILD_FOLDER = ROOT / "target/mutants"
PROGRAM = BUILD_FOLDER / "planter/debug/palabra-mutants"
TESTS = ("--manifest-path", TREE / "Cargo.toml", "-p", "palabra", "--locked", "--features", "palabra/decoders,palabra/echo,palabra/vad")
NO_PROGRAM = "no program"
SURVIVED = "survived"
# So many answers may be that a test is missing. The number may only fall.
MOST_MISSING = 6
# A test that takes so many times longer than without the fault hangs.
PATIENCE, LEAST_SECONDS = 10, 30
# Each round of the compiler names faults that are no program; those of a later phase appear when the earlier ones are out.
ROUNDS = 12


def build(shell):
    shell.run("cargo", "build", "--locked", "--manifest-path", PLANTER / "Cargo.toml",
              env={**os.environ, "CARGO_TARGET_DIR": str(BUILD_FOLDER / "planter")})


BUILD = Stage("mutants-build", build)


def run(limited):
    # The part has a limit of its own.
    shell = Shell(limited.say)
    FOLDER.mkdir(parents=True, exist_ok=True)
    mutants = chosen(listed())
    known = judged(mutants)
    answered = answers()
    left = [mutant for mutant in mutants if mutant["key"] not in known]
    left += [mutant for mutant in mutants if known.get(mutant["key"], "").startswith(SURVIVED) and mutant["key"] not in answered]
    if left:
        state = prepare(shell, [mutant for mutant in mutants if known.get(mutant["key"]) != NO_PROGRAM])
        for mutant in left:
            if mutant["number"] not in state.planted:
                keep(mutant, NO_PROGRAM, known)
        judge(shell, [mutant for mutant in left if mutant["number"] in state.planted], state, known)
    return summary(shell, mutants, known)


# --- Which faults ----------------------------------------------------------------------------------------------------


def listed():
    """Every possible fault of the rooms, with a key that stays as long as its line does."""
    said = subprocess.run([PROGRAM, "list", *ROOMS], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    mutants, seen = [json.loads(line) for line in said.splitlines()], {}
    for mutant in mutants:
        name = " | ".join(mutant[part] for part in ("file", "function", "what", "source"))
        seen[name] = seen.get(name, 0) + 1
        mutant["key"] = name if seen[name] == 1 else f"{name} | {seen[name]}"
    return mutants


def chosen(mutants):
    """Faults that are no program are among the COUNT."""
    return sorted(mutants, key=lambda mutant: digest(f"{SEED} {mutant['key']}"))[:COUNT]


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def judged(mutants):
    """{key: verdict} of earlier runs."""
    verdicts = dict(line.split(" ", 1) for line in JUDGED.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    there = names_of_tests()
    verdicts = {key: verdict for key, verdict in verdicts.items() if not verdict.startswith("noticed") or re.split(" |::", verdict)[-1] in there}
    known = {mutant["key"]: verdicts[digest(mutant["key"])] for mutant in mutants if digest(mutant["key"]) in verdicts}
    survivors = answers()
    known |= {mutant["key"]: SURVIVED for mutant in mutants if mutant["key"] in survivors}
    return known


@functools.cache
def names_of_tests():
    """Functions of the library and of its Rust tests, among which the seeds of the fuzzer are by the name of their target, and programs in C."""
    sources = [*ROOT.glob("src/**/*.rs"), *ROOT.glob("tests/rust/**/*.rs")]
    functions = (re.findall(r"\bfn (\w+)", path.read_text(encoding="utf-8")) for path in sources)
    others = (*ROOT.glob("fuzz/seeds/*"), *ROOT.glob("tests/c/*/*.c"))
    return {name for names in functions for name in names} | {path.stem for path in others}


def answers():
    """{key: why no test needs to notice it}"""
    found, key = {}, None
    for line in SURVIVORS.read_text(encoding="utf-8").splitlines():
        if line.startswith("    ") and key:
            found[key] = f"{found[key]} {line.strip()}".strip()
        elif line and not line.startswith("#"):
            key = line
            found[key] = ""
    return found


# --- The copy with the faults ----------------------------------------------------------------------------------------


class Test(NamedTuple):
    name: str
    command: tuple
    folder: str
    # Its place in the order of those that reach a fault, without one: its time, and the faults that it reaches.
    is_program: bool = False
    seconds: float = 0.0
    reached: frozenset = frozenset()


class State(NamedTuple):
    """What is known of the copy."""

    planted: set
    tests: list


def prepare(shell, mutants):
    planted = compiled(shell, [mutant["number"] for mutant in mutants])
    programs, library = built(shell)
    tests = [test for program in programs for test in tests_of(program)] + programs_in_c(library)
    of = content([*programs, library])
    return State(planted, known_tests(of, tests) or first_run(shell, of, tests))


def known_tests(of, tests):
    """What an earlier run with the same programs saw."""
    try:
        kept = json.loads(STATE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if kept["of"] != of:
        return None
    return [test._replace(seconds=kept["tests"][test.name][0], reached=frozenset(kept["tests"][test.name][1])) for test in tests if test.name in kept["tests"]]


def content(files):
    return [hashlib.sha256(pathlib.Path(file).read_bytes()).hexdigest() for file in files]


def copy(tree):
    """The tree as git knows it, with changes; the files of src are written when the faults are planted."""
    tree.mkdir(parents=True, exist_ok=True)
    said = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], stdout=subprocess.PIPE, check=True).stdout.decode()
    names = {name for name in said.split("\0") if (ROOT / name).is_file()}
    for name in sorted(names):
        source, target = ROOT / name, tree / name
        if not name.startswith("src/") and not (target.is_file() and target.read_bytes() == source.read_bytes()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    for old in [path for path in tree.rglob("*") if path.is_file() and str(path.relative_to(tree)) not in {*names, "src/mutants.rs"}]:
        old.unlink()


def compiled(shell, numbers, tree=TREE):
    """Plants them without those that the compiler refuses; returns the ones that are in."""
    for _ in range(ROUNDS):
        copy(tree)
        said = subprocess.run([PROGRAM, "plant", tree, *map(str, numbers)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
        places = [json.loads(line) for line in said.splitlines()]
        messages = FOLDER / "check.json"
        if shell.passes("cargo", "check", "--manifest-path", tree / "Cargo.toml", *TESTS[2:], "--lib", "--message-format=json", env=environment(), to=messages):
            return {place["number"] for place in places}
        refused = set().union(*(blamed(error, places) for error in errors(messages)))
        if not refused:
            raise Failed(f"the compiler refuses what no fault explains, see {messages}")
        shell.say(f"{len(refused)} of {len(numbers)} are no program\n")
        numbers = [number for number in numbers if number not in refused]
    raise Failed(f"after {ROUNDS} rounds the compiler still refuses some")


def environment():
    return {**os.environ, "CARGO_TARGET_DIR": str(BUILD_FOLDER), "CARGO_PROFILE_DEV_DEBUG": "0", "CARGO_INCREMENTAL": "1",
            "RUSTFLAGS": "--cap-lints=allow"}


def errors(messages):
    lines = messages.read_text(encoding="utf-8", errors="replace").splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    return [line["message"] for line in told if line.get("reason") == "compiler-message" and line["message"]["level"] == "error"]


def blamed(error, places):
    """The faults that an error's places lie in; else those that are nearest in the same file."""
    spans = [(span["file_name"], span["byte_start"], span["byte_end"]) for span in error["spans"] if span["is_primary"]]
    inside = {place["number"] for place in places for name, begin, end in spans for first, last in place["ranges"]
              if place["file"] == name and first < end and begin < last}
    around = {place["number"] for place in places for name, begin, end in spans
              if place["file"] == name and place["ranges"][0][0] <= begin and end <= place["ranges"][-1][1]}
    if inside or around or not spans:
        return inside or around
    name, begin, _ = spans[0]
    near = sorted((abs(place["ranges"][0][0] - begin), place["number"]) for place in places if place["file"] == name)
    return {number for _, number in near[:1]}


def built(shell):
    """The test programs, and the library for programs in C."""
    messages = FOLDER / "programs.json"
    shell.run("cargo", "test", *TESTS, "--lib", "--test", "rust", "--no-run", "--message-format=json", env=environment(), to=messages)
    lines = [json.loads(line) for line in messages.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    programs = [line["executable"] for line in lines if line.get("profile", {}).get("test") and line.get("executable")]
    shell.run("cargo", "rustc", *TESTS, "--lib", "--crate-type", "cdylib", env=environment())
    library = FOLDER / "lib/libpalabra.so"
    library.parent.mkdir(exist_ok=True)
    shutil.copyfile(BUILD_FOLDER / "debug/libpalabra.so", library)
    c_programs.link_soname(library.parent)
    return programs, library


# --- Runs of tests ---------------------------------------------------------------------------------------------------


def tests_of(program):
    def names(*options):
        said = subprocess.run([program, "--list", "--format", "terse", *options], cwd=TREE, stdout=subprocess.PIPE, text=True, check=True).stdout
        return [line.removesuffix(": test") for line in said.splitlines() if line.endswith(": test")]

    ignored = set(names("--ignored"))
    return [Test(name, (program, "--exact", name), str(TREE)) for name in names() if name not in ignored]


def programs_in_c(library):
    cases, folder = c_programs.cases(), FOLDER / "programs"
    broken = c_programs.build(cases, folder, library.parent)
    return [Test(case.name, tuple(map(str, c_programs.command(case, folder))), str(c_programs.OUTPUTS), is_program=True)
            for case in cases if case.source not in broken]


def first_run(shell, of, tests):
    """Those that pass without a fault, with their times and the faults that they reach."""
    folder = FOLDER / "reached"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)

    def one(test):
        file = folder / str(tests.index(test))
        begin = time.monotonic()
        if not passes(test, 600, {"PALABRA_MUTANTS_REACHED": str(file)}):
            return None
        reached = map(int, file.read_text().split()) if file.exists() else ()
        return test._replace(seconds=time.monotonic() - begin, reached=frozenset(reached))

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        done = list(pool.map(one, tests))
    failed = [test.name for test, result in zip(tests, done) if result is None]
    shell.say(f"{len(tests)} tests; not counted, because they fail without a fault: {', '.join(failed) or 'none'}\n")
    if len(failed) > len(tests) // 20:
        raise Failed(f"{len(failed)} of {len(tests)} tests fail without a fault")
    passed = [result for result in done if result]
    kept = {test.name: (test.seconds, sorted(test.reached)) for test in passed}
    STATE.write_text(json.dumps({"of": of, "tests": kept}), encoding="utf-8")
    return passed


def passes(test, seconds, more, stop=None):
    """Whether a test passes; None if `stop` ended it."""
    env = {**(c_programs.environment(FOLDER / "lib") if test.is_program else os.environ), **more}
    process = subprocess.Popen(test.command, cwd=test.folder, env=env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    end = time.monotonic() + seconds
    while True:
        try:
            return process.wait(0.05) in (0, c_programs.SKIPPED)
        except subprocess.TimeoutExpired:
            if time.monotonic() < end and not (stop and stop.is_set()):
                continue
            kill(process)
            return None if stop and stop.is_set() else False


def kill(process):
    """A program that has started others ends them first."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def judge(shell, mutants, state, known):
    end = time.monotonic() + SECONDS
    for mutant in mutants:
        if time.monotonic() > end:
            break
        begin = time.monotonic()
        verdict = verdict_of(mutant, state)
        keep(mutant, verdict, known)
        shell.say(f"{verdict}: {mutant['key']} ({time.monotonic() - begin:.1f} s)\n")


def keep(mutant, verdict, known):
    if known.get(mutant["key"]) == verdict:
        return
    known[mutant["key"]] = verdict
    # A later line replaces an earlier one.
    with open(JUDGED, "a", encoding="utf-8") as file:
        file.write(f"{digest(mutant['key'])} {verdict}\n")


def verdict_of(mutant, state):
    """'noticed by TEST', or 'survived N tests'."""
    module = mutant["file"].removeprefix("src/").removesuffix(".rs").replace("/", "::").removesuffix("::mod")
    reaching = [test for test in state.tests if mutant["number"] in test.reached]
    reaching.sort(key=lambda test: (test.is_program, not test.name.startswith(module), test.seconds))
    stop, on = threading.Event(), {"PALABRA_MUTANT": str(mutant["number"])}

    def one(test):
        seconds = max(LEAST_SECONDS, PATIENCE * test.seconds)
        if stop.is_set() or passes(test, seconds, on, stop) is not False:
            return None
        # Another reason would make it fail once more.
        if not passes(test, seconds, {}, stop):
            return None
        stop.set()
        return test.name

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        by = next((name for name in pool.map(one, reaching) if name), None)
    return f"noticed by {by}" if by else f"{SURVIVED} {len(reaching)} tests"


# --- What it says ----------------------------------------------------------------------------------------------------


def summary(shell, mutants, known):
    answered = answers()
    noticed = [key for key, verdict in known.items() if verdict.startswith("noticed")]
    survived = [key for key, verdict in known.items() if verdict.startswith(SURVIVED)]
    equal = [key for key in survived if answered.get(key, "").startswith("equal: ")]
    missing = [key for key in survived if answered.get(key, "").startswith("missing: ")]
    open_ones = [key for key in survived if not answered.get(key)]
    left = sum(1 for mutant in mutants if mutant["key"] not in known)
    counted = len(noticed) + len(survived) - len(equal)
    low, high = wilson(len(noticed), counted)
    figures = {"noticed": len(noticed), "survived": len(survived), "equal": len(equal), "missing": len(missing), "open": open_ones, "left": left,
               "share": len(noticed) / max(counted, 1), "low": low, "high": high, "possible": len(listed()), "seed": SEED}
    FIGURES.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    shell.say(f"{len(noticed)} of {counted} noticed ({100 * figures['share']:.0f} %, {100 * low:.0f} to {100 * high:.0f} % of all with 95 % confidence), "
              f"{len(equal)} more change nothing; {left} are left for the next run\n")
    for key in sorted(answered.keys() - {mutant["key"] for mutant in listed()}):
        shell.say(f"there is no such fault any more: {key}\n")
    for key in open_ones:
        shell.say(f"not noticed and not answered: {key}\n")
    too_many = max(0, len(missing) - MOST_MISSING)
    if too_many:
        shell.say(f"{len(missing)} answers say that a test is missing; at most {MOST_MISSING} may\n")
    return reports.Count(len(noticed) + len(survived) - len(open_ones) - too_many, len(open_ones) + too_many, left)


def wilson(part, all_, z=1.96):
    """The interval of a share that a sample shows."""
    if not all_:
        return 0.0, 1.0
    share, square = part / all_, z * z / all_
    middle, half = share + square / 2, z * math.sqrt(share * (1 - share) / all_ + square / all_ / 4)
    return (middle - half) / (1 + square), (middle + half) / (1 + square)
