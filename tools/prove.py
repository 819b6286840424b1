#!/usr/bin/env python3
"""Runs the slower tier: tests that need a quiet machine, real time or long work, and are not part of tools/test.py.

usage: prove.py [PART]...    without arguments all parts that have not passed yet on this version of the tree, so that
an interrupted run continues, and at the end docs/proof.md says what was found; a part that is named always runs
       prove.py --page       writes docs/proof.md of what is known; results of another version are marked as such

Parts:
  rust    tests marked `#[ignore = "prove: why"]`
  c       the ctest cases with the label `prove`: programs tests/c/prove/prove_*.c, and exact limits in milliseconds
  go      the tests of the Go binding, with exact limits in milliseconds; again with cgo's checks of all pointers
          (cgocheck2); and a minute of its fuzz test
  csharp  those of the C# and Unity bindings, likewise; and programs that need a process of their own
  lint    clippy for the simulation, fuzz, tests/model and tests/mutants; the documents as a site (make docs)
  oldest  the library by the compiler of Debian 13, the oldest that builds it, in a new root of debootstrap, where a program
          holds a session with it; left out where this is not run as root
  revert  mended faults are brought back (tests/prove/revert), and the named test of each must fail; PALABRA_REVERT_SECONDS
          bounds it, and the patches that are left count as skipped
  bytes   two builds of the library, in two folders, are the same and name no folder of this machine
  models  tests/model: each model in every order of its threads' operations, within LOOM_MAX_PREEMPTIONS (3) and
          PALABRA_MODEL_SECONDS (30) of the processor; and each ordering made weaker, which a model must notice
  asan    the C programs, and sessions whose server says what it should not for PALABRA_HOSTILE_SECONDS (60), with
          AddressSanitizer and a search for leaks in them and in the library
  ubsan   the same programs with the sanitizer of undefined behaviour in them
  tsan    the same with ThreadSanitizer in them, in the library and in the standard library; left out where the
          distribution has no Rust compiler with sources
  coverage  which lines, branches and functions of the library the Rust and the C tests run: build/prove/coverage; fails for a
          function that none runs, unless tests/prove/uncovered.txt says why
  mutants tests/mutants: the first PALABRA_MUTANTS (700) faults, in an order that PALABRA_MUTANT_SEED (1) gives, are
          planted in session, products, wire and net, and judged by the Rust tests and C programs for PALABRA_MUTANT_SECONDS (3600);
          runs add up, and what is not judged yet counts as skipped. Fails for one that no test notices, unless
          tests/mutants/survivors.txt answers, and for more missing tests than before
  fuzz    every target of the fuzzer, PALABRA_FUZZ_SECONDS (600) each, as many at a time as there are processors; an
          interrupted run continues with the targets that have not passed
  sim     tests/sim: the seeds SEEDS (0..2000), whose figures are added up in build/prove/sim.json, so that an interrupted
          run continues and a longer one adds to it; with PALABRA_SIM_LENGTH=N after N times as much talk, with
          PALABRA_SIM_MINUTES=N said and called again for N minutes, each in a file beside it; and 100 seeds that have the same course alone, among others,
          backwards and on a busy machine. The first failure is made small and kept beside the figures. Then one call that
          goes on for PALABRA_SIM_HOURS (24)
  sim-mutants  of PALABRA_SIM_MUTANTS (60) faults of session and products, how many the seeds of `make test` notice
  matrix  every fault of the devserver and every violation of the protocol, in every state of a session, for each product,
          generation of credentials, scheme and kind of output: each cell in simulated time, as many at a time as there
          are processors, within PALABRA_MATRIX_SECONDS (3600)
  networks  conversations over bad networks: by a proxy that delays, stalls, trickles and cuts; as root also between two
          network namespaces, with rates, losses, black holes, links down, killed connections, address families that are
          gone, name servers that are slow. Programs and services that are stopped, dates that jump; and services that
          reset, half close or break TLS at each moment of a session
  bridges the tests of audiosocket, with AddressSanitizer and ThreadSanitizer in it; PALABRA_BRIDGE_CALLS (100) calls of it at
          once for PALABRA_BRIDGE_SECONDS (30); the element for GStreamer, by GStreamer's tools and under valgrind;
          and the module for baresip, between telephones of three kinds, alone and under valgrind; and all three with a library
          that was built with the options which are off by default. Then what their READMEs tell a new user, from the
          sources to a first call, in an empty home folder
  fleet   bridges/fleet: what each program says of its files, and as root three nodes of each bridge behind HAProxy and Kamailio, with PALABRA_FLEET_CALLS (100)
          calls of AudioSocket and PALABRA_FLEET_SIP_CALLS (30) of SIP: nodes that are killed, stopped, cut off, updated, full, and refused by the service;
          which alerts fire. What is missing is left out
  demo    the models of the devserver's engine local, and make demo's call between an English and a Spanish voice, with its
          limits on wrong words, delays and lag; and the words that are left beside an echo which is cancelled. Left out where
          Whisper cannot be installed
  hosts   the example for Qt, compiled and run where Qt can be installed
  features  what equal behaviour in all languages means for what is off by default, with a library that has all of it
          (tests/conformance/scenarios/featured), and all other scenarios with that library
  peers   the five programs of others that are known to use the official Python client, unmodified, beside a devserver with
          the service's limits: the tests that they bring, a test of the one that brings none, and the example scripts of both
          generations of the client
  soak    PALABRA_SOAK_SESSIONS (200) sessions that talk for PALABRA_SOAK_SECONDS (600), and 50 others a second that
          come and go: memory, descriptors and threads stay as they are

PALABRA_PROVE_SECONDS (1800) limits each part except lint, oldest, models, matrix, fuzz, sim, soak, revert, bytes, coverage, mutants and the sanitizers.
Programs find it in their environment too, and may run as long as that.
"""

