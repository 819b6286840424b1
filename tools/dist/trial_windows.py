"""What of an archive is tried on Windows alone."""

import os
import pty
import re
import select
import subprocess
import sys

from doctor import utf8
from import_library import write, zig
from targets import ROOT
from trial import PATIENCE, SCRIPTS, Devserver, Trial, patient

sys.path.insert(0, str(ROOT / "tests/abi"))
from static_library import BOTH, OTHER  # noqa: E402

SOURCES = ROOT / "tools/dist/windows"
CERTIFICATES = ("--tls-cert", "certs/server.pem", "--tls-key", "certs/server.key")
TRUSTED = f"{SCRIPTS}.pem"
# Arguments of the server and of outcome.c, what the program prints, and its environment where that matters.
OUTCOMES = {
    "a CA file": (CERTIFICATES, ("end", TRUSTED), "PALABRA_OK"),
    "no CA file": (CERTIFICATES, ("end",), "PALABRA_ERR_TLS .*CA certificates of the client"),
    "a CA file that is missing": (CERTIFICATES, ("end", f"no {TRUSTED}"), f"PALABRA_ERR_IO ca_file no {TRUSTED}: "),
    "a CA file in place of the system's": (CERTIFICATES, ("end", "", TRUSTED), "PALABRA_OK"),
    "a CA in the system's store": (CERTIFICATES, ("end", "store:certs/ca.der"), "PALABRA_OK"),
    "no server": ((), ("stay",), "PALABRA_ERR_CONNECT connecting to .*10061", {"PALABRA_API_URL": "http://127.0.0.1:9"}),
    "no host": ((), ("stay",), "PALABRA_ERR_DNS resolving nowhere.invalid", {"PALABRA_API_URL": "http://nowhere.invalid:9"}),
    "a reset for an answer": (("--fault", "rest_reset"), ("stay",), "PALABRA_ERR_CONNECTION_LOST"),
    "a reset of a stream": (("--fault", "reset_after_ms=100"), ("stay",), "PALABRA_ERR_CONNECTION_LOST"),
    "a stream that is closed": (("--fault", "close_code=1011"), ("stay",), "PALABRA_ERR_CONNECTION_LOST .*code 1011"),
    "a stream that is silent": (("--fault", "silent_after_ms=100"), ("stay",), "PALABRA_ERR_CONNECTION_DEAD"),
    "a stream that does not begin": (("--fault", "upgrade_delay_ms=600000"), ("stay",), "PALABRA_ERR_CONNECT .*within 5000 ms"),
}
FOUND = """cmake_minimum_required(VERSION 3.20)
project(found LANGUAGES NONE)
find_package(palabra CONFIG REQUIRED)
get_target_property(import palabra::shared IMPORTED_IMPLIB)
if(NOT EXISTS "${import}" OR NOT import MATCHES "palabra.lib$" OR TARGET palabra::static)
    message(FATAL_ERROR "${import}")
endif()
"""


