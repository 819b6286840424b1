#!/usr/bin/env python3
"""Conversations over bad networks: by a proxy, and as root between two network namespaces.

usage: main.py --talker PATH --clock PATH --certificates FOLDER --devserver PATH [--at-once N] [--results PATH] [NAME]...

Prints a line for each case; the file of results has what was seen. Names select the cases that begin so.
"""

import argparse
import asyncio
import json
import pathlib
import signal
import sys
import time
import traceback

import cases
import spaces
from talk import Wrong


async def one(tools, number, name, work, gate, results):
    async with gate:
        begin = time.monotonic()
        try:
            await work(tools, number)
            why = None
        except Wrong as wrong:
            why = str(wrong)
        except Exception:  # noqa: BLE001 - a case that breaks is a case that failed
            why = traceback.format_exc()
        seconds = time.monotonic() - begin
        results[name] = {"failure": why, "seconds": round(seconds, 1)}
        print(f"{'ok' if why is None else 'FAILED'} {name} ({seconds:.0f} s){'' if why is None else ': ' + why}", flush=True)


async def run(tools):
    missing = spaces.missing()
    table = {**cases.ROOTLESS, **({} if missing else cases.ROOT)}
    chosen = {name: work for name, work in table.items() if not tools.names or name.startswith(tuple(tools.names))}
    gate, results = asyncio.Semaphore(tools.at_once), {}
    tasks = [asyncio.create_task(one(tools, number, name, work, gate, results)) for number, (name, work) in enumerate(chosen.items())]
    # Cases clean up when they are cancelled.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: [task.cancel() for task in tasks])
    await asyncio.gather(*tasks, return_exceptions=True)
    skipped = {name: missing for name in cases.ROOT} if missing else {}
    for name in skipped:
        print(f"skipped {name}: {missing}", flush=True)
    return results, skipped


def main():
    parser = argparse.ArgumentParser(description="Conversations over bad networks.")
    parser.add_argument("--talker", required=True, type=pathlib.Path)
    parser.add_argument("--clock", required=True, type=pathlib.Path)
    parser.add_argument("--certificates", required=True, type=pathlib.Path, help="ca.pem, and server.pem with server.key for 127.0.0.1")
    parser.add_argument("--devserver", required=True, type=pathlib.Path)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--results", type=pathlib.Path)
    parser.add_argument("names", nargs="*", metavar="NAME")
    tools = parser.parse_args()
    results, skipped = asyncio.run(run(tools))
    if tools.results:
        tools.results.write_text(json.dumps({"cases": results, "skipped": skipped}, indent=1), encoding="utf-8")
    failed = sum(1 for result in results.values() if result["failure"] is not None)
    print(f"networks: {len(results) - failed} passed, {failed} failed, {len(skipped)} skipped")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
