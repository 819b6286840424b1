"""What the parts of run.py have in common: where things are built, how programs run, and what passed."""

import os
import pathlib
import subprocess
import sys

from checks import dotnet
from checks.shell import ROOT

import build

BUILD = ROOT / "build/csharp"
# Twenty times what a quiet machine needs.
SECONDS = float(os.environ.get("PALABRA_PROVE_SECONDS", "0")) or 1200.0


class Tally:
    """Results: (name, reason of the failure or None), and names of what was left out."""

    def __init__(self, say):
        self.say = say
        self.cases = []
        self.skipped = []

    def add(self, name, holds, why=""):
        self.say(f"{'ok     ' if holds else 'FAILED '} {name}{'' if holds else ': ' + why}\n")
        self.cases.append((name, None if holds else why))

    def skip(self, name, why):
        """A failure where an archive is named: everything can be installed there."""
        if os.environ.get("PALABRA_DOTNET_ARCHIVE"):
            self.add(name, False, why)
        else:
            self.say(f"skipped {name}: {why}\n")
            self.skipped.append(name)

    def add_all(self, other):
        self.cases += other.cases
        self.skipped += other.skipped

    def failed(self):
        return sum(1 for _, why in self.cases if why is not None)


class Work:
    def __init__(self, sdk, args):
        self.sdk = sdk
        self.args = args
        self.tally = Tally(lambda text: print(text, end="", flush=True))

    def builds(self, prove):
        is_good, said = build.run(self.sdk, prove)
        self.tally.add("built: the binding, its tests and programs", is_good, said)
        return is_good

    def part(self, name, run):
        """Its output is printed in one piece."""
        lines = []
        part = Part(self, Tally(lines.append))
        try:
            run(part)
        except Exception as error:  # A part that breaks must not hide the results of the others.
            part.tally.add(f"{name} ends well", False, repr(error))
        print("".join(lines), end="", flush=True)
        return part.tally


class Part:
    def __init__(self, work, tally):
        self.sdk = work.sdk
        self.args = work.args
        self.tally = tally

    def mono(self, part):
        """Mono's program; None, and the part counts as skipped, where there is none."""
        found = dotnet.mono()
        if found is None:
            self.tally.skip(part, "there is no Mono with the facade of .NET Standard 2.1 (mono-devel)")
        return found

    def beside_devserver(self, command, environment=None):
        """Runs a program with a devserver of its own; returns its exit code and output, which is also shown."""
        library = str(self.args.library.resolve())
        env = {**self.sdk.environment, "LD_LIBRARY_PATH": library, "PALABRA_ROOT": str(ROOT), **(environment or {})}
        wrapper = [sys.executable, str(ROOT / "tests/c/support/with_devserver.py"), "--devserver", str(self.args.devserver.resolve())]
        wrapper += ["--devserver-arg=--no-rate-limits", "--timeout", str(SECONDS), "--", *map(str, command)]
        done = subprocess.run(wrapper, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        self.tally.say(done.stdout)
        return done.returncode, done.stdout

    def passes(self, name, command, environment=None):
        code, _ = self.beside_devserver(command, environment)
        self.tally.add(name, code == 0, f"it ended with {code}")

    def on_mono(self, part, program):
        """A test program with tests/csharp/mono: it writes its results and `end` to a file; one that ends early has failed."""
        mono = self.mono(part)
        if mono is None:
            return
        told = BUILD / f"{part}.txt"
        told.parent.mkdir(parents=True, exist_ok=True)
        told.unlink(missing_ok=True)
        command = [mono, "--debug", program, self.args.filter, "all" if self.args.prove else "quick"]
        code, _ = self.beside_devserver(command, {"PALABRA_TEST_REPORT": str(told)})
        lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
        cases = [line.split(" ", 1) for line in lines if " " in line]
        self.tally.cases += [(f"{part}: {case}", None if verdict == "pass" else "see the output") for verdict, case in cases]
        good = code == 0 or any(verdict == "fail" for verdict, _ in cases)
        if not good or lines[-1:] != ["end"]:
            self.tally.add(f"{part} ends well", False, f"it ended with {code}")


def output(project, framework=""):
    """The folder of a built project; that of one with several frameworks bears their name."""
    folder = ROOT / "build/dotnet/bin" / project
    return folder / (f"debug_{framework}" if framework else "debug")


def examples(readme):
    """The C# code of a README."""
    return build.examples(pathlib.Path(readme))
