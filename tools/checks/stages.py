"""The stages of tools/test.py."""

import os
import sys

from . import cost, dotnet, reports, reproducible, rust
from . import sim as simulation
from .graph import Stage
from .places import CMAKE, CONSUMER, DEVSERVER, PREFIX, ROOT, SIZE_CEILING, TOOLS, WORKSPACE, go_environment, installed, new_report
from .shell import Failed, Shell

GO = TOOLS / "go/bin/go"
GO_MODULE = "bindings/go"
GO_SHIM = "tests/conformance/shim_go"
GO_FUZZ_SECONDS = 60
# More than there are processors: most of these tests wait for audio in real time.
CTEST_JOBS = 10
# Scenarios of tests/sim: a minute of conversation each, a tenth of a second to compute.
SIM_SEEDS = "0..200"


# --- Prerequisites --------------------------------------------------------------------------------------------------


def tools(group):
    return lambda shell: shell.run("tools/install.sh", "--tools", group)


def library(shell):
    """The release build, installed into a prefix."""
    shell.run("cmake", "-S", ".", "-B", CMAKE, "-DCMAKE_INSTALL_LIBDIR=lib", "-DPALABRA_BUILD_TESTS=ON", "-DPALABRA_BUILD_BRIDGES=ON",
              f"-DPALABRA_DEVSERVER={DEVSERVER}")
    shell.run("cmake", "--build", CMAKE)
    shell.run("cmake", "--install", CMAKE, "--prefix", PREFIX)
    for name in reproducible.INSTALLED[:2]:
        found = reproducible.foreign_folders(PREFIX / "lib" / name)
        if found and "RUSTFLAGS" not in os.environ:
            raise Failed(f"{name} names a folder of this machine: {', '.join(found)}")
    size = (PREFIX / "lib/libpalabra.so").stat().st_size
    if size > SIZE_CEILING:
        raise Failed(f"libpalabra.so has {size} bytes, {size - SIZE_CEILING} more than it may have")


def programs(shell):
    """The C and C++ programs and the examples, built against the installed library, and their speech files."""
    report = new_report("programs.xml")
    shell.passes("ctest", "--test-dir", CMAKE, "--output-on-failure", "-R", "^setup_", "--output-junit", report)
    return reports.junit(report)


def go_shim(shell):
    """Built with the library's path, and with the race detector, so that Go compiles its standard library only once. The path
    is given to the linker alone: CGO_LDFLAGS would have the tests compile everything anew."""
    path = f"-ldflags=-extldflags=-Wl,-rpath,{PREFIX / 'lib'}"
    shell.run(GO, "build", "-C", GO_SHIM, "-race", path, "-o", ROOT / "build/shim_go", ".", env=go_environment())


def csharp_build(shell):
    """The C# binding for all its targets, its tests and its shim."""
    if dotnet.find() is None:
        raise reports.Skipped(dotnet.HOW)
    shell.run(sys.executable, "tests/csharp/build.py")


# --- Checks ---------------------------------------------------------------------------------------------------------


# Workspaces of their own.
ALONE = ("fuzz", "tests/model", "tests/mutants")
LAID_OUT = ("examples-c", "doctor", "bindings/cpp", "tests/cpp")


def check_format(shell):
    shell.run("cargo", "fmt", "--all", "--check")
    for name in ALONE:
        shell.run("cargo", "fmt", "--check", "--manifest-path", f"{name}/Cargo.toml")


def check_layout(shell):
    """The folders whose C and C++ .clang-format says are laid out by it."""
    tools("format")(shell)
    found = [path for folder in LAID_OUT for end in ("*.c", "*.h", "*.hpp", "*.cpp") for path in sorted((ROOT / folder).rglob(end))]
    shell.run(TOOLS / "format/bin/clang-format", "--dry-run", "-Werror", *found)


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


def sim(shell):
    """Conversations in simulated time: built with a feature that nothing else has."""
    return simulation.fixed(shell, SIM_SEEDS)


def csharp_tests(shell, *options):
    if dotnet.find() is None:
        raise reports.Skipped(dotnet.HOW)
    report = new_report("csharp.xml")
    shell.passes(sys.executable, "tests/csharp/run.py", "--library", PREFIX / "lib", "--devserver", DEVSERVER, "--report", report,
                 *(options or ("--built",)))
    return reports.junit(report)


def csharp_slow(shell):
    """All tests with exact limits, and the programs of the slower tier."""
    return csharp_tests(shell, "--prove")


def reverts(limited):
    # Each test has a limit of its own; how long the builds take depends on the machine.
    shell = Shell(limited.say)
    report = new_report("revert.xml")
    shell.passes(sys.executable, "tools/revert.py", "--library", PREFIX / "lib", "--devserver", DEVSERVER, "--report", report)
    return reports.junit(report)


