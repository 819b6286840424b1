"""Runs the commands of one stage."""

import os
import pathlib
import signal
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Failed(Exception):
    """A command ended with an error, or did not end in time."""


class Shell:
    """Commands run from the root of the tree; what they print goes to `say`, a function that takes text."""

    def __init__(self, say, seconds=None):
        self.say = say
        self.deadline = None if seconds is None else time.monotonic() + seconds
        self.process = None

    def run(self, *command, env=None, to=None):
        """Fails unless the command ends with 0. Its output can go `to` a file instead."""
        if self._run(command, env, to) != 0:
            raise Failed(" ".join(map(str, command)))

    def passes(self, *command, env=None, to=None):
        """The same for a runner whose report tells more than its exit code: says whether that was 0."""
        return self._run(command, env, to) == 0

    def _run(self, command, env, to):
        command = [str(word) for word in command]
        self.say(f"\n$ {' '.join(command)}\n")
        with open(to or os.devnull, "wb") as file:
            output = file if to else subprocess.PIPE
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            late = self._watch()
            if not to:
                for line in self.process.stdout:
                    self.say(line.decode(errors="replace"))
                self.process.stdout.close()
            code = self.process.wait()
            late.cancel()
        if self.deadline is not None and code < 0 and time.monotonic() >= self.deadline:
            raise Failed(f"the time was over in: {' '.join(command)}")
        return code

    def _watch(self):
        """Ends the command at the deadline; the timer is to be cancelled."""
        left = 1e6 if self.deadline is None else max(0.0, self.deadline - time.monotonic())
        timer = threading.Timer(left, self.stop)
        timer.daemon = True
        timer.start()
        return timer

    def stop(self):
        """Ends what runs, with everything that it started."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
