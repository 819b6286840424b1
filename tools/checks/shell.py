"""Runs the commands of one stage."""

import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


# How long a command may take to end after SIGTERM.
STUBBORN_SECONDS = 20.0


class Failed(Exception):
    """A command ended with an error, or did not end in time."""


class Shell:
    """Runs commands from the root of the tree; their output goes to `say`, a function that takes text."""

    def __init__(self, say, seconds=None):
        self.say = say
        self.deadline = None if seconds is None else time.monotonic() + seconds
        self.process = None
        self.stopped = False
        # Processor time of all commands, in seconds: the cost of a stage even on a busy machine.
        self.cpu = 0.0
        self.temporary = tempfile.TemporaryDirectory(prefix="palabra-", ignore_cleanup_errors=True)

    def close(self):
        """Names of temporary files that the commands left; they are deleted."""
        with self.temporary as folder:
            return sorted(os.listdir(folder))

    def run(self, *command, env=None, to=None):
        """Fails unless the command exits with 0. Its output can be written `to` a file instead."""
        code = self._run(command, env, to)
        if code != 0:
            raise Failed(f"ended with {code}: {' '.join(map(str, command))}")

    def passes(self, *command, env=None, to=None):
        """The same for a runner whose report says more than its exit code: returns whether that was 0."""
        return self._run(command, env, to) == 0

    def _run(self, command, env, to):
        command = [str(word) for word in command]
        if self.stopped:
            raise Failed(f"stopped before: {' '.join(command)}")
        self.say(f"\n$ {' '.join(command)}\n")
        env = {**(os.environ if env is None else env), "TMPDIR": self.temporary.name}
        with open(to or os.devnull, "wb") as file:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=file if to else subprocess.PIPE,
                stderr=subprocess.STDOUT, start_new_session=True,
            )
            late = self._watch()
            try:
                return self._follow()
            except BaseException:
                self._end()
                raise
            finally:
                late.cancel()

    def _follow(self):
        """Passes the output on until the command ends; returns its exit code."""
        process = self.process
        if process.stdout is not None:
            for line in process.stdout:
                self.say(line.decode(errors="replace"))
            process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu += usage.ru_utime + usage.ru_stime
        return process.returncode

    def _end(self):
        """The run itself is ended: the command has a session of its own, so that nobody else tells it."""
        self._kill(signal.SIGTERM)
        try:
            self.process.wait(STUBBORN_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill(signal.SIGKILL)
            self.process.wait()

    def _watch(self):
        """Ends the command at the deadline; the caller must cancel the timer."""
        left = threading.TIMEOUT_MAX if self.deadline is None else max(0.0, self.deadline - time.monotonic())
        timer = threading.Timer(left, self.stop)
        timer.daemon = True
        timer.start()
        return timer

    def stop(self):
        """Ends the running command with all its child processes, and starts no further one."""
        self.stopped = True
        self._kill(signal.SIGTERM)
        last = threading.Timer(STUBBORN_SECONDS, self._kill, (signal.SIGKILL,))
        last.daemon = True
        last.start()

    def _kill(self, number):
        if self.process is not None and self.process.returncode is None:
            os.killpg(self.process.pid, number)
