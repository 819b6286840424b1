"""How each setting and each statistic of the C API appears in C#: name, type, initial value, and its text."""

import re

from csharp_names import FLAG_WORDS, public
from csharp_properties import field_names, property_name
from csharp_texts import TEXTS
from naming import pascal

SECRETS = {("palabra_credentials", "api_key"), ("palabra_credentials", "client_secret"), ("palabra_stream_address", "token"),
           ("palabra_client_config", "proxy_url"), ("palabra_client_config", "https_proxy"), ("palabra_client_config", "http_proxy")}
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
BY_HAND_BITS = {"PALABRA_CLIENT_IGNORE_ENVIRONMENT", "PALABRA_CLIENT_SYSTEM_PROXY", "PALABRA_CALL_NO_ORIGINAL"}
BIT_GROUPS = {
    "palabra_client_config": ("CLIENT",),
    "palabra_translation_config": ("SESSION", "TRANSLATION"),
    "palabra_tts_config": ("SESSION", "TTS"),
    "palabra_stt_config": ("SESSION",),
    "palabra_voice_config": ("VOICE",),
    "palabra_glossary_config": ("GLOSSARY",),
    "palabra_file_options": ("FILE",),
    "palabra_call_config": ("CALL",),
    "palabra_leg_config": ("LEG",),
    "palabra_call_recording_options": ("RECORDING",),
}
# Bits that a struct does not take although it takes others of the group.
REFUSED_BITS = {("palabra_tts_config", "PALABRA_SESSION_DROP_OLDEST")}
class Shape:
    """One property. `kind`: secret, text, list, time, number, long, value (an enumeration), nested, bit."""

    def __init__(self, name, kind, type_name, initial="", text="", **more):
        self.name, self.kind, self.type_name, self.initial, self.text = name, kind, type_name, initial, text
        self.__dict__ |= {"low": None, "high": None, "off": None, "seconds": False, "bit": None, "inverted": False, **more}


def shape(names, struct, entry):
    field, c_type = entry["name"], entry["type"]
    name, key = property_name(struct, field), (struct, field)
    text = names.text([TEXTS[key]] if key in TEXTS else entry["doc"], field_names(names.structs, struct))
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
    text = names.text([TEXTS[struct, field]] if (struct, field) in TEXTS else entry["doc"], field_names(names.structs, struct))
    if c_type in names.enums:
        return Shape(name, "value", public(c_type), "", text)
    if field == "link_state":
        return Shape(name, "state", "PalabraSessionState?", "", text)
    if unit := re.search(r"_(ms|us)$", field):
        nullable = struct in ("palabra_session_stats", "palabra_leg_stats")
        text = re.sub(r", in (ms|us)(?=[:.])", "", text, count=1)
        text = re.sub(r"-1 with", "null with", text)
        return Shape(name, unit[1], "TimeSpan?" if nullable else "TimeSpan", "", text)
    return Shape(name, "number", {"int32_t": "int", "int64_t": "long"}[c_type], "", text)


