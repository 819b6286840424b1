"""A translator that writes capitals: `translator.py eng spa` turns `good morning` into `eng>spa GOOD MORNING`."""

import sys

import mishap

text = sys.stdin.read().strip()
name = mishap.wanted()
if name == "garbage":
    sys.stdout.buffer.write(b"\xff\xfe")
else:
    mishap.happen(name)
    print(f"{sys.argv[1]}>{sys.argv[2]} {text.upper()}")
