"""Which lines and branches of the library the tests run: the Rust tests, and the C programs with an instrumented library."""

import collections
import json
import os
import pathlib
import re
import shutil
import subprocess

from . import c_programs, reports, rust
from .graph import Stage
from .places import ROOT, TARGET, new_report
from .shell import Shell

TESTS = ("-p", "palabra", "--locked", "--features", "palabra/decoders,palabra/echo,palabra/vad")
BUILD_FOLDER = TARGET / "coverage"
FOLDER = ROOT / "build/prove/coverage"
PROFILES, MERGED, LINES = FOLDER / "profiles", FOLDER / "merged.profdata", FOLDER / "lines.lcov"
FIGURES, UNCOVERED = FOLDER / "figures.json", FOLDER / "uncovered.txt"
# In these, what no test runs is answered for.
ANSWERED = ("session", "products", "wire", "net", "ffi")
ANSWERS = ROOT / "tests/prove/uncovered.txt"

# They forbid or measure what the profile of a program needs.
EXCLUDED = ("int_forbidden_calls", "int_session_memory", "life_stack")

TOOLS = Stage("coverage-tools", lambda shell: None, needs=("system",), groups=("coverage",))


def run(limited):
    # Two builds and all tests: how long this takes depends on the machine.
    shell = Shell(limited.say)
    if not shutil.which(f"llvm-cov-{llvm()}"):
        raise reports.Skipped(f"llvm-cov-{llvm()} is missing, which the compiler's profiles need")
    shutil.rmtree(PROFILES, ignore_errors=True)
    PROFILES.mkdir(parents=True)
    others = strays()
    programs, count = rust_tests(shell)
    library, more = c_tests(shell)
    export(shell, [library, *programs])
    # Of children without the environment.
    for stray in strays() - others:
        stray.unlink()
    found = read(LINES.read_text(encoding="utf-8"))
    write(found)
    shell.say("".join(f"{room:10} {line}\n" for room, line in table(found).items()))
    open_ones = unanswered(found)
    for function in open_ones:
        shell.say(f"no test runs it and nothing answers for it: {function}\n")
    return count + more + reports.Count(0, len(open_ones))


def strays():
    return set(ROOT.glob("default_*.profraw"))


def environment():
    # Branches are counted only by an option that stable Rust has with RUSTC_BOOTSTRAP. The table of lines needs no debug info.
    return {**os.environ, "RUSTC_BOOTSTRAP": "1", "RUSTFLAGS": "-Cinstrument-coverage -Zcoverage-options=branch",
            "CARGO_TARGET_DIR": str(BUILD_FOLDER), "CARGO_PROFILE_DEV_DEBUG": "0", "LLVM_PROFILE_FILE": str(PROFILES / "%8m.profraw")}


def rust_tests(shell):
    """The test programs, and the count of their tests."""
    messages = new_report("coverage-programs.json")
    shell.run("cargo", "test", *TESTS, "--no-run", "--message-format=json", env=environment(), to=messages)
    programs = [program for program, _ in rust.programs(messages)]
    return programs, rust.quick(shell, TESTS, environment())


def c_tests(shell):
    shell.run("cargo", "rustc", "-p", "palabra", "--lib", "--locked", "--features", "decoders,echo,vad", "--crate-type", "cdylib", env=environment())
    folder = BUILD_FOLDER / "debug"
    c_programs.link_soname(folder)
    programs = c_programs.cases(EXCLUDED, "api|int|life|user") + c_programs.hostile_cases()
    options = {"LLVM_PROFILE_FILE": str(PROFILES / "c-%8m.profraw")}
    return folder / "libpalabra.so", c_programs.run(shell, "coverage", folder, ("cc", "-rdynamic"), options, programs)


def export(shell, objects):
    tool = lambda name: f"llvm-{name}-{llvm()}"  # noqa: E731
    shell.run(tool("profdata"), "merge", "-sparse", "--failure-mode=all", PROFILES, "-o", MERGED)
    others = [word for path in objects[1:] for word in ("-object", path)]
    shell.run(tool("cov"), "export", "--format=lcov", f"--instr-profile={MERGED}", "--ignore-filename-regex=/registry/|/rustc/|/devserver/|/tests/",
              objects[0], *others, to=LINES)


