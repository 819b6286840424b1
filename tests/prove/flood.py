#!/usr/bin/env python3
"""Runs a command with a server that says nothing but changed messages, as fast as it can, some hundreds per connection.

usage: flood.py SEED COMMAND [ARG]...
"""

import base64
import hashlib
import json
import os
import random
import socket
import subprocess
import sys
import threading
import zlib

from mutating_proxy import Mutator
from servers import environment, frame

MESSAGES = 400
PCM = bytes(range(256)) * 4
SPEECH = [base64.b64encode(audio).decode() for audio in (PCM, zlib.compress(PCM), b"", b"RIFF\x24\0\0\0WAVEdata\4\0\0\0abcd")]
SAID = {"transcription_id": "a1", "language": "es", "text": "hola", "translation_part_id": 0,
        "segments": [{"text": "x", "start": 0.1, "end": 0.5, "words": [{"word": "w"}]}]}
# A translation is READY with it.
STARTED = {"message_type": "task_status", "data": {"command": "set_task", "event": "started", "task_status": "running"}}
TRANSLATION = [
    *({"message_type": kind, "data": {"transcription": SAID}} for kind in (
        "partial_transcription", "validated_transcription", "translated_transcription", "partial_translated_transcription")),
    *({"message_type": "output_audio_data", "data": {"transcription_id": "a1", "language": "es", "data": audio, "last_chunk": is_last}}
      for audio in SPEECH for is_last in (True, False)),
    {"message_type": "current_task", "data": {"status": "paused", "pipeline": {"translations": [{"target_language": "es"}]}}},
    STARTED,
    {"message_type": "task_status", "data": {"command": "tts_task", "event": "queued", "task_status": "running", "transcription_id": "a2"}},
    {"message_type": "error", "data": {"code": "NOT_FOUND", "desc": [{"loc": ["a", 0], "msg": "m", "type": "t"}]}},
    {"message_type": "warning", "data": {"code": "W", "msg": "m"}},
    {"message_type": "tts_buffer_stats", "data": {"stats": {"es": {"current_queue_level_ms": 5, "max_queue_level_ms": 6}}}},
    {"message_type": "pipeline_timings", "data": {"timings": {}}},
]
TTS = [
    *({"message_type": "audio_chunk", "data": {"audio": audio, "size": 5, "generation_id": of, "last_chunk": is_last}}
      for audio in SPEECH for of in ("g1", "") for is_last in (True, False)),
    {"message_type": "error", "data": {"code": "RATE_LIMIT_EXCEEDED", "msg": "m", "generation_id": "g1"}},
]
STT = [
    *({"message_type": "transcription", "data": {"transcript_id": "x", "text": "t <fin>", "delta": "t", "is_final": is_final,
                                                 "is_eos": is_final, "language": "en", "start_time": 1, "end_time": 2}}
      for is_final in (True, False)),
    {"message_type": "translated_transcription", "data": {"text": "t", "language": "es", "transcription_id": "x"}},
    {"message_type": "error", "data": {"code": "X", "message": "m"}},
]
OF_PATH = {b"text-to-speech": TTS, b"speech-to-text": STT}


def serve(connection, seed):
    draw, mutator = random.Random(seed), Mutator(seed, 1)
    try:
        head = b""
        while b"\r\n\r\n" not in head:
            got = connection.recv(4096)
            if not got:
                return
            head += got
        if b"Upgrade" not in head and b"upgrade" not in head:
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        key = next(line.split(b":", 1)[1].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key"))
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        threading.Thread(target=drain, args=(connection,), daemon=True).start()
        known = next((messages for path, messages in OF_PATH.items() if path in head.split(b"\r\n")[0]), TRANSLATION)
        # So that what follows is part of a conversation.
        connection.sendall(frame(1, json.dumps(STARTED).encode()))
        for _ in range(MESSAGES):
            text = json.dumps(draw.choice(known)).encode()
            connection.sendall(frame(1, mutator.bytes(text) if draw.random() < 0.3 else text))
        connection.sendall(frame(8, (1000).to_bytes(2, "big")))
    except OSError:
        pass
    finally:
        connection.close()


def drain(connection):
    try:
        while connection.recv(65536):
            pass
    except OSError:
        pass


def main():
    seed, *command = sys.argv[1:]
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    served = 0

    def accept():
        nonlocal served
        while True:
            connection, _ = listener.accept()
            served += 1
            threading.Thread(target=serve, args=(connection, int(seed) * 100_000 + served), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    code = subprocess.run(command, env=environment(listener.getsockname()[1]), check=False).returncode
    print(f"flood: {served} connections", flush=True)
    os._exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
