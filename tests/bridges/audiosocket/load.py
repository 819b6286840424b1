#!/usr/bin/env python3
"""How much of the machine many calls cost the bridge, beside a devserver whose address is in the environment.

usage: load.py --program PATH --load PATH --recording WAV --calls N --seconds N
Prints one line of JSON. Fails unless each line was served to the end, and heard something.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import wave

from program import Bridge

TICKS = os.sysconf("SC_CLK_TCK")


def telephone(path, raw):
    """Every other sample of 16 kHz, each the mean of two: what a telephone leaves of it."""
    with wave.open(str(path), "rb") as file:
        samples = memoryview(file.readframes(file.getnframes())).cast("h")
    halves = ((samples[n] + samples[n + 1]) // 2 for n in range(0, len(samples) - 1, 2))
    raw.write_bytes(b"".join(half.to_bytes(2, "little", signed=True) for half in halves))


def used(pid):
    """(seconds of the processor, kB of memory, kB at most) of a process."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    memory = dict(line.split(":") for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(("VmRSS", "VmHWM")))
    return (int(fields[11]) + int(fields[12])) / TICKS, *(int(memory[name].split()[0]) for name in ("VmRSS", "VmHWM"))


def late_share(bridge, seconds):
    """How many of the media threads' timers were later than this."""
    count = bridge.figure("timer_late_seconds_count")
    return 1 - bridge.figure("timer_late_seconds_bucket", f'{{le="{seconds:g}"}}') / count if count else 0


def main():
    parser = argparse.ArgumentParser(description="Many calls at once.")
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--load", type=pathlib.Path, required=True)
    parser.add_argument("--recording", type=pathlib.Path, required=True)
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=30)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        raw = pathlib.Path(folder, "speech.raw")
        telephone(args.recording, raw)
        with Bridge(args.program, folder, {"calls": args.calls, "log_level": 1}) as bridge:
            empty = used(bridge.process.pid)
            ran = subprocess.run([args.load, str(bridge.port), str(args.calls), str(args.seconds), raw], stdout=subprocess.PIPE, check=True)
            busy = used(bridge.process.pid)
            found = json.loads(ran.stdout)
            figures = {
                "calls": args.calls, "seconds": args.seconds, "ready_ms": round(1000 * bridge.ready_seconds),
                "cores": round((busy[0] - empty[0]) / args.seconds, 3), "kb_empty": empty[1], "kb": busy[1], "kb_most": busy[2],
                "kb_a_call": round((busy[1] - empty[1]) / args.calls),
                "timer_over_5_ms": round(late_share(bridge, 0.005), 5), "timer_over_20_ms": round(late_share(bridge, 0.02), 5),
                "blocks_dropped": bridge.figure("blocks_dropped_total"), "blocks_skipped": bridge.figure("blocks_skipped_total"), **found,
            }
            print(json.dumps(figures))
            for _ in range(args.calls):
                bridge.log("call")
    faults = [name for name in ("unsent", "over", "quiet", "blocks_dropped") if figures[name]]
    return f"load: {', '.join(faults)} are not 0" if faults else 0


if __name__ == "__main__":
    code = main()
    if code:
        print(code, file=sys.stderr)
    sys.stdout.flush()
    os._exit(1 if code else 0)
