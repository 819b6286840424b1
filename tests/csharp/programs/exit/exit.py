#!/usr/bin/env python3
"""Runs each kind of process end and judges it: the exit code, that it ends, and that nothing unexpected is said.

usage: exit.py all|KIND... [SESSIONS]
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

# What the program itself waits for is below 1 s.
START_SECONDS, END_SECONDS = 180, 60
ABORT = -signal.SIGABRT
# The exit codes of each kind: on .NET, and where it differs on Mono.
CODES = {
    "return": [3], "exit": [5], "threadexit": [6], "poolexit": [7], "throw": [ABORT], "threadthrow": [ABORT], "processexit": [8],
    "failfast": [ABORT], "stackoverflow": [ABORT], "null": [9], "shutdown": [13], "disposed": [14], "int": [-signal.SIGINT, 130],
    "term": [-signal.SIGTERM, 143], "hup": [-signal.SIGHUP, 129], "quit": [-signal.SIGQUIT, 131], "intexit": [10], "intleave": [11],
    "termleave": [12],
}
# Mono knows no key of interrupts without a terminal, and prints stacks on QUIT.
MONO = {"throw": [1, 255], "threadthrow": [1, 255], "quit": None, "stackoverflow": None, "intexit": None, "intleave": None, "termleave": None}
# What the runtimes themselves print when such a process ends.
CRASHES = {"throw", "threadthrow", "failfast", "stackoverflow"}
# Mono 6.8 fails now and then to end threads of a program that returns from Main, in a check of its own.
MONO_ITSELF = re.compile(r"^\* Assertion at \S+\.c:\d+", re.MULTILINE)
# Of a defect of the library or of memory that is not its own.
BAD = re.compile(r"panicked|SIGSEGV|Segmentation|AccessViolation|double free|corrupt|unexpected:|PALABRA_ERR_INTERNAL")


def heed():
    """A run that was begun in the background, or by nohup, ignores some signals, and its programs inherit that."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def judge(runtime, kind, sessions):
    """What is wrong with this end; None: nothing."""
    wanted = MONO.get(kind, CODES[kind]) if runtime == "mono" else CODES[kind]
    if wanted is None:
        return "not on this runtime"
    command = [*os.environ["PALABRA_DOTNET"].split(), os.environ["PALABRA_PROGRAM"], kind, *sessions]
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "TMPDIR": folder, "DOTNET_DbgEnableMiniDump": "0"}
        process = subprocess.Popen(command, env=env, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=heed)
        late = threading.Timer(START_SECONDS, process.kill)
        late.start()
        begun = next((line for line in process.stdout if line == "now\n"), None)
        late.cancel()
        if begun is None:
            return f"it never began, and ended with {process.wait()}"
        begin = time.monotonic()
        late = threading.Timer(END_SECONDS, process.kill)
        late.start()
        said = process.stdout.read()
        code = process.wait()
        late.cancel()
    seconds = time.monotonic() - begin
    print(f"{kind}: {code} after {1000 * seconds:.0f} ms", flush=True)
    if seconds > END_SECONDS:
        return f"it did not end\n{said}"
    if code not in wanted:
        return f"it ended with {code}\n{said}"
    if BAD.search(said) or (said and kind not in CRASHES):
        return f"it said: {said}"
    return None


def patiently(runtime, kind, sessions):
    for _ in range(5):
        why = judge(runtime, kind, sessions)
        if why is None or runtime != "mono" or not MONO_ITSELF.search(why):
            break
        print(f"{kind}: again, Mono failed by itself", flush=True)
    return why


def main():
    kinds = [word for word in sys.argv[1:] if not word.isdigit()]
    sessions = [word for word in sys.argv[1:] if word.isdigit()]
    runtime = "mono" if "mono" in os.environ["PALABRA_DOTNET"] else "dotnet"
    if kinds == ["all"]:
        kinds = [kind for kind in CODES if runtime == "dotnet" or MONO.get(kind, True) is not None]
    wrong = {kind: why for kind in kinds if (why := patiently(runtime, kind, sessions)) is not None}
    for kind, why in wrong.items():
        print(f"{kind}: {why}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
