"""Prints the results of a call and decides what is a failure: each function returns the problem, or None."""

import textwrap
import unicodedata

from report import load, say, seconds
from talk import HOLD_SECONDS
from timeline import median
from wer import differences, words

PARTIES = ("English", "Spanish")
MOST_WRONG_WORDS = {"English": 0.15, "Spanish": 0.25}
MOST_DELAY = 2.5
MOST_LAG_MS = 60
# Gain of the original voice where no translation sounds, and where one does, as it is measured.
LEAST_PLAIN, MOST_DUCKED = 0.8, 0.5
# Who has begun to speak is noticed after so many seconds at most.
MOST_BARGE_IN = 0.6


def judge(parties, talk, events, has_texts):
    """`has_texts`: the engine recognises words. All is printed; the first problem is returned."""
    problems = [check_words(party) for party in parties] if has_texts else []
    problems += [check_translated(party) for party in parties] if has_texts else []
    problems += [check_delays(parties), check_lag(parties, events), check_ducking(parties, talk)]
    problems += [check_barge_in(parties[1], talk), check_hold(parties, talk)]
    return next((problem for problem in problems if problem), None)


def plain(text):
    """Without accents, which a transcript may leave out and nobody hears."""
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def check_words(party):
    """Compares the recognised words with those said, in their order."""
    said = plain(" ".join(sentence.text for sentence in party.sentences))
    wrong = differences(said, plain(" ".join(phrase.source for phrase in party.phrases)))
    total, most = len(words(said)), MOST_WRONG_WORDS[party.name]
    say(f"{party.name}: {len(wrong)} of {total} words wrong ({len(wrong) / total:.1%}; at most {most:.0%})")
    if wrong:
        listed = ", ".join(f"{a or '(nothing)'} -> {b or '(nothing)'}" for a, b in wrong)
        for line in textwrap.wrap(f"said -> recognised: {listed}", 100):
            say(f"  {line}")
    return f"too many words of the {party.name} party were not recognised" if len(wrong) > most * total else None


def check_translated(party):
    """Every sentence has a translation that differs from it."""
    same = [phrase for phrase in party.phrases if not phrase.target or words(phrase.target) == words(phrase.source)]
    silent = [phrase for phrase in party.phrases if not phrase.speech]
    if not party.phrases:
        return f"nothing of the {party.name} party was recognised"
    if same:
        return f"this was not translated: {same[0].source}"
    return f"this was not spoken: {silent[0].target}" if silent else None


def check_delays(parties):
    """Seconds from the end of each sentence to its translation."""
    say("seconds from the end of a sentence to")
    say("  its text   its speech   being heard by the other party")
    phrases = sorted((phrase for party in parties for phrase in party.phrases), key=lambda phrase: phrase.ended)
    for phrase in phrases:
        delays = [seconds(phrase.delay(what)) for what in ("text_at", "voice_at", "heard_at")]
        say(f"  {delays[0]:>8}   {delays[1]:>10}   {delays[2]:>11}   {textwrap.shorten(phrase.source, 60)}")
    middle = [median(phrase.delay(what) for phrase in phrases) for what in ("text_at", "voice_at", "heard_at")]
    say(f"  {seconds(middle[0]):>8}   {seconds(middle[1]):>10}   {seconds(middle[2]):>11}   median (speech: at most {MOST_DELAY} s)")
    if middle[1] is None:
        return "no speech came"
    return f"speech came {middle[1]:.2f} s after the end of a sentence (median; {load()})" if middle[1] > MOST_DELAY else None


def check_lag(parties, events):
    """How late each party hears the other's own voice: as the library tells, and as it is in what was heard."""
    late = []
    for leg, (party, other) in enumerate(zip(parties, reversed(parties))):
        told = events[-1]["stats"]["legs"][1 - leg]["original_lag_most_ms"]
        found = [piece.lag * 1000 for piece in party.pieces if piece.is_sure] or [0.0]
        say(f"{other.name} party hears the other's own voice {min(found):.0f} to {max(found):.0f} ms late; at most {told} ms ever "
            f"waited (limit {MOST_LAG_MS} ms)")
        late += [told, max(found)]
    return f"an original voice lags by {max(late):.0f} ms ({load()})" if max(late) > MOST_LAG_MS else None


def sounds(party, at, margin):
    """Whether its translation sounds for the other party then, or within so many seconds."""
    return any(place.start - margin <= at <= place.end + margin for place in party.places)


def check_ducking(parties, talk):
    """The original voice is fainter while a translation sounds, and the music on hold is not."""
    for party, other in zip(parties, reversed(parties)):
        under = [piece.gain for piece in party.pieces if sounds(party, piece.at, -0.4)]
        alone = [piece.gain for piece in party.pieces if not sounds(party, piece.at, 1.0) and not in_hold(talk, piece.at)]
        music = [piece.gain for piece in party.pieces if in_hold(talk, piece.at)]
        texts = [f"{name} {median(gains):.2f}" for name, gains in
                 (("alone", alone), ("under a translation", under), ("on hold", music)) if gains]
        say(f"{other.name} party hears the other's own voice with a gain of: " + ", ".join(texts))
        if alone and median(alone) < LEAST_PLAIN or music and median(music) < LEAST_PLAIN:
            return f"the {party.name} party is too faint where no translation sounds"
        if under and median(under) > MOST_DUCKED:
            return f"the {party.name} party is too loud under its translation"
    return None


def in_hold(talk, at):
    return talk.hold_at <= at <= talk.hold_at + HOLD_SECONDS


def check_barge_in(party, talk):
    """The translation of the interrupted sentence ends when the other party begins to speak."""
    cuts = [place for place in party.places if place.cut]
    for place in cuts:
        say(f"barge-in at {talk.barge_in_at:.2f} s: the translation of the {party.name} party was silent {place.end - talk.barge_in_at:.2f} s later")
    if not any(0 <= place.end - talk.barge_in_at <= MOST_BARGE_IN for place in cuts):
        return "nobody barged in" if not cuts else "the barge-in came late"
    return None


def check_hold(parties, talk):
    """Nothing is recognised of the music that one line plays."""
    during = [phrase for party in parties for phrase in party.phrases if in_hold(talk, phrase.ended)]
    say(f"on hold from {talk.hold_at:.2f} s for {HOLD_SECONDS:.0f} s: {len(during)} phrases recognised")
    return f"this was recognised on hold: {during[0].source}" if during else None
