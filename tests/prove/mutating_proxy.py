#!/usr/bin/env python3
"""Runs a command with a proxy before its devserver that changes what the devserver says: single bits, pieces and values of
messages, whole messages, frames.

usage: mutating_proxy.py SEED RATE COMMAND [ARG]...    RATE: the share of messages that are changed, such as 0.05

To be run by tests/c/support/with_devserver.py, whose PALABRA_API_URL names the devserver.
"""

import asyncio
import os
import random
import re
import sys
import urllib.parse

from servers import environment, frame

VALUE = re.compile(rb'"[^"]{0,60}"|-?\d+|true|false|null')
VALUES = [b"null", b"-1", b"1e400", b"{}", b"[]", b'""', b"18446744073709551616", rb'"\u0000"', rb'"\ud800"', b"true", b"[" * 40,
          b'"' + b"A" * 3000 + b'"', b"0.0000001", b'"es"', b'"eos"', b'"error"', b'"output_audio_data"', b'"audio_chunk"',
          b'"validated_transcription"', b'"current_task"', b'"task_status"', b'"warning"', b'"end_of_stream"']


class Mutator:
    def __init__(self, seed, rate):
        self.random = random.Random(seed)
        self.rate = rate
        self.changed = self.passed = 0
        self.earlier = []

    def is_next(self):
        self.passed += 1
        chosen = self.random.random() < self.rate
        self.changed += chosen
        return chosen

    def bytes(self, data):
        """Something else of about the same kind."""
        data, draw = bytearray(data), self.random
        kind = draw.randrange(8)
        if not data:
            return b""
        at = draw.randrange(len(data))
        if kind == 0:
            for _ in range(draw.randint(1, 4)):
                data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        elif kind == 1:
            del data[at:]
        elif kind == 2:
            data[at:at] = data[draw.randrange(len(data)):][:draw.randrange(200)]
        elif kind == 3:
            del data[at:at + draw.randrange(40)]
        else:
            values = list(VALUE.finditer(data))
            if values:
                value = draw.choice(values)
                data[value.start():value.end()] = draw.choice(VALUES)
        return bytes(data)

    def frames(self, opcode, data, is_last):
        """What is sent in place of one frame."""
        frames = [frame(opcode, data, is_last)]
        if self.is_next():
            kind = self.random.randrange(10)
            if kind < 6:
                frames = [frame(opcode, self.bytes(data), is_last)]
            elif kind == 6 and self.earlier:
                frames.insert(0, self.random.choice(self.earlier))
            elif kind == 7:
                frames = []
            elif kind == 8:
                frames *= 3
            elif self.random.random() < 0.15:
                frames = [self.bytes(frames[0])]
        self.earlier = (self.earlier + frames)[-30:]
        return frames


async def down(mutator, reader, writer):
    head = await reader.readuntil(b"\r\n\r\n")
    writer.write(head)
    if b" 101 " not in head.split(b"\r\n")[0]:
        while data := await reader.read(65536):
            writer.write(mutator.bytes(data) if mutator.is_next() else data)
        return
    while True:
        first, second = await reader.readexactly(2)
        size = second & 127
        if size > 125:
            size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
        data = await reader.readexactly(size)
        for out in mutator.frames(first & 15, data, first > 127):
            writer.write(out)
        await writer.drain()


async def up(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


async def connection(mutator, target, reader, writer):
    there = None
    try:
        from_there, there = await asyncio.open_connection(*target)
        ways = [asyncio.create_task(down(mutator, from_there, writer)), asyncio.create_task(up(reader, there))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
    except OSError:
        pass
    finally:
        for end in (writer, there):
            if end is not None:
                end.close()


async def main():
    seed, rate, *command = sys.argv[1:]
    mutator = Mutator(int(seed), float(rate))
    url = urllib.parse.urlsplit(os.environ["PALABRA_API_URL"])
    server = await asyncio.start_server(lambda *ends: connection(mutator, (url.hostname, url.port), *ends), "127.0.0.1", 0, backlog=512)
    port = server.sockets[0].getsockname()[1]
    process = await asyncio.create_subprocess_exec(*command, env=environment(port))
    code = await process.wait()
    print(f"mutating_proxy: {mutator.changed} of {mutator.passed} messages changed", flush=True)
    os._exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    asyncio.run(main())
