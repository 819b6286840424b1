"""Telephones: callers that dial through Kamailio, and the callee that every node calls. One thread serves all; each party sends RTP every 20 ms and notes
what comes. Written from RFC 3261 and 3550, as far as this try needs them."""

import random
import re
import selectors
import socket
import struct
import threading
import time

from places import HUB

PCMU, PCMA = 0, 8
BLOCK_SECONDS, BLOCK = 0.02, 160
SILENCE = {PCMU: b"\xff" * BLOCK, PCMA: b"\xd5" * BLOCK}


class Party:
    """One side of a call: its dialog, its RTP."""

    def __init__(self, phones, call_id, kind):
        self.phones, self.call_id, self.kind = phones, call_id, kind
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.bind((HUB, 0))
        self.rtp.setblocking(False)
        phones.selector.register(self.rtp, selectors.EVENT_READ, self._hear)
        self.media, self.sequence, self.timestamp, self.source = None, random.getrandbits(16), random.getrandbits(32), random.getrandbits(32)
        self.state, self.began, self.answered, self.first, self.ended, self.code, self.retry_after = "calling", time.monotonic(), 0.0, 0.0, 0.0, 0, None
        self.node, self.routes, self.target, self.number = None, [], None, 1
        self.gaps, self.latest, self.missing, self.packets = [], None, 0, 0

    def _hear(self):
        try:
            data = self.rtp.recv(2048)
        except BlockingIOError:
            return
        now, (head, sequence, timestamp) = time.monotonic(), struct.unpack(">HHI", data[:8])
        if head & 0x7F not in (PCMU, PCMA):
            return
        if self.latest is None:
            self.first = now
        else:
            before, stamp, when = self.latest
            self.missing += (sequence - before) & 0xFFFF != 1 or (timestamp - stamp) & 0xFFFFFFFF != BLOCK
            self.gaps.append(now - when)
        self.latest = sequence, timestamp, now
        self.packets += 1

    def speak(self):
        if self.media is None or self.state != "answered":
            return
        self.sequence, self.timestamp = self.sequence + 1 & 0xFFFF, self.timestamp + BLOCK & 0xFFFFFFFF
        try:
            self.rtp.sendto(struct.pack(">BBHII", 0x80, self.kind, self.sequence, self.timestamp, self.source) + SILENCE[self.kind], self.media)
        except OSError:
            pass  # its line is cut

    def description(self):
        name = {PCMU: "PCMU", PCMA: "PCMA"}[self.kind]
        port = self.rtp.getsockname()[1]
        return "\r\n".join(["v=0", f"o=- {port} 1 IN IP4 {HUB}", "s=-", f"c=IN IP4 {HUB}", "t=0 0", f"m=audio {port} RTP/AVP {self.kind}", f"a=rtpmap:{self.kind} {name}/8000",
                            "a=ptime:20", "a=sendrecv", ""])

    def take_description(self, body):
        address = re.search(r"^c=IN IP4 ([\d.]+)", body, re.MULTILINE)
        port = re.search(r"^m=audio (\d+) RTP/AVP ([\d ]+)", body, re.MULTILINE)
        if address and port:
            self.media = (address[1], int(port[1]))
            offered = [int(kind) for kind in port[2].split()]
            self.kind = self.kind if self.kind in offered else next(kind for kind in offered if kind in SILENCE)

    def end(self, state, code=0):
        if self.state in ("over", "lost", "refused"):
            return
        self.state, self.ended, self.code = state, time.monotonic(), code
        self.phones.selector.unregister(self.rtp)
        self.rtp.close()