import hashlib
import json
import os
import resource
import subprocess
import sys
import time

from checks import bridges, coverage, demo, featured, fleet, fuzz, hosts, lint, matrix, models, mutants, networks, oldest, peers, proof, reports, reproducible, rust, sanitizers, sim, sim_mutants, soak, stages
from checks.graph import Result, Run, outcome, report, with_needs
from checks.places import CMAKE, new_report
from checks.shell import ROOT, Shell
from devserver import unwind_on_sigterm

SECONDS = float(os.environ.setdefault("PALABRA_PROVE_SECONDS", "1800"))
# Limits in milliseconds are applied exactly.
os.environ["PALABRA_PROVE_CLOCK"] = "1"
STATE = ROOT / "build/prove/passed.json"


def c_cases(shell):
    path = new_report("prove-c.xml")
    shell.passes("ctest", "--test-dir", CMAKE, "--output-on-failure", "-L", "^prove$", "--output-junit", path)
    return reports.junit(path)


def fuzzing(shell):
    return fuzz.all_targets(tree())(shell)


def simulation(shell):
    return sim.many(tree())(shell)


# The stages that each part needs, and its work.
PARTS = {
    "rust": (("rust-build",), rust.slow),
    "c": (("programs", "rust-build"), c_cases),
    "go": (("go-shim", "rust-build"), stages.go_slow),
    "csharp": (("cs-tools", "hosts-tools", "library", "rust-build"), stages.csharp_slow),
    "lint": (("system",), lint.run),
    "oldest": (("oldest-tools", "rust-build"), oldest.run),
    "revert": (("cs-tools", "programs", "rust-build"), stages.reverts),
    "bytes": (("system",), reproducible.run),
    "models": (("models-build",), models.run),
    "asan": (("asan-build", "programs", "rust-build"), sanitizers.asan),
    "ubsan": (("programs", "rust-build"), sanitizers.ubsan),
    "tsan": (("tsan-build", "programs", "rust-build"), sanitizers.tsan),
    "coverage": (("coverage-tools", "programs", "rust-build"), coverage.run),
    "mutants": (("mutants-build", "programs", "rust-build"), mutants.run),
    "fuzz": (("fuzz-build",), fuzzing),
    "sim": ((), simulation),
    "sim-mutants": (("mutants-build",), sim_mutants.run),
    "matrix": ((), matrix.run),
    "networks": (("programs", "rust-build"), networks.run),
    "bridges": (("bridges-tools", "programs", "rust-build", "featured"), bridges.run),
    "fleet": (("fleet-tools", "programs", "rust-build"), fleet.run),
    "hosts": (("hosts-tools", "programs", "rust-build"), hosts.run),
    "demo": (("demo-tools", "programs"), demo.run),
    "features": (("featured", "programs", "go-shim", "cs-build", "rust-build"), featured.run),
    "peers": (("peers-tools", "programs", "rust-build"), peers.run),
    "soak": (("programs",), soak.soak),
}
STAGES = [*stages.STAGES, models.BUILD, sanitizers.BUILD, sanitizers.BUILD_TSAN, coverage.TOOLS, mutants.BUILD, fuzz.BUILD, bridges.TOOLS, demo.INSTALLED, fleet.TOOLS, featured.BUILD, hosts.TOOLS, oldest.TOOLS, peers.LOCAL_TOOLS, peers.BUILD]


