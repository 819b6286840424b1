"""C comments of a given width."""

import textwrap

WIDTH = 119


def wrapped(text, first="", later="", width=WIDTH):
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def short(paragraphs, indent=""):
    """One paragraph begins and ends on the lines of the delimiters."""
    if len(paragraphs) == 1:
        lines = wrapped(f"{paragraphs[0]}\0*/", f"{indent}/** ", f"{indent} *  ")
        return [line.replace("\0", " ") for line in lines]
    return block(paragraphs, indent)


def block(paragraphs, indent="", tags=()):
    lines = [f"{indent}/**"]
    star = f"{indent} * "
    for number, paragraph in enumerate(paragraphs):
        if number:
            lines.append(star.rstrip())
        lines += wrapped(paragraph, star, star)
    if tags and paragraphs:
        lines.append(star.rstrip())
    for tag in tags:
        lines += wrapped(tag, star, star + "  ")
    return [*lines, f"{indent} */"]
