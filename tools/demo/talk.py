"""What two people say on the telephone: an English and a Spanish recording for each line, and when each sentence is said.

English: LibriVox sentences of Debian's pocketsphinx-testdata. Spanish: announcements of a telephone exchange, spoken by
Allison Smith, of Debian's asterisk-core-sounds-es-wav (CC BY-SA 3.0); where that is missing, espeak-ng reads them.
"""

import array
import dataclasses
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import recording  # noqa: E402
from speech import read_mono  # noqa: E402
from telephone import RATE, halve  # noqa: E402

SPANISH_PACKAGE = "asterisk-core-sounds-es-wav"
# File and words of each announcement.
SPANISH = (
    ("queue-youarenext", "su llamada es la primera en línea y será atendida por el próximo representante"),
    ("conf-onlyperson", "por el momento usted es la única persona en la conferencia"),
    ("confbridge-lock-no-join", "la conferencia está actualmente bloqueada y no se puede ingresar"),
    ("ss-noservice", "el número que usted ha marcado está fuera de servicio por favor verifique el número y vuelva a intentar"),
)
# Said while the other party's line is on hold.
HOLD_SECONDS, MUSIC_LEVEL, MUSIC_HZ = 5.0, 3000, (262, 330, 392, 523)
LEAD = 1.0
# Between two sentences of one party: enough to end a phrase, so that the translation of the first is heard over the second.
BREATH = 1.3
# An estimate of when a translation begins and how long it is, for who waits until it is over.
DELAY, LENGTH, POLITE = 2.2, 0.9, 0.7
# From the end of the sentence that is interrupted; its translation sounds then.
BARGE_IN = 3.4


class NoVoice(Exception):
    """There is nobody who speaks a language."""


@dataclasses.dataclass
class Sentence:
    text: str
    frames: array.array
    start: float = 0.0

    @property
    def seconds(self):
        return len(self.frames) / RATE

    @property
    def end(self):
        return self.start + self.seconds

    def place(self):
        return {"text": self.text, "start": self.start, "end": self.end}


@dataclasses.dataclass
class Talk:
    """Sentences of both parties in the order in which they are said; times in seconds."""

    english: list
    spanish: list
    hold_at: float = 0.0
    barge_in_at: float = 0.0
    end: float = 0.0
    swapped: list = dataclasses.field(default_factory=list)
    voice: str = ""

    def line(self, sentences, music=False):
        """What one line sends, from the start to the end."""
        frames = array.array("h", bytes(2 * int(self.end * RATE)))
        for sentence in sentences:
            at = int(sentence.start * RATE)
            frames[at : at + len(sentence.frames)] = sentence.frames
        if music:
            at, tune = int((self.hold_at + 0.3) * RATE), music_of(HOLD_SECONDS - 0.6)
            frames[at : at + len(tune)] = tune
        return frames


def music_of(seconds):
    note = RATE // 4

    def sample(n):
        fade = 1 - n % note / note
        return int(MUSIC_LEVEL * fade * math.sin(2 * math.pi * MUSIC_HZ[n // note % len(MUSIC_HZ)] * n / RATE))

    return array.array("h", map(sample, range(int(seconds * RATE))))


def english_sentences():
    folder = recording.librivox_folder()
    for name, words in recording.sentences(folder):
        samples = array.array("h", recording.frames_of(folder, name))
        if sys.byteorder == "big":
            samples.byteswap()
        yield Sentence(words, shortened(halved(samples)))


def spanish_sentences():
    """(voice, sentences)"""
    folder = spanish_folder()
    if folder:
        voice = "a human voice of a telephone exchange"
        return voice, [Sentence(words, shortened(of_rate(*read_mono(folder / f"{name}.wav")))) for name, words in SPANISH]
    if not shutil.which("espeak-ng"):
        raise NoVoice(f"nobody speaks Spanish here: neither {SPANISH_PACKAGE} nor espeak-ng is installed")
    return "espeak-ng, a synthetic voice", [Sentence(words, shortened(read_aloud(words))) for _, words in SPANISH]


def spanish_folder():
    listing = subprocess.run(["dpkg", "-L", SPANISH_PACKAGE], capture_output=True, text=True) if shutil.which("dpkg") else None
    lines = listing.stdout.splitlines() if listing else []
    found = [line for line in lines if line.endswith(f"/{SPANISH[0][0]}.wav")]
    return pathlib.Path(found[0]).parent if found else None


def read_aloud(words):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "words.wav"
        subprocess.run(["espeak-ng", "-v", "es+m3", "-s", "130", "-w", path, words], check=True)
        return of_rate(*read_mono(path))


def of_rate(rate, frames):
    """At the rate of a telephone line; 22,050 Hz of espeak-ng to 16,000 along straight lines, which is good enough here."""
    if rate == RATE:
        return frames

    def at(place):
        before, part = int(place), place % 1
        return frames[before] * (1 - part) + frames[before + 1] * part

    return halved([at(n * rate / (2 * RATE)) for n in range(int((len(frames) - 1) * 2 * RATE / rate))])


def halved(frames):
    """Every second frame; what the filter makes louder than can be is cut off."""
    return array.array("h", (max(-32768, min(32767, round(sample))) for sample in halve(frames)))


def shortened(frames):
    """Without the silence before and after the words, in pieces of 20 ms."""
    size, loudest = RATE // 50, max(map(abs, frames), default=0)
    loud = [at for at in range(0, len(frames), size) if max(map(abs, frames[at : at + size])) > loudest / 50]
    return frames[loud[0] : loud[-1] + size] if loud else frames


def swapped(sentences, chance):
    """Two of them in each other's place, and their texts."""
    one, other = sorted(chance.sample(range(len(sentences)), 2))
    sentences[one], sentences[other] = sentences[other], sentences[one]
    return sentences, [sentences[one].text, sentences[other].text]


def arranged(chance):
    """Two sentences of each language are in each other's place, so that texts can only come from who listens."""
    english, (voice, spanish) = list(english_sentences()), spanish_sentences()
    *spanish, interrupted = spanish
    english, first = swapped(english, chance)
    spanish, second = swapped(spanish, chance)
    talk = Talk(english, [spanish[0], interrupted, *spanish[1:]], swapped=[first, second], voice=voice)
    turns(talk)
    return talk


def turns(talk):
    """Places the sentences: who speaks waits until what was said before is heard, except where somebody barges in."""
    a, b = talk.english, talk.spanish
    clock = after(LEAD, a[0], a[1])
    clock = after(clock, b[0])
    clock = after(clock, a[2])
    after(clock, b[1])
    talk.barge_in_at = b[1].end + BARGE_IN
    talk.hold_at = after(talk.barge_in_at, a[3])
    clock = after(talk.hold_at + HOLD_SECONDS + POLITE, b[2])
    clock = after(clock, a[4])
    talk.end = after(clock, b[3])


def after(clock, *sentences):
    """Has them said from `clock` on, and returns when their translations have been heard."""
    heard = 0.0
    for sentence in sentences:
        sentence.start = clock
        heard = max(heard, sentence.end + DELAY) + LENGTH * sentence.seconds
        clock = sentence.end + BREATH
    return heard + POLITE
