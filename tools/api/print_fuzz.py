"""The functions that the fuzzer calls: all of them."""

HEAD = """//! The addresses of all exported functions. Printed by tools/api; do not edit.

/// To be called by what the description of the API says about each.
macro_rules! exported {
    ($($name:ident)*) => {
        unsafe extern "C" {
            $(fn $name();)*
        }

        pub const ALL: &[(&str, unsafe extern "C" fn())] = &[$((stringify!($name), $name),)*];
    };
}

exported! {
"""


def files(api):
    names = [function["name"] for page in api["pages"] for function in page["functions"]]
    return {"fuzz/targets/c_api/functions.rs": HEAD + "".join(f"    {name}\n" for name in names) + "}\n"}
