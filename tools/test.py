#!/usr/bin/env python3
"""Runs every check, quick ones first, and closes with one line: how many tests passed and failed.

usage: test.py [STAGE]...    without arguments all of them: format, header, clippy, rust, c, conformance, go, csharp,
interop-v1, interop-v2
"""

import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
CMAKE_DIR = "build/cmake"
PREFIX = "build/prefix"
EXAMPLES = "build/examples"
GO = "build/tools/go/bin/go"
GO_MODULE = "bindings/go"
GO_SHIM = "tests/conformance/shim_go"
# What is off by default; without it everything is built for the C tests.
FEATURES = ("--features", "palabra/decoders")
DEVSERVER = ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "debug" / "palabra-devserver"
# More than there are processors: most of these tests wait for the pace of speech.
CTEST_JOBS = "6"


class Failed(Exception):
    """A command of a stage ended with an error; carries its output."""

    def __init__(self, output):
        super().__init__()
        self.output = output


def run(*command, env=None):
    """Shows the output as it comes and returns it."""
    print(f"\n$ {' '.join(command)}", flush=True)
    lines = []
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            lines.append(line)
    output = "".join(lines)
    if process.returncode != 0:
        raise Failed(output)
    return output


# --- Stages: each returns the output that its count is read from ------------------------------------------------


def check_format():
    run("cargo", "fmt", "--all", "--check")


def check_header():
    run("tools/header.sh", "--check")


def check_clippy():
    run("cargo", "clippy", "--workspace", "--all-targets", "--locked", *FEATURES, "--", "-D", "warnings")


def rust_tests():
    if subprocess.run(["cargo", "nextest", "--version"], capture_output=True).returncode == 0:
        return run("cargo", "nextest", "run", "--workspace", "--locked", *FEATURES, "--no-fail-fast")
    return run("cargo", "test", "--workspace", "--all-targets", "--locked", *FEATURES, "--no-fail-fast")


def c_tests():
    # The Rust tests have just built it; without them ctest builds its own.
    devserver = DEVSERVER if DEVSERVER.exists() else ""
    configure("-DPALABRA_BUILD_TESTS=ON", f"-DPALABRA_DEVSERVER={devserver}")
    return run("ctest", "--test-dir", CMAKE_DIR, "--output-on-failure", "--parallel", CTEST_JOBS, "-LE", "^prove$")


def csharp_tests():
    install()
    runner = ("tests/csharp/run.py", "--library", f"{PREFIX}/lib", "--devserver", str(DEVSERVER))
    return run(sys.executable, *runner)


def conformance():
    """The C tests build their shims; the others are built here, with the installed library."""
    shims = [f"--shim={name}={ROOT / CMAKE_DIR}/consumer/shim_{name}" for name in ("c", "cpp")]
    shims += [f"--shim=go={go_shim()}", f"--shim=csharp={csharp_shim()}"]
    return run(sys.executable, "tests/conformance/run.py", "--devserver", str(DEVSERVER), *shims)


def csharp_shim():
    """Compiled together with the binding; returns its command line."""
    install()
    program = ROOT / "build/csharp/shim.exe"
    program.parent.mkdir(parents=True, exist_ok=True)
    sources = sorted((ROOT / "bindings/csharp/src").glob("*.cs"))
    compiler = ("mcs", "-langversion:6", "-unsafe", "-warnaserror", f"-out:{program}")
    run(*compiler, "tests/conformance/shim.cs", *map(str, sources))
    return f"env LD_LIBRARY_PATH={ROOT / PREFIX}/lib mono {program}"


def go_environment():
    """The installed library, as a Go program would use it, and no network."""
    return {
        **install(),
        "PKG_CONFIG_PATH": str(ROOT / PREFIX / "lib/pkgconfig"),
        "LD_LIBRARY_PATH": str(ROOT / PREFIX / "lib"),
        "GOCACHE": str(ROOT / "build/go-cache"),
        "GOTOOLCHAIN": "local",
        "GOPROXY": "off",
        "GOFLAGS": "-mod=mod",
    }


def go_shim():
    """Built so that it finds the library by itself."""
    program = ROOT / "build/shim_go"
    env = {**go_environment(), "CGO_LDFLAGS": f"-Wl,-rpath,{ROOT / PREFIX / 'lib'}"}
    run(GO, "build", "-C", GO_SHIM, "-o", str(program), ".", env=env)
    return program


def go_tests():
    """With the race detector."""
    env = go_environment()
    unformatted = run(f"{run(GO, 'env', 'GOROOT').strip()}/bin/gofmt", "-l", GO_MODULE, GO_SHIM)
    if unformatted:
        raise Failed(unformatted)
    for module in (GO_SHIM, GO_MODULE):
        run(GO, "vet", "-C", module, "./...", env=env)
    return run(GO, "test", "-C", GO_MODULE, "-count=1", "-race", "-v", "./...", env=env)


