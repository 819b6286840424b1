"""The fuzzer: built with libFuzzer and AddressSanitizer, run target by target."""

import fcntl
import json
import os
import re

from . import reports
from .graph import Run, Stage
from .places import ROOT, processors
from .shell import Failed

SECONDS = int(os.environ.get("PALABRA_FUZZ_SECONDS", "600"))
SEEDS = ROOT / "fuzz/seeds"
# What the fuzzer finds is kept between runs, so that the next one begins where this one ended.
CORPUS = ROOT / "build/fuzz/corpus"
FOUND = ROOT / "build/fuzz/found"
STATE = ROOT / "build/prove/fuzz.json"
# What all runs together did, on every version: each adds to it.
TOTALS = ROOT / "fuzz/totals.json"
LOGS = ROOT / "build/log/fuzz"
BUILD_FOLDER = ROOT / "target/fuzz"
MACHINE = "x86_64-unknown-linux-gnu"
PROGRAM = BUILD_FOLDER / MACHINE / "release/palabra-fuzz"
# libFuzzer's instrumentation, as cargo-fuzz sets it, and a sanitizer, which stable Rust has only with RUSTC_BOOTSTRAP.
RUSTFLAGS = ("-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 "
             "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table "
             "-Cllvm-args=-sanitizer-coverage-trace-compares -Zsanitizer=address")
# An input that takes longer than a minute counts as one that hangs.
OPTIONS = ("-max_len=4096", "-timeout=60", "-rss_limit_mb=4096", "-print_final_stats=1", "-verbosity=1")
# Several targets may end at once, also of several runs.
ADDING = ROOT / "build/fuzz/adding"
# Limits of what `keep` leaves in the folder of one target.
MOST_FILES, MOST_BYTES, LARGEST = 150, 300_000, 16_000


def targets():
    return sorted(folder.name for folder in SEEDS.iterdir() if folder.is_dir())


def build(shell):
    shell.run("cargo", "build", "--release", "--locked", "--target", MACHINE, "--manifest-path", "fuzz/Cargo.toml",
              env=build_environment())


def build_environment():
    return {**os.environ, "RUSTC_BOOTSTRAP": "1", "RUSTFLAGS": RUSTFLAGS, "CARGO_TARGET_DIR": str(BUILD_FOLDER)}


BUILD = Stage("fuzz-build", build, needs=("system",), groups=("fuzz",))


def environment(target):
    return {**os.environ, "PALABRA_FUZZ_TARGET": target, "ASAN_OPTIONS": "detect_odr_violation=0"}


def fuzz(shell, target, seconds=SECONDS):
    """Fuzzes one target and returns its figures; a fault is left in build/fuzz/found and fails."""
    corpus, log = CORPUS / target, LOGS / f"{target}.txt"
    for folder in (corpus, FOUND, log.parent):
        folder.mkdir(parents=True, exist_ok=True)
    passed = shell.passes(PROGRAM, *OPTIONS, f"-max_total_time={seconds}", f"-artifact_prefix={FOUND}/{target}-",
                          corpus, SEEDS / target, env=environment(target), to=log)
    text = log.read_text(encoding="utf-8", errors="replace")
    add(target, figures(text))
    if not passed:
        shell.say(explanation(text))
        found = re.search(r"Test unit written to (\S+)", text)
        raise Failed(f"{target}: {found[1] if found else f'see {log}'}")
    return figures(text)


def figures(text):
    number = lambda pattern: int((re.findall(pattern, text) or ["0"])[-1])  # noqa: E731
    return {"executions": number(r"stat::number_of_executed_units: +(\d+)"), "edges": number(r"cov: (\d+)"),
            "new": number(r"stat::new_units_added: +(\d+)"), "seconds": number(r"Done \d+ runs in (\d+) second")}


def totals():
    """{target: executions and seconds of all runs, and the edges of the last one}"""
    try:
        return json.loads(TOTALS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def add(target, of):
    ADDING.parent.mkdir(parents=True, exist_ok=True)
    with open(ADDING, "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _add(totals(), target, of)


def _add(kept, target, of):
    earlier = kept.get(target, {"executions": 0, "seconds": 0})
    kept[target] = {"executions": earlier["executions"] + of["executions"], "seconds": earlier["seconds"] + of["seconds"], "edges": of["edges"]}
    rows = [f"{json.dumps(name)}: {json.dumps(row)}" for name, row in sorted(kept.items())]
    # A run that is ended meanwhile leaves the old file or the new one.
    whole = ADDING.with_name("totals.json")
    whole.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
    os.replace(whole, TOTALS)


def explanation(text):
    """What failed, without the stack of libFuzzer."""
    lines = text.splitlines()
    begin = next((n for n, line in enumerate(lines) if "panicked at" in line or "ERROR: " in line), max(0, len(lines) - 20))
    return "\n".join(lines[begin:begin + 40]) + "\n"


def all_targets(tree):
    """The work of the part `fuzz`: every target that has not passed on this tree, or all of them once more."""

    def work(_):
        done = load(tree)
        if done.keys() >= set(targets()):
            done = {}
        # Those first that had the least time so far.
        waiting = sorted(targets(), key=lambda name: totals().get(name, {"seconds": 0})["seconds"])
        left = [Stage(name, one(name, tree, done)) for name in waiting if name not in done]
        results = Run(left, LOGS, busy=processors()).all()
        for name, of in sorted(done.items()):
            print(f"{name:<12}{of['executions']:>10} executions{of['edges']:>8} edges{of['new']:>6} new inputs",
                  flush=True)
        failed = sum(1 for result in results.values() if result.count.failed)
        return reports.Count(len(targets()) - failed, failed)

    return work


def one(name, tree, done):
    def work(shell):
        done[name] = fuzz(shell, name)
        STATE.parent.mkdir(parents=True, exist_ok=True)
        STATE.write_text(json.dumps({"tree": tree, "targets": done}), encoding="utf-8")
        return reports.Count(1, 0)

    return work


def load(tree):
    try:
        kept = json.loads(STATE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept["targets"] if tree and kept["tree"] == tree else {}


def keep(shell, target):
    """Adds to the seeds what of the corpus reaches code that they do not reach, as few files as possible."""
    folder = SEEDS / target
    shell.run(PROGRAM, "-set_cover_merge=1", "-use_counters=0", f"-max_len={LARGEST}", folder, CORPUS / target,
              env=environment(target))
    # Files with a name of their own stay.
    nameless = [file for file in folder.iterdir() if re.fullmatch(r"[0-9a-f]{40}", file.name)]
    nameless.sort(key=lambda file: file.stat().st_size)
    rest = [file for file in folder.iterdir() if file not in nameless]
    count, size = len(rest), sum(file.stat().st_size for file in rest)
    for file in nameless:
        count, size = count + 1, size + file.stat().st_size
        if count > MOST_FILES or size > MOST_BYTES or file.stat().st_size > LARGEST:
            file.unlink()
