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
# Seconds before a line that are checked with it, and after it.
CHECKED_BEFORE, CHECKED_AFTER = 0.2, 0.1
# A check that takes more seconds than this is too slow here: the next ones are left out for so many seconds of audio.
LONGEST_CHECK, RECOVERY = 1.0, 30.0
# Whisper repeats itself now and then: with so many times the words and one more, its text does not count.
MOST_WORDS = 1.25


class Moonshine:
    def __init__(self):
        from moonshine_voice import ModelArch, MoonshineError, Transcriber
        from moonshine_voice.utils import get_assets_path

        self.error = MoonshineError
        path = get_assets_path() / "tiny-en"
        self.transcriber = Transcriber(path, ModelArch.TINY, NEVER, OPTIONS)
        self.stream, self.failures = None, 0
        # A Whisper that has the last word on complete lines, or None; and when it is asked again.
        self.checker, self.checks_from = None, 0.0
        self.begin(0.0)

    def begin(self, at):
        """A new stream whose time begins `at` so many seconds."""
        if self.stream:
            self.stream.close()
        self.offset, self.heard = at, 0.0
        # The audio that is not part of a complete line, and where it begins.
        self.sound, self.kept_from = array.array("h"), 0.0
        self.lines = []
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
            self.lines.append({"type": "final", "start": start, "end": end, "text": text})
        elif kind in ("LineStarted", "LineUpdated", "LineTextChanged") and not line.is_complete:
            self.is_open = True
            if text != self.told:
                self.told = text
                self.lines.append({"type": "partial", "start": start, "end": end, "text": text})

    def tell_lines(self):
        """The latest events, in their order; never from within the library, which a check would hold up."""
        lines, self.lines = self.lines, []
        for line in lines:
            if line["type"] == "final":
                self.check(line)
                self.forget_until(line["end"] - self.offset)
            tell(**line)

    def check(self, line):
        at = self.offset + self.heard
        if not self.checker or not line["text"] or at < self.checks_from:
            return
        start = max(0, line["start"] - self.offset - CHECKED_BEFORE - self.kept_from)
        end = line["end"] - self.offset + CHECKED_AFTER - self.kept_from
        begun = time.monotonic()
        text = self.checker.text_of(self.sound[int(start * RATE) : int(end * RATE)], "en")
        if time.monotonic() - begun > LONGEST_CHECK:
            self.checks_from = at + RECOVERY
        if text and len(text.split()) <= MOST_WORDS * len(line["text"].split()) + 1:
            line["text"] = text
        line["checked"] = True

    def forget_until(self, seconds):
        count = int((seconds - self.kept_from) * RATE)
        if count > 0:
            del self.sound[:count]
            self.kept_from += count / RATE

    def audio(self, payload, waiting):
        update_every = next(seconds for most, seconds in UPDATE_EVERY if waiting < most)
        samples = samples_of(payload)
        size = int(RATE * PIECE)
        for at in range(0, len(samples), size):
            piece = samples[at : at + size]
            self.stream.add_audio([s / 32768 for s in piece], RATE)
            if self.checker:
                self.sound.extend(piece)
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
            self.tell_lines()
        except self.error:
            self.failures += 1
            if self.failures > MOST_FAILURES:
                raise

    def end(self):
        """Completes the phrase in progress."""
        self.stream.stop()
        self.tell_lines()
        self.begin(self.offset + self.heard)

