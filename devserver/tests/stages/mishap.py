"""A fault of a test's stage that happens once: with the arguments `MISHAP FLAG`, unless the file FLAG exists."""

import os
import pathlib
import signal
import sys
import time

NAMES = ("die", "exit", "hang", "garbage")


def wanted():
    """The fault of the command line, if it has not happened yet; marks it as happened."""
    arguments = sys.argv[1:]
    found = [at for at, word in enumerate(arguments) if word in NAMES]
    if not found:
        return None
    flag = pathlib.Path(arguments[found[0] + 1])
    if flag.exists():
        return None
    flag.touch()
    return arguments[found[0]]


def happen(name):
    """Ends or stops this process; `garbage` is left to the caller."""
    if name == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif name == "exit":
        sys.exit("out of order")
    elif name == "hang":
        time.sleep(3600)
