"""The C# classes that users read and write field by field: options of calls, and statistics."""

import re

from csharp_names import HEAD, Names, native, public
from naming import pascal

OPTIONS = (
    "palabra_credentials", "palabra_client_config", "palabra_audio_format", "palabra_gap_options", "palabra_input_options",
    "palabra_original_options", "palabra_output_options", "palabra_stream_address", "palabra_limits", "palabra_timeouts",
    "palabra_service_queue", "palabra_command_pace", "palabra_translation_config", "palabra_tts_voice", "palabra_tts_config",
    "palabra_stt_config", "palabra_recording_options", "palabra_file_options", "palabra_voice_config", "palabra_glossary_config",
)
STATS = ("palabra_session_stats", "palabra_playout_stats")
SESSIONS = ("palabra_translation_config", "palabra_tts_config", "palabra_stt_config")
FLAG_TYPES = {
    "palabra_client_config": "ClientFlags", "palabra_translation_config": "TranslationFlags", "palabra_tts_config": "TtsFlags",
    "palabra_stt_config": "SttFlags", "palabra_voice_config": "VoiceFlags", "palabra_glossary_config": "GlossaryFlags",
    "palabra_file_options": "FileFlags",
}
NUMBERS = {"int32_t": "int", "int64_t": "long", "uint64_t": "ulong"}
# The text that documents the size of a pointer's target.
SIZE = re.compile(r"(?:Length|Number) of `(\w+)`")


def files(api):
    names = Names(api)
    return {
        "bindings/csharp/src/Options.g.cs": options(names),
        "bindings/csharp/src/Stats.g.cs": stats(names),
    }


def options(names):
    lines = [HEAD + "namespace PalabraAI", "{"]
    lines += ["    /// <summary>What the settings of every kind of session have in common.</summary>"]
    lines += ["    public abstract partial class SessionConfig", "    {"]
    shared = common(names)
    entries = [entry for entry in names.structs[SESSIONS[-1]]["fields"] if entry["name"] in shared and not hidden(entry)]
    lines += [*spaced(prop(names, SESSIONS[-1], entry) for entry in entries), "    }", ""]
    for name in OPTIONS:
        item = names.structs[name]
        entries = [entry for entry in item["fields"] if not by_hand(names, entry)]
        base = " : SessionConfig" if name in SESSIONS else ""
        lines += [*names.summary(item["doc"], "    "), f"    public sealed partial class {public(name)}{base}", "    {"]
        own = [entry for entry in entries if not hidden(entry) and not (base and entry["name"] in shared)]
        lines += spaced(prop(names, name, entry) for entry in own)
        lines += ["", f"        internal unsafe void Write({native(name)}* raw, NativeTexts texts)", "        {"]
        lines += [f"            {line}" for entry in entries for line in assignment(names, name, entry)]
        lines += ["        }", "    }", ""]
    return "\n".join([*lines[:-1], "}", ""])


def common(names):
    """Fields that all session configs share are in a common base class; the flags of each are its own."""
    said = [{(entry["name"], entry["type"]) for entry in names.structs[name]["fields"]} for name in SESSIONS]
    return {name for name, _ in set.intersection(*said) if name not in ("struct_size", "flags")}


def by_hand(names, entry):
    """Memory and callbacks, which the binding pins during the call."""
    sized = SIZE.match(entry["doc"][0])
    pointer = entry["type"].endswith("*") and entry["type"] not in ("const char *", "palabra_queue *")
    return pointer or entry["type"] in names.callbacks or bool(sized)


def hidden(entry):
    return entry["name"] == "struct_size" or entry["name"].startswith("reserved")


def spaced(blocks):
    lines = []
    for block in blocks:
        lines += ["", *block] if lines else block
    return lines


def kind(names, struct, entry):
    if entry["name"] == "flags":
        return FLAG_TYPES[struct]
    c_type = entry["type"]
    if c_type == "const char *":
        return "string"
    return NUMBERS.get(c_type) or public(c_type.removesuffix(" *"))


def prop(names, struct, entry):
    name, type_name = pascal(entry["name"]), kind(names, struct, entry)
    # Nested options are created with their owner, for initializers such as Input = { BufferMs = 500 }.
    access = f"{{ get; }} = new {type_name}();" if entry["type"] in names.structs else "{ get; set; }"
    text = [f"{type_name} bits."] if name == "Flags" else entry["doc"]
    return [*names.summary(text, "        "), f"        public {type_name} {name} {access}"]


def assignment(names, struct, entry):
    name = pascal(entry["name"])
    if entry["name"] == "struct_size":
        return [f"raw->StructSize = (uint)sizeof({native(struct)});"]
    if hidden(entry):
        return []
    if entry["type"] in names.structs:
        return [f"{name}.Write(&raw->{name}, texts);"]
    if entry["type"] == "const char *":
        return [f'raw->{name} = texts.Add({name}, "{name}");']
    if entry["type"] == "palabra_queue *":
        return [f"raw->{name} = EventQueue.IdOf({name});"]
    cast = "(uint)" if entry["name"] == "flags" else "(int)" if entry["type"] in names.enums else ""
    return [f"raw->{name} = {cast}{name};"]


def stats(names):
    lines = [HEAD + "namespace PalabraAI", "{"]
    for name in STATS:
        entries = [entry for entry in names.structs[name]["fields"] if not hidden(entry)]
        lines += [*names.summary(names.structs[name]["doc"], "    "), f"    public struct {public(name)}", "    {"]
        lines += [f"        internal unsafe {public(name)}({native(name)}* raw)", "        {"]
        for entry in entries:
            cast = f"({kind(names, name, entry)})" if kind(names, name, entry) not in NUMBERS.values() else ""
            lines.append(f"            {pascal(entry['name'])} = {cast}raw->{pascal(entry['name'])};")
        lines += ["        }", ""]
        shown = [[*names.summary(entry["doc"], "        "), f"        public {kind(names, name, entry)} {pascal(entry['name'])} {{ get; }}"]
                 for entry in entries]
        lines += [*spaced(shown), "    }", ""]
    return "\n".join([*lines[:-1], "}", ""])
