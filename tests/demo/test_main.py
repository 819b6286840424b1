"""The demo with missing parts. Uses the voice at PALABRA_WAV; server and program are small scripts."""

import argparse
import contextlib
import io
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

import places  # noqa: F401
import main

# Fails to start with the engine local, and stops normally with any other.
SERVER = """import json, signal, sys
if "local" in sys.argv:
    sys.exit("no recogniser")
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print(json.dumps(dict.fromkeys(["api_url", "ws_url", "ws_stt_url", "ws_tts_url"], "nowhere")), flush=True)
signal.pause()
"""
# Gives back what it got, as the loopback engine does.
PROGRAM = """import json, shutil, sys
shutil.copy(sys.argv[1], sys.argv[2])
event = {"at": 2.0, "phrase": 1, "final": False, "translation": False, "sentence_end": 1.0, "heard_at": 0.0,
         "frames": 0, "sample_rate": 24000, "text": "hello"}
with open(sys.argv[5], "w") as file:
    for more in ({"event": "TRANSCRIPT", "final": True}, {"event": "AUDIO", "frames": 24000}):
        file.write(json.dumps({**event, **more}) + "\\n")
"""


class Missing(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        voice = pathlib.Path(os.environ["PALABRA_WAV"])
        for path in (voice, voice.with_suffix(".json")):
            shutil.copy(path, self.folder / f"voice{path.suffix}")

    def script(self, name, source):
        path = self.folder / name
        path.write_text(f"#!{sys.executable}\n{source}")
        path.chmod(0o755)
        return path

    def run_demo(self, server=SERVER, program=PROGRAM, engine="local", plotter=None):
        """(problem, what was printed)"""
        args = argparse.Namespace(
            devserver=self.script("server", server), program=self.script("program", program), engine=engine,
            recording=self.folder / "voice.wav", output=self.folder, devserver_arg=[], plotter=plotter,
        )
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            problem = main.run(args)
        return problem, printed.getvalue()

    def test_without_the_engine_loopback_answers_and_says_why(self):
        problem, printed = self.run_demo()
        self.assertIsNone(problem)
        self.assertIn("the engine local is not to be had here: the devserver ended at once with code 1", printed)
        self.assertIn("the loopback engine answers", printed)
        self.assertTrue((self.folder / "demo.wav").exists())

    def test_without_matplotlib_the_picture_is_left_out(self):
        problem, printed = self.run_demo(plotter=self.folder / "no-python")
        self.assertIsNone(problem)
        self.assertIn("matplotlib is not installed", printed)

    def test_a_plotter_that_fails_is_quoted(self):
        plotter = self.script("plotter", "import sys; sys.exit('No module named matplotlib')")
        problem, printed = self.run_demo(plotter=plotter)
        self.assertIsNone(problem)
        self.assertIn("demo.png: No module named matplotlib", printed)

    def test_an_engine_that_fails_later_is_not_replaced(self):
        problem, printed = self.run_demo(program="import sys; sys.exit(3)", engine="script")
        self.assertIn("ended with code 3", problem)
        self.assertNotIn("loopback", printed)

    def test_a_copy_is_no_translation(self):
        problem, _ = self.run_demo(engine="script")
        self.assertIsNotNone(problem)


if __name__ == "__main__":
    unittest.main()
