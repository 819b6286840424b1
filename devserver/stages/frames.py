"""Recogniser of the devserver's engine `local`: the frames that it reads and the answers that it writes (README.md here).

The devserver joins frames.py, moonshine.py, whisper.py and recogniser.py, in this order, into one program.
"""

import array
import json
import os
import queue
import sys
import threading
import time

# What a library or its runtime prints must not end up between the answers.
ANSWERS = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
os.dup2(2, 1)

RATE = 16000


def tell(**answer):
    ANSWERS.write(json.dumps(answer) + "\n")


def samples_of(payload):
    """The frames of a block, as signed 16-bit numbers."""
    samples = array.array("h", payload[: len(payload) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


class Frames(threading.Thread):
    """Reads the frames ahead of the work, so that a reset overtakes the audio before it."""

    def __init__(self, source):
        super().__init__(daemon=True)
        self.source = source
        self.waiting = queue.SimpleQueue()
        self.resets = 0

    def run(self):
        while True:
            head = self.source.read(5)
            kind, size = head[:1], int.from_bytes(head[1:5], "little")
            payload = self.source.read(size) if len(head) == 5 else b""
            if len(head) < 5 or len(payload) < size:
                return self.waiting.put((self.resets, b"", b""))
            if kind == b"R":
                self.resets += 1
            self.waiting.put((self.resets, kind, payload))
