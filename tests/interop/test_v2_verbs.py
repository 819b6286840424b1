"""The official 2.2.1 client, unmodified, against the devserver: every command of a translation."""

import asyncio
import wave

import pytest
from audio import PHRASE_SECONDS, phrases_of_tone, silence, tone
from test_v2_common import (
    WAIT,
    everything,
    key,
    needs_v2,
    of,
    point_region,
    seconds,
    sessions_of,
    start_devserver,
    wait_for,
)

needs_v2()

from palabra_ai import (  # noqa: E402
    Audio,
    Palabra,
    ServerError,
    SessionError,
    StreamEnd,
    TaskError,
    TaskInfo,
    TaskStatus,
    Transcript,
    build_task,
)

RATE = 24000


@pytest.fixture(scope="module")
def free_devserver():
    """A server without minimum intervals, so that commands can follow each other immediately."""
    with start_devserver("--no-rate-limits") as server:
        yield server


@pytest.fixture
def client(free_devserver, monkeypatch):
    point_region(monkeypatch, free_devserver)
    return Palabra(key())


@pytest.fixture
def client_with(free_devserver, monkeypatch):
    point_region(monkeypatch, free_devserver)
    return lambda *faults: Palabra(key(*faults))


def status(command, event, state="running"):
    return lambda e: isinstance(e, TaskStatus) and (e.command, e.event, e.status) == (command, event, state)


def is_(kind):
    return lambda event: isinstance(event, kind)


def finals(events):
    return [event for event in of(Transcript, events) if event.is_eos]


async def test_translate_file(client, tone_wav, tmp_path):
    heard, output = [], tmp_path / "out.wav"
    async with asyncio.timeout(900):
        speech = await client.atranslate_file(
            tone_wav, source="en", targets="es", output=output, on_transcript=heard.append
        )
    assert seconds(speech["es"]) == pytest.approx(2 * PHRASE_SECONDS, rel=0.1)
    with wave.open(str(output)) as file:
        assert file.getframerate() == RATE
    kinds = [event.type for event in heard]
    assert (kinds.count("validated_transcription"), kinds.count("translated_transcription")) == (2, 2)


async def test_readiness_is_told_and_nothing_is_asked(client, free_devserver):
    async with client.translation("en", "es") as stream:
        first = await stream.receive(timeout=WAIT)
        assert first == TaskStatus("task_status", "set_task", "started", "running", None)
        await stream.end()
        assert isinstance((await everything(stream))[-1], StreamEnd)
    entry = sessions_of(free_devserver)[-1]
    assert entry["messages"] == {"set_task": 1, "end_task": 1}
    assert (entry["rest"], entry["closed_code"]) == (False, 1000)


async def test_the_end_delivers_the_tail(client):
    async with client.translation("en", ["es", "fr"], translate_partials=True) as stream:
        await stream.send_pcm(phrases_of_tone(RATE, 1)[: -RATE * 2], realtime=False, end=True)
        events = await everything(stream)
    assert isinstance(events[-1], StreamEnd) and len(of(StreamEnd, events)) == 1
    assert not of(ServerError, events)
    validated = [event for event in finals(events) if not event.is_translation]
    assert len(validated) == 1
    for language in ("es", "fr"):
        audio = [event for event in of(Audio, events) if event.language == language]
        assert seconds(b"".join(event.pcm for event in audio)) == pytest.approx(PHRASE_SECONDS, rel=0.1)
        assert {event.id for event in audio} == {validated[0].id}
        assert audio[-1].last_chunk and audio[-1].pcm == b""
    assert any(event.type == "partial_translated_transcription" for event in of(Transcript, events))


async def test_targets_of_newer_clients(client):
    newer = ["yue", "en-zh", "en-gpt", *(f"{spoken}-orpheus" for spoken in ("en", "fr", "de", "ko", "zh"))]
    async with client.translation("es", newer) as stream:
        await stream.send_pcm(phrases_of_tone(RATE, 1), realtime=False, end=True)
        events = await everything(stream)
    assert not of(ServerError, events)
    assert sorted(event.language for event in finals(events) if event.is_translation) == sorted(newer)


async def test_compressed_output(client):
    async with client.translation("en", "es", output_format="zlib_pcm_s16le") as stream:
        await stream.send_pcm(phrases_of_tone(RATE, 1), realtime=False, end=True)
        events = await everything(stream)
    pcm = b"".join(event.pcm for event in of(Audio, events))
    assert seconds(pcm) == pytest.approx(PHRASE_SECONDS, rel=0.1)


async def test_the_task_changes_on_the_fly(client):
    async with client.translation("en", "es") as stream:
        await stream.set_task(build_task("en", "fr"))
        await wait_for(stream, status("set_task", "updated"))
        await stream.set_task(build_task("en", "fr"))
        await wait_for(stream, status("set_task", "unchanged"))
        await stream.get_task()
        info = await wait_for(stream, is_(TaskInfo))
        assert info.status == "running"
        assert [t["target_language"] for t in info.task["pipeline"]["translations"]] == ["fr"]
        await stream.send_pcm(phrases_of_tone(RATE, 1), realtime=False, end=True)
        events = await everything(stream)
    assert {event.language for event in of(Audio, events)} == {"fr"}


