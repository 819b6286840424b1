#!/usr/bin/env python3
"""The rules of docs/abi.md: additions to api/baseline.json are accepted, all other changes are refused."""

import copy
import json
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "api"))

import baseline  # noqa: E402

API = json.loads((ROOT / "api" / "palabra.json").read_text(encoding="utf-8"))


def find(api, kind, name):
    return next(item for page in api["pages"] for item in page[kind] if item["name"] == name)


def remove(api, kind, name):
    for page in api["pages"]:
        page[kind] = [item for item in page[kind] if item["name"] != name]


def field(name, c_type="uint64_t", array=0):
    return {"name": name, "type": c_type, "array": array, "doc": []}


class Case(unittest.TestCase):
    def setUp(self):
        self.api = copy.deepcopy(API)
        self.baseline = baseline.take(API)

    def fields(self, struct):
        return find(self.api, "structs", struct)["fields"]

    def place(self, struct, name):
        return [item["name"] for item in self.fields(struct)].index(name)

    def allowed(self):
        self.assertEqual(list(baseline.problems(self.baseline, self.api)), [])

    def refused(self, words):
        problems = list(baseline.problems(self.baseline, self.api))
        self.assertTrue(any(words in problem for problem in problems), problems)


class Grows(Case):
    def test_the_same(self):
        self.allowed()

    def test_fields_at_the_end(self):
        for page in self.api["pages"]:
            for struct in page["structs"]:
                if struct["sized"]:
                    struct["fields"].append(field("later"))
        self.allowed()

    def test_reserved_bytes_get_a_meaning(self):
        fields = self.fields("palabra_audio_format")
        at = self.place("palabra_audio_format", "reserved")
        fields[at : at + 1] = [field("dither", "int32_t"), field("reserved", "uint32_t", 3)]
        self.allowed()

    def test_names(self):
        page = self.api["pages"][0]
        find(self.api, "enums", "palabra_event_kind")["values"].append({"name": "PALABRA_EVENT_LATER", "value": 99})
        page["flags"].append({"name": "PALABRA_FLAG_LATER", "value": 1 << 30})
        page["structs"].append({"name": "palabra_later", "sized": False, "fields": [field("later")]})
        page["functions"].append({**copy.deepcopy(page["functions"][0]), "name": "palabra_later_call"})
        self.allowed()

    def test_wider_ranges(self):
        fields = self.fields("palabra_input_options")
        fields[self.place("palabra_input_options", "chunk_ms")].update(min=10, max=2000, off="not at all")
        self.allowed()

    def test_promises_and_limits(self):
        find(self.api, "functions", "palabra_version_check")["realtime"] = True
        find(self.api, "limits", "PALABRA_MAX_TEXT_BYTES")["value"] *= 2
        self.allowed()


