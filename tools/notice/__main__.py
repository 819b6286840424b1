#!/usr/bin/env python3
"""Writes NOTICE: the licences of all software that the library contains. Also checks crates by deny.toml.

usage: notice [--check]    --check writes nothing and fails if NOTICE is not up to date
"""

import argparse
import sys
from pathlib import Path

from crates import all_packages, linked
from policy import faults
from texts import notice

ROOT = Path(__file__).resolve().parents[2]
NOTICE = ROOT / "NOTICE"


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    crates = linked(ROOT)
    found = faults(ROOT / "deny.toml", crates, all_packages(ROOT))
    text = notice(crates)
    if not options.check:
        NOTICE.write_text(text, encoding="utf-8")
    elif not NOTICE.exists() or NOTICE.read_text(encoding="utf-8") != text:
        found.append("NOTICE is not up to date: run python3 tools/notice")
    for fault in found:
        print(f"notice: {fault}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
