#!/usr/bin/env python3
"""Draws a call through the module palabra, from the RTP of both telephones: what each says, and what each hears.

usage: picture.py --module palabra.so --recording WAV OUTPUT.svg     beside a devserver, as test_module.py

The caller says the first sentence of the recording, the callee the second one. The devserver's translation of a phrase is the
phrase itself.
"""

import argparse
import array
import json
import pathlib
import sys
import tempfile
import wave

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "audiosocket"))

import sound  # noqa: E402
from telephone import BLOCK, Telephone  # noqa: E402
from test_module import bridge, connect, wait_until  # noqa: E402

WIDTH, ROW, LEFT, TOP, SECONDS = 760, 60, 110, 30, 20
# How long after somebody has spoken the own voice can still be heard, in blocks of 20 ms.
REACH = 15
COLOURS = {"said": "#57606a", "own voice": "#8c959f", "translation": "#1f6feb"}


def sentences(path):
    """The sentences of the recording at 8 kHz, each as blocks of 160 samples."""
    places = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["sentences"]
    with wave.open(str(path), "rb") as file:
        samples = array.array("h", file.readframes(file.getnframes()))
    halves = [(samples[n] + samples[n + 1]) // 2 for n in range(0, len(samples) - 1, 2)]
    for place in places:
        part = halves[int(8000 * place["start"]):int(8000 * place["end"])]
        yield [part[at:at + BLOCK] for at in range(0, len(part) - BLOCK + 1, BLOCK)]


class Speaker:
    """Says its blocks when it is told to, and keeps the level of all that it has said."""

    def __init__(self, blocks):
        self.blocks, self.begins, self.levels = list(blocks), False, []

    def __call__(self):
        block = self.blocks.pop(0) if self.begins and self.blocks else None
        self.levels.append(level(block) if block else 0)
        return block


def level(samples):
    return (sum(sample * sample for sample in samples) / len(samples)) ** 0.5


def heard_levels(telephone, count):
    levels = sound.envelope(telephone.heard(), 8000)
    return (levels + [0] * count)[:count]


def row(number, title, levels, colours):
    middle, most = TOP + number * ROW + ROW // 2, max(max(levels), 1)
    yield f'<text x="{LEFT - 8}" y="{middle + 4}" text-anchor="end">{title}</text>'
    for kind, colour in COLOURS.items():
        marks = "".join(f"M{LEFT + WIDTH * n / len(levels):.1f} {middle - 25 * value / most:.1f}v{50 * value / most:.1f}"
                        for n, value in enumerate(levels) if colours[n] == kind and value > most / 50)
        if marks:
            yield f'<path d="{marks}" stroke="{colour}" stroke-width="0.6"/>'


def kinds(other_said):
    """What a party hears while the other one speaks is the other's own voice, also; otherwise it is translation."""
    speaks = [n for n, value in enumerate(other_said) if value > 100]
    begin, end = (min(speaks), max(speaks) + REACH) if speaks else (0, 0)
    return ["own voice" if begin <= n <= end else "translation" for n in range(len(other_said))]


def svg(rows):
    height = TOP + len(rows) * ROW + 20
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 20} {height}" font-family="sans-serif" font-size="12">']
    for n, (kind, colour) in enumerate(COLOURS.items()):
        parts.append(f'<text x="{LEFT + 120 * n}" y="16" fill="{colour}">{kind}</text>')
    for number, (title, levels, colours) in enumerate(rows):
        parts += row(number, title, levels, colours)
    parts += [f'<text x="{LEFT + WIDTH * second / SECONDS:.0f}" y="{height - 6}" text-anchor="middle">{second} s</text>' for second in range(0, SECONDS, 5)]
    return "\n".join([*parts, "</svg>", ""])


def talk(module, recording):
    first, second = list(sentences(recording))[:2]
    caller, callee = Telephone("caller"), Telephone("callee")
    caller.say, callee.say = Speaker(first), Speaker(second)
    count = SECONDS * 50
    with tempfile.TemporaryDirectory() as folder, bridge(module, pathlib.Path(folder), (), callee.uri) as baresip:
        connect(baresip, caller, callee)
        baresip.log("0 is translated")
        caller.say.begins = True
        wait_until(lambda: len(caller.say.levels) > 13 * 50, "the caller has not spoken")
        callee.say.begins = True
        wait_until(lambda: min(len(caller.packets), len(callee.packets), len(caller.say.levels), len(callee.say.levels)) >= count, "the call was too short")
        caller.hang_up()
        callee.wait("ended")
    said = [(caller.say.levels + [0] * count)[:count], (callee.say.levels + [0] * count)[:count]]
    return [("caller says", said[0], ["said"] * count), ("callee hears", heard_levels(callee, count), kinds(said[0])),
            ("callee says", said[1], ["said"] * count), ("caller hears", heard_levels(caller, count), kinds(said[1]))]


def main():
    parser = argparse.ArgumentParser(description="Draws a call.")
    parser.add_argument("--module", type=pathlib.Path, required=True)
    parser.add_argument("--recording", type=pathlib.Path, required=True)
    parser.add_argument("output", type=pathlib.Path)
    args = parser.parse_args()
    args.output.write_text(svg(talk(args.module, args.recording)), encoding="utf-8")


if __name__ == "__main__":
    main()
