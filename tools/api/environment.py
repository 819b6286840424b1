"""The environment variables that the library reads, with the fields that they stand for, from a table in src/ffi/prose."""

import re

import rust_source

TABLE = rust_source.PROSE / "environment.txt"
READER = rust_source.ROOT / "src" / "client" / "environment.rs"
CONFIG = "palabra_client_config"
VARIABLE = re.compile(r"(\w+)(?:\((\w+)\))?")


def entries():
    """What a binding does in this order: unless one of the fields `unless` has a value, it fills the fields of `set`."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [entry(line) for line in lines if line and not line.startswith("#")]


def entry(line):
    said, _, unless = line.partition(" unless ")
    parts = re.split(r" (?:and|or) ", said)
    return {"set": [filled(part) for part in parts], "together": " and " in said, "unless": unless.split()}


def filled(part):
    field, _, variables = part.partition(" = ")
    found = [VARIABLE.fullmatch(word) for word in variables.split()]
    return {
        "field": field,
        "variables": [{"name": each[1], **({"unless_set": each[2]} if each[2] else {})} for each in found],
    }


def problems(api):
    """Fields that do not exist, and variables that only the table or only the library knows."""
    structs = {item["name"]: item for page in api["pages"] for item in page["structs"]}
    for each in api["environment"]:
        for path in [*(part["field"] for part in each["set"]), *each["unless"]]:
            if not exists(structs, CONFIG, path):
                yield f"environment.txt: {path} is no field of {CONFIG}"
    listed = set()
    for each in api["environment"]:
        for variable in (variable for part in each["set"] for variable in part["variables"]):
            listed |= {variable["name"], *([variable["unless_set"]] if "unless_set" in variable else [])}
    table = re.search(r"const NAMES[^=]*= \[(.*?)\];", READER.read_text(encoding="utf-8"), re.DOTALL)[1]
    read = set(re.findall(r'"(\w+)"', table))
    yield from (f"environment.txt lacks {name}, which is read" for name in sorted(read - listed))
    yield from (f"environment.txt has {name}, which is not read" for name in sorted(listed - read))


def exists(structs, struct, path):
    head, _, rest = path.partition(".")
    field = next((field for field in structs[struct]["fields"] if field["name"] == head), None)
    return field is not None and (not rest or exists(structs, field["type"], rest))
