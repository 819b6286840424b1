"""The events of call_barge_in as phrases of both parties. Times are in seconds since the first packet."""

import array
import dataclasses

from timeline import end_with_sentences, phrases_of, read_events  # noqa: F401

# The service takes this long at least to notice the end of a phrase.
NOTICED = 0.3


@dataclasses.dataclass
class Party:
    name: str
    sentences: list
    phrases: list
    """What was recognised of it, and its translation, which the other party hears."""
    said: array.array
    heard: array.array
    places: list
    """Where the other party hears its translation."""
    pieces: list = dataclasses.field(default_factory=list)
    """How the other party hears its own voice."""


@dataclasses.dataclass
class Place:
    phrase: int
    start: float
    end: float
    cut: bool
    """Whether the other party has silenced the rest."""


def phrases_of_leg(events, leg, sentences, stretches):
    """`sentences` are the places of what was said, `stretches` those of its sound."""
    phrases = phrases_of([adapted(event, stretches) for event in events if event.get("leg") == leg])
    end_with_sentences(phrases, sentences, stretches)
    return phrases


def adapted(event, stretches):
    """As live_translate writes it: with the end of the sentence, and when its speech is heard."""
    ends = [end for _, end in stretches if end <= event["at"] - NOTICED]
    return {**event, "sentence_end": max(ends, default=event["at"]), "heard_at": event["at"]}


def heard_places(events, leg):
    """In the order in which they began."""
    begun, places = {}, []
    for event in events:
        if event.get("leg") != leg:
            continue
        if event["event"] == "PLAYOUT_STARTED":
            begun[event["phrase"]] = event["at"]
        elif event["event"] in ("PLAYOUT_FINISHED", "PLAYOUT_CUT") and event["phrase"] in begun:
            cut = event["event"] == "PLAYOUT_CUT"
            places.append(Place(event["phrase"], begun.pop(event["phrase"]), event["at"], cut))
    return places
