#!/usr/bin/env python3
"""api/palabra.abi is the ABI of the header, and abidiff reports changes that break programs: an example of each."""

import argparse
import pathlib
import sys
import tempfile
import unittest

import dumped
import later_field

HEADER = (dumped.ROOT / "include" / "single" / "palabra.h").read_text(encoding="utf-8")
SOURCE = dumped.SOURCE.read_text(encoding="utf-8")
COMPILER = "cc"


class Case(unittest.TestCase):
    def said_of(self, header, source=SOURCE):
        with tempfile.TemporaryDirectory() as folder:
            paths = [pathlib.Path(folder, name) for name in ("palabra.h", "every_name.c")]
            for path, text in zip(paths, (header, source)):
                path.write_text(text, encoding="utf-8")
            return dumped.broken(COMPILER, *paths, pathlib.Path(folder))

    def objects(self, before, after, names):
        """`names` is the expected subject of the report."""
        self.assertEqual(HEADER.count(before), 1, before)
        header, source = (text.replace(before, after) for text in (HEADER, SOURCE))
        self.assertIn(names, self.said_of(header, source))

    def test_the_present_header(self):
        self.assertEqual(self.said_of(HEADER), "")

    def test_later_fields_functions_and_values_are_no_break(self):
        grown, count = later_field.in_c(HEADER)
        self.assertGreater(count, 0)
        grown = grown.replace("    PALABRA_ENCODING_S16 = 1,", "    PALABRA_ENCODING_S16 = 1,\n    PALABRA_LATER = 99,")
        self.assertEqual(grown.count("PALABRA_LATER"), 1)
        self.assertEqual(self.said_of(grown, SOURCE + "void palabra_later(void) { }\n"), "")

    def test_a_field_in_the_middle(self):
        self.objects("    const char *voice_type;", "    const char *later;\n    const char *voice_type;", "later")

    def test_an_inner_struct_that_grows(self):
        self.objects("} palabra_timeouts;", "    int64_t later;\n} palabra_timeouts;", "later")

    def test_a_field_of_a_struct_that_only_a_callback_sees(self):
        self.objects("    int64_t position_ms;", "    uint64_t position_ms;", "position_ms")

    def test_a_constant_with_another_number(self):
        self.objects("PALABRA_ERR_TIMEOUT = -204", "PALABRA_ERR_TIMEOUT = -208", "PALABRA_ERR_TIMEOUT")

    def test_a_parameter_of_another_type(self):
        self.objects("palabra_shutdown(int32_t ", "palabra_shutdown(int64_t ", "palabra_shutdown")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Compares the ABI with api/palabra.abi.")
    parser.add_argument("--compiler", default=COMPILER)
    COMPILER = parser.parse_args().compiler
    if reason := dumped.missing():
        print(f"test_dumped: skipped: {reason}")
        sys.exit(dumped.SKIPPED)
    unittest.main(argv=sys.argv[:1])
