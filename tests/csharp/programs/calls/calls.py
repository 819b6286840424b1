#!/usr/bin/env python3
"""Runs the telephone sample with many callers at once.

usage: calls.py talk CALLS SECONDS | vanish CALLS | drain CALLS

  talk    callers hear all that they said, translated, without a stall; PALABRA_CALLS="100 30" sets other figures
  vanish  callers whose connections break leave nothing behind
  drain   SIGTERM during the calls: what was said by then is heard, then the service ends
"""

import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

# Limits of a quiet machine; the library's threads, the runtime's and the pool's are counted together.
STALL_MS, PING_MS, THREADS = 200, 150, 25
# Threads that the runtime keeps for a while.
SPARE = 15
# What hurries nobody on a slow one.
SECONDS = 120
PROJECTS = pathlib.Path(os.environ["PALABRA_PROGRAM"]).parents[2]


def program(project):
    folder = PROJECTS / project / pathlib.Path(os.environ["PALABRA_PROGRAM"]).parent.name
    return [os.environ["PALABRA_DOTNET"], str(folder / f"{project}.dll")]


class Service:
    """The sample, while a `with` block runs."""

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.said = tempfile.TemporaryFile("w+")
        env = {**os.environ, "ASPNETCORE_URLS": self.address}
        self.process = subprocess.Popen(program("Telephone"), env=env, stdout=self.said, stderr=subprocess.STDOUT)
        self.until(lambda: self.figures() is not None, "the service does not answer")
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.said.seek(0)
        # Callers that are gone are told one by one.
        print("".join(line for line in self.said if "caller is gone" not in line and "CallList" not in line), end="")

    def figures(self):
        with contextlib.suppress(OSError), urllib.request.urlopen(self.address + "/stats", timeout=SECONDS) as answer:
            return json.load(answer)
        return None

    def until(self, holds, otherwise):
        end = time.monotonic() + SECONDS
        while not holds():
            if time.monotonic() > end:
                sys.exit(f"calls: {otherwise}: {self.figures()}")
            time.sleep(0.1)

    def ends_well(self):
        self.process.send_signal(signal.SIGTERM)
        begin = time.monotonic()
        code = self.process.wait(SECONDS)
        print(f"calls: the service ended with {code} after {time.monotonic() - begin:.1f} s")
        return code == 0


    def health(self):
        try:
            with urllib.request.urlopen(self.address + "/health", timeout=SECONDS) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode()

    def metric(self, name):
        with urllib.request.urlopen(self.address + "/metrics", timeout=SECONDS) as answer:
            return float(re.search(rf"^{re.escape(name)} (.*)$", answer.read().decode(), re.MULTILINE)[1])


def callers(service, *words):
    return subprocess.Popen([*program("TelephoneCallers"), service.address, *words], stdout=subprocess.PIPE, text=True)


def result(process):
    said = process.communicate(timeout=10 * SECONDS)[0]
    figures = json.loads(said.splitlines()[-1])
    print(json.dumps(figures), flush=True)
    return figures


class Machine:
    """Measures by how much a thread that sleeps wakes up too late: what the machine itself delays, the service may delay too."""

    def __enter__(self):
        self.late_ms, self.over = 0.0, threading.Event()
        self.thread = threading.Thread(target=self.measure)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def measure(self):
        while not self.over.is_set():
            begin = time.monotonic()
            time.sleep(0.02)
            self.late_ms = max(self.late_ms, 1000 * (time.monotonic() - begin) - 20)


def judge(**claims):
    wrong = [name for name, holds in claims.items() if not holds]
    print(f"calls: {'as it should be' if not wrong else 'NOT ' + ', '.join(wrong)}")
    return 1 if wrong else 0


def talk(calls, seconds):
    calls, seconds = os.environ.get("PALABRA_CALLS", f"{calls} {seconds}").split()
    with Service() as service, Machine() as machine:
        heard = result(callers(service, calls, seconds))
        rest = service.figures()
        health, opened = service.health(), service.metric('palabra_sessions_opened_total{product="translation"}')
        ended = service.ends_well()
    # A frame passes the caller, the service, the library and the server, and back.
    late = 8 * machine.late_ms
    print(f"calls: the machine itself delayed a thread by {machine.late_ms:.0f} ms at most")
    return judge(no_call_failed=heard["failed"] == 0, all_speech_heard=heard["heardMs"] >= 0.95 * heard["spokenMs"],
                 all_complete=rest["complete"] == int(calls), none_left=rest["calls"] == 0, healthy=health == "Healthy", counted=opened == int(calls), no_stall=heard["gapMaxMs"] <= STALL_MS + late,
                 pings_soon=heard["pingMaxMs"] <= PING_MS + late, few_threads=heard["most"]["threads"] <= THREADS + late / 10, ends_well=ended)


def vanish(calls):
    with Service() as service:
        # The first rounds are what a service costs that has had so many calls.
        memory = []
        for _ in range(4):
            gone = result(callers(service, calls, "2", "vanish"))
            service.until(lambda: service.figures()["calls"] == 0, "calls of callers that are gone")
            service.until(lambda: service.figures()["threads"] <= THREADS + SPARE, "threads of callers that are gone")
            memory.append(service.figures())
        ended = service.ends_well()
    return judge(no_call_failed=gone["failed"] == 0, all_begun=memory[-1]["begun"] == 4 * int(calls),
                 memory_stays=memory[-1]["workingMb"] <= memory[1]["workingMb"] + 40, ends_well=ended)


def drain(calls):
    with Service() as service:
        process = callers(service, calls, "60")
        service.until(lambda: (service.figures() or {}).get("begun") == int(calls), "not all calls begin")
        time.sleep(5)
        ended = service.ends_well()
        heard = result(process)
        service.said.seek(0)
        told = re.search(r"(\d+) calls were drained, (\d+) of them complete, (\d+) left", service.said.read())
    # Who speaks while the service ends has said 5 s, of which a pause is a part, and hears what had been said by then.
    return judge(ends_well=ended, drained=told is not None and told.groups() == (calls, calls, "0"),
                 tails_heard=heard["heardMs"] >= int(calls) * 2000, no_call_failed=heard["failed"] == 0)


def main():
    ways = {"talk": talk, "vanish": vanish, "drain": drain}
    if len(sys.argv) < 3 or sys.argv[1] not in ways:
        sys.exit(__doc__)
    return ways[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
