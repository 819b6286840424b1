"""What the library is built for: compilers, names, and how a program of the target runs on this machine."""

import dataclasses
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "build/tools/dist"
ZIG_CACHE = TOOLS / "cache/parts"
ZIG = ROOT / "tools/dist/zig"


@dataclasses.dataclass(frozen=True)
class Target:
    name: str
    # Rust's name of it.
    triple: str
    compiler: tuple
    # And of C++, for the scenarios of tests/conformance; Go's name of the processor, for those in Go.
    cxx: tuple = ()
    go: str = None
    # Linked by way of zig, whose linker has every C library.
    by_zig: bool = False
    # The lowest version of glibc, with zig; None: that of the compiler.
    glibc: str = None
    toolchain: str = None
    emulator: tuple = ()
    # The compiler's flags for a program with the shared library, and for one with the static library alone.
    shared: tuple = ()
    static: tuple = ("-static",)
    # Programs of tests/c that need what this C library lacks.
    without: tuple = ()
    kind: str = "elf"
    # What the names of nm and objcopy begin with.
    binutils: str = ""

    @property
    def archive(self):
        return ".zip" if self.kind == "pe" else ".tar.xz"

    def cmake(self):
        """Options of CMake."""
        options = [f"-DPALABRA_RUST_TARGET={self.triple}", "-DCMAKE_INSTALL_LIBDIR=lib", "-DPALABRA_BUILD_TESTS=OFF"]
        if self.toolchain:
            options.append(f"-DCMAKE_TOOLCHAIN_FILE={ROOT / 'cmake/toolchains' / self.toolchain}")
        if self.by_zig:
            options.append(f"-DCARGO={ROOT / 'tools/dist/zigbuild'}")
        return options

    def program_compiler(self):
        """Of a program in the archive: for the lowest version of the C library, as the library."""
        if not self.by_zig:
            return self.compiler
        library = f"gnu.{self.glibc}" if self.glibc else "musl"
        return (ZIG, "cc", "-target", f"{self.triple.split('-')[0]}-linux-{library}")

    def environment(self):
        """For the build."""
        name = self.triple.upper().replace("-", "_")
        env = {**os.environ, "CARGO_TARGET_DIR": str(ROOT / "target/dist")}
        if self.by_zig:
            return {**env, "PALABRA_GLIBC": self.glibc or "", "CARGO_ZIGBUILD_CACHE_DIR": str(TOOLS / "cache"),
                    "ZIG_GLOBAL_CACHE_DIR": str(ZIG_CACHE)}
        return {**env, f"CARGO_TARGET_{name}_LINKER": self.compiler[0]}


ALL = (
    Target("linux-x64", "x86_64-unknown-linux-gnu", ("cc",), cxx=("c++",), by_zig=True, glibc="2.17"),
    Target("linux-x64-musl", "x86_64-unknown-linux-musl", (ZIG, "cc", "-target", "x86_64-linux-musl"), by_zig=True,
           shared=("-dynamic",), static=("-static", "-lunwind"), without=("life_float",)),
    Target("linux-arm64", "aarch64-unknown-linux-gnu", ("aarch64-linux-gnu-gcc",), cxx=("aarch64-linux-gnu-g++",), go="arm64", by_zig=True, glibc="2.17",
           toolchain="linux-arm64.cmake", emulator=("qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"), binutils="aarch64-linux-gnu-"),
    Target("linux-armv7", "armv7-unknown-linux-gnueabihf", ("arm-linux-gnueabihf-gcc",),
           toolchain="linux-armv7.cmake", emulator=("qemu-arm", "-L", "/usr/arm-linux-gnueabihf"), binutils="arm-linux-gnueabihf-"),
    Target("windows-x64", "x86_64-pc-windows-gnu", ("x86_64-w64-mingw32-gcc",), cxx=("x86_64-w64-mingw32-g++-posix",),
           toolchain="windows-x64.cmake", emulator=("wine",), kind="pe", binutils="x86_64-w64-mingw32-"),
)


def named(names, besides=()):
    """`besides`: names of targets that an error lists too."""
    known = {target.name: target for target in ALL}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"dist: no target {unknown[0]}; there are {', '.join((*known, *besides))}")
    return [known[name] for name in names] if names else list(ALL)
