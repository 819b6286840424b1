"""Builds and runs the Rust tests with nextest, or without it test by test, each in a process of its own."""

import concurrent.futures
import json
import subprocess

from . import reports
from .places import TARGET, WORKSPACE, has_nextest, new_report
from .shell import Failed

# More than there are processors: most of these tests wait for audio in real time.
JOBS = 6


def build(shell):
    if has_nextest():
        shell.run("cargo", "nextest", "run", *WORKSPACE, "--no-run")
    else:
        shell.run("cargo", "test", *WORKSPACE, "--no-run")


def quick(shell, what=WORKSPACE, env=None):
    return _run(shell, "default", what=what, env=env)


def slow(shell):
    """Runs the tests marked `#[ignore = "prove: why"]`."""
    return _run(shell, "prove", "--run-ignored", "only")


def _run(shell, profile, *options, what=WORKSPACE, env=None):
    if not has_nextest():
        return _one_by_one(shell, bool(options), what, env)
    report = TARGET / "nextest" / profile / "junit.xml"
    report.unlink(missing_ok=True)
    shell.passes("cargo", "nextest", "run", *what, "--no-fail-fast", "--profile", profile, *options, env=env)
    return reports.junit(report)


def programs(messages):
    """The test programs that cargo told of with --message-format=json, as (program, folder of its package)."""
    # The compiler's messages are mixed into the JSON lines.
    lines = [json.loads(line) for line in messages.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    return [(line["executable"], line["manifest_path"].rpartition("/")[0]) for line in lines
            if line.get("profile", {}).get("test") and line.get("executable")]


def _one_by_one(shell, ignored, what, env):
    messages = new_report("rust-programs.json")
    shell.run("cargo", "test", *what, "--no-run", "--message-format=json", env=env, to=messages)
    tests = [(*program, name) for program in programs(messages) for name in _names(*program, ignored)]
    with concurrent.futures.ThreadPoolExecutor(1 if ignored else JOBS) as pool:
        cases = list(pool.map(lambda test: _one(shell, ignored, env, *test), tests))
    report = new_report("rust.xml")
    reports.write_junit(report, "rust", cases)
    return reports.junit(report)


def _names(program, folder, ignored):
    listing = subprocess.run([program, "--list", "--format=terse", *(["--ignored"] if ignored else [])],
                             cwd=folder, capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        raise Failed(f"{program} lists no tests: {listing.stderr}")
    names = [line.removesuffix(": test") for line in listing.stdout.splitlines() if line.endswith(": test")]
    return names if ignored else [name for name in names if name not in _names(program, folder, True)]


def _one(shell, ignored, env, program, folder, name):
    command = [program, "--exact", name, "--nocapture", *(["--ignored"] if ignored else [])]
    done = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    shell.say(f"{'ok' if done.returncode == 0 else 'FAILED'} {name}\n{done.stdout if done.returncode else ''}")
    return name, None if done.returncode == 0 else f"ended with {done.returncode}"
