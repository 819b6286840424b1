#!/usr/bin/env python3
"""Runs the samples of services.

usage: samples.py speech | captions

  speech    the first byte comes before the last; a request that is cancelled leaves no session behind; SIGTERM ends the service
  captions  each of several recordings gets its texts; SIGTERM in the middle of long ones prints what was said by then
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import wave

PROJECTS = pathlib.Path(os.environ["PALABRA_PROGRAM"]).parents[2]
# What hurries nobody on a slow machine.
SECONDS = 120
LONG = "%20".join(["A%20long%20text."] * 200)


def program(project):
    folder = PROJECTS / project / pathlib.Path(os.environ["PALABRA_PROGRAM"]).parent.name
    return [os.environ["PALABRA_DOTNET"], str(folder / f"{project}.dll")]


def judge(**claims):
    wrong = [name for name, holds in claims.items() if not holds]
    print(f"samples: {'as it should be' if not wrong else 'NOT ' + ', '.join(wrong)}")
    return 1 if wrong else 0


def sessions_open(address):
    text = urllib.request.urlopen(f"{address}/metrics", timeout=SECONDS).read().decode()
    return int(re.search(r'^palabra_sessions_open\{product="tts"\} (\d+)$', text, re.MULTILINE)[1])


def until(holds):
    end = time.monotonic() + SECONDS
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def speech():
    env = {**os.environ, "ASPNETCORE_URLS": "http://127.0.0.1:0"}
    with subprocess.Popen(program("Speech"), env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as service:
        address = next(found[1] for line in service.stdout if (found := re.search(r"Now listening on: (\S+)", line)))
        begun = time.monotonic()
        with urllib.request.urlopen(f"{address}/speech?text=Good%20evening", timeout=SECONDS) as answer:
            kind, timing = answer.headers["Content-Type"], answer.headers["Server-Timing"]
            length = len(answer.read(1)) + len(answer.read())
        whole = time.monotonic() - begun
        refused = status(f"{address}/speech?text=x&language=no%20such%20language")
        answer = urllib.request.urlopen(f"{address}/speech?text={LONG}", timeout=SECONDS)
        answer.read(1)
        during = sessions_open(address)
        answer.close()
        gone = until(lambda: sessions_open(address) == 0)
        service.send_signal(signal.SIGTERM)
        said = service.stdout.read()
        code = service.wait(SECONDS)
    print(f"samples: {length} bytes in {1000 * whole:.0f} ms, {timing}; refused: {refused}; ended with {code}\n{said[-600:]}")
    return judge(speech=kind == "audio/mpeg" and length > 0, timed=re.fullmatch(r"speech;dur=\d+", timing or "") is not None, open_while_it_is_read=during == 1,
                 cancelled_with_its_request=gone and "its speech with it" in said, ends_well=code == 0)


def status(address):
    try:
        return urllib.request.urlopen(address, timeout=SECONDS).status
    except urllib.error.HTTPError as error:
        return error.code


def recording(path, seconds):
    """Phrases of a second and a half, each before half a second of silence."""
    with wave.open(str(path), "wb") as written:
        written.setparams((1, 2, 16000, 0, "NONE", ""))
        loud = b"".join((4000 if n // 40 % 2 else -4000).to_bytes(2, "little", signed=True) for n in range(24000))
        written.writeframes((loud + bytes(16000)) * (seconds // 2))


def captions():
    with tempfile.TemporaryDirectory() as folder:
        files = [pathlib.Path(folder) / f"{name}.wav" for name in ("one", "two", "three")]
        for file in files:
            recording(file, 4)
        done = subprocess.run([*program("Captions"), *files], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS, check=False)
        recording(files[0], 120)
        with subprocess.Popen([*program("Captions"), files[0]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as worker:
            first = next(line for line in worker.stdout if line.startswith("one.wav"))
            begun = time.monotonic()
            worker.send_signal(signal.SIGTERM)
            rest = worker.stdout.read()
            code = worker.wait(SECONDS)
    print(f"samples: {done.stdout[-600:]}\n{first}{rest[-400:]}\nended with {code} after {time.monotonic() - begun:.1f} s")
    return judge(each_has_texts=all(re.search(rf"^{file.name} 00:0\d\.\d \S", done.stdout, re.MULTILINE) for file in files), ends_by_itself=done.returncode == 0,
                 ends_well=code == 0, drained="All sessions and calls are over" in rest)


if __name__ == "__main__":
    sys.exit({"speech": speech, "captions": captions}[sys.argv[1]]())
