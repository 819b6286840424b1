"""What becomes of a complete line of English when Whisper checks it. Both recognisers are stand-ins: what is tested is between them."""

import array
import pathlib
import sys
import types
import unittest
import unittest.mock

from places import ROOT

STAGES = ROOT / "devserver/stages"
RATE, PIECE = 16000, 1600


class Stream:
    """Says what `script` has: (seconds of audio after which it is said, event, start, duration, text)."""

    script = []

    def __init__(self, *_):
        self.frames, self.said = 0, 0

    def add_listener(self, listener):
        self.listener = listener

    def start(self):
        pass

    def close(self):
        pass

    def add_audio(self, samples, _):
        self.frames += len(samples)

    def update_transcription(self):
        while self.said < len(self.script) and self.script[self.said][0] * RATE <= self.frames:
            _, kind, start, duration, text = self.script[self.said]
            self.said += 1
            line = types.SimpleNamespace(text=text, start_time=start, duration=duration, is_complete=kind == "LineCompleted")
            self.listener(type(kind, (), {"line": line})())

    stop = update_transcription


class Checker:
    """Takes `seconds` for a check."""

    def __init__(self, clock, text, seconds=0.1):
        self.clock, self.text, self.seconds, self.heard = clock, text, seconds, []

    def text_of(self, samples, language):
        self.clock.now += self.seconds
        self.heard.append((language, list(samples)))
        return self.text


class Clock:
    now = 0.0

    def monotonic(self):
        return self.now


def library():
    transcriber = type("Transcriber", (), {"__init__": lambda *_: None, "create_stream": Stream})
    names = {"ModelArch": types.SimpleNamespace(TINY=0), "MoonshineError": ValueError, "Transcriber": transcriber}
    voice, utils = types.ModuleType("moonshine_voice"), types.ModuleType("moonshine_voice.utils")
    vars(voice).update(names, utils=utils)
    utils.get_assets_path = pathlib.Path
    return {"moonshine_voice": voice, "moonshine_voice.utils": utils}


class CheckedLines(unittest.TestCase):
    def setUp(self):
        patched = unittest.mock.patch.dict(sys.modules, library())
        patched.start()
        self.addCleanup(patched.stop)
        self.clock, self.told = Clock(), []
        self.program = {"__name__": "moonshine", "array": array, "RATE": RATE, "time": self.clock}
        self.program["tell"] = lambda **answer: self.told.append(answer)
        self.program["samples_of"] = lambda payload: array.array("h", payload)
        exec((STAGES / "moonshine.py").read_text(encoding="utf-8"), self.program)

    def heard(self, script, seconds, checker=None):
        """The lines told of so many seconds, in which each sample is the number of its piece."""
        Stream.script = script
        model = self.program["Moonshine"]()
        model.checker = checker
        for piece in range(int(seconds * RATE / PIECE)):
            model.audio(array.array("h", [piece] * PIECE).tobytes(), 0)
        model.end()
        return [answer for answer in self.told if answer["type"] != "heard"], model

    def test_the_checker_has_the_last_word(self):
        checker = Checker(self.clock, "to lock")
        script = [(1, "LineUpdated", 0.5, 0.5, "do"), (2, "LineCompleted", 0.5, 1.0, "do lock"), (2, "LineStarted", 1.5, 0.5, "or")]
        lines, model = self.heard(script, 2.0, checker)
        self.assertEqual([(line["type"], line["text"]) for line in lines], [("partial", "do"), ("final", "to lock"), ("partial", "or")])
        self.assertEqual([line.get("checked") for line in lines], [None, True, None])
        self.assertEqual([language for language, _ in checker.heard], ["en"])

    def test_the_sound_of_each_line_is_checked(self):
        checker = Checker(self.clock, "hello")
        self.heard([(2, "LineCompleted", 0.55, 1.0, "one"), (4, "LineCompleted", 2.55, 1.0, "two")], 4.0, checker)
        before, after = self.program["CHECKED_BEFORE"], self.program["CHECKED_AFTER"]
        for (_, samples), start in zip(checker.heard, (0.55, 2.55), strict=True):
            self.assertEqual((samples[0], samples[-1]), (int((start - before) * 10), int((start + 1.0 + after) * 10)))
            self.assertAlmostEqual(len(samples) / RATE, 1.0 + before + after, places=3)

    def test_what_it_does_not_understand_stays(self):
        lines, _ = self.heard([(1, "LineCompleted", 0.0, 0.9, "hello")], 1.0, Checker(self.clock, ""))
        self.assertEqual([line["text"] for line in lines], ["hello"])

    def test_what_it_says_again_and_again_does_not_count(self):
        for said, text in (("use the nine key for zed", "use the nine key for Z"), ("for Z. For Z.", "for B")):
            self.told.clear()
            lines, _ = self.heard([(1, "LineCompleted", 0.0, 0.9, text)], 1.0, Checker(self.clock, said))
            self.assertEqual([line["text"] for line in lines], [said if text.endswith("Z") else text])

    def test_a_line_without_words_is_not_checked(self):
        checker = Checker(self.clock, "thank you")
        lines, _ = self.heard([(1, "LineCompleted", 0.0, 0.9, "")], 1.0, checker)
        self.assertEqual(([line["text"] for line in lines], checker.heard), ([""], []))

    def test_no_sound_is_kept_without_one_nor_of_a_line_that_is_over(self):
        script = [(at, "LineCompleted", at - 1.0, 0.9, "hello") for at in (1, 2, 3)]
        model = self.program["Moonshine"]
        for checker, most in ((None, 0), (Checker(self.clock, "hello"), 2 * RATE)):
            kept = []
            audio = model.audio
            model.audio = lambda self, *args: (audio(self, *args), kept.append(len(self.sound)))
            self.heard(script, 4.0, checker)
            model.audio = audio
            self.assertLessEqual(max(kept), most)

    def test_a_machine_that_is_too_slow_checks_seldom(self):
        lines = [(at, "LineCompleted", at - 1.0, 0.9, "hello") for at in range(1, 42)]
        checker = Checker(self.clock, "hello", seconds=self.program["LONGEST_CHECK"] + 0.1)
        found, _ = self.heard(lines, 41.0, checker)
        checked = [round(line["start"]) for line in found if line.get("checked")]
        self.assertEqual(checked, [0, int(self.program["RECOVERY"])])


if __name__ == "__main__":
    unittest.main()
