#!/usr/bin/env python3
"""How much faster several shards take what has arrived: speech that lies in the system's buffers, so that no server computes.

usage: shards.py PEER_CLIENT [--shards 1,2] [--sessions 64] [--messages 200] [--rounds 5]

PEER_CLIENT is benches/peer_client.c, compiled. Needs root, for buffers of 8 MB for each session. The client is stopped while
the messages are put there; the time is that from then on until it has ended, and its use of the processor that of the
system's figures. One thread of the client takes the events of all sessions meanwhile.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import signal
import socket
import statistics
import struct
import subprocess
import time

SO_SNDBUFFORCE = 32
BUFFER = 8 << 20
TASK = b'{"message_type":"current_task","data":{"task_status":"running"}}'
END = b'{"message_type":"eos","data":{}}'
# 320 ms.
SPEECH = base64.b64encode(bytes(2 * 7680)).decode()
GOODBYE = b"\x88\x02\x03\xe8"


def frame(text):
    length = len(text)
    return b"\x81" + (bytes([length]) if length < 126 else b"\x7e" + struct.pack(">H", length)) + text


def speech(number, last):
    data = {"transcription_id": f"t{number}", "language": "es", "last_chunk": last, "data": SPEECH}
    return frame(json.dumps({"message_type": "output_audio_data", "data": data}).encode())


class Line:
    """One session, seen by the service."""

    def __init__(self, listener):
        self.raw, _ = listener.accept()
        self.raw.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, BUFFER)
        request = b""
        while b"\r\n\r\n" not in request:
            request += self.raw.recv(65536)
        key = re.search(rb"Sec-WebSocket-Key: *(\S+)", request, re.IGNORECASE)[1]
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        self.raw.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                         + accept + b"\r\n\r\n")
        self.heard = b""

    def text(self):
        """The next message."""
        while True:
            if len(self.heard) >= 4:
                length, head = self.heard[1] & 127, 2
                if length == 126:
                    length, head = struct.unpack(">H", self.heard[2:4])[0], 4
                if len(self.heard) >= head + 4 + length:
                    mask, body = self.heard[head:head + 4], self.heard[head + 4:head + 4 + length]
                    self.heard = self.heard[head + 4 + length:]
                    return bytes(byte ^ mask[n % 4] for n, byte in enumerate(body))
            more = self.raw.recv(65536)
            if not more:
                raise SystemExit("shards: the client has gone")
            self.heard += more

    def until(self, kind):
        while f'"{kind}"'.encode() not in self.text():
            pass

    def fill(self, messages):
        self.raw.setblocking(False)
        for message in messages:
            if self.raw.send(message) != len(message):
                raise SystemExit("shards: the buffers are too small for so many messages")
        self.raw.shutdown(socket.SHUT_WR)


def measure(client, shards, sessions, messages):
    """Wall time and use of the processor, in seconds."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=sessions)
    port = listener.getsockname()[1]
    arguments = ["--url", f"ws://127.0.0.1:{port}/stream?token=T", "--sessions", sessions, "--seconds", 0, "--shards", shards, "--fast"]
    program = subprocess.Popen([client, *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    lines = [Line(listener) for _ in range(sessions)]
    for line in lines:
        line.until("get_task")
        line.raw.sendall(frame(TASK))
    for line in lines:
        line.until("end_task")
    program.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, program.pid, os.WSTOPPED | os.WNOWAIT)
    before = used(program.pid)
    said = [speech(number, number == messages - 1) for number in range(messages)]
    for line in lines:
        line.fill([*said, frame(END), GOODBYE])
    begun = time.monotonic()
    program.send_signal(signal.SIGCONT)
    result = program.stdout.readline()
    took = time.monotonic() - begun
    told = json.loads(result)
    _, _, usage = os.wait4(program.pid, 0)
    if told["audio_events"] != sessions * messages or told["errors"]:
        raise SystemExit(f"shards: not all has arrived: {result}")
    return took, usage.ru_utime + usage.ru_stime - before


def used(process):
    fields = open(f"/proc/{process}/stat", encoding="ascii").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("client")
    parser.add_argument("--shards", default="1,2")
    parser.add_argument("--sessions", type=int, default=64)
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    o = parser.parse_args()
    kinds = [int(number) for number in o.shards.split(",")]
    found = {shards: [] for shards in kinds}
    for _ in range(o.rounds):
        for shards in kinds:
            found[shards].append(measure(o.client, shards, o.sessions, o.messages))
    count = o.sessions * o.messages
    for shards, rounds in found.items():
        wall, used_s = (statistics.median(column) for column in zip(*rounds))
        print(f"{shards} shards: {count} messages of 320 ms in {wall * 1000:.0f} ms, {used_s * 1e6 / count:.1f} us of the processor each")


if __name__ == "__main__":
    main()
