#!/usr/bin/env python3
"""Runs the program with a limit of its memory: of the process where that can be set, and of the managed heap.

usage: limited.py ARGUMENT...
"""

import os
import pathlib
import subprocess
import sys

# The library's own queue, the runtime and its code need the rest.
HEAP_MB, PROCESS_MB = 120, 300
CGROUP = pathlib.Path("/sys/fs/cgroup")


def group():
    """A new cgroup with the limit; None where none can be made."""
    folder = CGROUP / f"palabra-{os.getpid()}"
    # Elsewhere it is the first version of cgroups, or no such file system.
    if not (CGROUP / "cgroup.controllers").exists():
        return None
    try:
        folder.mkdir()
        (folder / "memory.max").write_text(f"{PROCESS_MB}M")
        return folder
    except OSError:
        if folder.exists():
            folder.rmdir()
        return None


def main():
    folder = group()
    command = [*os.environ["PALABRA_DOTNET"].split(), os.environ["PALABRA_PROGRAM"], *sys.argv[1:]]
    env = {**os.environ, "DOTNET_GCHeapHardLimit": hex(HEAP_MB << 20)}
    print(f"limits: heap {HEAP_MB} MB, process {f'{PROCESS_MB} MB' if folder else 'none'}", flush=True)

    def enter():
        if folder:
            (folder / "cgroup.procs").write_text(str(os.getpid()))

    try:
        return subprocess.run(command, env=env, preexec_fn=enter).returncode
    finally:
        if folder:
            folder.rmdir()


if __name__ == "__main__":
    sys.exit(main())
