"""What make demo measures of a call, and the places of what is said in it."""

import array
import contextlib
import io
import math
import random
import unittest

import places  # noqa: F401
import call_picture
import call_report
import talk
import telephone
from conversation import Party, Place, heard_places, phrases_of_leg
from original import Piece, between, pieces
from timeline import Phrase

RATE = telephone.RATE


def event(kind, at, leg, phrase=0, **fields):
    """As call_barge_in writes it."""
    rest = {"final": False, "translation": False, "frames": 0, "sample_rate": 0, "text": "", "language": ""}
    return {**rest, "event": kind, "at": at, "leg": leg, "phrase": phrase, **fields}


def conversation():
    """One sentence of leg 0, whose translation is heard; one of leg 1, whose translation is silenced."""
    return [
        event("TRANSCRIPT", 3.0, 0, 1, text="Good morning.", final=True),
        event("TRANSCRIPT", 3.1, 0, 1, text="Buenos días.", final=True, translation=True),
        event("AUDIO", 3.2, 0, 1, frames=24000, sample_rate=24000),
        event("PLAYOUT_STARTED", 3.3, 0, 1),
        event("PLAYOUT_FINISHED", 4.3, 0, 1),
        event("TRANSCRIPT", 8.0, 1, 1, text="Muchas gracias.", final=True),
        event("TRANSCRIPT", 8.1, 1, 1, text="Thanks a lot.", final=True, translation=True),
        event("AUDIO", 8.2, 1, 1, frames=36000, sample_rate=24000),
        event("PLAYOUT_STARTED", 8.3, 1, 1),
        event("PLAYOUT_CUT", 8.9, 1, 1),
        {"event": "STATS", "at": 9.0, "stats": {"legs": [{"original_lag_most_ms": 33}, {"original_lag_most_ms": 20}]}},
    ]


def voice(seconds, seed=1):
    """Syllables of noise: no two of its pieces are alike."""
    chance = random.Random(seed)
    return array.array("h", (
        int(chance.uniform(-6000, 6000) * abs(math.sin(math.pi * 3 * n / RATE))) for n in range(int(seconds * RATE))
    ))


class Conversation(unittest.TestCase):
    def test_each_leg_has_its_own_phrases(self):
        sentences = [[{"text": "good morning", "start": 1.0, "end": 2.2}], [{"text": "muchas gracias", "start": 5.0, "end": 7.0}]]
        stretches = [[(1.0, 2.0)], [(5.0, 6.9)]]
        first, second = (phrases_of_leg(conversation(), leg, sentences[leg], stretches[leg])[0] for leg in (0, 1))
        self.assertEqual((first.source, first.target, first.ended), ("Good morning.", "Buenos días.", 2.0))
        self.assertEqual((second.source, second.speech, second.ended), ("Muchas gracias.", 1.5, 6.9))
        self.assertAlmostEqual(second.delay("heard_at"), 1.4)

    def test_a_phrase_that_is_no_sentence_ends_with_the_latest_sound(self):
        phrase = phrases_of_leg(conversation(), 0, [], [(0.2, 0.9), (1.0, 2.0), (2.5, 2.8)])[0]
        self.assertEqual(phrase.ended, 2.0)

    def test_what_is_heard_ends_where_it_was_silenced(self):
        self.assertEqual(heard_places(conversation(), 0), [Place(1, 3.3, 4.3, False)])
        self.assertEqual(heard_places(conversation(), 1), [Place(1, 8.3, 8.9, True)])


