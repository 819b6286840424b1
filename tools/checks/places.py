"""Where things are, and how the programs of all stages are built."""

import os
import shutil

from .shell import ROOT

TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
DEVSERVER = TARGET / "debug/palabra-devserver"
CMAKE = ROOT / "build/cmake"
# What ctest builds with the installed library: the programs of tests/c, the examples, two shims.
CONSUMER = CMAKE / "consumer"
PREFIX = ROOT / "build/prefix"
TOOLS = ROOT / "build/tools"
REPORTS = ROOT / "build/reports"
# What is off by default; the Rust tests are built with it.
WORKSPACE = ("--workspace", "--locked", "--features", "palabra/decoders")


def has_nextest():
    return shutil.which("cargo-nextest") is not None


def new_report(name):
    """A path for a report; what an earlier run left there is gone."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    path = REPORTS / name
    path.unlink(missing_ok=True)
    return path


def installed():
    """The environment of those who use the installed library and try it on a devserver."""
    return {
        **os.environ,
        "PALABRA_DEVSERVER": str(DEVSERVER),
        "PALABRA_EXAMPLES": str(CONSUMER),
        "PKG_CONFIG_PATH": str(PREFIX / "lib/pkgconfig"),
        "LD_LIBRARY_PATH": str(PREFIX / "lib"),
    }


def go_environment():
    """No network, and a cache of its own."""
    return {
        **installed(),
        "GOCACHE": str(ROOT / "build/go-cache"),
        "GOTOOLCHAIN": "local",
        "GOPROXY": "off",
        "GOFLAGS": "-mod=mod",
    }
