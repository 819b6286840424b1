"""The order of the rooms: a room may need the rooms in the lines below it, and none above.

docs/architecture.md describes each room. A folder that is listed here must list all of its folders.
"""

# {folder: its rooms from the top down}
ORDER = {
    "src": [
        {"ffi"},
        {"call"},
        {"jobs"},
        {"products"},
        {"session"},
        {"client"},
        {"net"},
        {"wire", "runtime"},
        {"media"},
        {"audio"},
        {"event", "memory"},
        {"error", "lock"},
        {"sync"},
        {"arrays", "defect", "text", "world"},
    ],
    "src/ffi": [
        # These rooms do not need each other.
        {"account", "audio", "base", "call", "client", "event", "file", "log", "playout", "queue", "runtime", "session", "stt",
         "translation", "tts"},
        {"options"},
        {"support"},
        {"types"},
    ],
    # The products do not need each other.
    "src/products": [{"stt", "translation", "tts"}],
    "src/session": [
        {"stream"},
        {"handle"},
        {"listening"},
        {"input", "output"},
        {"events"},
    ],
    "src/session/output": [
        {"recorder", "playout"},
        {"line"},
        {"feed", "play"},
        {"original"},
        {"offer", "options", "ring"},
        {"echo", "levels", "marks", "mono"},
    ],
    "devserver/src": [
        {"cli", "server"},
        {"router"},
        {"management", "upgrade"},
        {"rest", "s2s", "stt", "tts"},
        {"streams"},
        {"cors", "state"},
        {"accounts", "config", "reply", "store"},
        {"deflate", "line", "record", "replay"},
        {"auth", "conn", "dialect", "engine", "faults", "limits", "tls", "validation"},
        {"audio", "end", "ids", "languages", "log", "product", "wav"},
        {"encoding", "world"},
        {"time"},
    ],
}

# Files that may exceed LONGEST lines, with the reason.
LONGEST = 400
LONG = {
    "devserver/src/s2s/task.rs": "one table of checks for one message, with its tests",
}

# Functions longer than this are counted, not refused.
LONG_FUNCTION = 25

CRATES = {"src": "palabra", "devserver/src": "palabra_devserver"}
# Folders of headers without cycles of #include lines. Go itself refuses cycles of packages, and neither
# Go nor C# has imports between the files of a package or an assembly.
HEADERS = ["include", "bindings/cpp"]

# Programs in C: no file needs one that needs it.
PROGRAMS = ["bridges/audiosocket/src", "bridges/gstreamer", "bridges/sip/src", "doctor/src"]
