#!/usr/bin/env python3
"""What `make dist` finds wrong with libraries for platforms that it cannot run: an example of each fault.

usage: test_elsewhere.py [--compiler CC]
"""

import argparse
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/dist"))

import elsewhere  # noqa: E402
import elsewhere_faults as faults  # noqa: E402
import macho  # noqa: E402
import page  # noqa: E402

COMPILER = "cc"
FUNCTIONS = {"palabra_one", "palabra_two"}
SOURCE = """
int of_the_system(void);
__attribute__((weak)) int newer(void);
int palabra_one(void) { return of_the_system(); }
int palabra_two(void) { return newer ? newer() : 0; }
__attribute__((visibility("hidden"))) int hidden(void) { return 1; }
"""
LINKED = ("soname,libpalabra.so", "z,nodelete", "z,max-page-size=16384")
NAME = "@rpath/libpalabra.0.1.dylib"
SYSTEM = "/usr/lib/libSystem.B.dylib"


class Android(unittest.TestCase):
    def found(self, source=SOURCE, linked=LINKED, has="of_the_system"):
        with tempfile.TemporaryDirectory() as folder:
            code, library = pathlib.Path(folder, "one.c"), pathlib.Path(folder, "one.so")
            code.write_text(source, encoding="utf-8")
            options = ["-shared", "-fPIC", "-nostdlib", *(f"-Wl,-{option}" for option in linked)]
            subprocess.run([COMPILER, *options, code, "-o", library], check=True)
            said = subprocess.run(["readelf", "-dlW", "--dyn-syms", library], stdout=subprocess.PIPE, text=True, check=True).stdout
        return faults.of_android(faults.of_elf(said), FUNCTIONS, {"libc.so": [has]})

    def test_nothing_is_found_in_a_good_one(self):
        self.assertEqual(self.found(), [])

    def test_each_fault_is_found_by_itself(self):
        without = [tuple(option for option in LINKED if option != left_out) for left_out in LINKED]
        for expected, given in (("SONAME is None", {"linked": without[0]}), ("no NODELETE", {"linked": without[1]}),
                                ("pages of 4 kB", {"linked": (*without[2], "z,max-page-size=4096")}),
                                ("needs of_the_system, which is not known to be in Android's API 24", {"has": "another"}),
                                ("offers more", {"source": f"{SOURCE} int more(void) {{ return 0; }}"}),
                                ("does not offer palabra_two", {"source": SOURCE.replace("int palabra_two", "static int palabra_two")})):
            with self.subTest(expected):
                found = self.found(**given)
                self.assertEqual(len(found), 1, found)
                self.assertIn(expected, found[0])

    def test_the_unwinder_is_no_part_of_the_system(self):
        about = {"names": FUNCTIONS, "missing": {"_Unwind_Resume", "__aeabi_unwind_cpp_pr0"}, "name": "libpalabra.so", "needs": [],
                 "stays": True, "pages": faults.PAGE}
        self.assertEqual(faults.of_android(about, FUNCTIONS, {}), [])
        self.assertEqual(faults.of_android(about | {"needs": ["libunwind.so"]}, FUNCTIONS, {}), ["needs libunwind.so"])


def dylib(names, name=NAME, needs=(SYSTEM,), command=macho.BUILD_VERSION, need=macho.LOAD_DYLIB):
    """A file of Mach-O with these names ({name: type}) and nothing else."""
    strings, symbols, commands = b"\0", b"", []
    for symbol, kind in names.items():
        symbols += struct.pack("<IBBHQ", len(strings), kind, 1, 0, 0)
        strings += f"_{symbol}\0".encode()
    for kind, path in [(macho.ID_DYLIB, name), *((need, path) for path in needs)]:
        text = path.encode() + b"\0" * (8 - len(path) % 8)
        commands.append(struct.pack("<IIIIII", kind, 24 + len(text), 24, 0, 0, 0) + text)
    commands.append(struct.pack("<IIIIII", command, 24, 1, 0x000B0300, 0, 0))
    place = 32 + sum(map(len, commands)) + 24
    commands.append(struct.pack("<IIIIII", macho.SYMTAB, 24, place, len(names), place + len(symbols), len(strings)))
    head = struct.pack("<IIIIIIII", macho.MAGIC, 0, 0, 6, len(commands), sum(map(len, commands)), 0, 0)
    return head + b"".join(commands) + symbols + strings