async def test_a_wrong_task_leaves_the_old_one(client):
    async with client.translation("en", "es") as stream:
        await stream.set_task(build_task("en", "es", silence_threshold=0.1))
        error = await wait_for(stream, is_(ServerError))
        assert error.code == "VALIDATION_ERROR"
        assert "segment_confirmation_silence_threshold" in error.desc
        with pytest.raises(TaskError):
            stream.raise_on_error(error)
        await stream.get_task()
        info = await wait_for(stream, is_(TaskInfo))
        assert info.task["pipeline"]["transcription"] == {"source_language": "en"}


async def test_pause_and_resume(client):
    async with client.translation("en", "es") as stream:
        await stream.pause()
        await wait_for(stream, status("pause_task", "paused", "paused"))
        await stream.send_pcm(phrases_of_tone(RATE, 1), realtime=False)
        await stream.get_task()
        # Audio sent during the pause was dropped: only the answer arrives.
        info = await stream.receive(timeout=WAIT)
        assert isinstance(info, TaskInfo) and info.status == "paused"
        await stream.resume()
        await wait_for(stream, status("set_task", "resumed"))
        await stream.send_pcm(phrases_of_tone(RATE, 1), realtime=False, end=True)
        assert len(finals(await everything(stream))) == 2


async def test_an_interrupt_drops_the_phrase(client):
    async with client.translation("en", "es") as stream:
        await stream.send_pcm(silence(RATE, 0.3) + tone(RATE, 1.5), realtime=False)
        dropped = await wait_for(stream, is_(Transcript))
        await stream.interrupt()
        await wait_for(stream, status("interrupt_task", "interrupted"))
        await stream.send_pcm(silence(RATE, 1.0) + phrases_of_tone(RATE, 1), realtime=False, end=True)
        events = await everything(stream)
    ids = {event.id for event in finals(events)} | {event.id for event in of(Audio, events)}
    assert len(ids) == 1 and dropped.id not in ids


async def test_an_interrupt_can_name_languages_and_pause(client):
    async with client.translation("en", ["es", "fr"]) as stream:
        await stream.send_pcm(silence(RATE, 0.3) + tone(RATE, 1.0), realtime=False)
        await wait_for(stream, is_(Transcript))
        await stream.interrupt(["es"])
        await wait_for(stream, status("interrupt_task", "interrupted"))
        await stream.send_pcm(silence(RATE, 1.0), realtime=False)
        assert (await wait_for(stream, is_(Audio))).language == "fr"
        await stream.interrupt(pause=True)
        await wait_for(stream, status("interrupt_task", "interrupted", "paused"))
        await stream.interrupt()
        await wait_for(stream, status("interrupt_task", "interrupted", "paused"))
        await stream.resume()
        await wait_for(stream, status("set_task", "resumed"))


async def test_speak_as_it_is(client):
    async with client.translation("en", ["es", "fr"]) as stream:
        await stream.speak("Buenos días", "es")
        queued = await wait_for(stream, status("tts_task", "queued"))
        text = await wait_for(stream, is_(Transcript))
        assert (text.id, text.text, text.language) == (queued.transcription_id, "Buenos días", "es")
        await stream.end()
        audio = of(Audio, await everything(stream))
    assert {(event.id, event.language) for event in audio} == {(queued.transcription_id, "es")}
    assert audio[-1].last_chunk


async def test_speak_translated(client):
    async with client.translation("en", ["es", "fr"]) as stream:
        await stream.speak("Good evening", "en", translate=True)
        queued = await wait_for(stream, status("tts_task", "queued"))
        await stream.end()
        events = await everything(stream)
    assert {event.language for event in of(Transcript, events)} == {"es", "fr"}
    assert {(e.id, e.language) for e in of(Audio, events)} == {
        (queued.transcription_id, "es"),
        (queued.transcription_id, "fr"),
    }


async def test_speak_in_a_language_that_is_no_target(client):
    async with client.translation("en", "es") as stream:
        await stream.speak("Guten Abend", "de")
        assert (await wait_for(stream, is_(ServerError))).code == "VALIDATION_ERROR"


async def test_a_refused_task_fails_the_open(client):
    with pytest.raises(TaskError, match="(?s)VALIDATION_ERROR.*sample_rate"):
        async with client.translation("en", "es", input_sample_rate=8000):
            pass


async def test_an_unknown_key_fails_the_open(free_devserver, monkeypatch):
    point_region(monkeypatch, free_devserver)
    with pytest.raises(SessionError, match="403"):
        async with Palabra("unknown").translation("en", "es"):
            pass


@pytest.mark.parametrize(
    "fault", ["double_encode", "garbage", "split_frames", "extra_ready", "pacing_warning", "huge_message=3000000"]
)
async def test_harmless_faults_do_no_harm(client_with, fault):
    async with client_with(fault).translation("en", "es") as stream:
        await stream.send_pcm(phrases_of_tone(RATE, 1), realtime=False, end=True)
        events = await everything(stream)
    assert len(finals(events)) == 2 and isinstance(events[-1], StreamEnd)
    pcm = b"".join(event.pcm for event in of(Audio, events))
    assert seconds(pcm) == pytest.approx(PHRASE_SECONDS, rel=0.1)


@pytest.mark.parametrize("fault", ["bad_base64", "bad_zlib"])
async def test_spoiled_speech_is_an_error_of_the_session(client_with, fault):
    stream = client_with(fault).translation("en", "es", output_format="zlib_pcm_s16le")
    with pytest.raises(SessionError, match="Receive loop failed"):
        async with stream:
            await stream.speak("Hola", "es")
            await everything(stream)
