"""C programs under sanitizers: those of tests/c, and sessions whose servers say what they should not."""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

from . import reports
from .graph import Stage
from .places import CMAKE, DEVSERVER, PREFIX, ROOT

BUILD_FOLDERS = {"asan": ROOT / "target/asan", "tsan": ROOT / "target/tsan"}
MACHINE = "x86_64-unknown-linux-gnu"
BESIDE = ROOT / "tests/c/support/with_devserver.py"
HOSTILE = ROOT / "tests/prove"
# Where ctest has put recordings and certificates, and runs the programs.
OUTPUTS = CMAKE / "outputs"
# How long the sessions with each hostile server go on, and how many there are.
SECONDS = int(os.environ.get("PALABRA_HOSTILE_SECONDS", "60"))
SESSIONS = 40
SEEDS = ("1", "2")
# More than there are processors: most programs wait for audio in real time.
JOBS = 6
# What a program replaces or counts, a sanitizer replaces or uses too.
EXCLUDED = {
    "int_bare_system": "it looks at the system without the files that the sanitizer reads",
    "int_descriptors": "it counts every descriptor",
    "int_forbidden_calls": "the sanitizer makes the calls that are forbidden",
    "int_memory_refused": "it refuses memory itself",
    "int_secrets_wiped": "freed memory is kept by the sanitizer",
    "int_slow_consumer": "it measures memory, of which the sanitizer takes more",
    "int_threads": "it refuses threads itself",
    "int_tls_descriptors": "it counts every descriptor",
}
# ThreadSanitizer has a thread of its own.
COUNT_THREADS = ("int_killed",)
FLAGS = ("-std=gnu11", "-O1", "-g", "-D_GNU_SOURCE", "-fno-omit-frame-pointer")


# ThreadSanitizer has to know every access, so that the standard library is compiled for it too. The distribution's
# compiler has the sources for that.
DISTRIBUTION_RUSTC = pathlib.Path("/usr/bin/rustc")
STANDARD_LIBRARY = pathlib.Path("/usr/lib/rustlib/src/rust/library/std")


def build_asan(shell):
    """The library with AddressSanitizer, which stable Rust has with RUSTC_BOOTSTRAP."""
    _build(shell, "asan", "address", {})


def build_tsan(shell):
    why = _no_tsan()
    if why:
        raise reports.Skipped(why)
    _build(shell, "tsan", "thread", {"RUSTC": str(DISTRIBUTION_RUSTC)}, "-Zbuild-std")


def _build(shell, name, sanitizer, more, *options):
    env = {**os.environ, "RUSTC_BOOTSTRAP": "1", "RUSTFLAGS": f"-Zsanitizer={sanitizer}", "CARGO_TARGET_DIR": str(BUILD_FOLDERS[name]),
           # Reports and suppressions name functions.
           "CARGO_PROFILE_DEVSERVER_STRIP": "none", **more}
    shell.run("cargo", "rustc", *options, "-p", "palabra", "--lib", "--profile", "devserver", "--locked", "--target", MACHINE,
              "--crate-type", "cdylib", env=env)
    link_soname(_library(name))


def link_soname(folder):
    """The name by which a program finds the library that cargo put there."""
    head = subprocess.run(["readelf", "-d", folder / "libpalabra.so"], stdout=subprocess.PIPE, text=True, check=True).stdout
    link = folder / re.search(r"SONAME.*\[(.*)\]", head)[1]
    link.unlink(missing_ok=True)
    link.symlink_to("libpalabra.so")


def _library(name):
    return BUILD_FOLDERS[name] / MACHINE / "devserver"


def _no_tsan():
    """Why there is no ThreadSanitizer here, if there is none."""
    if not DISTRIBUTION_RUSTC.exists() or not STANDARD_LIBRARY.exists():
        return "tools/install.sh tsan found no compiler of the distribution with the sources of its standard library"
    if not shutil.which(_clang()):
        return f"the distribution's Rust compiler needs the runtime of {_clang()}, and there is none"
    return None


