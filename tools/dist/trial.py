"""Tries an archive as its user would: unpacked somewhere else, programs linked with what is in it, a session held."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

from targets import ROOT

sys.path.insert(0, str(ROOT / "tools"))
from checks.places import TOOLS, go_environment  # noqa: E402
from devserver import Devserver, patient  # noqa: E402

# Programs of tests/c that need nothing of the machine that builds them.
PROGRAMS = ("integration/int_session", "integration/int_tts", "integration/int_stt", "integration/int_call", "integration/int_formats",
            "integration/int_files", "integration/int_names", "integration/int_shutdown", "life/life_float", "life/life_fork")
CONFORMANCE = ROOT / "tests/conformance"
SPEECH = ROOT / "build/dist/speech.wav"
# In a name of a file: no code page of Windows has both scripts.
SCRIPTS = "\u0437\u0432\u0443\u043a \u97f3"
# A case that an emulator makes slow, not one that hangs.
PATIENCE = 900


class Trial:
    def __init__(self, target, archive, folder):
        self.target, self.archive, self.folder = target, archive, folder
        self.failures, self.passed, self.conforms = [], 0, ""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        opened = zipfile.ZipFile(archive) if archive.suffix == ".zip" else tarfile.open(archive)
        with opened:
            if isinstance(opened, tarfile.TarFile):
                opened.extractall(folder, filter="data")
            else:
                opened.extractall(folder)
        self.prefix = next(path for path in folder.iterdir() if path.is_dir())
        self.suffix = ".exe" if target.kind == "pe" else ""

    def run(self, name, command, env=None, code=0, wanted=""):
        """One trial, which passes if the program ends with this code and says what is wanted, a pattern; 77: it is not for this machine."""
        try:
            done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                                  check=False, timeout=PATIENCE, env=env, cwd=self.folder)
        except subprocess.TimeoutExpired:
            self.failures.append(f"{name}: not over after {PATIENCE} s")
            return subprocess.CompletedProcess(command, -1, "")
        if done.returncode == code and re.search(wanted, done.stdout):
            self.passed += 1
        elif done.returncode != 77:
            last = (done.stdout.strip().splitlines() or ["no word"])[-1]
            self.failures.append(f"{name}: {done.returncode}, {last[:200]}{f', not {wanted}' if wanted else ''}")
        return done

    def compile(self, name, source, *flags, compiler=None):
        output = self.folder / f"{name}{self.suffix}"
        # Windows has headers of the same names.
        support = [] if self.target.kind == "pe" else [f"-I{ROOT / 'tests/c/support'}"]
        command = [*(compiler or [*self.target.compiler, "-std=gnu99"]), "-O1", f"-I{self.prefix / 'include'}", *support, source, *flags, "-o", output]
        done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            said = re.findall(r"error: .*|undefined .*", done.stdout) or [done.stdout.strip()[:200]]
            self.failures.append(f"{name} does not build: {said[0][:200]}")
            return None
        return output

    def shared(self):
        if self.target.kind == "pe":
            shutil.copy(self.prefix / "bin/palabra.dll", self.folder)
            subprocess.run([*self.target.compiler, "-shared", ROOT / "tools/dist/bcryptprimitives.c", "-o", self.folder / "bcryptprimitives.dll", "-ladvapi32"],
                           check=True)
            return ["-DPALABRA_SHARED", f"-L{self.prefix / 'lib'}", "-lpalabra"]
        return [f"-L{self.prefix / 'lib'}", "-lpalabra", "-lpthread", "-lm", *self.target.shared]

    def static(self):
        said = re.search(r"^Libs.private: (.*)$", (self.prefix / "lib/pkgconfig/palabra.pc").read_text(encoding="utf-8"), re.MULTILINE)[1]
        return [self.prefix / "lib/libpalabra.a", *said.split(), *self.target.static]

    def environment(self, server=None):
        env = {**(server.environment() if server else os.environ), "PALABRA_WAV": str(SPEECH), "PALABRA_LIBRARY": str(self.library()), "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml=", "WINEPREFIX": str(self.folder.parent / "wine")}
        if not self.target.emulator:
            env["LD_LIBRARY_PATH"] = str(self.prefix / "lib")
        return env

    def emulated(self, program):
        if self.target.kind != "pe" and self.target.emulator:
            return [*self.target.emulator, "-E", f"LD_LIBRARY_PATH={self.prefix / 'lib'}", program]
        return [*self.target.emulator, program]

    def hold(self, devserver):
        """A session, with either library; then the programs of tests/c."""
        hello = ROOT / "examples-c/hello.c"
        sources = sorted((ROOT / "tests/c/api").glob("api_*.c")) + [ROOT / f"tests/c/{name}.c" for name in PROGRAMS]
        programs = [("hello", hello, self.shared()), ("hello_static", hello, self.static())]
        if self.target.kind != "pe":
            # They are programs for POSIX.
            programs += [(source.stem, source, self.shared()) for source in sources if source.stem not in self.target.without]
        for name, source, flags in programs:
            program = self.compile(name, source, *flags)
            # Some count what the server has seen.
            with Devserver(devserver, patient(["--no-rate-limits"])) as server:
                if program:
                    self.run(name, self.emulated(program), self.environment(server), wanted="CLOSED PALABRA_OK" if name.startswith("hello") else "")
        with Devserver(devserver, patient(["--no-rate-limits"])) as server:
            self._ask_the_doctor(server)
            self._try_the_examples(server)
            if not self.target.emulator:
                self._in_an_empty_root(server)

    def _ask_the_doctor(self, server):
        """Where everything is well, it says so."""
        program = self.prefix / f"bin/palabra-doctor{self.suffix}"
        if self.target.kind == "pe":
            shutil.copy(self.folder / "bcryptprimitives.dll", program.parent)
        spoken = shutil.copy(SPEECH, self.folder / f"doctor {SCRIPTS}.wav")
        done = self.run("palabra-doctor", [*self.emulated(program), "--recording", spoken.name], self.environment(server))
        if "speech" not in done.stdout:
            self.failures.append(f"palabra-doctor did not come to its end: {done.stdout[-200:]}")

    def _try_the_examples(self, server):
        """Built by their CMakeLists.txt with what is in the archive. On Windows one has files whose names no code page has."""
        build = self.folder / "examples"
        if not self.target.toolchain and self.target.by_zig and not self.target.glibc:
            return  # CMake knows no compiler for it
        options = [f"-DCMAKE_TOOLCHAIN_FILE={ROOT / 'cmake/toolchains' / self.target.toolchain}"] if self.target.toolchain else []
        # Of mingw's libraries no DLL is needed then.
        options += ["-DCMAKE_EXE_LINKER_FLAGS=-static"] if self.target.kind == "pe" else []
        self.run("cmake", ["cmake", "-S", self.prefix / "share/palabra/examples", "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}", *options])
        self.run("the examples", ["cmake", "--build", build])
        if self.target.kind == "pe":
            said, heard = (self.folder / f"{name} {SCRIPTS}.wav" for name in ("said", "heard"))
            shutil.copy(SPEECH, said)
            self.run("translate_file", [*self.emulated(build / "translate_file.exe"), said.name, heard.name, "en", "es"], self.environment(server))
            if not heard.exists():
                self.failures.append("translate_file wrote no file of this name")

    def conform(self, devserver):
        """The scenarios of tests/conformance, by its programs in C, and in C++ and Go where the target has these."""
        shims = {name: program for name, program in (("C", self._shim_c()), ("C++", self._shim_cpp()), ("Go", self._shim_go())) if program}
        if not shims:
            return
        done = subprocess.run([sys.executable, CONFORMANCE / "run.py", "--devserver", devserver, *(f"--shim={name}={self._command(program)}" for name, program in shims.items())],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=self.environment(), cwd=self.folder)
        passed, failed = map(int, (re.findall(r"^(\d+) passed, (\d+) failed$", done.stdout, re.MULTILINE) or [(0, 1)])[-1])
        self.conforms = f"{passed} of {passed + failed} ({', '.join(shims)})"
        self.failures += [f"conformance: {name} differs" for name in re.findall(r"^(\w+) .*\bDIFF\b", done.stdout, re.MULTILINE)]
        if not passed:
            self.failures.append(f"conformance: {done.stdout[-200:]}")

    def _shim_c(self):
        threads = ["-Wl,-Bstatic", "-lpthread", "-Wl,-Bdynamic"] if self.target.kind == "pe" else []
        return self.compile("shim", CONFORMANCE / "shim.c", CONFORMANCE / "shim_call.c", *self.shared(), *threads)

    def _shim_cpp(self):
        if not self.target.cxx:
            return None
        # Of mingw's libraries for C++ and threads no DLL is needed then.
        library = ["-static", "-DPALABRA_SHARED", self.prefix / "lib/libpalabra.dll.a"] if self.target.kind == "pe" else self.shared()
        return self.compile("shim_cpp", CONFORMANCE / "shim.cpp", CONFORMANCE / "shim_call.cpp", *library, compiler=[*self.target.cxx, "-std=c++17"])

    def _shim_go(self):
        if not self.target.go:
            return None
        output = self.folder / "shim_go"
        env = {**go_environment(), "CGO_ENABLED": "1", "GOOS": "linux", "GOARCH": self.target.go, "CC": self.target.compiler[0], "PKG_CONFIG_PATH": str(self.prefix / "lib/pkgconfig")}
        done = subprocess.run([TOOLS / "go/bin/go", "build", "-C", CONFORMANCE / "shim_go", "-o", output, "."], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, env=env)
        if done.returncode:
            self.failures.append(f"shim_go does not build: {done.stdout.strip()[-200:]}")
        return None if done.returncode else output

    def _command(self, program):
        command = " ".join(str(part) for part in self.emulated(program))
        # The lines of a program for Windows end as they do there.
        return f"sh -c \"{command} | tr -d '\\r'\"" if self.target.kind == "pe" else command

    def _in_an_empty_root(self, server):
        """The program and what its loader maps, and nothing else, not even a glibc for that of musl: as root only."""
        if os.geteuid() != 0:
            return
        root = self.folder / "root"
        env = {**self.environment(server), "LD_LIBRARY_PATH": str(self.prefix / "lib")}
        for name in ("hello", "hello_static"):
            program = self.folder / name
            if not program.exists():
                continue
            shutil.rmtree(root, ignore_errors=True)
            for path in [program, *self._mapped(program, env)]:
                place = root / (name if path == program else str(path).lstrip("/"))
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path.resolve(), place)
            count = sum(path.is_file() for path in root.rglob("*"))
            self.run(f"{name} in a root of {count} files", ["chroot", root, f"/{name}"], env)

    @staticmethod
    def _mapped(program, env):
        """The files that the loader needs for a program; none if it has no loader."""
        headers = subprocess.run(["readelf", "-lW", program], stdout=subprocess.PIPE, text=True, check=True).stdout
        loader = re.search(r"interpreter: (/[^\]]+)", headers)
        if not loader:
            return []
        # What glibc's ldd does; musl's loader wants another argument.
        command = [loader[1], "--list", program]
        said = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True, check=True, env=env).stdout
        return [pathlib.Path(loader[1]), *map(pathlib.Path, re.findall(r"=> (/\S+) \(0x", said))]

    # --- What can be read of it -------------------------------------------------------------------------------------

    def library(self):
        return self.prefix / ("bin/palabra.dll" if self.target.kind == "pe" else "lib/libpalabra.so")

    def names_of_folders(self):
        """Folders of the machine that built it: none is told."""
        for path in (self.library(), self.prefix / "lib/libpalabra.a", self.prefix / f"bin/palabra-doctor{self.suffix}"):
            bytes_ = path.read_bytes()
            for folder in (str(ROOT), str(pathlib.Path.home() / ".cargo")):
                if folder.encode() in bytes_:
                    self.failures.append(f"{path.name} names {folder}")

    def needs(self):
        """What it needs of the system, in a few words."""
        if self.target.kind == "pe":
            said = subprocess.run(["x86_64-w64-mingw32-objdump", "-p", self.library()], stdout=subprocess.PIPE, text=True, check=True).stdout
            return f"{len(re.findall(r'DLL Name', said))} DLLs of Windows"
        said = subprocess.run(["readelf", "-dVlW", self.library().resolve()], stdout=subprocess.PIPE, text=True, check=True).stdout
        versions = {tuple(map(int, found.split("."))) for found in re.findall(r"GLIBC_([0-9.]+)", said)}
        needed = ", ".join(found for found in re.findall(r"NEEDED.*\[(.*)\]", said) if not found.startswith("ld-"))
        floor = "glibc " + ".".join(map(str, max(versions))) if versions else "musl"
        pages = min(int(found, 16) for found in re.findall(r"LOAD .* (0x[0-9a-f]+)$", said, re.MULTILINE))
        return f"{floor}; {needed}; segments on pages of {pages // 1024} kB"

    def size(self):
        return self.library().resolve().stat().st_size
