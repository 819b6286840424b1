"""The header pages in include/palabra, include/palabra.h which includes them, and the same in a single file."""

import re

import naming
from comments import WIDTH, comment, wrapped
from rust_source import PROSE

NOTICE = "SPDX-License-Identifier: MIT OR Apache-2.0\n * Generated from src/ffi; do not edit."

# Sentences that base.h and account.h state once for all functions and structs are omitted from their comments.
SAID_OF_PARAMS = {
    ("session", "the session."),
    ("client", "the client."),
    ("client", "the client: its credentials name the account."),
    ("queue", "the queue."),
    ("error", "explains a failure; may be NULL."),
    ("user_tag", "any number; returned in the answer."),
    ("config", "settings."),
    ("session", "receives the handle; NULL on failure."),
    ("client", "receives the handle; NULL on failure."),
    ("queue", "receives the handle; NULL on failure."),
    ("stats", "receives the statistics."),
    ("handle", "receives the HANDLE."),
    ("frames", "number of frames, 0 or more."),
    ("path", "the file: bytes as the system has them on POSIX, UTF-8 on Windows."),
    ("timeout_ms", "how long to wait, in ms; 0: not at all; negative: without limit."),
    ("timeout_ms", "how long to take at most, in ms; negative: without limit."),
    ("timeout_ms", "limit of the whole call, in ms; negative: the client's timeouts."),
    ("timeout_ms", "limit of the whole call, in ms; negative: the client's timeouts for each page."),
    ("id", "`id` of palabra_rest_session."),
    ("id", "`id` of palabra_voice."),
    ("id", "`id` of palabra_glossary."),
}
SAID_OF_RELEASED = [
    "the handle; NULL: nothing is done.",
    "the samples; NULL or released ones: nothing is done.",
    "the struct; NULL or a released one: nothing is done.",
]
RECEIVED = re.compile(r"receives the [a-z ]+; release it with palabra_[a-z_]+_release\(\)\.")
SAID_OF_ERRORS = (
    "It is a copy of one that was released.",
    "It is a copy of an event that was released.",
    "Too many commands are pending.",
)
SAID_OF_BLOCKS = ("never", "up to `timeout_ms`")
SAID_OF_RETURNS = re.compile(r"PALABRA_OK\.( (Close|Free) the \w+ with palabra_\w+\(\)\.)?")
# session.h documents the fields that the configs of all sessions share.
SAID_OF_CONFIGS = {
    ("session_tag", "Any number; returned in every event of the session."),
    ("session_name", "Any text of up to 127 bytes, such as the UUID of a call; returned in every event and log line; NULL: none."),
    ("queue", "Queue that the events are delivered to, shared with other sessions; NULL: the session has its own."),
    ("stream", "Stream to connect to; NULL: the client's."),
}
SAID_OF_RESERVED = ["Must be 0.", "Must be ignored."]


def files(api):
    """{path: text}."""
    out = {f"include/palabra/{page['name']}.h": page_file(api, page) for page in api["pages"]}
    out["include/palabra.h"] = umbrella(api)
    single = single_file(api)
    out["include/single/palabra.h"] = single
    out["bindings/go/palabra.h"] = single
    if wide := [line for text in out.values() for line in text.splitlines() if len(line) > WIDTH]:
        raise SystemExit(f"api: longer than {WIDTH} columns: {wide[0]}")
    return out


def banner(name, text):
    return f"/*\n * {name} - {text}\n *\n * {NOTICE}\n */"


def guarded(guard, *parts):
    body = "\n\n".join(part.strip("\n") for part in parts if part.strip())
    return f"#ifndef {guard}\n#define {guard}\n\n{body}\n\n#endif /* {guard} */\n"


def page_file(api, page):
    name = page["name"]
    parts = [banner(f"palabra/{name}.h", first_sentence(page["title"]))]
    includes = "\n".join(f"#include <palabra/{other}.h>" for other in needed(api, page))
    if name == "base":
        parts.append(preamble(api))
    else:
        parts.append(includes)
    parts.append(page_body(api, page))
    parts[0] += "\n" + comment_prose(name)
    head, *rest = parts
    return head.rstrip() + "\n" + guarded(f"PALABRA_{name.upper()}_H", *rest)


def first_sentence(text):
    return text.split(". ")[0].rstrip(".")


