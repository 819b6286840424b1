"""Go's constants; the structs and functions come from the header by cgo."""

from comments import wrapped
from naming import FLAG_GROUPS, GO_WORDS, bare, flag_groups, pascal

HEAD = "// Code generated from src/ffi by tools/api; DO NOT EDIT.\n\npackage palabra\n"


def files(api):
    parts = [HEAD]
    for page in api["pages"]:
        parts += [enum(item) for item in page["enums"]]
    parts += [flags(group, items) for group, items in flag_groups(api).items()]
    parts.append(limits(api))
    return {"bindings/go/constants_generated.go": "\n".join(parts)}


def go_name(c_name):
    return pascal(bare(c_name), GO_WORDS)


def comment(paragraphs, indent=""):
    return [line for paragraph in paragraphs for line in wrapped(paragraph, indent + "// ", indent + "// ")]


def typed(name, base, doc, items, suffix=""):
    lines = [*wrapped(doc, "// ", "// "), f"type {name} {base}", "", f"// The values of {name}.", "const ("]
    for item in items:
        lines += comment(item["doc"], "\t")
        lines.append(f"\t{go_name(item['name'])} {name} = {item['value']}")
    return "\n".join([*lines, ")", ""])


def enum(item):
    name = go_name(item["name"])
    first = item["doc"][0]
    return typed(name, "int32", f"{name}: {first[:1].lower() + first[1:]}", item["values"])


def flags(group, items):
    name = pascal(group, GO_WORDS) + ("" if group == "FLAG" else "Flag")
    return typed(name, "uint32", f"{name} is a bit of the {FLAG_GROUPS[group]}.", items)


def limits(api):
    lines = ["// Limits of the library.", "const ("]
    for page in api["pages"]:
        for item in page["limits"]:
            lines += comment(item["doc"], "\t")
            lines.append(f"\t{go_name(item['name'])} = {item['value']}")
    return "\n".join([*lines, ")", ""])
