"""Draws figures over time, or over another number, as an SVG picture: one frame for each group of lines, above each other."""

from typing import NamedTuple

WIDTH, HEIGHT, LEFT, GAP = 760, 130, 80, 40
COLOURS = ("#1f6feb", "#d1242f", "#8c959f")


class Frame(NamedTuple):
    title: str
    # {name: values}, one value for each second or for each of `places`; None where there is none.
    lines: dict
    places: tuple = ()
    unit: str = "s"


def svg(frames):
    height = len(frames) * (HEIGHT + GAP) + GAP
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 20} {height}" '
             f'font-family="sans-serif" font-size="12">']
    for number, frame in enumerate(frames):
        parts += _frame(frame, GAP + number * (HEIGHT + GAP))
    return "\n".join([*parts, "</svg>", ""])


def _frame(frame, top):
    most = max((value for values in frame.lines.values() for value in values if value is not None), default=0) or 1
    places = frame.places or range(max(len(values) for values in frame.lines.values()))
    last = places[-1]
    bottom = top + HEIGHT
    yield f'<text x="{LEFT}" y="{top - 8}">{frame.title}</text>'
    yield f'<path d="M{LEFT} {top}V{bottom}H{LEFT + WIDTH}" fill="none" stroke="#8c959f"/>'
    for value, place in ((most, top), (0, bottom)):
        yield f'<text x="{LEFT - 6}" y="{place + 4}" text-anchor="end">{value:g}</text>'
    yield f'<text x="{LEFT + WIDTH}" y="{bottom + 15}" text-anchor="end">{last} {frame.unit}</text>'
    for number, (name, values) in enumerate(frame.lines.items()):
        colour = COLOURS[number]
        points = " ".join(f"{LEFT + WIDTH * place / max(last, 1):.1f},{bottom - HEIGHT * value / most:.1f}"
                          for place, value in zip(places, values) if value is not None)
        yield f'<polyline points="{points}" fill="none" stroke="{colour}"/>'
        yield f'<text x="{LEFT + WIDTH - 90 * number}" y="{top - 8}" text-anchor="end" fill="{colour}">{name}</text>'