class Original(unittest.TestCase):
    def test_lag_and_gain_of_a_voice_alone(self):
        said = voice(1.0)
        heard = array.array("h", [0] * 240 + [int(sample * 0.9) for sample in said])
        found = pieces(said, heard, RATE)
        self.assertEqual({(round(piece.lag * 1000), piece.is_sure) for piece in found}, {(30, True)})
        self.assertTrue(all(abs(piece.gain - 0.9) < 0.01 for piece in found))

    def test_a_ducked_voice_under_another(self):
        said, other = voice(3.0), voice(3.0, seed=2)

        def mixed(n):
            late = said[n - 240] if n >= 240 else 0
            return int(0.2 * late + 0.5 * other[n]) if RATE / 2 <= n < 5 * RATE / 2 else late

        found = pieces(said, array.array("h", map(mixed, range(len(said)))), RATE)
        under = [piece for piece in found if 0.6 < piece.at < 2.3]
        self.assertFalse(any(piece.is_sure for piece in under))
        self.assertEqual({round(piece.lag * RATE) for piece in under}, {240})
        self.assertAlmostEqual(sum(piece.gain for piece in under) / len(under), 0.2, delta=0.05)

    def test_the_lag_under_another_voice_is_between_those_before_and_after(self):
        found = [Piece(1.0, 0.01, 1.0, True), Piece(1.1, 0.09, 0.2, False), Piece(1.3, 0.09, 0.2, False), Piece(1.4, 0.03, 1.0, True)]
        self.assertAlmostEqual(between(found, 1), 0.015)
        self.assertAlmostEqual(between(found[:3], 2), 0.01)

    def test_a_lag_that_changes_in_a_pause_is_found_again(self):
        said = voice(1.0) + array.array("h", bytes(2 * RATE)) + voice(1.0, seed=3)
        heard = array.array("h", [0] * 80) + said[: 3 * RATE // 2] + array.array("h", [0] * 400) + said[3 * RATE // 2 :]
        found = pieces(said, heard, RATE)
        self.assertEqual({round(piece.lag * 1000) for piece in found if piece.is_sure}, {10, 60})


class Verdicts(unittest.TestCase):
    def setUp(self):
        self.talk = talk.Talk([], [], hold_at=20.0, barge_in_at=8.7)
        texts = (("good morning to all of you", "Buenos días."), ("el numero que usted ha marcado", "The number."))
        self.parties = []
        for name, (source, target), place in zip(call_report.PARTIES, texts, (Place(1, 3.3, 4.3, False), Place(1, 8.3, 8.9, True))):
            phrase = Phrase(1, source, target, ended=2.0, text_at=3.0, voice_at=3.2, heard_at=3.3, speech=1.0)
            # Alone, under the translation if it is long enough, and on hold.
            found = [Piece(1.0, 0.02, 1.0, True), Piece((place.start + place.end) / 2, 0.02, 0.2, False), Piece(21.0, 0.02, 1.0, True)]
            self.parties.append(Party(name, [talk.Sentence(source, array.array("h"))], [phrase], None, None, [place], found))

    def problem(self, parties=None, has_texts=True):
        with contextlib.redirect_stdout(io.StringIO()):
            return call_report.judge(parties or self.parties, self.talk, conversation(), has_texts)

    def test_a_good_call_has_none(self):
        self.assertIsNone(self.problem())

    def test_accents_do_not_count(self):
        self.parties[1].phrases[0].source = "El número que usted ha marcado."
        self.assertIsNone(self.problem())

    def test_wrong_words(self):
        # One of six is too many in English, and not in Spanish.
        self.parties[1].phrases[0].source = "en numero que usted ha marcado"
        self.assertIsNone(self.problem())
        self.parties[0].phrases[0].source = "good evening to all of you"
        self.assertIn("English", self.problem())
        self.assertIsNone(self.problem(has_texts=False))

    def test_sentences_in_the_order_before_they_changed_places(self):
        self.parties[0].sentences = [talk.Sentence(text, array.array("h")) for text in ("all of you", "good morning to")]
        self.assertIn("English", self.problem())

    def test_what_was_not_translated(self):
        self.parties[1].phrases[0].target = self.parties[1].phrases[0].source
        self.assertIn("not translated", self.problem())

    def test_late_speech(self):
        for party in self.parties:
            party.phrases[0].voice_at = 4.6
        self.assertIn("2.60 s after", self.problem())

    def test_an_original_that_lags(self):
        self.parties[1].pieces[0].lag = 0.061
        self.assertIn("lags by 61 ms", self.problem())

    def test_an_original_that_is_not_ducked(self):
        self.parties[0].pieces[1].gain = 0.9
        self.assertIn("too loud", self.problem())

    def test_music_that_is_ducked(self):
        self.parties[0].pieces[2].gain = 0.2
        self.assertIn("too faint", self.problem())

    def test_nobody_barged_in(self):
        self.parties[1].places[0].cut = False
        self.assertIn("nobody", self.problem())
        self.parties[1].places[0] = Place(1, 8.3, 9.9, True)
        self.assertIn("late", self.problem())

    def test_words_on_hold(self):
        self.parties[0].phrases[0].ended = 21.0
        self.parties[0].phrases[0].voice_at = 22.0
        self.assertIn("on hold", self.problem())


class Talk(unittest.TestCase):
    def setUp(self):
        def sentences(names, seconds):
            return [talk.Sentence(name, array.array("h", bytes(2 * int(seconds * RATE)))) for name in names]

        self.talk = talk.Talk(sentences("abcde", 3.0), sentences("vwxy", 4.0))
        talk.turns(self.talk)

    def test_nobody_speaks_at_the_same_time(self):
        said = sorted((sentence.start, sentence.end) for sentence in self.talk.english + self.talk.spanish)
        for (_, end), (start, _) in zip(said, said[1:]):
            self.assertLess(end, start)

    def test_the_second_sentence_begins_before_the_first_is_translated(self):
        first, second = self.talk.english[:2]
        self.assertLess(second.start, first.end + talk.DELAY)
        self.assertGreater(second.end, first.end + talk.DELAY)

    def test_who_barges_in_does_it_during_the_translation(self):
        self.assertEqual(self.talk.english[3].start, self.talk.barge_in_at)
        self.assertGreater(self.talk.barge_in_at, self.talk.spanish[1].end + talk.DELAY)

    def test_on_hold_there_is_music_alone(self):
        begin, end = self.talk.hold_at, self.talk.hold_at + talk.HOLD_SECONDS
        for sentence in self.talk.english + self.talk.spanish:
            self.assertTrue(sentence.end < begin or sentence.start > end)
        line = self.talk.line(self.talk.english, music=True)
        at = int((begin + 1) * RATE)
        self.assertGreater(max(line[at : at + RATE]), 1000)
        self.assertEqual(max(self.talk.line(self.talk.spanish)), 0)

    def test_two_sentences_change_places(self):
        before = [sentence.text for sentence in self.talk.english]
        sentences, texts = talk.swapped(list(self.talk.english), random.Random(3))
        after = [sentence.text for sentence in sentences]
        moved = [text for text, other in zip(before, after) if text != other]
        self.assertEqual((sorted(before), sorted(moved)), (sorted(after), sorted(texts)))
        self.assertEqual(len(moved), 2)

    def test_the_picture_has_both_parties(self):
        party = Party("English", self.talk.english, [Phrase(1, "a", "b", ended=4.0, voice_at=5.0)], voice(1.0), voice(2.0), [])
        other = Party("Spanish", [], [], voice(1.0), voice(2.0), [])
        data = call_picture.picture("local", [party, other], self.talk)
        self.assertEqual([rows["listener"] for rows in data["parties"]], ["Spanish", "English"])
        self.assertEqual((data["seconds"], data["parties"][0]["phrases"][0]["started"]), (2.0, 1.0))
        self.assertIn("speech 1.0 s after", data["title"])


class Telephone(unittest.TestCase):
    def test_the_loudest_voice_at_another_rate_is_no_overflow(self):
        square = array.array("h", [32767 if n // 20 % 2 else -32768 for n in range(4410)])
        found = talk.of_rate(22050, square)
        self.assertAlmostEqual(len(found), 1600, delta=2)
        self.assertEqual((max(found), min(found)), (32767, -32768))

    def test_there_and_back(self):
        every = bytes(range(256))
        self.assertEqual(telephone.encoded(telephone.decoded(every)).replace(b"\x7f", b"\xff"), every.replace(b"\x7f", b"\xff"))

    def test_half_the_rate_keeps_a_tone_of_the_band(self):
        tone = [8000 * math.sin(2 * math.pi * 1000 * n / 16000) for n in range(3200)]
        middle = list(telephone.halve(tone))[400:1200]
        self.assertAlmostEqual(max(middle), 8000, delta=100)


if __name__ == "__main__":
    unittest.main(buffer=True)