def comment_prose(name):
    """Additional text of the page, where prose/NAME.txt contains it."""
    path = PROSE / f"{name}.txt"
    if not path.exists():
        return ""
    lines = [f" * {line}".rstrip() for line in path.read_text(encoding="utf-8").rstrip().split("\n")]
    return "\n/*\n" + "\n".join(lines) + "\n */\n"


def umbrella(api):
    includes = "\n".join(f"#include <palabra/{page['name']}.h>" for page in api["pages"])
    head = banner("palabra.h", "Palabra AI's real-time speech services for programs that speak C")
    return head + "\n" + comment_prose("tour") + "\n" + guarded("PALABRA_H", includes)


def single_file(api):
    head = banner("palabra.h", "Palabra AI's real-time speech services for programs that speak C")
    bodies = []
    for page in api["pages"]:
        title = f"/* --- {first_sentence(page['title'])} "
        bodies.append(title + "-" * max(3, WIDTH - len(title) - 3) + " */")
        bodies.append((comment_prose(page["name"]) + "\n" + page_body(api, page, False)).strip())
    body = "\n\n".join([as_c(bodies), init_macros(*api["pages"])])
    return head + "\n" + comment_prose("tour") + "\n" + guarded("PALABRA_H", preamble(api), body)


def preamble(api):
    major, minor, patch = api["version"].split(".")
    text = (PROSE / "preamble.h").read_text(encoding="utf-8")
    return text.format(major=major, minor=minor, patch=patch, version=api["version"], handles=handles(api)).rstrip()


def handles(api):
    lines = []
    for page in api["pages"]:
        for handle in page["handles"]:
            lines += [*comment(handle["doc"]), f"typedef struct {handle['name']} {handle['name']};", ""]
    return "\n".join(lines).rstrip()


def needed(api, page):
    """The pages whose types this one uses; base always."""
    text = " ".join(types_of(page))
    out = []
    for other in api["pages"]:
        names = [item["name"] for kind in ("enums", "structs", "callbacks") for item in other[kind]]
        if other is not page and (other["name"] == "base" or any(re.search(rf"\b{name}\b", text) for name in names)):
            out.append(other["name"])
    return out


def types_of(page):
    for struct in page["structs"]:
        yield from (field["type"] for field in struct["fields"])
    for function in [*page["functions"], *page["callbacks"]]:
        yield function["returns"]
        yield from (param["type"] for param in function["params"])


def as_c(parts):
    return "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n" + "\n\n".join(parts) + "\n\n#ifdef __cplusplus\n}\n#endif"


def page_body(api, page, alone=True):
    declarations = [enum(item) for item in page["enums"]]
    declarations += [flags(page["flags"]), flags(page["limits"])]
    docs = {item["name"]: item["doc"][0] for each in api["pages"] for kind in ("structs", "enums") for item in each[kind]}
    declarations += [item(entry, docs) for item, entries in ordered(page) for entry in entries]
    declarations = [text for text in declarations if text]
    parts = []
    if declarations:
        parts.append("\n\n".join(declarations))
    if page["functions"]:
        functions = [function(item) for item in page["functions"]]
        parts += [as_c(functions)] if alone else functions
    if alone and (macros := init_macros(page)):
        parts.append(macros)
    return "\n\n".join(parts)


def ordered(page):
    """Callbacks precede the structs that use them."""
    before = [item for item in page["callbacks"] if any(item["name"] in t for s in page["structs"] for t in [f["type"] for f in s["fields"]])]
    after = [item for item in page["callbacks"] if item not in before]
    used = [s for s in page["structs"] if any(re.search(rf"\b{s['name']}\b", p["type"]) for c in before for p in c["params"])]
    return ((struct, used), (callback, before), (struct, [s for s in page["structs"] if s not in used]), (callback, after))


def enum(item):
    lines = [*comment(item["doc"]), f"typedef enum {item['name']} PALABRA_INT32_ENUM {{"]
    for number, value in enumerate(item["values"]):
        lines += comment(value["doc"], "    ")
        comma = "," if number + 1 < len(item["values"]) else ""
        lines.append(f"    {value['name']} = {value['value']}{comma}")
    return "\n".join([*lines, f"}} {item['name']};", f"PALABRA_ASSERT_INT32({item['name']});"])


