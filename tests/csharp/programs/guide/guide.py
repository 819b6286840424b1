#!/usr/bin/env python3
"""Uses the service of docs/guides/dotnet-service.md: it speaks, refuses, captions, notices who hangs up, and ends while a user
is speaking.

usage: guide.py
"""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

SECONDS = 300  # what hurries nobody
CHUNK = 3200  # bytes of 100 ms


def a_word_and_a_pause():
    """A second of a tone, and one of silence, as 16-bit samples with 16 kHz."""
    return b"".join((0x2000 * (at // 40 % 2)).to_bytes(2, "little") for at in range(16000)) + bytes(32000)


class Service:
    """The program, while a `with` block runs."""

    def __enter__(self):
        env = {**os.environ, "ASPNETCORE_URLS": "http://127.0.0.1:0"}
        command = [os.environ["PALABRA_DOTNET"], os.environ["PALABRA_PROGRAM"]]
        self.process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        self.address = self.line(r"Now listening on: http://(\S+)")[1]
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def line(self, pattern):
        """The next line of its log with the pattern."""
        for line in self.process.stdout:
            print(line, end="", flush=True)
            if found := re.search(pattern, line):
                return found
        return sys.exit(f"guide: no line with {pattern}")

    def ask(self, path, body=None):
        """(HTTP status, answer)"""
        try:
            with urllib.request.urlopen(f"http://{self.address}{path}", body, SECONDS) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


class Microphone:
    """A request for captions whose audio does not end by itself."""

    def __init__(self, address, language):
        self.connection = http.client.HTTPConnection(address, timeout=SECONDS)
        self.connection.putrequest("POST", f"/captions?language={language}")
        self.connection.putheader("Transfer-Encoding", "chunked")
        self.connection.endheaders()

    def send(self, audio):
        for at in range(0, len(audio), CHUNK):
            piece = audio[at : at + CHUNK]
            self.connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))

    def end(self):
        self.connection.send(b"0\r\n\r\n")


def check(holds, what):
    if not holds:
        sys.exit(f"guide: {what}")


def main():
    with Service() as service:
        status, speech = service.ask("/speech?language=en", b"Good evening")
        check(status == 200 and speech, f"no speech: {status} {speech}")
        gone = Microphone(service.address, "en")
        gone.send(a_word_and_a_pause())
        check(b"phrase 1" in gone.connection.getresponse().readline(), "no caption")
        gone.connection.close()
        service.line("Executed endpoint 'HTTP: POST /captions'")
        while b'palabra_sessions_open{product="stt"} 0' not in service.ask("/metrics")[1]:
            pass  # the session is closed a moment later
        status, reason = service.ask("/captions?language=xx", a_word_and_a_pause())
        check(status == 400 and b"language" in reason, f"not refused: {status} {reason}")
        check(service.ask("/health")[1] == b"Healthy", "not healthy")
        microphone = Microphone(service.address, "en")
        microphone.send(a_word_and_a_pause())
        captions = microphone.connection.getresponse()
        first = json.loads(captions.readline())
        check(first["text"] == "phrase 1, 1.0 s" and first["end_ms"] >= 900, f"not the caption: {first}")
        check(b'palabra_sessions_open{product="stt"} 1' in service.ask("/metrics")[1], "the session is not counted")
        service.process.send_signal(signal.SIGTERM)
        service.line("Application is shutting down")
        microphone.end()
        rest = captions.read()
        check(b"error" not in rest, f"broken off: {rest}")
        service.line("All sessions and calls are over")
        for line in service.process.stdout:
            print(line, end="")
        check(service.process.wait(SECONDS) == 0, "it ended with an error")


if __name__ == "__main__":
    main()
