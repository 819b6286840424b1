"""What the library contains, as CycloneDX 1.5."""

import json
import sys

from targets import ROOT

sys.path.insert(0, str(ROOT / "tools/notice"))
from crates import linked  # noqa: E402


def write(path, version):
    """Of the usual library: without the optional features."""
    parts = [crate for crate in linked(ROOT) if not crate.is_optional]
    text = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "library", "name": "libpalabra", "version": version, "licenses": [{"expression": "MIT OR Apache-2.0"}]}},
        "components": [
            {"type": "library", "name": crate.name, "version": crate.version, "purl": f"pkg:cargo/{crate.name}@{crate.version}",
             "licenses": [{"expression": crate.licence.replace("/", " OR ")}]}
            for crate in parts
        ],
    }
    path.write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")
