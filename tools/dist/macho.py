"""What of Mach-O is needed to judge a library for Apple's systems: names, what it needs, for which version it is. 64 bits, little endian."""

import struct

MAGIC = 0xFEEDFACF
SYMTAB, ID_DYLIB, VERSION_MIN_MACOS, VERSION_MIN_IOS, BUILD_VERSION = 0x2, 0xD, 0x24, 0x25, 0x32
# That it needs a library: always, unless it is missing, also for those that link this one, also in a circle.
LOAD_DYLIB, LOAD_WEAK_DYLIB, REEXPORT_DYLIB, LOAD_UPWARD_DYLIB = NEEDS = 0xC, 0x18, 0x1F, 0x23
# Of the type of a name: for debuggers, hidden, its kind, visible outside of the file.
STAB, PRIVATE, KIND, EXTERNAL = 0xE0, 0x10, 0x0E, 0x01
# After the magic number of an archive.
ARCHIVE, HEADER = 8, 60


def _commands(content):
    count, = struct.unpack_from("<I", content, 16)
    place = 32
    for _ in range(count):
        command, size = struct.unpack_from("<II", content, place)
        # A bit says that an older system must refuse what it does not know.
        yield command & 0x7FFFFFFF, content[place:place + size]
        place += size


def _text(content, place):
    return content[place:content.index(b"\0", place)].decode()


def _version(number):
    return f"{number >> 16}.{number >> 8 & 255}"


def _names(content, table):
    """The names that a table of symbols defines for other files."""
    symbols, count, strings, _ = struct.unpack_from("<IIII", table, 8)
    for number in range(count):
        name, kind = struct.unpack_from("<IB", content, symbols + 16 * number)
        if kind & EXTERNAL and kind & KIND and not kind & (STAB | PRIVATE):
            # C's names begin with an underscore there.
            yield _text(content, strings + name).removeprefix("_")


def read(content):
    """{names, name, needs, oldest} of a file or an object."""
    if len(content) < 32 or struct.unpack_from("<I", content)[0] != MAGIC:
        raise ValueError("no Mach-O of 64 bits")
    about = {"names": set(), "name": None, "needs": [], "oldest": None}
    for command, body in _commands(content):
        if command == SYMTAB:
            about["names"] |= set(_names(content, body))
        elif command in (ID_DYLIB, *NEEDS):
            path = _text(body, struct.unpack_from("<I", body, 8)[0])
            if command == ID_DYLIB:
                about["name"] = path
            else:
                about["needs"].append(path)
        elif command in (VERSION_MIN_MACOS, VERSION_MIN_IOS, BUILD_VERSION):
            about["oldest"] = _version(struct.unpack_from("<I", body, 12 if command == BUILD_VERSION else 8)[0])
    return about


def members(archive):
    """The contents of the objects in an archive, of whichever kind."""
    place = ARCHIVE
    while place + HEADER <= len(archive):
        name, size = archive[place:place + 16].decode(), int(archive[place + 48:place + 58])
        content = archive[place + HEADER:place + HEADER + size]
        place += HEADER + size + size % 2
        if name.startswith("#1/"):
            # A long name is at the beginning of the content.
            content = content[int(name[3:]):]
        yield content


def names_in_archive(archive):
    """Defined for other files by any object."""
    found = [content for content in members(archive) if content[:4] == struct.pack("<I", MAGIC)]
    return set().union(*(read(content)["names"] for content in found))
