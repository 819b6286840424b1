"""The official 2.2.1 client, unmodified, against the devserver: every call for voices and glossaries, and the objects
that the library created."""

import json
import os
import subprocess
import urllib.request
import zlib

import pytest
from test_v2_common import key, needs_v2, start_devserver

needs_v2()

import palabra_ai.management as management_module  # noqa: E402
from palabra_ai import ApiError, Palabra  # noqa: E402

SAMPLE = bytes(range(256)) * 100
LARGEST_CSV = 1 << 20


@pytest.fixture(scope="module")
def server():
    with start_devserver() as server:
        yield server


@pytest.fixture(autouse=True)
def environment(server, monkeypatch):
    monkeypatch.setenv("PALABRA_API_URL", server.api_url)
    # The hosted polling interval of 2 s, shortened.
    monkeypatch.setattr(management_module, "POLL_INTERVAL", 0.05)


def voices(*faults):
    return Palabra(key(*faults)).voices


def glossaries(*faults):
    return Palabra(key(*faults)).glossaries


def uploads(server):
    with urllib.request.urlopen(f"{server.api_url}/devserver/uploads", timeout=300) as reply:
        return {entry["voice_id"]: entry for entry in json.load(reply)}


# --- Voices -----------------------------------------------------------------------------------------------------


async def test_a_voice_from_a_file(server, tmp_path):
    path = tmp_path / "me.wav"
    path.write_bytes(SAMPLE)
    api = voices()
    labels = {"gender": "female", "age_group": "adult", "mood": "calm"}
    voice = await api.create(path, name="My voice", language="en", description="mine", denoise=True, labels=labels)
    assert voice.ready and (voice.name, voice.language, voice.description) == ("My voice", "en", "mine")
    assert voice.raw["labels"] == labels and voice.raw["voice_type"] == "instantly_cloned"
    uploaded = uploads(server)[voice.id]
    assert (uploaded["bytes"], uploaded["crc32"]) == (len(SAMPLE), zlib.crc32(SAMPLE))
    assert (uploaded["filename"], uploaded["mime_type"]) == ("me.wav", "audio/wav")
    assert await api.get(voice.id) == voice
    assert await api.list() == [voice]
    changed = await api.update(voice.id, name="Other", labels={"mood": "happy"})
    assert (changed.name, changed.description, changed.raw["labels"]) == ("Other", "mine", {"mood": "happy"})
    await api.delete(voice.id)
    assert await api.list() == []
    for call in (api.get, api.delete, api.update):
        with pytest.raises(ApiError, match="unknown voice") as caught:
            await call(voice.id)
        assert caught.value.status == 404


async def test_a_voice_that_takes_its_time():
    endless = voices("voice_delay_ms=3600000")
    voice = await endless.create(("me.mp3", SAMPLE), name="Slow one", language="es", wait=False)
    assert voice.status == "created"
    with pytest.raises(ApiError, match="not ready after 0s .status: pending"):
        await endless.wait_ready(voice.id, timeout=0)
    api = voices("voice_delay_ms=400")
    voice = await api.create(("me.mp3", SAMPLE), name="Slow one", language="es", wait=False)
    assert (await api.wait_ready(voice.id, timeout=300)).status == "ready"


async def test_a_voice_that_fails():
    with pytest.raises(ApiError, match="no speech"):
        await voices("voice_fails").create(("me.flac", SAMPLE), name="Failing", language="en")
    with pytest.raises(ApiError) as caught:
        await voices("upload_status=403").create(("me.wav", SAMPLE), name="Failing", language="en")
    assert caught.value.status == 403


async def test_what_a_voice_may_be_called():
    with pytest.raises(ApiError, match="name: must have 3 to 64") as caught:
        await voices().create(("me.wav", SAMPLE), name="?", language="en")
    assert caught.value.status == 422


async def test_lists_of_voices_come_in_pages():
    builtin = await voices("page_size=5").builtin()
    assert len({voice.id for voice in builtin}) == len(builtin) == 12
    assert all(voice.ready for voice in builtin) and "default_low" in {voice.id for voice in builtin}
    api = voices("page_size=2")
    made = [await api.create(("me.wav", SAMPLE), name=f"Voice {n}", language="en", wait=False) for n in range(5)]
    assert [voice.id for voice in await api.list()] == [voice.id for voice in made]


