"""WAV files of two voices: the original on the left, the translation on the right, frame by frame."""

import array
import sys
import wave


def interleave(left, right):
    """Both from the start; the shorter one is padded with silence."""
    length = max(len(left), len(right))
    both = array.array("h", bytes(4 * length))
    both[0 : 2 * len(left) : 2] = array.array("h", left)
    both[1 : 2 * len(right) : 2] = array.array("h", right)
    return both


def write_stereo(path, left, right, rate):
    both = interleave(left, right)
    if sys.byteorder == "big":
        both.byteswap()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(both.tobytes())