class Phones:
    """`caller` dials with `call`; `callee` answers everything at once."""

    def __init__(self, proxy):
        self.proxy, self.selector, self.lock = proxy, selectors.DefaultSelector(), threading.RLock()
        self.callers, self.callees, self.is_over = {}, {}, False
        self.sockets = {}
        for role in ("caller", "callee"):
            one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            one.bind((HUB, 0))
            one.setblocking(False)
            self.sockets[role] = one
            self.selector.register(one, selectors.EVENT_READ, lambda role=role: self._take(role))
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def uri(self, role):
        return f"sip:{role}@{HUB}:{self.sockets[role].getsockname()[1]}"

    def close(self):
        self.is_over = True
        self.thread.join()

    # --- What a try does --------------------------------------------------------------------------------------------

    def call(self, kind=PCMU):
        with self.lock:
            party = Party(self, f"{random.getrandbits(64):x}@fleet", kind)
            party.local, party.remote = f"<{self.uri('caller')}>;tag={random.getrandbits(32):x}", f"<sip:spanish@{HUB}>"
            party.target, party.branch = f"sip:spanish@{HUB}", f"z9hG4bK{random.getrandbits(64):x}"
            self.callers[party.call_id] = party
            self._request("caller", party, "INVITE", party.description(), branch=party.branch, to=self.proxy)
            return party

    def hang_up(self, party):
        with self.lock:
            if party.state != "answered":
                return
            party.number += 1
            self._request("caller", party, "BYE", to=self.proxy)
            party.end("over")

    def open(self):
        with self.lock:
            return [party for party in self.callers.values() if party.state == "answered" and party.packets > 0]

    # --- SIP --------------------------------------------------------------------------------------------------------

    def _send(self, role, to, first, headers, body=""):
        content = ["Content-Type: application/sdp"] if body else []
        text = "\r\n".join([first, *headers, *content, f"Content-Length: {len(body)}", "", body])
        try:
            self.sockets[role].sendto(text.encode(), to)
        except OSError:
            pass

    def _request(self, role, party, method, body="", branch=None, to=None):
        branch = branch or f"z9hG4bK{random.getrandbits(64):x}"
        host = f"{HUB}:{self.sockets[role].getsockname()[1]}"
        self._send(role, to, f"{method} {party.target} SIP/2.0",
                   [f"Via: SIP/2.0/UDP {host};branch={branch};rport", "Max-Forwards: 70", f"From: {party.local}", f"To: {party.remote}", f"Call-ID: {party.call_id}",
                    f"CSeq: {party.number} {method}", f"Contact: <{self.uri(role)}>", *(f"Route: {route}" for route in party.routes)], body)

    def _reply(self, role, sender, fields, code, reason, body=""):
        to = fields["to"] if "tag=" in fields["to"] else f"{fields['to']};tag=t{abs(hash(fields['call-id']))}"
        self._send(role, sender, f"SIP/2.0 {code} {reason}",
                   [*(f"Via: {via}" for via in fields["via"]), *(f"Record-Route: {route}" for route in fields["record-route"]), f"From: {fields['from']}", f"To: {to}",
                    f"Call-ID: {fields['call-id']}", f"CSeq: {fields['cseq']}", f"Contact: <{self.uri(role)}>"], body)

    def _take(self, role):
        try:
            data, sender = self.sockets[role].recvfrom(65536)
        except (BlockingIOError, ConnectionError):
            return
        if data[0] & 0xC0 == 0x80:
            return  # RTCP, which goes to the port behind that of a party's RTP, whoever has it
        head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        fields = {"via": [], "record-route": []}
        for line in lines:
            name, _, value = line.partition(":")
            name = {"f": "from", "t": "to", "i": "call-id", "m": "contact", "v": "via"}.get(name.lower(), name.lower())
            if name in ("via", "record-route"):
                fields[name] += [value.strip()]
            else:
                fields[name] = value.strip()
        if first.startswith("SIP/2.0"):
            self._take_reply(int(first.split()[1]), fields, body)
        else:
            self._take_request(role, sender, first.split()[0], fields, body)

    def _take_reply(self, code, fields, body):
        party = self.callers.get(fields.get("call-id"))
        if party is None or "INVITE" not in fields["cseq"] or code < 200:
            return
        if code < 300:
            is_first = party.state == "calling"
            party.remote, party.target = fields["to"], re.search(r"<([^>]+)>", fields["contact"])[1]
            party.routes = [route.strip() for text in reversed(fields["record-route"]) for route in reversed(text.split(","))]
            self._request("caller", party, "ACK", to=self.proxy)
            if is_first:
                party.node = re.search(r"@?([\d.]+):?\d*$", party.target.split(";")[0])[1]
                party.take_description(body)
                party.state, party.answered = "answered", time.monotonic()
        else:
            # The ACK of a refusal belongs to the transaction of the INVITE.
            party.remote = fields["to"]
            self._request("caller", party, "ACK", branch=party.branch, to=self.proxy)
            party.retry_after = fields.get("retry-after")
            party.end("refused", code)

    def _take_request(self, role, sender, method, fields, body):
        parties = self.callers if role == "caller" else self.callees
        party = parties.get(fields["call-id"])
        if method == "INVITE" and role == "callee":
            if party is None:
                party = parties[fields["call-id"]] = Party(self, fields["call-id"], PCMA if len(parties) % 2 else PCMU)
                party.take_description(body)
                party.state = "answered"
            self._reply(role, sender, fields, 200, "OK", party.description())
        elif method != "ACK":
            self._reply(role, sender, fields, 200, "OK")
            if method == "BYE" and party is not None:
                party.end("lost" if role == "caller" else "over")

    # --- The thread -------------------------------------------------------------------------------------------------

    def _serve(self):
        due = time.monotonic()
        while not self.is_over:
            for key, _ in self.selector.select(max(0.0, due - time.monotonic())):
                with self.lock:
                    if key.fileobj.fileno() >= 0:
                        key.data()
            if time.monotonic() >= due:
                with self.lock:
                    for party in [*self.callers.values(), *self.callees.values()]:
                        party.speak()
                due += BLOCK_SECONDS


class Traffic:
    """Keeps calls going: at most so many at a time, a new one at this rate, each for so long."""

    def __init__(self, phones, rate, seconds, most):
        self.phones, self.rate, self.seconds, self.most = phones, rate, seconds, most
        self.parties, self.is_over, self.has_stopped = [], threading.Event(), False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        due = time.monotonic()
        while not self.is_over.wait(0.02):
            now, going = time.monotonic(), [party for party in self.parties if party.state in ("calling", "answered")]
            for party in going:
                if party.state == "answered" and now >= party.answered + self.seconds:
                    self.phones.hang_up(party)
            if not self.has_stopped and now >= due and len(going) < self.most:
                self.parties.append(self.phones.call(PCMA if len(self.parties) % 2 else PCMU))
                due = max(due, now - 1 / self.rate) + 1 / self.rate
            if self.has_stopped and not going:
                return

    def stop(self):
        """No new calls; those that are there go on to their end."""
        self.has_stopped = True
        self.thread.join()

    def close(self):
        self.is_over.set()
        self.thread.join()
        for party in self.parties:
            self.phones.hang_up(party)

    def bad(self, since=0.0):
        """Calls that were refused, or ended by somebody else, since then."""
        return [party for party in list(self.parties) if party.state in ("refused", "lost") and party.ended >= since]
