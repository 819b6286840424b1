"""How each setting and each statistic of the C API appears in C#: name, type, initial value, and its text."""

import re

from csharp_names import FLAG_WORDS, public
from naming import bare, pascal

# Properties whose name is not that of the field without its unit.
RENAMED = {
    ("palabra_input_options", "buffer_ms"): "BufferDuration",
    ("palabra_input_options", "chunk_ms"): "ChunkDuration",
    ("palabra_output_options", "prime_ms"): "PrimeDuration",
    ("palabra_output_options", "buffer_ms"): "BufferDuration",
    ("palabra_output_options", "target_ms"): "TargetDuration",
    ("palabra_original_options", "attack_ms"): "AttackTime",
    ("palabra_original_options", "release_ms"): "ReleaseTime",
    ("palabra_service_queue", "target_ms"): "TargetDuration",
    ("palabra_service_queue", "max_ms"): "MaxDuration",
    ("palabra_stt_config", "auto_finalize_ms"): "AutoFinalizeAfter",
    ("palabra_session_stats", "ready_ms"): "TimeToReady",
    ("palabra_session_stats", "first_audio_ms"): "TimeToFirstAudio",
    ("palabra_session_stats", "input_queue_ms"): "InputQueued",
    ("palabra_session_stats", "service_queue_ms"): "ServiceQueued",
    ("palabra_playout_stats", "buffered_ms"): "Buffered",
    ("palabra_playout_stats", "skipped_ms"): "Skipped",
}
SHARED_RENAMED = {"session_name": "Name", "event_count": "EventCount"}
SECRETS = {("palabra_credentials", "api_key"), ("palabra_credentials", "client_secret"), ("palabra_stream_address", "token"),
           ("palabra_client_config", "proxy_url")}
LISTS = {"target_languages", "hotwords_glossaries", "verification_glossaries", "translation_glossaries", "message_types", "no_proxy"}
# Numbers whose 0 is a value and not a default.
ZERO = {("palabra_original_options", "gain_percent"), ("palabra_file_options", "lead_ms")}
# Not set unless the caller does, although the default is one number: with playout it must not be given.
UNSET = {("palabra_tts_config", "sample_rate")}
# Settings that are switched off by 0 in C#, by -1 in C.
OFF_BY_ZERO = {"duck_percent", "deaccent_percent"}
# Enumerations whose default the library replaces by another value itself; the service's own defaults are left to it.
REAL_DEFAULT = re.compile(r"The default, which is (PALABRA_\w+)\.")
# Bits that are properties which say the opposite, and are set unless the caller says otherwise.
INVERTED = {"PALABRA_CLIENT_IGNORE_ENVIRONMENT", "PALABRA_VOICE_NO_WAIT", "PALABRA_GLOSSARY_DISABLED"}
# Bits that are set by hand.
BY_HAND_BITS = {"PALABRA_CLIENT_IGNORE_ENVIRONMENT"}
BIT_GROUPS = {
    "palabra_client_config": ("CLIENT",),
    "palabra_translation_config": ("SESSION", "TRANSLATION"),
    "palabra_tts_config": ("SESSION", "TTS"),
    "palabra_stt_config": ("SESSION",),
    "palabra_voice_config": ("VOICE",),
    "palabra_glossary_config": ("GLOSSARY",),
    "palabra_file_options": ("FILE",),
}
# Bits that a struct does not take although it takes others of the group.
REFUSED_BITS = {("palabra_tts_config", "PALABRA_SESSION_DROP_OLDEST")}
# Texts that C's are no base for.
TEXTS = {
    "PALABRA_VOICE_NO_WAIT": "Whether creating a voice waits until it is ready.",
    "PALABRA_GLOSSARY_DISABLED": "Whether sessions use the glossary that do not name it.",
    "PALABRA_FILE_AUDIO": "Keeps the speech in memory too, up to 1 GiB in all: TranslatedFile.Audio.",
    "PALABRA_FILE_NO_FOLLOW": "Refuses to write through a symbolic link: a file of speech whose name is one is an error. Only the last "
                              "part of the name is checked, by the system when it opens the file.",
    "PALABRA_CLIENT_ASK_CREDENTIALS": "Asks for credentials when a session needs them, by an event that PalabraClient.SetCredentials "
                                      "answers. For short-lived tokens. The first ones may be given here.",
    ("palabra_original_options", "gain_percent"): "Gain of the original voice, in percent, 0 to 100; 0: it is not heard, also while "
                                                  "nobody speaks. It is heard about a chunk and a half late.",
    ("palabra_output_options", "target_ms"): "Target level of that buffer, at most BufferDuration; null: no target. Above it pauses "
                                             "between words are shortened. Above twice this value, short pieces of speech are also "
                                             "removed with a crossfade, up to 10 % of the audio.",
    ("palabra_file_options", "lead_ms"): "How far ahead of real time sending may run, up to 60 s.",
    ("palabra_tts_config", "sample_rate"): "Frames per second of the speech in events, 8000 to 48000; null: 24000. With playout it "
                                           "must be null.",
    ("palabra_credentials", "region"): "Region of the API key, such as \"eu\", in upper or lower case; null: the variable "
                                       "PALABRA_REGION, else \"eu\".",
    ("palabra_session_stats", "round_trip_us"): "Last round trip to the server; null: not known yet.",
    ("palabra_voice_config", "sample_path"): "The sample as a file: wav, mp3, flac, m4a, webm, mp4, mpeg or mpg, at most 10 MiB. One "
                                             "speaker, no noise: the official client advises 5 to 20 seconds, the service's "
                                             "documentation at least 30; null: it is in memory.",
}


