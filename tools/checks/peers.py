"""Programs of others that use the official Python client, unmodified, beside a devserver: their own tests, as far as they take
an address, and the example scripts of both generations of the client."""

import os
import sys

from . import c_programs, reports, stages
from .graph import Stage
from .places import DEVSERVER, ROOT, TOOLS, new_report

TESTS = ROOT / "tests/peers"
# Their live tests look for words that were spoken.
LOCAL = ("--engine=local", f"--local-tools={TOOLS / 'local'}")
# The fifth, the plugin for LiveKit, brings no tests: tests/peers/test_livekit.py uses it.
SUITES = ("wyoming_palabra-0.1.0", "palabra_ai_jambonz_bridge-0.1.0", "palabra_ai_vapi_bridge-0.1.0", "palabra_ai_openai_agents-0.1.0")

BUILD = Stage("peers-tools", stages.tools("peers"), needs=("system", "local-tools"), groups=("peers",), waits=True)
LOCAL_TOOLS = Stage("local-tools", stages.tools("local"), needs=("system",), groups=("local",), waits=True)


def run(shell):
    counts = {name: _suite(shell, name) for name in SUITES}
    counts["the plugin for LiveKit"] = _own(shell, "peers", "test_livekit.py")
    for peer, version in (("peers1", "1.0.2"), ("peers", "2.2.1")):
        counts[f"the examples of the official client {version}"] = _own(shell, peer, "test_examples.py")
    for name, count in counts.items():
        shell.say(f"{name}: {count.passed} passed, {count.failed} failed, {count.skipped} left out\n")
    return sum(counts.values(), reports.NOTHING)


def _environment():
    return {**os.environ, "PYTHONPATH": str(TESTS), "PYTHONDONTWRITEBYTECODE": "1", "PALABRA_API_KEY": "dev-peers"}


def _suite(shell, name):
    """All tests of a program. One that fails may have failed by itself, as some wait for no event: then all run once more."""
    count = _once(shell, name)
    if count.failed:
        shell.say(f"{name}: {count.failed} failed; all once more\n")
        count = _once(shell, name)
    return count


def _once(shell, name):
    """With the limits of the service."""
    report, folder = new_report(f"peers-{name}.xml"), TOOLS / "peers/sources" / name
    env = {**_environment(), "PALABRA_TEST_WAV": str(c_programs.OUTPUTS / "speech.wav")}
    shell.passes(sys.executable, c_programs.BESIDE, "--devserver", DEVSERVER, *(f"--devserver-arg={argument}" for argument in LOCAL),
                 "--timeout", "1800", "--", TOOLS / "peers/bin/python", "-m", "pytest", "-q", "-p", "at_devserver", "-p", "no:cacheprovider",
                 f"--rootdir={folder}", "-c", folder / "pyproject.toml", f"--junitxml={report}", folder / "tests", env=env)
    return reports.junit(report)


def _own(shell, peer, test):
    report = new_report(f"{peer}-{test}.xml")
    env = {**_environment(), "PALABRA_DEVSERVER": str(DEVSERVER), "PALABRA_PEER_SOURCES": str(TOOLS / peer / "sources")}
    shell.passes(TOOLS / peer / "bin/python", "-m", "pytest", "-c", TESTS / "pytest.ini", f"--junitxml={report}", TESTS / test, env=env)
    return reports.junit(report)
