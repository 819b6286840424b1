"""Speech of any language with Whisper (its model in DIR/whisper, CTranslate2). A part of frames.py's program.

A line is looked at as a whole: when the speaker has been silent for a moment, and now and then before that.
"""

MODEL = os.path.join(sys.prefix, "whisper")
MELS, WINDOW, HOP = 80, 400, 160
# The service's code of a language that the model names otherwise.
NAMES = {"fil": "tl"}
# Frames of a block, whose loudness tells whether somebody speaks.
BLOCK = RATE // 50
# Lowest loudness of speech: so many times that of the pauses, and at least this part of full scale.
ABOVE_PAUSES, FAINTEST = 3.0, 0.003
# How fast the loudness of pauses follows that of the line, per block; in a pause it is found at once.
RISE = 1.005
# Speech begins with this many loud blocks among the latest ones; shorter sounds are none.
LOUD_BLOCKS, LATEST_BLOCKS = 4, 6
# Seconds before that which belong to the line too: soft consonants.
LEAD = 0.3
# Seconds of silence after which a line is looked at, and after which it is over.
HUNCH, OVER = 0.3, 0.5
# Seconds of speech between two looks at a line in progress, if no audio waits; where a look takes longer than this, the
# rest of the line is looked at when the speaker pauses.
LOOK_EVERY, MOST_WAITING, LONGEST_LOOK = 1.5, 3, 0.7
# A line of so many seconds is over at the next short pause, or at once; the model takes 30.
LONG, LONGEST, SHORT_PAUSE = 20.0, 28.0, 0.12
# Seconds of silence that the model needs behind the words; with less it repeats itself. It was trained on 30 s, which
# take ten times as long.
TAIL = 3.0
# Text of a line that the model itself takes for no speech, and that it is unsure of.
NO_SPEECH, UNSURE = 0.6, -1.0
TOKENS_PER_SECOND, BEAM = 10, 2


