#!/usr/bin/env python3
"""Makes Debian packages in dist/, of the committed tree, and tries them as their user would.

usage: deb.py [--no-trial]

libpalabra0.1 with the shared library, libpalabra-dev, and symbols for debuggers in libpalabra0.1-dbgsym, for the Debian of this machine.
lintian must have nothing to say. As root they are installed into a new root (debootstrap), where a program is built by pkg-config and
holds a session beside a devserver.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

import archive
from targets import ROOT
from version import abi, version

sys.path.insert(0, str(ROOT / "tools"))
import debian  # noqa: E402
from devserver import Devserver, patient  # noqa: E402

BUILD = ROOT / "build/deb"
OUTPUT = ROOT / "dist"
SOURCES = ROOT / "tools/dist/debian"
# A package that is not uploaded closes no bug of Debian.
NOT_OURS = "initial-upload-closes-no-bugs"


def run(*command, **options):
    print("$", *command, flush=True)
    return subprocess.run([str(part) for part in command], check=True, **options)


def said(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout.strip()


def maintainer():
    name, address = os.environ.get("DEBFULLNAME"), os.environ.get("DEBEMAIL")
    return f"{name} <{address}>" if name and address else said("git", "log", "-1", "--format=%an <%ae>")


def sources():
    """The tree as git has it, with the folder that describes the packages."""
    place = BUILD / f"libpalabra-{version()}"
    shutil.rmtree(BUILD, ignore_errors=True)
    place.mkdir(parents=True)
    tree = subprocess.run(["git", "-C", ROOT, "archive", "HEAD"], check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x", "-C", place], input=tree, check=True)
    debian = place / "debian"
    (debian / "source").mkdir(parents=True)
    (debian / "source/format").write_text("3.0 (native)\n", encoding="utf-8")
    library = f"libpalabra{abi()}"
    control = (SOURCES / "control").read_text(encoding="utf-8")
    (debian / "control").write_text(control.replace("@abi@", abi()).replace("@maintainer@", maintainer()), encoding="utf-8")
    shutil.copy(SOURCES / "rules", debian / "rules")
    shutil.copy(SOURCES / "library.install", debian / f"{library}.install")
    shutil.copy(SOURCES / "dev.install", debian / "libpalabra-dev.install")
    (debian / f"{library}.docs").write_text("NOTICE\n", encoding="utf-8")
    (debian / "libpalabra-dev.docs").write_text("README.md\ndocs/reference\ndocs/abi.md\n", encoding="utf-8")
    (debian / "libpalabra-dev.examples").write_text("examples-c/*\n", encoding="utf-8")
    # Their content is in the file copyright and beside it.
    (debian / "not-installed").write_text("usr/share/doc/palabra/*\n", encoding="utf-8")
    (debian / f"{library}.symbols").write_text(symbols(library), encoding="utf-8")
    (debian / "copyright").write_text(copyright_(), encoding="utf-8")
    date = said("git", "log", "-1", "--format=%aD")
    entry = f"libpalabra ({version()}) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- {maintainer()}  {date}\n"
    (debian / "changelog").write_text(entry, encoding="utf-8")
    return place


def symbols(library):
    """The functions, with the version that added each."""
    listed = (ROOT / "tests/abi/symbols-in-versions.txt").read_text(encoding="utf-8").split("# functions\n")[1].split("\n#")[0]
    lines = [f" {name}@Base {since}\n" for name, since in (line.split() for line in sorted(listed.splitlines()) if line.strip())]
    return f"libpalabra.so.{abi()} {library} #MINVER#\n" + "".join(lines)


def copyright_():
    """In the format that Debian's tools read."""
    mit = (ROOT / "LICENSE-MIT").read_text(encoding="utf-8").split("\n\n", 2)[2]
    text = "".join(f" {line}\n" if line else " .\n" for line in mit.rstrip().splitlines())
    holder = re.search(r"^Copyright \(c\) (.*)$", (ROOT / "LICENSE-MIT").read_text(encoding="utf-8"), re.MULTILINE)[1]
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: libpalabra\n"
        "Comment: The library contains crates under licences of their own, which NOTICE in this folder has.\n\n"
        f"Files: *\nCopyright: {holder}\nLicense: Expat or Apache-2.0\n\nLicense: Expat\n{text}\n"
        "License: Apache-2.0\n On Debian systems, the complete text of the Apache License, Version 2.0 is in\n /usr/share/common-licenses/Apache-2.0.\n"
    )


