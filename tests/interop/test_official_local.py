"""The official 1.0.2 client, unmodified, against the devserver with real recognition, translation and speech."""

import local_checks
import pytest
from palabra_ai import Palabra, TaskError
from test_v2_common import start_devserver


@pytest.fixture(scope="module")
def translating():
    local_checks.need_the_stages()
    with start_devserver(*local_checks.ARGUMENTS) as server:
        yield server


@pytest.fixture
def client(translating):
    return Palabra("demo", "demo-secret", api_url=translating.api_url)


async def test_a_file_is_translated(client, tmp_path):
    await local_checks.translate_file(client, tmp_path)


async def test_detection_takes_what_is_installed(client):
    listed = {"detectable_languages": ["de", "en"]}
    async with client.translation("auto", "es", transcription=listed) as stream:
        await stream.end()


async def test_languages_that_are_not_installed_are_refused(client):
    for languages, reason in [(("de", "es"), "de cannot be recognised here|de to es cannot be translated"), (("en", "ja"), "eng-spa")]:
        with pytest.raises(TaskError, match=reason):
            async with client.translation(*languages):
                pass
