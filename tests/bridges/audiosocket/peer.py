"""One side of AudioSocket, as Asterisk is: says who it is, sends 20 ms of audio every 20 ms, and keeps what it gets.

Written from the description of the protocol, not from the bridge.
"""

import array
import socket
import struct
import threading
import time
import uuid

HANG_UP, UUID, DIGIT, ERROR = 0x00, 0x01, 0x03, 0xFF
RATES = {8000: 0x10, 12000: 0x11, 16000: 0x12, 24000: 0x13, 32000: 0x14, 44100: 0x15, 48000: 0x16, 96000: 0x17, 192000: 0x18}
BLOCK_SECONDS = 0.02
# Many times what anything takes: ends a test that hangs.
PATIENCE = 240.0


def leg(call, digit):
    """The UUID of a leg: that of its call, with this last digit."""
    return uuid.UUID(call.hex[:-1] + digit)


class Peer:
    """Reads on a thread of its own from the beginning. `blocks` are (when, kind, samples as bytes)."""

    def __init__(self, port, name, rate=8000):
        self.rate, self.kind = rate, RATES[rate]
        self.blocks, self.others = [], []
        self.is_over = threading.Event()
        self.hung_up = False
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.heard = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        if name is not None:
            self.send(UUID, name.bytes)

    def send(self, kind, payload=b""):
        self.socket.sendall(struct.pack(">BH", kind, len(payload)) + payload)

    @property
    def block_bytes(self):
        return int(self.rate * BLOCK_SECONDS) * 2

    def say(self, audio, until=None):
        """Sends audio at the pace of speech, then silence until `until()` holds. Ends early when the bridge hangs up."""
        due, at = time.monotonic(), 0
        begin = due
        while not self.is_over.is_set() and (at < len(audio) or (until is not None and not until())):
            block = audio[at:at + self.block_bytes].ljust(self.block_bytes, b"\0")
            try:
                self.send(self.kind, block)
            except OSError:
                break
            at += self.block_bytes
            due += BLOCK_SECONDS
            time.sleep(max(0.0, due - time.monotonic()))
            if due - begin > PATIENCE:
                raise TimeoutError("nothing came of what was said")

    def echo(self, late, until):
        """Sends what it heard so many blocks ago, half as loud, until `until()` holds."""
        due, at = time.monotonic(), 0
        while not until():
            audio = self.audio()[max(0, at - late) * self.block_bytes:] if at >= late else b""
            back = array.array("h", audio[:self.block_bytes].ljust(self.block_bytes, b"\0"))
            self.send(self.kind, array.array("h", (sample // 2 for sample in back)).tobytes())
            at += 1
            due += BLOCK_SECONDS
            time.sleep(max(0.0, due - time.monotonic()))
            if at * BLOCK_SECONDS > PATIENCE:
                raise TimeoutError("nothing came of what was sent back")

    def wait_blocks(self, count):
        """Until so many have been heard."""
        with self.heard:
            if not self.heard.wait_for(lambda: len(self.blocks) >= count or self.is_over.is_set(), PATIENCE):
                raise TimeoutError(f"only {len(self.blocks)} of {count} blocks were heard")

    def audio(self):
        with self.heard:
            return b"".join(samples for _, _, samples in self.blocks)

    def hang_up(self):
        """As Asterisk does: the message, and the end of the connection."""
        try:
            self.send(HANG_UP)
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        self.close()

    def close(self):
        if not self.is_over.wait(PATIENCE):
            raise TimeoutError("the bridge did not close the connection")
        self.socket.close()

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data

    def _read(self):
        try:
            while True:
                kind, length = struct.unpack(">BH", self._exactly(3))
                payload = self._exactly(length)
                with self.heard:
                    if kind in RATES.values():
                        self.blocks.append((time.monotonic(), kind, payload))
                    else:
                        self.others.append((kind, payload))
                        self.hung_up |= kind == HANG_UP
                    self.heard.notify_all()
                if kind == HANG_UP:
                    # Asterisk closes then.
                    self.socket.shutdown(socket.SHUT_WR)
        except (EOFError, OSError):
            pass
        self.is_over.set()
        with self.heard:
            self.heard.notify_all()
