"""Texts of C# that the texts of C are no base for.

Beside each stands the digest of the text of C that it replaces, as that was when somebody last compared the two: tools/api --check
fails when C's has changed since.
"""

import hashlib

# What is documented: digest of C's text, and the text of C#.
REPLACED = {
    "PALABRA_VOICE_NO_WAIT": (
        "a50be8a2",
        "Whether creating a voice waits until it is ready.",
    ),
    "PALABRA_GLOSSARY_DISABLED": (
        "4fffe44e",
        "Whether sessions use the glossary that do not name it.",
    ),
    "PALABRA_FILE_AUDIO": (
        "fcc77e3a",
        "Keeps the speech in memory too, up to 1 GiB in all: TranslatedFile.Audio.",
    ),
    "PALABRA_FILE_NO_FOLLOW": (
        "eb9cc588",
        "Refuses to write through a symbolic link: a file of speech whose name is one is an error. Only the last part of the "
        "name is checked, by the system when it opens the file.",
    ),
    "PALABRA_CLIENT_ASK_CREDENTIALS": (
        "9e4a40aa",
        "Asks for credentials when a session needs them, by an event that palabra_client_set_credentials() answers. For "
        "short-lived tokens. The first ones may be given here; a client that is created without any accepts only an API key.",
    ),
    ("palabra_original_options", "gain_percent"): (
        "5f8822fa",
        "Gain of the original voice, in percent, 0 to 100; 0: it is not heard, also while nobody speaks.",
    ),
    ("palabra_output_options", "target_ms"): (
        "828b7b17",
        "Target level of that buffer, at most BufferDuration; null: no target. Above it pauses between words are shortened. "
        "Above twice this value, short pieces of speech are also removed with a crossfade, up to 10 % of the audio.",
    ),
    ("palabra_file_options", "lead_ms"): (
        "15841048",
        "How far ahead of real time sending may run, up to 60 s.",
    ),
    ("palabra_tts_config", "sample_rate"): (
        "e493fa50",
        "Frames per second of the speech in events, 8000 to 48000; null: 24000. With playout it must be null.",
    ),
    ("palabra_credentials", "region"): (
        "4fa8ff54",
        "Region of the API key, such as \"eu\", in upper or lower case; null: the variable PALABRA_REGION, else \"eu\".",
    ),
    ("palabra_session_stats", "round_trip_us"): (
        "21315d62",
        "Last round trip to the server; null: not known yet.",
    ),
    ("palabra_voice_config", "sample_path"): (
        "4e18ae16",
        "The sample as a file: wav, mp3, flac, m4a, webm, mp4, mpeg or mpg, at most 10 MiB. One speaker, no noise: the "
        "official client advises 5 to 20 seconds, the service's documentation at least 30; null: it is in memory.",
    ),
    ("palabra_voice_config", "gender"): (
        "7ca287a8",
        "Label, in the service's words; null: none. An update replaces all three labels if it sets one of them.",
    ),
    ("palabra_audio_format", "sample_rate"): (
        "8d8d7e42",
        "Frames per second, 8000 to 192000; null: the default of the settings that have the format.",
    ),
    ("palabra_audio_format", "channel"): (
        "2a2fd3b7",
        "Input: the only channel to use, counted from 1; null: all of them, mixed in equal parts. Output: must be null.",
    ),
    ("palabra_input_options", "format"): (
        "494276da",
        "Format of the audio that the caller sends. Without a sample rate it is that of the wire, which is 24000 in a "
        "translation unless its options say otherwise; speech-to-text 16000, or 8000 for mu-law and A-law.",
    ),
    ("palabra_output_options", "format"): (
        "4e187f8c",
        "Format that ReadAudio fills. Without a sample rate it is 24000.",
    ),
    ("palabra_translation_config", "target_languages"): (
        "7ecd9561",
        "Languages to translate to, such as \"es\". Each has its own texts and audio.",
    ),
    ("palabra_translation_config", "verification_glossaries"): (
        "63e036b2",
        "Glossaries that correct what was recognized: \"all\", \"none\", or ids; empty: the service's default.",
    ),
    ("palabra_translation_config", "translation_glossaries"): (
        "11565614",
        "Glossaries of translations, for every target: \"all\", \"none\", or ids; empty: the service's default.",
    ),
    ("palabra_tts_config", "output"): (
        "7f3845c7",
        "How speech is delivered. There is no original voice: Original must have its defaults.",
    ),
    ("palabra_stt_config", "format"): (
        "33d67463",
        "What the caller sends. With an encoded format Input.Format must have its defaults, PALABRA_GAP_SILENCE and "
        "DropOldestInput are not supported, and for Input.BufferDuration and Input.ChunkDuration one ms stands for 32 bytes.",
    ),
    ("palabra_client_config", "rest_timeout_ms"): (
        "76f12eca",
        "Timeout of one REST call; default: 30 s. Uploads of samples and glossaries are allowed at least 300 s.",
    ),
    "palabra_call_config": (
        "0f24d923",
        "Settings of a call, and of the translations in it.",
    ),
    ("palabra_call_config", "call_tag"): (
        "0dfd80b8",
        "Any number; returned as SessionTag in every event of the call.",
    ),
    ("palabra_call_config", "call_name"): (
        "ad1c0e4e",
        "Any text of up to 127 bytes, such as the UUID of the call; returned as SessionName in every event and log line; null: none.",
    ),
    ("palabra_leg_config", "target_language"): (
        "89b67777",
        "Language that the party hears, such as \"en-us\"; null: Language.",
    ),
    ("palabra_leg_config", "voice_id"): (
        "a77355ca",
        "Voice in which the other party hears this one; null: that of PalabraCallOptions.Translation.",
    ),
    ("palabra_leg_config", "hotwords_glossaries"): (
        "adb6648d",
        "Glossaries of words to listen for in what the party says: \"all\", \"none\", or ids; empty: those of "
        "PalabraCallOptions.Translation.",
    ),
    ("palabra_leg_config", "verification_glossaries"): (
        "1825eacf",
        "Glossaries that correct what was recognized of the party: \"all\", \"none\", or ids; empty: those of "
        "PalabraCallOptions.Translation.",
    ),
    ("palabra_leg_config", "translation_glossaries"): (
        "dca8dfa1",
        "Glossaries of the translation of what the party says: \"all\", \"none\", or ids; empty: those of "
        "PalabraCallOptions.Translation.",
    ),
    ("palabra_leg_config", "input"): (
        "9bc59fc2",
        "Format of the audio that the party's line sends. Without a sample rate it is 8000.",
    ),
    ("palabra_call_config", "connects_per_minute"): (
        "21c21138",
        "Pace at which sessions are opened, per minute, 1 to 6000, shared by the calls of the client that have one: after each of "
        "their sessions the next one waits for 60 s divided by this; null: none, until the service refuses a session because "
        "there are too many (PALABRA_ERR_RATE). Then all calls of the client open 20 per minute, the first one after the time "
        "that the service has named, or 3 s, until it has refused none for 60 s and none waits. In either case the direction that has waited longest is the first.",
    ),
    "PALABRA_RECORDING_TRANSLATIONS": (
        "8150ecca",
        "Whether what each party hears of the translation is recorded too, on channels of its own.",
    ),
    ("palabra_leg_stats", "link_state"): (
        "09a5bfd7",
        "State of the link that carries what the party says; null: there is none now.",
    ),
    ("palabra_leg_stats", "spoke_ms"): (
        "d829533e",
        "Time that the party spoke, pauses of up to 400 ms included; null: that is not detected, see "
        "PALABRA_LEG_DETECT_SPEECH and PALABRA_BARGE_IN_ON_SPEECH.",
    ),
    ("palabra_leg_stats", "overlap_ms"): (
        "d84606a9",
        "Time that it spoke while the other party spoke too, if speech of both is detected; null: it is not.",
    ),
    "PALABRA_LEG_DETECT_SPEECH": (
        "0cbd9c78",
        "Whether SpeechEvent tells when the party speaks, and Spoke, Spurts and Overlap of LegStats how much. Requires the "
        "feature \"vad\": PalabraLibrary.HasFeature.",
    ),
    "PALABRA_BARGE_IN_ON_SPEECH": (
        "6fa65168",
        "PalabraLeg.Silence and PalabraLeg.Interrupt, and the party: when it begins to speak while translation sounds for it, "
        "all phrases that have begun to arrive are silenced for it alone; PlayoutEvent tells of each. What is translated after "
        "that is heard. It takes about 200 ms to notice speech. Requires the feature \"vad\": PalabraLibrary.HasFeature. What a "
        "loudspeaker plays and the microphone of the same party picks up is speech too, so the translation would silence itself. "
        "Use this for telephones and headsets, or with EchoPolicy.Cancel.",
    ),
    "PALABRA_EVENT_ECHO": (
        "a3a71fed",
        "What is played comes back through the microphone, in a call that of a party: EchoEvent. When it is first known, and "
        "when it has changed by more than 10 ms or 3 dB.",
    ),
    "PALABRA_ECHO_MEASURE": (
        "8b1e712d",
        "EchoEvent tells how late and how loud it comes back, and the statistics have both. The sound stays as it is. Requires "
        "the feature \"echo\": PalabraLibrary.HasFeature. What was read, the original voice included, is compared with what is "
        "sent. An echo of -25 dB or more that is at most 1 s late is found 2 s after the first sound, to 10 ms and 3 dB. While "
        "somebody else speaks all the time, faint ones are not found, and others seem louder than they are.",
    ),
    ("palabra_leg_stats", "echo_delay_ms"): (
        "5f4af775",
        "How late what the party hears comes back from its line; null: it does not, or that is not known. See PALABRA_ECHO_MEASURE.",
    ),
    ("palabra_leg_stats", "echo_level_db"): (
        "195c3e1f",
        "How loud that is, in dB of what the party hears, usually negative; 0 if EchoDelay is null.",
    ),
    ("palabra_session_stats", "echo_delay_ms"): (
        "a5c5afa9",
        "How late what is played comes back; null: it does not, or that is not known. See PALABRA_ECHO_MEASURE.",
    ),
    ("palabra_session_stats", "echo_level_db"): (
        "38863752",
        "How loud that is, in dB of what is played, usually negative; 0 if EchoDelay is null.",
    ),
    "PALABRA_EVENT_SPEECH_STARTED": (
        "a6c39948",
        "Call: a party has begun to speak, about 200 ms ago: SpeechEvent.",
    ),
    "PALABRA_EVENT_SPEECH_ENDED": (
        "28737e7c",
        "Call: a party has stopped speaking, 400 ms ago: SpeechEvent.",
    ),
    "PALABRA_CALL_REOPEN": (
        "e7db72de",
        "Whether another session is opened when one between the parties breaks, at once or when ConnectsPerMinute and the service "
        "allow it; after sessions that were never ready less and less often, up to 30 s apart. LinkDownEvent has "
        "PALABRA_FLAG_RETRIABLE then, and LinkUpEvent follows. What the parties say meanwhile is not translated later, unless Resend "
        "is set.",
    ),
    "PALABRA_EVENT_LINK_UP": (
        "c3fb5bcb",
        "Call: the service listens to a party, and translates what it says: LinkUpEvent.",
    ),
    "PALABRA_EVENT_LINK_DOWN": (
        "1932700e",
        "Call: the service does not listen to a party any more, or could not be reached; the call goes on: LinkDownEvent.",
    ),
    "PALABRA_SESSION_JSON": (
        "e48b9186",
        "Whether every event that came from a message has the service's JSON.",
    ),
    "PALABRA_SESSION_DIALECT_V2": (
        "814bf4e7",
        "Whether the protocol of API keys is used whatever the credentials are: for a stream address of that kind.",
    ),
    "PALABRA_SESSION_DROP_OLDEST": (
        "f27f73a6",
        "Whether the oldest audio is dropped instead of refusing the newest when more than Input.BufferDuration waits, or on a "
        "slow line more than it delivers in that time. What the operating system and the line hold counts, but only what the "
        "library holds can be dropped. Each run of losses is told by a WARNING with PALABRA_FLAG_DROPPED when it is over, and "
        "a long one every 10 s. For live microphones. Not for audio that is sent whenever there is space, such as a file: its "
        "beginning would be lost.",
    ),
    "PALABRA_TRANSLATION_VOICE_CLONING": (
        "742c65e6",
        "Whether the speaker's voice is cloned. Takes precedence over VoiceId.",
    ),
    "PALABRA_TRANSLATION_PARTIALS": (
        "f22f7cdd",
        "Whether partial translations are delivered too, not only partial transcripts.",
    ),
    "PALABRA_TRANSLATION_ZLIB_OUTPUT": (
        "477e1327",
        "Whether the service compresses the speech that it sends. Events are the same.",
    ),
    "PALABRA_TTS_SPLIT": (
        "3bcf8d64",
        "Whether texts that are too long for one message are split, between sentences if possible, else between words.",
    ),
    "PALABRA_VOICE_DENOISE": (
        "00b839a2",
        "Whether the sample has background noise.",
    ),
    "palabra_event_kind": (
        "dc2c6822",
        "What happened. Later versions add kinds, which are OtherEvent: ignore those that are not known.",
    ),
    "PALABRA_EVENT_READY": (
        "559270f8",
        "The service is listening: ReadyEvent.",
    ),
    "PALABRA_EVENT_TRANSCRIPT": (
        "14ec1613",
        "A text: TranscriptEvent. One that is not final is replaced by the next one.",
    ),
    "PALABRA_EVENT_AUDIO": (
        "27dbecf0",
        "Speech: AudioEvent. It can arrive faster than it plays.",
    ),
    "PALABRA_EVENT_SPEAK_STATUS": (
        "379f643a",
        "Answer to palabra_session_speak(): CommandEvent.",
    ),
    "PALABRA_EVENT_TASK_STATUS": (
        "cab0bdbf",
        "A command was acknowledged: CommandEvent. Not every server acknowledges. Text-to-speech: the library's own answer to "
        "palabra_session_cancel().",
    ),
    "PALABRA_EVENT_TASK_INFO": (
        "73d6c40a",
        "The current task, also as answer to palabra_session_get_task(): CommandEvent.",
    ),
    "PALABRA_EVENT_STREAM_END": (
        "3158c7f2",
        "Nothing more will be said: StreamEndEvent. The end of the session follows.",
    ),
    "PALABRA_EVENT_WARNING": (
        "65be478d",
        "A warning of the service, or input that was dropped: WarningEvent.",
    ),
    "PALABRA_EVENT_ERROR": (
        "93d92a17",
        "Something failed and the session continues: ErrorEvent. PALABRA_ERR_IO, PALABRA_ERR_LIMIT: the file of a recording.",
    ),
    "PALABRA_EVENT_OVERFLOW": (
        "a7855c14",
        "Events were dropped because limits were exceeded: OverflowEvent. Partial transcripts are dropped first, then RAW and "
        "LOG, then AUDIO, then others; of each the oldest.",
    ),
    "PALABRA_EVENT_LOG": (
        "c9e748fb",
        "A log line: LogEvent. See palabra_log_open().",
    ),
    "PALABRA_EVENT_RAW": (
        "01e12e38",
        "A message that the library does not model, as JSON: OtherEvent.",
    ),
    "PALABRA_EVENT_CLOSED": (
        "f0bb5d5d",
        "The session is over and no event follows: ClosedEvent, which says why.",
    ),
    "PALABRA_EVENT_PLAYOUT_STARTED": (
        "abed3a55",
        "A phrase starts to be heard: PlayoutEvent. Such events are delivered where speech is read by ReadAudio, some ms after "
        "it happened. What is heard after the session closed has none.",
    ),
    "PALABRA_EVENT_PLAYOUT_FINISHED": (
        "94af825f",
        "A phrase was heard to its end: PlayoutEvent.",
    ),
    "PALABRA_EVENT_PLAYOUT_CUT": (
        "413de669",
        "A phrase was silenced, interrupted, paused, cancelled or dropped: PlayoutEvent, which says how much of it was heard. "
        "What is heard of it after an absence of the reader starts again; the cut of speech that was ready for it is told when it reads again.",
    ),
    "PALABRA_EVENT_CREDENTIALS_NEEDED": (
        "dd09b927",
        "A session needs credentials: CredentialsNeededEvent. Call palabra_client_set_credentials().",
    ),
    "palabra_client_config": (
        "66191d99",
        "Settings of a client. What is null is taken from the environment variable that its text names, as the program sees it "
        "when the client is created, unless UseEnvironment is false.",
    ),
}
TEXTS = {name: text for name, (_, text) in REPLACED.items()}


def problems(api):
    """Texts of C that have changed since somebody compared those of C# with them, and those that are gone."""
    there = dict(texts_of_c(api))
    for name, (digest, _) in REPLACED.items():
        shown = name if isinstance(name, str) else ".".join(name)
        if name not in there:
            yield f"csharp_texts.py: {shown} is no name of the API"
        elif (now := digest_of(there[name])) != digest:
            yield (f'csharp_texts.py: the text of {shown} in C is now "{there[name]}": compare the text of C# with it, and put '
                   f'"{now}" beside that')


def digest_of(text):
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def texts_of_c(api):
    for page in api["pages"]:
        for item in (*page["enums"], *page["structs"], *page["flags"]):
            yield item["name"], " ".join(item["doc"])
            yield from ((value["name"], " ".join(value["doc"])) for value in item.get("values", ()))
            yield from (((item["name"], field["name"]), " ".join(field["doc"])) for field in item.get("fields", ()))
