"""The .NET SDK that builds the C# binding: one from PATH, or the one that tools/install.sh unpacked."""

import os
import pathlib
import shutil
import subprocess
from typing import NamedTuple

from .places import TOOLS
from .shell import ROOT

MAJOR = 10
UNPACKED = TOOLS / "dotnet"
HOW = f"no .NET SDK {MAJOR} or later: tools/install.sh csharp says how one is installed"
# No telemetry, no banner, no libicu, no certificate for web services.
QUIET = {
    "DOTNET_CLI_TELEMETRY_OPTOUT": "1",
    "DOTNET_NOLOGO": "1",
    "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",
    "DOTNET_GENERATE_ASPNET_CERTIFICATE": "false",
    # A process that is killed leaves no pipes for a debugger.
    "DOTNET_EnableDiagnostics": "0",
    # Else a folder in the temporary one, which stays.
    "NUGET_SCRATCH": str(ROOT / "build/dotnet/nuget"),
}


class Sdk(NamedTuple):
    program: str
    environment: dict

    def build(self, project, *options):
        """The command that builds a project, or several that a solution lists, and leaves no process behind."""
        # `dotnet build` does the same, and leaves two empty folders in the temporary one each time.
        return [self.program, "msbuild", str(project), "-restore", "-nologo", "-verbosity:quiet", "-nodeReuse:false",
                "-p:UseSharedCompilation=false", "-p:UseRazorBuildServer=false", *map(str, options)]


def find():
    """The SDK, or None."""
    found = shutil.which("dotnet")
    if found and _is_new(found):
        return Sdk(found, {**os.environ, **QUIET})
    # The mark is written when all is unpacked.
    return Sdk(str(UNPACKED / "sdk/dotnet"), _of_archive()) if (UNPACKED / "archive.txt").exists() else None


def _is_new(program):
    """Also false where only older SDKs are installed: global.json refuses them."""
    done = subprocess.run([program, "--version"], cwd=ROOT, env={**os.environ, **QUIET}, capture_output=True, text=True, check=False)
    major = done.stdout.split(".")[0]
    return done.returncode == 0 and major.isdigit() and int(major) >= MAJOR


def _of_archive():
    """Its feed is the only source of packages, and its packages stay out of the user's cache: they are for building here."""
    sdk = UNPACKED / "sdk"
    return {
        **os.environ, **QUIET,
        "DOTNET_ROOT": str(sdk),
        "PATH": f"{sdk}{os.pathsep}{os.environ['PATH']}",
        "DOTNET_CLI_HOME": str(UNPACKED / "home"),
        "NUGET_PACKAGES": str(UNPACKED / "packages"),
        "NUGET_CERT_REVOCATION_MODE": "offline",
        "RestoreSources": str(UNPACKED / "feed"),
        "DisableTransitiveFrameworkReferenceDownloads": "true",
    }


def mono():
    """Mono with the facade of .NET Standard 2.1, or None."""
    found = shutil.which("mono")
    facade = "lib/mono/4.5/Facades/netstandard.dll"
    return found if found and (pathlib.Path(found).resolve().parents[1] / facade).exists() else None
