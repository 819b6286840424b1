"""The models of tests/model: every order of what threads share, within bounds."""

import os
import re

from . import reports
from .graph import Stage
from .places import ROOT
from .shell import Failed, Shell

BUILD_FOLDER = ROOT / "target/model"
PROGRAM = BUILD_FOLDER / "debug/palabra-models"
# The bounds of each model, unless the environment says otherwise.
BOUNDS = {"LOOM_MAX_PREEMPTIONS": "3", "PALABRA_MODEL_SECONDS": "30"}
# Of a model with an operation made weaker: there are many of them, and most fail soon.
BOUNDS_OF_WEAKER = {"LOOM_MAX_PREEMPTIONS": "2", "PALABRA_MODEL_SECONDS": "4"}


def build(shell):
    shell.run("cargo", "build", "--locked", "--manifest-path", "tests/model/Cargo.toml",
              env={**os.environ, "CARGO_TARGET_DIR": str(BUILD_FOLDER)})


BUILD = Stage("models-build", build)


def bound(name):
    return os.environ.get(name, BOUNDS[name])


def run(limited):
    """The models as they are, and with each operation made weaker that orders something."""
    # Each model has a limit of its own, of the processor.
    shell = Shell(limited.say)
    asked = {name: bound(name) for name in BOUNDS}
    return _run(shell, "models", asked) + _run(shell, "weaker", BOUNDS_OF_WEAKER, "weaker")


def _run(shell, name, bounds, *arguments):
    log = ROOT / f"build/log/{name}.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    env = {**os.environ, **bounds, "RUST_BACKTRACE": "0"}
    passed = shell.passes(PROGRAM, *arguments, env=env, to=log)
    text = log.read_text(encoding="utf-8", errors="replace")
    shell.say(text)
    ok, failed = (len(re.findall(f"^{word} ", text, re.MULTILINE)) for word in ("ok", "FAILED"))
    if not passed and not failed:
        raise Failed(f"{name}: it did not end, see {log}")
    return reports.Count(ok, failed)
