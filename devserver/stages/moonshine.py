"""English speech with moonshine-voice: every half second a look at the line in progress. A part of frames.py's program."""

# Seconds of audio that are handed over at once.
PIECE = 0.1
# Seconds between two looks at what was said, by how many frames wait: looking is what takes the time.
UPDATE_EVERY = ((3, 0.5), (10, 1.0), (1e9, 2.0))
NEVER = 1e9
MOST_FAILURES = 10
# The library keeps every line of a stream, so a stream is replaced in a silence when it is older than this.
LONGEST_STREAM = 60.0
OPTIONS = {"identify_speakers": "false", "return_audio_data": "false"}


class Moonshine:
    def __init__(self):
        from moonshine_voice import ModelArch, MoonshineError, Transcriber
        from moonshine_voice.utils import get_assets_path

        self.error = MoonshineError
        path = get_assets_path() / "tiny-en"
        self.transcriber = Transcriber(path, ModelArch.TINY, NEVER, OPTIONS)
        self.stream, self.failures = None, 0
        self.begin(0.0)

    def begin(self, at):
        """A new stream whose time begins `at` so many seconds."""
        if self.stream:
            self.stream.close()
        self.offset, self.heard = at, 0.0
        self.is_open, self.told, self.unseen = False, "", 0.0
        self.stream = self.transcriber.create_stream(NEVER)
        self.stream.add_listener(self.on_event)
        self.stream.start()

    def on_event(self, event):
        line = event.line
        if line is None:
            return
        kind = type(event).__name__
        text = line.text.strip()
        start, end = self.offset + line.start_time, self.offset + line.start_time + line.duration
        if kind == "LineCompleted":
            self.is_open, self.told = False, ""
            tell(type="final", start=start, end=end, text=text)
        elif kind in ("LineStarted", "LineUpdated", "LineTextChanged") and not line.is_complete:
            self.is_open = True
            if text != self.told:
                self.told = text
                tell(type="partial", start=start, end=end, text=text)

    def audio(self, payload, waiting):
        update_every = next(seconds for most, seconds in UPDATE_EVERY if waiting < most)
        samples = samples_of(payload)
        size = int(RATE * PIECE)
        for at in range(0, len(samples), size):
            piece = samples[at : at + size]
            self.stream.add_audio([s / 32768 for s in piece], RATE)
            self.heard += len(piece) / RATE
            self.unseen += len(piece) / RATE
            if self.unseen >= update_every:
                self.unseen = 0.0
                self.look()
        if self.heard > LONGEST_STREAM and not self.is_open:
            self.begin(self.offset + self.heard)
        tell(type="heard", seconds=self.offset + self.heard)

    def look(self):
        """The library fails on a segment without any audio, which is no harm; failing on and on is."""
        try:
            self.stream.update_transcription()
            self.failures = 0
        except self.error:
            self.failures += 1
            if self.failures > MOST_FAILURES:
                raise

    def end(self):
        """Completes the phrase in progress."""
        self.stream.stop()
        self.begin(self.offset + self.heard)

