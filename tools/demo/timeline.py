"""What happened when: the phrases of a run from the events of live_translate, and what a picture of them needs.

Times are seconds of the one axis that input and output share.
"""

import dataclasses
import json

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
    """Where each phrase began to be spoken: with the first sound after the end of the one before.

    `stretches` are (start, end) of the speech in the input. A phrase that follows without a pause begins where the one
    before ended.
    """
    found, before = [], 0.0
    for phrase in phrases:
        sounding = [max(start, before) for start, end in stretches if end > before + 0.1]
        found.append(min(sounding[0], phrase.ended) if sounding else before)
        before = phrase.ended
    return found


def outline(frames, columns=COLUMNS):
    """The loudest sample of each column, from 0.0 to 1.0 of the loudest of all."""
    width = max(1, -(-len(frames) // columns))
    peaks = [max(map(abs, frames[at : at + width])) for at in range(0, len(frames), width)]
    loudest = max(peaks, default=0) or 1
    return [peak / loudest for peak in peaks]


def picture(phrases, title, seconds, stretches, original, translated):
    """All that draw.py needs, as plain data."""
    rows = [
        {**dataclasses.asdict(phrase), "started": start}
        for phrase, start in zip(phrases, starts(phrases, stretches))
    ]
    return {
        "title": title,
        "seconds": seconds,
        "phrases": rows,
        "original": outline(original),
        "translated": outline(translated),
    }
