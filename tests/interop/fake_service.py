"""A small service that behaves as the official 1.0.2 client expects, written independently of the devserver.

Strictly v1: `get_task` answers NOT_FOUND until the task has started and `current_task` after it, nothing is
acknowledged, `eos` comes only if `end_task` carried an eos_timeout. Its messages are scripted, so that a test can
compare every sample.
"""

import asyncio
import base64
import http.server
import json
import struct
import threading
import urllib.parse

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

START_SECONDS = 0.3
SESSION_ID = "session/1+x"
TOKEN = "token.with+signs/and=padding"
PHRASE_ID = "00112233445566aa"
SOURCE_TEXT = "Good morning, \u00e9t\u00e9 \U0001f600"
PARTIAL_TEXT = "Good"
TRANSLATED_TEXT = "Buenos d\u00edas"


def speech():
    """0.5 s at 24 kHz in which adjacent samples always differ."""
    return b"".join(struct.pack("<h", (n * 37) % 20011 - 10000) for n in range(12000))


class FakeService:
    def __init__(self, double_encoded=False, oddities=False, refusal=None, cut_after_audio=False):
        self.double_encoded = double_encoded
        self.oddities = oddities
        self.refusal = refusal
        self.cut_after_audio = cut_after_audio
        self.rest_requests = []
        self.upgrades = []
        self.messages = []
        self.audio = bytearray()

    async def start(self):
        self._ws = await serve(self._stream, "127.0.0.1", 0)
        port = self._ws.sockets[0].getsockname()[1]
        self.ws_url = f"ws://127.0.0.1:{port}/streaming-api/v1/speech-to-speech/stream"
        self._rest = http.server.ThreadingHTTPServer(("127.0.0.1", 0), rest_handler(self))
        self._rest_thread = threading.Thread(target=self._rest.serve_forever)
        self._rest_thread.start()
        self.api_url = f"http://127.0.0.1:{self._rest.server_address[1]}"

    async def stop(self):
        self._ws.close()
        await self._ws.wait_closed()
        await asyncio.to_thread(self._rest.shutdown)
        self._rest_thread.join()
        self._rest.server_close()

    def count(self, message_type):
        return sum(message["message_type"] == message_type for message in self.messages)

    def data_of(self, message_type):
        return [message["data"] for message in self.messages if message["message_type"] == message_type]

    async def _stream(self, socket):
        self.upgrades.append((socket.request.path, dict(socket.request.headers.raw_items())))
        try:
            await Conversation(self, socket).run()
        except ConnectionClosed:
            pass


class Conversation:
    """One WebSocket connection."""

    def __init__(self, service, socket):
        self.service = service
        self.socket = socket
        self.task = None
        self.started_at = None
        self.told = False

    async def run(self):
        async for frame in self.socket:
            message = json.loads(frame)
            if message["message_type"] != "input_audio_data":
                self.service.messages.append(message)
            answer = getattr(self, message["message_type"], None)
            if answer:
                await answer(message["data"])

    async def set_task(self, data):
        if self.service.refusal:
            code, description = self.service.refusal
            await self.send("error", {"code": code, "desc": description, "param": None})
            return
        self.task = data
        self.started_at = asyncio.get_running_loop().time() + START_SECONDS

    async def get_task(self, _data):
        if self.service.refusal:
            return
        if self.task is None or asyncio.get_running_loop().time() < self.started_at:
            await self.send("error", {"code": "NOT_FOUND", "desc": "No active task found", "param": None})
        else:
            await self.send("current_task", {"task_status": "running", **self.task})

    async def input_audio_data(self, data):
        self.service.audio += base64.b64decode(data["data"], validate=True)
        if self.service.cut_after_audio:
            self.socket.transport.abort()
        elif not self.told:
            self.told = True
            await self.phrase()

    async def phrase(self):
        if self.service.oddities:
            await self.socket.send("{}")
            await self.socket.send('{"es": {"current_queue_level_ms": 1200, "max_queue_level_ms": 20000}}')
            await self.socket.send('{"message_type": "error"')
            await self.send("something_new", {"a": [1, 2]})
        await self.text("partial_transcription", "en", PARTIAL_TEXT)
        await self.text("validated_transcription", "en", SOURCE_TEXT)
        await self.text("translated_transcription", "es", TRANSLATED_TEXT)
        pcm = speech()
        for at in range(0, len(pcm), 9600):
            await self.sound(pcm[at : at + 9600], False)
        await self.sound(b"", True)

    async def text(self, message_type, language, text):
        transcription = {"transcription_id": PHRASE_ID, "language": language, "text": text, "segments": []}
        await self.send(message_type, {"transcription": transcription})

    async def sound(self, pcm, last):
        audio = {
            "transcription_id": PHRASE_ID,
            "translation_part_id": "0",
            "language": "es",
            "last_chunk": last,
            "data": base64.b64encode(pcm).decode(),
            "chunk_generation_delta": None,
        }
        await self.send("output_audio_data", audio)

    async def end_task(self, data):
        if "eos_timeout" in data:
            await self.send("eos", {})
        await self.socket.close()

    async def send(self, message_type, data):
        if self.service.double_encoded:
            data = json.dumps(data)
        await self.socket.send(json.dumps({"message_type": message_type, "data": data}))


def rest_handler(service):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self._note()
            data = {
                "id": SESSION_ID,
                "publisher": TOKEN,
                "subscriber": None,
                "webrtc_room_name": "room",
                "webrtc_url": "",
                "ws_url": service.ws_url,
            }
            self._answer(200, json.dumps({"ok": True, "data": data}).encode())

        def do_DELETE(self):
            self._note()
            self._answer(204, b"")

        def _note(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = urllib.parse.unquote(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.rest_requests.append((self.command, path, headers, body))

        def _answer(self, status, body):
            self.send_response(status)
            if body:
                self.send_header("Content-Type", "application/json")
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler
