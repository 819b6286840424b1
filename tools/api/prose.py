"""Parses the comments of src/ffi: parameters, results, errors, threads and blocking."""

import re

TAG = re.compile(r"^@(\w+)\s*(.*)$")
# The fixed form at the end of a field's text: "in ms, 20 to 1000; 0: 320; -1: off".
UNIT = re.compile(r"_(ms|us|ns|percent|bytes|frames|len|count)$")
HEAD = re.compile(r"; |\. ")
RANGE = re.compile(r"(-?\d+) to (\d+)")
UP_TO = re.compile(r"(?:up to|at most) (\d+)")
DEFAULT = re.compile(r"; 0: ([^;]+?)(?:;|\.(?: |$)|\.$)")
# A default that is one number, whatever the product: "8388608 (8 MiB)", "100, which the service expects".
DEFAULT_NUMBER = re.compile(r"(\d+)(?: \([^)]*\))?(?:, which .*)?$")
OFF = re.compile(r"; -1: ([^;.]+)")


def paragraphs(text):
    """Blank lines separate paragraphs; line breaks are not significant."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def split(text):
    """({"doc": [...]}, [(tag, text)])."""
    body, tags = [], []
    for line in text.split("\n"):
        if found := TAG.match(line.strip()):
            tags.append([found[1], found[2]])
        elif tags and line.strip():
            tags[-1][1] += " " + line.strip()
        elif not tags:
            body.append(line)
    return paragraphs("\n".join(body)), [(tag, " ".join(said.split())) for tag, said in tags]


def numbers(name, text):
    """Unit, range and default of a field, if its text has them in the fixed form."""
    text = " ".join(text.split())
    said = {}
    if unit := UNIT.search(name):
        said["unit"] = unit[1]
    # The sentence with the default; the numbers of later sentences are about other things.
    head = HEAD.split(text)[0]
    if bounds := RANGE.search(head):
        said["min"], said["max"] = int(bounds[1]), int(bounds[2])
    elif bound := UP_TO.search(head):
        said["max"] = int(bound[1])
    if default := DEFAULT.search(text):
        said["default"] = default[1].strip()
        if number := DEFAULT_NUMBER.match(said["default"]):
            said["default_number"] = int(number[1])
    if off := OFF.search(text):
        said["off"] = off[1].strip()
    return said


def function(text):
    """All documented properties of a function."""
    doc, tags = split(text)
    said = {"doc": doc, "params": {}, "returns": "", "errors": [], "error_groups": []}
    for tag, words in tags:
        if tag == "param":
            name, _, rest = words.partition(" ")
            said["params"][name] = rest
        elif tag == "return":
            said["returns"] = words
        elif tag == "retval":
            status, _, rest = words.partition(" ")
            said["errors"].append({"status": status, "text": rest})
        elif tag == "errors":
            said["error_groups"].append(words)
        elif tag in ("threads", "blocks", "example"):
            said[tag] = words
        elif tag in ("realtime", "anywhere", "input"):
            said[tag] = True
        else:
            raise SystemExit(f"api: unknown tag @{tag}")
    return said
