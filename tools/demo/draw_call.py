#!/usr/bin/env python3
"""Draws a call: for each party what it says, what of it was recognised, and what the other party hears. Needs matplotlib;
the data come from call_picture.picture().

usage: draw_call.py DATA.json PICTURE.png
"""

import json
import math
import sys

from draw import FAINT, HEARD, HEARD_PALE, INK, LEFT, SMALL, SPOKEN, SPOKEN_PALE, Page, bars, fill, legend, plt

# Of the Spanish party, in Okabe and Ito's colors too.
OTHER, OTHER_PALE, RESTING = "#009E73", "#d3efe6", "#efefef"
COLORS = ((SPOKEN, SPOKEN_PALE), (OTHER, OTHER_PALE))
SOUND, GAIN = 0.75, 0.45
# Inches of a row with all its parts; what is left over is cut off.
ROW_INCHES = 9.0


class Rows(Page):
    """A page whose window moves on by a row."""

    def __init__(self, seconds, row):
        count = math.ceil(seconds / row)
        super().__init__(0, row, (16, 1.2 + count * ROW_INCHES))

    def move_on(self, row):
        self.begin, self.end = self.begin + row, self.end + row
        self.top -= 0.35

    def shown(self, start, end):
        """The part of a stretch in this row; None if the other row has more of it."""
        inside = min(end, self.end) - max(start, self.begin)
        return (max(start, self.begin), min(end, self.end)) if inside > (end - start) / 2 else None


def texts(page, entries, color, pale, label):
    """Bars of (start, end, text), each in the row that has more of it."""
    here = [(page.shown(start, end), text) for start, end, text in entries]
    here = [(place, text) for place, text in here if place]
    return bars(page, [place for place, _ in here], [text for _, text in here], color, pale, label)


def mark(axes, data, height):
    """Shades the hold and marks the barge-in."""
    axes.axvspan(*data["hold"], color=RESTING, zorder=0.2)
    axes.plot([data["barge_in"]] * 2, [0, height], color=INK, linewidth=1.2, linestyle="--", zorder=4)


def group(page, data, party, colors):
    """A party, and how the other hears it."""
    name, listener = party["name"], party["listener"]
    axes = page.axes(SOUND, f"{name}\nsays")
    fill(axes, party["said"], colors[0], SOUND)
    mark(axes, data, SOUND)
    phrases = party["phrases"]
    texts(page, [(phrase["started"], phrase["ended"], phrase["source"]) for phrase in phrases], *colors, "recognised")
    page.top -= 0.1
    targets = {phrase["number"]: phrase for phrase in phrases}
    told = [(place["start"], place["end"], "" if place["cut"] else targets.get(place["phrase"], {}).get("target", ""))
            for place in party["places"]]
    delays(page, party["places"], targets, texts(page, told, HEARD, HEARD_PALE, "translated,\nheard after"))
    last = heard(page, data, party, colors[0], f"{listener}\nhears")
    gain(page, data, party, colors[0], f"gain of\nthat voice")
    return last


def delays(page, places, targets, axes):
    """From the end of the sentence to the moment when its translation is heard, above the bar of that."""
    for place in places:
        phrase = targets.get(place["phrase"])
        if phrase and phrase["ended"] is not None and page.shown(place["start"], place["end"]):
            text = f"+{place['start'] - phrase['ended']:.1f} s" + (", silenced" if place["cut"] else "")
            axes.text(place["start"], -0.08, text, fontsize=SMALL - 1, color=INK, va="center", clip_on=False)


def heard(page, data, party, color, label):
    """Orange where translation sounds, with or without the other's own voice; in the color of that where it is alone."""
    axes = page.axes(SOUND, label)

    def is_translation(second):
        return any(place["start"] <= second <= place["end"] for place in party["places"])

    fill(axes, party["heard"], HEARD, SOUND, is_translation)
    fill(axes, party["heard"], color, SOUND, lambda second: not is_translation(second))
    mark(axes, data, SOUND)
    return axes


def gain(page, data, party, color, label):
    """How loud the original voice is there, wherever it speaks: it is ducked under a translation."""
    axes = page.axes(GAIN, label)
    at = [at for at, gain in party["gains"] if page.begin <= at <= page.end]
    axes.scatter(at, [GAIN * (1 - min(1.2, max(0.0, gain)) / 1.2) for second, gain in party["gains"] if second in set(at)],
                 s=3, color=color)
    for level in (0.0, 1.0):
        y = GAIN * (1 - level / 1.2)
        axes.axhline(y, color=RESTING, linewidth=1, zorder=0.1)
        axes.text(page.begin, y, f"{level:.0f} ", ha="right", va="center", fontsize=SMALL - 2, color=FAINT)
    mark(axes, data, GAIN)
    page.scale(axes)
    return axes


def notes(page, data):
    """What the marks mean, above the row that has them."""
    for at, text in ((data["hold"][0], "on hold: music"), (data["barge_in"], "barge-in")):
        if page.begin <= at < page.end:
            x = (LEFT + (at - page.begin) * page.inch_per_second) / page.inches[0]
            page.figure.text(x, (page.top + 0.06) / page.inches[1], text, fontsize=SMALL, color=INK)


def draw(data, path):
    page = Rows(data["seconds"], data["row"])
    page.figure.text(LEFT / page.inches[0], 1 - 0.35 / page.inches[1], data["title"], fontsize=14, color=INK, va="center")
    while True:
        notes(page, data)
        for party, colors in zip(data["parties"], COLORS):
            group(page, data, party, colors)
            page.top -= 0.1
        if page.end >= data["seconds"]:
            break
        page.move_on(data["row"])
    legend(page, ((SPOKEN, "said in English"), (OTHER, "said in Spanish"), (HEARD, "a translation is heard, over the ducked original")))
    page.save(path)
    plt.close(page.figure)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        draw(json.load(file), sys.argv[2])


if __name__ == "__main__":
    main()
