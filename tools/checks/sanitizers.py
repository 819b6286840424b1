"""C programs under sanitizers: those of tests/c, and sessions whose servers say what they should not."""

import concurrent.futures
import os
import re
import subprocess
import sys

from . import reports
from .graph import Stage
from .places import CMAKE, DEVSERVER, PREFIX, ROOT

BUILD_FOLDER = ROOT / "target/asan"
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
FLAGS = ("-std=gnu11", "-O1", "-g", "-D_GNU_SOURCE", "-fno-omit-frame-pointer")


def build_asan(shell):
    """The library with AddressSanitizer, which stable Rust has with RUSTC_BOOTSTRAP."""
    env = {**os.environ, "RUSTC_BOOTSTRAP": "1", "RUSTFLAGS": "-Zsanitizer=address", "CARGO_TARGET_DIR": str(BUILD_FOLDER)}
    shell.run("cargo", "rustc", "-p", "palabra", "--lib", "--profile", "devserver", "--locked", "--target", MACHINE,
              "--crate-type", "cdylib", env=env)
    folder = BUILD_FOLDER / MACHINE / "devserver"
    head = subprocess.run(["readelf", "-d", folder / "libpalabra.so"], stdout=subprocess.PIPE, text=True, check=True).stdout
    name = folder / re.search(r"SONAME.*\[(.*)\]", head)[1]
    name.unlink(missing_ok=True)
    name.symlink_to("libpalabra.so")


BUILD = Stage("asan-build", build_asan)


def asan(shell):
    """Addresses, and leaks at the end, in the programs and in the library."""
    options = {"ASAN_OPTIONS": "detect_leaks=1:detect_odr_violation=0", "LSAN_OPTIONS": "report_objects=1"}
    return _all(shell, "asan", BUILD_FOLDER / MACHINE / "devserver", "-fsanitize=address", options)


def ubsan(shell):
    """Undefined behaviour in the programs, and in what the header makes them do."""
    return _all(shell, "ubsan", PREFIX / "lib", "-fsanitize=undefined", {"UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"})


def _all(shell, name, library, sanitizer, options):
    folder = ROOT / "build/prove" / name
    folder.mkdir(parents=True, exist_ok=True)
    env = {**os.environ, "PALABRA_WAV": str(OUTPUTS / "speech.wav"), "PALABRA_LIBRARY": str(library / "libpalabra.so"), **options}

    def one(source):
        program = folder / source.stem
        command = ["cc", *FLAGS, sanitizer, "-I", ROOT / "include", "-I", ROOT / "tests/c/support", source, "-o", program, "-L", library,
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

    cases = _cases()
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


def _cases():
    """(name, source, command before the program, arguments of the devserver, arguments of the program...)"""
    found = []
    for source in sorted(ROOT.glob("tests/c/*/*.c")):
        if re.match("(api|int|user)_", source.stem) and source.stem not in EXCLUDED:
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
    begin = next((n for n, line in enumerate(lines) if "ERROR: " in line or "runtime error: " in line), max(0, len(lines) - 15))
    return "\n".join(lines[begin:begin + 25])
