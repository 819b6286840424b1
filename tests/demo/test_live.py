"""make demo-live without a program to record with."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from places import DEMO


def live(path):
    """Only the programs of a folder can be found; no other program is run."""
    command = [sys.executable, DEMO / "live.py", "--devserver", "none", "--program", "none", "--output", "none.wav"]
    ended = subprocess.run(command, env={**os.environ, "PATH": str(path)}, capture_output=True, text=True, timeout=900)
    return ended.returncode, ended.stderr


class NoMicrophone(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_no_programs(self):
        code, said = live(self.folder)
        self.assertEqual(code, 1)
        self.assertIn("alsa-utils", said)
        self.assertIn("make demo-live INPUT=", said)

    def test_no_device(self):
        for name in ("arecord", "aplay"):
            path = self.folder / name
            path.write_text("#!/bin/sh\necho 'arecord: device_list:279: no soundcards found...' >&2\n")
            path.chmod(0o755)
        code, said = live(self.folder)
        self.assertEqual(code, 1)
        self.assertIn("no microphone", said)
        self.assertIn("make demo-live INPUT=", said)


if __name__ == "__main__":
    unittest.main()
