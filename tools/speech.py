"""How much speech a WAV file contains, by energy. Standard library only."""

import array
import math
import sys
import wave

WINDOW_SECONDS = 0.02
# Audio below the loud parts by this factor (-26 dB) is a pause, a breath or room noise.
QUIET = 0.05
# A pause inside a phrase counts as part of it; a longer one separates phrases.
PHRASE_PAUSE_SECONDS = 0.6


def read_mono(path):
    """(sample rate, frames) of a 16-bit mono file."""
    with wave.open(str(path), "rb") as file:
        if (file.getnchannels(), file.getsampwidth()) != (1, 2):
            raise ValueError(f"{path} is not 16-bit mono")
        frames = array.array("h", file.readframes(file.getnframes()))
        if sys.byteorder == "big":
            frames.byteswap()
        return file.getframerate(), frames


def levels(frames, rate):
    """Root mean square of each whole window."""
    size = int(rate * WINDOW_SECONDS)
    for at in range(0, len(frames) - size + 1, size):
        yield math.sqrt(sum(sample * sample for sample in frames[at : at + size]) / size)


def active_windows(frames, rate):
    """One flag per window: loud enough for speech."""
    found = list(levels(frames, rate))
    if not found:
        return []
    loud = sorted(found)[len(found) * 95 // 100]
    return [loud > 0 and level > loud * QUIET for level in found]


def phrases(frames, rate):
    """(start, end) in seconds of each stretch of speech, including short pauses."""
    found = []
    for index, active in enumerate(active_windows(frames, rate)):
        if not active:
            continue
        start, end = index * WINDOW_SECONDS, (index + 1) * WINDOW_SECONDS
        if found and start - found[-1][1] <= PHRASE_PAUSE_SECONDS:
            found[-1][1] = end
        else:
            found.append([start, end])
    return found


def speech_seconds(path):
    """Duration of speech in the whole file."""
    rate, frames = read_mono(path)
    return sum(end - start for start, end in phrases(frames, rate))