def flags(items):
    """Flags are unsigned, like their fields; numbers and result flags are not."""
    lines, group = [], None
    for item in items:
        if group not in (None, naming.group_of(item["name"])):
            lines.append("")
        group = naming.group_of(item["name"])
        suffix = "" if item["name"].startswith(("PALABRA_MAX_", "PALABRA_SOUND_")) else "u"
        lines += [*comment(item["doc"]), f"#define {item['name']} {item['value']}{suffix}"]
    return "\n".join(lines)


def struct(item, docs):
    lines = [*comment(item["doc"]), f"typedef struct {item['name']} {{"]
    for field in item["fields"]:
        if not is_said(item, field, docs):
            lines += comment(field["doc"], "    ")
        array = f"[{field['array']}]" if field["array"] else ""
        lines.append(f"    {pointing(field['type'])}{field['name']}{array};")
    return "\n".join([*lines, f"}} {item['name']};"])


def is_said(item, field, docs):
    """Also if the text repeats that of the field's type, or names the text whose length it is."""
    text = field["doc"][0]
    if docs.get(field["type"], "").startswith(text.removesuffix(".")) or (field["name"], text) in SAID_OF_CONFIGS:
        return True
    if text == f"Length of `{field['name'].removesuffix('_len')}`, in bytes.":
        return True
    if field["name"] == "struct_size":
        return field["doc"] == [f"sizeof({item['name']})."]
    if field["name"] == "payload":
        return field["doc"] == ["Internal. Do not read or modify."]
    return field["name"].startswith("reserved") and field["doc"][0] in SAID_OF_RESERVED


def callback(item, _):
    tags = [f"@param {param['name']} {param['doc']}" for param in item["params"]]
    if item["returns"] != "void":
        tags.append(f"@return {item['return_doc']}")
    params = ", ".join(pointing(param["type"]) + param["name"] for param in item["params"])
    lines = [*comment(item["doc"], "", tags), f"typedef {pointing(item['returns'])}(PALABRA_CALL *{item['name']})({params});"]
    return "\n".join(lines)


def function(item):
    tags = [f"@param {param['name']} {param['doc']}" for param in item["params"] if not is_said_of(param)]
    if not SAID_OF_RETURNS.fullmatch(item["return_doc"]):
        tags.append(f"@return {item['return_doc']}")
    tags += [f"@retval {error['status']} {error['text']}" for error in item["errors"] if error["text"] not in SAID_OF_ERRORS]
    return "\n".join([*with_notes(item["doc"], tags, notes(item)), *declaration(item)])


def with_notes(doc, tags, more):
    """Notes follow the sentences of a comment without tags, otherwise the tags."""
    if tags:
        return comment(doc, "", [*tags, *more])
    return comment([" ".join([*doc, *more])] if len(doc) == 1 else [*doc, *more])


def is_said_of(param):
    name, doc = param["name"], param["doc"]
    return (name, doc) in SAID_OF_PARAMS or doc in SAID_OF_RELEASED or RECEIVED.fullmatch(doc)


def notes(item):
    out = []
    if item["realtime"]:
        out.append("Real-time safe.")
    if item["threads"] != "any":
        out.append(f"Threads: {item['threads']}.")
    if item["blocks"] not in SAID_OF_BLOCKS:
        out.append(f"Blocks: {item['blocks']}.")
    if item["in_callbacks"] and not item["realtime"]:
        out.append("May be called from callbacks.")
    if item["example"]:
        out.append(f"Example: {item['example']}.")
    return [" ".join(out)] if out else []


def pointing(c_type):
    return c_type if c_type.endswith("*") else c_type + " "


def declaration(item):
    params = [(pointing(param["type"]) + param["name"]).replace(" ", "\0") for param in item["params"]] or ["void"]
    head = f"PALABRA_API {pointing(item['returns'])}PALABRA_CALL {item['name']}("
    line = head + ", ".join(params) + ");"
    lines = [line] if len(line) <= WIDTH else [head.rstrip(), *wrapped(", ".join(params) + ");", "    ", "    ")]
    return [line.replace("\0", " ") for line in lines]


def init_macros(*pages):
    """An initializer for every struct that the caller prepares."""
    structs = [item for page in pages for item in page["structs"]]
    names = [item["name"] for item in structs if item["sized"] and item["name"] != "palabra_progress"]
    if not names:
        return ""
    width = max(len(name) for name in names) + len("#define _INIT")
    lines = ["/* Start values: the size is set, everything else is zero. */"]
    lines += [f"#define {name.upper()}_INIT".ljust(width) + f" PALABRA_STRUCT_INIT({name})" for name in names]
    return "\n".join(lines)
