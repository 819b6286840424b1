#!/bin/sh
# Generates include/palabra.h from src/ffi, or with --check says whether it is up to date.
set -eu
cd "$(dirname "$0")/.."
committed=include/palabra.h
fresh=build/palabra.h
mkdir -p build

generate() {
    build/tools/cargo/bin/cbindgen --quiet --config include/cbindgen.toml --crate palabra --output "$1"
}

if [ "${1:-}" = --check ]; then
    generate "$fresh"
    if ! diff -u "$committed" "$fresh"; then
        echo "header: $committed is not what src/ffi says; run 'make header' and commit the result" >&2
        exit 1
    fi
    echo "header: $committed is up to date"
else
    generate "$committed"
    echo "header: wrote $committed"
fi
