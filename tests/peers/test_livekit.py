"""The plugin for LiveKit, unmodified, beside a devserver. It brings no tests of its own."""

import asyncio
import os
import uuid

import pytest
from audio import phrases_of_tone

pytest.importorskip("livekit.plugins.palabra")

from livekit import rtc  # noqa: E402
from livekit.agents import APIConnectOptions, APIError, utils  # noqa: E402
from livekit.agents.stt import SpeechEventType  # noqa: E402
from livekit.plugins import palabra  # noqa: E402

RATE = 16000
WAIT = 300.0
BLOCK = RATE // 50
# How long the plugin waits for a generation that has stalled.
SHORT = APIConnectOptions(max_retry=0, timeout=1.0)
ONCE = APIConnectOptions(max_retry=0, timeout=WAIT)


@pytest.fixture(autouse=True, scope="module")
def pointed(environment):
    os.environ.update(environment)
    import at_devserver  # noqa: F401


def key(*faults):
    return "~".join(["dev", *faults, f".{uuid.uuid4().hex}"])


async def heard(*faults, **options):
    """The events of two phrases that are spoken at their own pace."""
    events = []
    stream = palabra.STT(api_key=key(*faults), language="en", **options).stream(conn_options=ONCE)

    async def speak():
        sound = phrases_of_tone(RATE, 2) + bytes(2 * RATE * 2)
        for at in range(0, len(sound) - 2 * BLOCK, 2 * BLOCK):
            stream.push_frame(rtc.AudioFrame(sound[at : at + 2 * BLOCK], RATE, 1, BLOCK))
            await asyncio.sleep(BLOCK / RATE)
        stream.end_input()

    speaker = asyncio.create_task(speak())
    async with asyncio.timeout(WAIT):
        async for event in stream:
            events.append(event)
    await speaker
    return events


def finals(events):
    return [e.alternatives[0].text for e in events if e.type == SpeechEventType.FINAL_TRANSCRIPT]


async def said(tts, text, options=ONCE):
    seconds = 0.0
    async with asyncio.timeout(WAIT), tts.synthesize(text, conn_options=options) as stream:
        async for audio in stream:
            seconds += audio.frame.duration
    return seconds


async def test_phrases():
    events = await heard()
    assert finals(events) == ["phrase 1, 1.2 s", "phrase 2, 1.2 s"]
    assert [e.type for e in events].count(SpeechEventType.START_OF_SPEECH) == 2


async def test_translations():
    assert finals(await heard(translate_languages="es")) == ["[es] phrase 1, 1.2 s", "[es] phrase 2, 1.2 s"]


async def test_finals_that_come_again_and_empty_segments():
    assert finals(await heard("stt_tell_again", "stt_empty_segments")) == ["phrase 1, 1.2 s", "phrase 2, 1.2 s"]


@pytest.mark.parametrize("flat", [False, True])
async def test_an_error_says_whether_to_come_back(flat):
    """The plugin understands errors whose fields stand below `data`, and no others."""
    with pytest.raises(APIError) as failed:
        await heard("stream_error=SERVICE_UNAVAILABLE", *["stt_flat_error"] * flat)
    assert failed.value.retryable is not flat
    assert ("SERVICE_UNAVAILABLE" in str(failed.value)) is not flat


async def test_replies_share_a_socket():
    async with utils.http_context.open():
        tts = palabra.TTS(api_key=key())
        for _ in range(3):
            assert await said(tts, "Good evening. The doors close in five minutes.") > 2
        await tts.aclose()


async def test_a_generation_that_stalls_is_delivered_in_part():
    async with utils.http_context.open():
        tts = palabra.TTS(api_key=key("tts_stall"))
        assert 0.1 < await said(tts, "x" * 100, SHORT) < 1
        await tts.aclose()


async def test_a_failed_generation_is_an_error():
    async with utils.http_context.open():
        tts = palabra.TTS(api_key=key("stream_error=RATE_LIMIT_EXCEEDED"))
        with pytest.raises(APIError, match="RATE_LIMIT_EXCEEDED"):
            await said(tts, "x" * 100)
        await tts.aclose()
