"""Counts tests in the machine-readable reports of test runners."""

import json
import xml.etree.ElementTree
from typing import NamedTuple


class Count(NamedTuple):
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Count(*(one + more for one, more in zip(self, other)))


NOTHING = Count()


class Missing(Exception):
    """A runner wrote no report, or an invalid one."""


class Skipped(Exception):
    """The tests of a stage are left out, because what they need is not installed."""


def junit(path):
    """nextest, ctest, pytest and the project's own runners."""
    try:
        cases = list(xml.etree.ElementTree.parse(path).iter("testcase"))
    except (OSError, xml.etree.ElementTree.ParseError) as error:
        raise Missing(f"no report of the tests: {error}") from error
    failed = sum(1 for case in cases if {"failure", "error"} & {child.tag for child in case})
    skipped = sum(1 for case in cases if "skipped" in {child.tag for child in case})
    return Count(len(cases) - failed - skipped, failed, skipped)


def _go_lines(path):
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    except (OSError, ValueError) as error:
        raise Missing(f"no report of the tests: {error}") from error


def go_output(path):
    """The output of the tests, as `go test` would print it."""
    return "".join(line.get("Output", "") for line in _go_lines(path))


def go(path):
    """`go test -json`: tests and examples count, subtests do not; a package that fails without a test counts once."""
    lines = _go_lines(path)
    ends = [line for line in lines if line.get("Action") in ("pass", "fail")]
    tests = [end for end in ends if "Test" in end and "/" not in end["Test"]]
    failed = [end for end in tests if end["Action"] == "fail"]
    broken = {end["Package"] for end in ends if "Test" not in end and end["Action"] == "fail"}
    alone = broken - {end["Package"] for end in failed}
    return Count(len(tests) - len(failed), len(failed) + len(alone))


def printable(text):
    """Text without the characters that XML cannot hold."""
    return "".join(c if c in "\t\n" or (" " <= c < "\ud800") or ("\ue000" <= c < "\ufffe") or c > "\uffff" else "?" for c in text)


def write_junit(path, name, cases, skipped=()):
    """For the project's own runners: `cases` are (name, reason of the failure or None), `skipped` are names."""
    suite = xml.etree.ElementTree.Element("testsuite", name=name)
    for case, why in cases:
        element = xml.etree.ElementTree.SubElement(suite, "testcase", classname=name, name=printable(case))
        if why is not None:
            xml.etree.ElementTree.SubElement(element, "failure", message=printable(why))
    for case in skipped:
        element = xml.etree.ElementTree.SubElement(suite, "testcase", classname=name, name=printable(case))
        xml.etree.ElementTree.SubElement(element, "skipped")
    path.parent.mkdir(parents=True, exist_ok=True)
    xml.etree.ElementTree.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)
