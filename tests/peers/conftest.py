"""A devserver for the tests of this folder, and the clients pointed at it."""

import os
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests/interop")]
from devserver import Devserver, patient  # noqa: E402


@pytest.fixture(scope="session")
def devserver():
    """With the limits of the service: the programs keep to them."""
    with Devserver(os.environ["PALABRA_DEVSERVER"], patient([])) as server:
        yield server


@pytest.fixture(scope="session")
def environment(devserver):
    """What at_devserver.py reads."""
    return {**devserver.environment(), "PALABRA_API_KEY": "dev-peers"}
