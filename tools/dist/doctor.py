"""palabra-doctor in an archive, for the same C library as the library beside it: it starts wherever that is loaded."""

import subprocess

from targets import ROOT

SOURCES = ROOT / "doctor"
WINDOWS = ROOT / "examples-c/windows"


def build(target, prefix):
    output = prefix / ("bin/palabra-doctor.exe" if target.kind == "pe" else "bin/palabra-doctor")
    output.parent.mkdir(exist_ok=True)
    more = utf8(target, prefix.parent) if target.kind == "pe" else []
    command = [*target.program_compiler(), "-std=c99", "-O2", "-s", f"-ffile-prefix-map={ROOT}=.", f"-I{prefix / 'include'}",
               *sorted(SOURCES.glob("src/*.c")), *more, *_links(target, prefix), "-o", output]
    subprocess.run([str(part) for part in command], check=True, env=target.environment())


def utf8(target, folder):
    """What makes arguments and the console of a program UTF-8."""
    manifest = folder / "utf8.o"
    subprocess.run([f"{target.binutils}windres", "-I", WINDOWS, WINDOWS / "utf8.rc", "-O", "coff", "-o", manifest], check=True)
    return [WINDOWS / "utf8.c", manifest]


def _links(target, prefix):
    folder = f"-L{prefix / 'lib'}"
    if target.kind == "pe":
        # The linker writes the date otherwise.
        return ["-DPALABRA_SHARED", folder, "-lpalabra", "-lws2_32", "-static-libgcc", "-Wl,--no-insert-timestamp"]
    return ["-D_POSIX_C_SOURCE=200809L", folder, "-lpalabra", "-lpthread", *target.shared, "-Wl,-rpath,$ORIGIN/../lib"]
