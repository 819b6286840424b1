#!/usr/bin/env python3
"""Three nodes of each bridge behind HAProxy and Kamailio, with the files of bridges/fleet: nodes that are killed, stopped, cut off, updated, full,
and refused by the service. As root, since each node has a network of its own.

usage: main.py --program palabra-audiosocket --module palabra.so --crowd PROGRAM --devserver PATH --results FILE.json
"""

import argparse
import contextlib
import json
import os
import pathlib
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(HERE.parent / "sip"), str(HERE.parent / "audiosocket")]

import audio  # noqa: E402
import places  # noqa: E402
import sip  # noqa: E402
import watch  # noqa: E402
from devserver import Devserver, patient, unwind_on_sigterm  # noqa: E402


class Run:
    """What all cases share, and what they found."""

    ACCOUNT_SECONDS, RTP_SECONDS = 60, 10

    def __init__(self, args, places_of):
        self.args, self.places = args, places_of
        self.found, self.failed, self.fired, self.prometheus = {}, {}, {}, None

    @contextlib.contextmanager
    def alerts(self, what, *expected):
        """Exactly these fire while it lasts, as (name, node); that a node is late is true of a busy machine, and is not counted."""
        heard = lambda alerts: {(name, node) for name, _, node in alerts if name != "PalabraNodeLate"}  # noqa: E731
        self.prometheus.wait(lambda found: not heard(found), f"alerts before {what}")
        begin = time.time()
        yield
        fired = heard(self.prometheus.fired(begin, time.time()))
        self.fired[what] = {"expected": sorted(name for name, _ in expected), "fired": sorted(name for name, _ in fired)}
        assert fired == set(expected), f"{what}: expected {expected}, fired {sorted(fired)}"

    def case(self, subject, work, *arguments):
        began = time.monotonic()
        try:
            work(*arguments)
            self.failed[f"{subject}: {work.__name__}"] = None
        except Exception as error:  # noqa: BLE001
            traceback.print_exc()
            self.failed[f"{subject}: {work.__name__}"] = f"{type(error).__name__}: {error}"
        print(f"{'FAILED' if self.failed[f'{subject}: {work.__name__}'] else 'ok'} {subject}: {work.__name__} ({time.monotonic() - began:.0f} s)", flush=True)


def try_audio(run, folder):
    results = run.found.setdefault("audiosocket", {})
    (folder / "audio").mkdir()
    with audio.AudioFleet(run, folder / "audio") as fleet, watch.watching(run, folder / "audio", fleet.nodes.values(), "audiosocket"):
        results["ready within, s"] = round(fleet.ready_seconds, 2)
        run.case("audiosocket", audio.disasters, fleet, results)
        run.case("audiosocket", audio.update, fleet, results)
        run.case("audiosocket", audio.none_is_split, fleet, results)
    (folder / "refused").mkdir()
    with audio.AudioFleet(run, folder / "refused", client_id="dev~rest_status=429~retry_after=30") as fleet, watch.watching(run, folder / "refused", fleet.nodes.values(), None):
        run.case("audiosocket", audio.account, fleet, results)


def try_sip(run, folder):
    results = run.found.setdefault("sip", {})
    (folder / "sip").mkdir()
    with sip.SipFleet(run, folder / "sip") as fleet, watch.watching(run, folder / "sip", fleet.nodes.values(), "sip"):
        results["ready within, s"] = round(fleet.ready_seconds, 2)
        run.case("sip", sip.disasters, fleet, results)
        run.case("sip", sip.update, fleet, results)
        run.case("sip", sip.sipp, fleet, results)
    (folder / "full").mkdir()
    with sip.SipFleet(run, folder / "full", limit=1) as fleet:
        run.case("sip", sip.full, fleet, results)
    (folder / "nothing").mkdir()
    with sip.SipFleet(run, folder / "nothing", client_id="dev~rest_status=429~retry_after=30") as fleet, watch.watching(run, folder / "nothing", fleet.nodes.values(), None):
        run.case("sip", sip.account, fleet, results)


def main():
    parser = argparse.ArgumentParser(description="A fleet of bridges.")
    for name in ("program", "module", "crowd", "devserver", "results"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--sip-calls", type=int, default=30)
    parser.add_argument("--only", default="audio,sip")
    args = parser.parse_args()
    args.proxy, args.fleet = ROOT / "bridges/audiosocket/haproxy.cfg", ROOT / "bridges/fleet"
    for name in ("program", "module", "crowd", "devserver", "results"):
        setattr(args, name, getattr(args, name).resolve())
    places.enter_hub()
    unwind_on_sigterm()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        run = Run(args, {name: stack.enter_context(places.Place(name)) for name in places.NAMES})
        server = stack.enter_context(Devserver(args.devserver, patient(["--host", places.HUB, "--no-rate-limits"])))
        os.environ.update(server.environment())
        if "audio" in args.only:
            try_audio(run, pathlib.Path(folder))
        if "sip" in args.only:
            try_sip(run, pathlib.Path(folder))
        args.results.write_text(json.dumps({"found": run.found, "cases": run.failed, "alerts": run.fired, "load": round(os.getloadavg()[1], 1), "calls": args.calls, "sip_calls": args.sip_calls}, indent=1), encoding="utf-8")
    for kind, found in run.found.items():
        print(json.dumps({kind: {name: value for name, value in found.items() if name != 'graphs'}}, indent=1))
    return 1 if any(run.failed.values()) else 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
