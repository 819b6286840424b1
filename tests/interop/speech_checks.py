"""Checks of text-to-speech and speech-to-text that both generations of the official client must pass.

`open_tts` and `open_stt` open a stream as `Palabra.tts` and `Palabra.stt` do; `stream_of` gives the devserver's report
about the latest connection.
"""

import asyncio
import math
import zlib

import pytest
from audio import PHRASE_SECONDS, phrases_of_tone, write_wav
from palabra_ai import ServerError, SessionError, SttTranscript, TaskError, TtsChunk

WAIT = 300.0
RATE = 16000
# Length of the devserver's speech for each character.
SECONDS_PER_CHARACTER = 0.06
MU_LAW_SILENCE, MU_LAW_BIAS = 0xFF, 0x84


def spoken_bytes(text, rate=24000, speed=1.0):
    return round(len(text) * SECONDS_PER_CHARACTER / speed * rate) * 2


async def events_until(stream, done):
    """Reads events up to and including the one that satisfies `done`."""
    events = []
    async with asyncio.timeout(WAIT):
        while not (events and done(events[-1])):
            event = await stream.receive()
            assert event is not None, f"the stream ended after {events}"
            events.append(event)
    return events


def last_chunk_of(generation):
    return lambda event: isinstance(event, TtsChunk) and event.generation_id == generation and event.last_chunk


# --- Text-to-speech ---------------------------------------------------------------------------------------------


async def synthesize(open_tts, stream_of):
    text = "Good evening, everyone."
    async with open_tts("en") as stream:
        speech = await stream.synthesize(text, timeout=WAIT)
        assert len(speech) == spoken_bytes(text)
        # An override also applies to later texts.
        assert len(await stream.synthesize(text, speed=2.0)) == spoken_bytes(text, speed=2.0)
        assert len(await stream.synthesize(text)) == spoken_bytes(text, speed=2.0)
    report = stream_of()
    assert (report["product"], report["closed_by"], report["closed_code"]) == ("tts", "client", 1000)
    assert report["text_bytes"] == 3 * len(text)
    assert report["settings"]["voice_options"] == {"voice_id": "default_low", "deaccent_strength": 1.0}


async def every_setting_of_tts(open_tts, stream_of):
    stream = open_tts("es", voice_id="mine", speed=0.5, deaccent_strength=0.25, format="wav", sample_rate=8000)
    async with stream:
        speech = await stream.synthesize("buenos días")
    assert speech[:4] == b"RIFF" and int.from_bytes(speech[24:28], "little") == 8000
    assert len(speech) == 44 + spoken_bytes("buenos días", rate=8000, speed=0.5)
    assert stream_of()["settings"] == {
        "language": "es",
        "model": "auto",
        "voice_options": {"voice_id": "mine", "speed": 0.5, "deaccent_strength": 0.25},
        "output": {"format": "wav", "sample_rate": 8000},
    }


async def texts_in_pieces(open_tts):
    async with open_tts("en") as stream:
        await stream.send_text("One sentence ", generation_id="g1")
        await stream.send_text("in two pieces.", eos=True, generation_id="g1")
        await stream.send_text("Another.", eos=True, generation_id="g2")
        events = await events_until(stream, last_chunk_of("g2"))
    assert [e.generation_id for e in events if e.last_chunk] == ["g1", "g2"]
    for generation, text in (("g1", "One sentence in two pieces."), ("g2", "Another.")):
        chunks = [e for e in events if e.generation_id == generation]
        assert sum(len(e.audio) for e in chunks) == spoken_bytes(text)
        assert chunks[0].audio_len == 0.2 and isinstance(chunks[0].delta_ms, int)
        assert (chunks[-1].audio, chunks[-1].audio_len, chunks[-1].delta_ms) == (b"", None, None)


async def cancel(open_tts):
    async with open_tts("en") as stream:
        await stream.send_text("x" * 256, eos=True, generation_id="long")
        await events_until(stream, lambda event: isinstance(event, TtsChunk))
        await stream.cancel()
        await stream.send_text("Next.", eos=True, generation_id="next")
        events = await events_until(stream, last_chunk_of("next"))
        ids = [event.generation_id for event in events]
        assert not any(last_chunk_of("long")(event) for event in events)
        assert "long" not in ids[ids.index("next") :]
        assert len(await stream.synthesize("Still here.")) == spoken_bytes("Still here.")


async def mp3(open_tts, stream_of):
    """Frames of 24 ms and 96 bytes, cut anywhere."""
    async with open_tts("en", format="mp3") as stream:
        speech = await stream.synthesize("Good evening")
        await stream.send_text("Good evening", eos=True, generation_id="g")
        events = await events_until(stream, last_chunk_of("g"))
    assert b"".join(event.audio for event in events) == speech
    assert {speech[at : at + 2] for at in range(0, len(speech), 96)} == {b"\xff\xf3"}
    assert len(speech) == math.ceil(len("Good evening") * SECONDS_PER_CHARACTER / 0.024) * 96
    assert stream_of()["settings"]["output"]["format"] == "mp3"


