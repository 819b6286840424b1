"""Prints the results of a run and decides what is a failure: each function returns the problem, or None."""

import os
import textwrap

from timeline import median
from wer import differences, words

MOST_WRONG_WORDS = 0.15
TARGET_SECONDS = 1.5
LOOPBACK_TOLERANCE = 0.10


def say(text=""):
    print(f"demo: {text}" if text else "demo:", flush=True)


def check_words(phrases, about):
    """Compares the recognised words with the words read."""
    said = " ".join(sentence["text"] for sentence in about["sentences"])
    heard = " ".join(phrase.source for phrase in phrases)
    wrong, total = differences(said, heard), len(words(said))
    say("recognised:")
    for phrase in phrases:
        say(f"  {phrase.source}")
    say(f"wrong words: {len(wrong)} of {total} ({len(wrong) / total:.1%}; at most {MOST_WRONG_WORDS:.0%})")
    if wrong:
        listed = ", ".join(f"{a or '(nothing)'} -> {b or '(nothing)'}" for a, b in wrong)
        for line in textwrap.wrap(f"said -> recognised: {listed}", 100):
            say(f"  {line}")
    if len(wrong) >= MOST_WRONG_WORDS * total:
        return "too many words were not recognised"
    return None


def check_translated(phrases):
    """Every sentence has a translation that differs from the sentence."""
    same = [phrase for phrase in phrases if words(phrase.target) == words(phrase.source)]
    silent = [phrase for phrase in phrases if not phrase.speech]
    say(f"translated: {len(phrases) - len(same)} of {len(phrases)} sentences differ from the original")
    if not phrases:
        return "nothing was recognised"
    if same:
        return f"this was not translated: {same[0].source}"
    if silent:
        return f"this was not spoken: {silent[0].target}"
    return None


def check_delays(phrases):
    """Seconds from the end of each sentence to its translation."""
    say("seconds from the end of a sentence to")
    say("  its text   its speech   being heard")
    for phrase in phrases:
        delays = [seconds(phrase.delay(what)) for what in ("text_at", "voice_at", "heard_at")]
        say(f"  {delays[0]:>8}   {delays[1]:>10}   {delays[2]:>11}   {textwrap.shorten(phrase.source, 50)}")
    middle = [median(phrase.delay(what) for phrase in phrases) for what in ("text_at", "voice_at", "heard_at")]
    say(f"  {seconds(middle[0]):>8}   {seconds(middle[1]):>10}   {seconds(middle[2]):>11}   median")
    if middle[1] is None:
        return "no speech came"
    verdict = "met" if middle[1] < TARGET_SECONDS else f"missed ({load()})"
    say(f"the median to the speech is {middle[1]:.2f} s: the target of {TARGET_SECONDS} s is {verdict}")
    if any(phrase.heard_at and phrase.voice_at and phrase.heard_at > phrase.voice_at + 0.5 for phrase in phrases):
        say("(speech is heard when the translation of the sentence before was spoken to its end)")
    return None


def load():
    """Missing the target is no failure, because a busy machine is slower."""
    return f"a load of {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def check_voice(measures):
    """The translated audio is a voice, and not that of the input."""
    say(
        f"the translated audio: {measures.seconds:.1f} s of speech in {measures.stretches} stretches, "
        f"{measures.syllables:.1f} syllables a second"
    )
    say(
        f"  spread of its zero crossings {measures.crossing_spread:.2f} (tone or noise: below 0.1); "
        f"likeness to the input {measures.likeness:.2f} (a copy: 1.00)"
    )
    problem = measures.problem()
    return f"the translated audio is not speech of its own: {problem}" if problem else None


def check_length(spoken, answered, seconds_in_file):
    """The loopback engine repeats each phrase, so the output must contain as much speech as the input."""
    say(f"speech in {spoken:.1f} s, speech out {answered:.1f} s, file {seconds_in_file:.1f} s")
    if abs(answered - spoken) > LOOPBACK_TOLERANCE * spoken:
        return f"not as much speech came out as went in, within {LOOPBACK_TOLERANCE:.0%}"
    return None


def seconds(value):
    return "-" if value is None else f"{value:.2f}"
