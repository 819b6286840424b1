#!/usr/bin/env python3
"""Counts the instructions that each call of a function executes, and fails if one executes more than so many.

usage: instructions.py --valgrind PATH --function NAME --most N -- COMMAND [ARG]...
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

# Fewer calls say little about the slowest of them.
LEAST_CALLS = 300


def arguments():
    parser = argparse.ArgumentParser(description="Counts the instructions of each call of a function.")
    parser.add_argument("--valgrind", default="valgrind")
    parser.add_argument("--function", required=True)
    parser.add_argument("--most", type=int, required=True, help="instructions of one call")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def counted(args, folder):
    """The instructions of each call, in ascending order, and the exit code of the program."""
    name = args.function
    code = subprocess.run([
        args.valgrind, "--tool=callgrind", "--quiet", f"--toggle-collect={name}", f"--dump-after={name}",
        f"--callgrind-out-file={folder}/calls", *args.command]).returncode
    totals = (re.search(r"^totals: (\d+)", path.read_text(), re.M) for path in pathlib.Path(folder).glob("calls.*"))
    # The last file is that of the end of the program.
    return sorted(int(total[1]) for total in totals if total and int(total[1]) > 0), code


def main():
    args = arguments()
    with tempfile.TemporaryDirectory() as folder:
        calls, code = counted(args, folder)
    if code != 0 or len(calls) < LEAST_CALLS:
        print(f"instructions: the program ended with {code} after {len(calls)} calls", file=sys.stderr)
        return code or 1
    share = lambda part: calls[int(part * (len(calls) - 1))]  # noqa: E731
    print(f"{args.function}: {len(calls)} calls, instructions p50 {share(0.5)}, p99 {share(0.99)}, most {calls[-1]} of {args.most}")
    return 0 if calls[-1] <= args.most else 1


if __name__ == "__main__":
    sys.exit(main())
