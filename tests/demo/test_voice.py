"""Uses the voice at PALABRA_WAV: some seconds of 16-bit mono speech."""

import array
import math
import os
import random
import unittest

import places  # noqa: F401
from speech import read_mono
from voice import measure


class Voice(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rate, spoken = read_mono(os.environ["PALABRA_WAV"])
        cls.spoken = spoken[: 8 * cls.rate]

    def problem(self, translated):
        return measure(self.spoken, array.array("h", translated), self.rate).problem()

    def in_bursts(self, sample):
        """Alternately one second of silence and two of sound, as long as the voice."""
        return [sample(at) if at // self.rate % 3 else 0 for at in range(len(self.spoken))]

    def test_other_speech_passes(self):
        # Reversed speech has the sounds and the pauses of speech, but does not correlate with the original.
        measures = measure(self.spoken, array.array("h", reversed(self.spoken)), self.rate)
        self.assertIsNone(measures.problem())
        self.assertEqual(measures.stretches, 1)
        self.assertGreater(measures.syllables, 2.0)
        self.assertLess(measures.likeness, 0.5)

    def test_the_input_is_recognised(self):
        self.assertIn("the input once more", self.problem(self.spoken))

    def test_the_input_is_recognised_late_quiet_and_noisy(self):
        noise = random.Random(1)
        late = [0] * (2 * self.rate + 7)
        copy = late + [int(sample * 0.6) + noise.randint(-60, 60) for sample in self.spoken]
        self.assertIn("the input once more", self.problem(copy))

    def test_the_input_turned_upside_down_is_the_input(self):
        self.assertIn("the input once more", self.problem([max(-32767, -sample) for sample in self.spoken]))

    def test_silence(self):
        self.assertIn("silent", self.problem([0] * self.rate * 5))
        self.assertIn("silent", self.problem([]))

    def test_a_tone(self):
        self.assertIsNotNone(self.problem(self.in_bursts(lambda at: int(8000 * math.sin(at * 2764.6 / self.rate)))))

    def test_noise(self):
        noise = random.Random(2)
        self.assertIsNotNone(self.problem(self.in_bursts(lambda at: noise.randint(-8000, 8000))))

    def test_a_tone_in_the_rhythm_of_syllables(self):
        def beep(at):
            return int(8000 * math.sin(at * 2764.6 / self.rate) * abs(math.sin(at * 12.6 / self.rate)))

        self.assertIn("all alike", self.problem(self.in_bursts(beep)))


if __name__ == "__main__":
    unittest.main()
