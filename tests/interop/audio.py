"""Test audio as 16-bit little-endian mono frames."""

import math
import struct
import wave

PHRASE_SECONDS = 1.2
PAUSE_SECONDS = 1.0


def tone(rate, seconds):
    frames = (int(8000 * math.sin(2 * math.pi * 220 * n / rate)) for n in range(int(rate * seconds)))
    return b"".join(struct.pack("<h", frame) for frame in frames)


def silence(rate, seconds):
    return bytes(2 * int(rate * seconds))


def phrases_of_tone(rate, count):
    return silence(rate, 0.3) + (tone(rate, PHRASE_SECONDS) + silence(rate, PAUSE_SECONDS)) * count


def write_wav(path, pcm, rate):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)


def read_wav(path):
    with wave.open(str(path), "rb") as file:
        return file.readframes(file.getnframes()), file.getframerate()
