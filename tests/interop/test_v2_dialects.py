"""Which client works with which dialect of the devserver, and minimum intervals of commands (protocol.md 5.2, 14)."""

import asyncio
import json
import os
import pathlib

import pytest
from audio import phrases_of_tone
from conftest import ROOT
from test_v2_common import (
    WAIT,
    everything,
    key,
    needs_v2,
    of,
    point_region,
    sessions_of,
    start_devserver,
    wait_for,
)

needs_v2()

import palabra_ai.client as client_module  # noqa: E402
from palabra_ai import (  # noqa: E402
    Audio,
    NotReadyError,
    Palabra,
    ServerError,
    SessionError,
    StreamEnd,
    TaskInfo,
    TaskStatus,
)
from websockets.exceptions import ConnectionClosed  # noqa: E402

DIALECTS = ["superset", "strict-v1", "strict-v2"]
# Run by the interpreter that has the 1.0.2 client: opens, ends with and without a timeout, reports what arrived.
V1_PROGRAM = """
import asyncio, json, sys
from palabra_ai import Palabra, StreamEnd

async def kinds(ws_url, token, end):
    stream = Palabra().translation("en", "es", ws_url=ws_url, token=token)
    async with asyncio.timeout(30), stream:
        await stream.end(**end)
        return [[event.type, isinstance(event, StreamEnd)] async for event in stream]

async def main(ws_url, token):
    timed = await kinds(ws_url, token, {"eos_timeout": 1})
    plain = await kinds(ws_url, token, {})
    print(json.dumps({"timed": timed, "plain": plain}))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture(scope="module", params=DIALECTS)
def dialect(request):
    with start_devserver("--dialect", request.param) as server:
        yield request.param, server


@pytest.fixture(scope="module")
def v1_python():
    """An interpreter with palabra-ai 1.0.2: PALABRA_PEER1, or the one that `make test` installs."""
    path = pathlib.Path(os.environ.get("PALABRA_PEER1", ROOT / "build/tools/peer1/bin/python"))
    if not path.exists():
        pytest.skip(f"no interpreter with palabra-ai 1.0.2 at {path}")
    return path


async def test_the_2_x_client_needs_the_acknowledgement(dialect, monkeypatch):
    name, server = dialect
    point_region(monkeypatch, server)
    # The hosted wait of 30 s: shortened where nothing will come, otherwise longer than any machine needs.
    monkeypatch.setattr(client_module, "READY_TIMEOUT", 1.5 if name == "strict-v1" else WAIT)
    stream = Palabra(key()).translation("en", "es")
    if name == "strict-v1":
        with pytest.raises(NotReadyError):
            async with stream:
                pass
        return
    async with stream:
        await stream.send_pcm(phrases_of_tone(24000, 1), realtime=False, end=True)
        events = await everything(stream)
    assert isinstance(events[0], TaskStatus) and isinstance(events[-1], StreamEnd)
    assert of(Audio, events)


async def test_the_1_x_client_works_everywhere_but_knows_only_its_own_marker(dialect, v1_python):
    name, server = dialect
    # The other client must not import this one's packages.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    program = await asyncio.create_subprocess_exec(
        v1_python, "-c", V1_PROGRAM, server.ws_url, key(), stdout=asyncio.subprocess.PIPE, env=environment
    )
    async with asyncio.timeout(900):
        told, _ = await program.communicate()
    assert program.returncode == 0
    told = json.loads(told)
    acknowledged = [] if name == "strict-v1" else [["task_status", False]]
    ready = [["current_task", False]]
    assert sorted(told["timed"][:-1]) == sorted(acknowledged + ready)
    assert told["timed"][-1] == (["end_of_stream", False] if name == "strict-v2" else ["eos", True])
    marker = [] if name == "strict-v1" else [["end_of_stream", False]]
    assert sorted(told["plain"]) == sorted(acknowledged + ready + marker)


async def test_commands_that_come_too_soon_are_refused(monkeypatch):
    with start_devserver() as server:
        point_region(monkeypatch, server)
        async with Palabra(key()).translation("en", "es") as stream:
            await stream.resume()
            error = await wait_for(stream, lambda event: isinstance(event, ServerError))
            assert error.code == "RATE_LIMIT_EXCEEDED" and "set_task" in error.desc
            # Another command has a limit of its own.
            await stream.get_task()
            await wait_for(stream, lambda event: isinstance(event, TaskInfo))
            await stream.get_task()
            error = await wait_for(stream, lambda event: isinstance(event, ServerError))
            assert "get_task" in error.desc


async def test_a_key_has_twenty_new_connections_a_minute(monkeypatch):
    with start_devserver("--start-delay-ms", "0") as server:
        point_region(monkeypatch, server)
        client = Palabra(key())
        for _ in range(20):
            async with client.translation("en", "es"):
                pass
        # The close can come before the client has sent its task; the client then raises no error of its own.
        with pytest.raises((SessionError, ConnectionClosed)):
            async with client.translation("en", "es"):
                pass
        (entry,) = sessions_of(server)
    assert (entry["connections"], entry["closed_by"], entry["closed_code"]) == (21, "server", 1008)
