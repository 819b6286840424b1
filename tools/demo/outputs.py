"""What a demo leaves behind: its picture, and the names of its files."""

import pathlib
import subprocess

from report import say

HERE = pathlib.Path(__file__).resolve().parent


def plot(plotter, script, data, target):
    """Draws the file `data`. No picture is drawn if matplotlib cannot be installed."""
    if plotter is None or not plotter.exists():
        say(f"no {target}: matplotlib is not installed (tools/install.sh demo)")
        return
    ended = subprocess.run([plotter, HERE / script, data, target], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if ended.returncode != 0:
        reason = (ended.stdout.strip().splitlines() or ["no reason given"])[-1]
        say(f"no {target}: {reason}")


def tell_files(folder, files):
    """Names those of the files that there are; `files` is {name: what is in it}."""
    for name, what in files.items():
        if (folder / name).exists():
            say(f"{folder / name}: {what}")
