"""Checks that both generations of the official client must pass with the engine `local` and its real stages."""

import array
import asyncio
import json
import math
import pathlib
import subprocess
import sys
import wave

import pytest
from audio import read_wav, write_wav

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The only rate that the clients load without further packages.
RATE = 24000
ARGUMENTS = ("--engine", "local", "--local-tools", str(ROOT / "build/tools/local"))


def need_the_stages():
    """Skips the calling test if the programs are missing and cannot be installed."""
    tried = subprocess.run([ROOT / "tools/install.sh", "local"], capture_output=True, text=True)
    if tried.returncode != 0:
        pytest.skip(f"tools/install.sh local: {tried.stderr.strip()}")


def human_voice(folder):
    """Two sentences of a human voice at the clients' rate, as (path, seconds)."""
    path = folder / "voice.wav"
    subprocess.run([sys.executable, ROOT / "tools/recording.py", "--sentences", "2", path], check=True)
    pcm, rate = read_wav(path)
    write_wav(path, at_rate(pcm, rate, RATE), RATE)
    return path, json.loads(path.with_suffix(".json").read_text())["seconds"]


def at_rate(pcm, rate, wanted):
    """Linear interpolation is good enough for a higher rate."""
    old = array.array("h", pcm)
    old.append(old[-1])
    new = array.array("h")
    for n in range((len(old) - 1) * wanted // rate):
        at, part = divmod(n * rate, wanted)
        new.append(old[at] + (old[at + 1] - old[at]) * part // wanted)
    return new.tobytes()


async def translate_file(client, folder):
    path, length = human_voice(folder)
    heard, output = [], folder / "spanish.wav"
    async with asyncio.timeout(length + 60):
        speech = await client.atranslate_file(
            path, source="en", targets=["es"], output=output, on_transcript=heard.append
        )
    texts = [(event.language, event.text.lower()) for event in heard if event.type == "validated_transcription"]
    assert len(texts) == 2
    # One word of each sentence that the recogniser reliably recognises.
    for (language, text), word in zip(texts, ("leisure", "young")):
        assert language == "en" and word in text, texts
    translated = [event.text.lower() for event in heard if event.type == "translated_transcription"]
    assert len(translated) == 2 and "john" in translated[0] and "joven" in translated[1], translated
    assert sum(event.type == "partial_transcription" for event in heard) > 5
    with wave.open(str(output)) as file:
        assert (file.getframerate(), file.getnchannels()) == (24000, 1)
        frames = array.array("h", file.readframes(file.getnframes()))
    assert frames.tobytes() == speech["es"]
    assert 4 < len(frames) / 24000 < 15
    assert math.sqrt(sum(frame * frame for frame in frames) / len(frames)) > 500
