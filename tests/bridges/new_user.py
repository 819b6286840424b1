#!/usr/bin/env python3
"""Runs what a README tells a new user to do: its blocks marked `sh`, one after the other, in an empty home folder and a copy of the
sources that nothing was built in. Of the machine it gets the programs in PATH and a Rust toolchain with the crates that were
fetched; as root, a network of its own, in which nobody else uses a port.

usage: new_user.py README.md...
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECONDS = int(os.environ.get("PALABRA_NEW_USER_SECONDS", "3600"))
# baresip takes no call without an address that is not the loopback's.
NETWORK = """ip link set lo up
ip link add eth0 type veth peer name eth1
ip addr add 192.0.2.2/24 dev eth0
ip link set eth0 up
ip link set eth1 up
"""


def blocks(readme):
    found = re.findall(r"^```sh\n(.*?)^```$", readme.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    if not found:
        sys.exit(f"new_user: {readme} has no block sh")
    return found


def copy_sources(folder):
    """As they are here, also what was not committed."""
    names = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], stdout=subprocess.PIPE, check=True).stdout
    packed = subprocess.Popen(["tar", "-C", ROOT, "--null", "-T", "-", "-c"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    unpacking = subprocess.Popen(["tar", "-C", folder, "-x"], stdin=packed.stdout)
    packed.stdin.write(names)
    packed.stdin.close()
    if packed.wait() or unpacking.wait():
        sys.exit("new_user: the sources could not be copied")


def environment(home):
    user = pathlib.Path.home()
    cargo = pathlib.Path(os.environ.get("CARGO_HOME", user / ".cargo"))
    return {"HOME": str(home), "PATH": f"{cargo}/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8", "CARGO_HOME": str(cargo),
            "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(user / ".rustup")), "CARGO_NET_OFFLINE": "true"}


def alone():
    """What runs a command in a network of its own, and ends with it all that it has started."""
    command = ["unshare", "--net", "--pid", "--fork", "--kill-child", "bash", "-euc", NETWORK]
    if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0:
        return command[:-3], NETWORK
    print("new_user: no network of its own", flush=True)
    return ["setsid", "--wait"], ""


def follow(readme, sources, home):
    """Returns the exit code of the first command that fails, or 0."""
    before, network = alone()
    script = network + f"cd '{sources}'\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\nset -x\n" + "\n".join(blocks(readme))
    print(f"=== {readme.relative_to(ROOT)}", flush=True)
    return subprocess.run([*before, "bash", "-euc", script], env=environment(home), stdin=subprocess.DEVNULL, timeout=SECONDS, check=False).returncode


def main():
    parser = argparse.ArgumentParser(description="Does what a README tells a new user to do.")
    parser.add_argument("readmes", nargs="+", type=pathlib.Path)
    args = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="palabra-new-user-"))
    sources, home, failed = folder / "libpalabra", folder / "home", 0
    try:
        for place in (sources, home):
            place.mkdir()
        copy_sources(sources)
        for readme in args.readmes:
            began = time.monotonic()
            code = follow(readme.resolve(), sources, home)
            print(f"{'ok' if code == 0 else 'FAILED'} {readme} ({time.monotonic() - began:.1f} s)", flush=True)
            failed |= code
    finally:
        shutil.rmtree(folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
