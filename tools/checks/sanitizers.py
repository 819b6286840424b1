"""The C programs under sanitizers."""

import os
import pathlib
import re
import shutil
import subprocess

from . import c_programs, reports
from .graph import Stage
from .places import PREFIX, ROOT

BUILD_FOLDERS = {"asan": ROOT / "target/asan", "tsan": ROOT / "target/tsan"}
MACHINE = "x86_64-unknown-linux-gnu"
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
# ThreadSanitizer has a thread of its own; and a reader that never waits leaves the library's thread, which the sanitizer
# makes slow, too little of a busy machine.
NOT_FOR_TSAN = ("int_killed", "rt_read_audio")
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
    c_programs.link_soname(_library(name))


def _programs(excluded=(), kinds="api|int|user"):
    return c_programs.cases({*EXCLUDED, *excluded}, kinds) + c_programs.hostile_cases()


def _library(name):
    return BUILD_FOLDERS[name] / MACHINE / "devserver"


def _no_tsan():
    """Why there is no ThreadSanitizer here, if there is none."""
    if not DISTRIBUTION_RUSTC.exists() or not STANDARD_LIBRARY.exists():
        return "tools/install.sh tsan found no compiler of the distribution with the sources of its standard library"
    said, needed = _version(DISTRIBUTION_RUSTC, "release: "), re.search(r'rust-version = "([0-9.]+)"', (ROOT / "Cargo.toml").read_text(encoding="utf-8"))[1]
    if _numbers(said) < _numbers(needed):
        return f"the distribution's Rust compiler is {said}, and {needed} is needed"
    if not shutil.which(_clang()):
        return f"the distribution's Rust compiler needs the runtime of {_clang()}, and there is none"
    return None


def _clang():
    """Of the same LLVM as the distribution's Rust compiler."""
    return f"clang-{_numbers(_version(DISTRIBUTION_RUSTC, 'LLVM version: '))[0]}"


def _version(compiler, of):
    about = subprocess.run([compiler, "-vV"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return re.search(rf"{of}([0-9.]+)", about)[1]


def _numbers(version):
    return [int(number) for number in version.split(".")]


BUILD = Stage("asan-build", build_asan)
BUILD_TSAN = Stage("tsan-build", build_tsan, needs=("system",), groups=("tsan",))


def asan(shell):
    """Addresses, and leaks at the end, in the programs and in the library."""
    options = {"ASAN_OPTIONS": "detect_leaks=1:detect_odr_violation=0", "LSAN_OPTIONS": "report_objects=1"}
    return c_programs.run(shell, "asan", _library("asan"), ("cc", "-fsanitize=address"), options, _programs())


def ubsan(shell):
    """Undefined behaviour in the programs, and in what the header makes them do."""
    options = {"UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
    return c_programs.run(shell, "ubsan", PREFIX / "lib", ("cc", "-fsanitize=undefined"), options, _programs())


def tsan(shell):
    """Races, in the programs, in the library and in the standard library."""
    why = _no_tsan()
    if why:
        raise reports.Skipped(why)
    # The library takes the sanitizer's functions from the program.
    compiler = (_clang(), "-fsanitize=thread", "-rdynamic")
    # With two shards each of them does what one does, beside the other.
    options = {"TSAN_OPTIONS": "exitcode=66:die_after_fork=0", "PALABRA_TEST_SHARDS": "2"}
    # What the audio calls share with the library's threads is nowhere busier than in the programs of tests/c/realtime.
    return c_programs.run(shell, "tsan", _library("tsan"), compiler, options, _programs(NOT_FOR_TSAN, "api|int|rt|user"))
