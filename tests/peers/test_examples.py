"""The example scripts of the official client, unmodified, with the client's own version."""

import array
import importlib.metadata
import os
import pathlib
import subprocess
import sys
import wave

import pytest
from audio import phrases_of_tone, write_wav

FOLDER = pathlib.Path(__file__).resolve().parent
VERSION = importlib.metadata.version("palabra-ai")
EXAMPLES = pathlib.Path(os.environ["PALABRA_PEER_SOURCES"]) / f"palabra_ai-{VERSION}/examples"
# Of each script: what it prints, and the files that it writes.
DOES = {
    "glossary_translation.py": ("glossary", []),
    "realtime_stt.py": ("phrase 1", []),
    "realtime_tts.py": ("", ["tts_out.wav"]),
    # Its source is one tone of five seconds, which is a phrase.
    "sts_buffer_streaming.py": ("phrase 1", []),
    "sts_file_to_file.py": ("[es] phrase 2", ["speech_es.wav"]),
    "sts_mic_to_speakers.py": ("phrase 1", []),
    "sts_multi_language.py": ("'fr'", ["presentation_es.wav", "presentation_fr.wav", "presentation_de.wav"]),
    "voice_cloning_tts.py": ("is ready", ["cloned_voice_out.wav"]),
}


@pytest.fixture
def room(tmp_path):
    """A folder with the files that the scripts expect."""
    for rate in (16000, 24000):
        write_wav(tmp_path / f"{rate}.wav", phrases_of_tone(rate, 2), rate)
    for name in ("speech_en.wav", "voice.wav"):
        (tmp_path / name).write_bytes((tmp_path / "24000.wav").read_bytes())
    write_mp3(tmp_path / "presentation.mp3", phrases_of_tone(24000, 2), 24000)
    return tmp_path


def write_mp3(path, pcm, rate):
    av, numpy = pytest.importorskip("av"), pytest.importorskip("numpy")
    frame = av.AudioFrame.from_ndarray(numpy.frombuffer(pcm, "<i2").reshape(1, -1), format="s16", layout="mono")
    frame.rate = rate
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mp3", rate=rate, layout="mono")
        for encoded in (*stream.encode(frame), *stream.encode(None)):
            container.mux(encoded)


def loudest(path):
    with wave.open(str(path)) as file:
        return max(map(abs, array.array("h", file.readframes(file.getnframes()))))


def test_every_example_is_known():
    assert {path.name for path in EXAMPLES.glob("*.py")} <= set(DOES)


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.py")))
def test_example(name, room, environment):
    prints, writes = DOES[name]
    command = [sys.executable, FOLDER / "with_devserver.py", EXAMPLES / name]
    done = subprocess.run(command, cwd=room, env={**environment, "PALABRA_MICROPHONE": str(room)},
                          capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert prints in done.stdout, done.stdout
    assert all(loudest(room / file) > 1000 for file in writes)
