"""Names of the API in other languages."""

# The word after PALABRA_ in the names of flags, and what the flags belong to.
FLAG_GROUPS = {
    "FLAG": "flags of events and errors",
    "RUNTIME": "flags of Configure",
    "CLIENT": "client flags",
    "QUEUE": "queue flags",
    "SESSION": "flags of every session",
    "TRANSLATION": "translation flags",
    "SPEAK": "flags of speak",
    "INTERRUPT": "flags of interrupt",
    "CALL": "call flags",
    "LEG": "flags of a leg",
    "RECORDING": "flags of the recording of a call",
    "TTS": "text-to-speech flags",
    "TEXT": "flags of send_text",
    "SOUND": "what a read returned",
    "SILENCE": "flags of silence",
    "FILE": "flags of translate_file",
    "VOICE": "voice flags",
    "GLOSSARY": "glossary flags",
}
GO_WORDS = "aac api ca csv dns eos flac http https id io json mp3 ok pcm pem rest stt tls tts url utf8 wav"
GO_WORDS = {word: word.upper() for word in GO_WORDS.split()}
# Go's types of flags; flags that share a field have one type.
GO_FLAG_TYPES = {"FLAG": "Flag", "SOUND": "Sound", "TRANSLATION": "SessionFlag", "TTS": "SessionFlag"}
# Functions whose name in Go differs.
GO_FUNCTIONS = {"palabra_log_open": "Queue.OpenLog", "palabra_runtime_configure": "Configure"}


def pascal(text, words=None):
    """snake_case to PascalCase; the table gives the spelling of some words."""
    return "".join((words or {}).get(part, part[:1].upper() + part[1:]) for part in text.lower().split("_") if part)


def bare(name):
    return name.lower().removeprefix("palabra_")


def group_of(flag):
    return flag.removeprefix("PALABRA_").split("_")[0]


def flag_groups(api):
    """{group: [flag]} in the order of the header."""
    groups = {}
    for page in api["pages"]:
        for flag in page["flags"]:
            groups.setdefault(group_of(flag["name"]), []).append(flag)
    return groups


def value_prefix(enum):
    """The common prefix of an enumeration's values: PALABRA_EVENT_."""
    names = [value["name"] for value in enum["values"]]
    first = names[0].split("_")
    common = [word for place, word in enumerate(first) if all(n.split("_")[place : place + 1] == [word] for n in names)]
    prefix = "_".join(common[: len(first) - 1]) + "_"
    return "PALABRA_" if enum["name"] == "palabra_status" else prefix
