"""The DLL's import library for Microsoft's linker and lld-link, beside that of mingw."""

import os
import re
import subprocess

from targets import ZIG, ZIG_CACHE


def zig(*command):
    """Raises with what it said if it fails."""
    env = {**os.environ, "ZIG_GLOBAL_CACHE_DIR": str(ZIG_CACHE), "ZIG_LOCAL_CACHE_DIR": str(ZIG_CACHE)}
    done = subprocess.run([str(part) for part in (ZIG, *command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=env)
    if done.returncode:
        raise RuntimeError(f"zig {command[0]}: {done.stdout.strip()[-300:]}")


def install(target, prefix):
    said = subprocess.run([f"{target.binutils}objdump", "-p", prefix / "bin/palabra.dll"], stdout=subprocess.PIPE, text=True, check=True).stdout
    names = re.findall(r"^\t\[.* (palabra_\w+)$", said, re.MULTILINE)
    if not names:
        raise SystemExit("dist: no function is found in palabra.dll")
    write("palabra.dll", names, prefix / "lib/palabra.lib")


def write(dll, names, path):
    """Its bytes depend on the names alone."""
    wanted = path.with_suffix(".def")
    wanted.write_text("".join(f"{line}\n" for line in (f"LIBRARY {dll}", "EXPORTS", *sorted(names))), encoding="utf-8")
    zig("dlltool", "-m", "i386:x86-64", "-d", wanted, "-l", path)
    wanted.unlink()
