"""C#: what the library does with the variables of the process, for those that the program sees."""

from csharp_names import HEAD
from naming import pascal


def files(api):
    return {"bindings/csharp/src/Client/Environment.g.cs": "\n".join(lines(api.get("environment", [])))}


def lines(entries):
    yield HEAD + "using PalabraAI.Interop;"
    yield ""
    yield "namespace PalabraAI"
    yield "{"
    yield "    internal static unsafe partial class ClientEnvironment"
    yield "    {"
    yield "        /// <summary>Fills the fields that have no value.</summary>"
    yield "        internal static void Fill(NativeClientConfig* raw, OptionsWriter to)"
    yield "        {"
    for entry in entries:
        unset = " && ".join(f"raw->{place(path)} == null" for path in entry["unless"])
        yield f"            if ({unset})"
        yield "            {"
        if not entry["together"]:
            for part in entry["set"]:
                yield f"                raw->{place(part['field'])} = to.Text({value(part)}, {name(part)});"
            yield "            }"
            continue
        for part in entry["set"]:
            yield f"                string? {local(part)} = {value(part)};"
        yield "                if (" + " && ".join(f"{local(part)} != null" for part in entry["set"]) + ")"
        yield "                {"
        for part in entry["set"]:
            yield f"                    raw->{place(part['field'])} = to.Text({local(part)}, {name(part)});"
        yield "                }"
        yield "            }"
    yield "        }"
    yield "    }"
    yield "}"
    yield ""


def place(path):
    return ".".join(pascal(part) for part in path.split("."))


def local(part):
    text = pascal(part["field"].rpartition(".")[2])
    return text[0].lower() + text[1:]


def name(part):
    """What an error names: the variable."""
    return f'"{part["variables"][-1]["name"]}"'


def value(part):
    """The first variable that is set and not empty; some are not trusted where another one is set."""
    calls = []
    for variable in part["variables"]:
        unless = variable.get("unless_set")
        calls.append(f'Trusted("{variable["name"]}", "{unless}")' if unless else f'Value("{variable["name"]}")')
    return " ?? ".join(calls)
