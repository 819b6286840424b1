"""What the canceller of echo leaves of who speaks beside one: words counted by the engine `local`, echoes by benches/double_talk.rs."""

import re
import subprocess
import unittest
import wave

from places import ROOT
import recording
import wer
from prove_recogniser import BLOCK, answers, frame, language

FOLDER = ROOT / "build/prove/double-talk"
SENTENCES = 5
LEAST_DB = 25.0
# More words wrong than of the same recording beside no echo.
MOST_POINTS = {"-6": 0.03, "-12": 0.03, "-18": 0.03, "-25": 0.03}
LINE = re.compile(r"(\S+) dB, (\d+) ms late, fading within (\d+) ms: (\S+) dB less")


def recordings(folder):
    """The names of sentences as WAV files, and their words."""
    source = recording.librivox_folder()
    for name, words in list(recording.sentences(source))[:SENTENCES]:
        path = folder / f"{name}.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, recording.RATE, 0, "NONE", ""))
            file.writeframes(recording.frames_of(source, name))
        yield path, words


def bench(files):
    command = ["cargo", "bench", "--profile", "dev", "-p", "palabra", "--locked", "--bench", "double_talk", "--features", "echo", "--"]
    ended = subprocess.run([*command, FOLDER, *files], cwd=ROOT, capture_output=True, text=True)
    if ended.returncode:
        raise AssertionError(ended.stderr)
    return LINE.findall(ended.stdout)


def recognised(name):
    with wave.open(str(FOLDER / f"{name}.wav")) as file:
        audio = file.readframes(file.getnframes()) + recording.silence(1)
    found = answers(language("en"), *(frame(b"A", audio[at : at + BLOCK]) for at in range(0, len(audio), BLOCK)))
    return " ".join(answer["text"] for answer in found if answer["type"] == "final")


class DoubleTalk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        FOLDER.mkdir(parents=True, exist_ok=True)
        files, words = zip(*recordings(FOLDER))
        cls.said, cls.echoes = " ".join(words), bench(files)

    def wrong(self, name):
        return wer.error_rate(self.said, recognised(name))

    def test_an_echo_is_faint_after_two_seconds(self):
        self.assertEqual(len(self.echoes), 12)
        for level, delay, fade, less in self.echoes:
            with self.subTest(level=level, delay=delay, fade=fade):
                self.assertGreaterEqual(float(less), LEAST_DB)

    def test_an_echo_alone_has_no_words_for_ten_minutes(self):
        self.assertEqual(recognised("alone"), "")

    def test_who_speaks_beside_it_is_understood(self):
        clean = self.wrong("clean")
        for level, points in MOST_POINTS.items():
            rooms = {f"{late} ms": self.wrong(f"{of}_{late}_{fade}") for of, late, fade, _ in self.echoes if of == level}
            print(f"{level} dB: {clean:.1%} wrong without an echo, behind the canceller", *(f"{at}: {wrong:.1%}" for at, wrong in rooms.items()))
            with self.subTest(level=level):
                self.assertLessEqual(sum(rooms.values()) / len(rooms), clean + points)


if __name__ == "__main__":
    unittest.main()
