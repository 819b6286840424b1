"""What docs/from-python.md has to name: the public names of the client that is installed, their methods, parameters and fields."""

import dataclasses
import inspect
import pathlib
import re

import palabra_ai
from palabra_ai import audio

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/from-python.md"
# What the page says by naming the class or the method alone: `type` is the name of a message, `raw` its JSON.
OF_COURSE = {"self", "cls", "type", "raw", "from_api", "kwargs"}


def public():
    """All that the package offers, and what its objects return."""
    for name in palabra_ai.__all__:
        yield name, getattr(palabra_ai, name)


def names():
    for name, value in public():
        if not name.endswith("API"):  # which the page calls voices and glossaries
            yield name
        if inspect.isfunction(value) and value.__module__ != audio.__name__:
            yield from inspect.signature(value).parameters
        if inspect.isclass(value):
            yield from members(value)


def members(kind):
    if dataclasses.is_dataclass(kind):
        yield from (field.name for field in dataclasses.fields(kind))
    for name, member in vars(kind).items():
        if name.startswith("_") or not (inspect.isfunction(member) or isinstance(member, property)):
            continue
        yield name
        if inspect.isfunction(member):
            yield from inspect.signature(member).parameters


def unnamed():
    said = set(re.findall(r"\w+", PAGE.read_text(encoding="utf-8")))
    return sorted(set(names()) - said - OF_COURSE)
