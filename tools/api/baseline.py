"""api/baseline.json is the ABI that existing programs were compiled with; the current one may only extend it.

It contains api/palabra.json without its prose, and for each struct that can grow the size of its first version, with
64-bit and with 32-bit pointers: the least size that the library accepts. The accepted values of a field, and the
meaning of 0 and -1 in it, are kept as far as they are numbers."""

import json
import math
import re

import naming
import print_layout
import rust_source

PATH = rust_source.ROOT / "api" / "baseline.json"
# Properties of a function, besides its type, on which callers rely: (key, the value that must not change back).
PROMISES = (("realtime", True), ("in_callbacks", True), ("blocks", "never"), ("threads", "any"))
# Groups of bits that share a field.
SHARED_FLAGS = (("SESSION", "TRANSLATION"), ("SESSION", "TTS"), ("SESSION", "STT"))


def read():
    return json.loads(PATH.read_text(encoding="utf-8"))


def text(baseline):
    """One line per name."""
    spread = json.dumps(baseline, indent=1)
    return re.sub(r"[{\[]\s+[^{}\[\]]*[}\]]", lambda found: " ".join(found[0].split()), spread) + "\n"


def take(api, earlier=None):
    """The baseline made of `api`. A struct of `earlier` that only grew keeps the size of its first version."""
    first = first_sizes(api, earlier) if earlier else sizes(api)
    pages = []
    for page in api["pages"]:
        pages.append({
            "name": page["name"],
            "handles": [{"name": item["name"]} for item in page["handles"]],
            "enums": [{"name": e["name"], "values": [numbered(value) for value in e["values"]]} for e in page["enums"]],
            "flags": [numbered(item) for item in page["flags"]],
            "limits": [numbered(item) for item in page["limits"]],
            "structs": [struct(item, first) for item in page["structs"]],
            "callbacks": [function(item) for item in page["callbacks"]],
            "functions": [function(item) for item in page["functions"]],
        })
    return {"format": api["format"], "version": api["version"], "pages": pages}


def numbered(item):
    return {"name": item["name"], "value": item["value"]}


def struct(item, first):
    fields = [{**{key: field[key] for key in ("name", "type", "array")}, **meaning(field)} for field in item["fields"]]
    out = {"name": item["name"], "sized": item["sized"], "fields": fields}
    if item["sized"]:
        out["first_sizes"] = first[item["name"]]
    return out


def meaning(field):
    """The range, the numbers in the text of the default, and whether -1 has a meaning."""
    out = {key: field[key] for key in ("min", "max") if key in field}
    if numbers := re.findall(r"\d+", field.get("default", "")):
        out["default"] = ", ".join(numbers)
    if "off" in field:
        out["off"] = True
    return out


def function(item):
    params = [{"name": param["name"], "type": param["type"]} for param in item["params"]]
    promises = {key: item[key] for key, _ in PROMISES}
    return {"name": item["name"], "returns": item["returns"], "params": params, **promises}


def sizes(api):
    """{struct: [bytes with 64-bit pointers, bytes with 32-bit pointers]} of the structs that can grow."""
    layouts = [print_layout.Layout(api, pointer) for pointer in (8, 4)]
    names = [item["name"] for item in items(api, "structs") if item["sized"]]
    return {name: [layout.offsets(name)[1] for layout in layouts] for name in names}


def first_sizes(api, baseline):
    """The sizes of the baseline, and today's of structs that are new or changed."""
    changed = {problem.split(":")[0] for problem in struct_problems(baseline, api)}
    known = {item["name"]: item["first_sizes"] for item in items(baseline, "structs") if item["sized"]}
    return {name: now if name in changed else known.get(name, now) for name, now in sizes(api).items()}


# --- The rules of docs/abi.md ---------------------------------------------------------------------------------------


def problems(baseline, api):
    """The changes that break a program compiled with the baseline."""
    if api["version"].split(".")[:2] != baseline["version"].split(".")[:2]:
        yield f"version: the baseline is of {baseline['version']}; {api['version']} needs a new one"
        return
    yield from gone(baseline, api)
    yield from number_problems(baseline, api)
    yield from clashes(api)
    yield from struct_problems(baseline, api)
    yield from meaning_problems(baseline, api)
    yield from function_problems(baseline, api)


def items(api, kind):
    return [item for page in api["pages"] for item in page[kind]]


def by_name(api, kind):
    return {item["name"]: item for item in items(api, kind)}


def gone(baseline, api):
    for kind in ("handles", "enums", "flags", "limits", "structs", "callbacks", "functions"):
        lost = by_name(baseline, kind).keys() - by_name(api, kind).keys()
        yield from (f"{name}: is gone from the {kind}" for name in sorted(lost))