class WindowsTrial(Trial):
    def hold(self, devserver):
        super().hold(devserver)
        with Devserver(devserver, patient(["--no-rate-limits"])) as server:
            for name, flags in {"events": self.shared(), "unload": []}.items():
                self._says(name, self.compile(name, SOURCES / f"{name}.c", *flags), (), "OK", self.environment(server))
            self._says("msvc", self._by_microsofts_rules(), (), "CLOSED PALABRA_OK", self.environment(server))
            doctor = self.prefix / "bin/palabra-doctor.exe"
            missing = f"no {SCRIPTS}.wav"
            self._says("palabra-doctor without its file", doctor, ("--recording", missing), f"translation: {missing}: ", self.environment(server), 1)
        self._ends_as_it_should(devserver)
        self._shows_utf8()
        self._is_a_neighbour()
        self._is_found_by_cmake()

    def _says(self, name, program, args, wanted, env, code=0):
        """Compares bytes: neither Python nor Wine is asked for an encoding."""
        if not program:
            return
        self.run(name, [*self.emulated(program), *args], env, code, wanted)

    def _ends_as_it_should(self, devserver):
        """Certificates, and connections that do not come about or break."""
        subprocess.run(["sh", ROOT / "tests/c/support/make_certs.sh", self.folder / "certs"], check=True)
        (self.folder / TRUSTED).write_bytes((self.folder / "certs/ca.pem").read_bytes())
        subprocess.run(["openssl", "x509", "-in", "certs/ca.pem", "-outform", "DER", "-out", "certs/ca.der"], check=True, cwd=self.folder)
        program = self.compile("outcome", SOURCES / "outcome.c", *utf8(self.target, self.folder), *self.shared(), "-lcrypt32")
        for name, (options, args, wanted, *more) in OUTCOMES.items():
            options = [str(self.folder / option) if option in CERTIFICATES[1::2] else option for option in options]
            with Devserver(devserver, patient(["--no-rate-limits", *options])) as server:
                env = {**self.environment(server), **dict(*more)}
                # They would be in place of the system's store.
                env = {key: value for key, value in env.items() if key not in ("SSL_CERT_FILE", "SSL_CERT_DIR")}
                self._says(name, program, args, f"^{wanted}", env)

    def _shows_utf8(self):
        """A console, which Wine draws on a terminal."""
        program = self.compile("console", SOURCES / "console.c", *utf8(self.target, self.folder))
        if not program:
            return
        ours, its = pty.openpty()
        with subprocess.Popen([str(part) for part in self.emulated(program)], stdin=its, stdout=its, stderr=its, start_new_session=True,
                              cwd=self.folder, env={**self.environment(), "TERM": "xterm"}) as running:
            os.close(its)
            shown = b""
            try:
                while select.select([ours], [], [], PATIENCE)[0] and (piece := os.read(ours, 65536)):
                    shown += piece
            except OSError:
                pass  # the end of a terminal
            # Still there if it has shown nothing for too long.
            running.kill()
        os.close(ours)
        is_shown = f"Gespräch {SCRIPTS}".encode() in shown
        self.passed += is_shown
        if not is_shown:
            self.failures.append(f"the console shows {shown[-200:]}")

    def _is_a_neighbour(self):
        """The static library beside another one in Rust, in both orders; of its own it has no other names than palabra_*."""
        source, other, both = (self.folder / name for name in ("other.rs", "libother.a", "both.c"))
        source.write_text(OTHER, encoding="utf-8")
        both.write_text(BOTH, encoding="utf-8")
        subprocess.run(["rustc", "--target", self.target.triple, "--crate-type", "staticlib", "--edition", "2024", source, "-o", other], check=True)
        ours, *system = self.static()
        for name, pair in {"before_another": (ours, other), "behind_another": (other, ours)}.items():
            program = self.compile(name, both, *pair, *system)
            if program:
                self.run(name, self.emulated(program), self.environment())
        said = subprocess.run([f"{self.target.binutils}nm", "-A", "-g", "--defined-only", ours], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, check=True).stdout
        names = re.findall(r":palabra\.o:\w+ \w (.*)$", said, re.MULTILINE)
        # The other members import functions of Windows.
        imported = set(re.findall(r" __imp_(.*)$", said, re.MULTILINE))
        others = [name for name in re.findall(r"^(?!.*:palabra\.o:).* \w (.*)$", said, re.MULTILINE)
                  if not name.startswith(("__imp_", "_head_")) and not name.endswith("_iname") and name not in imported]
        foreign = [name for name in names if not name.startswith("palabra_")] + others
        if foreign or not names:
            self.failures.append(f"names of the static library: {foreign[:5] or 'none'}")

    def _by_microsofts_rules(self):
        """A program of clang for Microsoft's ABI, linked by lld-link with palabra.lib."""
        system, object_, program = (self.folder / name for name in ("kernel32.lib", "msvc.obj", "msvc.exe"))
        try:
            write("kernel32.dll", ("ExitProcess", "GetStdHandle", "WriteFile"), system)
            zig("cc", "-target", "x86_64-windows-msvc", "-O1", "-ffreestanding", "-fno-stack-protector", "-DPALABRA_SHARED",
                f"-I{self.prefix / 'include'}", "-c", SOURCES / "msvc.c", "-o", object_)
            zig("lld-link", object_, self.prefix / "lib/palabra.lib", system, "/entry:start", "/subsystem:console", "/nodefaultlib",
                f"/out:{program}")
        except RuntimeError as error:
            self.failures.append(f"msvc does not build: {error}")
            return None
        return program

    def _is_found_by_cmake(self):
        """Where CMake would run Microsoft's compiler: the shared library by palabra.lib, and no static one."""
        project = self.folder / "found"
        project.mkdir()
        (project / "CMakeLists.txt").write_text(FOUND, encoding="utf-8")
        options = ("-DCMAKE_SYSTEM_NAME=Windows", "-DWIN32=ON", "-DMSVC=ON", f"-DCMAKE_PREFIX_PATH={self.prefix}",
                   "-DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=BOTH")
        self.run("cmake for Microsoft's compiler", ["cmake", "-S", project, "-B", project / "build", *options])
