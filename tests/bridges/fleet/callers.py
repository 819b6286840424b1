"""The callers of AudioSocket: the program crowd, and what became of each call."""

import collections
import contextlib
import json
import subprocess
import threading
import time

from nodes import PATIENCE
from places import HUB
from proxies import PROXY_PORT

Call = collections.namedtuple("Call", "key began first ended why")


class Crowd:
    def __init__(self, program, rate, seconds, most):
        self.legs, self.changed = [], threading.Condition()
        self.process = subprocess.Popen([str(program), HUB, str(PROXY_PORT), str(rate), str(seconds), str(most)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.legs.append(json.loads(line))
                self.changed.notify_all()

    def over(self, since=0.0):
        """Connections that ended since then, with the reason that they saw."""
        with self.changed:
            return [leg for leg in self.legs if leg["ended"] >= since]

    def stop(self):
        """No new calls; those that are there go on to their end."""
        self.process.stdin.write("stop\n")
        self.process.stdin.flush()
        self.process.wait(4 * PATIENCE)

    def close(self):
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def bad(legs):
    """Those that did not end because the caller hung up, or heard nothing until then."""
    return [leg for leg in legs if leg["why"] != "done" or leg["blocks"] == 0]


def wait_until(holds, what, patience=PATIENCE, step=0.05):
    end = time.monotonic() + patience
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(what() if callable(what) else what)
        time.sleep(step)
