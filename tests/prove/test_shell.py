"""A run that is ended leaves no command behind, also if it is told twice."""

import os
import pathlib
import signal
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = f"import sys; sys.path.insert(0, {str(ROOT / 'tools')!r})"
# Each prints what it started; the command itself does not end, and its group is its own.
ONE = f"""{TOOLS}
from checks.shell import Shell
from devserver import unwind_on_sigterm
unwind_on_sigterm()
Shell(lambda text: print(text, end="", flush=True)).run("sh", "-c", "echo pid $$; exec sleep 100000")
"""


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Ended(unittest.TestCase):
    def ended(self, program):
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
            pid = next(int(line.split()[1]) for line in process.stdout if line.startswith("pid "))
            self.addCleanup(lambda: lives(pid) and os.kill(pid, signal.SIGKILL))
            for _ in range(2):
                process.terminate()
            process.stdout.read()
            self.assertEqual(process.wait(), 128 + signal.SIGTERM)
        self.assertFalse(lives(pid))

    def test_with_its_part(self):
        self.ended(ONE)


if __name__ == "__main__":
    unittest.main()
