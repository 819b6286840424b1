"""A Debian in a folder, by debootstrap; what it brought is kept in build/tools/roots."""

import pathlib
import shutil
import subprocess

ROOTS = pathlib.Path(__file__).resolve().parent.parent / "build/tools/roots"


def root(name, release, *packages):
    """The folder of a release with these packages; needs the rights of root where there is none yet."""
    place = ROOTS / name
    if not (place / "complete").exists():
        shutil.rmtree(place, ignore_errors=True)
        ROOTS.mkdir(parents=True, exist_ok=True)
        subprocess.run(["debootstrap", "--variant=minbase", f"--include={','.join(packages)}", release, place], check=True)
        # Installed meanwhile, and not needed again.
        for package in (place / "var/cache/apt/archives").glob("*.deb"):
            package.unlink()
        (place / "complete").touch()
    return place
