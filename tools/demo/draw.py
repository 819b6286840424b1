#!/usr/bin/env python3
"""Draws a timeline of the original and the translated speech. Needs matplotlib; the data come from timeline.picture().

usage: draw.py DATA.json PICTURE.png
"""

import json
import re
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.font_manager  # noqa: E402
import matplotlib.pyplot as plt  # noqa: E402

# Colors of Okabe and Ito, which colorblind people can distinguish; pale behind text, saturated for lines.
INK, FAINT = "#222222", "#8a8a8a"
SPOKEN, SPOKEN_PALE = "#0072B2", "#d6e8f4"
HEARD, HEARD_PALE = "#D55E00", "#fbe4d3"
TO_TEXT, TO_SPEECH, WAITING = "#56B4E9", "#E69F00", "#dddddd"

INCHES, DPI = (16, 10), 100
TEXT_SIZES, SMALL = (11, 10, 9, 8), 10
# All lengths are in inches: margins of the axes, padding inside a bar, and heights.
LEFT, RIGHT, PADDING = 1.15, 0.3, 0.08
WAVEFORM, TEXT_LINE, DELAY_LINE, GAP = 1.1, 0.2, 0.3, 0.12
MOST_LINES = 8


class Page:
    """Axes from top to bottom that share the time axis."""

    def __init__(self, begin, end, inches=INCHES):
        self.begin, self.end, self.inches = begin, end, inches
        self.inch_per_second = (inches[0] - LEFT - RIGHT) / (end - begin)
        self.figure = plt.figure(figsize=inches, dpi=DPI, facecolor="white")
        self.top = inches[1] - 0.75

    def axes(self, height, label):
        """Axes in the next `height` inches, in which y goes down from 0 to `height`."""
        self.top -= height
        width, tall = self.inches
        place = [LEFT / width, self.top / tall, 1 - (LEFT + RIGHT) / width, height / tall]
        axes = self.figure.add_axes(place)
        axes.set(xlim=(self.begin, self.end), ylim=(height, 0), yticks=[], xticks=[])
        axes.set_facecolor("none")
        for side in axes.spines.values():
            side.set_visible(False)
        for second in self.grid():
            axes.axvline(second, color="#eeeeee", linewidth=1, zorder=0)
        self.figure.text(0.12 / width, (self.top + height / 2) / tall, label, va="center", color=INK,
                         fontsize=SMALL, linespacing=1.4)
        self.top -= GAP
        return axes

    def grid(self):
        """The seconds that have a line."""
        return range(int(self.begin), int(self.end) + 1, 5)

    def scale(self, axes):
        """Writes the seconds below these axes."""
        axes.set_xticks(self.grid(), [f"{second} s" for second in self.grid()])
        axes.tick_params(axis="x", length=0, labelsize=SMALL, labelcolor=FAINT)
        self.top -= 0.25

    def width(self, text, size):
        """Width of a line of text, in inches."""
        font = matplotlib.font_manager.FontProperties(size=size)
        return self.figure.canvas.get_renderer().get_text_width_height_descent(text, font, False)[0] / DPI

    def save(self, path):
        """Saves the page without the empty space at its end."""
        self.figure.savefig(path, facecolor="white", bbox_inches="tight", pad_inches=0.2)


def waveform(page, outline, color, label, height=WAVEFORM):
    axes = page.axes(height, label)
    fill(axes, outline, color, height)
    return axes


def fill(axes, outline, color, height, where=None):
    """Draws the columns for whose seconds `where` is true, all by default."""
    middle, half, levels = height / 2, height / 2 * 0.95, outline["levels"]
    at = [(column + 0.5) * outline["column_seconds"] for column in range(len(levels))]
    shown = [where is None or where(second) for second in at]
    axes.fill_between(at, [middle - half * level for level in levels], [middle + half * level for level in levels],
                      where=shown, color=color, linewidth=0)


def pieces(text):
    """Pieces between which a line may be broken, at spaces and hyphens; each with its separator from the one before."""
    for word in text.split():
        for number, piece in enumerate(re.findall(r"[^-]*-|[^-]+", word)):
            yield "" if number else " ", piece


def wrapped(page, text, room):
    """(size, lines) of a text in this many inches; a smaller size if a word would not fit."""
    for size in TEXT_SIZES:
        lines = [""]
        for joint, piece in pieces(text):
            longer = lines[-1] + joint + piece if lines[-1] else piece
            if lines[-1] and page.width(longer, size) > room:
                lines.append(piece)
            else:
                lines[-1] = longer
        if all(page.width(line, size) <= room for line in lines):
            break
    return size, lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], "..."]


