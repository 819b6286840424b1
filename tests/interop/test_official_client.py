"""The official Python client, unmodified, against the devserver."""

import asyncio
import wave
import zlib

import pytest
from audio import PHRASE_SECONDS, silence, tone
from palabra_ai import (
    Audio,
    AuthError,
    Palabra,
    Raw,
    ServerError,
    StreamEnd,
    TaskError,
    TaskInfo,
    Transcript,
    read_wav,
)

WAIT = 300.0
# The service takes one get_task and one set_task per two seconds (protocol.md 5.2).
COMMAND_SPACING = 2.1


@pytest.fixture
def client(devserver):
    return Palabra("demo", "demo-secret", api_url=devserver.api_url)


async def everything(stream):
    async with asyncio.timeout(900):
        return [event async for event in stream]


async def wait_for(stream, wanted):
    """Reads events until one satisfies `wanted`; an error of the server fails the test."""
    async with asyncio.timeout(WAIT):
        while True:
            event = await stream.receive()
            assert event is not None, "the stream ended"
            assert not isinstance(event, ServerError), event
            if wanted(event):
                return event


def is_status(command, status):
    return lambda event: (
        isinstance(event, Raw)
        and event.type == "task_status"
        and (event.data["command"], event.data["task_status"]) == (command, status)
    )


def seconds(pcm):
    return len(pcm) / 2 / 24000


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def transcripts(kind, events):
    return [event for event in of(Transcript, events) if event.type == kind]


async def test_translate_file(client, sessions, tone_wav, tmp_path):
    before = len(sessions())
    heard = []
    output = tmp_path / "out.wav"
    async with asyncio.timeout(900):
        speech = await client.atranslate_file(
            tone_wav, source="en", targets=["es"], output=output, on_transcript=heard.append
        )
    assert list(speech) == ["es"]
    assert seconds(speech["es"]) == pytest.approx(2 * PHRASE_SECONDS, rel=0.1)
    with wave.open(str(output)) as file:
        assert (file.getframerate(), file.getnchannels()) == (24000, 1)
    kinds = [event.type for event in heard]
    assert kinds.count("validated_transcription") == 2
    assert kinds.count("translated_transcription") == 2
    assert kinds.count("partial_transcription") >= 2
    (entry,) = sessions()[before:]
    assert (entry["rest"], entry["deleted"], entry["connections"]) == (True, 1, 1)
    assert entry["messages"]["set_task"] == 1
    assert entry["messages"]["end_task"] == 1
    assert entry["closed_code"] == 1000


async def test_events_of_a_human_voice_in_two_languages(client, sessions, voice):
    path, about = voice
    pcm, rate, _ = read_wav(path)
    stream = client.translation("en", ["es", "fr"], input_sample_rate=rate, translate_partials=True)
    async with stream:
        session_id = stream.session.id
        sender = asyncio.create_task(stream.send_pcm(pcm, eos_timeout=1))
        events = await everything(stream)
        await sender
    assert of(ServerError, events) == []
    assert isinstance(next(event for event in events if not isinstance(event, Raw)), TaskInfo)
    assert of(StreamEnd, events)
    validated = transcripts("validated_transcription", events)
    assert len(validated) == len(about["sentences"])
    translated = transcripts("translated_transcription", events)
    partial = transcripts("partial_translated_transcription", events)
    spoken = sum(place["end"] - place["start"] for place in about["sentences"])
    for language in ("es", "fr"):
        assert [t.id for t in translated if t.language == language] == [t.id for t in validated]
        assert any(t.language == language for t in partial)
        audio = [event for event in of(Audio, events) if event.language == language]
        assert sum(event.last_chunk for event in audio) == len(validated)
        assert seconds(b"".join(event.pcm for event in audio)) == pytest.approx(spoken, rel=0.15)
    for final in validated:
        last_partial = [t for t in transcripts("partial_transcription", events) if t.id == final.id][-1]
        assert last_partial.text == final.text
    report = sessions(session_id)
    assert report["deleted"] == 1
    assert report["audio_frames"] == len(pcm) // 2
    (wire,) = report["streams"]
    assert (wire["product"], wire["audio_bytes"]) == ("translation", len(pcm))
    assert wire["audio_crc32"] == zlib.crc32(pcm)


