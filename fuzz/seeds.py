#!/usr/bin/env python3
"""Writes the first seeds of each target into fuzz/seeds: one valid input for each form that a format has.

usage: seeds.py    existing files are replaced; what the fuzzer found beside them stays
"""

import base64
import json
import pathlib
import random
import struct
import zlib

SEEDS = pathlib.Path(__file__).resolve().parent / "seeds"


def put(target, name, data):
    folder = SEEDS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)


def frame(first, payload):
    """A frame of a server."""
    if len(payload) < 126:
        length = bytes([len(payload)])
    elif len(payload) < 65_536:
        length = b"\x7e" + struct.pack(">H", len(payload))
    else:
        length = b"\x7f" + struct.pack(">Q", len(payload))
    return bytes([first]) + length + payload


def websocket():
    whole = frame(0x81, b"one") + frame(0x01, b"tw") + frame(0x89, b"ping") + frame(0x80, b"o") + frame(0x8a, b"")
    put("websocket", "conversation", b"\0\x03\x01" + whole + frame(0x82, b"x" * 300) + frame(0x88, b"\x03\xe8bye"))
    put("websocket", "limit-of-125", b"\x03\x07\x02" + frame(0x01, b"a" * 100) + frame(0x00, b"b" * 25) + frame(0x80, b"c"))
    put("websocket", "long-length", b"\0\x10\0" + b"\x82\x7f" + struct.pack(">Q", 5) + b"12345" + frame(0x81, b""))
    put("websocket", "no-close-code", b"\0\x01\0" + frame(0x88, b"") + frame(0x88, b"\x03"))


def messages():
    audio = base64.b64encode(bytes(range(20))).decode()
    flat = {"transcription_id": "i", "translation_part_id": "0", "language": "es", "last_chunk": True, "data": audio}
    packed = {**flat, "data": base64.b64encode(zlib.compress(bytes(100))).decode(), "translation_part_id": 3}
    text = {"transcription_id": "i", "language": "en", "text": "a\u00e9", "segments": [{"start": 0.64, "end": "1.2"}]}
    speech = {"audio": audio, "size": 2, "generation_id": "g", "last_chunk": False, "audio_len": 0.2}
    wav = {**speech, "audio": base64.b64encode(wav_file(b"\1\0\2\0")).decode(), "last_chunk": True}
    stt = {"message_type": "transcription", "transcription_id": "s", "language": "en", "is_eos": False,
           "segment": {"text": "good morning <fin>", "start_time": 0.64, "end_time": "2.08"}, "delta": {"text": "x"}}
    problems = [{"loc": ["a", 0], "msg": "too low"}, "odd"]
    for name, kind, data in [
        ("audio", "output_audio_data", flat), ("audio-zlib", "output_audio_data", packed),
        ("audio-nested", "output_audio_data", {"transcription": flat}),
        ("audio-twice", "output_audio_data", json.dumps(flat)),
        ("text", "translated_transcription", {"transcription": text}),
        ("partial", "partial_transcription", {"transcription": text}),
        ("task", "current_task", {"pipeline": {}, "task_status": "paused"}),
        ("status", "task_status", {"command": "tts_task", "event": "queued", "task_status": "running"}),
        ("levels", "tts_buffer_stats", {"stats": {"timestamp": 1.5, "es": {"current_queue_level_ms": 1200}}}),
        ("end", "eos", {}), ("error", "error", {"code": "C", "desc": problems}),
        ("warning", "warning", {"code": "C", "msg": "why", "generation_id": "g"}),
        ("speech", "audio_chunk", speech), ("speech-wav", "audio_chunk", wav),
    ]:
        put("messages", name, json.dumps({"message_type": kind, "data": data}))
    put("messages", "stt", json.dumps(stt))
    put("messages", "stt-below-data", json.dumps({"message_type": "translated_transcription", "data": stt}))
    put("messages", "levels-alone", '{"es":{"current_queue_level_ms":1200}}')
    put("messages", "lenient", b'\xef\xbb\xbf{"message_type":"error","message_type":"error","data":{"code":"C\t","desc":'
                               b'"\\ud83d \\ud83d\\ude00 \\x","x":[NaN,-Infinity,1e400]}}')


def speech():
    sizes = b"\x01\x02\x03\x07"
    put("speech", "pcm", b"\0\0\0" + sizes + bytes(range(60)))
    put("speech", "zlib", b"\1\x40\0" + sizes + zlib.compress(bytes(500)))
    put("speech", "zlib-too-long", b"\1\x40\0" + sizes + zlib.compress(bytes(5000)))
    put("speech", "spoken", b"\2\0\0" + sizes + bytes(range(60)))
    put("speech", "spoken-wav", b"\3\0\0" + sizes + wav_file(bytes(range(40)), extra=b"LIST\x03\0\0\0abc\0"))


def replies():
    session = {"id": "i", "publisher": ["p"], "subscriber": ["s1", ""], "ws_url": "ws://h", "ws_tts_url": "ws://t",
               "webrtc_url": "wss://w", "room_name": "r", "intent": "api", "expires_at": "e"}
    voice = {"voice_id": "v", "name": "n", "processing_status": "failed", "lang_code": "en", "labels": {"gender": "f"},
             "processing_result": {"errors": [{"detail": "too short"}, "x"], "warnings": []},
             "samples": [{"url": "https://u", "form_data": {"key": "k", "n": 7}}]}
    glossary = {"glossary_id": "g", "name": "n", "glossary_type": "asr", "source_lang": "en", "is_enabled": False}
    for name, reply in [
        ("created", {"ok": True, "data": session}), ("created-old", {"data": {"publisher": "p", "stream_url": "ws://h"}}),
        ("refused", {"errors": [{"title": "T", "detail": "no balance", "error_code": 100050}, {"message": "m"}]}),
        ("voice", {"data": voice}), ("voices", {"data": {"items": [voice], "next": "token"}}),
        ("glossary", glossary), ("glossaries", {"data": {"items": [glossary], "next_page_token": 7}}),
        ("sessions", {"data": {"sessions": [session]}}),
    ]:
        put("replies", name, json.dumps(reply))
    put("replies", "gateway", "<html>\r\n502 Bad Gateway</html>")
    put("replies", "file-name", "my voice.M4A")


