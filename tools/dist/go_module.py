#!/usr/bin/env python3
"""Makes the Go module with the static libraries of the archives in dist/, and tries it as its user would.

usage: go_module.py [--no-trial]

dist/libpalabra-go-VERSION.zip is what a module proxy serves. The header is one file, and each library lies beside the Go files, where
`go mod vendor` finds it. The tag palabra_shared takes pkg-config's shared library instead. The trial gets the module from a proxy of files
into an empty folder, and holds sessions: linked as usual, wholly static, from a vendored copy, and for arm64.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

import archive
from targets import ROOT, named
from version import version

sys.path.insert(0, str(ROOT / "tools"))
from devserver import Devserver, patient  # noqa: E402

OUTPUT = ROOT / "dist"
BINDING = ROOT / "bindings/go"
GO = ROOT / "build/tools/go/bin/go"
DEVSERVER = ROOT / "target/devserver/palabra-devserver"
# Go's names of systems, and the archive of make dist.
SYSTEMS = {("linux", "amd64"): "linux-x64", ("linux", "arm64"): "linux-arm64", ("linux", "arm"): "linux-armv7", ("windows", "amd64"): "windows-x64"}
LINK = """//go:build {system} && {processor} && !palabra_shared && !palabra_static

package palabra

// #cgo LDFLAGS: ${{SRCDIR}}/{name} {more}
import "C"
"""


def module():
    return re.search(r"^module (.*)$", (BINDING / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)[1]


def files():
    """Name and bytes of each file of the module."""
    for path in sorted(BINDING.rglob("*")):
        name = path.relative_to(BINDING).as_posix()
        if path.is_file() and not name.endswith("_test.go") and not name.startswith("testdata/") and "__pycache__" not in name:
            text = path.read_bytes()
            if name == "link_shared.go":
                text = text.replace(b"//go:build !palabra_static", b"//go:build palabra_shared")
            yield name, text
    for name in ("LICENSE-MIT", "LICENSE-APACHE", "NOTICE"):
        yield name, (ROOT / name).read_bytes()
    for (system, processor), target in SYSTEMS.items():
        found = sorted(OUTPUT.glob(f"libpalabra-*-{target}{named([target])[0].archive}"))
        if not found:
            sys.exit(f"go_module: no library for {target}: make dist TARGET={target} makes it")
        name = f"libpalabra_{system}_{processor}.a"
        yield name, archive.member(found[-1], "libpalabra.a")
        private = re.search(rb"^Libs.private: (.*)$", archive.member(found[-1], "palabra.pc", "/pkgconfig/"), re.MULTILINE)[1].decode()
        # The usual flags; cgo refuses others.
        more = " ".join(flag for flag in private.split() if flag.startswith("-l"))
        yield f"link_{system}_{processor}.go", LINK.format(system=system, processor=processor, name=name, more=more).encode()


def write(path):
    path.unlink(missing_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, content in sorted(files()):
            entry = zipfile.ZipInfo(f"{module()}@v{version()}/{name}", archive.DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(entry, content)
    return path


class Trial:
    def __init__(self, path):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="palabra-go-"))
        proxy = self.home / "proxy" / module() / "@v"
        proxy.mkdir(parents=True)
        shutil.copy(path, proxy / f"v{version()}.zip")
        shutil.copy(BINDING / "go.mod", proxy / f"v{version()}.mod")
        (proxy / "list").write_text(f"v{version()}\n", encoding="utf-8")
        (proxy / f"v{version()}.info").write_text(f'{{"Version": "v{version()}"}}', encoding="utf-8")
        left_out = ("LD_LIBRARY_PATH", "PKG_CONFIG_PATH", "CGO_CFLAGS", "CGO_LDFLAGS", "GOFLAGS")
        self.env = {key: value for key, value in os.environ.items() if key not in left_out}
        self.env |= {"GOPROXY": f"file://{self.home / 'proxy'}", "GOSUMDB": "off", "GOPATH": str(self.home / "go"), "GOFLAGS": "-modcacherw",
                     "GOTOOLCHAIN": "local", "CGO_ENABLED": "1"}
        self.failures = []

    def all(self):
        folder = self.home / "first"
        folder.mkdir()
        program = re.search(r"^```go\n(package main\n.*?)^```$", (BINDING / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)[1]
        (folder / "main.go").write_text(program, encoding="utf-8")
        try:
            self.go(folder, "mod", "init", "example.com/first")
            self.go(folder, "get", f"{module()}@v{version()}")
            self.go(folder, "build", "-o", "usual", ".")
            self.run("linked as usual", folder / "usual")
            self.go(folder, "build", "-ldflags", "-linkmode external -extldflags -static", "-o", "static", ".")
            self.run("wholly static", folder / "static")
            arm = {"GOOS": "linux", "GOARCH": "arm64", "CC": "aarch64-linux-gnu-gcc"}
            self.go(folder, "build", "-o", "arm64", ".", env=arm)
            self.run("for arm64", "qemu-aarch64", "-L", "/usr/aarch64-linux-gnu", folder / "arm64")
            self.go(folder, "build", "-o", "windows.exe", ".", env={"GOOS": "windows", "GOARCH": "amd64", "CC": "x86_64-w64-mingw32-gcc"})
            print("go_module: for windows: linked, not run", flush=True)
            self.go(folder, "mod", "vendor")
            self.go(folder, "build", "-mod=vendor", "-o", "vendored", ".")
            self.run("from a vendored copy", folder / "vendored")
        finally:
            shutil.rmtree(self.home, ignore_errors=True)
        return self.failures

    def go(self, folder, *command, env=None):
        done = subprocess.run([GO, *command], cwd=folder, env={**self.env, **(env or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"go_module: go {' '.join(command)}: {done.stdout[-1500:]}")

    def run(self, what, *command):
        with Devserver(DEVSERVER, patient(["--no-rate-limits"])) as server:
            done = subprocess.run([str(part) for part in command], env={**self.env, **server.environment()}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True, check=False, timeout=300)
        if done.returncode or "closed: " not in done.stdout:
            self.failures.append(f"{what}: {done.returncode}, {done.stdout[-300:]}")
            return
        size = pathlib.Path(command[-1]).stat().st_size
        print(f"go_module: {what}, {size / 1e6:.1f} MB: {done.stdout.strip().splitlines()[-1]}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-trial", action="store_true")
    options = parser.parse_args()
    path = write(OUTPUT / f"libpalabra-go-{version()}.zip")
    failures = []
    if not options.no_trial:
        subprocess.run(["tools/install.sh", "go", "dist"], cwd=ROOT, check=True)
        subprocess.run(["cargo", "build", "--profile", "devserver", "--locked", "-p", "palabra-devserver", "--bin", "palabra-devserver"], cwd=ROOT, check=True)
        failures = Trial(path).all()
    for failure in failures:
        print(f"go_module: {failure}", file=sys.stderr)
    archive.sums(OUTPUT)
    print(f"go_module: {path.name} has {path.stat().st_size / 1e6:.1f} MB, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
