#!/usr/bin/env python3
"""Draws a call: what both parties say, what of it was recognised, and what each hears of the other. Needs matplotlib;
the data come from call_picture.picture().

usage: draw_call.py DATA.json PICTURE.png
"""

import json
import math
import sys

from draw import FAINT, HEARD, HEARD_PALE, INK, LEFT, SMALL, SPOKEN, SPOKEN_PALE, Page, colored_bars, fill, legend, plt

# Of the Spanish party, in Okabe and Ito's colors too.
OTHER, OTHER_PALE, RESTING = "#009E73", "#d3efe6", "#efefef"
COLORS = ((SPOKEN, SPOKEN_PALE), (OTHER, OTHER_PALE))
SOUND, GAIN = 0.75, 0.45
# Inches of a row with all its parts; what is left over is cut off.
ROW_INCHES = 8.0


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


def texts(page, entries, label):
    """Bars of (start, end, text, colors), each in the row that has more of it."""
    here = [(page.shown(start, end), text, colors) for start, end, text, colors in entries]
    here = [entry for entry in here if entry[0]]
    return colored_bars(page, *([entry[n] for entry in here] for n in range(3)), label)


def mark(axes, data, height):
    """Shades the hold and marks the barge-in."""
    axes.axvspan(*data["hold"], color=RESTING, zorder=0.2)
    axes.plot([data["barge_in"]] * 2, [0, height], color=INK, linewidth=1.2, linestyle="--", zorder=4)


def row(page, data):
    """What both say and what was recognised of it; the translations; and what each hears of the other."""
    parties, axes = data["parties"], page.axes(SOUND, "said")
    for party, colors in zip(parties, COLORS):
        fill(axes, party["said"], colors[0], SOUND)
    mark(axes, data, SOUND)
    texts(page, [(phrase["started"], phrase["ended"], phrase["source"], colors)
                 for party, colors in zip(parties, COLORS) for phrase in party["phrases"]], "recognised")
    page.top -= 0.1
    targets = [{phrase["number"]: phrase for phrase in party["phrases"]} for party in parties]
    axes = texts(page, [(place["start"], place["end"], translated(place, known), (HEARD, HEARD_PALE))
                        for party, known in zip(parties, targets) for place in party["places"]], "translated,\nheard after")
    for party, known in zip(parties, targets):
        delays(page, party["places"], known, axes)
    for party, colors in zip(parties, COLORS):
        heard(page, data, party, colors[0], f"{party['listener']}\nhears")
        gain(page, data, party, colors[0], "gain of\nthat voice")
    page.scale(page.figure.axes[-1])


def translated(place, phrases):
    return "" if place["cut"] else phrases.get(place["phrase"], {}).get("target", "")


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
        row(page, data)
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
