"""The text of a Rust file without comments, strings and tests. Line numbers stay the same."""

import re

COMMENT_OR_STRING = re.compile(
    r"""
    //[^\n]*
    | /\*
    | (?:\bb|\bc)?r(?P<hashes>\#*)".*?"(?P=hashes)
    | (?:\bb|\bc)?"(?:[^"\\]|\\.)*"
    | (?:\bb)?'(?:[^'\\\n]|\\(?:u\{[^}]*\}|x..|.))'
    """,
    re.DOTALL | re.VERBOSE,
)
BLOCK_EDGE = re.compile(r"/\*|\*/")
# Attributes of items that are compiled only for tests.
TEST_ONLY = re.compile(r"#\s*\[\s*cfg\s*\(\s*(?:test|all\s*\(\s*test\s*,[^\]]*\))\s*\)\s*\]")
TEST_FILE = re.compile(r"^\s*#!\s*\[\s*cfg\s*\(\s*test\s*\)\s*\]", re.MULTILINE)
ATTRIBUTE = re.compile(r"\s*#\s*\[")
PAIRS = {"{": "}", "(": ")", "[": "]"}


def blank(text):
    """Spaces of the same length, so that offsets in the text stay the same."""
    return re.sub(r"[^\n]", " ", text)


def code(text):
    """Without comments, strings and character literals."""
    out, at = [], 0
    while found := COMMENT_OR_STRING.search(text, at):
        end = _end_of_block_comment(text, found.start()) if found.group().startswith("/*") else found.end()
        out += [text[at:found.start()], blank(text[found.start():end])]
        at = end
    return "".join([*out, text[at:]])


def _end_of_block_comment(text, at):
    depth = 0
    for edge in BLOCK_EDGE.finditer(text, at):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(text)


def closing(text, at):
    """Offset after the bracket that closes the one at this offset."""
    opening, depth = text[at], 0
    for place in range(at, len(text)):
        if text[place] == opening:
            depth += 1
        elif text[place] == PAIRS[opening]:
            depth -= 1
            if depth == 0:
                return place + 1
    return len(text)


def end_of_item(text, at):
    """Offset after the item that begins here, including its attributes."""
    while found := ATTRIBUTE.match(text, at):
        at = closing(text, found.end() - 1)
    while at < len(text):
        if text[at] == ";":
            return at + 1
        if text[at] == "{":
            at = closing(text, at)
            # `use a::{b};` continues after its braces.
            rest = re.compile(r"\s*;").match(text, at)
            return rest.end() if rest else at
        at = closing(text, at) if text[at] in PAIRS else at + 1
    return at


def without_tests(text):
    """Code without the items that are compiled only for tests."""
    if TEST_FILE.search(text):
        return blank(text)
    while found := TEST_ONLY.search(text):
        end = end_of_item(text, found.start())
        text = text[:found.start()] + blank(text[found.start():end]) + text[end:]
    return text


FUNCTION = re.compile(r"\bfn\s+(\w+)")


def functions(text):
    """Name, first line and number of lines of each function with a body."""
    for found in FUNCTION.finditer(text):
        at = found.end()
        while at < len(text) and text[at] not in "{;":
            at = closing(text, at) if text[at] in "([" else at + 1
        if text[at:at + 1] == "{":
            end = closing(text, at)
            first = text.count("\n", 0, found.start()) + 1
            yield found.group(1), first, text.count("\n", found.start(), end) + 1
