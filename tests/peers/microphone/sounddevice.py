"""Stands for the package of this name on a machine without a sound card: a recording is the microphone, nobody listens."""

import os
import signal
import threading
import time
import wave

# What the last phrase may take to come back.
SILENT_SECONDS = 4.0
USUAL_BLOCK_SECONDS = 0.02


class RawInputStream:
    """Calls back with the recording at its own pace, then with silence, then interrupts the program."""

    def __init__(self, *, samplerate, channels, dtype, callback, blocksize=0):
        assert (channels, dtype) == (1, "int16")
        with wave.open(f"{os.environ['PALABRA_MICROPHONE']}/{samplerate}.wav") as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (samplerate, 1, 2)
            self.sound = file.readframes(file.getnframes()) + bytes(2 * int(SILENT_SECONDS * samplerate))
        self.block = blocksize or int(USUAL_BLOCK_SECONDS * samplerate)
        self.rate, self.callback = samplerate, callback
        self.thread = threading.Thread(target=self._record, daemon=True)

    def _record(self):
        begin = time.monotonic()
        for at in range(0, len(self.sound), 2 * self.block):
            # Recorded when its last frame was.
            time.sleep(max(0.0, begin + (at / 2 + self.block) / self.rate - time.monotonic()))
            self.callback(self.sound[at : at + 2 * self.block], self.block, None, None)
        os.kill(os.getpid(), signal.SIGINT)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        pass


class OutputStream:
    def __init__(self, **_):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass
