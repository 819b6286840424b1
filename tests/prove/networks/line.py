"""A line between two network namespaces: a TUN device in each, and a loop that passes packets on late, never, or slowly."""

import asyncio
import ctypes
import fcntl
import os
import random
import struct
import threading

TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001
CLONE_NEWNET = 0x40000000
DEVICE = "line0"
# What waits for a slow line, in bytes; the rest is lost, as at a router.
QUEUE = 32_000


class Line:
    """Conditions of both directions, which may change at any time."""

    def __init__(self, spaces, seed):
        self.delay, self.jitter, self.loss, self.is_hole = 0.0, 0.0, 0.0, False
        # Bits a second; 0: without a limit.
        self.rate = 0
        self.passed = self.lost = 0
        self._dice = random.Random(seed)
        self._ends = [_device(space) for space in spaces]
        self._free = [0.0, 0.0]

    def start(self):
        """Passes packets on, in the running loop."""
        loop = asyncio.get_running_loop()
        for side, end in enumerate(self._ends):
            loop.add_reader(end, self._read, side)

    def _read(self, side):
        try:
            packet = os.read(self._ends[side], 65536)
        except OSError:
            # The device is down.
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._free[side] = max(self._free[side], now)
        waiting = (self._free[side] - now) * self.rate / 8
        if self.is_hole or self._dice.random() < self.loss or waiting > QUEUE:
            self.lost += 1
            return
        if self.rate:
            self._free[side] += len(packet) * 8 / self.rate
        self.passed += 1
        due = self._free[side] - now + self.delay + self._dice.uniform(-1, 1) * self.jitter
        loop.call_later(max(0.0, due), self._write, 1 - side, packet)

    def _write(self, side, packet):
        if not self._ends:
            return
        try:
            os.write(self._ends[side], packet)
        except OSError:
            self.lost += 1

    def stop(self):
        """Passes nothing on any more."""
        loop = asyncio.get_running_loop()
        for end in self._ends:
            loop.remove_reader(end)

    def close(self):
        ends, self._ends = self._ends, []
        for end in ends:
            os.close(end)

    def __del__(self):
        assert not self._ends, "a line was not closed"


def _device(space):
    """A TUN device inside a namespace, from outside."""
    made = []

    def enter():
        libc = ctypes.CDLL(None, use_errno=True)
        name = os.open(f"/run/netns/{space}", os.O_RDONLY)
        try:
            if libc.setns(name, CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")
            device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", DEVICE.encode(), IFF_TUN_NO_PI))
            made.append(device)
        finally:
            os.close(name)

    # The namespace belongs to a thread, which ends.
    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    if not made:
        raise OSError(f"no TUN device in {space}")
    return made[0]
