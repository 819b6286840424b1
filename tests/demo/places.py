"""Paths of the tests of tools/demo."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = ROOT / "tools" / "demo"
sys.path[:0] = [str(DEMO), str(ROOT / "tools")]
