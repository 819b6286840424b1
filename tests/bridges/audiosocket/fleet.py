#!/usr/bin/env python3
"""Three bridges behind HAProxy, with the configuration that is installed with them, beside a devserver in the environment.

usage: fleet.py --program PATH --config haproxy.cfg

Both parties of each call must reach the same bridge; one that is full or drains gets the parties of its calls and no others;
what is killed takes its own calls with it alone, and new ones reach the others.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import uuid

from peer import PATIENCE, Peer, leg
from program import Bridge

CALLS = 60


class Proxy:
    """HAProxy with these bridges in place of those of the file."""

    def __init__(self, folder, config, bridges):
        self.socket = folder / "proxy.sock"
        text = config.read_text(encoding="utf-8")
        text = re.sub(r"bind \S+", f"bind unix@{folder}/front.sock\n    bind 127.0.0.1:{self._port(folder)}", text)
        text = re.sub(r"^    server .*\n", "", text, flags=re.MULTILINE).replace("agent-port 9094 ", "").replace("port 9093 ", "")
        text += "".join(f"    server {name} 127.0.0.1:{bridge.port} port {bridge.http_port} agent-port {bridge.agent_port}\n" for name, bridge in bridges.items())
        self.config = folder / "haproxy.cfg"
        self.config.write_text(f"global\n    stats socket {self.socket} level admin\n{text}", encoding="utf-8")

    def _port(self, folder):
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        return self.port

    def __enter__(self):
        self.process = subprocess.Popen(["haproxy", "-q", "-db", "-f", str(self.config)])
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(PATIENCE)

    def states(self):
        """{name: (status, weight)}"""
        with socket.socket(socket.AF_UNIX) as asked:
            asked.connect(str(self.socket))
            asked.sendall(b"show stat\n")
            rows = [line.split(",") for line in asked.makefile().read().splitlines() if line]
        head = [name.lstrip("# ") for name in rows[0]]
        table = [dict(zip(head, row)) for row in rows[1:]]
        return {row["svname"]: (row["status"], int(row["weight"] or 0)) for row in table if row["pxname"] == "bridges" and row["svname"] != "BACKEND"}

    def wait(self, holds, what):
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                found = self.states()
                if holds(found):
                    return
            if time.monotonic() > end:
                raise TimeoutError(f"{what}: {found}")
            time.sleep(0.05)


def joined(bridges, call):
    """Which bridges have this call, and with how many parties."""
    key = str(call)[:-1]
    return {name: sum(line["what"] == "joined" and line["call"] == key for line in bridge.taken) for name, bridge in bridges.items()}


def take_lines(bridges):
    for bridge in bridges.values():
        while not bridge.lines.empty():
            text = bridge.lines.get()
            if text is not None:
                bridge.taken.append(json.loads(text))


def connect(proxy, bridges, calls, digit):
    """Parties that are heard; those that were refused are left out."""
    peers = {call: Peer(proxy.port, leg(call, digit)) for call in calls}
    for peer in peers.values():
        while not peer.blocks and not peer.is_over.is_set():
            with contextlib.suppress(OSError):
                peer.send(peer.kind, bytes(320))
            time.sleep(0.005)
    take_lines(bridges)
    return {call: peer for call, peer in peers.items() if not peer.is_over.is_set()}


def try_fleet(program, config, folder, stack):
    bridges = {name: stack.enter_context(Bridge(program, folder, {"calls": CALLS, "agent": "127.0.0.1:0"})) for name in "abc"}
    proxy = stack.enter_context(Proxy(folder, config, bridges))
    proxy.wait(lambda found: len(found) == 3 and all(state.startswith("UP") and weight for state, weight in found.values()), "not all bridges are up")
    calls = [uuid.uuid4() for _ in range(CALLS)]
    peers = [connect(proxy, bridges, calls, "0"), connect(proxy, bridges, calls, "1")]
    places = {call: joined(bridges, call) for call in calls}
    split = [place for place in places.values() if sorted(place.values()) != [0, 0, 2]]
    assert not split, f"{len(split)} of {CALLS} calls are on two bridges: {split[:3]}"
    spread = {name: sum(place[name] == 2 for place in places.values()) for name in bridges}
    assert min(spread.values()) >= CALLS // 6, f"the calls are not spread: {spread}"
    print(f"{CALLS} calls, none with its parties on two bridges: {spread}")

    # One drains: its calls go on, a party that comes late joins them, and new calls go elsewhere.
    half, here = {}, None
    for _ in range(CALLS):
        if here is not None:
            break
        one = connect(proxy, bridges, [uuid.uuid4()], "0")
        half.update(one)
        here = next((call for call in one if joined(bridges, call)["a"]), None)
    assert here is not None, f"a bridge that is up got no call: {proxy.states()}"
    bridges["a"].process.terminate()
    proxy.wait(lambda found: "DRAIN" in found["a"][0], "HAProxy did not see the drain")
    late = connect(proxy, bridges, [here], "1")
    assert joined(bridges, here)["a"] == 2, joined(bridges, here)
    new = connect(proxy, bridges, [uuid.uuid4() for _ in range(10)], "0")
    assert len(new) == 10 and not any(joined(bridges, call)["a"] for call in new), "a draining bridge got a new call"
    print("a draining bridge got the second party of its call, and no new call")

    # One is killed: new calls are answered by the one that is left.
    bridges["b"].process.kill()
    began = time.monotonic()
    after = {}
    while not after and time.monotonic() < began + PATIENCE:
        after = connect(proxy, bridges, [uuid.uuid4()], "0")
    assert all(joined(bridges, call)["c"] for call in after)
    print(f"a new call was answered {time.monotonic() - began:.2f} s after a bridge was killed")
    of_c = [call for call, place in places.items() if place["c"]]
    assert not any(peers[0][call].is_over.is_set() for call in of_c), "the end of one bridge ended calls of another"
    bridges["b"].process.wait()
    bridges["b"].stop = lambda: 0
    for peer in [*peers[0].values(), *peers[1].values(), *half.values(), *late.values(), *new.values(), *after.values()]:
        if not peer.is_over.is_set():
            peer.hang_up()


def main():
    parser = argparse.ArgumentParser(description="Several bridges behind HAProxy.")
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--config", type=pathlib.Path, required=True)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        try_fleet(args.program, args.config, pathlib.Path(folder), stack)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)
