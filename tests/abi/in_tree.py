#!/usr/bin/env python3
"""Projects that build the library with themselves, by add_subdirectory and by FetchContent: the targets of the installed package."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

WAYS = {
    "add_subdirectory": "add_subdirectory({source} palabra)",
    "FetchContent": "include(FetchContent)\nFetchContent_Declare(palabra SOURCE_DIR {source})\nFetchContent_MakeAvailable(palabra)",
}
PROJECT = """cmake_minimum_required(VERSION 3.20)
project(host LANGUAGES C)
set(PALABRA_INSTALL OFF)
{way}
foreach(kind IN ITEMS palabra shared static)
    add_executable(with_${{kind}} main.c)
    target_link_libraries(with_${{kind}} PRIVATE palabra::${{kind}})
endforeach()
install(TARGETS with_static)
"""
PROGRAM = """#include <palabra.h>
int main(void)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *client = 0;

    config.credentials.api_key = "key";
    config.credentials.region = "eu";
    return palabra_client_new(&config, &client, 0) == PALABRA_OK && palabra_client_free(client) == PALABRA_OK ? 0 : 1;
}
"""


def run(*command, env=None):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=env)
    if done.returncode:
        sys.exit(f"in_tree: {' '.join(map(str, command))}: {done.stdout[-2000:] or done.returncode}")


def build(options, name, way):
    folder = options.output / name
    folder.mkdir(parents=True)
    (folder / "CMakeLists.txt").write_text(PROJECT.format(way=way.format(source=options.source)), encoding="utf-8")
    (folder / "main.c").write_text(PROGRAM, encoding="utf-8")
    # What cargo has built for the tests is the same.
    env = {**os.environ, "CARGO_TARGET_DIR": str(options.target_dir)}
    run(options.cmake, "-S", folder, "-B", folder / "build", env=env)
    run(options.cmake, "--build", folder / "build", "--parallel", "2", env=env)
    for kind in ("palabra", "shared", "static"):
        run(folder / "build" / f"with_{kind}")
    run(options.cmake, "--install", folder / "build", "--prefix", folder / "prefix")
    installed = [path.relative_to(folder / "prefix") for path in (folder / "prefix").rglob("*") if path.is_file()]
    if installed != [pathlib.Path("bin/with_static")]:
        sys.exit(f"in_tree: {name} installs {installed}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("cmake", "source", "target-dir", "output"):
        parser.add_argument(f"--{name}", required=True, type=pathlib.Path)
    options = parser.parse_args()
    shutil.rmtree(options.output, ignore_errors=True)
    for name, way in WAYS.items():
        build(options, name, way)


if __name__ == "__main__":
    main()
