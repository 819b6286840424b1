"""The API as one dictionary: the contents of api/palabra.json, from which everything else is printed."""

import pathlib

import environment
import prose
import quoted
import rust_source
from c_source import Declarations

FORMAT = 1
HANDLES = ("palabra_client *", "palabra_session *", "palabra_queue *", "palabra_call *", "palabra_leg *")


def build(raw):
    """From cbindgen's output and src/ffi."""
    declarations = Declarations(raw)
    pages = [page_of(page, declarations) for page in rust_source.pages()]
    claimed = {item["name"] for page in pages for kind in KINDS for item in page[kind]}
    claimed |= {value["name"] for page in pages for enum in page["enums"] for value in enum["values"]}
    known = set(declarations.functions) | set(declarations.structs) | set(declarations.constants)
    if lost := sorted(known - claimed):
        raise SystemExit(f"api: no page has {', '.join(lost)}")
    major, minor, patch = rust_source.version()
    api = {
        "format": FORMAT,
        "version": f"{major}.{minor}.{patch}",
        "sources": rust_source.digest(),
        "error_groups": {name: [{"status": s, "text": t} for s, t in rows] for name, rows in rust_source.error_groups()},
        "environment": environment.entries(),
        "pages": pages,
    }
    if unknown := list(environment.problems(api)):
        raise SystemExit("api: " + "\napi: ".join(unknown))
    if strangers := list(quoted.strangers(api)):
        raise SystemExit("api: " + "\napi: ".join(strangers))
    return api


KINDS = ("handles", "enums", "flags", "limits", "structs", "callbacks", "functions")


def page_of(page, declarations):
    out = {"name": page.name, "title": page.title, **{kind: [] for kind in KINDS}}
    enums = {}
    with_texts = {f"const {name} *" for name in declarations.structs if has_text(name, declarations.structs)}
    for name in page.names:
        if name in declarations.opaque:
            out["handles"].append({"name": name, "doc": prose.paragraphs(declarations.opaque[name])})
        elif name in declarations.aliases:
            enums[name] = {"name": name, "doc": prose.paragraphs(declarations.aliases[name][1]), "values": []}
            out["enums"].append(enums[name])
        elif name in declarations.constants:
            value, doc = declarations.constants[name]
            entry = {"name": name, "value": value, "doc": prose.paragraphs(doc)}
            kind = page.const_types[name]
            place = enums[kind]["values"] if kind in enums else out["flags" if kind == "u32" else "limits"]
            place.append(entry)
        elif name in declarations.structs:
            out["structs"].append(struct_of(name, *declarations.structs[name]))
        elif name in declarations.callbacks:
            out["callbacks"].append(function_of(name, *declarations.callbacks[name]))
        elif name in declarations.functions:
            out["functions"].append(function_of(name, *declarations.functions[name], with_texts))
        else:
            raise SystemExit(f"api: {name} of page {page.name} is not in cbindgen's output")
    return out


def has_text(name, structs):
    """Whether a caller's struct of this type can hold a text, in itself or in a struct inside of it."""
    types = [field["type"] for field in structs.get(name, ([],))[0]]
    return any(kind == "const char *" or has_text(kind, structs) for kind in types)


def struct_of(name, fields, doc):
    first = fields[0]["name"]
    return {
        "name": name,
        "doc": prose.paragraphs(doc),
        # A struct with a size can grow at its end; the others never change.
        "sized": first == "struct_size",
        "fields": [
            {
                "name": field["name"],
                "type": field["type"],
                "array": field["array"],
                "doc": prose.paragraphs(field["doc"]),
                **prose.numbers(field["name"], field["doc"]),
            }
            for field in fields
        ],
    }


def function_of(name, returns, params, doc, with_texts=()):
    said = prose.function(doc)
    missing = [param["name"] for param in params if param["name"] not in said["params"]]
    unknown = [param for param in said["params"] if param not in [param["name"] for param in params]]
    if missing or unknown:
        raise SystemExit(f"api: {name}: parameters without text: {missing}, texts without parameter: {unknown}")
    return {
        "name": name,
        "returns": returns,
        "params": [{**param, "doc": said["params"][param["name"]]} for param in params],
        "doc": said["doc"],
        "return_doc": said["returns"],
        "errors": said["errors"],
        "error_groups": said["error_groups"],
        "general_errors": general_errors(name, params, said, with_texts),
        "threads": said.get("threads", "any"),
        "blocks": said.get("blocks", "never"),
        "realtime": said.get("realtime", False),
        "in_callbacks": said.get("anywhere", False) or said.get("realtime", False),
        "example": said.get("example", ""),
    }


def general_errors(name, params, said, with_texts):
    """Errors that follow from the types of the parameters; base.h documents them once for all functions."""
    if not name.startswith("palabra_") or name.startswith(("palabra_status_", "palabra_version_", "palabra_event_kind")):
        return []
    types = [param["type"] for param in params]
    general = []
    if any(kind in HANDLES for kind in types) or name.endswith("_release"):
        general.append("PALABRA_ERR_BAD_HANDLE")
    if any(kind == "const char *" or kind in with_texts for kind in types):
        general.append("PALABRA_ERR_INVALID_UTF8")
    counts = any(param["name"] == "frames" for param in params)
    if counts or any("*" in kind and kind not in HANDLES for kind in types):
        general.append("PALABRA_ERR_INVALID_ARGUMENT")
    if any(kind.startswith("const palabra_") or kind == "uint32_t" for kind in types):
        general.append("PALABRA_ERR_UNSUPPORTED")
    if not (said.get("anywhere") or said.get("realtime")):
        general.append("PALABRA_ERR_REENTRANT")
    if said.get("input"):
        general += ["PALABRA_ERR_ENDED", "PALABRA_ERR_CLOSED", "PALABRA_ERR_UNSUPPORTED"]
    general.append("PALABRA_ERR_FORKED")
    named = {error["status"] for error in said["errors"]}
    return [status for status in dict.fromkeys(general) if status not in named]


def output_path():
    return pathlib.Path(rust_source.ROOT / "api" / "palabra.json")
