"""The library without the features that are off by default, by the oldest compiler that builds it: Debian 13's, in a new Debian."""

import os
import re
import shutil
import subprocess
import sys

from . import c_programs, reports
from .graph import Stage
from .places import DEVSERVER, ROOT, new_report
from .reproducible import cargo_home
from .shell import Shell

sys.path.insert(0, str(ROOT / "tools"))
import debian  # noqa: E402
from devserver import Devserver, patient  # noqa: E402

RELEASE = "trixie"
PACKAGES = ("rustc", "cargo", "gcc", "libc6-dev")
# The tree and what cargo has downloaded are only read there; what is mounted is gone with the process.
INSIDE = """
for pair in "$2:src" "$3:cargo"; do
    mount --bind "${pair%:*}" "$1/${pair##*:}" && mount -o remount,ro,bind "$1/${pair##*:}" || exit 1
done
exec chroot "$1" env TMPDIR=/tmp sh -c "cd /src && $4"
"""
BUILD = "cargo rustc --offline --locked -p palabra --lib --crate-type cdylib"
LINK = "cc -Iinclude examples-c/hello.c -L/target/debug -lpalabra -Wl,-rpath,/target/debug -o /target/hello"
TOOLS = Stage("oldest-tools", lambda shell: None, needs=("system",), groups=("deb",))


def promised():
    """The version that Cargo.toml has for the library."""
    library = (ROOT / "Cargo.toml").read_text(encoding="utf-8").split("\n[package]\n")[1]
    return re.search(r'^rust-version = "(.*)"$', library, re.MULTILINE)[1]


def run(limited):
    if os.geteuid() or not shutil.which("debootstrap"):
        raise reports.Skipped("a new Debian needs root, and debootstrap")
    # How long this takes depends on the machine and on the network.
    shell = Shell(limited.say)
    place = debian.root(f"{RELEASE}-rust", RELEASE, *PACKAGES)
    for name in ("src", "cargo", "target"):
        (place / name).mkdir(exist_ok=True)
    cases = [(f"the compiler of {RELEASE} is the one that is promised", wrong_version(place))]
    is_built = inside(shell, place, f"{BUILD} && {LINK}")
    cases.append(("the library and a program are built there", None if is_built else "see above"))
    if is_built:
        c_programs.link_soname(place / "target/debug")
    cases.append(("the program holds a session", hold(place)))
    shutil.rmtree(place / "target")
    report = new_report("oldest.xml")
    reports.write_junit(report, "oldest", cases)
    return reports.junit(report)


def inside(shell, place, command):
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "CARGO_HOME": "/cargo", "CARGO_TARGET_DIR": "/target"}
    return shell.passes("unshare", "-m", "sh", "-c", INSIDE, "sh", place, ROOT, cargo_home(), command, env=env)


def wrong_version(place):
    said = subprocess.run(["chroot", place, "rustc", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return None if said.split()[1].startswith(f"{promised()}.") else f"{said.strip()}, and Cargo.toml has {promised()}"


def hold(place):
    """None, or what is wrong."""
    with Devserver(DEVSERVER, patient(["--no-rate-limits"])) as server:
        done = subprocess.run(["chroot", place, "/target/hello"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=server.environment())
    return None if done.returncode == 0 and "CLOSED PALABRA_OK" in done.stdout else f"{done.returncode}: {done.stdout[-500:]}"
