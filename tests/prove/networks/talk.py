"""A service, and one program that talks to it, as lines of JSON in time."""

import asyncio
import contextlib
import json
import os
import pathlib
import signal

# Many times what anything takes: reached only by a hang.
PATIENCE = 240.0

# Certificates of the simulation's hosts.
TLS = pathlib.Path(__file__).resolve().parents[2] / "sim/tls"
RETRIABLE, FATAL = 8, 16
OK, TIMEOUT, DNS, CONNECT, LOST, DEAD, TLS_FAILED = 0, -204, -300, -301, -302, -303, -400


class Wrong(Exception):
    """What a user must not see."""


def check(holds, what):
    if not holds:
        raise Wrong(what)


def send_signal(process, number):
    """Not by the process object, which would take its exit code from the loop."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, number)


class Service:
    """palabra-devserver."""

    def __init__(self, process, told):
        self.process, self.port = process, told["port"]

    @staticmethod
    async def start(path, before=(), address="127.0.0.1", *options):
        command = [*before, str(path), "--host", address, "--port", "0", "--no-rate-limits", "--idle-timeout-ms=600000", *options]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL)
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        check(line, "the service did not begin")
        return Service(process, json.loads(line))

    def signal(self, number):
        send_signal(self.process, number)

    async def stop(self):
        if self.process.returncode is None:
            send_signal(self.process, signal.SIGKILL)
        await self.process.wait()


class Talk:
    """The program talker.c."""

    def __init__(self, process):
        self.process, self.lines, self._news = process, [], asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    @staticmethod
    async def open(path, host, port, before=(), product="translation", flags="-", liveness_ms=0, secure=False, **settings):
        host = f"[{host}]" if ":" in host else host
        env = {name: value for name, value in os.environ.items() if not name.startswith("PALABRA_") and not name.lower().endswith("_proxy")}
        ending = "s" if secure else ""
        stream = f"ws{ending}://{host}:{port}"
        env |= {"SSL_CERT_FILE": str(TLS / "authority.pem")} if secure else {}
        env |= {"PALABRA_API_KEY": "dev", "PALABRA_API_URL": f"http{ending}://{host}:{port}",
                "PALABRA_TRANSLATION_URL": f"{stream}/streaming-api/v1/speech-to-speech/stream",
                "PALABRA_TTS_URL": f"{stream}/tts-api/v1/text-to-speech/stream",
                "PALABRA_STT_URL": f"{stream}/asr/v1/speech-to-text/stream", **settings}
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *before, str(path), product, flags, str(liveness_ms), stdin=pipe, stdout=pipe, env=env)
        return Talk(process)

    async def _read(self):
        while line := await self.process.stdout.readline():
            self.lines.append(json.loads(line))
            self._news.set()
        self._news.set()

    def _having(self, key):
        return [line for line in self.lines if key in line]

    def values(self, key, since_ms=0):
        return [line[key] for line in self._having(key) if line["ms"] >= since_ms]

    def now_ms(self):
        """Of the latest line."""
        return max((line["ms"] for line in self._having("ms")), default=0)

    async def until(self, fits, what):
        """Waits for a line."""
        async def wait():
            seen = 0
            while True:
                for line in self.lines[seen:]:
                    if fits(line):
                        return line
                seen = len(self.lines)
                check(not self._reading.done(), f"the program ended before {what}")
                self._news.clear()
                await self._news.wait()
        try:
            return await asyncio.wait_for(wait(), PATIENCE)
        except asyncio.TimeoutError:
            raise Wrong(f"nothing came for {PATIENCE:.0f} s before {what}") from None

    async def event(self, name):
        return await self.until(lambda line: line.get("event") == name, name)

    async def speak(self, seconds):
        """Until so much was said since now, by the program's own clock."""
        begin = self.now_ms()
        await self.until(lambda line: line.get("ms", 0) >= begin + seconds * 1000, f"{seconds} s of talk")

    def say(self, word):
        self.process.stdin.write(word.encode() + b"\n")

    async def end(self):
        self.say("end")
        return await self.over()

    async def over(self, names=0):
        """CLOSED, once and as the last event, and nothing left of the library but so many names that the system resolves."""
        await asyncio.wait_for(self._reading, PATIENCE)
        last = self.lines[-1] if self.lines else {}
        check("left" in last, f"the program ended early: {last}")
        check(await self.process.wait() == 0, "the program failed")
        check(last["closed"] == 1 and last["after"] == 0 and last["gaps"] == 0, f"CLOSED, events after it, gaps in seq: {last}")
        self.check_left(last, names)
        return next(line for line in self.lines if line.get("event") == "CLOSED")

    async def leave(self):
        """palabra_session_close() without an end: nothing is told, and nothing left."""
        self.say("close")
        await asyncio.wait_for(self._reading, PATIENCE)
        last = self.lines[-1]
        check("left" in last and last["closed"] == 0, f"an event after the close: {last}")
        self.check_left(last)
        return last

    @staticmethod
    def check_left(last, names=0):
        # A name has a thread and a socket of the system's.
        check(0 <= last["left"] <= names and 0 <= last["threads"] <= names, f"descriptors and threads are left: {last}")
        check(last["shutdown"] == 0, f"palabra_shutdown: {last['shutdown']}")

    def signal(self, number):
        send_signal(self.process, number)

    async def stop(self):
        if self.process.returncode is None:
            send_signal(self.process, signal.SIGKILL)
        await self.process.wait()
        self._reading.cancel()


def ended(closed, *codes, was_altered=False):
    """CLOSED with one of the codes and the flags that belong to it; after a message of TLS that was altered on the way."""
    check(closed["code"] in codes, f"CLOSED has {closed['code']}, not one of {codes}")
    wanted = (FATAL if closed["code"] else 0) | (RETRIABLE if was_altered or closed["code"] in (DNS, CONNECT, LOST, DEAD) else 0)
    check(closed["flags"] == wanted, f"CLOSED {closed['code']} has the flags {closed['flags']}, not {wanted}")
