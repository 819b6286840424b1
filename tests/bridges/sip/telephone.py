"""A SIP telephone over UDP, with G.711 over RTP: makes or takes one call at a time, changes codec and direction, and keeps each packet.

Written from RFC 3261, 3264 and 3550, as far as these tests need them.
"""

import array
import random
import re
import socket
import struct
import threading
import time

PATIENCE = 60.0
PCMU, PCMA = 0, 8
BLOCK_SECONDS, BLOCK = 0.02, 160


def _table(expand):
    return [expand(code) for code in range(256)]


def _from_mulaw(code):
    code = ~code & 0xFF
    level = ((((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84
    return -level if code & 0x80 else level


def _from_alaw(code):
    code ^= 0x55
    level, segment = (code & 0x0F) << 4, (code & 0x70) >> 4
    level = level + 8 if segment == 0 else (level + 0x108) << (segment - 1)
    return level if code & 0x80 else -level


EXPAND = {PCMU: _table(_from_mulaw), PCMA: _table(_from_alaw)}
# The nearest code of each level, by steps of 16.
COMPRESS = {kind: [min(range(256), key=lambda code: abs(table[code] - 16 * step)) for step in range(-2048, 2048)] for kind, table in EXPAND.items()}


class Packet:
    def __init__(self, data):
        head, self.sequence, self.timestamp, self.source = struct.unpack(">HHII", data[:12])
        self.marker, self.kind, self.when = bool(head & 0x80), head & 0x7F, time.monotonic()
        self.payload = data[12:]

    def samples(self):
        return array.array("h", (EXPAND[self.kind][code] for code in self.payload)) if self.kind in EXPAND else array.array("h")


class Telephone:
    """`say` returns the next 160 samples to send; None: silence. `answers`: takes calls that come in."""

    def __init__(self, name, kinds=(PCMU, PCMA), answers=True):
        self.name, self.kinds, self.answers = name, list(kinds), answers
        self.sip, self.rtp = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for one in (self.sip, self.rtp):
            one.bind(("127.0.0.1", 0))
        self.port, self.rtp_port = self.sip.getsockname()[1], self.rtp.getsockname()[1]
        self.changed = threading.Condition()
        self.packets, self.states, self.keys = [], [], []
        self.direction, self.say, self.peer, self.media = "sendrecv", None, None, None
        self.is_closed, self.pressed, self.began = False, [], None
        self.dialog = None
        for work in (self._serve, self._hear, self._speak):
            threading.Thread(target=work, daemon=True).start()

    @property
    def uri(self):
        return f"sip:{self.name}@127.0.0.1:{self.port}"

    # --- What a test does ------------------------------------------------------------------------------------------

    def call(self, uri):
        self.peer = ("127.0.0.1", int(uri.rsplit(":", 1)[1]))
        self.dialog = {"id": f"{random.getrandbits(64):x}@test", "local": f"<{self.uri}>;tag={random.getrandbits(32):x}", "remote": f"<{uri}>", "target": uri,
                       "sequence": 1}
        self._request("INVITE", self._description())

    def invite_again(self, kinds=None, direction="sendrecv"):
        """As a change of the codec, or a hold."""
        self.kinds, self.direction = list(kinds or self.kinds), direction
        self.dialog["sequence"] += 1
        with self.changed:
            self.states.append("asked again")
        self._request("INVITE", self._description())

    def probe(self, uri):
        """As a proxy asks a node whether it takes calls; its state is then `probed CODE`."""
        self.peer = ("127.0.0.1", int(uri.rsplit(":", 1)[1]))
        before, self.dialog = self.dialog, {"id": f"{random.getrandbits(64):x}@probe", "local": f"<{self.uri}>;tag={random.getrandbits(32):x}", "remote": f"<{uri}>",
                                            "target": uri, "sequence": 1}
        self._request("OPTIONS")
        self.dialog = before

    def press(self, key):
        """An event of RFC 4733 of 100 ms, in place of the audio, told three times that it is over."""
        code = "0123456789*#".index(key)
        self.pressed = [struct.pack(">BBH", code, 10 | (0x80 if n > 4 else 0), min(n + 1, 5) * BLOCK) for n in range(8)]

    def keys_heard(self):
        with self.changed:
            return {"0123456789*#"[packet.payload[0]] for packet in self.keys if packet.kind == 101}

    def hang_up(self):
        self.dialog["sequence"] += 1
        self._request("BYE")
        self._tell("ended")

    def wait(self, state, count=1):
        with self.changed:
            if not self.changed.wait_for(lambda: self.states.count(state) >= count, PATIENCE):
                raise TimeoutError(f"{self.name} was never {state}: {self.states}")

    def wait_for(self, holds, what):
        with self.changed:
            if not self.changed.wait_for(holds, PATIENCE):
                raise TimeoutError(f"{self.name}: {what}; it heard {len(self.packets)} packets, {self.states}")

    def close(self):
        self.is_closed = True
        for one in (self.sip, self.rtp):
            one.close()

    def heard(self):
        """The audio of all packets in the order of their timestamps."""
        with self.changed:
            packets = sorted((packet for packet in self.packets if packet.kind in EXPAND), key=lambda packet: packet.sequence)
        return b"".join(packet.samples().tobytes() for packet in packets)

    # --- SIP -------------------------------------------------------------------------------------------------------

    def _tell(self, state):
        with self.changed:
            self.states.append(state)
            self.changed.notify_all()

    def _description(self):
        names = {PCMU: "PCMU", PCMA: "PCMA"}
        lines = ["v=0", f"o=- {self.rtp_port} {random.getrandbits(24)} IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0",
                 f"m=audio {self.rtp_port} RTP/AVP {' '.join(map(str, self.kinds))} 101", *(f"a=rtpmap:{kind} {names[kind]}/8000" for kind in self.kinds),
                 "a=rtpmap:101 telephone-event/8000", "a=ptime:20", f"a={self.direction}"]
        return "\r\n".join(lines) + "\r\n"

    def _send(self, first, headers, body=""):
        content = ["Content-Type: application/sdp"] if body else []
        text = "\r\n".join([first, *headers, *content, f"Content-Length: {len(body)}", "", body])
        self.sip.sendto(text.encode(), self.peer)

    def _request(self, method, body="", branch=None):
        dialog = self.dialog
        branch = branch or f"z9hG4bK{random.getrandbits(48):x}"
        if method == "INVITE":
            dialog["branch"] = branch
        self._send(f"{method} {dialog['target']} SIP/2.0",
                   [f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch={branch};rport", "Max-Forwards: 70", f"From: {dialog['local']}", f"To: {dialog['remote']}",
                    f"Call-ID: {dialog['id']}", f"CSeq: {dialog['sequence']} {method}", f"Contact: <{self.uri}>"], body)

    def _reply(self, request, code, reason, body=""):
        to = request["to"] if "tag=" in request["to"] else f"{request['to']};tag=callee{self.port}"
        self._send(f"SIP/2.0 {code} {reason}", [*(f"Via: {via}" for via in request["vias"]), f"From: {request['from']}", f"To: {to}", f"Call-ID: {request['call-id']}",
                                                f"CSeq: {request['cseq']}", f"Contact: <{self.uri}>"], body)
        return to

    def _serve(self):
        while not self.is_closed:
            try:
                data, sender = self.sip.recvfrom(65536)
            except OSError:
                return
            head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
            first, *lines = head.split("\r\n")
            fields = {"vias": []}
            for line in lines:
                name, _, value = line.partition(":")
                if name.lower() in ("via", "v"):
                    fields["vias"].append(value.strip())
                else:
                    fields[{"f": "from", "t": "to", "i": "call-id", "m": "contact"}.get(name.lower(), name.lower())] = value.strip()
            self.peer = sender
            if first.startswith("SIP/2.0"):
                self._take_reply(int(first.split()[1]), fields, body)
            else:
                self._take_request(first.split()[0], fields, body)

    def _take_reply(self, code, fields, body):
        self.retry_after = fields.get("retry-after")
        if "OPTIONS" in fields["cseq"]:
            self._tell(f"probed {code}")
        if "INVITE" not in fields["cseq"]:
            return
        if code < 200:
            self._tell("ringing" if code == 180 else "progress")
            return
        self.dialog["remote"] = fields["to"]
        if code < 300:
            self.dialog["target"] = re.search(r"<([^>]+)>", fields["contact"])[1]
            self._take_description(body)
        # That of a refusal belongs to the same transaction.
        self._request("ACK", branch=None if code < 300 else self.dialog["branch"])
        self._tell("answered" if code < 300 else f"refused {code}")

    def _take_request(self, method, fields, body):
        if method == "INVITE":
            is_new = "tag=" not in fields["to"]
            self._take_description(body)
            if is_new and not self.answers:
                self.dialog = None
                self._reply(fields, 486, "Busy Here")
                self._tell("refused")
                return
            if is_new:
                self._reply(fields, 180, "Ringing")
            to = self._reply(fields, 200, "OK", self._description())
            self.dialog = {"id": fields["call-id"], "local": to, "remote": fields["from"], "target": re.search(r"<([^>]+)>", fields["contact"])[1], "sequence": 100}
        elif method == "ACK":
            self._tell("answered")
        elif method == "BYE":
            self._reply(fields, 200, "OK")
            self._tell("ended")
        elif method == "CANCEL":
            self._reply(fields, 200, "OK")
            self._tell("cancelled")
        else:
            self._reply(fields, 200, "OK")

    def _take_description(self, body):
        port, kinds = re.search(r"^m=audio (\d+) RTP/AVP ([\d ]+)", body, re.MULTILINE).groups()
        self.media = ("127.0.0.1", int(port))
        offered = [int(kind) for kind in kinds.split()]
        self.sends = next(kind for kind in offered if kind in self.kinds)

    # --- RTP -------------------------------------------------------------------------------------------------------

    def _hear(self):
        while not self.is_closed:
            try:
                data = self.rtp.recv(2048)
            except OSError:
                return
            packet = Packet(data)
            with self.changed:
                (self.packets if packet.kind in EXPAND else self.keys).append(packet)
                self.changed.notify_all()

    def _speak(self):
        sequence, timestamp, source, due = 1, 0, random.getrandbits(32), time.monotonic()
        while not self.is_closed:
            due += BLOCK_SECONDS
            time.sleep(max(0.0, due - time.monotonic()))
            is_there = "answered" in self.states and self.media and "ended" not in self.states
            if is_there and self.direction in ("sendrecv", "sendonly"):
                kind, payload, at = self._packet(timestamp)
                head = struct.pack(">BBHII", 0x80, kind | (0x80 if sequence == 1 else 0), sequence & 0xFFFF, at & 0xFFFFFFFF, source)
                try:
                    self.rtp.sendto(head + payload, self.media)
                except OSError:
                    return
                sequence += 1
            timestamp += BLOCK

    def _packet(self, timestamp):
        """(kind, payload, timestamp): of a key, the time of all its packets is that of the first."""
        said = self.say() if self.say else None
        if self.pressed:
            self.began = self.began or timestamp
            return 101, self.pressed.pop(0), self.began
        self.began = None
        table = COMPRESS[self.sends]
        return self.sends, bytes(table[(sample >> 4) + 2048] for sample in (said or [0] * BLOCK)), timestamp
