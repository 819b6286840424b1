"""A recogniser that only detects sound: line 1, line 2, ...; a mishap comes with the first partial."""

import array
import json
import os
import sys
import tempfile

import mishap

RATE = 16000
PIECE = RATE // 10
# Numbers of pieces: between two partials, and of silence that ends a line.
PARTIAL = 5
SILENCE = 3


def tell(**answer):
    print(json.dumps(answer), flush=True)


class Ear:
    def __init__(self):
        self.lines, self.language = 0, None
        self.reset()

    def reset(self):
        self.samples = array.array("h")
        self.pieces = 0
        self.begin = None

    def text(self):
        language = "" if self.language == "en" else f"{self.language} "
        return f"{language}line {self.lines}" + " and on" * ((self.last - self.begin) // PARTIAL)

    def line(self, kind):
        tell(type=kind, start=self.begin / 10, end=self.last / 10, text=self.text(), language=self.language)

    def audio(self, samples):
        self.samples += samples
        while len(self.samples) >= PIECE:
            self.piece(self.samples[:PIECE])
            del self.samples[:PIECE]

    def piece(self, samples):
        self.pieces += 1
        if max(map(abs, samples), default=0) > 500:
            if self.begin is None:
                self.lines, self.begin = self.lines + 1, self.pieces - 1
            self.last = self.pieces
            if (self.last - self.begin) % PARTIAL == 1:
                self.partial()
        elif self.begin is not None and self.pieces - self.last >= SILENCE:
            self.end()

    def partial(self):
        name = mishap.wanted()
        if name == "garbage":
            print("this is no JSON", flush=True)
        elif name:
            mishap.happen(name)
        self.line("partial")

    def end(self):
        if self.begin is not None:
            self.line("final")
            self.begin = None


def main():
    # As a program that is killed leaves one.
    with open(os.path.join(tempfile.gettempdir(), "left"), "w"):
        pass
    ear = Ear()
    tell(type="ready")
    while head := sys.stdin.buffer.read(5):
        payload = sys.stdin.buffer.read(int.from_bytes(head[1:], "little"))
        if head[:1] == b"A":
            ear.audio(array.array("h", payload))
            tell(type="heard", seconds=ear.pieces / 10)
        elif head[:1] == b"E":
            ear.end()
            tell(type="ended", serial=json.loads(payload)["serial"])
        elif head[:1] == b"L":
            ear.end()
            ear.language = json.loads(payload)["language"]
            tell(type="ready")
        else:
            ear.reset()
            tell(type="reset", serial=json.loads(payload)["serial"])


main()
