#!/bin/sh
# Builds one program with the flags of pkg-config alone, and runs it.
# usage: pkgconfig.sh shared|static LIBDIR SOURCE PROGRAM
set -eu
kind=$1 libdir=$2 source=$3 program=$4
export PKG_CONFIG_PATH="$libdir/pkgconfig"
compile="${CC:-cc} -std=c99 -Wall -Wextra -Wpedantic -Werror $source -o $program"

if [ "$kind" = static ]; then
    # The folder holds both libraries, and the linker would prefer the shared one.
    flags=$("${PKG_CONFIG:-pkg-config}" --static --cflags --libs palabra | sed 's/-lpalabra/-l:libpalabra.a/')
    $compile $flags
else
    flags=$("${PKG_CONFIG:-pkg-config}" --cflags --libs palabra)
    $compile $flags "-Wl,-rpath,$libdir"
fi

needs_shared=$(readelf -d "$program" | grep -c 'NEEDED.*libpalabra' || true)
if [ "$kind" = static ] && [ "$needs_shared" != 0 ]; then
    echo "pkgconfig: the program still needs the shared library" >&2
    exit 1
fi
exec "$program"
