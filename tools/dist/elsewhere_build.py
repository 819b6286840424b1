"""Builds the library for platforms whose programs cannot run here: zig takes the place of their compilers and linkers."""

import os
import pathlib
import shutil
import subprocess

import elsewhere_stubs as stubs
from targets import ROOT, ZIG, ZIG_CACHE

HERE = ROOT / "tools/dist"
ZIGCC = HERE / "zigcc"


def run(*command, env=None):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=env,
                          cwd=ROOT)
    if done.returncode:
        # Of a linker's error the first line is the command.
        said = " ".join(line.strip() for line in done.stdout.splitlines() if "error: " in line and "linking with" not in line)
        raise RuntimeError(f"{pathlib.Path(command[0]).name}: {said[:600] or done.stdout[-600:]}")
    return done.stdout


def _environment(target, folder):
    name = target.triple.replace("-", "_")
    archiver = folder / "archiver"
    archiver.write_text(f"#!/bin/sh\nexec '{ZIG}' {'ar' if target.system else 'lib'} \"$@\"\n", encoding="utf-8")
    archiver.chmod(0o755)
    # Warnings are looked for in what cargo says, which has no colours.
    env = {**os.environ, "CARGO_TERM_COLOR": "never", "CARGO_TARGET_DIR": str(ROOT / "target/dist"),
           "ZIG_GLOBAL_CACHE_DIR": str(ZIG_CACHE), "SDKROOT": str(folder),
           "PALABRA_ZIG": target.zig, "PALABRA_STUBS": str(folder), f"CC_{name}": str(ZIGCC), f"AR_{name}": str(archiver),
           f"CARGO_TARGET_{name.upper()}_LINKER": str(HERE / "ldcc")}
    # Rust brings it; that of zig is none for macOS, and its own linker there offers names that it is told to hide.
    lld = next(pathlib.Path(run("rustc", "--print", "sysroot").strip()).glob("lib/rustlib/*/bin/rust-lld"))
    if target.system == "Android":
        stubs.of_android(folder, lambda *options: run(ZIGCC, *options, env=env))
        return env | {"PALABRA_LLD": str(lld), "PALABRA_LLD_FLAVOR": "gnu"}
    stubs.of_apple(folder)
    return env | {"PALABRA_LLD": str(lld), "PALABRA_LLD_FLAVOR": "darwin"}


def _cmake(target, folder):
    """CMake must not link a program, nor look for the NDK, as it does for versions of Android but 1; of an SDK for iOS it wants the name."""
    options = [f"-DCMAKE_SYSTEM_NAME={target.system}", "-DCMAKE_SYSTEM_VERSION=1", f"-DCMAKE_SYSTEM_PROCESSOR={target.triple.split('-')[0]}",
               f"-DCMAKE_C_COMPILER={ZIGCC}", "-DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY", f"-DPALABRA_RUST_TARGET={target.triple}",
               "-DPALABRA_BUILD_TESTS=OFF", "-DCMAKE_INSTALL_LIBDIR=lib"]
    if target.system == "iOS":
        options.append(f"-DCMAKE_OSX_SYSROOT={folder}/iPhoneOS.sdk")
    tools = {"NM": "nm", "LINKER": "ld", "OBJCOPY": "objcopy", "AR": "ar"} if target.binutils else {}
    return options + [f"-DCMAKE_{variable}={shutil.which(target.binutils + tool)}" for variable, tool in tools.items()]


def build(target, folder):
    """What the compiler said; installs into `folder`/prefix what CMake can build."""
    env = _environment(target, folder)
    if not target.system:
        return run("cargo", "check", "-p", "palabra", "--lib", "--release", "--locked", "--target", target.triple, env=env)
    (folder / "iPhoneOS.sdk").mkdir()
    run("cmake", "-S", ROOT, "-B", folder / "build", *_cmake(target, folder), env=env)
    said = run("cmake", "--build", folder / "build", env=env)
    run("cmake", "--install", folder / "build", "--prefix", folder / "prefix", env=env)
    return said