async def tts_errors(open_tts):
    async with open_tts("en", format="vorbis") as stream:
        (event,) = await events_until(stream, lambda event: isinstance(event, ServerError))
        assert event.code == "VALIDATION_ERROR" and "format" in event.desc
    async with open_tts("xx") as stream:
        # The refusal of `init`, and that of the text, which came meanwhile.
        for _ in range(2):
            with pytest.raises(TaskError, match="VALIDATION_ERROR.*language: unknown language"):
                await stream.synthesize("hello")


async def no_endless_text(open_tts, limit):
    async with open_tts("en") as stream:
        for text in ("", "x" * (limit + 1)):
            with pytest.raises(ValueError):
                await stream.send_text(text)
        text = "é" * limit
        assert len(await stream.synthesize(text)) == spoken_bytes(text)


async def too_many_texts(first, second):
    """Two streams of one identity share its texts of a second; what is refused is not spoken."""
    # Many more than twenty, for a machine so slow that a second passes meanwhile.
    async with first, second:
        for stream in (first, second):
            for n in range(60):
                await stream.send_text("a", eos=True, generation_id=f"g{n}")
            over = lambda event: isinstance(event, ServerError) or last_chunk_of("g59")(event)  # noqa: E731
            ends = [(await events_until(stream, lambda e: over(e) or getattr(e, "last_chunk", False)))[-1] for _ in range(60)]
            refused = [event for event in ends if isinstance(event, ServerError)]
            assert {event.code for event in refused} == {"RATE_LIMIT_EXCEEDED"}
            assert "20 texts per second and identity" in refused[0].desc


async def cut_samples(stream):
    """Speech whose chunks end in the middle of samples is whole when it is joined."""
    async with stream:
        assert len(await stream.synthesize("Good evening", timeout=WAIT)) == spoken_bytes("Good evening")


async def stalled_generation(stream):
    async with stream:
        with pytest.raises(TimeoutError):
            await stream.synthesize("x" * 100, timeout=0.5)


async def tts_stream_ends(stream):
    """The server closes; the iteration ends."""
    async with asyncio.timeout(WAIT), stream:
        assert [event async for event in stream] == []


# --- Speech-to-text ---------------------------------------------------------------------------------------------


def transcripts(events, *, eos=True, translation=False):
    found = (e for e in events if isinstance(e, SttTranscript))
    return [e for e in found if (e.is_eos, e.is_translation) == (eos, translation)]


def is_final(number):
    return lambda event: (
        isinstance(event, SttTranscript)
        and (event.is_eos, event.is_translation) == (True, False)
        and event.text.startswith(f"phrase {number},")
    )


async def phrases(open_stt, stream_of):
    pcm = phrases_of_tone(RATE, 2)
    options = {"translate_languages": ["es", "fr"], "enable_filler_filter": True}
    async with open_stt("en", **options) as stream:
        await stream.send_pcm(pcm, realtime=False)
        events = await events_until(stream, is_final(2))
        events += await events_until(stream, lambda event: event.language == "fr")
    finals = transcripts(events)
    assert [t.text for t in finals] == [f"phrase {n}, {PHRASE_SECONDS} s" for n in (1, 2)]
    assert finals[0].start_time == pytest.approx(0.3, abs=0.1)
    assert finals[0].end_time == pytest.approx(0.3 + PHRASE_SECONDS, abs=0.1)
    assert finals[0].transcription_id != finals[1].transcription_id
    translations = transcripts(events, translation=True)
    for language in ("es", "fr"):
        told = [(t.transcription_id, t.text) for t in translations if t.language == language]
        assert told == [(t.transcription_id, f"[{language}] {t.text}") for t in finals]
    partials = [t for t in transcripts(events, eos=False) if t.transcription_id == finals[0].transcription_id]
    assert len(partials) >= 2 and partials[-1].text == finals[0].text
    assert partials[0].delta == partials[0].text and str(partials[0]).startswith("~ [en]")
    report = stream_of()
    assert (report["product"], report["closed_by"], report["closed_code"]) == ("stt", "client", 1000)
    assert (report["audio_bytes"], report["audio_crc32"]) == (len(pcm), zlib.crc32(pcm))
    assert report["settings"] == {
        "format": "pcm_s16le",
        "language": "en",
        "translate_languages": "es,fr",
        "enable_filler_filter": "true",
    }


async def stt_errors(open_faulty):
    """Errors below `data` are the ones that the clients understand."""
    for fault, code, text in (
        ("stream_error=SERVER_ERROR", "SERVER_ERROR", "failed on purpose"),
        ("stream_error=SERVER_ERROR~stt_flat_error", "UNKNOWN_ERROR", ""),
    ):
        async with open_faulty(fault) as stream:
            await stream.send_audio(bytes(10240))
            (error,) = await events_until(stream, lambda event: isinstance(event, ServerError))
            assert error.code == code and text in (error.desc or "")