def llvm():
    """The version that the compiler stands on: older ones do not read its profiles."""
    about = subprocess.run(["rustc", "-vV"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return re.search(r"LLVM version: ([0-9]+)", about)[1]


# --- What it found ---------------------------------------------------------------------------------------------------


class File:
    """Of one file of the library: {line: runs}, {(line, branch): runs}, {function: (line, runs)}."""

    def __init__(self):
        self.lines, self.branches, self.functions = {}, {}, {}


def read(lcov):
    """{path: File} without what is compiled for tests alone."""
    files, path, end = {}, None, 0
    for line in lcov.splitlines():
        kind, _, rest = line.partition(":")
        if kind == "SF":
            full = pathlib.Path(rest)
            path = full.relative_to(ROOT) if full.is_relative_to(ROOT / "src") and not re.search("tests?\\.rs$", full.name) else None
            end = end_of_code(path) if path else 0
        elif path:
            note(files.setdefault(path, File()), kind, rest.split(","), end)
    return {path: file for path, file in files.items() if file.lines}


def note(file, kind, words, end):
    # A function that is compiled several times is there several times.
    if kind == "DA" and int(words[0]) < end:
        file.lines[int(words[0])] = max(int(words[1]), file.lines.get(int(words[0]), 0))
    elif kind == "BRDA" and int(words[0]) < end:
        key, runs = (int(words[0]), f"{words[1]}.{words[2]}"), 0 if words[3] == "-" else int(words[3])
        file.branches[key] = max(runs, file.branches.get(key, 0))
    elif kind == "FN" and int(words[0]) < end:
        file.functions[words[-1]] = (int(words[0]), 0)
    elif kind == "FNDA" and words[1] in file.functions:
        file.functions[words[1]] = (file.functions[words[1]][0], int(words[0]))


def end_of_code(path):
    """Tests at the end of a file are no part of the library."""
    text = (ROOT / path).read_text(encoding="utf-8")
    tests = re.search(r"^#\[cfg\(test\)\]\n(#\[.*\]\n)*mod \w+ \{", text, re.MULTILINE)
    return text.count("\n", 0, tests.start() if tests else len(text)) + 1


def shares(found):
    """{room: {what: [run, all]}}"""
    sums = collections.defaultdict(lambda: {"lines": [0, 0], "branches": [0, 0], "functions": [0, 0]})
    for path, file in found.items():
        room = sums[path.parts[1].removesuffix(".rs")]
        for what, runs in (("lines", file.lines.values()), ("branches", file.branches.values()), ("functions", functions(file).values())):
            room[what][0] += sum(1 for run in runs if run)
            room[what][1] += len(runs)
    return dict(sorted(sums.items()))


def functions(file):
    """{line where a function begins: runs}, of all its copies together."""
    runs = collections.Counter()
    for line, run in file.functions.values():
        runs[line] += run
    return runs


def table(found):
    return {room: ", ".join(f"{100 * run / max(all_, 1):.1f} % of {all_} {what}" for what, (run, all_) in of.items())
            for room, of in shares(found).items()}


def write(found):
    FIGURES.write_text(json.dumps(shares(found)), encoding="utf-8")
    rows = []
    for path, file in sorted(found.items()):
        text = (ROOT / path).read_text(encoding="utf-8").splitlines()
        half = {line for (line, _), run in file.branches.items() if not run}
        missed = {line for line, run in file.lines.items() if not run}
        rows += [f"{path}:{line}: {'not run' if line in missed else 'one way only'}: {text[line - 1].strip()}\n" for line in sorted(missed | half)]
    UNCOVERED.write_text("".join(rows), encoding="utf-8")


def unanswered(found):
    """`PATH FUNCTION` of the functions in ANSWERED that no test runs and that tests/prove/uncovered.txt does not name."""
    answered = {line.split(": ")[0] for line in ANSWERS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")}
    missed = []
    for path, file in sorted(found.items()):
        if path.parts[1].removesuffix(".rs") in ANSWERED:
            text = (ROOT / path).read_text(encoding="utf-8").splitlines()
            names = (re.search(r"fn (\w+)", text[line - 1]) for line, run in sorted(functions(file).items()) if not run)
            missed += [f"{path} {name[1]}" for name in names if name]
    return [name for name in missed if name not in answered]
