"""Runs palabra-devserver while a program needs it. Used by the demo, the C tests and the interop tests."""

import json
import os
import select
import signal
import subprocess
import sys
import time

# Many times what it takes, so that no run fails on a slow machine.
START_SECONDS = 300.0
STOP_SECONDS = 120.0


class DevserverError(Exception):
    pass


def unwind_on_sigterm():
    """Makes SIGTERM leave `with` blocks as Ctrl-C does, so that a killed run leaves no server behind."""

    def unwind(*_):
        # Told again, by make and by whoever ended both, it would stop to tidy up.
        signal.signal(signal.SIGTERM, lambda *_: None)
        sys.exit(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, unwind)


def patient(args):
    """For tests: no timeout of the server ends a conversation on a slow machine."""
    is_said = any(arg.startswith("--idle-timeout-ms") for arg in args)
    return [*args] if is_said else ["--idle-timeout-ms=600000", *args]


class Devserver:
    """`with Devserver(path, args) as server:` starts it, and fails at the end unless it stopped with exit code 0."""

    def __init__(self, path, args=(), log=None, own_session=False):
        self.command = [str(path), "--port", "0", *args]
        self.log = log
        # So that Ctrl-C on the terminal does not end it before its clients.
        self.own_session = own_session
        self.process = None

    def __enter__(self):
        try:
            self.process = subprocess.Popen(
                self.command, stdout=subprocess.PIPE, stderr=self.log, start_new_session=self.own_session
            )
        except OSError as error:
            raise DevserverError(f"cannot start {self.command[0]}: {error.strerror}") from error
        try:
            told = json.loads(self._first_line())
            self.api_url, self.ws_url = told["api_url"], told["ws_url"]
            self.ws_stt_url, self.ws_tts_url = told["ws_stt_url"], told["ws_tts_url"]
        except (ValueError, KeyError) as error:
            self._kill()
            raise DevserverError(f"unexpected first line from the devserver: {error}") from error
        except BaseException:
            self._kill()
            raise
        return self

    def __exit__(self, kind, value, trace):
        code = self._stop()
        # An earlier failure is more informative.
        if code != 0 and kind is None:
            raise DevserverError(f"the devserver ended with code {code}")

    def environment(self):
        """The environment of a program that uses this server instead of the hosted service."""
        return {
            **os.environ,
            "PALABRA_API_URL": self.api_url,
            "PALABRA_WS_URL": self.ws_url,
            "PALABRA_TTS_URL": self.ws_tts_url,
            "PALABRA_CLIENT_ID": "demo",
            "PALABRA_CLIENT_SECRET": "demo-secret",
            # For a test that kills it.
            "PALABRA_DEVSERVER": self.command[0],
        }

    def _first_line(self):
        deadline = time.monotonic() + START_SECONDS
        line = b""
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise DevserverError("the devserver did not say where it listens")
            piece = os.read(self.process.stdout.fileno(), 65536)
            if not piece:
                raise DevserverError(f"the devserver ended at once with code {self.process.wait()}")
            line += piece
        return line

    def _stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill()
            raise DevserverError("the devserver did not stop on SIGTERM") from None
        self.process.stdout.close()
        return code

    def _kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
