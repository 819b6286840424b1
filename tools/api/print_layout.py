"""Compile-time checks of sizes, offsets and numbers in C, and the fields of every struct for other languages."""

SIZES = {"uint32_t": 4, "int32_t": 4, "uint64_t": 8, "int64_t": 8, "int16_t": 2, "char": 1}


class Layout:
    """Sizes and offsets for a pointer width; 8-byte integers are aligned to 8 on every target."""

    def __init__(self, api, pointer):
        self.pointer = pointer
        self.enums = {enum["name"] for page in api["pages"] for enum in page["enums"]}
        self.callbacks = {item["name"] for page in api["pages"] for item in page["callbacks"]}
        self.structs = {item["name"]: item for page in api["pages"] for item in page["structs"]}

    def size(self, c_type):
        if "*" in c_type or c_type in self.callbacks:
            return self.pointer
        if c_type in self.enums:
            return 4
        if c_type in SIZES:
            return SIZES[c_type]
        return self.offsets(c_type)[1]

    def alignment(self, c_type):
        if c_type in self.structs:
            return max(self.alignment(field["type"]) for field in self.structs[c_type]["fields"])
        return self.size(c_type)

    def offsets(self, name):
        """([offset of each field], size); refuses padding, which other languages would have to reproduce."""
        place, out = 0, []
        for field in self.structs[name]["fields"]:
            if place % self.alignment(field["type"]):
                raise SystemExit(f"api: padding before {name}.{field['name']} with {self.pointer * 8}-bit pointers")
            out.append(place)
            place += self.size(field["type"]) * max(field["array"], 1)
        if place % 8:
            raise SystemExit(f"api: {name} has {place} bytes with {self.pointer * 8}-bit pointers: no multiple of 8")
        return out, place


def files(api):
    lines = [
        "/* What the ABI is made of: sizes and places of fields, and the value of every constant.",
        " * Programs that were compiled long ago rely on these numbers; a change that this file objects to breaks them.",
        " * Generated from src/ffi; do not edit.",
        " */",
        "#include <palabra.h>",
        "",
        "#include <stddef.h>",
        "",
        "/* An array type of negative size does not compile. */",
        "#define HOLDS(name, condition) typedef char name[(condition) ? 1 : -1]",
        "#define SIZE(type, bytes) HOLDS(size_of_##type, sizeof(type) == (bytes))",
        "#define FIELD(type, field, place) HOLDS(place_of_##field##_in_##type, offsetof(type, field) == (place))",
        "#define VALUE(name, number) HOLDS(value_of_##name, (name) == (number))",
        "",
    ]
    for page in api["pages"]:
        items = [value for enum in page["enums"] for value in enum["values"]] + page["flags"] + page["limits"]
        lines += [f"VALUE({item['name']}, {item['value']});" for item in items]
    for pointer, condition in ((8, "#if UINTPTR_MAX > 0xFFFFFFFFu"), (4, "#else")):
        layout = Layout(api, pointer)
        lines += ["", condition]
        for name, item in layout.structs.items():
            offsets, size = layout.offsets(name)
            lines.append(f"SIZE({name}, {size});")
            lines += [f"FIELD({name}, {field['name']}, {at});" for field, at in zip(item["fields"], offsets)]
    lines += ["#endif", ""]
    return {"tests/abi/layout.c": "\n".join(lines)}