class Breaks(Case):
    def test_names_that_are_gone(self):
        for kind, name in (("functions", "palabra_session_end"), ("flags", "PALABRA_FLAG_FINAL"),
                           ("limits", "PALABRA_MAX_TEXT_BYTES"), ("structs", "palabra_file_output"),
                           ("enums", "palabra_log_level"), ("handles", "palabra_queue"),
                           ("callbacks", "palabra_wakeup_callback")):
            with self.subTest(name):
                self.setUp()
                remove(self.api, kind, name)
                self.refused(f"{name}: is gone")

    def test_numbers(self):
        find(self.api, "flags", "PALABRA_FLAG_FINAL")["value"] = 1 << 20
        find(self.api, "limits", "PALABRA_MAX_TEXT_BYTES")["value"] -= 1
        values = find(self.api, "enums", "palabra_event_kind")["values"]
        values[3]["value"] = 77
        gone = values.pop()
        self.refused("PALABRA_FLAG_FINAL: was 1 and is 1048576")
        self.refused("PALABRA_MAX_TEXT_BYTES: was 131072 and is lower")
        self.refused("PALABRA_EVENT_AUDIO was 3 and is 77")
        self.refused(f"{gone['name']} was {gone['value']} and is gone")

    def test_a_number_for_two_names(self):
        find(self.api, "enums", "palabra_event_kind")["values"].append({"name": "PALABRA_EVENT_LATER", "value": 3})
        self.api["pages"][0]["flags"] += [{"name": "PALABRA_SESSION_LATER", "value": 256},
                                          {"name": "PALABRA_FLAG_LATER", "value": 3 << 20}]
        self.refused("PALABRA_EVENT_AUDIO and PALABRA_EVENT_LATER are both 3")
        self.refused("PALABRA_SESSION_LATER and PALABRA_TRANSLATION_VOICE_CLONING are both 256")
        self.refused("PALABRA_FLAG_LATER: 3145728 is not one bit")

    def test_fields(self):
        def insert(fields):
            fields.insert(2, field("later"))

        def reorder(fields):
            fields[-1], fields[-2] = fields[-2], fields[-1]

        def retype(fields):
            fields[-1]["type"] = "uint64_t"

        def drop(fields):
            fields.pop()

        def rename(fields):
            fields[-1]["name"] = "other"

        for change in (insert, reorder, retype, drop, rename):
            with self.subTest(change.__name__):
                self.setUp()
                change(self.fields("palabra_playout_stats"))
                self.refused("palabra_playout_stats: ")

    def test_an_inner_struct_that_grows(self):
        self.fields("palabra_gap_options").append(field("later"))
        self.refused("palabra_gap_options: had 24 bytes and has 32")
        self.refused("palabra_translation_config: ")

    def test_a_field_over_one_that_was_not_reserved(self):
        fields = self.fields("palabra_audio_format")
        at = self.place("palabra_audio_format", "channels")
        fields[at : at + 1] = [field("later", "int32_t")]
        self.refused("palabra_audio_format: later is new, but neither at the end nor in reserved bytes")

    def test_arrays(self):
        self.fields("palabra_file_output")[0]["array"] = 40
        self.refused("palabra_file_output: language was char[32] at 0 and is char[40] at 0")

    def test_functions(self):
        call = find(self.api, "functions", "palabra_session_send_audio")
        call["params"][1]["type"] = "const float *"
        find(self.api, "functions", "palabra_session_end")["returns"] = "void"
        find(self.api, "callbacks", "palabra_progress_callback")["params"].pop()
        self.refused("palabra_session_send_audio: was ")
        self.refused("palabra_session_end: was ")
        self.refused("palabra_progress_callback: was ")

    def test_promises(self):
        find(self.api, "functions", "palabra_session_send_audio").update(realtime=False, blocks="up to a second")
        find(self.api, "functions", "palabra_event_release").update(in_callbacks=False, threads="one at a time")
        self.refused("palabra_session_send_audio: realtime was true and is false")
        self.refused('palabra_session_send_audio: blocks was "never" and is "up to a second"')
        self.refused("palabra_event_release: in_callbacks was true and is false")
        self.refused('palabra_event_release: threads was "any" and is "one at a time"')

    def test_ranges_and_defaults(self):
        fields = self.fields("palabra_input_options")
        fields[self.place("palabra_input_options", "chunk_ms")].update(min=40, max=500, default="200")
        fields = self.fields("palabra_original_options")
        del fields[self.place("palabra_original_options", "duck_percent")]["off"]
        self.refused("palabra_input_options.chunk_ms: the minimum was 20 and is 40")
        self.refused("palabra_input_options.chunk_ms: the maximum was 1000 and is 500")
        self.refused("palabra_input_options.chunk_ms: 0 meant 320 and means 200")
        self.refused("palabra_original_options.duck_percent: -1 meant something and no longer does")

    def test_another_minor_version(self):
        self.api["version"] = "0.9.0"
        self.refused("0.9.0 needs a new one")


class FirstSizes(Case):
    def first(self, name):
        return find(self.baseline, "structs", name)["first_sizes"]

    def test_growth_keeps_them(self):
        before = self.first("palabra_event")
        self.fields("palabra_event").append(field("later"))
        self.baseline = baseline.take(self.api, self.baseline)
        self.assertEqual(self.first("palabra_event"), before)
        self.assertEqual(find(self.baseline, "structs", "palabra_event")["fields"][-1]["name"], "later")

    def test_a_break_begins_anew(self):
        before = self.first("palabra_event")
        self.fields("palabra_event").insert(2, field("later"))
        self.baseline = baseline.take(self.api)
        self.assertEqual(self.first("palabra_event"), [size + 8 for size in before])

    def test_what_is_written_can_be_read(self):
        self.assertEqual(json.loads(baseline.text(self.baseline)), self.baseline)

    def test_the_committed_one_holds(self):
        self.assertEqual(list(baseline.problems(baseline.read(), API)), [])


if __name__ == "__main__":
    unittest.main()
