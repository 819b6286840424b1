#!/usr/bin/env python3
"""Runs a command with a fresh devserver and returns its exit code.

usage: with_devserver.py --devserver PATH [--timeout SECONDS] [--devserver-arg ARG]... -- COMMAND [ARG]...
"""

import argparse
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "tools"))
from devserver import Devserver, DevserverError, patient, unwind_on_sigterm  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(description="Runs a command beside a fresh devserver.")
    parser.add_argument("--devserver", required=True, help="path of palabra-devserver")
    parser.add_argument("--devserver-arg", action="append", default=[], help="one more argument for it")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds until the command is killed")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def main():
    args = arguments()
    unwind_on_sigterm()
    try:
        with Devserver(args.devserver, patient(args.devserver_arg)) as server:
            code = run(args.command, server.environment(), args.timeout)
    except DevserverError as error:
        print(f"with_devserver: {error}", file=sys.stderr)
        return 1
    return code


def run(command, environment, timeout):
    try:
        code = subprocess.run(command, env=environment, timeout=timeout).returncode
    except subprocess.TimeoutExpired:
        print(f"with_devserver: not finished after {timeout:.0f} s: {' '.join(command)}", file=sys.stderr)
        return 1
    if code < 0:
        print(f"with_devserver: ended by signal {-code}", file=sys.stderr)
        return 128 - code
    return code


if __name__ == "__main__":
    sys.exit(main())
