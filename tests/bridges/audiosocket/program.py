"""The bridge under test: its process, its log and its web page."""

import json
import os
import pathlib
import queue
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

from peer import PATIENCE


class Bridge:
    """`with Bridge(program, folder, settings, sections) as bridge:` ends it by SIGTERM, and fails unless it ends with 0."""

    def __init__(self, program, folder, settings=None, sections=None, before=(), client_id=None):
        # On a busy machine a peer says late who it is, and timers are late.
        patient = {"greeting_ms": 60000, "late_ms": 0}
        settings = {"listen": "127.0.0.1:0", "http": "127.0.0.1:0", **patient, **(settings or {})}
        sections = {"0": {"language": "en"}, "1": {"language": "es"}} if sections is None else sections
        lines = [f"{name} = {value}" for name, value in settings.items()]
        for digits, leg in sections.items():
            lines += [f"[leg {digits}]", *(f"{name} = {value}" for name, value in leg.items())]
        self.config = pathlib.Path(tempfile.mkdtemp(dir=folder), "bridge.conf")
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.command = [*before, str(program), str(self.config)]
        self.environment = {**os.environ, **({"PALABRA_CLIENT_ID": client_id} if client_id else {})}
        self.lines, self.taken = queue.Queue(), []

    def __enter__(self):
        self.began = time.monotonic()
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True, env=self.environment)
        threading.Thread(target=self._read, daemon=True).start()
        ready = self.log("ready")
        self.ready_seconds = time.monotonic() - self.began
        self.port, self.http_port, self.agent_port = ready["port"], ready["http_port"], ready.get("agent_port")
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None:
            self.process.kill()
        code = self.stop()
        if code != 0 and kind is None:
            raise AssertionError(f"the bridge ended with code {code}")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the bridge did not end on SIGTERM") from None

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def log(self, what, **members):
        """Waits for a line of this kind with these members; lines before it stay for others."""
        is_it = lambda line: line["what"] == what and all(line.get(name) == value for name, value in members.items())  # noqa: E731
        for line in self.taken:
            if is_it(line):
                self.taken.remove(line)
                return line
        end = time.monotonic() + PATIENCE
        while True:
            try:
                text = self.lines.get(timeout=max(0.1, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no line {what} {members} came: {self.taken}") from None
            if text is None:
                raise AssertionError(f"the bridge ended without a line {what} {members}: {self.taken}")
            line = json.loads(text)
            if is_it(line):
                return line
            self.taken.append(line)

    def agent(self):
        """What HAProxy's agent-check is told."""
        with socket.create_connection(("127.0.0.1", self.agent_port), PATIENCE) as asked:
            return asked.makefile().read()

    def page(self, path):
        """(status, text) of its web page."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}{path}", timeout=PATIENCE) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as refused:
            self.retry_after = refused.headers["Retry-After"]
            return refused.code, refused.read().decode()

    def figure(self, name, labels=""):
        """A value of /metrics."""
        for line in self.page("/metrics")[1].splitlines():
            if line.startswith(f"palabra_audiosocket_{name}{labels} "):
                return float(line.split()[-1])
        raise AssertionError(f"/metrics has no {name}{labels}")
