"""Tries the NuGet packages: programs in an empty folder, outside the tree, published in every way and run beside a devserver."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

from targets import ROOT

sys.path.insert(0, str(ROOT / "tools"))
from checks import dotnet  # noqa: E402
from devserver import Devserver, patient  # noqa: E402

DEVSERVER = ROOT / "target/devserver/palabra-devserver"
BINDING = ROOT / "bindings/csharp"
# What the README of each package begins with.
PROGRAMS = {"PalabraAI": BINDING / "package/README.md", "PalabraAI.Extensions": BINDING / "Extensions/README.md",
            "PalabraAI.Extensions.AI": BINDING / "Extensions.AI/README.md"}
PROJECT = """<Project Sdk="Microsoft.NET.Sdk{web}">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>{framework}</TargetFramework>
    <LangVersion>latest</LangVersion>
    <Nullable>enable</Nullable>
    <ImplicitUsings>{implicit}</ImplicitUsings>
    <AssemblyName>first</AssemblyName>
    <NuGetAudit>false</NuGetAudit>
{more}  </PropertyGroup>
{items}</Project>
"""
# How a program is published, and what its project says for it.
FORMS = {
    "framework-dependent": "<UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier><SelfContained>false</SelfContained>",
    "self-contained": "<UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier><SelfContained>true</SelfContained>",
    "single file": "<UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier><SelfContained>true</SelfContained><PublishSingleFile>true</PublishSingleFile>",
    "trimmed": "<UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier><SelfContained>true</SelfContained><PublishTrimmed>true</PublishTrimmed>",
    "NativeAOT": "<UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier><PublishAot>true</PublishAot>",
}
# What a library of another version says of itself.
OTHER = 'const char *palabra_version_string(void) { return "%s"; }\nint palabra_version_check(int a, int b, int c) { (void)a, (void)b, (void)c; return -1; }\n'
# With Mono's assemblies in place of Microsoft's, as there is no Windows here.
MONO = ("<AutomaticallyUseReferenceAssemblyPackages>false</AutomaticallyUseReferenceAssemblyPackages>"
        "<FrameworkPathOverride>/usr/lib/mono/4.8-api</FrameworkPathOverride><PlatformTarget>x64</PlatformTarget>")
FACADE = '  <ItemGroup>\n    <Reference Include="/usr/lib/mono/4.8-api/Facades/netstandard.dll" />\n  </ItemGroup>\n'


class NugetTrial:
    def __init__(self, sdk, packages, natives):
        self.natives, self.packages, self.failures = natives, packages, []
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="palabra-nuget-"))
        left_out = ("LD_LIBRARY_PATH", "RestoreSources")
        # A cache of its own: one that has the package of an earlier run would take that.
        self.env = {key: value for key, value in sdk.environment.items() if key not in left_out}
        self.env |= {"HOME": str(self.home), "DOTNET_CLI_HOME": str(self.home), "NUGET_PACKAGES": str(self.home / "cache")}
        self.sdk = sdk

    def all(self):
        command = ("cargo", "build", "--profile", "devserver", "--locked", "-p", "palabra-devserver", "--bin", "palabra-devserver")
        subprocess.run(command, cwd=ROOT, check=True)
        try:
            for step in (self._forms, self._other_systems, self._wrong_libraries, self._framework, self._interfaces, self._service):
                step()
        finally:
            shutil.rmtree(self.home, ignore_errors=True)
        return self.failures

    # --- Steps --------------------------------------------------------------------------------------------------------

    def project(self, name, more="", framework="net10.0", items="", package="PalabraAI"):
        """An empty folder, then what the README says."""
        folder = self.home / name.replace(" ", "-")
        folder.mkdir()
        feed = dotnet.UNPACKED / "feed"
        sources = "".join(f'    <add key="{path.name}" value="{path}" />\n' for path in (self.packages, feed) if path.exists())
        text = f"<configuration>\n  <packageSources>\n    <clear />\n{sources}  </packageSources>\n</configuration>\n"
        (folder / "nuget.config").write_text(text, encoding="utf-8")
        program = first_program(package)
        is_web = "WebApplication" in program
        project = PROJECT.format(web=".Web" if is_web else "", implicit="enable" if is_web else "disable", framework=framework, more=f"    {more}\n", items=items)
        (folder / "first.csproj").write_text(project, encoding="utf-8")
        (folder / "Program.cs").write_text(program, encoding="utf-8")
        self.dotnet(folder, "add", "package", package, *(["--prerelease"] if package.endswith(".AI") else []))
        return folder

    def dotnet(self, folder, *command):
        done = subprocess.run([self.sdk.program, *command], cwd=folder, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"nuget: {self.failures} dotnet {' '.join(command)} in {folder.name}: {done.stdout[-1500:]}")
        return done.stdout

    def run(self, what, *command):
        """A session; True if it was held."""
        with Devserver(DEVSERVER, patient(["--no-rate-limits"])) as server:
            env = {**self.env, **server.environment()}
            done = subprocess.run([str(part) for part in command], cwd=self.home, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode or not re.search(r"[1-9]\d*\.\d s of speech|0\.[1-9] s of speech", done.stdout) or not (self.home / "evening.wav").exists():
            self.failures.append(f"{what}: {done.returncode}, {done.stdout[-300:]}")
            return
        (self.home / "evening.wav").unlink()
        print(f"nuget: {what}: {done.stdout.strip()}", flush=True)

    def _forms(self):
        folder = self.project("portable")
        self.dotnet(folder, "build", "-c", "Release", "-o", "out", "--disable-build-servers")
        self.run("portable, as dotnet build leaves it", self.sdk.program, folder / "out/first.dll")
        for form, more in FORMS.items():
            folder = self.project(form, more)
            self.dotnet(folder, "publish", "-c", "Release", "-o", "out", "--disable-build-servers")
            size = sum(path.stat().st_size for path in (folder / "out").rglob("*") if path.suffix not in (".pdb", ".dbg"))
            self.run(f"{form}, {size / 1e6:.1f} MB", folder / "out/first")

    def _other_systems(self):
        """What publishing for each system takes; where there is no library, none of another."""
        for system, wanted in (("linux-musl-x64", "linux-musl-x64"), ("linux-musl-arm64", None), ("linux-arm64", "linux-arm64"), ("win-x64", "win-x64")):
            folder = self.home / "portable"
            options = ("-c", "Release", "-r", system, "--no-self-contained", "-p:UseAppHost=false", "-o", f"for-{system}", "--disable-build-servers")
            self.dotnet(folder, "publish", *options)
            found = [path for path in (folder / f"for-{system}").iterdir() if path.name in ("libpalabra.so", "palabra.dll")]
            right = found and wanted and found[0].read_bytes() == (self.natives / wanted / found[0].name).read_bytes()
            if bool(found) != bool(wanted) or (wanted and not right):
                self.failures.append(f"published for {system}: {[path.name for path in found]}")
            else:
                print(f"nuget: published for {system}: {'its library' if wanted else 'no library, instead of a wrong one'}", flush=True)

    def _wrong_libraries(self):
        """The sentence that each wrong library gives, on the portable program."""
        out = self.home / "portable/out"
        library = out / "runtimes/linux-x64/native/libpalabra.so"
        good = library.read_bytes()
        other = lambda version: self._compiled(OTHER % version)  # noqa: E731
        cases = {"missing": (None, "was not found"), "another architecture": ((self.natives / "linux-arm64/libpalabra.so").read_bytes(), "another architecture"),
                 "cut": (good[: len(good) // 2], "its end is missing"), "older": (other("0.0.9"), "libpalabra 0.0.9, and this binding needs"),
                 "newer": (other("0.2.0"), "libpalabra 0.2.0, and this binding needs")}
        for name, (content, wanted) in cases.items():
            library.unlink()
            if content:
                library.write_bytes(content)
            done = subprocess.run([self.sdk.program, out / "first.dll"], env={**self.env, "PALABRA_API_KEY": "x"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            said = re.search(r"DllNotFoundException: (.*)", done.stdout)
            if not said or wanted not in said[1]:
                self.failures.append(f"{name} library: {done.returncode}, {done.stdout[-300:]}")
            else:
                print(f"nuget: {name} library: {said[1]}", flush=True)
            library.write_bytes(good)

    def _compiled(self, text):
        source, output = self.home / "other.c", self.home / "other.so"
        source.write_text(text, encoding="utf-8")
        subprocess.run(["cc", "-shared", "-fPIC", source, "-o", output], check=True)
        return output.read_bytes()

    def _framework(self):
        """.NET Framework: compiled with Mono's assemblies, run by Mono; its library is that of Windows, and here that of Linux beside it."""
        if not (dotnet.mono() and os.path.isdir("/usr/lib/mono/4.8-api")):
            print("nuget: .NET Framework: left out, there is no Mono", flush=True)
            return
        folder = self.project("net48", MONO, "net48", FACADE)
        self.dotnet(folder, "build", "-c", "Release", "-o", "out", "--disable-build-servers")
        if (folder / "out/palabra.dll").read_bytes() != (self.natives / "win-x64/palabra.dll").read_bytes():
            self.failures.append(".NET Framework: the library is not beside the program")
        (folder / "out/palabra.dll").unlink()
        shutil.copy(self.natives / "linux-x64/libpalabra.so", folder / "out")
        self.run(".NET Framework, by Mono", "mono", folder / "out/first.exe")

    def _interfaces(self):
        folder = self.project("interfaces", package="PalabraAI.Extensions.AI")
        self.dotnet(folder, "build", "-c", "Release", "-o", "out", "--disable-build-servers")
        with Devserver(DEVSERVER, patient(["--no-rate-limits"])) as server:
            done = subprocess.run([self.sdk.program, folder / "out/first.dll"], env={**self.env, **server.environment()}, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode or not re.search(r"\d bytes of speech\nheard: .", done.stdout):
            self.failures.append(f"PalabraAI.Extensions.AI: {done.returncode}, {done.stdout[-300:]}")
        else:
            print(f"nuget: PalabraAI.Extensions.AI: {', '.join(done.stdout.split(chr(10)))}", flush=True)

    def _service(self):
        """The web service of the README: it is healthy, says something, and ends well."""
        folder = self.project("service", package="PalabraAI.Extensions")
        self.dotnet(folder, "build", "-c", "Release", "-o", "out", "--disable-build-servers")
        with Devserver(DEVSERVER, patient(["--no-rate-limits"])) as server:
            env = {**self.env, **server.environment(), "ASPNETCORE_URLS": "http://127.0.0.1:0"}
            with subprocess.Popen([self.sdk.program, folder / "out/first.dll"], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as service:
                address = next((found[1] for line in service.stdout if (found := re.search(r"Now listening on: (\S+)", line))), None)
                try:
                    health = urllib.request.urlopen(f"{address}/health", timeout=60).read().decode()
                    begun = time.monotonic()
                    with urllib.request.urlopen(f"{address}/speech?text=Good%20evening", timeout=60) as answer:
                        answer.read(1)
                        first = time.monotonic() - begun
                        length = 1 + len(answer.read())
                finally:
                    service.terminate()
                said = service.stdout.read()
                code = service.wait(60)
        if health != "Healthy" or length < 4800 or code != 0 or "All sessions and calls are over" not in said:
            self.failures.append(f"PalabraAI.Extensions: {health}, {length} bytes, ended with {code}: {said[-300:]}")
        else:
            print(f"nuget: PalabraAI.Extensions: {health}, {length} bytes of speech, the first after {1000 * first:.0f} ms; SIGTERM drained it", flush=True)


def first_program(package):
    return re.search(r"^```csharp\n(.*?)^```$", PROGRAMS[package].read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)[1]
