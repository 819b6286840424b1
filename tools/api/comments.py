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


def comment(paragraphs, indent="", tags=()):
    """A comment whose text shares its first and last line with the delimiters."""
    star = f"{indent} *  "
    lines = []
    for paragraph in paragraphs:
        if lines:
            lines.append(star.rstrip())
        lines += wrapped(paragraph, star, star)
    # Without an empty line, several paragraphs and the tags would run into each other.
    if tags and len(paragraphs) > 1:
        lines.append(star.rstrip())
    for tag in tags:
        lines += wrapped(tag, star, star + "  ")
    lines[0] = f"{indent}/** " + lines[0][len(star) :]
    if len(lines[-1]) + len(" */") > WIDTH:
        return [*lines, f"{indent} */"]
    return [*lines[:-1], lines[-1] + " */"]
