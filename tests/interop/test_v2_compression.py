"""The official 2.2.1 client, unmodified, with a devserver that compresses messages: the client offers it by default."""

import os
import subprocess

import pytest
from audio import PHRASE_SECONDS, phrases_of_tone
from test_v2_common import (
    FRAMES_PER_SECOND,
    everything,
    key,
    needs_v2,
    of,
    point_region,
    seconds,
    sessions_of,
    start_devserver,
)

needs_v2()

import speech_checks  # noqa: E402
from palabra_ai import Audio, Palabra, ServerError, StreamEnd  # noqa: E402

RATES = ("--no-rate-limits", "--fault=stt_any_pace", "--fault=split_frames")


@pytest.fixture(scope="module", params=["message", "stream"])
def server(request):
    with start_devserver(f"--compression={request.param}", *RATES) as started:
        yield started


@pytest.fixture
def client(server, monkeypatch):
    point_region(monkeypatch, server)
    return Palabra(key())


@pytest.fixture
def stream_of(server):
    def latest():
        stream = sessions_of(server)[-1]["streams"][-1]
        assert stream["compressed"]
        return stream

    return latest


async def test_a_translation(client, stream_of):
    async with client.translation("en", ["es", "fr"]) as stream:
        await stream.send_pcm(phrases_of_tone(FRAMES_PER_SECOND, 2), realtime=False, end=True)
        events = await everything(stream)
    assert isinstance(events[-1], StreamEnd) and not of(ServerError, events)
    for language in ("es", "fr"):
        speech = b"".join(event.pcm for event in of(Audio, events) if event.language == language)
        assert seconds(speech) == pytest.approx(2 * PHRASE_SECONDS, rel=0.1)
    assert stream_of()["closed_code"] == 1000


async def test_speech_of_texts(client, stream_of):
    await speech_checks.synthesize(client.tts, stream_of)


async def test_a_transcription(client, stream_of):
    await speech_checks.phrases(client.stt, stream_of)


def test_the_library_offers_none_and_gets_none(server, examples, tmp_path):
    environment = {**os.environ, "PALABRA_TTS_URL": server.ws_tts_url, "PALABRA_API_KEY": key()}
    command = [examples / "tts_stream", tmp_path / "spoken.wav", "en"]
    subprocess.run(command, input="Good evening.", text=True, env=environment, check=True, timeout=900)
    stream = sessions_of(server)[-1]["streams"][-1]
    assert (stream["text_bytes"], stream["compressed"]) == (len("Good evening."), False)
