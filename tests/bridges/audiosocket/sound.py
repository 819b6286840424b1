"""What is said and how it is recognised in what is heard: tones, recordings, and the envelope of both."""

import array
import math
import wave


def tone(rate, hertz, seconds, level=8000):
    return array.array("h", (int(level * math.sin(2 * math.pi * hertz * n / rate)) for n in range(int(rate * seconds)))).tobytes()


VOWELS = ((700, 1200, 2600), (300, 2200, 3000), (500, 900, 2500), (350, 800, 2300), (550, 1800, 2500))


def sung(rate, seconds):
    """What is taken for speech: vowels of a changing pitch, four a second."""
    phase, resonators, samples = 0.0, [[0.0, 0.0] for _ in range(3)], []
    radius = math.exp(-80 * math.pi / rate)
    for frame in range(int(rate * seconds)):
        at = frame / rate
        phase += (120 + 25 * math.sin(at * 2.1) + 10 * math.sin(at * 5.3)) / rate
        sample = 1.0 if phase >= 1 else 0.0
        phase %= 1
        for state, formant in zip(resonators, VOWELS[int(at * 4) % len(VOWELS)]):
            following = sample + 2 * radius * math.cos(2 * math.pi * formant / rate) * state[0] - radius * radius * state[1]
            state[:], sample = [following, state[0]], following * 0.1
        samples.append(sample * math.sin(math.pi * (at * 4 % 1)))
    most = max(map(abs, samples))
    return array.array("h", (int(sample / most * 12000) for sample in samples)).tobytes()


def silence(rate, seconds):
    return bytes(2 * int(rate * seconds))


def recording(path, seconds):
    """(rate, samples) of the beginning of a mono file."""
    with wave.open(str(path), "rb") as file:
        return file.getframerate(), file.readframes(int(file.getframerate() * seconds))


def power(audio, rate, hertz):
    """Level of one frequency, by Goertzel, in blocks of 20 ms: the loudest one."""
    samples, size = array.array("h", audio), rate // 50
    turn, loudest = 2 * math.cos(2 * math.pi * hertz / rate), 0.0
    for begin in range(0, len(samples) - size + 1, size):
        one = two = 0.0
        for sample in samples[begin:begin + size]:
            one, two = sample + turn * one - two, one
        loudest = max(loudest, math.sqrt(max(0.0, one * one + two * two - turn * one * two)) * 2 / size)
    return loudest


def pitch(audio, rate):
    """The frequency of a tone, in its loud part, by its crossings of zero."""
    levels, size = envelope(audio, rate), rate // 50
    loud = [n for n, level in enumerate(levels) if level > max(levels) / 2]
    # Without its edges, which are faded.
    samples = array.array("h", audio)[(loud[0] + 2) * size:(loud[-1] - 1) * size]
    crossings = [n - samples[n] / (samples[n] - samples[n - 1]) for n in range(1, len(samples)) if samples[n - 1] < 0 <= samples[n]]
    return rate * (len(crossings) - 1) / (crossings[-1] - crossings[0])


def envelope(audio, rate):
    """The level of each 20 ms."""
    samples, size = array.array("h", audio), rate // 50
    return [math.sqrt(sum(sample * sample for sample in samples[begin:begin + size]) / size) for begin in range(0, len(samples) - size + 1, size)]


def likeness(said, heard):
    """(how alike two envelopes are at best, from -1 to 1; by how many blocks the second one is later)"""
    best = (-1.0, 0)
    for lag in range(max(1, len(heard) - len(said) // 2)):
        part = heard[lag:lag + len(said)]
        best = max(best, (_correlation(said[:len(part)], part), lag))
    return best


def _correlation(one, two):
    mean_one, mean_two = sum(one) / len(one), sum(two) / len(two)
    both = sum((a - mean_one) * (b - mean_two) for a, b in zip(one, two))
    alone = math.sqrt(sum((a - mean_one) ** 2 for a in one) * sum((b - mean_two) ** 2 for b in two))
    return both / alone if alone else 0.0
