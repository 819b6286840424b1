"""The official 2.2.1 client, unmodified, against the devserver: text-to-speech and speech-to-text."""

import contextlib

import pytest
from test_v2_common import key, needs_v2, point_region, sessions_of, start_devserver

needs_v2()

import speech_checks  # noqa: E402
from palabra_ai import AuthError, Palabra, SessionError, TaskError  # noqa: E402
from websockets.exceptions import ConnectionClosed  # noqa: E402

TEXT_LIMIT = 1024


@pytest.fixture(scope="module")
def speech_server():
    with start_devserver("--dialect=strict-v2", "--no-rate-limits", "--idle-timeout-ms=2000") as server:
        yield server


@pytest.fixture
def limited(monkeypatch):
    """A server that limits what the service limits."""
    with start_devserver("--dialect=strict-v2") as server:
        point_region(monkeypatch, server)
        yield server


def faulty(product, language="en"):
    return lambda *faults: getattr(Palabra(key(*faults)), product)(language)


@pytest.fixture
def client(speech_server, monkeypatch):
    point_region(monkeypatch, speech_server)
    return Palabra(key())


@pytest.fixture
def stream_of(speech_server):
    return lambda: sessions_of(speech_server)[-1]["streams"][-1]


async def test_synthesize(client, stream_of):
    await speech_checks.synthesize(client.tts, stream_of)


async def test_every_setting_of_tts(client, stream_of):
    await speech_checks.every_setting_of_tts(client.tts, stream_of)


async def test_texts_in_pieces(client):
    await speech_checks.texts_in_pieces(client.tts)


async def test_the_context_can_be_reset(client, stream_of):
    async with client.tts("en") as stream:
        await stream.send_text("first", eos=True, generation_id="a", reset_context=True)
        await speech_checks.events_until(stream, speech_checks.last_chunk_of("a"))
        assert await stream.synthesize("second", reset_context=True)
    assert stream_of()["messages"] == {"init": 1, "text": 2}


async def test_cancel(client):
    await speech_checks.cancel(client.tts)


async def test_mp3(client, stream_of):
    await speech_checks.mp3(client.tts, stream_of)


async def test_tts_errors(client):
    await speech_checks.tts_errors(client.tts)


async def test_the_longest_text(client):
    await speech_checks.no_endless_text(client.tts, TEXT_LIMIT)


@pytest.mark.parametrize("code", ["RATE_LIMIT_EXCEEDED", "SERVICE_UNAVAILABLE"])
async def test_a_failed_generation_fails_its_synthesis(client, code):
    stream = Palabra(key(f"stream_error={code}")).tts("en")
    async with stream:
        with pytest.raises(TaskError, match=code):
            await stream.synthesize("hello")


async def test_phrases(client, stream_of):
    await speech_checks.phrases(client.stt, stream_of)


async def test_encoded_audio(client, stream_of):
    await speech_checks.encoded_audio(client.stt, stream_of)


async def test_a_file_in_real_time(client, tmp_path):
    await speech_checks.file_in_real_time(client.stt, tmp_path)


async def test_telephony(client, stream_of):
    await speech_checks.telephony(client.stt, stream_of)


async def test_streams_end_when_the_server_closes(client, stream_of):
    await speech_checks.stt_stream_ends(client.stt())
    assert stream_of()["closed_code"] == 1001
    await speech_checks.tts_stream_ends(Palabra(key("close_code=1000", "close_after_ms=100")).tts("en"))


async def test_refusals(client):
    with pytest.raises(AuthError, match="401"):
        async with Palabra("unknown").stt():
            pass
    with pytest.raises(SessionError):
        async with Palabra("unknown").tts("en"):
            pass
    with pytest.raises(SessionError, match="400"):
        async with client.stt(format="mp4"):
            pass
    once = Palabra(key("stt_one_stream"))
    async with once.stt():
        with pytest.raises(SessionError, match="409"):
            async with once.stt():
                pass


async def test_errors_of_speech_to_text(client):
    await speech_checks.stt_errors(faulty("stt"))


async def test_finals_on_request(client):
    await speech_checks.finals_on_request(faulty("stt"))


async def test_finals_that_come_again(client):
    await speech_checks.finals_again(faulty("stt")("stt_tell_again", "stt_empty_segments"))


async def test_haste(limited):
    await speech_checks.haste(faulty("stt")(), lambda: sessions_of(limited)[-1]["streams"][-1])


async def test_a_refused_parameter(client):
    await speech_checks.refused_parameter(client.stt)


async def test_cut_samples(client):
    await speech_checks.cut_samples(faulty("tts")("cut_pcm"))


async def test_a_stalled_generation(client):
    await speech_checks.stalled_generation(faulty("tts")("tts_stall"))


async def test_too_many_texts(limited):
    same = Palabra(key())
    await speech_checks.too_many_texts(same.tts("en"), same.tts("en"))


@pytest.mark.parametrize("language", ["ar", "ja", "zh"])
async def test_languages_that_home_assistant_is_told(client, language):
    async with client.tts(language) as stream:
        assert await stream.synthesize("hello")


async def test_connections_count_by_product(limited):
    same = Palabra(key())
    for _ in range(20):
        async with same.tts("en"):
            pass
    # The close may come before the client has sent its first message.
    with contextlib.suppress(ConnectionClosed):
        async with same.tts("en") as stream:
            assert await stream.receive(timeout=speech_checks.WAIT) is None, "the one above the limit is closed"
    assert sessions_of(limited)[-1]["streams"][-1]["closed_code"] == 1008
    async with same.stt("en") as stream:
        await stream.send_audio(bytes(10240))
