"""The stages of tools/test.py."""

import os
import sys

from . import reports, rust
from .graph import Stage
from .places import CMAKE, CONSUMER, DEVSERVER, PREFIX, ROOT, TOOLS, WORKSPACE, go_environment, installed, new_report
from .shell import Failed

GO = TOOLS / "go/bin/go"
GO_MODULE = "bindings/go"
GO_SHIM = "tests/conformance/shim_go"
# More than there are processors: most of these tests wait for audio in real time.
CTEST_JOBS = 10
# Largest size of the stripped shared library for Linux; docs/decisions.md explains it.
SIZE_CEILING = 3_900_000


# --- Prerequisites --------------------------------------------------------------------------------------------------


def tools(group):
    return lambda shell: shell.run("tools/install.sh", "--tools", group)


def library(shell):
    """The release build, installed into a prefix."""
    shell.run("cmake", "-S", ".", "-B", CMAKE, "-DCMAKE_INSTALL_LIBDIR=lib", "-DPALABRA_BUILD_TESTS=ON",
              f"-DPALABRA_DEVSERVER={DEVSERVER}")
    shell.run("cmake", "--build", CMAKE)
    shell.run("cmake", "--install", CMAKE, "--prefix", PREFIX)
    size = (PREFIX / "lib/libpalabra.so").stat().st_size
    if size > SIZE_CEILING:
        raise Failed(f"libpalabra.so has {size} bytes, {size - SIZE_CEILING} more than it may have")


def programs(shell):
    """The C and C++ programs and the examples, built against the installed library, and their speech files."""
    report = new_report("programs.xml")
    shell.passes("ctest", "--test-dir", CMAKE, "--output-on-failure", "-R", "^setup_", "--output-junit", report)
    return reports.junit(report)


def go_shim(shell):
    """Built with the library's path, and with the race detector, so that Go compiles its standard library only once."""
    env = {**go_environment(), "CGO_LDFLAGS": f"-Wl,-rpath,{PREFIX / 'lib'}"}
    shell.run(GO, "build", "-C", GO_SHIM, "-race", "-o", ROOT / "build/shim_go", ".", env=env)


def csharp_shim(shell):
    """Compiled together with the binding."""
    program = ROOT / "build/csharp/shim.exe"
    program.parent.mkdir(parents=True, exist_ok=True)
    sources = sorted((ROOT / "bindings/csharp/src").rglob("*.cs"))
    shell.run("mcs", "-langversion:6", "-unsafe", "-warnaserror", f"-out:{program}", "tests/conformance/shim.cs", *sources)


# --- Checks ---------------------------------------------------------------------------------------------------------


def check_format(shell):
    shell.run("cargo", "fmt", "--all", "--check")


def check_header(shell):
    shell.run(sys.executable, "tools/api", "--check")


def check_notice(shell):
    shell.run(sys.executable, "tools/notice", "--check")


def check_clippy(shell):
    shell.run("cargo", "clippy", *WORKSPACE, "--all-targets", "--", "-D", "warnings")


def rooms(shell):
    report = new_report("rooms.xml")
    shell.passes(sys.executable, "tools/rooms", "--report", report)
    return reports.junit(report)


# --- Tests ----------------------------------------------------------------------------------------------------------


def c_tests(shell):
    report = new_report("c.xml")
    # Skips the setup cases, which the stage `programs` has run.
    shell.passes("ctest", "--test-dir", CMAKE, "--output-on-failure", "--parallel", CTEST_JOBS, "-LE", "^prove$",
                 "-E", "^setup_", "--fixture-exclude-setup", ".", "--output-junit", report)
    return reports.junit(report)


def csharp_tests(shell):
    report = new_report("csharp.xml")
    shell.passes(sys.executable, "tests/csharp/run.py", "--library", PREFIX / "lib", "--devserver", DEVSERVER, "--report", report)
    return reports.junit(report)


def conformance(shell):
    report = new_report("conformance.xml")
    commands = {"c": CONSUMER / "shim_c", "cpp": CONSUMER / "shim_cpp", "go": ROOT / "build/shim_go",
                "csharp": f"env LD_LIBRARY_PATH={PREFIX}/lib mono {ROOT}/build/csharp/shim.exe"}
    shims = [f"--shim={name}={command}" for name, command in commands.items()]
    shell.passes(sys.executable, "tests/conformance/run.py", "--devserver", DEVSERVER, *shims, "--report", report)
    return reports.junit(report)


def go_tests(shell):
    report = new_report("go.json")
    root, unformatted = new_report("goroot.txt"), new_report("gofmt.txt")
    shell.run(GO, "env", "GOROOT", to=root)
    shell.run(f"{root.read_text().strip()}/bin/gofmt", "-l", GO_MODULE, GO_SHIM, to=unformatted)
    if unformatted.read_text():
        raise Failed(f"not formatted: {unformatted.read_text()}")
    for module in (GO_SHIM, GO_MODULE):
        shell.run(GO, "vet", "-C", module, "-race", "./...", env=go_environment())
    shell.passes(GO, "test", "-C", GO_MODULE, "-count=1", "-race", "-json", "./...", env=go_environment(), to=report)
    shell.say(reports.go_output(report))
    return reports.go(report)


def interop(peer, *tests):
    """Runs with the interpreter that has this version of the official client."""

    def work(shell):
        report = new_report(f"{peer}.xml")
        found = [path for test in tests for path in sorted(ROOT.glob(f"tests/interop/{test}"))]
        shell.passes(TOOLS / peer / "bin/python", "-m", "pytest", "-c", "tests/interop/pytest.ini",
                     f"--junitxml={report}", *found, env=installed())
        return reports.junit(report)

    return work


# Earlier stages have priority: the critical path is clippy and the build of the Rust tests, parallel to the library.
STAGES = [
    Stage("format", check_format, groups=("lint",)),
    Stage("clippy", check_clippy, groups=("lint",)),
    Stage("library", library, needs=("system",), groups=("build", "ctest")),
    Stage("rust-build", rust.build, after=("clippy",), groups=("build",)),
    Stage("header", check_header),
    Stage("notice", check_notice),
    Stage("rooms", rooms),
    Stage("go-tools", tools("go"), needs=("system",), groups=("go",), waits=True),
    Stage("cs-tools", tools("csharp"), needs=("system",), groups=("csharp",), waits=True),
    Stage("peer-tools", tools("interop"), needs=("system",), groups=("interop",), waits=True),
    Stage("programs", programs, needs=("library",), groups=("ctest", "recording")),
    Stage("c", c_tests, needs=("programs", "rust-build"), waits=True),
    Stage("rust", rust.quick, needs=("rust-build",), groups=("recording",), waits=True),
    Stage("interop-v1", interop("peer1", "test_[!v]*.py"), needs=("peer-tools", "programs", "rust-build"), waits=True),
    Stage("interop-v2", interop("peer2", "test_v2_*.py"), needs=("peer-tools", "programs", "rust-build"), waits=True),
    Stage("csharp", csharp_tests, needs=("cs-tools", "library", "rust-build")),
    Stage("go-shim", go_shim, needs=("go-tools", "library")),
    Stage("cs-shim", csharp_shim, needs=("cs-tools",)),
    Stage("go", go_tests, needs=("go-shim", "rust-build")),
    Stage("conformance", conformance, needs=("programs", "go-shim", "cs-shim", "rust-build"), waits=True),
]


def with_system(stages):
    """Adds a first stage that installs the system packages of all stages at once."""
    groups = sorted({group for stage in stages for group in stage.groups})
    return [Stage("system", lambda shell: shell.run("tools/install.sh", "--system", *groups), waits=True), *stages]
