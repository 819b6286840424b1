"""The example for the official 2.2.1 client in docs/devserver.md works as documented."""

import ast

import pytest
from test_v2_common import needs_v2, start_devserver

needs_v2()

from audio import PHRASE_SECONDS  # noqa: E402
from documented import run_example  # noqa: E402


def test_the_example_translates(tone_wav, tmp_path):
    with start_devserver() as server:
        printed = run_example("palabra_ai.REGIONS", server, tone_wav, tmp_path)
    assert "[es] phrase 2" in printed
    assert ast.literal_eval(printed.splitlines()[-1]) == {"es": pytest.approx(2 * PHRASE_SECONDS, rel=0.1)}
    assert (tmp_path / "spanish.wav").exists()
