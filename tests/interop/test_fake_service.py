"""libpalabra, as an installed library in the C examples, against a service that is not our own devserver.

The fake is checked with the official client first, so that it stays independent of libpalabra's behavior.
"""

import asyncio
import json
import os
import urllib.parse

import pytest
from audio import read_wav, tone, write_wav
from fake_service import (
    PARTIAL_TEXT,
    SESSION_ID,
    SOURCE_TEXT,
    TOKEN,
    TRANSLATED_TEXT,
    speech,
)
from palabra_ai import Audio, Palabra, StreamEnd, Transcript

SECRET = "interop-secret-7f3a"
INPUT_RATE = 16000
INPUT = tone(INPUT_RATE, 1.5)
TIMEOUT = 900


@pytest.fixture
def translate(examples, tmp_path):
    """Runs translate_file against a fake; returns (exit code, output, path of the WAV)."""
    source, target = tmp_path / "in.wav", tmp_path / "out.wav"
    write_wav(source, INPUT, INPUT_RATE)

    async def run(service):
        environment = {
            **os.environ,
            "PALABRA_API_URL": service.api_url,
            "PALABRA_CLIENT_ID": "interop",
            "PALABRA_CLIENT_SECRET": SECRET,
        }
        process = await asyncio.create_subprocess_exec(
            examples / "translate_file",
            source,
            target,
            "en",
            "es",
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), TIMEOUT)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        text = output.decode()
        assert SECRET not in text and TOKEN not in text
        return process.returncode, text, target

    return run


def rest_calls(service):
    return [(method, path) for method, path, _, _ in service.rest_requests]


SESSION_CALLS = [
    ("POST", "/session-storage/session"),
    ("DELETE", f"/session-storage/sessions/{SESSION_ID}"),
]


@pytest.mark.parametrize("double_encoded", [False, True])
async def test_the_fake_suits_the_official_client(fake_service, double_encoded):
    service = await fake_service(double_encoded=double_encoded)
    client = Palabra("interop", SECRET, api_url=service.api_url)
    async with asyncio.timeout(TIMEOUT), client.translation("en", "es", input_sample_rate=INPUT_RATE) as stream:
        await stream.send_pcm(INPUT, eos_timeout=1)
        events = [event async for event in stream]
    finals = [event.text for event in events if isinstance(event, Transcript) and event.is_eos]
    assert finals == [SOURCE_TEXT, TRANSLATED_TEXT]
    assert b"".join(event.pcm for event in events if isinstance(event, Audio)) == speech()
    assert isinstance(events[-1], StreamEnd)
    assert bytes(service.audio) == INPUT


@pytest.mark.parametrize("settings", [{}, {"double_encoded": True}, {"oddities": True}], ids=str)
async def test_a_recording_is_translated(fake_service, translate, settings):
    service = await fake_service(**settings)
    code, output, target = await translate(service)
    assert code == 0, output
    for line in (f"[en] ~ {PARTIAL_TEXT}", f"[en] {SOURCE_TEXT}", f"[es] {TRANSLATED_TEXT}"):
        assert line in output.splitlines()
    pcm, rate = read_wav(target)
    assert (pcm, rate) == (speech(), 24000)
    assert rest_calls(service) == SESSION_CALLS


async def test_what_goes_over_the_wire(fake_service, translate):
    service = await fake_service()
    code, output, _ = await translate(service)
    assert code == 0, output
    for _, _, headers, _ in service.rest_requests:
        assert (headers["clientid"], headers["clientsecret"]) == ("interop", SECRET)
    created = json.loads(service.rest_requests[0][3])
    assert isinstance(created["data"], dict)
    ((path, _),) = service.upgrades
    assert urllib.parse.parse_qs(urllib.parse.urlsplit(path).query) == {"token": [TOKEN]}
    (task,) = service.data_of("set_task")
    source = task["input_stream"]["source"]
    assert (source["type"], source["format"]) == ("ws", "pcm_s16le")
    assert (source["sample_rate"], source["channels"]) == (INPUT_RATE, 1)
    assert task["pipeline"]["transcription"]["source_language"] == "en"
    assert [entry["target_language"] for entry in task["pipeline"]["translations"]] == ["es"]
    assert service.count("get_task") >= 2
    (end,) = service.data_of("end_task")
    assert end["eos_timeout"] in range(1, 31)
    assert bytes(service.audio[: len(INPUT)]) == INPUT
    assert not any(service.audio[len(INPUT) :])


async def test_a_refused_task_is_told_in_the_services_words(fake_service, translate):
    service = await fake_service(refusal=("VALIDATION_ERROR", "the source language is not known"))
    code, output, _ = await translate(service)
    assert code == 1
    assert "PALABRA_ERR_TASK" in output and "the source language is not known" in output
    assert rest_calls(service) == SESSION_CALLS


async def test_a_cut_connection_is_told(fake_service, translate):
    service = await fake_service(cut_after_audio=True)
    code, output, _ = await translate(service)
    assert code == 1, output
    assert "trying again can help" in output
    assert rest_calls(service) == SESSION_CALLS
