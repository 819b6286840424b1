"""The library's version, and that of its ABI."""

import re

from targets import ROOT


def version():
    return re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(encoding="utf-8"), re.MULTILINE)[1]


def abi():
    """As build.rs says it: before 1.0 the minor version is part of it."""
    major, minor, _ = version().split(".")
    return major if major != "0" else f"0.{minor}"