def addresses():
    for name, lines in {
        "plain": ["ws://h/p?x=1", "http://p:1", "h", "a+b/c=", "/x?y#z"],
        "secure": ["wss://h.example:8443", "socks5h://me:s%40cret@[::1]", "*.example, 10.0.0.0/8", "t", "//other/z"],
        "six": ["http://[fd00::1]:9/", "socks4a://p", "[fd00::1]:9 fe80::/10", "\u00fc", "?q"],
        "user": ["https://me:secret@h:1/a", "https://me:hidden@p", "localhost", "", "https://h:2/z"],
        "numbers": ["ws://127.0.0.1:9", "p:3128", "127.0.0.1:9,0.0.0.0/0", "%00", "c"],
    }.items():
        put("addresses", name, "\n".join(lines))


def task():
    built = {"input_stream": {"source": {"sample_rate": "16000", "channels": 2, "format": "pcm_s16le"}},
             "output_stream": {"target": {"format": "zlib_pcm_s16le"}},
             "pipeline": {"translations": [{"target_language": "es"}, {"target_language": "es"}], "x": [1, None]}}
    patch = {"pipeline": {"translations": [{"target_language": "fr"}], "x": {"y": None}}, "task_status": "paused"}
    put("task", "patched", f"{json.dumps(built)}\n{json.dumps(patch)}\n{json.dumps({'pipeline': 7})}")
    put("task", "paused", '{"task_status":"paused"}')


def texts():
    text = 'One two. "Three!" four? (Five) 6.5\u2026 \u4eca\u65e5\u306f\u3002\u660e\u65e5\u306f\uff01 endlessword' * 3
    put("splitter", "sentences", b"\x14" + text.encode())
    put("splitter", "one-by-one", b"\x00" + text.encode()[:60])
    put("splitter", "spaces", b"\x05" + b"a  b \n\n c. \"d\"   e.f" * 4)
    put("csv", "rows", "cat\2gato\1a, b\2\"c\"\1two\nlines\2and\r\nmore\1\2")
    put("csv", "empty", "\1\1")


def wav_file(audio, code=1, channels=1, bits=16, rate=16_000, kind=b"RIFF", length=None, extra=b"", block=None):
    block = channels * bits // 8 if block is None else block
    form = struct.pack("<HHIIHH", code, channels, rate, rate * block, block, bits)
    if code == 0xFFFE:
        guid = b"\x01\0\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71"
        form += struct.pack("<HHI", 22, bits, 3) + guid
    length = len(audio) if length is None else length
    body = b"WAVE" + extra + b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", length) + audio
    return kind + struct.pack("<I", len(body) if kind == b"RIFF" else 0xFFFFFFFF) + body


def wav():
    noise = random.Random(1).randbytes(240)
    head = b"r\x01"
    for name, options in {
        "s16": {}, "stereo": {"channels": 2}, "u8": {"bits": 8}, "s24": {"bits": 24}, "s32": {"bits": 32},
        "f32": {"code": 3, "bits": 32}, "f64": {"code": 3, "bits": 64}, "mulaw": {"code": 7, "bits": 8},
        "alaw": {"code": 6, "bits": 8}, "extensible": {"code": 0xFFFE, "channels": 2}, "endless": {"length": 0xFFFFFFFF},
        "unfinished": {"length": 0}, "cut": {"length": 4000}, "no-block": {"block": 0},
        "odd-chunk": {"extra": b"LIST\x03\0\0\0abc\0"}, "no-padding": {"extra": b"LIST\x03\0\0\0abc"},
    }.items():
        put("wav", name, head + wav_file(noise, **options))
    sizes = struct.pack("<QQQI", 1000, len(noise), 60, 0)
    long = b"ds64" + struct.pack("<I", len(sizes)) + sizes
    put("wav", "rf64", head + wav_file(noise, kind=b"RF64", length=0xFFFFFFFF, extra=long))
    put("wav", "bw64", head + wav_file(noise, kind=b"BW64", length=0, extra=long))
    put("wav", "two-pieces", head + wav_file(noise) + b"data\x04\0\0\0abcd")
    put("wav", "aiff", head + b"FORM\0\0\0\0AIFF")
    put("wav", "written", b"w\x09" + b"\x03\x01" + noise)


def programs():
    """For the targets that take their steps from the bytes."""
    chance = random.Random(2)
    for target, first in [("convert", b""), ("input", b"\0"), ("input", b"\1"), ("playout", b"\0"), ("playout", b"\1"), ("c_api", b"")]:
        for n in range(3):
            name = f"steps-{first.hex() or 'x'}-{n}"
            # Small numbers reach more than large ones.
            steps = bytes(chance.choice([chance.randrange(16), chance.randrange(256)]) for _ in range(100 * 4 ** n))
            put(target, name, first + steps)


if __name__ == "__main__":
    websocket()
    messages()
    speech()
    replies()
    addresses()
    task()
    texts()
    wav()
    programs()
