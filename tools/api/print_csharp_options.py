"""The C# classes that users read and write property by property: options of calls, and statistics."""

import re

from csharp_names import HEAD, MEMBERS, Names, native, public, tagged
from csharp_properties import property_name
from csharp_shapes import BY_HAND_BITS, OFF_BY_ZERO, bits, result_shape, shape
from csharp_texts import TEXTS
from naming import pascal

# By the room of the binding.
OPTIONS = {
    "Client": ("palabra_credentials", "palabra_client_config"),
    "Options": (
        "palabra_audio_format", "palabra_gap_options", "palabra_input_options", "palabra_original_options", "palabra_output_options",
        "palabra_stream_address", "palabra_limits", "palabra_timeouts", "palabra_service_queue", "palabra_command_pace",
        "palabra_translation_config", "palabra_tts_voice", "palabra_tts_config", "palabra_stt_config", "palabra_recording_options",
    ),
    "Calls": ("palabra_call_config", "palabra_leg_config", "palabra_call_recording_options"),
    "Files": ("palabra_file_options",),
    "Account": ("palabra_voice_config", "palabra_glossary_config"),
}
STATS = {"Sessions": ("palabra_session_stats", "palabra_playout_stats"), "Calls": ("palabra_leg_stats",)}
SESSIONS = ("palabra_translation_config", "palabra_tts_config", "palabra_stt_config")
# Fields that are not printed: what the binding fills in itself, and what is null in C# unless the caller sets it.
BY_HAND = {("palabra_client_config", "binding_name"), ("palabra_leg_config", "output")}
# The text that documents the size of a pointer's target.
SIZE = re.compile(r"(?:Length|Number) of `(\w+)`")


def files(api):
    names = Names(api)
    printed = {f"bindings/csharp/src/{room}/Options.g.cs": options(names, structs) for room, structs in OPTIONS.items()}
    printed |= {f"bindings/csharp/src/{room}/Stats.g.cs": stats(names, structs) for room, structs in STATS.items()}
    return printed | {
        "bindings/csharp/src/Interop/FieldNames.g.cs": words(names),
    }


def options(names, structs):
    lines = [HEAD + "using System;", "using System.Collections.Generic;", "using PalabraAI.Interop;", "", "namespace PalabraAI", "{"]
    if SESSIONS[0] in structs:
        lines += session_options(names)
    for struct in structs:
        lines += option_class(names, struct)
    return "\n".join([*lines[:-1], "}", ""])


def session_options(names):
    """Fields that all session configs share are in a common base class."""
    lines = tagged("What the settings of every kind of session have in common.", "    ")
    lines += ["    public abstract partial class SessionOptions", "    {"]
    struct = SESSIONS[-1]
    entries = [entry for entry in names.structs[struct]["fields"] if entry["name"] in common(names) and is_setting(names, struct, entry)]
    shapes = [shape(names, struct, entry) for entry in entries] + [one for one in bits(names, struct) if is_common_bit(names, one)]
    return [*lines, *fields(shapes, "private protected"), *spaced(prop(one) for one in shapes), "    }", ""]


def is_common_bit(names, one):
    return all(one.flag in [other.flag for other in bits(names, struct)] for struct in SESSIONS)


def option_class(names, struct):
    item = names.structs[struct]
    entries = [entry for entry in item["fields"] if is_setting(names, struct, entry)]
    base = struct in SESSIONS
    text = names.text([TEXTS[struct]] if struct in TEXTS else item["doc"])
    lines = [*tagged(text, "    "), f"    public sealed partial class {public(struct)}{' : SessionOptions' if base else ''}", "    {"]
    own = [shape(names, struct, entry) for entry in entries if not (base and entry["name"] in common(names))]
    own += [one for one in bits(names, struct) if one.flag not in BY_HAND_BITS and not (base and is_common_bit(names, one))]
    lines += [*fields(own), *spaced(prop(one) for one in own), ""]
    lines += [f"        internal unsafe void Write({native(struct)}* raw, OptionsWriter to)", "        {"]
    if item["sized"]:
        lines.append(f"            raw->StructSize = (uint)sizeof({native(struct)});")
    if bits(names, struct):
        lines += flags(names, struct)
    for entry in entries:
        lines += [f"            {line}" for line in assignment(names, struct, entry)]
    return [*lines, "        }", "    }", ""]


def common(names):
    said = [{(entry["name"], entry["type"]) for entry in names.structs[name]["fields"]} for name in SESSIONS]
    return {name for name, _ in set.intersection(*said) if name not in ("struct_size", "flags")}


def is_setting(names, struct, entry):
    """Memory, callbacks and the queue are passed by hand."""
    pointer = entry["type"].endswith("*") and entry["type"] != "const char *"
    by_hand = pointer or entry["type"] in names.callbacks or SIZE.match(entry["doc"][0] if entry["doc"] else "")
    hidden = entry["name"] in ("struct_size", "flags") or entry["name"].startswith("reserved")
    return not (by_hand or hidden or (struct, entry["name"]) in BY_HAND)


