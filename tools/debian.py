"""A Debian in a folder, by debootstrap; what it brought is kept in build/tools/roots."""

import pathlib
import shutil
import subprocess

ROOTS = pathlib.Path(__file__).resolve().parent.parent / "build/tools/roots"


def native():
    """Debian's name of this machine's processor."""
    return subprocess.run(["dpkg", "--print-architecture"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def root(name, release, *packages, architecture=None):
    """The folder of a release with these packages; needs the rights of root where there is none yet. For another processor the
    packages that every system has are unpacked and not set up, and no others can be asked for."""
    place = ROOTS / name
    if not (place / "complete").exists():
        shutil.rmtree(place, ignore_errors=True)
        ROOTS.mkdir(parents=True, exist_ok=True)
        options = [f"--include={','.join(packages)}"] if packages else []
        if architecture not in (None, native()):
            if packages:
                raise ValueError(f"packages for {architecture} cannot be set up here")
            options += ["--foreign", f"--arch={architecture}"]
        subprocess.run(["debootstrap", "--variant=minbase", *options, release, place], check=True)
        if (place / "proc").is_symlink():
            # Until a root is set up, its /proc is a link to this machine's: a program that reads all files would not end there.
            (place / "proc").unlink()
            (place / "proc").mkdir()
        # Installed meanwhile, and not needed again.
        for package in (place / "var/cache/apt/archives").glob("*.deb"):
            package.unlink()
        (place / "complete").touch()
    return place
