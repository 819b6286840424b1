#!/usr/bin/env python3
"""What two-way calls cost, as a table: benches/calls.c, and the same calls by hand (benches/by_hand), each beside a devserver of its own.

usage: calls.py --devserver PATH --program NAME=COMMAND... [--calls 10,100] [--seconds 20] [--tls]

A program is called with the number of calls and the seconds, and prints the lines of benches/calls.c. From the first, that tells how many
links are up, it takes 10 s to warm up, and then the seconds are measured; what the devserver needs meanwhile is measured here. A run whose
links are not all up, or in which one goes down, says so in its row.
"""

import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
from devserver import Devserver, patient  # noqa: E402

WARMING_S = 10
HEAD = ("calls", "program", "links up", "share of a core, a call", "the devserver's, beside it", "memory, a call",
        "exchange p50 / p99 / p99.9 / max, us", "ticks over 5 ms late", "end of a sentence to its translation, p50 / p99", "load")
LINES = {
    "up": r"(\d+) of (\d+) links up",
    "share": r"share of a core for a call: (\S+) %",
    "memory": r"memory for a call: (\S+) kB; load of the machine (\S+)",
    "exchange": r"exchange of 20 ms.*p50 (\S+), p99 (\S+), p99.9 (\S+), max (\S+) ",
    "late": r"ticks late by more than 5 ms: (\d+) of (\d+)",
    "wait": r"end of a sentence to its translation, ms: p50 (\S+), p99 (\S+) ",
    "down": r"links down: (\d+)",
}


def processor(process):
    """Seconds that it has used."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(program, server, environment):
    """What the program says, and the share of a core that the server needed in the seconds that were measured."""
    process = subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, text=True)
    said = process.stdout.readline()
    time.sleep(WARMING_S)
    begun, before = time.monotonic(), processor(server.process.pid)
    said += process.stdout.readline()
    share = (processor(server.process.pid) - before) / (time.monotonic() - begun)
    said += process.stdout.read()
    process.wait()
    return said, share


def row(name, calls, said, share):
    found = {what: re.search(pattern, said) for what, pattern in LINES.items()}
    missing = [what for what, match in found.items() if not match]
    if missing:
        print(f"calls: {name} does not say {', '.join(missing)}:\n{said}", file=sys.stderr)
        return (calls, name, "did not come to its end", *[""] * (len(HEAD) - 3))
    of = {what: match.groups() for what, match in found.items()}
    down = int(of["down"][0])
    return (calls, name, f"{of['up'][0]} of {of['up'][1]}" + (f", {down} down" if down else ""), f"{of['share'][0]} %", f"{100 * share / calls:.2f} %",
            f"{of['memory'][0]} kB", " / ".join(of["exchange"]), f"{of['late'][0]} of {of['late'][1]}", f"{of['wait'][0]} / {of['wait'][1]} ms", of["memory"][1])


def certificate(folder):
    """A certificate for this machine alone, as options of the devserver and variables of the programs."""
    pem, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/CN=localhost",
                    "-addext", "basicConstraints=critical,CA:FALSE", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", pem], check=True, capture_output=True)
    return ["--tls-cert", str(pem), "--tls-key", str(key)], {name: str(pem) for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devserver", required=True)
    parser.add_argument("--program", action="append", required=True, metavar="NAME=COMMAND")
    parser.add_argument("--calls", default="10,100")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--tls", action="store_true")
    o = parser.parse_args()
    programs = [named.split("=", 1) for named in o.program]
    print("|", " | ".join(HEAD), "|")
    print("|---" * len(HEAD) + "|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        tls, variables = certificate(pathlib.Path(folder)) if o.tls else ([], {})
        for calls in o.calls.split(","):
            for name, command in programs:
                with Devserver(o.devserver, [*patient(["--no-rate-limits"]), *tls]) as server:
                    environment = {**server.environment(), **variables, "PYTHONUNBUFFERED": "1"}
                    said, share = run([*shlex.split(command), calls, str(o.seconds)], server, environment)
                print("|", " | ".join(map(str, row(name, int(calls), said, share))), "|", flush=True)


if __name__ == "__main__":
    main()
