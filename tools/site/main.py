#!/usr/bin/env python3
"""Makes a static site of the documents, in build/site. Fails for a link that leads nowhere.

usage: main.py [--mkdocs PROGRAM]

The documents stay where they are and are copied, with the files that they link to, so that they can be read in the sources as well.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
STAGE, SITE, CONFIG = ROOT / "build/site-sources", ROOT / "build/site", ROOT / "build/mkdocs.yml"
LINK = re.compile(r"\]\(([^)\s#]+)(#[^)\s]*)?\)")
FENCE = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)

# {heading: pages or folders of pages}, in the order of the menu. What is not named here is reached by links.
MENU = {
    "Begin": ["README.md", "docs/troubleshooting.md", "docs/devserver.md", "docs/security.md"],
    "Guides": ["docs/guides", "docs/two-people-on-one-line.md", "docs/fleet.md", "docs/from-python.md"],
    "Languages": ["bindings/cpp/README.md", "bindings/go/README.md", "bindings/csharp/README.md", "bindings/unity/README.md", "bindings/godot/README.md"],
    "Bridges": ["bridges/audiosocket/README.md", "bridges/sip/README.md", "bridges/gstreamer/README.md", "bridges/fleet/README.md", "docs/fleet.md"],
    "Reference": ["docs/reference", "docs/errors.md", "docs/abi.md", "docs/platforms.md", "docs/performance.md", "CHANGELOG.md"],
    "Working on it": ["CONTRIBUTING.md", "docs/architecture.md", "docs/decisions.md", "docs/protocol.md", "docs/coverage.md", "tests/README.md",
                      "docs/proof.md", "SECURITY.md"],
}


def tracked():
    """All files of the sources, and those that are new."""
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True, check=True)
    return [pathlib.PurePosixPath(name) for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def normal(page, target):
    return pathlib.PurePosixPath(os.path.normpath(page.parent / target))


class Pages:
    def __init__(self, files):
        self.files = set(files)
        self.folders = {parent for file in files for parent in file.parents}
        self.linked = set()

    def copy(self, page):
        """Copies a page, notes what it links to, and names the page of a folder that it links to."""
        parts = FENCE.split((ROOT / page).read_text(encoding="utf-8"))
        parts[::2] = [LINK.sub(lambda match: self._link(page, match), part) for part in parts[::2]]
        place = STAGE / page
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("".join(parts), encoding="utf-8")

    def _link(self, page, match):
        target, heading = match[1], match[2] or ""
        if "://" in target or target.startswith("mailto:"):
            return match[0]
        place = normal(page, target)
        if place in self.folders:
            return self._folder(page, place, heading)
        if place not in self.files:
            sys.exit(f"site: {page}: {target} is no file of the sources")
        self.linked.add(place)
        return match[0]

    def _folder(self, page, folder, heading):
        index = folder / "README.md"
        if index in self.files:
            return f"]({os.path.relpath(index, page.parent)}{heading})"
        place = STAGE / folder / "index.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        names = sorted(file for file in self.files if file.parent == folder)
        self.linked.update(names)
        lines = [f"# {folder}", "", *(f"- [`{name.name}`]({name.name})" for name in names)]
        place.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return f"]({os.path.relpath(folder / 'index.md', page.parent)}{heading})"


def pages_of(names, pages):
    for name in names:
        if pathlib.PurePosixPath(name) in pages:
            yield name
        else:
            inside = sorted(str(page) for page in pages if str(page.parent) == name)
            yield from sorted(inside, key=lambda page: not page.endswith("README.md"))


def main():
    parser = argparse.ArgumentParser(description="Makes a static site of the documents.")
    parser.add_argument("--mkdocs", default="mkdocs")
    args = parser.parse_args()
    shutil.rmtree(STAGE, ignore_errors=True)
    files = tracked()
    found = Pages(files)
    pages = [file for file in files if file.suffix == ".md" and not file.parts[0].startswith(".")]
    for page in pages:
        found.copy(page)
    for file in found.linked - set(pages):
        (STAGE / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, STAGE / file)
    menu = [{heading: [*pages_of(names, pages)]} for heading, names in MENU.items()]
    settings = {
        "site_name": "libpalabra", "docs_dir": str(STAGE), "site_dir": str(SITE), "theme": {"name": "readthedocs", "highlightjs": False}, "nav": menu, "strict": True,
        "use_directory_urls": False,
        "validation": {"omitted_files": "ignore", "absolute_links": "warn", "unrecognized_links": "warn", "anchors": "warn"},
    }
    CONFIG.write_text(json.dumps(settings), encoding="utf-8")  # JSON is YAML
    return subprocess.run([args.mkdocs, "build", "--clean", "--config-file", CONFIG], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
