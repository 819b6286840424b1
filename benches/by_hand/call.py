"""The two-way calls of benches/calls.c written by hand with the official Python client: prints the same lines.

usage: call.py [CALLS [SECONDS]], beside a devserver (tests/c/support/with_devserver.py); Python 3.11 or 3.12, which have audioop
"""

import asyncio
import audioop
import math
import os
import resource
import sys
import time

from palabra_ai import Palabra
from palabra_ai.events import Audio

FRAMES, TICK = 160, 0.02
TURN, SENTENCE = 250, 100
CHUNK = 100 * 16 * 2  # 100 ms at 16 kHz
LATE_MS = 5
DUCKED = 0.2


def sentence():
    """Syllables of a voice, in mu-law."""
    def sample(n):
        syllable = abs(math.sin(n * math.pi / 1600))
        return int(6000 * syllable * math.sin(n * 0.12) + 3000 * syllable * math.sin(n * 0.53))

    samples = b"".join(sample(n).to_bytes(2, "little", signed=True) for n in range(SENTENCE * FRAMES))
    return audioop.lin2ulaw(samples, 2)


SAID, SILENCE = sentence(), b"\xff" * FRAMES


class Party:
    def __init__(self, source, target):
        self.source, self.target = source, target
        self.gathered = bytearray()
        self.chunks = asyncio.Queue()
        # At 8 kHz, 16 bits: the translation that it hears.
        self.heard = bytearray()
        self.said_at = 0.0
        self.said = b"\0" * (2 * FRAMES)

    def exchange(self, packet, other):
        """One packet in and out."""
        self.said = audioop.ulaw2lin(packet, 2)
        self.gathered += audioop.ratecv(self.said, 2, 1, 8000, 16000, None)[0]
        while len(self.gathered) >= CHUNK:
            self.chunks.put_nowait(bytes(self.gathered[:CHUNK]))
            del self.gathered[:CHUNK]
        speech = bytes(self.heard[: 2 * FRAMES])
        if not speech:
            return audioop.lin2ulaw(other.said, 2), False
        del self.heard[: 2 * FRAMES]
        mixed = audioop.add(audioop.mul(other.said, 2, DUCKED), speech.ljust(2 * FRAMES, b"\0"), 2)
        return audioop.lin2ulaw(mixed, 2), True

    async def send(self, session):
        while True:
            await session.send_audio(await self.chunks.get())


class Bench:
    def __init__(self, calls, seconds):
        self.calls = [(Party("en", "es"), Party("es", "en")) for _ in range(calls)]
        self.seconds, self.up, self.down = seconds, 0, 0
        self.all_up, self.over = asyncio.Event(), asyncio.Event()
        self.is_measured = False
        self.exchanges, self.waits, self.late, self.most_late, self.ticks = [], [], 0, 0.0, 0

    async def link(self, client, speaker, listener):
        try:
            async with client.translation(speaker.source, speaker.target, input_sample_rate=16000) as session:
                self.up += 1
                if self.up == 2 * len(self.calls):
                    self.all_up.set()
                sender = asyncio.create_task(speaker.send(session))
                reader = asyncio.create_task(self.read(session, listener))
                await self.over.wait()
                sender.cancel()
                reader.cancel()
        except Exception as error:  # noqa: BLE001
            self.down += not self.over.is_set()
            print(f"call.py: link down: {error}", file=sys.stderr)

    @staticmethod
    async def read(session, listener):
        async for event in session:
            if isinstance(event, Audio):
                listener.heard += audioop.ratecv(event.pcm, 2, 1, 24000, 8000, None)[0]

    def exchange(self, call, number, tick):
        party, other = call[number], call[1 - number]
        is_its_turn, at = tick // TURN % 2 == number, tick % TURN
        packet = SAID[at * FRAMES : (at + 1) * FRAMES] if is_its_turn and at < SENTENCE else SILENCE
        begin = time.monotonic()
        _, is_speech = party.exchange(packet, other)
        end = time.monotonic()
        if not self.is_measured:
            return
        self.exchanges.append(end - begin)
        if is_its_turn and at == SENTENCE - 1:
            other.said_at = end
        if is_speech and party.said_at:
            self.waits.append(end - party.said_at)
            party.said_at = 0.0

    async def media(self):
        due, tick = time.monotonic(), 0
        while not self.over.is_set():
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            behind = time.monotonic() - due
            if self.is_measured:
                self.ticks += 1
                self.late += behind * 1000 > LATE_MS
                self.most_late = max(self.most_late, behind)
            for n, call in enumerate(self.calls):
                self.exchange(call, 0, tick + n * 37)
                self.exchange(call, 1, tick + n * 37)
            due, tick = due + TICK, tick + 1

    async def run(self):
        client = Palabra(os.environ["PALABRA_CLIENT_ID"], os.environ["PALABRA_CLIENT_SECRET"], api_url=os.environ["PALABRA_API_URL"])
        before, begin = resident_kb(), time.monotonic()
        links = [asyncio.create_task(self.link(client, call[n], call[1 - n])) for call in self.calls for n in (0, 1)]
        media = asyncio.create_task(self.media())
        try:
            await asyncio.wait_for(self.all_up.wait(), 60)
        except TimeoutError:
            pass
        print(f"{len(self.calls)} calls, chunks of 100 ms: {self.up} of {2 * len(self.calls)} links up after {time.monotonic() - begin:.1f} s")
        await asyncio.sleep(2 * TURN * TICK)
        self.is_measured = True
        used, begin = processor(), time.monotonic()
        await asyncio.sleep(self.seconds)
        used, took, resident = processor() - used, time.monotonic() - begin, resident_kb()
        self.over.set()
        self.told(used, took, resident - before)
        await asyncio.wait([*links, media], timeout=30)

    def told(self, used, took, memory):
        count = len(self.calls)
        print(f"processor time, share of a core for a call: {100 * used / took / count:.2f} %")
        print(f"memory for a call: {memory / count:.0f} kB; load of the machine {os.getloadavg()[0]:.1f}")
        us = [1e6 * seconds for seconds in sorted(self.exchanges)]
        print("exchange of 20 ms, without real-time priority, us: "
              f"p50 {part(us, 0.5):.1f}, p99 {part(us, 0.99):.1f}, p99.9 {part(us, 0.999):.1f}, max {part(us, 1):.0f} ({len(us)})")
        print(f"ticks late by more than {LATE_MS} ms: {self.late} of {self.ticks}, at most {1000 * self.most_late:.1f} ms")
        ms = [1000 * seconds for seconds in sorted(self.waits)]
        print(f"end of a sentence to its translation, ms: p50 {part(ms, 0.5):.0f}, p99 {part(ms, 0.99):.0f} ({len(ms)})")
        print(f"links down: {self.down}", flush=True)


def part(values, share):
    return values[int(share * (len(values) - 1))] if values else 0


def processor():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resident_kb():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 1024


if __name__ == "__main__":
    asked = [int(word) for word in sys.argv[1:]]
    asyncio.run(Bench(*asked, *(100, 60)[len(asked) :]).run())
