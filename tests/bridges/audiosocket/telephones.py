#!/usr/bin/env python3
"""Two telephones on a running palabra-audiosocket, connected as Asterisk connects them: one plays a recording, the other listens.

usage: telephones.py [--port 9092] --say RECORDING.wav --heard HEARD.wav
"""

import argparse
import concurrent.futures
import threading
import time
import uuid
import wave

import sound
from peer import PATIENCE, Peer, leg

# Of what is heard, when nothing more will come.
QUIET_SECONDS = 3
LOUD = 200
LONGEST_SECONDS = 600
HEARD_RATE = 8000


def connect(port, name, rate):
    """As soon as the bridge accepts it."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return Peer(port, name, rate)
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def is_loud(audio, rate):
    return max(sound.envelope(audio, rate), default=0) > LOUD


def is_over(telephone):
    """Something was heard, and nothing since."""
    latest = telephone.audio()[-2 * telephone.rate * QUIET_SECONDS:]
    return not is_loud(latest, telephone.rate) and is_loud(telephone.audio(), telephone.rate)


def main():
    parser = argparse.ArgumentParser(description="Makes a call between two telephones.")
    parser.add_argument("--port", type=int, default=9092)
    parser.add_argument("--say", required=True)
    parser.add_argument("--heard", required=True)
    args = parser.parse_args()
    rate, said = sound.recording(args.say, LONGEST_SECONDS)
    call = uuid.uuid4()
    one, two = connect(args.port, leg(call, "0"), rate), connect(args.port, leg(call, "1"), HEARD_RATE)
    is_done = threading.Event()

    def speak():
        one.say(said)
        one.say(b"", until=lambda: is_over(two))
        is_done.set()

    with concurrent.futures.ThreadPoolExecutor() as pool:
        for work in [pool.submit(speak), pool.submit(two.say, b"", is_done.is_set)]:
            work.result()
    for telephone in (one, two):
        telephone.hang_up()
    with wave.open(args.heard, "wb") as file:
        file.setparams((1, 2, HEARD_RATE, 0, "NONE", ""))
        file.writeframes(two.audio())


if __name__ == "__main__":
    main()