def interop_v1():
    return interop("peer1", "tests/interop", "--ignore-glob=*/test_v2_*")


def interop_v2():
    return interop("peer2", *sorted(str(path) for path in ROOT.glob("tests/interop/test_v2_*.py")))


def interop(peer, *tests):
    """With the interpreter that has the wanted generation of the official client."""
    env = {**install(), "PALABRA_EXAMPLES": str(ROOT / EXAMPLES)}
    run("cmake", "-S", "examples-c", "-B", EXAMPLES, f"-DCMAKE_PREFIX_PATH={ROOT / PREFIX}")
    run("cmake", "--build", EXAMPLES)
    return run(f"build/tools/{peer}/bin/python", "-m", "pytest", "-c", "tests/interop/pytest.ini", *tests, env=env)


def install():
    """What a user has: the library in a prefix, and a devserver to try it on; returns the environment that names it."""
    configure()
    run("cmake", "--install", CMAKE_DIR, "--prefix", PREFIX)
    if not DEVSERVER.exists():
        run("cargo", "build", "--locked", "-p", "palabra-devserver")
    return {**os.environ, "PALABRA_DEVSERVER": str(DEVSERVER)}


def configure(*options):
    run("cmake", "-S", ".", "-B", CMAKE_DIR, "-DCMAKE_INSTALL_LIBDIR=lib", *options)
    run("cmake", "--build", CMAKE_DIR)


# --- Counts -----------------------------------------------------------------------------------------------------


def number(pattern, text):
    return sum(int(found) for found in re.findall(pattern, text))


def count_rust(output):
    """nextest closes with `Summary ... 9 passed, 1 failed`; cargo test says so once per program."""
    summary = re.findall(r"^\s*Summary \[.*$|^test result: .*$", output, re.MULTILINE)
    text = "\n".join(summary)
    return number(r"(\d+) passed", text), number(r"(\d+) (?:failed|timed out|exec failed)", text)


def count_ctest(output):
    found = re.search(r"(\d+) tests failed out of (\d+)", output)
    if not found:
        return 0, 0
    failed, total = int(found[1]), int(found[2])
    return total - failed, failed


def count_csharp(output):
    """The last such line is the sum of those before."""
    found = re.findall(r"^csharp: (\d+) passed, (\d+) failed$", output, re.MULTILINE)
    return (int(found[-1][0]), int(found[-1][1])) if found else (0, 0)


def count_conformance(output):
    last = output.strip().rsplit("\n", 1)[-1]
    return number(r"(\d+) passed", last), number(r"(\d+) failed", last)


def count_go(output):
    """One line for each test and example; those within a test are indented and not counted."""
    passed = len(re.findall(r"^--- PASS: ", output, re.MULTILINE))
    return passed, len(re.findall(r"^--- FAIL: ", output, re.MULTILINE))


def count_pytest(output):
    summary = re.findall(r"^.*\d (?:passed|failed|errors?)\b.* in [\d.]+s.*$", output, re.MULTILINE)
    last = summary[-1] if summary else ""
    return number(r"(\d+) passed", last), number(r"(\d+) (?:failed|errors?)", last)


STAGES = {
    "format": (check_format, None),
    "header": (check_header, None),
    "clippy": (check_clippy, None),
    "rust": (rust_tests, count_rust),
    "c": (c_tests, count_ctest),
    "csharp": (csharp_tests, count_csharp),
    "conformance": (conformance, count_conformance),
    "go": (go_tests, count_go),
    "interop-v1": (interop_v1, count_pytest),
    "interop-v2": (interop_v2, count_pytest),
}


def run_stage(name):
    """(passed, failed, seconds). A check without a runner counts nothing, or one failure."""
    stage, count = STAGES[name]
    begin = time.monotonic()
    output, broken = "", False
    try:
        output = stage()
    except Failed as error:
        output, broken = error.output, True
    except OSError as error:
        print(f"test: {error}", file=sys.stderr)
        broken = True
    passed, failed = count(output) if count else (0, 0)
    # A runner that found nothing to run has not shown anything.
    if broken or (count and not passed):
        failed = max(failed, 1)
    return passed, failed, time.monotonic() - begin


def main():
    names = sys.argv[1:] or list(STAGES)
    unknown = [name for name in names if name not in STAGES]
    if unknown:
        sys.exit(f"test: no such stage: {', '.join(unknown)} (there are: {', '.join(STAGES)})")
    results = {name: run_stage(name) for name in names}
    print(f"\n{'stage':<12}{'passed':>8}{'failed':>8}{'seconds':>9}")
    for name, (passed, failed, seconds) in results.items():
        counted = passed or ("ok" if not failed else 0)
        print(f"{name:<12}{counted:>8}{failed:>8}{seconds:>9.1f}")
    passed = sum(result[0] for result in results.values())
    failed = sum(result[1] for result in results.values())
    print(f"\n{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
