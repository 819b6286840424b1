"""The data of the picture of a call, as plain data for draw_call.py."""

import dataclasses

from talk import HOLD_SECONDS
from telephone import RATE
from timeline import median, outline, starts

# Seconds of a row of the picture.
ROW = 60.0


def picture(engine, parties, talk):
    seconds = max(len(party.heard) for party in parties) / RATE
    middle = median(phrase.delay("voice_at") for party in parties for phrase in party.phrases)
    told = "" if middle is None else f": speech {middle:.1f} s after the end of a sentence (median)"
    return {
        "title": f"A call between two languages, by call_barge_in and the devserver's engine {engine}{told}",
        "seconds": seconds,
        "row": ROW,
        "hold": [talk.hold_at, talk.hold_at + HOLD_SECONDS],
        "barge_in": talk.barge_in_at,
        "parties": [rows(party, other, seconds) for party, other in zip(parties, reversed(parties))],
    }


def rows(party, other, seconds):
    """What a party says, and what the other hears of it."""
    begun = starts(party.phrases, [(sentence.start, sentence.end) for sentence in party.sentences])
    return {
        "name": party.name,
        "listener": other.name,
        "said": outline(party.said, RATE, seconds),
        "heard": outline(other.heard, RATE, seconds),
        "gains": [[round(piece.at, 2), round(piece.gain, 2)] for piece in party.pieces],
        "phrases": [{**dataclasses.asdict(phrase), "started": start} for phrase, start in zip(party.phrases, begun)],
        "places": [dataclasses.asdict(place) for place in party.places],
    }
