"""The settings of Unity's components as the inspector shows them: what is 0, empty or off there stays as the component has it."""

import re

from csharp_names import HEAD, Names, public, tagged
from csharp_shapes import BY_HAND_BITS, OFF_BY_ZERO, bits, shape
from print_csharp_options import is_setting, spaced

# Class, struct, and its text.
ROOTS = (
    ("PalabraClientSettings", "palabra_client_config", "Endpoints and trust, for components whose Client no script sets."),
    ("PalabraTranslationSettings", "palabra_translation_config", "What a translation has besides the component's own fields."),
    ("PalabraSpeechSettings", "palabra_tts_config", "What text-to-speech has besides the component's own fields."),
    ("PalabraLegSettings", "palabra_leg_config", "What a player of a voice chat has besides the component's own fields."),
    ("PalabraCallSettings", "palabra_call_config", "What a voice chat has besides the component's own fields."),
)
# What the components decide, what they have fields of their own for, and what would be shipped with the game.
OWN = {
    ("palabra_client_config", "credentials"), ("palabra_client_config", "PALABRA_CLIENT_ASK_CREDENTIALS"),
    ("palabra_translation_config", "source_language"), ("palabra_translation_config", "target_languages"), ("palabra_translation_config", "echo"),
    ("palabra_tts_config", "language"), ("palabra_tts_voice", "voice_id"), ("palabra_tts_config", "sample_rate"), ("palabra_tts_config", "format"),
    ("palabra_tts_config", "PALABRA_TTS_SPLIT"), ("palabra_leg_config", "language"), ("palabra_leg_config", "input"),
    ("palabra_call_config", "resend_ms"), ("palabra_call_config", "PALABRA_CALL_REOPEN"),
    ("palabra_input_options", "format"), ("palabra_gap_options", "policy"), ("palabra_original_options", "gain_percent"),
    ("palabra_output_options", "mode"), ("palabra_output_options", "format"),
}
# Of one session, which a script knows.
OWN_EVERYWHERE = {"stream", "session_tag", "call_tag"}
# Speech of a text has no voice under it.
OWN_OF_SPEECH = {("palabra_output_options", "original")}
TAG = re.compile(r'<(?:see|paramref) (?:cref|langword|name)="(?:[\w.]*\.)?(\w+)"/>')


def files(api):
    names = Names(api)
    lines = [HEAD + "using System;", "using System.Collections.Generic;", "using System.Threading;", "using UnityEngine;", "", "namespace PalabraAI.Unity", "{"]
    for name, struct, text in ROOTS:
        lines += [*settings(names, name, struct, text, struct, "    "), ""]
    return {"bindings/unity/Runtime/PalabraSettings.g.cs": "\n".join([*lines, *helpers(), "}", ""])}


def settings(names, name, struct, text, root, indent):
    """A class of fields, with those that it contains inside it."""
    entries = [entry for entry in names.structs[struct]["fields"] if is_setting(names, struct, entry) and is_shown(struct, entry["name"], root)]
    shown = [(shape(names, struct, entry), entry) for entry in entries]
    shown = [(one, entry) for one, entry in shown if one.kind != "secret"]
    flags = [one for one in bits(names, struct) if one.flag not in BY_HAND_BITS and (struct, one.flag) not in OWN and not one.inverted]
    lines = [*tagged(text, indent), f"{indent}[Serializable]", f"{indent}public sealed class {name}", f"{indent}{{"]
    inner = indent + "    "
    for one, entry in shown:
        if one.kind == "nested":
            lines += [*settings(names, nested_name(one), entry["type"], one.text, root, inner), ""]
    lines += spaced(field(one, inner) for one in [*(one for one, _ in shown), *flags])
    lines += ["", f"{inner}internal void Apply({public(struct)} options)", f"{inner}{{"]
    for one, entry in shown:
        lines += [f"{inner}    {line}" for line in applied(one, entry)]
    for one in flags:
        lines += [f"{inner}    if ({field_name(one)})", f"{inner}        options.{one.name} = true;"]
    return [*lines, f"{inner}}}", f"{indent}}}"]


def is_shown(struct, field_of, root):
    hidden = (struct, field_of) in OWN or field_of in OWN_EVERYWHERE
    return not hidden and not (root == "palabra_tts_config" and (struct, field_of) in OWN_OF_SPEECH)


def nested_name(one):
    return f"{one.name}Settings"


def field_name(one):
    return one.name[0].lower() + one.name[1:] + ("Ms" if one.kind == "time" else "")


def field(one, indent):
    text = TAG.sub(r"\1", one.text)
    text = re.sub(r"\bnull: ", "empty: " if one.kind == "text" else "0: ", text)
    text = re.sub(r"(?<=\. )empty: ", "Empty: ", text)
    tip = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("\\", "\\\\").replace('"', '\\"')
    typed = {"time": "int", "number": "int", "bit": "bool", "text": "string", "list": "string[]", "nested": nested_name(one)}.get(one.kind, one.type_name)
    initial = {"text": ' = ""', "list": " = Array.Empty<string>()", "nested": f" = new {nested_name(one)}()"}.get(one.kind, "")
    return [f'{indent}[Tooltip("{tip}")]', f"{indent}public {typed} {field_name(one)}{initial};"]


def applied(one, entry):
    name, target = field_name(one), f"options.{one.name}"
    if one.kind == "nested":
        return [f"{name}.Apply({target});"]
    if one.kind == "text":
        return [f"if (!string.IsNullOrEmpty({name}))", f"    {target} = {name};"]
    if one.kind == "list":
        return [f"InspectorValue.Fill({target}, {name});"]
    value = f"InspectorValue.Time({name})" if one.kind == "time" else name
    if entry["name"] in OFF_BY_ZERO:
        value = f"Math.Max({name}, 0)"
    return [f"if ({name} != 0)", f"    {target} = {value};"]


def helpers():
    return [
        "    internal static class InspectorValue",
        "    {",
        "        /// <summary>-1: without limit.</summary>",
        "        internal static TimeSpan Time(int milliseconds)",
        "        {",
        "            return milliseconds == -1 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds);",
        "        }",
        "",
        "        internal static void Fill(IList<string> list, string[]? shown)",
        "        {",
        "            if (shown == null || shown.Length == 0)",
        "                return;",
        "            list.Clear();",
        "            foreach (string one in shown)",
        "                list.Add(one);",
        "        }",
        "    }",
    ]
