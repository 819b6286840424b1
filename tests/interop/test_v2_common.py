"""Shared by the tests of the 2.2.1 client: its region table with a devserver's address, and waiting for events."""

import asyncio
import importlib.metadata
import json
import urllib.request
import uuid

import palabra_ai
import pytest
from conftest import from_environment
from devserver import Devserver, patient

WAIT = 300.0
FRAMES_PER_SECOND = 24000


def needs_v2():
    """The 1.0.2 client is tested elsewhere, with its own interpreter."""
    if not importlib.metadata.version("palabra-ai").startswith("2."):
        pytest.skip("needs palabra-ai 2.x", allow_module_level=True)


def start_devserver(*args):
    return Devserver(from_environment("PALABRA_DEVSERVER"), patient(args))


def template(server):
    """The stream's address with the random part that the client fills in."""
    return server.ws_url.replace("/streaming-api/", "/streaming-api/{random_hash}/")


def key(*faults):
    """An API key that no other test uses, with faults of its own."""
    return "~".join(["dev", *faults, f".{uuid.uuid4().hex}"])


def point_region(monkeypatch, server):
    """Points the default region at `server`, as the client's own tests do."""
    region = palabra_ai.Region(translation=template(server), stt=server.ws_stt_url, tts=server.ws_tts_url)
    monkeypatch.setitem(palabra_ai.REGIONS, "eu", region)


def sessions_of(server):
    with urllib.request.urlopen(f"{server.api_url}/devserver/sessions", timeout=300) as reply:
        return json.load(reply)


async def everything(stream):
    async with asyncio.timeout(900):
        return [event async for event in stream]


async def wait_for(stream, wanted):
    """Reads events until one satisfies `wanted`; returns it."""
    async with asyncio.timeout(WAIT):
        while True:
            event = await stream.receive()
            assert event is not None, "the stream ended"
            if wanted(event):
                return event


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def seconds(pcm):
    return len(pcm) / 2 / FRAMES_PER_SECOND
