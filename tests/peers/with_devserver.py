"""Runs a script of the official client, unmodified, at a devserver: with_devserver.py SCRIPT

Where it records, it gets the recording that PALABRA_MICROPHONE names, and Ctrl-C some seconds after its end.
"""

import pathlib
import runpy
import signal
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
# A package of this name talks to sound cards; here a file does.
sys.path[:0] = [str(FOLDER), str(FOLDER / "microphone")]
import at_devserver  # noqa: E402, F401

# A shell starts what it leaves in the background with Ctrl-C ignored, and nothing of this runs at a terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_path(sys.argv[1], run_name="__main__")