def build(place):
    cargo = pathlib.Path(os.environ.get("CARGO_HOME") or pathlib.Path.home() / ".cargo")
    rustup = pathlib.Path(os.environ.get("RUSTUP_HOME") or pathlib.Path.home() / ".rustup")
    # debhelper gives the build a home folder of its own.
    env = {**os.environ, "CARGO_HOME": str(cargo), "RUSTUP_HOME": str(rustup), "CARGO_TARGET_DIR": str(ROOT / "target/deb")}
    run("dpkg-buildpackage", "-b", "-us", "-uc", cwd=place, env=env)
    run("lintian", "--fail-on", "error,warning", "--suppress-tags", NOT_OURS, next(BUILD.glob("*.changes")), cwd=BUILD)
    packages = sorted(BUILD.glob("*.deb"))
    OUTPUT.mkdir(exist_ok=True)
    for package in packages:
        shutil.copy(package, OUTPUT)
    return packages


# --- Trial ------------------------------------------------------------------------------------------------------------


def root():
    """A new Debian with a C compiler; what debootstrap brought is kept, and used once."""
    release = said("sh", "-c", ". /etc/os-release; echo $VERSION_CODENAME")
    place = BUILD / "root"
    run("cp", "-a", debian.root(release, release, "gcc", "libc6-dev", "pkg-config", "ca-certificates"), place)
    return place


def hold(place, server, what):
    """A session, with the library that the package put in its place."""
    env = {**server.environment(), "PATH": os.environ["PATH"]}
    done = subprocess.run(["chroot", place, "/tmp/hello"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=env)
    if done.returncode or "CLOSED PALABRA_OK" not in done.stdout:
        raise SystemExit(f"debian: {what}: {done.returncode}, {done.stdout[-300:]}")
    print(f"debian: {what}: {done.stdout.strip().splitlines()[-1]}", flush=True)


def trial(packages, devserver):
    place = root()
    for package in packages:
        shutil.copy(package, place / "tmp")
    inside = ("chroot", place)
    installed = [f"/tmp/{package.name}" for package in packages if "dbgsym" not in package.name]
    run(*inside, "dpkg", "-i", *installed)
    run(*inside, "sh", "-c", "cc /usr/share/doc/libpalabra-dev/examples/hello.c $(pkg-config --cflags --libs palabra) -o /tmp/hello")
    run(*inside, "sh", "-c", "cc -static /usr/share/doc/libpalabra-dev/examples/hello.c $(pkg-config --cflags --static --libs palabra) -o /tmp/hello_static")
    with Devserver(devserver, patient(["--no-rate-limits"])) as server:
        hold(place, server, "both packages, a program built by pkg-config")
        run(*inside, "dpkg", "-r", "libpalabra-dev")
        hold(place, server, "the library's package alone")
        shutil.move(place / "tmp/hello_static", place / "tmp/hello")
        run(*inside, "dpkg", "-P", f"libpalabra{abi()}")
        hold(place, server, "neither, a program with the static library")
    left = [str(path) for path in (place / "usr").rglob("*palabra*")]
    if left:
        raise SystemExit(f"debian: left behind: {', '.join(left)}")
    shutil.rmtree(place)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-trial", action="store_true")
    options = parser.parse_args()
    run("tools/install.sh", "build", "deb", cwd=ROOT)
    packages = build(sources())
    if not options.no_trial and os.geteuid() == 0:
        run("cargo", "build", "--profile", "devserver", "--locked", "-p", "palabra-devserver", "--bin", "palabra-devserver", cwd=ROOT)
        trial(packages, ROOT / "target/devserver/palabra-devserver")
    archive.sums(OUTPUT)
    print(f"debian: {len(packages)} packages{'' if not options.no_trial and os.geteuid() == 0 else ', not tried'}")


if __name__ == "__main__":
    main()
