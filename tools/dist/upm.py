#!/usr/bin/env python3
"""Makes the Unity package in dist/, with the libraries of the archives there.

usage: upm.py

Packed twice, it must be the same bytes; each plug-in must be the file of its archive, with a .meta that says for which platform it is.
"""

import pathlib
import subprocess
import sys
import tarfile
import tempfile

import archive
from targets import ROOT, named

OUTPUT = ROOT / "dist"
# The platform, and its library in the archive of make dist. Those of Apple and Android are not built here.
PLUGINS = {"linux": ("linux-x64", "libpalabra.so", "Plugins/Linux/x86_64/libpalabra.so"), "windows": ("windows-x64", "palabra.dll", "Plugins/Windows/x86_64/palabra.dll")}


def libraries(folder):
    """A file for each platform."""
    for platform, (target, name, _) in PLUGINS.items():
        found = sorted(OUTPUT.glob(f"libpalabra-*-{target}{named([target])[0].archive}"))
        if not found:
            sys.exit(f"upm: no library for {platform}: make dist TARGET={target} makes it")
        path = folder / platform / name
        path.parent.mkdir(parents=True)
        path.write_bytes(archive.member(found[-1], name))
        yield platform, path


def pack(folder, given):
    options = [f"--plugin={platform}={path}" for platform, path in given.items()]
    subprocess.run([sys.executable, ROOT / "tools/unity_package.py", "--output", folder, *options], check=True)
    return next(folder.glob("*.tgz"))


def faults(package, given):
    with tarfile.open(package) as opened:
        for platform, (_, _, place) in PLUGINS.items():
            if opened.extractfile(f"package/{place}").read() != given[platform].read_bytes():
                yield f"{place} is not the library of its archive"
            if f"package/{place}.meta" not in opened.getnames():
                yield f"{place} has no .meta"


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        given = dict(libraries(folder))
        first, second = pack(folder / "one", given), pack(folder / "another", given)
        found = list(faults(first, given))
        if first.read_bytes() != second.read_bytes():
            found.append("packed twice, it differs")
        for fault in found:
            print(f"upm: {fault}", file=sys.stderr)
        path = OUTPUT / first.name
        path.write_bytes(first.read_bytes())
    archive.sums(OUTPUT)
    print(f"upm: {path.name} has {path.stat().st_size / 1e6:.1f} MB, for {', '.join(PLUGINS)}; {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
