"""How a party hears the other's own voice under the translation: its lag and its gain. Standard library only."""

import dataclasses
import math
import operator

# Seconds of a piece.
PIECE = 0.1
# No lag is longer than this, in seconds; from a piece to the next it changes by at most this many frames.
LONGEST_LAG, STEP = 0.1, 4
# Loudness (root mean square) of a piece that says something about gain and lag.
LOUD = 400
# A lag that was lost is looked for everywhere after a pause of so many seconds.
PAUSE = 0.3
# Correlation of a piece with what is heard, if nothing else is heard there.
LIKE = 0.9


@dataclasses.dataclass
class Piece:
    """Of a voice, as it is heard; times in seconds."""

    at: float
    lag: float
    gain: float
    """The part of the voice in what is heard there."""
    is_sure: bool
    """Whether nothing else is heard, so that lag and gain are exact."""


def product(one, other):
    return sum(map(operator.mul, one, other))


def pieces(said, heard, rate):
    """Those in which the party speaks. The lag follows the library's, which changes slowly."""
    size, most, shift, found = int(PIECE * rate), int(LONGEST_LAG * rate), None, []
    for at in range(0, min(len(said), len(heard)) - size - most, size):
        piece, longer = said[at : at + size], heard[at : at + size + most]
        if product(piece, piece) < LOUD * LOUD * size:
            continue
        is_new = not found or at / rate - found[-1].at > PAUSE
        best, likeness, gain = located(piece, longer, shift, is_new)
        shift = best if likeness >= LIKE else shift
        found.append(Piece(at / rate, best / rate, gain, likeness >= LIKE))
    for number, piece in enumerate(found):
        if not piece.is_sure:
            piece.lag = between(found, number)
            at, late = round(piece.at * rate), round(piece.lag * rate)
            piece.gain = share(said[at : at + size], heard[at + late : at + late + size])
    return found


def located(piece, longer, shift, is_new):
    """(shift, likeness, gain), near the shift before if there is one, or elsewhere if `is_new`."""
    everywhere = range(len(longer) - len(piece))
    near = everywhere if shift is None else range(max(0, shift - STEP), min(len(everywhere), shift + STEP + 1))
    found = best_shift(piece, longer, near)
    return found if found[1] >= LIKE or shift is None or not is_new else best_shift(piece, longer, everywhere)


def between(found, number):
    """The lag of a piece of which something else is heard too: between those of its neighbours."""
    before = next((piece for piece in reversed(found[:number]) if piece.is_sure), None)
    after = next((piece for piece in found[number:] if piece.is_sure), None)
    if before is None or after is None:
        return (before or after or found[number]).lag
    part = (found[number].at - before.at) / (after.at - before.at)
    return before.lag + part * (after.lag - before.lag)


def share(piece, other):
    """The gain of a piece in what is heard."""
    return product(piece, other) / (product(piece, piece) or 1)


def best_shift(piece, longer, shifts):
    """(shift, likeness, gain) of the likest stretch."""
    best, energy = (0, -1.0, 0.0), product(piece, piece) or 1
    for shift in shifts:
        other = longer[shift : shift + len(piece)]
        common = product(piece, other)
        likeness = common / math.sqrt(energy * (product(other, other) or 1))
        best = max(best, (shift, likeness, common / energy), key=operator.itemgetter(1))
    return best
