"""Fixtures of the interop tests: a devserver, recordings, and the C examples built against the installed library.

From the environment: PALABRA_DEVSERVER (the program) and PALABRA_EXAMPLES (folder of the built examples).
"""

import json
import os
import pathlib
import subprocess
import sys
import urllib.request

import pytest
from audio import phrases_of_tone, write_wav
from fake_service import FakeService

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from devserver import Devserver, patient  # noqa: E402

# Strict about both dialects, so that a client which mixes them is detected.
# Recordings are sent in one go.
ACCEPTED = ["--accept=demo:demo-secret", "--token=interop-token", "--fault=stt_any_pace"]


def from_environment(name):
    path = pathlib.Path(os.environ.get(name, ""))
    if not os.environ.get(name) or not path.exists():
        pytest.fail(f"{name} is not set to an existing path; run tools/test.py interop-v1")
    return path


@pytest.fixture(scope="session")
def devserver():
    with Devserver(from_environment("PALABRA_DEVSERVER"), patient(ACCEPTED)) as server:
        yield server


@pytest.fixture
def sessions(devserver):
    """Gets the devserver's report of the sessions: sessions() returns all, sessions(id) one of them."""

    def ask(session_id=None):
        with urllib.request.urlopen(f"{devserver.api_url}/devserver/sessions", timeout=300) as reply:
            found = json.load(reply)
        if session_id is None:
            return found
        return next(entry for entry in found if entry["id"] == session_id)

    return ask


@pytest.fixture(scope="session")
def tone_wav(tmp_path_factory):
    """24 kHz mono, which the Python client loads without further packages: two phrases of 1.2 s."""
    path = tmp_path_factory.mktemp("input") / "tone.wav"
    write_wav(path, phrases_of_tone(24000, 2), 24000)
    return path


@pytest.fixture(scope="session")
def voice(tmp_path_factory):
    """Two sentences of a human voice, 16 kHz mono, as (path, description)."""
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    subprocess.run([sys.executable, ROOT / "tools" / "recording.py", "--sentences", "2", path], check=True)
    return path, json.loads(path.with_suffix(".json").read_text())


@pytest.fixture(scope="session")
def examples():
    return from_environment("PALABRA_EXAMPLES")


@pytest.fixture
async def fake_service():
    """Starts fake services: `await fake_service(double_encoded=True)`."""
    running = []

    async def make(**settings):
        service = FakeService(**settings)
        running.append(service)
        await service.start()
        return service

    yield make
    for service in running:
        await service.stop()
