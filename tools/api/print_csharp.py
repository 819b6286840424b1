"""C#'s raw layer: structs, functions and constants, blittable types only."""

from comments import wrapped
from csharp_names import FLAGS, HEAD, WIDTH, Names, camel, native, public, value_name
from naming import bare, flag_groups, pascal, value_prefix

TYPES = {
    "uint32_t": "uint",
    "int32_t": "int",
    "uint64_t": "ulong",
    "int64_t": "long",
    "int16_t": "short",
    "const char *": "byte*",
    "char *": "byte*",
    "const int16_t *": "short*",
    "void *": "IntPtr",
    "const void *": "void*",
    "void": "void",
    "void **": "IntPtr*",
}
HANDLES = ("palabra_client", "palabra_session", "palabra_queue")


def files(api):
    names = Names(api)
    return {
        "bindings/csharp/src/Interop/Structs.g.cs": structs(api, names),
        "bindings/csharp/src/Interop/Functions.g.cs": functions(api, names),
        "bindings/csharp/src/Constants.g.cs": constants(api, names),
    }


def cs(names, c_type, is_parameter=False):
    """Audio is void* as a parameter; memory owned by the library is IntPtr in a struct."""
    if c_type in names.enums:
        return "int"
    if c_type in names.callbacks:
        return "IntPtr"
    if is_parameter and c_type == "void *":
        return "void*"
    if c_type in TYPES:
        return TYPES[c_type]
    bare_type = c_type.replace("const ", "").replace(" const", "")
    name, _, stars = bare_type.partition(" ")
    stars = stars.replace(" ", "")
    if name in names.enums:
        return "int" + stars
    if name in HANDLES:
        return "IntPtr" + stars[1:]
    return native(name) + stars


def structs(api, names):
    lines = [HEAD + "using System;", "using System.Runtime.InteropServices;", "", "namespace PalabraAI", "{"]
    for page in api["pages"]:
        for item in page["structs"]:
            lines += ["    [StructLayout(LayoutKind.Sequential)]", f"    internal unsafe struct {native(item['name'])}", "    {"]
            lines += [f"        {field(names, entry)}" for entry in item["fields"]]
            lines += ["    }", ""]
    return "\n".join([*lines[:-1], "}", ""])


def field(names, entry):
    name = pascal(entry["name"])
    if entry["array"]:
        kind = {"char": "byte"}.get(entry["type"]) or cs(names, entry["type"])
        return f"public fixed {kind} {name}[{entry['array']}];"
    return f"public {cs(names, entry['type'])} {name};"


def functions(api, names):
    lines = [HEAD + "using System;", "using System.Runtime.InteropServices;", "", "namespace PalabraAI", "{"]
    lines += ["    internal static unsafe partial class Native", "    {"]
    lines += ["#if UNITY_IOS && !UNITY_EDITOR", "        // Players on iOS have the library linked in."]
    lines += ['        private const string Library = "__Internal";', "#else", '        private const string Library = "palabra";']
    lines += ["#endif", "        private const CallingConvention C = CallingConvention.Cdecl;"]
    lines += ["", "        // The header that this was printed from."]
    for part, number in zip(("Major", "Minor", "Patch"), api["version"].split(".")):
        lines.append(f"        internal const int Version{part} = {number};")
    for page in api["pages"]:
        for item in page["functions"]:
            params = [f"{cs(names, param['type'], True)} {camel(param['name'])}" for param in item["params"]]
            lines += ["", "        [DllImport(Library, CallingConvention = C)]"]
            head = f"        internal static extern {cs(names, item['returns'])} {item['name']}("
            line = head + ", ".join(params) + ");"
            lines += [line] if len(line) <= WIDTH else [head, *wrapped(", ".join(params) + ");", " " * 12, " " * 12, WIDTH)]
    return "\n".join([*lines, "    }", "}", ""])


def constants(api, names):
    lines = [HEAD + "using System;", "", "namespace PalabraAI", "{"]
    for page in api["pages"]:
        for item in page["enums"]:
            lines += [*names.summary(item["doc"], "    "), f"    public enum {public(item['name'])}", "    {"]
            lines += values(names, item["values"], value_prefix(item))
            lines += ["    }", ""]
    groups = flag_groups(api)
    for name, (text, parts) in FLAGS.items():
        lines += [*names.summary([text], "    "), "    [Flags]", f"    public enum {name} : uint", "    {"]
        lines += ["        /// <summary>None.</summary>", "        None = 0,"]
        for group in parts:
            lines += values(names, groups.get(group, []), f"PALABRA_{group}_")
        lines += ["    }", ""]
    lines += ["    /// <summary>Limits of the library.</summary>", "    public static class Limits", "    {"]
    for page in api["pages"]:
        for item in page["limits"]:
            lines += names.summary(item["doc"], "        ")
            lines.append(f"        public const int {pascal(bare(item['name']))} = {item['value']};")
    return "\n".join([*lines, "    }", "}", ""])


def values(names, items, prefix):
    lines = []
    for item in items:
        lines += names.summary(item["doc"], "        ")
        lines.append(f"        {value_name(item, prefix)} = {item['value']},")
    return lines