def _clang():
    """Of the same LLVM as the distribution's Rust compiler."""
    about = subprocess.run([DISTRIBUTION_RUSTC, "-vV"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return f"clang-{re.search(r'LLVM version: ([0-9]+)', about)[1]}"


BUILD = Stage("asan-build", build_asan)
BUILD_TSAN = Stage("tsan-build", build_tsan, needs=("system",), groups=("tsan",))


def asan(shell):
    """Addresses, and leaks at the end, in the programs and in the library."""
    options = {"ASAN_OPTIONS": "detect_leaks=1:detect_odr_violation=0", "LSAN_OPTIONS": "report_objects=1"}
    return programs(shell, "asan", _library("asan"), ("cc", "-fsanitize=address"), options)


def ubsan(shell):
    """Undefined behaviour in the programs, and in what the header makes them do."""
    return programs(shell, "ubsan", PREFIX / "lib", ("cc", "-fsanitize=undefined"), {"UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"})


def tsan(shell):
    """Races, in the programs, in the library and in the standard library."""
    why = _no_tsan()
    if why:
        raise reports.Skipped(why)
    # The library takes the sanitizer's functions from the program.
    compiler = (_clang(), "-fsanitize=thread", "-rdynamic")
    return programs(shell, "tsan", _library("tsan"), compiler, {"TSAN_OPTIONS": "exitcode=66:die_after_fork=0"}, (*EXCLUDED, *COUNT_THREADS))


def programs(shell, name, library, compiler, options, excluded=tuple(EXCLUDED)):
    """Builds the C programs with this library and runs them, each with its own devserver."""
    folder = ROOT / "build/prove" / name
    folder.mkdir(parents=True, exist_ok=True)
    env = {**os.environ, "PALABRA_WAV": str(OUTPUTS / "speech.wav"), "PALABRA_LIBRARY": str(library / "libpalabra.so"), **options}

    def one(source):
        program = folder / source.stem
        command = [*compiler, *FLAGS, "-I", ROOT / "include", "-I", ROOT / "tests/c/support", source, "-o", program, "-L", library,
                   "-lpalabra", "-lm", "-lpthread", "-ldl", f"-Wl,-rpath,{library}"]
        code, said = _run(command, env, 120)
        return f"it does not build: {said}" if code else None

    def case(named):
        label, source, command, arguments, *given = named
        beside = [sys.executable, BESIDE, "--devserver", DEVSERVER, *(f"--devserver-arg={argument}" for argument in arguments),
                  "--timeout", str(SECONDS + 300), "--", *command, folder / source.stem]
        code, said = _run([*beside, *given], env, SECONDS + 400)
        (folder / f"{label}.txt").write_text(said, encoding="utf-8")
        return label, None if code in (0, 77) else f"ended with {code}:\n{_telling(said)}"

    cases = _cases(excluded)
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        sources = sorted({source for _, source, *_ in cases})
        built = dict(zip(sources, pool.map(one, sources)))
        results = [(source.stem, why) for source, why in built.items() if why]
        results += pool.map(case, [named for named in cases if not built[named[1]]])
    for label, why in results:
        shell.say(f"{'FAILED' if why else 'ok'} {label}{': ' + why if why else ''}\n")
    reports.write_junit(ROOT / f"build/reports/{name}.xml", name, results)
    failed = sum(1 for _, why in results if why)
    return reports.Count(len(results) - failed, failed)


def _cases(excluded):
    """(name, source, command before the program, arguments of the devserver, arguments of the program...)"""
    found = []
    for source in sorted(ROOT.glob("tests/c/*/*.c")):
        if re.match("(api|int|user)_", source.stem) and source.stem not in excluded:
            asked = re.search(r"devserver: (.*)", source.read_text(encoding="utf-8"))
            found.append((source.stem, source, (), asked[1].removesuffix("*/").split() if asked else []))
    mixed = HOSTILE / "mixed.c"
    for seed in SEEDS:
        servers = {"plain": (), "mutated": (sys.executable, HOSTILE / "mutating_proxy.py", seed, "0.05"),
                   "flooded": (sys.executable, HOSTILE / "flood.py", seed)}
        found += [(f"{name}_{seed}", mixed, server, ["--no-rate-limits"], str(SESSIONS), str(SECONDS), seed) for name, server in servers.items()]
    return found


def _run(command, env, seconds):
    try:
        done = subprocess.run([str(word) for word in command], env=env, cwd=OUTPUTS, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=seconds, check=False)
    except subprocess.TimeoutExpired as late:
        return 1, f"{(late.stdout or b'').decode(errors='replace')}\nnot finished after {seconds} s"
    return done.returncode, done.stdout


def _telling(said):
    """From the sanitizer's first line on."""
    lines = said.splitlines()
    begin = next((n for n, line in enumerate(lines) if re.search("ERROR: |WARNING: ThreadSanitizer|runtime error: ", line)), max(0, len(lines) - 15))
    return "\n".join(lines[begin:begin + 25])
