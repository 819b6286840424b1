"""A plugin of pytest, and a start of scripts, that points the official client at a devserver; nothing else of it is changed.

The addresses come from the environment: PALABRA_API_URL, PALABRA_WS_URL, PALABRA_TTS_URL.
"""

import os

import palabra_ai


def _point_new(client):
    """Version 2 has a table of regions."""
    host, path = os.environ["PALABRA_WS_URL"].split("/streaming-api/")
    client.REGIONS["eu"] = client.Region(
        translation=f"{host}/streaming-api/{{random_hash}}/{path}",
        stt=f"{host}/asr/v1/speech-to-text/stream",
        tts=os.environ["PALABRA_TTS_URL"],
    )


def _point_old(client):
    """Version 1 has an argument for the address, and a constant for text-to-speech."""
    client.Palabra.__init__.__kwdefaults__["api_url"] = os.environ["PALABRA_API_URL"]
    client.tts.TTS_STREAM_URL = os.environ["PALABRA_TTS_URL"]


if hasattr(palabra_ai, "REGIONS"):
    _point_new(palabra_ai)
else:
    import palabra_ai.tts

    _point_old(palabra_ai)
