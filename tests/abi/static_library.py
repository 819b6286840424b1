#!/usr/bin/env python3
"""The static library as a neighbour: beside another library in Rust, with each linker, wholly static, with LTO, in small programs."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

OTHER = """
#[unsafe(no_mangle)]
pub extern "C" fn other_sum(count: i32) -> i32 {
    let all: Vec<i32> = (0..count).collect();
    std::panic::set_hook(Box::new(|_| {}));
    let failed = std::panic::catch_unwind(|| all[all.len()]).is_err();
    let _ = std::panic::take_hook();
    if failed { all.iter().sum() } else { -1 }
}
"""
BOTH = """
#include <palabra.h>
int other_sum(int count);
int main(void)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *client = 0;

    config.credentials.api_key = "key";
    config.credentials.region = "eu";
    if (palabra_client_new(&config, &client, 0) != PALABRA_OK || other_sum(4) != 6)
        return 1;
    return palabra_client_free(client) == PALABRA_OK ? 0 : 2;
}
"""
VERSION = """
#include <palabra.h>
int main(void) { return palabra_version_string()[0] == '0' ? 0 : 1; }
"""
SYSTEM = ["-lm", "-lpthread", "-ldl"]
LINKERS = ("bfd", "gold", "lld")
ALONE = {"static": ["-static"], "static, at any address": ["-static-pie", "-fPIE"], "with LTO": ["-flto", "-O2"], "small": ["-Wl,--gc-sections"]}
# A program that asks for the version alone.
MOST = 200_000

failures = []


def fail(what):
    failures.append(what)
    print(f"FAILED {what}")


def passes(what, command):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        fail(f"{what}: {done.stdout.strip()[:400] or done.returncode}")
    return done.returncode == 0


class Builder:
    def __init__(self, options):
        self.options, self.folder = options, options.output
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.library = options.prefix / "lib" / "libpalabra.a"

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def program(self, what, source, *libraries):
        """Links a program and runs it."""
        output = self.folder / "program"
        command = [self.options.compiler, source, f"-I{self.options.prefix / 'include'}", *libraries, *SYSTEM, "-o", output]
        return passes(f"{what} does not link", command) and passes(f"{what} does not run", [output])


def names(builder):
    """All that other files could mean."""
    said = subprocess.run(["nm", "-g", "--defined-only", builder.library], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
    found = [line.split()[-1] for line in said.splitlines() if len(line.split()) == 3]
    foreign = [name for name in found if not name.startswith("palabra_")]
    if foreign or not found:
        fail(f"the names of the static library: {foreign[:5] or 'none'}")


def neighbours(builder):
    other = builder.folder / "libother.a"
    if not passes("the other library", [builder.options.rustc, "--crate-type", "staticlib", "--edition", "2024", builder.write("other.rs", OTHER), "-o", other]):
        return
    both = builder.write("both.c", BOTH)
    for linker in LINKERS:
        if not shutil.which(f"ld.{linker}"):
            print(f"there is no ld.{linker}")
            continue
        for pair in ((builder.library, other), (other, builder.library)):
            builder.program(f"beside another Rust library, ld.{linker}, {pair[0].name} first", both, f"-fuse-ld={linker}", *pair)
    for what, flags in ALONE.items():
        builder.program(what, both, *flags, builder.library, other)


def size(builder):
    if builder.program("a small program", builder.write("version.c", VERSION), "-Wl,--gc-sections", builder.library):
        taken = os.path.getsize(builder.folder / "program")
        print(f"a program that asks for the version has {taken} bytes")
        if taken > MOST:
            fail(f"a program that uses next to nothing of the library has {taken} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--rustc", required=True)
    parser.add_argument("--prefix", required=True, type=pathlib.Path)
    parser.add_argument("--output", required=True, type=pathlib.Path)
    builder = Builder(parser.parse_args())
    for test in (names, neighbours, size):
        test(builder)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