def tree():
    """Identifies this version of the tree, without what a run itself writes and answers to it; None if it cannot be determined."""
    try:
        git, files = ("git", "-C", str(ROOT)), ("--", ".", *(f":!{name}*" for name in proof.WRITTEN))
        known = subprocess.run([*git, "ls-files", "--stage", *files], capture_output=True, check=True).stdout
        changes = subprocess.run([*git, "diff", *files], capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return hashlib.sha256(known + changes).hexdigest()


def load(state):
    """The parts that have passed on this tree, as {part: [passed, seconds]}."""
    try:
        kept = json.loads(STATE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept["parts"] if state and kept["tree"] == state else {}


def run_part(name):
    begin, before = time.monotonic(), processor()
    shell = Shell(lambda text: print(text, end="", flush=True), SECONDS)
    count, note = outcome(PARTS[name][1], shell)
    return Result(count, time.monotonic() - begin, processor() - before, note)


def processor():
    """Seconds of all programs that have ended: many parts start some without their shell."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def build(names):
    """Runs the stages that the parts need; returns those that failed."""
    needs = {need for name in names for need in PARTS[name][0]}
    found = stages.with_system(with_needs(STAGES, needs))
    return {name: result for name, result in Run(found, ROOT / "build/log").all().items() if result.count.failed}


def main():
    if {"-h", "--help"} & set(sys.argv[1:]):
        sys.exit(print(__doc__.strip()))
    unwind_on_sigterm()
    if sys.argv[1:] == ["--page"]:
        missing = proof.write(PARTS, tree())
        sys.exit(f"prove: not run on this version: {', '.join(missing)}" if missing else 0)
    asked = sys.argv[1:]
    unknown = [name for name in asked if name not in PARTS]
    if unknown:
        sys.exit(f"prove: no such part: {', '.join(unknown)} (there are: {', '.join(PARTS)})")
    STATE.parent.mkdir(parents=True, exist_ok=True)
    state = tree()
    done = load(state)
    results = {name: Result(reports.Count(done[name][0], 0), done[name][1], note="earlier")
               for name in PARTS if not asked and name in done}
    names = [name for name in asked or PARTS if name not in results]
    built = build(names) if names else {}
    results.update(built)
    for name in names:
        if built.keys() & {stage.name for stage in with_needs(STAGES, PARTS[name][0])}:
            print(f"{name}: not run, because a stage that it needs failed", flush=True)
            continue
        result = results[name] = run_part(name)
        proof.keep(name, result, state)
        # Another run may have added parts meanwhile.
        done = load(state)
        done.pop(name, None)
        if result.count.passed and not result.count.failed:
            done[name] = [result.count.passed, result.seconds]
        STATE.write_text(json.dumps({"tree": state, "parts": done}), encoding="utf-8")
    if not asked:
        proof.write(PARTS, state)
    return report("part", results)


if __name__ == "__main__":
    sys.exit(main())