def bars(page, places, texts, color, pale, label):
    """Texts in bars of one color."""
    return colored_bars(page, places, texts, [(color, pale)] * len(places), label)


def colored_bars(page, places, texts, colors, label):
    """Texts in bars, each with the colors of its edge and its face; the height is that of the longest text."""
    rooms = [(end - start) * page.inch_per_second - 2 * PADDING for start, end in places]
    blocks = [wrapped(page, text, room) for text, room in zip(texts, rooms)]
    height = max((len(lines) for _, lines in blocks), default=1) * TEXT_LINE + 2 * PADDING
    axes = page.axes(height, label)
    for (start, end), (size, lines), (color, pale) in zip(places, blocks, colors):
        axes.add_patch(plt.Rectangle((start, 0), end - start, height, facecolor=pale, edgecolor=color, linewidth=1.2))
        for number, line in enumerate(lines):
            axes.text(start + PADDING / page.inch_per_second, PADDING + (number + 0.5) * TEXT_LINE, line,
                      va="center_baseline", fontsize=size, color=INK)
    return axes


def delays(page, phrases):
    """A line for each sentence: from its end to the text, to the speech, and to the moment when that is played."""
    axes = page.axes(max(1, len(phrases)) * DELAY_LINE + 0.1, "delay from\nthe end of\nthe sentence")
    height = axes.get_ylim()[0]
    for line, phrase in enumerate(phrases):
        middle, before = (line + 0.5) * DELAY_LINE + 0.05, phrase["ended"]
        told = []
        for key, color, what in (
            ("text_at", TO_TEXT, "text"), ("voice_at", TO_SPEECH, "speech"), ("heard_at", WAITING, "heard")
        ):
            if phrase[key] is None:
                continue
            axes.barh(middle, max(0.0, phrase[key] - before), left=before, height=DELAY_LINE * 0.6, color=color)
            before = max(before, phrase[key])
            told.append(f"{what} {phrase[key] - phrase['ended']:.2f} s")
        for at, to in ((phrase["ended"], -GAP), (phrase["heard_at"], height + GAP)):
            if at is not None:
                axes.plot([at, at], [middle, to], color=FAINT, linewidth=1, linestyle=":", zorder=0.5, clip_on=False)
        put_beside(axes, page, phrase["ended"], before, middle, "   ".join(told))
    return axes


def put_beside(axes, page, start, end, y, text):
    """To the right of a bar, or to the left if it would not fit into the picture."""
    gap = 0.1 / page.inch_per_second
    fits = end + gap + page.width(text, SMALL) / page.inch_per_second < page.end
    place = {"x": end + gap, "ha": "left"} if fits else {"x": start - gap, "ha": "right"}
    axes.text(y=y, s=text, va="center", fontsize=SMALL, color=INK, zorder=3, **place,
              bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})


# What the colors of the delays mean.
DELAYS = ((TO_TEXT, "until the text of the translation"), (TO_SPEECH, "until its first speech"),
          (WAITING, "waits while the sentence before is still spoken"))


def legend(page, entries=DELAYS):
    """Explains colors."""
    x = LEFT
    for color, text in entries:
        y = (page.top - 0.12) / page.inches[1]
        page.figure.text(x / page.inches[0], y, "\u25a0", color=color, fontsize=15, va="center")
        page.figure.text((x + 0.2) / page.inches[0], y, text, fontsize=SMALL, color=INK, va="center")
        x += 0.6 + page.width(text, SMALL)


def draw(data, path):
    phrases = [phrase for phrase in data["phrases"] if phrase["ended"] is not None]
    heard = [phrase for phrase in phrases if phrase["heard_at"] is not None]
    page = Page(0, data["seconds"])
    page.figure.text(LEFT / INCHES[0], 1 - 0.4 / INCHES[1], data["title"], fontsize=14, color=INK, va="center")
    waveform(page, data["original"], SPOKEN, "English\nin")
    bars(page, [(phrase["started"], phrase["ended"]) for phrase in phrases], [phrase["source"] for phrase in phrases],
         SPOKEN, SPOKEN_PALE, "recognised")
    delays(page, phrases)
    bars(page, [(phrase["heard_at"], phrase["heard_at"] + phrase["speech"]) for phrase in heard],
         [phrase["target"] for phrase in heard], HEARD, HEARD_PALE, "translated")
    last = waveform(page, data["translated"], HEARD, "Spanish\nout")
    page.scale(last)
    legend(page)
    page.save(path)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        draw(json.load(file), sys.argv[2])


if __name__ == "__main__":
    main()