def spaced(blocks):
    lines = []
    for block in blocks:
        lines += ["", *block] if lines else block
    return lines


def fields(shapes, access="private"):
    """What copies the settings reads the fields: each property that it read would be compiled before the first call."""
    lines = []
    for one in shapes:
        # Lists and nested options are created with their owner, for initializers such as Input = { ChunkDuration = ... }.
        fixed = " readonly" if one.kind in ("list", "nested") else ""
        lines.append(f"        {access}{fixed} {one.type_name} {field_of(one)}{one.initial or ';'}")
    return [*lines, ""]


def prop(one):
    field = field_of(one)
    access = f"=> {field};" if one.kind in ("list", "nested") else f"{{ get => {field}; set => {field} = value; }}"
    return [*tagged(one.text, "        "), f"        public {one.type_name} {one.name} {access}"]


def field_of(one):
    return one.name[0].lower() + one.name[1:]


def flags(names, struct):
    lines = []
    for one in bits(names, struct):
        if one.flag not in BY_HAND_BITS:
            asked = f"!{field_of(one)}" if one.inverted else field_of(one)
            lines += [f"            if ({asked})", f"                raw->Flags |= {one.bit};"]
    return lines


def assignment(names, struct, entry):
    one, field = shape(names, struct, entry), pascal(entry["name"])
    value = f"{field_of(one)}, nameof({one.name})"
    if one.kind == "nested":
        return [f"to.Enter(nameof({one.name}));", f"{field_of(one)}.Write(&raw->{field}, to);", "to.Leave();"]
    if one.kind in ("text", "secret", "list"):
        return [f"raw->{field} = to.{one.kind.capitalize()}({value});"]
    if one.kind == "value":
        return [f"raw->{field} = (int){field_of(one)};"]
    if one.kind == "long":
        return [f"raw->{field} = unchecked((ulong){field_of(one)});"]
    low = 0 if entry["name"] in OFF_BY_ZERO else one.low
    high = one.high or ("long.MaxValue" if entry["type"] == "int64_t" else "int.MaxValue")
    call = f"to.{one.kind.capitalize()}({value}, {low}, {high})"
    if entry["name"] in OFF_BY_ZERO:
        call = f"to.NumberOrOff({value}, {low}, {high})"
    elif one.kind == "time" and one.off:
        call = f"to.TimeOrNever({value}, {low}, {high})"
    elif one.seconds:
        call = f"to.Seconds({value}, {low}, {high})"
    return [f"raw->{field} = {call};"]


def words(names):
    """What errors of the library call by names of C."""
    found = {}
    for struct in (struct for structs in OPTIONS.values() for struct in structs):
        found |= {entry["name"]: property_name(struct, entry["name"]) for entry in names.structs[struct]["fields"] if is_setting(names, struct, entry)}
    # A call's translations are a parameter in C.
    found |= names.constants | MEMBERS | {"translation": "Translation"}
    lines = [HEAD + "using System;", "using System.Collections.Generic;", "", "namespace PalabraAI.Interop", "{"]
    lines += ["    internal static partial class FieldNames", "    {"]
    lines += ["        private static readonly Dictionary<string, string> Known = new Dictionary<string, string>(StringComparer.Ordinal)", "        {"]
    lines += [f'            {{ "{name}", "{said}" }},' for name, said in sorted(found.items()) if name != said]
    return "\n".join([*lines, "        };", "    }", "}", ""])


def stats(names, structs):
    lines = [HEAD + "using System;", "using PalabraAI.Interop;", "", "namespace PalabraAI", "{"]
    for struct in structs:
        entries = [entry for entry in names.structs[struct]["fields"] if entry["name"] != "struct_size" and not entry["name"].startswith("reserved")]
        text = names.text(names.structs[struct]["doc"])
        text = re.sub(r"A value that is not known( yet)? is -1\.", r"A time that is not known\1 is null.", text)
        lines += [*tagged(text, "    "), f"    public sealed partial class {public(struct)}", "    {"]
        lines += [f"        internal unsafe {public(struct)}({native(struct)}* raw)", "        {"]
        shapes = [result_shape(names, struct, entry) for entry in entries]
        for one, entry in zip(shapes, entries):
            lines.append(f"            {one.name} = {read(one, pascal(entry['name']))};")
        lines += ["        }", ""]
        shown = [[*tagged(one.text, "        "), f"        public {one.type_name} {one.name} {{ get; }}"] for one in shapes]
        lines += [*spaced(shown), "    }", ""]
    return "\n".join([*lines[:-1], "}", ""])


def read(one, field):
    if one.kind == "value":
        return f"({one.type_name})raw->{field}"
    if one.kind == "number":
        return f"raw->{field}"
    if one.kind == "state":
        return f"raw->{field} == 0 ? ({one.type_name})null : (PalabraSessionState)raw->{field}"
    name = {"ms": "Milliseconds", "us": "Microseconds"}[one.kind]
    return f"Times.Known{name}(raw->{field})" if one.type_name.endswith("?") else f"Times.{name}(raw->{field})"