class Whisper:
    def __init__(self):
        import ctranslate2
        import numpy

        self.np, self.ctranslate2 = numpy, ctranslate2
        threads = min(4, os.cpu_count() or 1)
        self.model = ctranslate2.models.Whisper(MODEL, compute_type="int8", inter_threads=1, intra_threads=threads)
        self.filters = mel_filters(numpy)
        self.shape = numpy.hanning(WINDOW + 1)[:-1].astype(numpy.float32)
        self.language, self.among = None, []
        self.begin(0.0)

    def begin(self, at):
        """The clock stands at `at` seconds, and nothing was heard."""
        np = self.np
        self.offset, self.blocks = at, 0
        self.rest = np.empty(0, np.int16)
        self.latest, self.lead = [], []
        self.floor = 1.0
        self.line = None

    @property
    def heard(self):
        return self.blocks * BLOCK / RATE + len(self.rest) / RATE

    def audio(self, payload, waiting):
        self.rest = self.np.concatenate([self.rest, self.np.array(samples_of(payload), self.np.int16)])
        while len(self.rest) >= BLOCK:
            block, self.rest = self.rest[:BLOCK], self.rest[BLOCK:]
            self.blocks += 1
            self.block(block, waiting)
        tell(type="heard", seconds=self.offset + self.heard)

    def block(self, block, waiting):
        loud = self.is_loud(block)
        self.latest = [*self.latest[1 - LATEST_BLOCKS :], loud]
        if self.line is None:
            self.lead = [*self.lead[1 - int(LEAD * RATE / BLOCK) :], block]
            if sum(self.latest) >= LOUD_BLOCKS:
                self.line = Line(self.lead, self.blocks)
        else:
            self.line.add(block, loud)
            self.look_when_due(waiting)

    def is_loud(self, block):
        samples = block.astype(self.np.float32)
        level = float(self.np.sqrt(self.np.mean((samples - samples.mean()) ** 2)))
        self.floor = max(1.0, min(self.floor * RISE, level))
        return level > max(self.floor * ABOVE_PAUSES, FAINTEST * 32768)

    def look_when_due(self, waiting):
        line = self.line
        silence, length = line.silent * BLOCK / RATE, line.length * BLOCK / RATE
        if silence >= OVER or length >= LONGEST or (length >= LONG and silence >= SHORT_PAUSE):
            self.end()
        elif waiting > MOST_WAITING:
            return
        elif silence >= HUNCH and line.unseen or line.unseen * BLOCK / RATE >= LOOK_EVERY and line.took < LONGEST_LOOK:
            self.look("partial")

    def end(self):
        """Completes the line in progress."""
        if self.line is not None:
            self.look("final")
            self.line, self.lead, self.latest = None, [], []

    def look(self, kind):
        line = self.line
        if line.unseen:
            begun = time.monotonic()
            line.language, line.text = self.recognised(self.np.concatenate(line.sound), self.language)
            line.unseen, line.took = 0, time.monotonic() - begun
        if line.text or kind == "final" and line.told:
            line.told = True
            start, end = (self.offset + at * BLOCK / RATE for at in (line.start, line.end))
            tell(type=kind, start=start, end=end, text=line.text, language=line.language)

    def text_of(self, samples, language):
        """The text of these samples, as far as the model can take them."""
        return self.recognised(self.np.array(samples, self.np.int16), language)[1]

    def recognised(self, sound, language):
        """(language, text); the language is detected where it is None."""
        seconds = len(sound) / RATE
        features = self.np.ascontiguousarray(self.features(sound)[None])
        encoded = self.model.encode(self.ctranslate2.StorageView.from_array(features))
        language = language or self.detected(encoded)
        name = NAMES.get(language, language)
        prompt = ["<|startoftranscript|>", f"<|{name}|>", "<|transcribe|>", "<|notimestamps|>"]
        found = self.model.generate(
            encoded, [prompt], beam_size=BEAM, return_scores=True, return_no_speech_prob=True,
            max_length=len(prompt) + 8 + int(seconds * TOKENS_PER_SECOND),
        )[0]
        if found.no_speech_prob > NO_SPEECH and found.scores[0] < UNSURE:
            return language, ""
        return language, text_of(found.sequences[0])

    def detected(self, encoded):
        """The likeliest language of those that are allowed."""
        likely = [token[2:-2] for token, _ in self.model.detect_language(encoded)[0]]
        return next((code for name in likely for code in self.among if NAMES.get(code, code) == name), likely[0])

    def features(self, sound):
        """Logarithmic mel spectrogram, as the model was trained on."""
        np = self.np
        samples = np.concatenate([sound / np.float32(32768), np.zeros(int(TAIL * RATE), np.float32)]).astype(np.float32)
        samples = np.pad(samples[: 30 * RATE], WINDOW // 2, mode="reflect")
        count = (len(samples) - WINDOW) // HOP
        frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP][:count] * self.shape
        power = (np.abs(np.fft.rfft(frames)) ** 2).astype(np.float32)
        mel = np.log10(np.maximum(self.filters @ power.T, 1e-10))
        return ((np.maximum(mel, mel.max() - 8.0) + 4.0) / 4.0).astype(np.float32)


class Line:
    """Sound of a line in progress; places and lengths in blocks."""

    def __init__(self, lead, blocks):
        self.sound, self.start, self.end = list(lead), blocks - len(lead), blocks
        self.length, self.silent, self.unseen = len(lead), 0, len(lead)
        self.text, self.language, self.told = "", None, False
        # Seconds of the latest look.
        self.took = 0.0

    def add(self, block, loud):
        self.sound.append(block)
        self.length += 1
        if loud:
            # What was silent meanwhile was a pause in the line.
            self.unseen += 1 + self.silent
            self.end, self.silent = self.start + self.length, 0
        else:
            self.silent += 1


def mel_filters(np):
    """Triangles of equal width on Slaney's mel scale: linear up to 1000 Hz, logarithmic above."""
    step = np.log(6.4) / 27
    top = 15 + np.log(RATE / 2 / 1000) / step
    mels = np.linspace(0, top, MELS + 2)
    edges = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp((mels - 15) * step))
    frequencies, width = np.fft.rfftfreq(WINDOW, 1 / RATE), np.diff(edges)
    rising = (frequencies[None] - edges[:-2, None]) / width[:-1, None]
    falling = (edges[2:, None] - frequencies[None]) / width[1:, None]
    area = 2 / (edges[2:] - edges[:-2])
    return (np.maximum(0, np.minimum(rising, falling)) * area[:, None]).astype(np.float32)


def text_of(tokens):
    """Tokens are bytes, each written as a printable character."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    bytes_of = {chr(byte): byte for byte in printable} | {chr(256 + n): byte for n, byte in enumerate(others)}
    plain = "".join(token for token in tokens if not token.startswith("<|"))
    return bytes(bytes_of[letter] for letter in plain if letter in bytes_of).decode("utf-8", "replace").strip()
