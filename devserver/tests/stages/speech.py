"""Speech that is a tone: `speech.py VOICE WORDS_PER_MINUTE`, 50 ms per character at 175 words per minute."""

import math
import struct
import sys

import mishap

RATE = 22050

voice, speed = sys.argv[1], float(sys.argv[2])
text = sys.stdin.read().strip()
name = mishap.wanted()
if name == "garbage":
    sys.stdout.write("this is no WAV stream")
    sys.exit()
mishap.happen(name)
pitch = 440 if "+f" in voice else 220
frames = int(RATE * 0.05 * len(text) * 175 / speed)
tone = [int(8000 * math.sin(2 * math.pi * pitch * n / RATE)) for n in range(frames)]
out = sys.stdout.buffer
out.write(b"RIFF\xff\xff\xff\xffWAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, RATE, 2 * RATE, 2, 16))
out.write(b"data\xff\xff\xff\xff" + struct.pack(f"<{frames}h", *tone))
