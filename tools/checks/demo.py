"""The engine `local` with its real models, the call of `make demo` with it, and what it hears beside an echo."""

import os
import sys

from . import reports
from .graph import Stage
from .places import CONSUMER, ROOT, TARGET, TOOLS

FOLDER = ROOT / "build/prove/demo"
WHISPER = TOOLS / "local/whisper/model.bin"


def install(shell):
    for group in ("local", "demo"):
        shell.run("tools/install.sh", "--tools", group)


# A venv for matplotlib too, so that the picture is drawn.
INSTALLED = Stage("demo-tools", install, needs=("system",), groups=("local", "recording", "spanish", "demo"), waits=True)


def run(shell):
    if not WHISPER.exists():
        raise reports.Skipped("Whisper cannot be installed here")
    shell.run("cargo", "build", "--profile", "devserver", "--locked", "-p", "palabra-devserver", "--bin", "palabra-devserver")
    env = {**os.environ, "PALABRA_LOCAL_TOOLS": str(TOOLS / "local")}
    passed = [
        shell.passes(sys.executable, "tests/demo/prove_recogniser.py", "-v", env=env),
        shell.passes(sys.executable, "tests/demo/prove_double_talk.py", "-v", env=env),
        shell.passes(sys.executable, "tools/demo/call.py", "--devserver", TARGET / "devserver/palabra-devserver",
                     "--program", CONSUMER / "call_barge_in", "--output", FOLDER, "--plotter", TOOLS / "demo/bin/python"),
    ]
    return reports.Count(sum(passed), len(passed) - sum(passed))
