"""palabra_translation_build_task() against build_task() of the official Python client: equal JSON for equal options.

PALABRA_PRINT_TASK names the built program print_task (cargo build --example print_task); without it cargo builds one.
"""

import copy
import json
import os
import pathlib
import random
import subprocess

import pytest
from palabra_ai.task import build_task

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMBINATIONS = 400
PAGES = json.loads((ROOT / "api" / "palabra.json").read_text(encoding="utf-8"))["pages"]
FLAGS = {flag["name"]: flag["value"] for page in PAGES for flag in page["flags"]}
VOICE_CLONING = FLAGS["PALABRA_TRANSLATION_VOICE_CLONING"]
PARTIALS = FLAGS["PALABRA_TRANSLATION_PARTIALS"]
ZLIB_OUTPUT = FLAGS["PALABRA_TRANSLATION_ZLIB_OUTPUT"]

# Values for each option of the official helper; None omits it.
OPTIONS = {
    "input_format": [None, "pcm_s16le"],
    "input_sample_rate": [None, 16000, 24000, 44100, 48000],
    "input_channels": [None, 1, 2],
    "output_format": [None, "pcm_s16le", "zlib_pcm_s16le"],
    "voice_id": [None, "default_high", "ünï-\"id\""],
    "voice_cloning": [None, False, True],
    "translate_partials": [None, False, True],
    "silence_threshold": [None, 0.3, 0.55, 0.7, 0.85, 1.234, 2.0],
    "message_types": [None, ["pipeline_timings"], ["translated_transcription", "tts_buffer_stats"]],
    "transcription": [
        None,
        {},
        {"asr_model": "auto", "detectable_languages": ["en", "es"], "denoise": None},
        {"source_language": "auto", "segment_confirmation_silence_threshold": 1.5},
        {"verification": {"verification_model": "x", "allow_verification_glossaries": False}},
        {"sentence_splitter": {"enabled": True, "advanced": {"min_split_interval": 0.6}}},
    ],
    "hotwords_glossaries": [None, True, False, ["g1"], ["g1", "g2"]],
    "verification_glossaries": [None, True, False, ["g3"]],
    "translation_glossaries": [None, True, False, ["g4", "g5", "g6"]],
}
TARGETS = [
    "es",
    ["es"],
    ["fr", "es", "zh-hans"],
    ["es", "es"],
    {"es": {}},
    {"zh-hant": {"style": "formal"}, "ar": {}, "en-us": {"speech_generation": {"voice_id": "own", "x": [1]}}},
    {"es": {"speech_generation": {"voice_cloning": False}, "translate_partial_transcriptions": False}},
    {"es": {"speech_generation": None, "allowed_translation_glossary_ids": ["own"]}, "fr": {"target_language": "de"}},
]


def combinations():
    """Every value alone, then a fixed set of combinations."""
    for name, values in OPTIONS.items():
        for value in values:
            yield "en", "es", {name: value}
    for targets in TARGETS:
        yield "auto", targets, {}
    choice = random.Random(7)
    for _ in range(COMBINATIONS):
        options = {name: choice.choice(values) for name, values in OPTIONS.items()}
        yield choice.choice(["en", "auto", "pt"]), choice.choice(TARGETS), options


def official(source, targets, options):
    """Passes a copy of the options, because the helper modifies the caller's `verification`."""
    given = {name: copy.deepcopy(value) for name, value in options.items() if value is not None}
    return build_task(source, targets, **given)


def glossaries(value):
    return {True: "all", False: "none"}[value] if isinstance(value, bool) else ",".join(value)


def fields(source, targets, options):
    """The same options as fields of palabra_translation_config."""
    config = {"source_language": source, "flags": 0}
    if isinstance(targets, dict):
        config["targets_json"] = json.dumps(targets)
    else:
        config["target_languages"] = targets if isinstance(targets, str) else ",".join(targets)
    flags = {"voice_cloning": VOICE_CLONING, "translate_partials": PARTIALS}
    same = {"input_sample_rate", "voice_id"}
    for name, value in options.items():
        if value is None or name == "input_format":
            continue
        if name in flags:
            config["flags"] |= flags[name] if value else 0
        elif name in same:
            config[name] = value
        elif name == "input_channels":
            # The wire is mono unless the task says otherwise, for any number of input channels.
            config["task_json"] = json.dumps({"input_stream": {"source": {"channels": value}}})
        elif name == "output_format":
            config["flags"] |= ZLIB_OUTPUT if value.startswith("zlib") else 0
        elif name == "silence_threshold":
            config["silence_threshold_ms"] = round(value * 1000)
        elif name == "message_types":
            config["message_types"] = ", ".join(value)
        elif name == "transcription":
            config["transcription_json"] = json.dumps(value)
        else:
            config[name] = glossaries(value)
    return config


@pytest.fixture(scope="module")
def print_task():
    given = os.environ.get("PALABRA_PRINT_TASK")
    program = given or build_program()

    def run(configs):
        text = "".join(json.dumps(config) + "\n" for config in configs)
        lines = subprocess.run([program], input=text, capture_output=True, text=True, check=True, timeout=900).stdout
        return lines.splitlines()

    return run


def build_program():
    command = ["cargo", "build", "--quiet", "-p", "palabra", "--example", "print_task", "--message-format=json"]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    messages = [json.loads(line) for line in built.splitlines()]
    return next(message["executable"] for message in messages if message.get("executable"))


def test_equal_options_make_equal_tasks(print_task):
    cases = list(combinations())
    assert len(cases) > COMBINATIONS
    built = print_task([fields(*case) for case in cases])
    assert len(built) == len(cases)
    for case, line in zip(cases, built):
        assert not line.startswith("error:"), (case, line)
        assert json.loads(line) == official(*case), case


def test_input_that_cannot_be_cut_into_chunks_is_refused(print_task):
    for name in ["wav", "opus"]:
        patch = json.dumps({"input_stream": {"source": {"format": name}}})
        config = {"source_language": "en", "target_languages": "es", "task_json": patch}
        assert print_task([config])[0].startswith("error: PALABRA_ERR_UNSUPPORTED: ")
