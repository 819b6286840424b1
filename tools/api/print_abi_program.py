"""A C library with every function and type of the API; abidw reads the ABI from its debug information."""

from print_header import declaration

PATH = "tests/abi/every_name.c"


def files(api):
    lines = [
        "/* Every function with its parameters, and every type by itself, for tools that read the ABI from debug",
        " * information: tests/abi/dumped.py compares it with api/palabra.abi.",
        " * Generated from src/ffi; do not edit.",
        " */",
        "#include <palabra.h>",
        "",
    ]
    for page in api["pages"]:
        names = [item["name"] for kind in ("structs", "enums", "callbacks") for item in page[kind]]
        for name in names:
            head = f"void has_{name}({name} *value)"
            lines += [f"{head};", head, "{", "    (void)value;", "}", ""]
        for item in page["functions"]:
            lines += body(item)
    return {PATH: "\n".join(lines).rstrip() + "\n"}


def body(item):
    head = [*declaration(item)]
    head[-1] = head[-1].removesuffix(";")
    result = [] if item["returns"] == "void" else ["    return 0;"]
    return [*head, "{", *(f"    (void){param['name']};" for param in item["params"]), *result, "}", ""]
