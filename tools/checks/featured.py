"""The library with what is off by default, built and installed by the options of CMake, with its bridges."""

from . import stages
from .graph import Stage
from .places import ROOT

FOLDER = ROOT / "build/featured"
PREFIX = ROOT / "build/featured-prefix"


def build(shell):
    shell.run("cmake", "-S", ".", "-B", FOLDER, "-DCMAKE_INSTALL_LIBDIR=lib", "-DPALABRA_BUILD_TESTS=OFF", "-DPALABRA_BUILD_BRIDGES=ON",
              "-DPALABRA_DECODERS=ON", "-DPALABRA_WITH_ECHO=ON", "-DPALABRA_WITH_VAD=ON")
    shell.run("cmake", "--build", FOLDER)
    shell.run("cmake", "--install", FOLDER, "--prefix", PREFIX)


def run(shell):
    return stages.conformance(shell, PREFIX, "--featured")


# Both builds of the library write the same file in cargo's folder before CMake copies it.
BUILD = Stage("featured", build, needs=("system",), after=("library",), groups=("build", "gstreamer", "sip"))
