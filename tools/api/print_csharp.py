"""C#'s raw layer: structs, functions and bits, blittable types only; and the enumerations that users see."""

from comments import wrapped
from csharp_names import BITS, FLAGS, HEAD, WIDTH, Names, camel, native, public, tagged, value_name
from csharp_texts import TEXTS
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
HANDLES = ("palabra_client", "palabra_session", "palabra_queue", "palabra_call", "palabra_leg")
# Enumerations that only the binding sees.
INTERNAL = ("palabra_ready_kind",)
# The room of the binding that an enumeration belongs to, by the page of the header.
ROOMS = {"base": "Errors", "session": "Sessions", "event": "Events", "log": "Events", "account": "Account"}


def files(api):
    names = Names(api)
    return {
        "bindings/csharp/src/Interop/Structs.g.cs": structs(api, names),
        "bindings/csharp/src/Interop/Functions.g.cs": functions(api, names),
        "bindings/csharp/src/Interop/Bits.g.cs": bits(api, names),
        "bindings/csharp/src/Errors/StatusTexts.g.cs": status_texts(api, names),
        **enumerations(api, names),
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
    lines = [HEAD + "using System;", "using System.Runtime.InteropServices;", "", "namespace PalabraAI.Interop", "{"]
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
    lines = [HEAD + "using System;", "using System.Runtime.InteropServices;", "", "namespace PalabraAI.Interop", "{"]
    lines += ["    internal static unsafe partial class Native", "    {"]
    lines += ["#if (UNITY_IOS || UNITY_TVOS || UNITY_VISIONOS) && !UNITY_EDITOR"]
    lines += ["        // Players on these have the library linked in."]
    lines += ['        internal const string Library = "__Internal";', "#else", '        internal const string Library = "palabra";']
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


def bits(api, names):
    """Flags of settings and calls, which are properties and parameters in C#."""
    lines = [HEAD + "namespace PalabraAI.Interop", "{"]
    groups = flag_groups(api)
    for group in BITS:
        if group not in groups:
            continue
        lines += [f"    internal static class {pascal(group)}Bits", "    {"]
        lines += [f"        internal const uint {value_name(item, f'PALABRA_{group}_')} = {item['value']};" for item in groups[group]]
        lines += ["    }", ""]
    for name in INTERNAL:
        item = names.enums[name]
        lines += [f"    internal enum {public(name)}", "    {"]
        lines += [f"        {value_name(value, value_prefix(item))} = {value['value']}," for value in item["values"]] + ["    }", ""]
    return "\n".join([*lines[:-1], "}", ""])


def enumerations(api, names):
    rooms, groups = {}, flag_groups(api)
    for page in api["pages"]:
        room = rooms.setdefault(ROOMS.get(page["name"], "Options"), [])
        for item in (item for item in page["enums"] if item["name"] not in INTERNAL):
            room += [*names.summary(said(item), "    "), f"    public enum {public(item['name'])}", "    {"]
            room += [*values(names, item["values"], value_prefix(item)), "    }", ""]
    for group, (name, text) in FLAGS.items():
        room = rooms["Events" if group == "FLAG" else "Sessions"]
        room += [*tagged(text, "    "), "    [Flags]", f"    public enum {name}", "    {"]
        room += ["        /// <summary>None.</summary>", "        None = 0,", ""]
        room += [*values(names, groups[group], f"PALABRA_{group}_"), "    }", ""]
    room = rooms["Sessions"]
    room += ["    /// <summary>Limits of the library.</summary>", "    public static class PalabraLimits", "    {"]
    for page in api["pages"]:
        for item in page["limits"]:
            room += names.summary(item["doc"], "        ")
            room.append(f"        public const int {pascal(bare(item['name']))} = {item['value']};")
    room += ["    }", ""]
    return {
        f"bindings/csharp/src/{room}/Enums.g.cs": "\n".join([HEAD + ("using System;\n" if "    [Flags]" in lines else ""), "namespace PalabraAI", "{", *lines[:-1], "}", ""])
        for room, lines in rooms.items()
    }


def status_texts(api, names):
    """What a status means, with names of C#: programs and their tests ask without the native library."""
    statuses = next(item for page in api["pages"] for item in page["enums"] if item["name"] == "palabra_status")["values"]
    lines = [HEAD + "namespace PalabraAI", "{", "    internal static class StatusTexts", "    {"]
    lines += ["        internal static string Of(PalabraStatus status)", "        {", "            switch (status)", "            {"]
    for item in statuses:
        text = names.plain(item["doc"]).replace('"', '\\"')
        case = f"case PalabraStatus.{value_name(item, 'PALABRA_')}:"
        lines += [f"                {case}", f'                    return "{text}";']
    lines += ["                default:", '                    return "Unknown status.";', "            }", "        }", ""]
    lines += ["        internal static bool IsTransient(PalabraStatus status)", "        {", "            switch (status)", "            {"]
    lines += [f"                case PalabraStatus.{value_name(item, 'PALABRA_')}:" for item in statuses if "Retriable" in " ".join(item["doc"])]
    lines += ["                    return true;", "                default:", "                    return false;", "            }", "        }"]
    return "\n".join([*lines, "    }", "}", ""])


def values(names, items, prefix):
    lines = []
    for item in items:
        lines += [""] if lines else []
        lines += names.summary(said(item), "        ")
        lines.append(f"        {value_name(item, prefix)} = {item['value']},")
    return lines


def said(item):
    return [TEXTS[item["name"]]] if item["name"] in TEXTS else item["doc"]
