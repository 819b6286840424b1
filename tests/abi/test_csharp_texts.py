#!/usr/bin/env python3
"""A text of C# that replaces one of C is looked at again when that of C changes."""

import copy
import json
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "api"))

import csharp_texts  # noqa: E402

API = json.loads((ROOT / "api" / "palabra.json").read_text(encoding="utf-8"))


class Texts(unittest.TestCase):
    def told(self, change):
        """What is said when everything of this name was changed so in C."""
        api = copy.deepcopy(API)
        for page in api["pages"]:
            for item in (*page["enums"], *page["structs"], *page["flags"]):
                for one in (item, *item.get("values", ()), *item.get("fields", ())):
                    change(one)
        return "\n".join(csharp_texts.problems(api))

    def changed(self, name):
        return self.told(lambda one: one["doc"].append("Since lately.") if one["name"] == name else None)

    def test_all_were_compared(self):
        self.assertEqual(list(csharp_texts.problems(API)), [])

    def test_a_field(self):
        self.assertIn("palabra_file_options.lead_ms in C is now", self.changed("lead_ms"))

    def test_a_bit_a_value_and_a_struct(self):
        for name in ("PALABRA_SESSION_JSON", "PALABRA_EVENT_READY", "palabra_client_config"):
            self.assertRegex(self.changed(name), rf'^csharp_texts.py: the text of {name} in C is now ".* Since lately."')

    def test_what_c_has_no_more(self):
        told = self.told(lambda one: one.update(name="of_another_name") if one["name"] == "lead_ms" else None)
        self.assertEqual(told, "csharp_texts.py: palabra_file_options.lead_ms is no name of the API")

    def test_a_text_that_nothing_replaces(self):
        self.assertEqual(self.changed("text_len"), "")


if __name__ == "__main__":
    unittest.main()
