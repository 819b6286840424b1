"""The order of the rooms: what stands in one line may need what stands in a line below, and nothing above.

docs/architecture.md says what each room is for. A folder that a table names must name all of its folders.
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
        {"text"},
    ],
    "src/ffi": [
        # No door needs another one.
        {"account", "audio", "base", "client", "event", "file", "log", "playout", "queue", "runtime", "session", "stt",
         "translation", "tts"},
        {"options"},
        {"support"},
        {"types"},
    ],
    # No product needs another one.
    "src/products": [{"stt", "translation", "tts"}],
    "src/session": [
        {"stream"},
        {"handle"},
        {"input", "output"},
        {"events"},
    ],
    "src/session/output": [
        {"recorder", "playout"},
        {"line"},
        {"original"},
        {"feed", "play"},
        {"options", "ring"},
        {"levels", "marks"},
    ],
    "devserver/src": [
        {"cli", "server"},
        {"router"},
        {"management", "upgrade"},
        {"rest", "s2s", "stt", "tts"},
        {"streams"},
        {"state"},
        {"accounts", "config", "reply", "store"},
        {"auth", "conn", "dialect", "engine", "faults", "limits", "tls", "validation"},
        {"audio", "ids", "languages", "log", "product", "wav"},
        {"encoding"},
    ],
}

# Files that may be longer than LONGEST lines, and why.
LONGEST = 400
LONG = {
    "devserver/src/s2s/task.rs": "one table of checks for one message, with its tests",
}

# Functions above this are counted, not refused.
LONG_FUNCTION = 25

CRATES = {"src": "palabra", "devserver/src": "palabra_devserver"}
# Folders of headers whose #include lines may run in no circle. Go refuses circles of packages by itself, and neither
# Go nor C# knows imports between the files of a package or an assembly.
HEADERS = ["include", "bindings/cpp"]
