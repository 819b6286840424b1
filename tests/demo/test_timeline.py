import array
import contextlib
import io
import unittest

import places  # noqa: F401
from report import check_delays, check_translated, check_words
from stereo import interleave
from timeline import Phrase, end_with_sentences, median, outline, phrases_of, picture, starts


def event(kind, at, phrase=0, **fields):
    """As live_translate writes it."""
    rest = {"final": False, "translation": False, "sentence_end": 0.0, "heard_at": 0.0, "frames": 0, "sample_rate": 0}
    return {**rest, "event": kind, "at": at, "phrase": phrase, "text": "", "language": "", **fields}


def conversation():
    """Two sentences; the second is still queued when its speech arrives, a third was never finished."""
    return [
        event("READY", 0.3),
        event("TRANSCRIPT", 1.0, 1, text="Good"),
        event("TRANSCRIPT", 2.4, 1, text="Good morning.", final=True, sentence_end=2.0),
        event("TRANSCRIPT", 2.6, 1, text="Buenos días.", final=True, translation=True, sentence_end=2.0),
        event("AUDIO", 2.8, 1, frames=24000, sample_rate=24000),
        event("AUDIO", 2.8, 1, frames=12000, sample_rate=24000),
        event("PLAYOUT_STARTED", 2.84, 1, heard_at=2.82),
        event("TRANSCRIPT", 3.4, 2, text="Thank you.", final=True, sentence_end=3.0),
        event("TRANSCRIPT", 3.5, 2, text="Gracias", final=True, translation=True),
        event("TRANSCRIPT", 3.7, 2, text="a usted.", final=True, translation=True),
        event("AUDIO", 3.8, 2, frames=6000, sample_rate=24000),
        event("PLAYOUT_FINISHED", 4.32, 1, heard_at=4.32),
        event("PLAYOUT_STARTED", 4.34, 2, heard_at=4.32),
        event("TRANSCRIPT", 4.5, 3, text="And"),
        event("CLOSED", 6.0),
    ]


class Phrases(unittest.TestCase):
    def setUp(self):
        self.first, self.second = phrases_of(conversation())

    def test_texts_in_full(self):
        self.assertEqual((self.first.source, self.first.target), ("Good morning.", "Buenos días."))
        self.assertEqual(self.second.target, "Gracias a usted.")

    def test_delays_count_from_the_end_of_the_sentence(self):
        self.assertAlmostEqual(self.first.delay("text_at"), 0.6)
        self.assertAlmostEqual(self.first.delay("voice_at"), 0.8)
        self.assertAlmostEqual(self.second.delay("text_at"), 0.5)
        self.assertAlmostEqual(self.second.delay("voice_at"), 0.8)
        self.assertAlmostEqual(self.second.delay("heard_at"), 1.32)

    def test_the_length_of_the_speech(self):
        self.assertEqual((self.first.speech, self.second.speech), (1.5, 0.25))

    def test_what_did_not_happen_has_no_delay(self):
        silent = phrases_of(conversation()[:4])[0]
        self.assertIsNone(silent.delay("voice_at"))
        self.assertIsNotNone(silent.delay("text_at"))

    def test_what_waits_at_the_end_is_heard_in_its_turn(self):
        events = [event for event in conversation() if event["event"] != "PLAYOUT_STARTED" or event["phrase"] == 1]
        _, second = phrases_of(events)
        self.assertAlmostEqual(second.heard_at, 2.82 + 1.5)

    def test_a_late_text_does_not_move_the_end_of_its_sentence(self):
        # Both finals came after the second sentence, so its end was used for both.
        first = Phrase(1, "Good morning, everyone.", ended=5.0)
        second = Phrase(2, "Thank you.", ended=5.6)
        sentences = [
            {"text": "good morning everyone", "start": 0.5, "end": 2.5}, {"text": "thank you", "start": 4.0, "end": 5.2}
        ]
        end_with_sentences([first, second], sentences, [(0.5, 2.4), (4.1, 5.04)])
        self.assertEqual((first.ended, second.ended), (2.4, 5.04))

    def test_two_phrases_of_one_sentence(self):
        first, second = Phrase(1, "Good morning,", ended=1.2), Phrase(2, "dear everyone", ended=5.0)
        sentences = [{"text": "good morning dear everyone", "start": 0.5, "end": 2.5}]
        end_with_sentences([first, second], sentences, [(0.5, 2.4)])
        self.assertEqual((first.ended, second.ended), (1.2, 2.4))

    def test_a_phrase_of_other_words_keeps_its_end(self):
        phrase = Phrase(1, "phrase 1, 6.6 s", ended=7.3)
        end_with_sentences([phrase], [{"text": "good morning", "start": 0.5, "end": 2.5}], [(0.5, 2.4)])
        self.assertEqual(phrase.ended, 7.3)

    def test_median(self):
        self.assertEqual(median([3.0, None, 1.0]), 2.0)
        self.assertEqual(median([3.0, 5.0, 1.0]), 3.0)
        self.assertIsNone(median([None]))


