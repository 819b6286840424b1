"""clippy for what no stage of tools/test.py looks at: the simulation, and programs that are workspaces of their own; and
the site of the documents."""

import os

from . import fuzz, models, mutants, reports
from .places import WORKSPACE, new_report
from .shell import Shell

REFUSED = ("--", "-D", "warnings")


def run(limited):
    # Much is compiled: how long that takes depends on the machine.
    shell = Shell(limited.say)
    # No tests: those of the library that the models compile need the rest of it.
    alone = ("--locked", *REFUSED)
    asked = {
        "clippy of tests/sim": (("clippy", *WORKSPACE, "--features", "palabra/sim", "--test", "sim", *REFUSED), os.environ),
        "clippy of fuzz": (("clippy", "--release", "--target", fuzz.MACHINE, "--manifest-path", "fuzz/Cargo.toml", *alone), fuzz.build_environment()),
        "clippy of tests/model": (("clippy", "--manifest-path", "tests/model/Cargo.toml", *alone), _in(models.BUILD_FOLDER)),
        "clippy of tests/mutants": (("clippy", "--manifest-path", "tests/mutants/Cargo.toml", *alone), _in(mutants.BUILD_FOLDER / "planter")),
    }
    cases = [(name, None if shell.passes("cargo", *words, env=env) else "see above") for name, (words, env) in asked.items()]
    cases.append(("links of the site", None if shell.passes("make", "docs") else "see above"))
    report = new_report("lint.xml")
    reports.write_junit(report, "lint", cases)
    return reports.junit(report)


def _in(folder):
    return {**os.environ, "CARGO_TARGET_DIR": str(folder)}
