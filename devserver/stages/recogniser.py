"""The loop of the recogniser: English is moonshine-voice's, every other language Whisper's, which also checks complete lines of
English if the program has the argument `check`. A part of frames.py's program."""


class Recogniser:
    """Loads a model when its first language is asked for."""

    def __init__(self):
        self.models, self.checks = {}, "check" in sys.argv[1:]
        self.model = self.loaded(Moonshine)

    def loaded(self, kind):
        if kind not in self.models:
            self.models[kind] = kind()
        return self.models[kind]

    def listen_to(self, language, among):
        """What follows is in this language; with `auto` in any of `among`."""
        at = self.model.offset + self.model.heard
        self.model.end()
        base = language.split("-")[0]
        self.model = self.loaded(Moonshine if base == "en" else Whisper)
        self.model.begin(at)
        if base == "en" and self.checks:
            self.model.checker = self.loaded(Whisper)
        if base != "en":
            self.model.language, self.model.among = None if base == "auto" else base, among


def main():
    recogniser = Recogniser()
    frames = Frames(os.fdopen(0, "rb"))
    frames.start()
    tell(type="ready")
    while True:
        era, kind, payload = frames.waiting.get()
        if kind == b"":
            return
        if kind == b"A" and era == frames.resets:
            recogniser.model.audio(payload, frames.waiting.qsize())
        elif kind == b"L":
            recogniser.listen_to(**json.loads(payload))
            tell(type="ready")
        elif kind == b"E":
            if era == frames.resets:
                recogniser.model.end()
            tell(type="ended", **json.loads(payload))
        elif kind == b"R":
            recogniser.model.begin(0.0)
            tell(type="reset", **json.loads(payload))


if __name__ == "__main__":
    main()
