"""Runs the Python examples of docs/devserver.md as a reader would, but against a server of the test."""

import pathlib
import re
import shutil
import subprocess
import sys
import urllib.parse

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "devserver.md"
ADDRESS = "127.0.0.1:8000"
SECONDS = 900


def run_example(containing, server, recording, folder):
    """Returns the output; `containing` selects the example."""
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    (example,) = [block for block in blocks if containing in block]
    assert ADDRESS in example
    shutil.copy(recording, folder / "recording.wav")
    source = example.replace(ADDRESS, urllib.parse.urlsplit(server.api_url).netloc)
    return subprocess.run(
        [sys.executable, "-c", source], cwd=folder, stdout=subprocess.PIPE, text=True, check=True, timeout=SECONDS
    ).stdout
