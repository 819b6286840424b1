"""The crates whose code is in the library, for all targets and with all optional features."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Crate:
    name: str
    version: str
    licence: str
    authors: tuple
    source: str
    folder: Path
    is_optional: bool


def linked(root):
    """Sorted by name, without crates that only run at compile time, such as procedural macros."""
    everything, usual = _graph(root, "--all-features"), _graph(root)
    names = _reached(usual)
    packages = {package["id"]: package for package in everything["packages"]}
    crates = [_crate(packages[key], key not in names) for key in _reached(everything)]
    return sorted(crates, key=lambda crate: (crate.name, crate.version))


def all_packages(root):
    """What is downloaded to build anything here, as (name, where it is from, what it asks of others as {name: version})."""
    return [(package["name"], package["source"], {needed["name"]: needed["req"] for needed in package["dependencies"]})
            for package in _graph(root, "--all-features")["packages"]]


def _graph(root, *options):
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--offline", *options]
    listing = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        # On a fresh machine the crates of other systems are not downloaded yet.
        command.remove("--offline")
        listing = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(listing.stdout)


def _reached(graph):
    packages = {package["id"]: package for package in graph["packages"]}
    nodes = {node["id"]: node for node in graph["resolve"]["nodes"]}
    start = next(key for key, package in packages.items() if package["name"] == "palabra")
    seen, waiting = set(), [start]
    while waiting:
        for edge in nodes[waiting.pop()]["deps"]:
            key = edge["pkg"]
            is_linked = any(kind["kind"] is None for kind in edge["dep_kinds"]) and not _is_macro(packages[key])
            if is_linked and key not in seen:
                seen.add(key)
                waiting.append(key)
    return seen


def _is_macro(package):
    return any("proc-macro" in target["kind"] for target in package["targets"])


def _crate(package, is_optional):
    return Crate(package["name"], package["version"], package["license"] or "", tuple(package["authors"]),
                 package["repository"] or package["homepage"] or "", Path(package["manifest_path"]).parent, is_optional)