def number_problems(baseline, api):
    enums, flags, limits = (by_name(api, kind) for kind in ("enums", "flags", "limits"))
    for enum in items(baseline, "enums"):
        now = {value["name"]: value["value"] for value in enums.get(enum["name"], enum)["values"]}
        for value in enum["values"]:
            if now.get(value["name"]) != value["value"]:
                yield f"{enum['name']}: {value['name']} was {value['value']} and is {now.get(value['name'], 'gone')}"
    for flag in items(baseline, "flags"):
        if flags.get(flag["name"], flag)["value"] != flag["value"]:
            yield f"{flag['name']}: was {flag['value']} and is {flags[flag['name']]['value']}"
    for limit in items(baseline, "limits"):
        if limits.get(limit["name"], limit)["value"] < limit["value"]:
            yield f"{limit['name']}: was {limit['value']} and is lower: {limits[limit['name']]['value']}"


def clashes(api):
    """Two names with the same number, in an enumeration or in a field of flags."""
    for enum in items(api, "enums"):
        yield from doubles(enum["name"], enum["values"])
    groups = naming.flag_groups(api)
    for name, flags in groups.items():
        yield from doubles(f"flags {name}", flags)
        several = [flag for flag in flags if bin(flag["value"]).count("1") != 1]
        yield from (f"{flag['name']}: {flag['value']} is not one bit" for flag in several)
    for one, other in SHARED_FLAGS:
        yield from doubles(f"flags {one} and {other}", [*groups.get(one, []), *groups.get(other, [])])


def doubles(place, values):
    first = {}
    for value in values:
        other = first.setdefault(value["value"], value["name"])
        if other != value["name"]:
            yield f"{place}: {other} and {value['name']} are both {value['value']}"


def struct_problems(baseline, api):
    for pointer in (8, 4):
        before, now = print_layout.Layout(baseline, pointer), print_layout.Layout(api, pointer)
        for name in before.structs:
            if name in now.structs:
                yield from (f"{name}: {what}, {pointer * 8}-bit pointers" for what in moved(name, before, now))


def moved(name, before, now):
    """Fields keep their offsets; new ones are at the end, or in place of reserved bytes."""
    old, old_size = fields_at(name, before)
    new, new_size = fields_at(name, now)
    sized = before.structs[name]["sized"]
    if now.structs[name]["sized"] != sized:
        yield "begins with struct_size or no longer does"
    if new_size < old_size or (new_size > old_size and not sized):
        yield f"had {old_size} bytes and has {new_size}"
    reserved = [range(place, place + size) for key, (place, size, _) in old.items() if key.startswith("reserved")]
    for key, was in old.items():
        if not key.startswith("reserved") and new.get(key) != was:
            yield f"{key} was {said(was)} and is {said(new[key]) if key in new else 'gone'}"
    for key, (place, size, _) in new.items():
        free = place >= old_size or any(place in bytes_ and place + size - 1 in bytes_ for bytes_ in reserved)
        if key not in old and not free:
            yield f"{key} is new, but neither at the end nor in reserved bytes"


def fields_at(name, layout):
    """({field: (offset, bytes, type)}, size)."""
    places, size = layout.offsets(name)
    fields = layout.structs[name]["fields"]
    ends = [*places[1:], size]
    shapes = (f"{field['type']}[{field['array']}]" if field["array"] else field["type"] for field in fields)
    return {f["name"]: (at, end - at, shape) for f, at, end, shape in zip(fields, places, ends, shapes)}, size


def said(field):
    place, _, shape = field
    return f"{shape} at {place}"


def meaning_problems(baseline, api):
    """Accepted numbers stay accepted, and 0 and -1 keep their meaning."""
    for struct in items(baseline, "structs"):
        now = {field["name"]: field for item in items(api, "structs") if item["name"] == struct["name"] for field in item["fields"]}
        for was in struct["fields"]:
            if was["name"] in now:
                yield from (f"{struct['name']}.{was['name']}: {what}" for what in changed(was, meaning(now[was["name"]])))


def changed(was, now):
    if "min" in now and now["min"] > was.get("min", -math.inf):
        yield f"the minimum was {was.get('min', 'none')} and is {now['min']}"
    if "max" in now and now["max"] < was.get("max", math.inf):
        yield f"the maximum was {was.get('max', 'none')} and is {now['max']}"
    if was.get("default") != now.get("default"):
        yield f"0 meant {was.get('default', 'no number')} and means {now.get('default', 'no number')}"
    if was.get("off") and not now.get("off"):
        yield "-1 meant something and no longer does"


def function_problems(baseline, api):
    now = {**by_name(api, "functions"), **by_name(api, "callbacks")}
    for was in [*items(baseline, "functions"), *items(baseline, "callbacks")]:
        if was["name"] not in now:
            continue
        item = now[was["name"]]
        if signature(item) != signature(was):
            yield f"{was['name']}: was {signature(was)} and is {signature(item)}"
        for key, promise in PROMISES:
            if was[key] == promise and item[key] != promise:
                yield f"{was['name']}: {key} was {json.dumps(promise)} and is {json.dumps(item[key])}"


def signature(item):
    return f"{item['returns']} ({', '.join(param['type'] + ' ' + param['name'] for param in item['params'])})"