class Shape:
    """One property. `kind`: secret, text, list, time, number, long, value (an enumeration), nested, bit."""

    def __init__(self, name, kind, type_name, initial="", text="", **more):
        self.name, self.kind, self.type_name, self.initial, self.text = name, kind, type_name, initial, text
        self.__dict__ |= {"low": None, "high": None, "off": None, "seconds": False, "bit": None, "inverted": False, **more}


def property_name(struct, field):
    """The name of a field's property: its own without the unit, which a TimeSpan does not need."""
    if (struct, field) in RENAMED:
        return RENAMED[struct, field]
    return SHARED_RENAMED.get(field) or pascal(re.sub(r"_(ms|us)$", "", field))


def field_names(names, struct):
    """{field in C: property in C#} for the texts of a struct's fields."""
    known = {}
    for other in names.structs.values():
        known |= {entry["name"]: property_name(other["name"], entry["name"]) for entry in other["fields"]}
    # The struct's own fields win over those of the same name elsewhere.
    return known | {entry["name"]: property_name(struct, entry["name"]) for entry in names.structs[struct]["fields"]}


def shape(names, struct, entry):
    field, c_type = entry["name"], entry["type"]
    name, key = property_name(struct, field), (struct, field)
    text = names.text([TEXTS[key]] if key in TEXTS else entry["doc"], field_names(names, struct))
    if c_type in names.structs:
        return Shape(name, "nested", public(c_type), f" = new {public(c_type)}();", text)
    if c_type in names.enums:
        return Shape(name, "value", public(c_type), real_default(names, c_type), text)
    if key in SECRETS:
        return Shape(name, "secret", "PalabraSecret?", "", text)
    if field in LISTS:
        text = re.sub(r", separated by commas(, in the form of NO_PROXY)?", r"\1", text).replace(" separated by commas", "")
        return Shape(name, "list", "IList<string>", " = new List<string>();", text.replace("null:", "empty:"))
    if c_type == "const char *":
        return Shape(name, "text", "string?", "", text)
    if c_type == "uint64_t":
        return Shape(name, "long", "long", "", text)
    return numeric(struct, entry, name, text)


def real_default(names, c_type):
    first = names.enums[c_type]["values"][0]
    found = REAL_DEFAULT.match(" ".join(first["doc"]))
    return f" = {names.constants[found[1]]};" if found else ""