async def test_compressed_output(client):
    stream = client.translation("en", "es", output_format="zlib_pcm_s16le")
    async with stream:
        await stream.speak("good morning", "es")
        event = await wait_for(stream, lambda event: isinstance(event, Audio) and event.pcm)
        assert len(event.pcm) % 2 == 0


async def test_a_token_needs_no_rest_session(devserver, sessions):
    before = len(sessions())
    stream = Palabra().translation("en", "es", ws_url=devserver.ws_url, token="interop-token")
    async with stream:
        await stream.end(eos_timeout=1)
        events = await everything(stream)
    assert of(StreamEnd, events) and not of(ServerError, events)
    (entry,) = sessions()[before:]
    assert (entry["rest"], entry["deleted"], entry["connections"]) == (False, 0, 1)


async def test_a_session_of_the_callers_is_left_alone(client, sessions):
    mine = await client.create_session()
    async with client.translation("en", "es", session=mine):
        pass
    assert sessions(mine.id)["deleted"] == 0
    await client.delete_session(mine.id)
    assert sessions(mine.id)["deleted"] == 1


async def test_speak(client):
    async with client.translation("en", ["es", "fr"]) as stream:
        await stream.speak("Good evening", "en", translate=True)
        finished = {}
        while set(finished) != {"es", "fr"}:
            event = await wait_for(stream, lambda event: isinstance(event, Audio))
            if event.last_chunk:
                finished[event.language] = event.id
        assert len(set(finished.values())) == 1


async def test_pause_and_resume(client):
    async with client.translation("en", "es") as stream:
        await wait_for(stream, lambda event: isinstance(event, TaskInfo) and event.status == "running")
        await asyncio.sleep(COMMAND_SPACING)
        await stream.pause()
        await wait_for(stream, is_status("pause_task", "paused"))
        await stream.get_task()
        await wait_for(stream, lambda event: isinstance(event, TaskInfo) and event.status == "paused")
        await stream.resume()
        await wait_for(stream, is_status("set_task", "running"))
        await asyncio.sleep(COMMAND_SPACING)
        await stream.get_task()
        info = await wait_for(stream, lambda event: isinstance(event, TaskInfo))
        assert info.status == "running"
        assert info.task["pipeline"]["transcription"]["source_language"] == "en"


async def test_flush_drops_the_phrase(client):
    async with client.translation("en", "es") as stream:
        sender = asyncio.create_task(stream.send_pcm(tone(24000, 2.0)))
        dropped = await wait_for(stream, lambda event: isinstance(event, Transcript))
        await sender
        await stream.flush()
        await wait_for(stream, is_status("flush_task", "running"))
        await stream.send_pcm(silence(24000, 1.0) + tone(24000, 1.0) + silence(24000, 1.0), eos_timeout=1)
        events = await everything(stream)
    ids = {event.id for event in events if isinstance(event, Transcript) and event.is_eos}
    assert ids and dropped.id not in ids


async def test_wrong_credentials(devserver, sessions):
    before = len(sessions())
    with pytest.raises(AuthError):
        async with Palabra("demo", "wrong", api_url=devserver.api_url).translation("en", "es"):
            pass
    assert len(sessions()) == before


async def test_a_refused_task(client, sessions):
    before = len(sessions())
    with pytest.raises(TaskError, match="VALIDATION_ERROR"):
        async with client.translation("en", "es", input_sample_rate=4000):
            pass
    (entry,) = sessions()[before:]
    assert entry["deleted"] == 1