def conformance(shell, prefix=PREFIX, *options):
    """With the library of this prefix, whichever one the shims were built with."""
    report = new_report("-".join(["conformance", *(option.strip("-") for option in options)]) + ".xml")
    commands = {"c": CONSUMER / "shim_c", "cpp": CONSUMER / "shim_cpp", "go": ROOT / "build/shim_go"}
    sdk = dotnet.find()
    if sdk is not None:
        quiet = " ".join(f"{name}={value}" for name, value in dotnet.QUIET.items())
        commands["csharp"] = f"{quiet} {sdk.program} {ROOT}/build/dotnet/bin/shim/debug/shim.dll"
    shims = [f"--shim={name}=env LD_LIBRARY_PATH={prefix}/lib {command}" for name, command in commands.items()]
    shell.passes(sys.executable, "tests/conformance/run.py", "--devserver", DEVSERVER, *shims, "--report", report, *options)
    return reports.junit(report)


def go_tests(shell):
    report = new_report("go.json")
    root, unformatted = new_report("goroot.txt"), new_report("gofmt.txt")
    shell.run(GO, "env", "GOROOT", to=root)
    shell.run(f"{root.read_text().strip()}/bin/gofmt", "-l", GO_MODULE, GO_SHIM, to=unformatted)
    if unformatted.read_text():
        raise Failed(f"not formatted: {unformatted.read_text()}")
    shell.run(GO, "vet", "-C", GO_SHIM, "-race", "./...", env=go_environment())
    # Which runs all of vet on this module.
    shell.passes(GO, "test", "-C", GO_MODULE, "-vet=all", "-count=1", "-race", "-json", "./...", env=go_environment(),
                 to=report)
    shell.say(reports.go_output(report))
    return reports.go(report)


def go_slow(shell):
    """All tests with exact limits; again with every check of pointers that cgo has; and new events for the fuzz test."""
    count = go_tests(shell)
    report = new_report("go-cgocheck2.json")
    checked = {**go_environment(), "GOEXPERIMENT": "cgocheck2"}
    shell.passes(GO, "test", "-C", GO_MODULE, "-vet=off", "-count=1", "-race", "-json", ".", env=checked, to=report)
    shell.say(reports.go_output(report))
    shell.run(GO, "test", "-C", GO_MODULE, "-vet=off", "-race", "-run=^$", "-fuzz=FuzzReadEvent", f"-fuzztime={GO_FUZZ_SECONDS}s", ".",
              env=go_environment())
    return count + reports.go(report)


def interop(peer, *tests):
    """Runs with the interpreter that has this version of the official client."""

    def work(shell):
        report = new_report(f"{peer}.xml")
        found = [path for test in tests for path in sorted(ROOT.glob(f"tests/interop/{test}"))]
        # Where the files of the last run stay.
        folder = f"--basetemp={ROOT}/build/pytest-{peer}"
        shell.passes(TOOLS / peer / "bin/python", "-m", "pytest", "-c", "tests/interop/pytest.ini", folder,
                     f"--junitxml={report}", *found, env=installed())
        return reports.junit(report)

    return work


# Earlier stages have priority: the critical path is clippy and the build of the Rust tests, parallel to the library.
STAGES = [
    Stage("format", check_format, groups=("lint",)),
    Stage("clippy", check_clippy, groups=("lint",)),
    Stage("library", library, needs=("system",), groups=("build", "ctest")),
    Stage("rust-build", rust.build, after=("clippy",), groups=("build",)),
    Stage("layout", check_layout, needs=("system",), groups=("format",)),
    Stage("header", check_header),
    Stage("notice", check_notice),
    Stage("rooms", rooms),
    Stage("go-tools", tools("go"), needs=("system",), groups=("go",), waits=True),
    Stage("cs-tools", tools("csharp"), needs=("system",), groups=("csharp",), waits=True),
    Stage("peer-tools", tools("interop"), needs=("system",), groups=("interop",), waits=True),
    Stage("programs", programs, needs=("library",), groups=("ctest", "recording")),
    Stage("c", c_tests, needs=("programs", "rust-build"), waits=True),
    Stage("rust", rust.quick, needs=("rust-build",), groups=("recording",), waits=True),
    Stage("sim", sim, needs=("rust-build",)),
    Stage("cost", cost.run, needs=("sim", "system"), groups=("ctest",)),
    Stage("interop-v1", interop("peer1", "test_[!v]*.py"), needs=("peer-tools", "programs", "rust-build"), waits=True),
    Stage("interop-v2", interop("peer2", "test_v2_*.py"), needs=("peer-tools", "programs", "rust-build"), waits=True),
    Stage("cs-build", csharp_build, needs=("cs-tools",)),
    Stage("csharp", csharp_tests, needs=("cs-build", "library", "rust-build")),
    Stage("go-shim", go_shim, needs=("go-tools", "library")),
    Stage("go", go_tests, needs=("go-shim", "rust-build")),
    Stage("conformance", conformance, needs=("programs", "go-shim", "cs-build", "rust-build"), waits=True),
]


def with_system(stages):
    """Adds a first stage that installs the system packages of all stages at once."""
    groups = sorted({group for stage in stages for group in stage.groups})
    install = lambda shell: shell.run("tools/install.sh", "--system", *groups) if groups else None  # noqa: E731
    return [Stage("system", install, waits=True), *stages]