def numeric(struct, entry, name, text):
    key, kind = (struct, entry["name"]), "time" if entry["name"].endswith("_ms") else "number"
    plain = {"time": "TimeSpan", "number": "long" if entry["type"] == "int64_t" else "int"}[kind]
    default = None if key in UNSET else entry.get("default_number")
    more = {"low": entry.get("min"), "high": entry.get("max"), "off": entry.get("off"), "seconds": "multiple of 1000" in text}
    more["low"] = 0 if key in ZERO else more["low"] or 1
    if key not in TEXTS:
        text = time_text(text, default) if kind == "time" else number_text(text, default, entry)
    if default is not None:
        return Shape(name, kind, plain, f" = {literal(kind, default)};", text, **more)
    return Shape(name, kind, plain if key in ZERO else plain + "?", "", text, **more)


def literal(kind, number):
    if kind == "number":
        return str(number)
    return f"TimeSpan.FromSeconds({number // 1000})" if number % 1000 == 0 else f"TimeSpan.FromMilliseconds({number})"


def spoken(found):
    ms = int(found if isinstance(found, str) else found[0])
    return f"{ms // 3600000} h" if ms and ms % 3600000 == 0 else f"{ms // 1000} s" if ms and ms % 1000 == 0 else f"{ms} ms"


def time_text(text, default):
    """ "in ms, 20 to 60000; 0: 2000" becomes "20 ms to 60 s; default: 2 s"."""
    text = re.sub(r", in ms(?=[,;.])", "", text, count=1).replace("a multiple of 1000", "whole seconds")
    text = re.sub(r"\b(\d+) to (\d+)", lambda found: f"{spoken(found[1])} to {spoken(found[2])}", text, count=1)
    text = re.sub(r"\b(up to|at most) (\d+)(?=[;.,])", lambda found: f"{found[1]} {spoken(found[2])}", text, count=1)
    word = "null" if default is None else "default"
    text = re.sub(r"; 0: ([^;.]+)", lambda found: f"; {word}: " + re.sub(r"\d+", spoken, found[1]), text, count=1)
    return text.replace("; -1: ", '; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: ')


def number_text(text, default, entry):
    text = re.sub(r"; 0: ", "; null: " if default is None else "; default: ", text, count=1)
    if entry["name"] in OFF_BY_ZERO:
        text = text.replace("1 to 100", "0 to 100").replace("; -1: ", "; 0: ")
    return text


def bits(names, struct):
    """The bits of a struct's flags as properties."""
    found = []
    for name, flag in names.flags.items():
        if name.split("_")[1] in BIT_GROUPS.get(struct, ()) and (struct, name) not in REFUSED_BITS:
            said = FLAG_WORDS[name].rpartition(".")[2]
            text = names.text([TEXTS[name]] if name in TEXTS else flag["doc"])
            constant = f"{pascal(name.split('_')[1])}Bits.{pascal(name.split('_', 2)[2])}"
            inverted = name in INVERTED
            found.append(Shape(said, "bit", "bool", " = true;" if inverted else "", text, bit=constant, inverted=inverted, flag=name))
    return found


def result_shape(names, struct, entry):
    """A statistic: times as TimeSpan, null while they are not known."""
    field, c_type = entry["name"], entry["type"]
    name = property_name(struct, field)
    text = names.text([TEXTS[struct, field]] if (struct, field) in TEXTS else entry["doc"], field_names(names, struct))
    if c_type in names.enums:
        return Shape(name, "value", public(c_type), "", text)
    if unit := re.search(r"_(ms|us)$", field):
        nullable = struct == "palabra_session_stats"
        text = re.sub(r", in (ms|us)(?=[:.])", "", text, count=1)
        text = re.sub(r"-1 with", "null with", text)
        return Shape(name, unit[1], "TimeSpan?" if nullable else "TimeSpan", "", text)
    return Shape(name, "number", {"int32_t": "int", "int64_t": "long"}[c_type], "", text)


