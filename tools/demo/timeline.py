"""The times of a run: its phrases from the events of live_translate, and the data of the picture.

Times are in seconds on the common time axis of input and output.
"""

import collections
import dataclasses
import json
import math

from wer import words

# The end of a stretch is measured in windows and can be a little after the sentence.
PAUSE_AFTER_SENTENCE = 0.1
# Enough for every pixel column of the picture.
COLUMNS = 1400


@dataclasses.dataclass
class Phrase:
    """A sentence and its translation; None for what did not happen."""

    number: int
    source: str = ""
    target: str = ""
    ended: float | None = None
    """When the speaker finished it."""
    text_at: float | None = None
    """When the text of its translation arrived."""
    voice_at: float | None = None
    """When its first speech arrived."""
    heard_at: float | None = None
    """When that speech began to be played: later, if the previous phrase was still being played."""
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
    """In the order in which they were spoken; phrases that never became final are omitted."""
    found = {}
    for event in events:
        if event["phrase"]:
            take(found.setdefault(event["phrase"], Phrase(event["phrase"])), event)
    phrases = [found[number] for number in sorted(found) if found[number].source]
    hear_the_rest(phrases)
    return phrases


def hear_the_rest(phrases):
    """No PLAYOUT_STARTED follows CLOSED, but the buffered phrases are still played one after the other."""
    free = 0.0
    for phrase in phrases:
        if phrase.heard_at is None and phrase.voice_at is not None:
            phrase.heard_at = max(phrase.voice_at, free)
        if phrase.heard_at is not None:
            free = phrase.heard_at + phrase.speech


def end_with_sentences(phrases, sentences, stretches):
    """Corrects the ends of the phrases with the known sentences of the recording.

    live_translate derives them from the pauses, which is wrong when texts come late. `sentences` have text, start, end;
    `stretches` are (start, end) of speech. A phrase that is not the last of its sentence or shares no word is kept.
    """
    last, at = {}, 0
    for phrase in phrases:
        shared = [shared_words(phrase.source, sentence["text"]) for sentence in sentences[at:]]
        if any(shared):
            at += shared.index(max(shared))
            last[at] = phrase
    for index, phrase in last.items():
        place = sentences[index]
        ends = [end for _, end in stretches if place["start"] < end <= place["end"] + PAUSE_AFTER_SENTENCE]
        phrase.ended = max(ends, default=phrase.ended)


def shared_words(one, other):
    """How many words two texts have in common; every word as often as both have it."""
    return (collections.Counter(words(one)) & collections.Counter(words(other))).total()


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
    """The median of the known values; None if there are none."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    middle = len(known) // 2
    return known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2


def starts(phrases, stretches):
    """The start of each phrase in the input: that of the first stretch of speech after the end of the one before.

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
