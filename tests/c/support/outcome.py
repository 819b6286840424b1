#!/usr/bin/env python3
"""Runs a command with three lines of input and checks its exit code and its output.

usage: outcome.py CODE PATTERN -- COMMAND [ARG]...
"""

import re
import subprocess
import sys

LINES = "hola\nbuenas tardes a todos\nadiós\n"


def main():
    code, pattern, separator, *command = sys.argv[1:]
    if separator != "--" or not command:
        sys.exit(__doc__)
    ended = subprocess.run(command, input=LINES.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    printed = ended.stdout.decode()
    print(printed, end="")
    if ended.returncode != int(code):
        sys.exit(f"outcome: it ended with {ended.returncode}, not with {code}")
    if not re.search(pattern, printed, re.DOTALL):
        sys.exit(f"outcome: what it printed does not match {pattern}")


if __name__ == "__main__":
    main()
