"""What happened when: the phrases of a run from the events of live_translate, and what a picture of them needs.

Times are seconds of the one axis that input and output share.
"""

import dataclasses
import json
import math

# Enough for every pixel of the picture.
COLUMNS = 1400


@dataclasses.dataclass
class Phrase:
    """A sentence and its translation; None where something did not happen."""

    number: int
    source: str = ""
    target: str = ""
    ended: float | None = None
    """When the speaker had finished it."""
    text_at: float | None = None
    """When its translation was there as text."""
    voice_at: float | None = None
    """When the first of its speech was there."""
    heard_at: float | None = None
    """When that began to be heard: later, if the phrase before was still being spoken."""
    speech: float = 0.0
    """Seconds of its speech."""

    def delay(self, what):
        """Seconds from the end of the sentence to `text_at`, `voice_at` or `heard_at`."""
        at = getattr(self, what)
        return None if at is None or self.ended is None else at - self.ended


def read_events(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def phrases_of(events):
    """In the order in which they were spoken; what was never final is not among them."""
    found = {}
    for event in events:
        if event["phrase"]:
            take(found.setdefault(event["phrase"], Phrase(event["phrase"])), event)
    return [found[number] for number in sorted(found) if found[number].source]


def take(phrase, event):
    kind = event["event"]
    if kind == "TRANSCRIPT" and event["final"] and event["translation"]:
        phrase.target = f"{phrase.target} {event['text']}".strip()
        phrase.text_at = event["at"] if phrase.text_at is None else phrase.text_at
    elif kind == "TRANSCRIPT" and event["final"]:
        phrase.source = f"{phrase.source} {event['text']}".strip()
        phrase.ended = event["sentence_end"]
    elif kind == "AUDIO" and event["frames"]:
        phrase.voice_at = event["at"] if phrase.voice_at is None else phrase.voice_at
        phrase.speech += event["frames"] / event["sample_rate"]
    elif kind == "PLAYOUT_STARTED" and phrase.heard_at is None:
        phrase.heard_at = event["heard_at"]


def median(values):
    """Of those that are there; None without any."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    middle = len(known) // 2
    return known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2


def starts(phrases, stretches):
    """Where each phrase began to be spoken: with the first stretch of speech after the end of the one before.

    `stretches` are (start, end) in the input. A phrase in the middle of one begins where the phrase before ended.
    """
    found, before = [], 0.0
    for phrase in phrases:
        begun = [start for start, _ in stretches if before <= start < phrase.ended]
        found.append(begun[0] if begun else before)
        before = phrase.ended
    return found


def outline(frames, rate, seconds):
    """The loudest sample of each column of the picture, up to 1.0 for the loudest of all; as far as `frames` go."""
    width = max(1, math.ceil(seconds * rate / COLUMNS))
    peaks = [max(map(abs, frames[at : at + width])) for at in range(0, len(frames), width)]
    loudest = max(peaks, default=0) or 1
    return {"column_seconds": width / rate, "levels": [round(peak / loudest, 3) for peak in peaks]}


def picture(title, phrases, stretches, original, translated, rate):
    """All that draw.py needs, as plain data; original and translated are frames of the same rate."""
    seconds = max(len(original), len(translated)) / rate
    rows = [{**dataclasses.asdict(phrase), "started": start} for phrase, start in zip(phrases, starts(phrases, stretches))]
    return {
        "title": title,
        "seconds": seconds,
        "phrases": rows,
        "original": outline(original, rate, seconds),
        "translated": outline(translated, rate, seconds),
    }
