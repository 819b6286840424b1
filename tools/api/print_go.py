"""Go's constants; structs and functions come from the header through cgo."""

import re

from comments import wrapped
from naming import FLAG_GROUPS, GO_FLAG_TYPES, GO_FUNCTIONS, GO_WORDS, bare, flag_groups, pascal
from rust_source import ROOT

HEAD = "// Code generated from src/ffi by tools/api; DO NOT EDIT.\n\npackage palabra\n"
# It fills structs of files that need cgo.
ONLY_WITH_CGO = "//go:build cgo\n\n"
UNITS = ("_ms", "_us", "_ns")
# Renamed fields are found where the binding fills its own struct: `Name: ms(c.name_ms),`.
EVENT = (ROOT / "bindings" / "go" / "event.go").read_text(encoding="utf-8")
FIELDS = {c_name: go_name for go_name, c_name in re.findall(r"^\t\t(\w+): +\w+\(c\.(\w+)\),$", EVENT, re.MULTILINE)}


def files(api):
    parts = [HEAD]
    for page in api["pages"]:
        parts += [enum(item) for item in page["enums"]]
    parts += flags(flag_groups(api))
    parts.append(limits(api))
    return {
        "bindings/go/constants_generated.go": "\n".join(parts),
        "bindings/go/environment_generated.go": "\n".join([ONLY_WITH_CGO + HEAD, *environment(api["environment"])]),
    }


def environment(entries):
    """What the library does with the variables of the process, for those that Go sees."""
    yield "// Fills the fields that have no value from the environment. get is os.Getenv."
    yield "func (config *ClientConfig) readEnvironment(get func(name string) string) {"
    yield "\tfirst := func(names ...string) string {"
    yield "\t\tfor _, name := range names {"
    yield "\t\t\tif value := get(name); value != \"\" {"
    yield "\t\t\t\treturn value"
    yield "\t\t\t}"
    yield "\t\t}"
    yield "\t\treturn \"\""
    yield "\t}"
    for entry in entries:
        unset = " && ".join(f'config.{field(path)} == ""' for path in entry["unless"])
        yield f"\tif {unset} {{"
        for part in entry["set"]:
            yield from filled(part, entry["together"])
        if entry["together"]:
            values = [value_of(part) for part in entry["set"]]
            yield "\t\tif " + " && ".join(f'{value} != ""' for value in values) + " {"
            yield from (f"\t\t\tconfig.{field(part['field'])} = {value_of(part)}" for part in entry["set"])
            yield "\t\t}"
        yield "\t}"
    yield "}"
    yield ""


def value_of(part):
    name = field(part["field"]).rpartition(".")[2]
    return name[0].lower() + name[1:]


def filled(part, together):
    into = f"{value_of(part)} :=" if together else f"config.{field(part['field'])} ="
    all_names = [f'"{variable["name"]}"' for variable in part["variables"]]
    if not (refused := [variable for variable in part["variables"] if "unless_set" in variable]):
        yield f"\t\t{into} first({', '.join(all_names)})"
        return
    others = [f'"{variable["name"]}"' for variable in part["variables"] if "unless_set" not in variable]
    yield f"\t\tif get(\"{refused[0]['unless_set']}\") == \"\" {{"
    yield f"\t\t\t{into} first({', '.join(all_names)})"
    yield "\t\t} else {"
    yield f"\t\t\t{into} first({', '.join(others)})"
    yield "\t\t}"


def go_name(c_name):
    return pascal(bare(c_name), GO_WORDS)


def go_text(text):
    """A comment of the header with Go's names, and without backquotes."""
    text = re.sub(r"\bPALABRA_[A-Z0-9_]*\*", lambda m: go_name(m[0][:-2]) + "*", text)
    text = re.sub(r"\bPALABRA_[A-Z0-9_]+", lambda m: go_name(m[0]), text)
    text = re.sub(r"\b(palabra_\w+)\(\)", lambda m: function(m[1]), text)
    return re.sub(r"`([^`]+)`", lambda m: field(m[1]), text)


def function(c_name):
    if c_name in GO_FUNCTIONS:
        return GO_FUNCTIONS[c_name]
    owner, _, name = bare(c_name).partition("_")
    return f"{pascal(owner)}.{pascal(name, GO_WORDS)}" if owner in ("client", "session", "call", "leg", "queue") else go_name(c_name)


def field(c_name):
    if c_name in FIELDS:
        return FIELDS[c_name]
    if c_name.endswith("_frames") and c_name.removesuffix("_frames") in GO_WORDS:
        return f"len({pascal(c_name.removesuffix('_frames'), GO_WORDS)})"
    for unit in UNITS:
        c_name = c_name.removesuffix(unit)
    return ".".join(pascal(part, GO_WORDS) for part in c_name.split("."))


def comment(text, indent=""):
    return wrapped(go_text(text), indent + "// ", indent + "// ")


def constants(items, type_name):
    lines = ["const ("]
    for item in items:
        for paragraph in item["doc"]:
            lines += comment(paragraph, "\t")
        lines.append(f"\t{go_name(item['name'])}{type_name} = {item['value']}")
    return [*lines, ")"]


def typed(name, base, doc, items):
    head = [*comment(doc), f"type {name} {base}", "", f"// The values of {name}."]
    return "\n".join([*head, *constants(items, f" {name}"), ""])


def enum(item):
    name = go_name(item["name"])
    text = item["doc"][0][:1].lower() + item["doc"][0][1:]  # further paragraphs are about C
    is_clause = text.split()[0] in ("how", "what", "where", "whether")
    return typed(name, "int32", f"{name} {'says' if is_clause else 'is the'} {text}", item["values"])


def flags(groups):
    """One type for all flags that share a field."""
    types = {}
    for group, items in groups.items():
        name = GO_FLAG_TYPES.get(group, pascal(group, GO_WORDS) + "Flag")
        types.setdefault(name, ([], []))
        types[name][0].append(FLAG_GROUPS[group])
        types[name][1].extend(items)
    return [
        typed(name, "uint32", f"{name} is a set of bits: {'; '.join(docs)}.", items)
        for name, (docs, items) in types.items()
    ]


def limits(api):
    items = [item for page in api["pages"] for item in page["limits"]]
    return "\n".join(["// Limits of the library.", *constants(items, ""), ""])