class Picture(unittest.TestCase):
    def test_sentences_begin_with_their_sound(self):
        phrases = phrases_of(conversation())
        self.assertEqual(starts(phrases, [(0.5, 2.05), (2.3, 3.1)]), [0.5, 2.3])

    def test_a_sentence_without_a_pause_begins_where_the_one_before_ended(self):
        self.assertEqual(starts(phrases_of(conversation()), [(0.5, 3.1)]), [0.5, 2.0])

    def test_outline(self):
        levels = outline(array.array("h", [0, -200, 0, 100]), 2, 2.0)
        self.assertEqual(levels, {"column_seconds": 0.5, "levels": [0.0, 1.0, 0.0, 0.5]})
        self.assertEqual(outline(array.array("h"), 2, 2.0)["levels"], [])

    def test_both_waveforms_have_one_scale_of_time(self):
        short, long = array.array("h", [5] * 16000), array.array("h", [7] * 32000)
        data = picture("title", phrases_of(conversation()), [(0.5, 3.1)], short, long, 16000)
        self.assertEqual(data["seconds"], 2.0)
        self.assertEqual(data["original"]["column_seconds"], data["translated"]["column_seconds"])
        self.assertAlmostEqual(2 * len(data["original"]["levels"]), len(data["translated"]["levels"]), delta=2)
        self.assertEqual(data["phrases"][1]["started"], 2.0)
        self.assertEqual(data["phrases"][1]["heard_at"], 4.32)


class Verdicts(unittest.TestCase):
    def test_good_phrases_have_no_problem(self):
        about = {"sentences": [{"text": "good morning"}, {"text": "thank you"}]}
        phrases = phrases_of(conversation())
        self.assertIsNone(check_words(phrases, about))
        self.assertIsNone(check_translated(phrases))
        self.assertIsNone(check_delays(phrases))

    def test_wrong_words(self):
        about = {"sentences": [{"text": "good evening to all"}]}
        self.assertIn("not recognised", check_words(phrases_of(conversation()), about))

    def test_the_original_is_no_translation(self):
        phrases = phrases_of(conversation())
        phrases[1].target = "THANK YOU"
        self.assertIn("Thank you.", check_translated(phrases))
        self.assertIsNotNone(check_translated([]))

    def test_a_translation_without_speech(self):
        phrases = phrases_of(conversation())
        phrases[0].speech = 0.0
        self.assertIn("Buenos días.", check_translated(phrases))

    def test_late_speech_is_told_and_missing_speech_is_a_problem(self):
        late = Phrase(1, "a", "b", ended=1.0, text_at=2.0, voice_at=9.0, heard_at=9.0)
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            self.assertIsNone(check_delays([late]))
        self.assertIn("8.00 s: the target of 1.5 s is missed", printed.getvalue())
        self.assertIsNotNone(check_delays([Phrase(1, "a", "b", ended=1.0)]))


class Stereo(unittest.TestCase):
    def test_left_and_right_frame_by_frame(self):
        self.assertEqual(list(interleave([1, 2, 3], [7])), [1, 7, 2, 0, 3, 0])
        self.assertEqual(list(interleave([1], [7, 8])), [1, 7, 0, 8])


if __name__ == "__main__":
    unittest.main(buffer=True)
