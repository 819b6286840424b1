"""Examples for toolkits that are no part of every machine: compiled and run where they can be installed."""

import subprocess
import sys

from . import reports
from .graph import Stage
from .places import CMAKE, DEVSERVER, ROOT, installed, new_report

FOLDER = ROOT / "build/prove/hosts"
EXAMPLE = ROOT / "bindings/cpp/examples/qt_captions.cpp"
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror")
# What it prints of a recording with two phrases.
CAPTIONS = r"\[en\] phrase 2.*\[es\] .*phrase 2.*closed: PALABRA_OK"
SECONDS = 300

# Installs the toolkits, where the distribution has them.
TOOLS = Stage("hosts-tools", lambda shell: None, needs=("system",), groups=("hosts",))


def run(shell):
    FOLDER.mkdir(parents=True, exist_ok=True)
    known = [module for module in ("Qt6Widgets", "Qt5Widgets") if subprocess.run(["pkg-config", "--exists", module]).returncode == 0]
    cases = [(f"captions in {module}", captions(module)) for module in known]
    for name, why in cases:
        shell.say(f"{'FAILED' if why else 'ok'} {name}{': ' + why if why else ''}\n")
    report = new_report("hosts.xml")
    reports.write_junit(report, "hosts", cases, () if known else ("Qt: its headers are not installed",))
    return reports.junit(report)


def flags(kind, *modules):
    return subprocess.run(["pkg-config", kind, *modules], env=installed(), stdout=subprocess.PIPE, text=True, check=True).stdout.split()


def captions(module):
    """None, or what is wrong."""
    program = FOLDER / f"captions_{module}"
    # Qt's own headers are not what is judged.
    toolkit = [flag.replace("-I", "-isystem") for flag in flags("--cflags", module)]
    return said(["c++", "-std=c++17", "-fPIC", *WARNINGS, *toolkit, *flags("--cflags", "palabra"), EXAMPLE, "-o", program, *flags("--libs", "palabra", module)]) or said([
        sys.executable, "tests/c/support/with_devserver.py", "--devserver", DEVSERVER, "--timeout", str(SECONDS), "--",
        sys.executable, "tests/c/support/outcome.py", "0", CAPTIONS, "--", program, CMAKE / "outputs/speech.wav", "en", "es",
    ])


def said(command):
    # Without a screen.
    done = subprocess.run(command, cwd=ROOT, env={**installed(), "QT_QPA_PLATFORM": "offscreen"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return None if done.returncode == 0 else done.stdout or f"it ended with {done.returncode}"
