#!/usr/bin/env python3
"""Makes the archives that are published, in dist/: one for each target, with SHA256SUMS and a list of what is in the library.
Symbols for debuggers are in an archive of their own.

usage: dist [--no-trial] [TARGET]...    without targets all; --no-trial: what was built is not run, and of
                                        platforms that cannot run here only those that are named are built

Each archive is unpacked elsewhere, programs are built with what is in it, and a session is held beside a devserver: by an
emulator where this machine cannot run them. For platforms without an emulator the library is built and its files are read (elsewhere.py).
docs/platforms.md is written of what these runs and earlier ones have seen.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time

import archive
import doctor
import elsewhere
import import_library
import page
import roots
import sbom
import symbols
from targets import ROOT, named
from trial import SPEECH, Trial
from trial_windows import WindowsTrial
from version import version

sys.path.insert(0, str(ROOT / "tools"))
from checks.places import SIZE_CEILING  # noqa: E402

BUILD = ROOT / "build/dist"
OUTPUT = ROOT / "dist"
# Beside what CMake installs.
MORE = {"include/single/palabra.h": "include/single/palabra.h", "examples-c": "share/palabra/examples", "README.md": "share/doc/palabra/README.md",
        "CHANGELOG.md": "share/doc/palabra/CHANGELOG.md", "docs": "share/doc/palabra/docs"}


def run(*command, env=None):
    print("$", *command, flush=True)
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT, env=env)


def commit():
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT).stdout.strip()


def install(target):
    """The folder that becomes the archive."""
    build, prefix = BUILD / target.name, BUILD / f"libpalabra-{version()}-{target.name}"
    shutil.rmtree(build, ignore_errors=True)
    shutil.rmtree(prefix, ignore_errors=True)
    env = target.environment() | symbols.ENVIRONMENT
    run("cmake", "-S", ROOT, "-B", build, *target.cmake(), env=env)
    run("cmake", "--build", build, env=env)
    run("cmake", "--install", build, "--prefix", prefix, env=env)
    for source, place in MORE.items():
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, prefix / place)
        else:
            (prefix / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, prefix / place)
    doctor.build(target, prefix)
    if target.kind == "pe":
        import_library.install(target, prefix)
    return prefix


def tried(target, path, debug, devserver):
    trial = (WindowsTrial if target.kind == "pe" else Trial)(target, path, BUILD / "trial" / target.name)
    trial.names_of_folders()
    trial.failures += symbols.faults(target, debug)
    trial.hold(devserver)
    trial.conform(devserver)
    new_roots = roots.hold(trial, devserver)
    if trial.size() > SIZE_CEILING:
        trial.failures.append(f"the library has {trial.size() - SIZE_CEILING} bytes more than it may have")
    for failure in trial.failures:
        print(f"dist: {target.name}: {failure}", file=sys.stderr)
    return {"library_bytes": trial.size(), "needs": trial.needs(), "passed": trial.passed, "conforms": trial.conforms, "roots": new_roots,
            "failures": trial.failures}


def make(target, devserver):
    begun = time.monotonic()
    prefix = install(target)
    debug = BUILD / f"{prefix.name}-debug"
    shutil.rmtree(debug, ignore_errors=True)
    file = symbols.split(target, prefix, debug)
    path = archive.write(prefix, OUTPUT / f"{prefix.name}{target.archive}")
    archive.write(debug, OUTPUT / f"{debug.name}.tar.xz")
    seen = {"archive": path.name, "archive_bytes": path.stat().st_size, "seconds": round(time.monotonic() - begun), "commit": commit()}
    if devserver:
        seen |= tried(target, path, file, devserver)
        (BUILD / f"{target.name}.json").write_text(json.dumps(seen, indent=1), encoding="utf-8")
    return seen


def chosen(options):
    """What is made, and what is only looked at."""
    unseen = [elsewhere.NAMES[name] for name in options.targets if name in elsewhere.NAMES]
    if not (options.targets or options.no_trial):
        unseen = list(elsewhere.ALL)
    here = [name for name in options.targets if name not in elsewhere.NAMES]
    if options.targets and not here:
        return [], unseen
    return named(here, elsewhere.NAMES), unseen


def make_all(targets, tries):
    """Returns the names of those that failed."""
    OUTPUT.mkdir(exist_ok=True)
    devserver = None
    if tries:
        run("cargo", "build", "--profile", "devserver", "--locked", "-p", "palabra-devserver", "--bin", "palabra-devserver")
        devserver = ROOT / "target/devserver/palabra-devserver"
        run(sys.executable, "tools/recording.py", "--sentences", "2", SPEECH)
    seen = {target.name: make(target, devserver) for target in targets}
    sbom.write(OUTPUT / f"libpalabra-{version()}.cdx.json", version())
    archive.sums(OUTPUT)
    return [name for name, about in seen.items() if about.get("failures")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-trial", action="store_true")
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    options = parser.parse_args()
    targets, unseen = chosen(options)
    run("tools/install.sh", "build", "recording", "dist", "go")
    run("rustup", "target", "add", *(target.triple for target in (*targets, *unseen)))
    BUILD.mkdir(parents=True, exist_ok=True)
    failed = make_all(targets, not options.no_trial) if targets else []
    failed += elsewhere.check(unseen, BUILD, commit())
    if not options.no_trial:
        page.write(BUILD)
    count = len(targets) + len(unseen)
    print(f"dist: {count - len(failed)} targets, {len(failed)} failed{': ' + ', '.join(failed) if failed else ''}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