# --- Glossaries -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "target", "entries", "csv"),
    [
        ("translation", "es", {"cat": "gato", 'a "big", cat': "gato\ngrande"}, None),
        ("verification", None, {"palabbra": "Palabra"}, b"palabbra,Palabra\n"),
        ("hotwords", None, ["Palabra", "Kubernetes"], b"Palabra\nKubernetes\n"),
    ],
)
async def test_a_glossary_of_each_kind(kind, target, entries, csv):
    api = glossaries()
    made = await api.create(entries, name="Terms", kind=kind, source_language="en", target_language=target)
    assert (made.name, made.kind, made.source_language, made.target_language) == ("Terms", kind, "en", target)
    assert made.enabled
    assert await api.get(made.id) == made
    assert await api.list() == [made]
    assert await api.download(made.id) == (csv or management_module.entries_to_csv(entries, kind))
    renamed = await api.update(made.id, name="New name")
    assert (renamed.name, renamed.enabled) == ("New name", True)
    disabled = await api.update(made.id, enabled=False)
    assert (disabled.name, disabled.enabled) == ("New name", False)
    await api.delete(made.id)
    assert await api.list() == []
    for call in (api.get, api.download, api.delete):
        with pytest.raises(ApiError, match="unknown glossary") as caught:
            await call(made.id)
        assert caught.value.status == 404


async def test_a_glossary_from_a_csv_file(tmp_path):
    path = tmp_path / "terms.csv"
    path.write_bytes("perro,dog\r\naño,year\r\n".encode())
    options = {"name": "File", "kind": "translation", "source_language": "es", "target_language": "en"}
    api = glossaries()
    made = await api.create(path, enabled=False, **options)
    assert not made.enabled
    assert await api.download(made.id) == path.read_bytes()


async def test_csv_files_that_are_refused(tmp_path):
    path = tmp_path / "terms.csv"
    options = {"name": "File", "kind": "hotwords", "source_language": "en"}
    for content, status, part in [
        (b"x" * (LARGEST_CSV + 1), 413, "larger than 1 MB"),
        (b"one,two\n", 422, "row 1: must have 1 columns"),
        (b"\xff\n", 422, "not UTF-8"),
        (b"", 422, "no entries"),
    ]:
        path.write_bytes(content)
        with pytest.raises(ApiError, match=part) as caught:
            await glossaries().create(path, **options)
        assert caught.value.status == status


async def test_a_target_language_is_needed():
    payload = {"name": "x", "is_enabled": True, "glossary_type": "translation", "source_lang": "en"}
    with pytest.raises(ApiError, match="target_lang: field required") as caught:
        await glossaries().request("POST", "/saas/glossary", payload=payload)
    assert caught.value.status == 422


async def test_lists_of_glossaries_come_in_pages():
    api = glossaries("page_size=3")
    options = {"kind": "hotwords", "source_language": "en"}
    made = [await api.create(["word"], name=f"Terms {n}", **options) for n in range(7)]
    assert await api.list() == made


# --- Objects of the library ---------------------------------------------------------------------------------------


async def test_what_our_programs_make_the_official_client_finds(server, examples, tmp_path):
    account = key()
    path = tmp_path / "me.flac"
    path.write_bytes(SAMPLE)
    entries = {"cat": "gato", 'a "big", cat': "gato\ngrande", "año": "year"}
    pairs = [f"{term}={translation}" for term, translation in entries.items()]

    def run(*command):
        environment = {**os.environ, "PALABRA_API_URL": server.api_url, "PALABRA_API_KEY": account}
        subprocess.run(command, env=environment, check=True, timeout=900)

    run(examples / "voices", "clone", path, "My voice", "es")
    run(examples / "glossary", "create", "My terms", "en", "es", *pairs)
    (voice,) = await Palabra(account).voices.list()
    assert voice.ready and (voice.name, voice.language) == ("My voice", "es")
    uploaded = uploads(server)[voice.id]
    assert (uploaded["bytes"], uploaded["crc32"]) == (len(SAMPLE), zlib.crc32(SAMPLE))
    assert (uploaded["filename"], uploaded["mime_type"]) == ("me.flac", "audio/flac")
    api = Palabra(account).glossaries
    (glossary,) = await api.list()
    assert (glossary.name, glossary.kind, glossary.enabled) == ("My terms", "translation", True)
    assert (glossary.source_language, glossary.target_language) == ("en", "es")
    assert await api.download(glossary.id) == management_module.entries_to_csv(entries, "translation")
    run(examples / "voices", "rename", voice.id, "Other name")
    assert (await Palabra(account).voices.get(voice.id)).name == "Other name"
    run(examples / "voices", "delete", voice.id)
    run(examples / "glossary", "delete", glossary.id)
    assert await Palabra(account).voices.list() == [] and await api.list() == []


# --- Both -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403, 429, 500])
async def test_statuses_reach_the_caller(status):
    with pytest.raises(ApiError, match="refused on purpose") as caught:
        await voices(f"rest_status={status}").list()
    assert caught.value.status == status


async def test_a_lost_connection_has_no_status():
    with pytest.raises(ApiError) as caught:
        await glossaries("rest_reset").list()
    assert caught.value.status is None
