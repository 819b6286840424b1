"""The programs of bridges: their tests with sanitizers, and as many calls at once as they are made for."""

import json
import os
import shutil
import subprocess
import sys

from . import c_programs, featured, reports
from .graph import Stage
from .places import DEVSERVER, PREFIX, ROOT, TARGET, new_report
from .shell import Shell

FOLDER = ROOT / "build/prove/bridges"
FIGURES = FOLDER / "load.json"
CALLS = int(os.environ.get("PALABRA_BRIDGE_CALLS", "100"))
SECONDS = int(os.environ.get("PALABRA_BRIDGE_SECONDS", "30"))
PROGRAM = PREFIX / "bin/palabra-audiosocket"
SOURCES = ROOT / "bridges/audiosocket/src"
TESTS = ROOT / "tests/bridges/audiosocket"
PLUGIN = "lib/gstreamer-1.0/libgstpalabra.so"
MODULE = "lib/baresip/modules/palabra.so"
MODULE_TESTS = ROOT / "tests/bridges/sip/test_module.py"
PLUGIN_TESTS = ROOT / "tests/bridges/gstreamer"
PIPELINE = ("filesrc location={recording} ! wavparse ! audioconvert ! palabratranslate source=en target=es name=t ! audioconvert ! wavenc "
            "! filesink location={folder}/translated.wav  t.text ! filesink location={folder}/translated.txt")
# The library is not instrumented: what it does among its own threads is no finding of the bridge.
SANITIZERS = {
    "asan": (("-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"), {}),
    "tsan": (("-fsanitize=thread",), {"TSAN_OPTIONS": "ignore_noninstrumented_modules=1 exitcode=66"}),
}


# Installs what plugin and module need before the library is built, which builds them too.
TOOLS = Stage("bridges-tools", lambda shell: None, needs=("system",), groups=("gstreamer", "haproxy", "sip"))


def run(shell):
    FOLDER.mkdir(parents=True, exist_ok=True)
    FIGURES.unlink(missing_ok=True)
    cases, skipped = [*(_sanitized(shell, name) for name in SANITIZERS), _slow(shell), _load(shell)], []
    if shutil.which("haproxy"):
        cases.append(_fleet(shell))
    else:
        skipped.append("audiosocket: the fleet, there is no HAProxy")
    cases.append(_audiosocket_featured(shell))
    if (PREFIX / PLUGIN).exists():
        cases += _gstreamer(shell)
    else:
        skipped.append("gstreamer: its headers are not installed")
    if (PREFIX / MODULE).exists():
        cases += _sip(shell)
    else:
        skipped.append("sip: the headers of libre are not installed")
    cases.append(_new_user(shell))
    for name, why in cases:
        shell.say(f"{'FAILED' if why else 'ok'} {name}{': ' + why if why else ''}\n")
    report = new_report("bridges.xml")
    reports.write_junit(report, "bridges", cases, skipped)
    return reports.junit(report)


