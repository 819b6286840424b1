"""The recogniser of the devserver's engine `local`, with its real models, in the venv that PALABRA_LOCAL_TOOLS names."""

import json
import os
import pathlib
import random
import subprocess
import unittest

from places import ROOT
import call_report
import talk
import wer

STAGES = ROOT / "devserver/stages"
TOOLS = pathlib.Path(os.environ["PALABRA_LOCAL_TOOLS"])
RATE = 16000
# As many bytes as a message of a call has.
BLOCK = 2 * RATE // 10


def program():
    """As the devserver joins it."""
    parts = ("frames", "moonshine", "whisper", "recogniser")
    return "".join((STAGES / f"{part}.py").read_text(encoding="utf-8") for part in parts)


def frame(kind, payload):
    return kind + len(payload).to_bytes(4, "little") + payload


def language(code, *among):
    return frame(b"L", json.dumps({"language": code, "among": among}).encode())


def spoken(sentences, pause=1.0):
    """With a pause after each, at 16 kHz: every sample of a telephone's twice."""
    silence = bytes(2 * int(pause * talk.RATE))
    frames = b"".join(sentence.frames.tobytes() + silence for sentence in sentences)
    doubled = b"".join(frames[at : at + 2] * 2 for at in range(0, len(frames), 2))
    return b"".join(frame(b"A", doubled[at : at + BLOCK]) for at in range(0, len(doubled), BLOCK))


def answers(*orders, arguments=()):
    """All of a program that gets these orders, faster than they were spoken."""
    command = [TOOLS / "bin/python", "-c", program(), *arguments]
    ended = subprocess.run(command, input=b"".join(orders) + frame(b"E", b'{"serial": 1}'), capture_output=True, timeout=900)
    if ended.returncode:
        raise AssertionError(ended.stderr.decode())
    return [json.loads(line) for line in ended.stdout.splitlines()]


def wrong_words(sentences, found):
    said = call_report.plain(" ".join(sentence.text for sentence in sentences))
    return wer.error_rate(said, call_report.plain(" ".join(answer["text"] for answer in found)))


class Recogniser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.english, cls.spanish = list(talk.english_sentences())[:3], talk.spanish_sentences()[1][:3]

    def finals(self, *orders, arguments=()):
        found = answers(*orders, arguments=arguments)
        self.assertEqual([found[0]["type"], found[-1]], ["ready", {"type": "ended", "serial": 1}])
        seconds = [answer["seconds"] for answer in found if answer["type"] == "heard"]
        self.assertEqual(seconds, sorted(seconds))
        return [answer for answer in found if answer["type"] == "final"]

    def test_spanish(self):
        found = self.finals(language("es"), spoken(self.spanish))
        self.assertLessEqual(wrong_words(self.spanish, found), 0.25, found)
        self.assertEqual({answer["language"] for answer in found}, {"es"})

    def test_english(self):
        found = self.finals(language("en"), spoken(self.english))
        self.assertLessEqual(wrong_words(self.english, found), 0.15, found)

    def test_english_is_checked(self):
        found = self.finals(language("en"), spoken(self.english), arguments=["check"])
        self.assertTrue(found[0]["checked"], found)
        self.assertLessEqual(wrong_words(self.english, found), 0.15, found)

    def test_the_language_is_detected_line_by_line(self):
        found = self.finals(language("auto", "es", "en"), spoken(self.spanish[:1]), spoken(self.english[2:]), spoken(self.spanish[1:]))
        self.assertEqual([answer["language"] for answer in found], ["es", "en", "es", "es"], found)

    def test_another_language_follows(self):
        found = self.finals(language("es"), spoken(self.spanish[:1], pause=0), language("en"), spoken(self.english[2:]))
        self.assertEqual([answer.get("language") for answer in found], ["es", None], found)
        self.assertLessEqual(found[0]["end"], found[1]["start"])
        self.assertLessEqual(wrong_words(self.english[2:], found[1:]), 0.15, found)

    def test_noise_has_no_words(self):
        chance = random.Random(1)
        faint = b"".join(chance.randrange(-80, 80).to_bytes(2, "little", signed=True) for _ in range(3 * RATE))
        noise = b"".join(frame(b"A", faint[at : at + BLOCK]) for at in range(0, len(faint), BLOCK))
        self.assertEqual(self.finals(language("es"), noise), [])


if __name__ == "__main__":
    unittest.main()
