"""A proxy that passes a connection on as badly as it is told to; it needs no rights."""

import asyncio
import random
import socket
import struct


class Proxy:
    """Conditions of every connection, which may change at any time."""

    def __init__(self, port, seed=1):
        self.target = port
        self.delay, self.jitter, self.is_still = 0.0, 0.0, False
        # Bytes a second; 0: without a limit. Bytes in one piece; 0: as they come.
        self.rate, self.piece = 0, 0
        self._dice = random.Random(seed)
        self._ends = []
        self._tasks = set()

    async def open(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def _serve(self, reader, writer):
        upstream, downstream = await asyncio.open_connection("127.0.0.1", self.target)
        for end in (writer, downstream):
            end.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._ends.append((writer, downstream))
        for source, sink in ((reader, downstream), (upstream, writer)):
            task = asyncio.create_task(self._carry(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, source, sink):
        try:
            while data := await source.read(16384):
                step = self.piece or len(data)
                for start in range(0, len(data), step):
                    await self._pass_on(sink, data[start:start + step])
            if not sink.is_closing():
                sink.write_eof()
        except (OSError, asyncio.IncompleteReadError):
            sink.close()

    async def _pass_on(self, sink, data):
        while self.is_still:
            await asyncio.sleep(0.02)
        wait = self.delay + self._dice.uniform(0, self.jitter)
        wait += len(data) / self.rate if self.rate else 0
        if wait:
            await asyncio.sleep(wait)
        sink.write(data)
        await sink.drain()

    def half_close(self):
        """The service says no more."""
        for client, _ in self._ends:
            client.write_eof()

    def cut(self):
        """Both ends learn that the connection is gone."""
        for pair in self._ends:
            for end in pair:
                end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.close()

    async def close(self):
        self.server.close()
        for pair in self._ends:
            for end in pair:
                end.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
