"""A service that does with its connection what only a kernel can: resets, halves of a close, TLS alerts, records that end early.

It says as little of the protocol as makes a session READY, and then acts at a given moment."""

import base64
import hashlib
import re
import select
import socket
import ssl
import struct
import threading

from talk import PATIENCE

RUNNING = b'{"message_type":"task_status","data":{"command":"set_task","event":"started","task_status":"running"}}'
GOODBYE = b"\x88\x02\x03\xe8"
# An alert without its key, and what is no record at all.
ALERT, NOISE = b"\x15\x03\x03\x00\x02\x02\x28", b"\xff" * 64
# A record of 1000 bytes, of which 20 come.
PART = b"\x17\x03\x03\x03\xe8" + b"\x00" * 20


class Gone(Exception):
    """The client is."""


class Line:
    """A connection, with TLS or without; `raw` is the socket under it."""

    def __init__(self, raw, context):
        self.raw, self.tls = raw, None
        if context:
            self.arrived, self.leaves = ssl.MemoryBIO(), ssl.MemoryBIO()
            self.tls = context.wrap_bio(self.arrived, self.leaves, server_side=True)

    def _receive(self):
        data = self.raw.recv(65536)
        if not data:
            raise Gone
        return data

    def shake(self, middle=lambda: None):
        """The handshake of TLS; `middle` is called when half of the answer to the client's first message was sent."""
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                flight = self.leaves.read()
                if flight:
                    self.raw.sendall(flight[:len(flight) // 2])
                    middle()
                    self.raw.sendall(flight[len(flight) // 2:])
                self.arrived.write(self._receive())
                continue
            return self._flush()

    def _flush(self):
        if self.tls and self.leaves.pending:
            self.raw.sendall(self.leaves.read())

    def read(self):
        while self.tls:
            try:
                return self.tls.read(65536) or self._gone()
            except ssl.SSLWantReadError:
                self.arrived.write(self._receive())
        return self._receive()

    def _gone(self):
        raise Gone

    def write(self, data):
        if not self.tls:
            return self.raw.sendall(data)
        self.tls.write(data)
        return self._flush()

    def say_goodbye_to_tls(self):
        try:
            self.tls.unwrap()
        except ssl.SSLError:
            # The client has not answered yet, or still says something.
            pass
        self._flush()


# --- What it does at the moment ---------------------------------------------------------------------------------------


def resets(line):
    line.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.raw.close()


def closes(line):
    line.raw.close()


def closes_one_half(line):
    line.raw.shutdown(socket.SHUT_WR)


def says_goodbye_and_resets(line):
    line.write(GOODBYE)
    resets(line)


def says_goodbye_and_closes_one_half(line):
    line.write(GOODBYE)
    closes_one_half(line)


def ends_TLS_alone(line):
    line.say_goodbye_to_tls()


def sends_an_alert(line):
    line.raw.sendall(ALERT)


def sends_noise(line):
    line.raw.sendall(NOISE)


def ends_in_a_record(line):
    line.raw.sendall(PART)
    closes_one_half(line)


class Sudden:
    """Serves one connection, and does `deed` at `moment`. It reads until then, and with `is_deaf` nothing of the conversation."""

    def __init__(self, deed, moment, certificates=None, is_deaf=False):
        self.deed, self.moment, self.is_deaf, self.context = deed, moment, is_deaf, None
        if certificates:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
        # The program is where the deed comes, and it has ended.
        self.go, self.over = threading.Event(), threading.Event()
        self.acted = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(PATIENCE)
        self.port = self.listener.getsockname()[1]

    def serve(self):
        """Until the program has ended."""
        raw, _ = self.listener.accept()
        with raw:
            raw.settimeout(PATIENCE)
            line = Line(raw, self.context)
            try:
                self._converse(line)
                self._act(line)
            except (Gone, OSError):
                pass
            # Meanwhile it takes what comes, unless it is deaf or has closed.
            while not self.over.wait(0.01):
                if not self.is_deaf and raw.fileno() >= 0 and select.select([raw], [], [], 0)[0]:
                    try:
                        if not raw.recv(65536):
                            break
                    except OSError:
                        break
            self.over.wait(PATIENCE)
        self.listener.close()

    def _at(self, line, moment):
        if self.moment == moment:
            self._act(line)
            raise Gone

    def _act(self, line):
        self.acted = True
        if self.is_deaf:
            # Until something is unread.
            select.select([line.raw], [], [], 5)
        self.deed(line)

    def _converse(self, line):
        self._at(line, "accepted")
        if self.context:
            line.shake(lambda: self._at(line, "in TLS"))
        request = b""
        while b"\r\n\r\n" not in request:
            request += line.read()
        key = re.search(rb"(?i)sec-websocket-key: *(\S+)", request)[1]
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        reply = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        line.write(reply[:40])
        self._at(line, "in the upgrade")
        line.write(reply[40:])
        self._at(line, "open")
        # A translation is READY when its task runs; the others are already.
        if b"speech-to-speech" in request:
            line.read()
            line.write(bytes([0x81, len(RUNNING)]) + RUNNING)
        while not self.go.wait(0.01):
            if not self.is_deaf and select.select([line.raw], [], [], 0)[0]:
                line.read()
        if self.moment == "in a message":
            line.write(b"\x81\x7e\x01\x00half of it")
