#!/usr/bin/env python3
"""Every file that says the version says the same; and what tools/release.py refuses."""

import pathlib
import shutil
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import release  # noqa: E402


class Versions(unittest.TestCase):
    def test_all_files_say_the_same(self):
        self.assertEqual(list(release.versions()), [])

    def test_another_version_in_any_file_is_refused(self):
        for wrong, before in release.SAY[1:]:
            with self.subTest(file=wrong), tempfile.TemporaryDirectory() as folder:
                for file, _ in release.SAY:
                    place = pathlib.Path(folder) / file
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / file, place)
                changed = pathlib.Path(folder) / wrong
                version = release.said(ROOT, wrong, before)
                changed.write_text(changed.read_text(encoding="utf-8").replace(version, "9.8.7"), encoding="utf-8")
                self.assertIn(wrong, " ".join(release.versions(pathlib.Path(folder))))


class Changelog(unittest.TestCase):
    def test_a_section_with_a_date_is_wanted(self):
        good = "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-01-02\n\n- Something.\n"
        self.assertEqual(list(release.changelog("1.2.3", good)), [])
        self.assertEqual(len(list(release.changelog("1.2.4", good))), 1)
        self.assertEqual(len(list(release.changelog("1.2.3", good.replace(" - 2026-01-02", "")))), 1)

    def test_nothing_is_left_unreleased(self):
        left = "## [Unreleased]\n\n- A change.\n\n## [1.2.3] - 2026-01-02\n"
        self.assertEqual(list(release.changelog("1.2.3", left)), ["CHANGELOG.md has changes that are unreleased"])


if __name__ == "__main__":
    unittest.main()
