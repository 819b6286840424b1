#!/usr/bin/env python3
"""Fuzzes by hand.

usage: fuzz.py run TARGET [SECONDS]    fuzzes one target; a fault is left in build/fuzz/found
       fuzz.py replay TARGET FILE...   runs inputs once
       fuzz.py keep [TARGET]...        adds to fuzz/seeds what of the corpora in build/fuzz reaches more code

The targets are the folders of fuzz/seeds. `make prove PART=fuzz` runs all of them.
"""

import sys

from checks import fuzz
from checks.shell import ROOT, Failed, Shell


def main():
    match sys.argv[1:]:
        case ["run", target, *seconds] if target in fuzz.targets() and len(seconds) < 2:
            print(fuzz.fuzz(built(), target, *map(int, seconds)))
        case ["replay", target, _, *_] if target in fuzz.targets():
            built().run(fuzz.PROGRAM, *sys.argv[3:], env=fuzz.environment(target))
        case ["keep", *names]:
            shell = built()
            for target in names or fuzz.targets():
                fuzz.keep(shell, target)
        case _:
            sys.exit(__doc__.strip() + f"\n\nThere are: {', '.join(fuzz.targets())}")


def built():
    shell = Shell(lambda text: print(text, end="", flush=True))
    shell.run(ROOT / "tools/install.sh", "fuzz")
    fuzz.build(shell)
    return shell


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit(f"fuzz: {failed}")