async def finalize(stream):
    """The bridges' way to ask for a final text: the clients have no function for it."""
    await stream._ws.send('{"message_type": "finalize"}')


async def finals_on_request(open_faulty):
    for fault, told in (("", (False, "")), ("stt_full_fin", (True, "en"))):
        async with open_faulty(fault) as stream:
            await finalize(stream)
            (alone,) = await events_until(stream, lambda event: event.text == "<fin>")
            assert (alone.is_eos, alone.language) == told
            await stream.send_pcm(phrases_of_tone(RATE, 1)[: int(RATE * 1.4) * 2], realtime=False)
            await finalize(stream)
            said = (await events_until(stream, lambda event: event.text.endswith("<fin>")))[-1]
            assert (said.is_eos, said.language, said.text[:8]) == (True, "en", "phrase 1")


async def finals_again(stream):
    """A final comes once more with its id, and segments are empty."""
    async with stream:
        await stream.send_pcm(phrases_of_tone(RATE, 1), realtime=False)
        events = await events_until(stream, lambda event: event.text == f"phrase 1, {PHRASE_SECONDS} s.")
    empty, first, again = transcripts(events)
    assert (empty.text, first.text) == ("", f"phrase 1, {PHRASE_SECONDS} s")
    assert first.transcription_id == again.transcription_id != empty.transcription_id


async def haste(stream, stream_of):
    """A recording that is sent in one go is not transcribed."""
    async with stream:
        await stream.send_pcm(phrases_of_tone(RATE, 20), realtime=False)
        await finalize(stream)
        events = await events_until(stream, lambda event: event.text.endswith("<fin>"))
    assert len(transcripts(events)) < 10
    assert stream_of()["left_out_s"] > 20


async def refused_parameter(open_stt):
    with pytest.raises(SessionError, match="400") as refused:
        async with open_stt(language="xx"):
            pass
    body = refused.value.__cause__.response.body.decode()
    assert body.startswith('invalid parameter "language": unsupported language code "xx"; one of: auto, ar, zh, ')


async def encoded_audio(open_stt, stream_of):
    """The devserver counts 4 bytes as one ms of speech."""
    data = bytes(n % 251 for n in range(8000))
    for name in ("webm", "ogg", "mp3", "aac", "flac"):
        async with open_stt("en", format=name) as stream:
            for at in range(0, len(data), 1000):
                await stream.send_audio(data[at : at + 1000])
            said = lambda event: isinstance(event, SttTranscript) and event.text == "phrase 1, 2.0 s"  # noqa: E731
            await events_until(stream, said)
        report = stream_of()
        assert (report["audio_bytes"], report["audio_crc32"]) == (len(data), zlib.crc32(data))
        assert report["settings"] == {"format": name, "language": "en"}


async def file_in_real_time(open_stt, tmp_path):
    path = tmp_path / "tone.wav"
    write_wav(path, phrases_of_tone(RATE, 1), RATE)
    async with open_stt() as stream:
        sender = asyncio.create_task(stream.send_file(path))
        await events_until(stream, lambda event: isinstance(event, SttTranscript) and not event.is_eos)
        assert not sender.done(), "the text came only after the recording"
        events = await events_until(stream, is_final(1))
        await sender
    assert transcripts(events)[0].language == "en"


def mu_law(sample):
    """G.711, as defined in the recommendation."""
    sign, size = (0x80 if sample < 0 else 0), min(abs(sample), 32635) + MU_LAW_BIAS
    exponent = size.bit_length() - 8
    return ~(sign | exponent << 4 | size >> exponent + 3 & 15) & 0xFF


async def telephony(open_stt, stream_of):
    wave = [int(8000 * math.sin(2 * math.pi * 220 * n / 8000)) for n in range(int(8000 * PHRASE_SECONDS))]
    coded = bytes([MU_LAW_SILENCE] * 4000) + bytes(map(mu_law, wave)) + bytes([MU_LAW_SILENCE] * 10000)
    async with open_stt("de", format="mulaw", sample_rate=8000) as stream:
        for at in range(0, len(coded), 160):
            await stream.send_audio(coded[at : at + 160])
        events = await events_until(stream, is_final(1))
    (final,) = transcripts(events)
    assert (final.text, final.language) == (f"phrase 1, {PHRASE_SECONDS} s", "de")
    report = stream_of()
    assert (report["audio_bytes"], report["audio_crc32"]) == (len(coded), zlib.crc32(coded))


async def stt_stream_ends(stream):
    """Audio that stops ends the session: the server closes with 1001, without a trailing final (protocol.md 9.2)."""
    async with asyncio.timeout(WAIT), stream:
        await stream.send_pcm(phrases_of_tone(RATE, 1)[: int(RATE * 1.4) * 2], realtime=False)
        events = [event async for event in stream]
    assert transcripts(events, eos=False) and not transcripts(events)