def _compile(output, sources, *flags):
    done = subprocess.run(["cc", "-std=gnu11", "-g", *flags, "-I", PREFIX / "include", *sources, "-o", output, "-L", PREFIX / "lib", "-lpalabra",
                           "-lpthread", f"-Wl,-rpath,{PREFIX / 'lib'}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return f"it does not build: {done.stdout}" if done.returncode else None


def _beside(shell, devserver, *command, env=None, to=None):
    """Runs a command with a devserver of its own."""
    return shell.passes(sys.executable, c_programs.BESIDE, "--devserver", devserver, "--devserver-arg=--no-rate-limits", "--timeout", SECONDS + 3600, "--",
                        *command, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(env or {})}, to=to)


def _sanitized(shell, name):
    flags, env = SANITIZERS[name]
    program = FOLDER / f"audiosocket-{name}"
    why = _compile(program, sorted(SOURCES.glob("*.c")), "-O1", *flags)
    if why is None and not _beside(shell, DEVSERVER, TESTS / "test_bridge.py", "--program", program, "--recording", c_programs.OUTPUTS / "speech.wav", env=env):
        why = "see its output"
    return f"audiosocket with {name}", why


def _slow(shell):
    """What needs the machine for itself."""
    passed = _beside(shell, DEVSERVER, TESTS / "test_bridge.py", "--program", PROGRAM, "--recording", c_programs.OUTPUTS / "speech.wav", "--slow")
    return "audiosocket: a machine that does not keep up", None if passed else "see its output"


def _fleet(shell):
    passed = _beside(shell, DEVSERVER, sys.executable, TESTS / "fleet.py", "--program", PROGRAM, "--config", ROOT / "bridges/audiosocket/haproxy.cfg")
    return "audiosocket: three behind HAProxy", None if passed else "see its output"


def _load(shell):
    """With a devserver that is optimised, because it shares the processors with the bridge."""
    shell.run("cargo", "build", "--profile", "devserver", "--locked", "-p", "palabra-devserver")
    load = FOLDER / "load"
    why = _compile(load, [TESTS / "load.c"], "-O2")
    if why is None and not _beside(shell, TARGET / "devserver/palabra-devserver", TESTS / "load.py", "--program", PROGRAM, "--load", load, "--recording",
                                   c_programs.OUTPUTS / "speech.wav", "--calls", CALLS, "--seconds", SECONDS, to=FIGURES):
        why = f"see {FIGURES}"
    return f"audiosocket: {CALLS} calls at once", why


def _audiosocket_featured(shell):
    """With a library that has what is off by default: the cases that need it run, too."""
    program = featured.PREFIX / "bin/palabra-audiosocket"
    passed = _beside(shell, DEVSERVER, TESTS / "test_bridge.py", "--program", program, "--recording", c_programs.OUTPUTS / "speech.wav", "--all-features")
    return "audiosocket with all features", None if passed else "see its output"


def _plugin_environment(prefix, registry):
    return {"GST_PLUGIN_PATH": str((prefix / PLUGIN).parent), "GST_REGISTRY": str(FOLDER / registry), "LD_LIBRARY_PATH": str(prefix / "lib")}


def _gstreamer(shell):
    """The element by GStreamer's own tools and test library, on Debian's GStreamer, and as its README starts it."""
    env = _plugin_environment(PREFIX, "registry.bin")
    said = FOLDER / "inspected.txt"
    inspected = shell.passes("gst-inspect-1.0", "palabratranslate", env={**os.environ, **env}, to=said)
    warned = [line for line in said.read_text(encoding="utf-8").splitlines() if "WARNING" in line or "CRITICAL" in line]
    yield "gstreamer: gst-inspect-1.0", None if inspected and not warned else f"see {said}"
    checks = FOLDER / "check_translate"
    parts = subprocess.run(["pkg-config", "--cflags", "--libs", "gstreamer-check-1.0", "gstreamer-audio-1.0"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    built = shell.passes("cc", "-std=gnu11", PLUGIN_TESTS / "check_translate.c", "-o", checks, *parts, "-lm")
    yield "gstreamer: gst-check", None if built and _beside(shell, DEVSERVER, checks, env=env) else "see its output"
    all_features = {**_plugin_environment(featured.PREFIX, "registry-featured.bin"), "PALABRA_ALL_FEATURES": "1"}
    yield "gstreamer: gst-check with all features", None if built and _beside(shell, DEVSERVER, checks, env=all_features) else "see its output"
    under = ("valgrind", "--quiet", "--error-exitcode=9", "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite",
             f"--suppressions={PLUGIN_TESTS / 'valgrind.supp'}")
    # Nothing is in time under it.
    alone = {"CK_FORK": "no", "G_SLICE": "always-malloc", "GST_CHECKS_IGNORE": "the_latency_is_true"}
    yield "gstreamer: gst-check under valgrind", None if built and _beside(shell, DEVSERVER, *under, checks, env={**env, **alone}) else "see its output"
    line = PIPELINE.format(recording=c_programs.OUTPUTS / "speech.wav", folder=FOLDER)
    launched = _beside(shell, DEVSERVER, "gst-launch-1.0", *line.split(), env=env)
    texts = FOLDER / "translated.txt"
    is_there = launched and texts.read_text(encoding="utf-8").startswith("[es] phrase 1")
    yield "gstreamer: gst-launch-1.0", None if is_there else f"see {texts}"


def _sip(shell):
    """The module in Debian's baresip, between telephones of the tests, of baresip and of sipp."""
    test = (sys.executable, MODULE_TESTS, "--module", PREFIX / MODULE)
    yield "sip: baresip", None if _beside(shell, DEVSERVER, *test) else "see its output"
    all_features = (sys.executable, MODULE_TESTS, "--module", featured.PREFIX / MODULE, "--all-features")
    yield "sip: baresip with all features", None if _beside(shell, DEVSERVER, *all_features) else "see its output"
    under = ("--under", "valgrind --quiet --error-exitcode=9 --leak-check=no")
    yield "sip: baresip under valgrind", None if _beside(shell, DEVSERVER, *test, *under) else "see its output"


def _new_user(shell):
    """What the READMEs tell, from the sources to a first call. It builds everything anew, so it has a time of its own."""
    known = {"audiosocket": True, "sip": (PREFIX / MODULE).exists(), "gstreamer": (PREFIX / PLUGIN).exists()}
    names = [name for name, is_there in known.items() if is_there]
    readmes = [ROOT / "bridges" / name / "README.md" for name in names]
    passed = Shell(shell.say).passes(sys.executable, ROOT / "tests/bridges/new_user.py", *readmes)
    return f"a new user's first call: {', '.join(names)}", None if passed else "see its output"


def figures():
    """Of the calls, for the page of what was proved."""
    try:
        found = json.loads(FIGURES.read_text(encoding="utf-8").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return []
    return ["`palabra-audiosocket`, beside a devserver and the telephones on the same processors:", "", "| | |", "|---|---|",
            *(f"| {name} | {value:,} |" for name, value in found.items())]
