"""Reads cbindgen's output: every declaration with its comment."""

import re

COMMENT = r"/\*\*\n(?P<doc>(?: \*(?!/)[^\n]*\n)*) \*/\n"
FIELD = re.compile(
    r"\s*/\*\*\n(?P<doc>(?:[ ]*\*(?!/)[^\n]*\n)*)[ ]*\*/\n\s*(?P<declaration>[^;]+);"
)
DECLARED = re.compile(r"(?P<type>.*?)(?P<name>\w+)(?P<array>\[\w+\])?$", re.DOTALL)


class Declarations:
    """By name: constants, aliases, structs, callbacks and functions."""

    def __init__(self, text):
        self.constants = {}
        self.aliases = {}
        self.structs = {}
        self.opaque = {}
        self.callbacks = {}
        self.functions = {}
        for found in re.finditer(COMMENT + r"(?P<code>#define [^\n]*|typedef struct \w+ \{.*?\n\} \w+;|[^/;]*;)", text, re.DOTALL):
            self._take(plain(found["doc"]), found["code"].strip())

    def _take(self, doc, code):
        if code.startswith("#define") and not code.startswith("#define PALABRA_"):
            return
        if found := re.match(r"#define (\w+) (-?\d+)$", code):
            self.constants[found[1]] = (int(found[2]), doc)
        elif found := re.match(r"typedef struct (\w+) \{(.*)\} \w+;$", code, re.DOTALL):
            self.structs[found[1]] = (fields(found[2]), doc)
        elif found := re.match(r"typedef struct (\w+) \w+;$", code):
            self.opaque[found[1]] = doc
        elif found := re.match(r"typedef (.+?) ?\(\*(\w+)\)\((.*)\);$", code, re.DOTALL):
            self.callbacks[found[2]] = (tidy(found[1]), parameters(found[3]), doc)
        elif found := re.match(r"typedef (\w+) (\w+);$", code):
            self.aliases[found[2]] = (found[1], doc)
        elif found := re.match(r"(.+?)(\w+)\((.*)\);$", code, re.DOTALL):
            self.functions[found[2]] = (tidy(found[1]), parameters(found[3]), doc)
        else:
            raise SystemExit(f"api: cbindgen wrote something unknown: {code[:80]}")


def plain(comment):
    return "\n".join(re.sub(r"^\s*\*\s?", "", line) for line in comment.rstrip("\n").split("\n"))


def tidy(c_type):
    """Types without the word struct, in one spelling."""
    c_type = re.sub(r"\bstruct (palabra_\w+)", r"\1", " ".join(c_type.split()))
    return re.sub(r"\s*\*\s*", " *", c_type).replace("* *", "**").replace("*const", "* const").strip()


def declared(text):
    found = DECLARED.match(" ".join(text.split()))
    return tidy(found["type"]), found["name"], (found["array"] or "")


def fields(body):
    out = []
    for found in FIELD.finditer(body):
        c_type, name, array = declared(found["declaration"])
        out.append({"name": name, "type": c_type, "array": int(array[1:-1]) if array else 0, "doc": plain(found["doc"])})
    return out


def parameters(text):
    if text.strip() in ("", "void"):
        return []
    return [{"name": name, "type": c_type} for c_type, name, _ in map(declared, text.split(","))]
