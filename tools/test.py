#!/usr/bin/env python3
"""Runs every check, several at a time, and prints as the last line how many tests passed, failed and were skipped.

usage: test.py [STAGE]...    without arguments all of them; a stage also runs the stages that it needs

The output of a stage is printed in one piece when it ends; meanwhile it is written to build/log.
"""

import sys

from checks.graph import Run, report, with_needs
from checks.shell import ROOT
from checks.stages import STAGES, with_system
from devserver import unwind_on_sigterm


def main():
    if {"-h", "--help"} & set(sys.argv[1:]):
        sys.exit(print(__doc__.strip()))
    unwind_on_sigterm()
    names = [stage.name for stage in STAGES]
    unknown = [name for name in sys.argv[1:] if name not in names]
    if unknown:
        sys.exit(f"test: no such stage: {', '.join(unknown)} (there are: {', '.join(names)})")
    stages = with_system(with_needs(STAGES, sys.argv[1:] or names))
    return report("stage", Run(stages, ROOT / "build/log").all())


if __name__ == "__main__":
    sys.exit(main())
