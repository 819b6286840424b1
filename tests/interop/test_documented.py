"""The example for the official 1.0.2 client in docs/devserver.md works as documented."""

import ast

import pytest
from audio import PHRASE_SECONDS
from documented import run_example


def test_the_example_translates(devserver, tone_wav, tmp_path):
    printed = run_example("api_url=", devserver, tone_wav, tmp_path)
    assert "[es] phrase 2" in printed
    assert ast.literal_eval(printed.splitlines()[-1]) == {"es": pytest.approx(2 * PHRASE_SECONDS, rel=0.1)}
    assert (tmp_path / "spanish.wav").exists()
