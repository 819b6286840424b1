"""Adds one field to the end of every struct with a size, as a later version may do."""

import re

IN_C = re.compile(r"^(typedef struct \w+ \{\n(?:(?!^\}).*\n)*?)(\} \w+;)$", re.MULTILINE)
IN_RUST = re.compile(r"^(pub struct \w+ \{\n(?:(?!^\}).*\n)*?)(\})$", re.MULTILINE)


def in_c(header):
    return grown(IN_C, header, "uint32_t struct_size;", "    uint64_t later;\n")


def in_rust(source):
    return grown(IN_RUST, source, "pub struct_size: u32,", "    /// Of a later version.\n    pub later: u64,\n")


def grown(pattern, text, sized, field):
    """(the text, the number of structs with the field)."""
    count = 0

    def add(found):
        nonlocal count
        if sized not in found[1]:
            return found[0]
        count += 1
        return found[1] + field + found[2]

    return pattern.sub(add, text), count
