"""Paths, and the options with which the programs of all stages are built."""

import os
import shutil

from .shell import ROOT

TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
DEVSERVER = TARGET / "debug/palabra-devserver"
CMAKE = ROOT / "build/cmake"
# Programs that ctest builds with the installed library: those of tests/c, the examples, two shims.
CONSUMER = CMAKE / "consumer"
PREFIX = ROOT / "build/prefix"
TOOLS = ROOT / "build/tools"
REPORTS = ROOT / "build/reports"
# Includes the features that are off by default; the Rust tests are built with them.
WORKSPACE = ("--workspace", "--locked", "--features", "palabra/decoders,palabra/echo,palabra/vad")

# Largest size of the stripped shared library, on every platform; docs/decisions.md explains it.
SIZE_CEILING = 3_900_000


def processors():
    """How many this process may use: of a container, not of its host."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def has_nextest():
    return shutil.which("cargo-nextest") is not None


def new_report(name):
    """A path for a report; an earlier report at this path is deleted."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    path = REPORTS / name
    path.unlink(missing_ok=True)
    return path


def installed():
    """The environment for programs that use the installed library with a devserver."""
    return {
        **os.environ,
        "PALABRA_DEVSERVER": str(DEVSERVER),
        "PALABRA_EXAMPLES": str(CONSUMER),
        "PKG_CONFIG_PATH": str(PREFIX / "lib/pkgconfig"),
        "LD_LIBRARY_PATH": str(PREFIX / "lib"),
    }


def go_environment():
    """No network, and a separate cache."""
    return {
        **installed(),
        "GOCACHE": str(ROOT / "build/go-cache"),
        "GOTOOLCHAIN": "local",
        "GOPROXY": "off",
        "GOFLAGS": "-mod=mod",
    }
