"""What the slower tier counts and keeps: what was not judged is not passed, and verdicts are of tests that exist."""

import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from checks import figures, fuzz, mutants, networks, proof, reports  # noqa: E402

THERE = "session::input::tests::silence_completes_a_chunk_and_what_follows_begins_another"


class InAFolder(unittest.TestCase):
    """The files that a run writes are others than those of the tree."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def instead(self, module, **paths):
        for name, content in paths.items():
            path = self.folder / name.lower()
            if content is not None:
                path.write_text(content, encoding="utf-8")
            patch = mock.patch.object(module, name, path)
            patch.start()
            self.addCleanup(patch.stop)


class Mutants(InAFolder):
    def setUp(self):
        super().setUp()
        self.mutants = [{"number": number, "key": f"src/a.rs | f | {number}"} for number in range(4)]
        self.instead(mutants, JUDGED="# head\n", SURVIVORS="# head\n", FIGURES=None)
        patch = mock.patch.object(mutants, "listed", lambda: self.mutants)
        patch.start()
        self.addCleanup(patch.stop)

    def known(self):
        return mutants.judged(self.mutants)

    def keep(self, number, verdict):
        mutants.keep(self.mutants[number], verdict, self.known())

    def summary(self):
        return mutants.summary(mock.Mock(), self.mutants, self.known())

    def test_what_is_not_judged_is_skipped(self):
        self.keep(0, f"noticed by {THERE}")
        self.assertEqual(self.summary(), (1, 0, 3))

    def test_a_survivor_without_an_answer_is_kept_and_fails_until_it_is_noticed(self):
        self.keep(0, f"noticed by {THERE}")
        self.keep(1, "survived 9 tests")
        self.assertEqual(self.summary(), (1, 1, 2))
        self.keep(1, f"noticed by {THERE}")
        self.assertEqual(self.summary(), (2, 0, 2))

    def test_a_verdict_by_a_test_that_is_gone_is_none(self):
        self.keep(0, "noticed by session::tests::there_never_was_such_a_test")
        self.keep(1, "noticed by int_session")
        self.keep(2, f"noticed by {THERE}")
        self.keep(3, "noticed by seeds::addresses")
        self.assertEqual(sorted(self.known()), [mutant["key"] for mutant in self.mutants[1:]])

    def test_only_so_many_tests_may_be_missing(self):
        mutants.SURVIVORS.write_text("".join(f"{mutant['key']}\n    missing: a test\n" for mutant in self.mutants), encoding="utf-8")
        with mock.patch.object(mutants, "MOST_MISSING", 3):
            self.assertEqual(self.summary(), (3, 1, 0))

    def test_the_page_says_how_many_are_not_judged(self):
        self.keep(0, f"noticed by {THERE}")
        self.keep(1, "survived 9 tests")
        self.summary()
        self.assertIn("1 more are without an answer, and 2 that were chosen are not judged yet", figures.of_mutants()[0])


class Page(InAFolder):
    def test_what_failed_is_named(self):
        self.instead(figures, REPORTS=None)
        figures.REPORTS.mkdir()
        reports.write_junit(figures.REPORTS / "asan.xml", "asan", [("int_session", None), ("int_file", "a report")])
        self.assertEqual(figures.failed("asan"), ["int_file"])

    def test_conversations_of_one_kind_are_in_one_line(self):
        names = ("a cut speech", "a cut text", "a service that resets text over ws", "no link at all")
        found = {"cases": {name: {"failure": None, "seconds": 60.0} for name in names}, "skipped": {}}
        self.instead(networks, FIGURES=json.dumps(found))
        self.assertEqual(figures.of_networks(), ["4 conversations, 4 minutes in all, several at a time:", "", "- a cut: speech, text",
                                                 "- a service that resets over ws: text", "- no link at all"])

    def test_bounds_are_told(self):
        with mock.patch.dict("os.environ", {"PALABRA_FUZZ_SECONDS": "60", "PALABRA_DOTNET_ARCHIVE": "/a"}, clear=True):
            self.assertEqual(proof.bounds(), "PALABRA_FUZZ_SECONDS=60")


class Fuzzing(InAFolder):
    def setUp(self):
        super().setUp()
        self.instead(fuzz, TOTALS='{"wav": {"exe', ADDING=None)

    def test_half_a_file_of_an_earlier_run_is_none(self):
        self.assertEqual(fuzz.totals(), {})

    def test_runs_add_up(self):
        for _ in range(2):
            fuzz.add("wav", {"executions": 7, "seconds": 2, "edges": 5})
        self.assertEqual(json.loads(fuzz.TOTALS.read_text(encoding="utf-8")), {"wav": {"executions": 14, "seconds": 4, "edges": 5}})


if __name__ == "__main__":
    unittest.main()
