#!/usr/bin/env python3
"""Old names of a renamed field are found in the texts of the API, in the header's prose and in the library's errors."""

import copy
import json
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "api"))

import quoted  # noqa: E402

API = json.loads((ROOT / "api" / "palabra.json").read_text(encoding="utf-8"))


class Names(unittest.TestCase):
    def missed(self, name):
        api = copy.deepcopy(API)
        for field in (field for page in api["pages"] for item in page["structs"] for field in item["fields"]):
            if field["name"] == name:
                field["name"] = "of_another_name"
        return "\n".join(quoted.strangers(api))

    def test_all_are_there(self):
        self.assertEqual(list(quoted.strangers(API)), [])

    def test_a_text_of_the_api(self):
        self.assertIn("palabra_session_finalize: `finalize_timeout_ms`", self.missed("finalize_timeout_ms"))

    def test_prose(self):
        self.assertIn("tour.txt: `input_queue_ms`", self.missed("input_queue_ms"))

    def test_an_error_of_the_library(self):
        self.assertIn("prime_ms is no name of the API", self.missed("prime_ms").replace("`", ""))

    def test_a_field_is_named_at_the_door_alone(self):
        told = "\n".join(quoted.outside({"set_task"}))
        self.assertRegex(told, "src/products/.*: the field set_task is named outside src/ffi")


if __name__ == "__main__":
    unittest.main()