# In a section and seen outside; in a section of this file alone; hidden; of another file; for debuggers.
SEEN, LOCAL, HIDDEN, MISSING, STAB = 0x0F, 0x0E, 0x1F, 0x01, 0x2F
GOOD = {"palabra_one": SEEN, "palabra_two": SEEN, "a": LOCAL, "b": HIDDEN, "c": MISSING, "d": STAB}


class Apple(unittest.TestCase):
    def found(self, *given, **other):
        return faults.of_macos(macho.read(dylib(*given, **other)), FUNCTIONS, NAME, "11.3")

    def test_nothing_is_found_in_a_good_one(self):
        self.assertEqual(macho.read(dylib(GOOD)), {"names": FUNCTIONS, "name": NAME, "needs": [SYSTEM], "oldest": "11.3"})
        self.assertEqual(self.found(GOOD), [])

    def test_each_fault_is_found_by_itself(self):
        for expected, found in (("offers a", self.found(GOOD | {"a": SEEN})),
                                ("does not offer palabra_one", self.found(GOOD | {"palabra_one": HIDDEN})),
                                ("install name is libpalabra.dylib", self.found(GOOD, name="libpalabra.dylib")),
                                ("macOS None", self.found(GOOD, command=0x7F)),
                                ("needs /opt/libother.dylib", self.found(GOOD, needs=["/opt/libother.dylib"])),
                                ("needs /opt/libother.dylib", self.found(GOOD, needs=["/opt/libother.dylib"], need=0x80000018))):
            with self.subTest(expected):
                self.assertEqual(len(found), 1, found)
                self.assertIn(expected, found[0])

    def test_names_in_an_archive_are_those_of_all_its_objects(self):
        archive = b"!<arch>\n"
        for name, content in (("other/", b"odd"), ("#1/4", b"one\0" + dylib({"palabra_one": SEEN})), ("two.o/", dylib({"palabra_two": SEEN}))):
            archive += f"{name:<48}{len(content):<10}`\n".encode() + content + b"\n" * (len(content) % 2)
        self.assertEqual(macho.names_in_archive(archive), FUNCTIONS)

    def test_a_framework_has_its_option(self):
        flags = "Libs: -lpalabra\nLibs.private: -framework One{} Two -lthree\n"
        self.assertEqual(faults.of_flags(flags.format(" -framework")), [])
        self.assertEqual(len(faults.of_flags(flags.format(""))), 1)


class Page(unittest.TestCase):
    def test_rows_of_earlier_runs_stay(self):
        with tempfile.TemporaryDirectory() as folder:
            results, text = pathlib.Path(folder), pathlib.Path(folder, "platforms.md")
            seen = {"compiled": "yes", "linked": "all", "checked": "names", "commit": "one", "failures": []}
            first, second = elsewhere.ALL[:2]
            (results / f"{first.name}.json").write_text(json.dumps(seen), encoding="utf-8")
            page.write(results, text)
            (results / f"{first.name}.json").unlink()
            (results / f"{second.name}.json").write_text(json.dumps(seen | {"commit": "two", "failures": ["offers more"]}), encoding="utf-8")
            page.write(results, text)
            written = text.read_text(encoding="utf-8")
        self.assertIn(f"| {first.name} | yes | all | names | not run | one |\n", written)
        self.assertIn(f"| {second.name} | yes | all | names | not run | two |\n", written)
        self.assertIn(f"\n{second.name}: offers more.\n", written)

    def test_a_row_of_another_table_does_not_stay(self):
        with tempfile.TemporaryDirectory() as folder:
            text = pathlib.Path(folder, "platforms.md")
            name = elsewhere.ALL[0].name
            text.write_text(f"| {name} | yes | one |\n", encoding="utf-8")
            page.write(pathlib.Path(folder), text)
            self.assertIn(f"\n| {name} | | | | not run | |\n", text.read_text(encoding="utf-8"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", default=COMPILER)
    args, rest = parser.parse_known_args()
    COMPILER = args.compiler
    unittest.main(argv=[sys.argv[0], *rest])
