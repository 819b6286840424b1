"""The least size of each struct that the library accepts: the size of its first version, from the baseline."""

import baseline

PATH = "src/ffi/support/first_sizes.rs"


def files(api):
    first = baseline.first_sizes(api, baseline.read()) if baseline.PATH.exists() else baseline.sizes(api)
    lines = [
        "//! Size of the first version of each struct that grows: programs compiled with it are served for ever.",
        "//! Generated from api/baseline.json; do not edit.",
        "#![allow(non_upper_case_globals, reason = \"constants that are found by the name of their struct\")]",
        "",
    ]
    lines += [f"pub(super) const {name}: usize = bytes({wide}, {narrow});" for name, (wide, narrow) in first.items()]
    lines += [
        "",
        "/// By the width of pointers.",
        "const fn bytes(with_64_bits: usize, with_32_bits: usize) -> usize {",
        "    if cfg!(target_pointer_width = \"64\") { with_64_bits } else { with_32_bits }",
        "}",
        "",
    ]
    return {PATH: "\n".join(lines)}
