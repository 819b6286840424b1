"""What the servers of this folder share: WebSocket frames, and the environment of a client."""

import os


def frame(opcode, data, is_last=True):
    size = len(data)
    head = bytes([is_last << 7 | opcode])
    if size < 126:
        head += bytes([size])
    elif size < 65536:
        head += bytes([126]) + size.to_bytes(2, "big")
    else:
        head += bytes([127]) + size.to_bytes(8, "big")
    return head + data


def environment(port):
    """A client by an API key, so that it opens its streams here."""
    host = f"127.0.0.1:{port}"
    env = {name: value for name, value in os.environ.items() if name not in ("PALABRA_CLIENT_ID", "PALABRA_CLIENT_SECRET")}
    return {**env, "PALABRA_API_KEY": "dev", "PALABRA_API_URL": f"http://{host}",
            "PALABRA_TRANSLATION_URL": f"ws://{host}/streaming-api/v1/speech-to-speech/stream",
            "PALABRA_TTS_URL": f"ws://{host}/tts-api/v1/text-to-speech/stream",
            "PALABRA_STT_URL": f"ws://{host}/asr/v1/speech-to-text/stream"}
