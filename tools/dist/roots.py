"""Tries an archive in new Debians without a compiler, as root only: it is unpacked there, and a session is held with either library."""

import dataclasses
import os
import re
import shutil
import subprocess
import sys

from targets import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import debian  # noqa: E402
from devserver import Devserver, patient  # noqa: E402

PROGRAMS = ("hello_in_roots", "hello_static")
COMPILERS = ("cc", "gcc", "clang", "c99", "ld", "as")
# Wine looks at its own process, and what is mounted is gone with the command.
INSIDE = 'mount --rbind /proc "$0/proc" && exec chroot "$0" "$@"'


@dataclasses.dataclass(frozen=True)
class Root:
    release: str
    architecture: str = "amd64"
    packages: tuple = ()
    # What starts a program there: of a package, or without one a copy of this machine's file.
    starter: tuple = ()


# The oldest release and the newest that the mirrors have; of other processors what is not set up, as it needs none of that.
OF = {
    "linux-x64": (Root("bullseye"), Root("sid")),
    # Runs where there is nothing at all: trial.py.
    "linux-x64-musl": (),
    "linux-arm64": (Root("bullseye", "arm64", starter=("/usr/bin/qemu-aarch64-static",)),),
    "linux-armv7": (Root("trixie", "armhf", starter=("/usr/bin/qemu-arm-static",)),),
    "windows-x64": (Root("bookworm", packages=("wine64",), starter=("/usr/lib/wine/wine64",)),),
}


def hold(trial, devserver):
    """The roots in which sessions were held, in a few words; faults are added to those of the trial."""
    roots = OF[trial.target.name]
    if not roots:
        return ""
    if os.geteuid() or not shutil.which("debootstrap"):
        return "not run: that needs root, and debootstrap"
    # A compiler of this machine wants the C library of this machine.
    trial.compile("hello_in_roots", ROOT / "examples-c/hello.c", *trial.shared(), compiler=[*trial.target.program_compiler(), "-std=gnu99"])
    return ", ".join(_one(trial, root, devserver) for root in roots)


def _one(trial, root, devserver):
    place = debian.root("-".join((root.release, root.architecture, *root.packages)), root.release, *root.packages, architecture=root.architecture)
    about = f"Debian {root.release}{f' with {root.packages[0]}' if root.packages else _glibc(place)}"
    trial.failures += [f"{about} has {name}" for name in COMPILERS if os.path.lexists(place / "usr/bin" / name)]
    _unpack(trial, root, place)
    for name in PROGRAMS:
        with Devserver(devserver, patient(["--no-rate-limits"])) as server:
            command = _command(root, place, [f"/palabra/{name}{trial.suffix}"])
            trial.run(f"{name} in {about}", command, _environment(trial, server), wanted="CLOSED PALABRA_OK")
    if trial.target.kind == "elf":
        _list(trial, root, place)
    shutil.rmtree(place / "palabra")
    return about


def _glibc(place):
    said = re.search(rb"GNU C Library .* version ([0-9.]+[0-9])", next(place.glob("lib/*/libc.so.6")).read_bytes())
    return f" (glibc {said[1].decode()})"


def _unpack(trial, root, place):
    inside = place / "palabra"
    shutil.rmtree(inside, ignore_errors=True)
    shutil.copytree(trial.prefix, inside, symlinks=True)
    for name in PROGRAMS:
        if (program := trial.folder / f"{name}{trial.suffix}").exists():
            shutil.copy(program, inside)
    for library in trial.folder.glob("*.dll"):
        shutil.copy(library, inside)
    if root.starter and not root.packages:
        shutil.copy(root.starter[0], place / root.starter[0].lstrip("/"))


def _command(root, place, command):
    return ["unshare", "-m", "sh", "-c", INSIDE, place, *root.starter, *command]


def _environment(trial, server):
    kept = {name: value for name, value in trial.environment(server).items() if name.startswith(("PALABRA_", "WINE")) and name != "PALABRA_LIBRARY"}
    return {**kept, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "WINEPREFIX": "/tmp/wine", "LD_LIBRARY_PATH": "/palabra/lib"}


def _list(trial, root, place):
    """Prints what ldd prints there."""
    headers = subprocess.run(["readelf", "-lW", trial.folder / PROGRAMS[0]], stdout=subprocess.PIPE, text=True, check=True).stdout
    loader = re.search(r"interpreter: (/[^\]]+)", headers)[1]
    done = trial.run(f"the libraries in Debian {root.release}", _command(root, place, [loader, "--list", f"/palabra/{PROGRAMS[0]}"]),
                     {"LD_LIBRARY_PATH": "/palabra/lib", "PATH": os.environ["PATH"]})
    print(done.stdout, end="", flush=True)
    if "/palabra/lib/libpalabra.so" not in done.stdout or "not found" in done.stdout:
        trial.failures.append(f"libraries are missing in Debian {root.release}: {done.stdout[-200:]}")
