"""Is it speech, and does it differ from the input? By energy and correlation; standard library only."""

import dataclasses
import math
import operator
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from speech import WINDOW_SECONDS, levels, phrases  # noqa: E402

# The fundamental frequency of the voice is below this rate's limit, and a copy of the input correlates there too.
COMPARED_RATE = 1000
PIECE_SECONDS = 1.0
# The latest time at which a copy can follow the input: sentence, recognition, and the previous phrase.
LATEST_COPY_SECONDS = 15.0
SHORTEST_STRETCH_SECONDS = 0.4
# A syllable is a peak of loudness with minima of at most this part of its height on both sides.
VALLEY = 0.7
SMOOTHING_WINDOWS = 3

# People and synthesizers speak three to eight syllables a second; not all of them have a peak of their own.
SYLLABLES_PER_SECOND = (1.5, 9.0)
# Vowels have few zero crossings and consonants many; a tone or a buzz has a constant rate, noise nearly so.
LEAST_CROSSING_SPREAD = 0.35
# Another voice correlates by chance with some moment of the input (0.2 to 0.4), a copy always does (more than 0.9).
MOST_LIKENESS = 0.7


@dataclasses.dataclass
class Measures:
    seconds: float
    stretches: int
    syllables: float
    crossing_spread: float
    likeness: float

    def problem(self):
        """The reason why it is not speech of its own, or None."""
        least, most = SYLLABLES_PER_SECOND
        if not self.stretches:
            return "it is silent"
        if not least <= self.syllables <= most:
            return f"{self.syllables:.1f} syllables a second are not speech"
        if self.crossing_spread < LEAST_CROSSING_SPREAD:
            return "its sounds are all alike, as of a tone or noise"
        if self.likeness > MOST_LIKENESS:
            return f"it is the input once more (correlation {self.likeness:.2f})"
        return None


def measure(original, translated, rate):
    """Both as 16-bit frames of the same rate on the same time axis."""
    found = [(start, end) for start, end in phrases(translated, rate) if end - start >= SHORTEST_STRETCH_SECONDS]
    stretches = [translated[int(start * rate) : int(end * rate)] for start, end in found]
    seconds = sum(end - start for start, end in found)
    return Measures(
        seconds=seconds,
        stretches=len(found),
        syllables=sum(map(lambda frames: hills(frames, rate), stretches)) / seconds if seconds else 0.0,
        crossing_spread=crossing_spread(stretches, rate),
        likeness=max((likeness(original, translated, place, rate) for place in found), default=0.0),
    )


def hills(frames, rate):
    """Number of peaks of the loudness."""
    raw = list(levels(frames, rate))
    smooth = [
        sum(raw[max(0, at - SMOOTHING_WINDOWS + 1) : at + 1]) / SMOOTHING_WINDOWS for at in range(len(raw))
    ]
    count, peak, valley = 0, 0.0, 0.0
    floor = max(smooth, default=0.0) * 0.1
    for level in smooth + [0.0]:
        if peak:
            peak = max(peak, level)
            if level < peak * VALLEY:
                count, peak, valley = count + 1, 0.0, level
        else:
            valley = min(valley, level)
            if level > floor and level * VALLEY > valley:
                peak = level
    return count


def crossing_spread(stretches, rate):
    """Standard deviation of the zero-crossing rate divided by its mean, over the windows of all stretches."""
    size = int(rate * WINDOW_SECONDS)
    rates = []
    for frames in stretches:
        for at in range(0, len(frames) - size, size):
            signs = [sample >= 0 for sample in frames[at : at + size + 1]]
            rates.append(sum(map(operator.ne, signs, signs[1:])))
    mean = sum(rates) / len(rates) if rates else 0.0
    if not mean:
        return 0.0
    return math.sqrt(sum((one - mean) ** 2 for one in rates) / len(rates)) / mean


def likeness(original, translated, place, rate):
    """Highest correlation of the loudest piece of this stretch of the output with any earlier piece of the input."""
    start, end = place
    piece = loudest_piece(thin(translated[int(start * rate) : int(end * rate)], rate))
    begin, end = max(0, int((start - LATEST_COPY_SECONDS) * rate)), int(end * rate)
    # A copy need not be aligned to the samples of the lower rate.
    between = rate // COMPARED_RATE // 2
    return max(highest_correlation(piece, thin(original[at:end], rate)) for at in (begin, begin + between))


def thin(frames, rate):
    """At COMPARED_RATE, low-pass filtered and without the DC component."""
    step = rate // COMPARED_RATE
    means = [sum(frames[at : at + 2 * step]) / (2 * step) for at in range(0, len(frames) - 2 * step + 1, step)]
    middle = sum(means) / len(means) if means else 0.0
    return [mean - middle for mean in means]


def loudest_piece(samples):
    size = int(COMPARED_RATE * PIECE_SECONDS)
    energy = energies(samples, size)
    at = max(range(len(energy)), key=energy.__getitem__) if energy else 0
    return samples[at : at + size]


def energies(samples, size):
    """The energy of every stretch of this size."""
    if len(samples) < size:
        return []
    found = [sum(sample * sample for sample in samples[:size])]
    for old, new in zip(samples, samples[size:]):
        found.append(found[-1] - old * old + new * new)
    return found


def highest_correlation(piece, samples):
    own = sum(sample * sample for sample in piece)
    best = 0.0
    for at, energy in enumerate(energies(samples, len(piece))):
        # A much quieter piece is no copy, and rounding errors could make it look like one.
        if own and energy > own / 1000:
            product = sum(map(operator.mul, piece, samples[at : at + len(piece)]))
            best = max(best, abs(product) / math.sqrt(own * energy))
    return best
