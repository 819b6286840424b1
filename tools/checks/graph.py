"""Runs each stage as soon as its dependencies have succeeded, some in parallel, and prints each output in one piece."""

import pathlib
import queue
import sys
import threading
import time
from typing import Callable, NamedTuple, Optional

from . import reports
from .shell import Failed, Shell


class Stage(NamedTuple):
    name: str
    # Returns a reports.Count, or None for a step that counts nothing when it succeeds.
    work: Callable
    # Names of stages that must have succeeded before.
    needs: tuple = ()
    # Names of stages that must have ended before, if they run at all: they work in the same folder.
    after: tuple = ()
    # Groups of tools/install.sh that the stage needs.
    groups: tuple = ()
    # It mostly waits, for audio in real time or for the network.
    waits: bool = False


class Result(NamedTuple):
    count: reports.Count
    seconds: float = 0.0
    cpu: float = 0.0
    note: str = ""


def with_needs(stages, names):
    """The named stages and their dependencies among `stages`, in the order of `stages`."""
    by_name = {stage.name: stage for stage in stages}
    wanted, open_names = set(), list(names)
    while open_names:
        name = open_names.pop()
        if name not in wanted and name in by_name:
            wanted.add(name)
            open_names += by_name[name].needs
    return [stage for stage in stages if stage.name in wanted]


class Run:
    """Runs at most `busy` stages that compute and `waiting` that wait at a time; earlier ones have priority."""

    def __init__(self, stages, logs, busy=2, waiting=4):
        self.stages = stages
        self.logs = logs
        self.free = {False: busy, True: waiting}
        self.results = {}
        self.shells = {}
        self.ended = queue.Queue()

    def all(self):
        """{name: Result}, in the order in which they ended."""
        self.logs.mkdir(parents=True, exist_ok=True)
        try:
            while len(self.results) < len(self.stages):
                self._start()
                if self.shells:
                    self._finish(*self.ended.get())
        except BaseException:
            for shell in self.shells.values():
                shell.stop()
            raise
        return self.results

    def _start(self):
        for stage in self.stages:
            if stage.name in self.results or stage.name in self.shells:
                continue
            broken = [name for name in stage.needs if name in self.results and self.results[name].count.failed]
            if broken:
                self.results[stage.name] = Result(reports.Count(0, 1), note=f"not run: {broken[0]} failed")
            elif all(name in self.results for name in self._before(stage)) and self.free[stage.waits]:
                self.free[stage.waits] -= 1
                self._begin(stage)

    def _before(self, stage):
        running = {other.name for other in self.stages}
        return [*stage.needs, *(name for name in stage.after if name in running)]

    def _begin(self, stage):
        log = open(self.logs / f"{stage.name}.log", "w", encoding="utf-8")
        shell = Shell(lambda text: (log.write(text), log.flush()))
        self.shells[stage.name] = shell
        print(f"begins: {stage.name} (see {pathlib.Path(log.name).name} in {self.logs})", flush=True)
        threading.Thread(target=self._work, args=(stage, shell, log), daemon=True).start()

    def _work(self, stage, shell, log):
        begin = time.monotonic()
        count, note = outcome(stage.work, shell)
        log.close()
        self.ended.put((stage, Result(count, time.monotonic() - begin, shell.cpu, note)))

    def _finish(self, stage: Stage, result: Optional[Result]):
        del self.shells[stage.name]
        self.free[stage.waits] += 1
        self.results[stage.name] = result
        text = (self.logs / f"{stage.name}.log").read_text(encoding="utf-8")
        verdict = f"failed: {result.note}" if result.count.failed else result.note or "ok"
        print(f"\n===== {stage.name} =====\n{text}===== {stage.name}: {verdict}, {result.seconds:.1f} s =====", flush=True)


def outcome(work, shell):
    """Runs the work; returns its count and a note, which also names temporary files that were left."""
    count, note = reports.NOTHING, ""
    try:
        count = counted(work(shell))
    except reports.Skipped as reason:
        count, note = reports.Count(0, 0, 1), f"skipped: {reason}"
    except (Failed, reports.Missing, OSError) as error:
        count, note = reports.Count(0, 1), str(error)
    except Exception as error:  # An exception in a stage must not leave the others waiting.
        count, note = reports.Count(0, 1), repr(error)
    left = shell.close()
    if left and not note:
        note = f"left temporary files: {' '.join(left[:9])}{' ...' if len(left) > 9 else ''}"
    return count, note


def counted(count):
    """A runner that found no tests counts as a failure."""
    if count is None:
        return reports.NOTHING
    if not count.passed and not count.failed:
        raise reports.Missing("no test was run")
    return count


def report(title, results):
    """Prints the table and, as the last line, the sum; returns the exit code."""
    print(f"\n{title:<14}{'passed':>8}{'failed':>8}{'skipped':>8}{'seconds':>9}{'cpu':>8}")
    for name, (count, seconds, cpu, note) in results.items():
        passed = "ok" if count == reports.NOTHING else count.passed
        print(f"{name:<14}{passed:>8}{count.failed:>8}{count.skipped:>8}{seconds:>9.1f}{cpu:>8.1f}  {note}".rstrip())
    total = sum((result.count for result in results.values()), reports.NOTHING)
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"\n{total.passed} passed, {total.failed} failed{skipped}", flush=True)
    sys.stdout.flush()
    return 1 if total.failed else 0
