"""The official 2.2.1 client, unmodified, against the devserver with real recognition, translation and speech."""

import pytest
from test_v2_common import key, needs_v2, point_region, start_devserver

needs_v2()

import local_checks  # noqa: E402
from palabra_ai import Palabra  # noqa: E402


@pytest.fixture(scope="module")
def translating():
    local_checks.need_the_stages()
    with start_devserver("--dialect=strict-v2", *local_checks.ARGUMENTS) as server:
        yield server


async def test_a_file_is_translated(translating, monkeypatch, tmp_path):
    point_region(monkeypatch, translating)
    await local_checks.translate_file(Palabra(key()), tmp_path)
