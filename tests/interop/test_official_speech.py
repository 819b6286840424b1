"""The official 1.0.2 client, unmodified, against the devserver: text-to-speech and speech-to-text."""

import uuid

import palabra_ai.tts
import pytest
import speech_checks
from palabra_ai import AuthError, Palabra, SessionError
from test_v2_common import sessions_of, start_devserver

TOKEN_RULE = "--token=interop-token"
TEXT_LIMIT = 256


@pytest.fixture
def client(devserver, monkeypatch):
    # The client has a fixed text-to-speech address; only the module's constant can be changed.
    monkeypatch.setattr(palabra_ai.tts, "TTS_STREAM_URL", devserver.ws_tts_url)
    return Palabra("demo", "demo-secret", api_url=devserver.api_url)


@pytest.fixture
def stream_of(sessions):
    return lambda: sessions()[-1]["streams"][-1]


@pytest.fixture(scope="module")
def hasty():
    """A server that drops idle clients soon and limits texts to the length that the older clients allow."""
    with start_devserver("--dialect=strict-v1", "--idle-timeout-ms=500", "--no-rate-limits") as server:
        yield server


@pytest.fixture(scope="module")
def limited():
    """A server that limits what the service limits."""
    with start_devserver("--dialect=strict-v1") as server:
        yield server


def faulty(product, server, language="en"):
    url = {"tts": server.ws_tts_url, "stt": server.ws_stt_url}[product]
    return lambda *faults: getattr(Palabra(), product)(language, ws_url=url, token="~".join(["dev", *faults, f".{uuid.uuid4().hex}"]))


async def test_synthesize_with_a_session_of_its_own(client, sessions, stream_of):
    before = len(sessions())
    await speech_checks.synthesize(client.tts, stream_of)
    (entry,) = sessions()[before:]
    assert (entry["rest"], entry["deleted"], entry["connections"]) == (True, 1, 1)


async def test_every_setting_of_tts(client, stream_of):
    await speech_checks.every_setting_of_tts(client.tts, stream_of)


async def test_texts_in_pieces(client):
    await speech_checks.texts_in_pieces(client.tts)


async def test_cancel(client):
    await speech_checks.cancel(client.tts)


async def test_mp3(client, stream_of):
    await speech_checks.mp3(client.tts, stream_of)


async def test_tts_errors(client):
    await speech_checks.tts_errors(client.tts)


async def test_the_longest_text(hasty):
    def open_tts(*args, **options):
        return Palabra().tts(*args, ws_url=hasty.ws_tts_url, token="dev-longest", **options)

    await speech_checks.no_endless_text(open_tts, TEXT_LIMIT)


async def test_a_session_of_the_callers_serves_both_products(client, sessions):
    mine = await client.create_session()
    async with client.tts("en", session=mine) as stream:
        assert await stream.synthesize("hello")
    async with client.stt("en", session=mine) as stream:
        await stream.send_audio(bytes(10240))
    await client.delete_session(mine.id)
    entry = sessions(mine.id)
    assert [stream["product"] for stream in entry["streams"]] == ["tts", "stt"]
    assert entry["deleted"] == 1


async def test_phrases(client, sessions, stream_of):
    before = len(sessions())
    await speech_checks.phrases(client.stt, stream_of)
    (entry,) = sessions()[before:]
    assert (entry["rest"], entry["deleted"]) == (True, 1)


async def test_encoded_audio(client, stream_of):
    await speech_checks.encoded_audio(client.stt, stream_of)


async def test_a_file_in_real_time(client, tmp_path):
    await speech_checks.file_in_real_time(client.stt, tmp_path)


async def test_telephony(client, stream_of):
    await speech_checks.telephony(client.stt, stream_of)


async def test_streams_end_when_the_server_closes(hasty):
    stt = Palabra().stt(ws_url=hasty.ws_stt_url, token="dev-ends")
    await speech_checks.stt_stream_ends(stt)
    assert sessions_of(hasty)[-1]["streams"][-1]["closed_code"] == 1001
    await speech_checks.tts_stream_ends(
        Palabra().tts("en", ws_url=hasty.ws_tts_url, token="dev~close_code=1000~close_after_ms=100")
    )


async def test_a_token_needs_no_rest_session(devserver, stream_of):
    options = {"token": "interop-token"}
    async with Palabra().stt(ws_url=devserver.ws_stt_url, **options) as stream:
        await stream.close()
    async with Palabra().tts("en", ws_url=devserver.ws_tts_url, **options) as stream:
        assert await stream.synthesize("hello")


async def test_refusals(devserver, client, hasty):
    with pytest.raises(AuthError, match="401"):
        async with Palabra().stt(ws_url=devserver.ws_stt_url, token="wrong"):
            pass
    with pytest.raises(SessionError):
        async with Palabra().tts("en", ws_url=devserver.ws_tts_url, token="wrong"):
            pass
    for options in ({"format": "mp4"}, {"language": "xx"}, {"sample_rate": 1}, {"translate_languages": "es,xx"}):
        with pytest.raises(SessionError, match="400"):
            async with client.stt(**options):
                pass
    once = {"ws_url": hasty.ws_stt_url, "token": "dev~stt_one_stream"}
    async with Palabra().stt(**once):
        with pytest.raises(SessionError, match="409"):
            async with Palabra().stt(**once):
                pass


async def test_errors_of_speech_to_text(limited):
    await speech_checks.stt_errors(faulty("stt", limited))


async def test_finals_on_request(limited):
    await speech_checks.finals_on_request(faulty("stt", limited))


async def test_haste(limited):
    await speech_checks.haste(faulty("stt", limited)(), lambda: sessions_of(limited)[-1]["streams"][-1])


async def test_a_refused_parameter(client):
    await speech_checks.refused_parameter(client.stt)


async def test_cut_samples(limited):
    await speech_checks.cut_samples(faulty("tts", limited)("cut_pcm"))
