"""A translator that shouts: `translator.py eng spa` makes `eng>spa GOOD MORNING` of `good morning`."""

import sys

import mishap

text = sys.stdin.read().strip()
name = mishap.wanted()
if name == "garbage":
    sys.stdout.buffer.write(b"\xff\xfe")
else:
    mishap.happen(name)
    print(f"{sys.argv[1]}>{sys.argv[2]} {text.upper()}")
