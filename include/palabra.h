/*
 * palabra.h - Palabra AI's real-time speech services for programs that speak C
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi by cbindgen; do not edit.
 *
 * A guided tour
 * =============
 *
 * What it does. You send audio in one language, as it is spoken; text and speech in other languages come
 * back. A client holds credentials and endpoints. A session is one live conversation. An event is one thing
 * that happened. Everything slow (network, TLS, JSON, base64) runs on one background thread of the library,
 * however many sessions there are.
 *
 * The whole life of a session:
 *
 *     palabra_client *client = NULL;
 *     palabra_session *session = NULL;
 *     palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
 *     palabra_event event = PALABRA_EVENT_INIT;
 *     palabra_error error = PALABRA_ERROR_INIT;
 *     int over = 0;
 *
 *     if (palabra_client_new(NULL, &client, &error) < 0) ...    credentials from the environment
 *     config.source_language = "en";
 *     config.target_languages = "es";
 *     if (palabra_session_open(client, &config, &session, &error) < 0) ...
 *
 *     palabra_session_send_audio(session, samples, frames);     again and again, at the pace of speech
 *
 *     while (!over && palabra_session_poll_event(session, &event, 100) > 0) {
 *         if (event.kind == PALABRA_EVENT_TRANSCRIPT) puts(event.text);
 *         if (event.kind == PALABRA_EVENT_AUDIO) play(event.pcm, event.pcm_frames, event.sample_rate);
 *         if (event.kind == PALABRA_EVENT_CLOSED) over = 1;     event.code and event.text say why
 *         palabra_event_release(&event);
 *     }
 *
 *     palabra_session_end(session, 0);                          then poll on: the tail comes, then CLOSED
 *     palabra_session_close(session, 1000);
 *     palabra_client_free(client);
 *
 * Events. There is one way out: polling, of the session or of a palabra_queue that many sessions share. A descriptor
 * (palabra_session_event_fd()), an event object on Windows and a wake-up callback only say: look now. Every session
 * ends with exactly one CLOSED, and nothing follows it. Order is that of `seq`. If nobody polls, a session's events
 * pile up to their limits; then growing transcripts are dropped first, raw messages next, the oldest audio after
 * that, and OVERFLOW tells how many.
 *
 * Audio. Everything counts frames: one sample for every channel. Input may come in pieces of any size, as 16-bit,
 * float, mu-law or A-law, from 8 to 48 kHz, with up to 8 channels, and should come at the pace of speech; a recording
 * is sent in steps by the clock, which palabra_session_send_paced() and _send_file() do. What happens while it stops,
 * as on hold, `gap_policy` says. palabra_translate_file() does everything for a recording in one call. Output comes as
 * events, 24 kHz mono and in bursts, which the caller buffers; or, with PALABRA_OUTPUT_PLAYOUT,
 * palabra_session_read_audio() gives exactly n frames whenever it is called, in the format of the loudspeaker, with
 * silence where nothing is to be heard.
 *
 * Speech to text. palabra_session_open_stt() opens a session that gives texts and no speech: the same handle, events
 * and ways of sending audio, and palabra_session_finalize() for a final at once.
 *
 * Commands. palabra_session_speak(), _interrupt(), _pause(), _resume(), _set_task() and _get_task() leave a note and
 * return; the library keeps the distances that the service demands. The answer is an event with the call's user_tag.
 *
 * Text-to-speech. palabra_session_open_tts() opens a session of another kind, with the same events, the same reading by
 * ticks, the same end and close: palabra_session_send_text() takes texts, or the tokens of a language model as they come,
 * palabra_session_cancel() takes them back. palabra_tts_synthesize() waits for the speech of one text. What does not
 * belong to a kind of session returns PALABRA_ERR_UNSUPPORTED.
 *
 * Credentials. Either a client id and secret, or an API key and its region: in the client's config, or in the
 * environment. The functions are the same; what is said to the service differs. Voices and glossaries need an API key.
 *
 * Management. palabra_voices_*() and palabra_glossaries_*() ask the service and wait for its answer, each within its
 * timeout. One voice or glossary is a struct with texts, a list is an array of pointers to such structs; release each
 * when it has been read. What has no field of its own is in `json`.
 *
 * Errors. A call returns 0 or a count on success and a negative PALABRA_ERR_* otherwise. Calls that can fail for
 * many reasons take a palabra_error to explain it in. Nothing is kept per thread. An error that ends a session is
 * in its CLOSED event and in palabra_session_last_error(). There is no reconnecting behind your back: the service
 * ties a conversation to its connection. RETRIABLE says when opening a new session can help.
 *
 * Handles. A handle is a number in the clothes of a pointer. NULL, closed, garbage, of another kind, closed by
 * another thread at this very moment: an error code, never a crash.
 *
 * Structs. Each begins with its size. Start from its _INIT macro, or its _init function in languages without
 * macros: zero means the default everywhere. Structs only grow at their end, numbers are never reused, and a
 * program compiled with an older header goes on working with a newer library.
 *
 * Threads. Every function says who may call it. In short: any thread, any time; but one sender of audio and one
 * poller per session at a time, and a second one is told PALABRA_ERR_BUSY. Nothing blocks that has no timeout
 * argument. palabra_session_send_audio() and _read_audio() are safe on real-time threads. A call needs at most 64 KiB
 * of its thread's stack, callbacks of yours excluded. It computes in the default floating point environment, whatever
 * yours is, and gives yours back as it was: traps, rounding, flushing of small numbers, flags.
 *
 * Memory. What you pass in is needed only during the call. What an event points to is yours until
 * palabra_event_release(), also after the session is closed. Never free() anything of ours. Where your system refuses
 * memory for something large (a ring, a file, a message of the service: above 64 KiB), that call or session ends with
 * PALABRA_ERR_LIMIT and all others go on; where it refuses something small, the process is ended by abort().
 *
 * What the library does to your process: it starts one thread with the first session (named "palabra", with all
 * signals blocked, with default scheduling and on the processors of your main thread, whoever calls first) and now and then a helper to resolve names; it opens the sockets that it needs; with each client
 * it reads, unless told not to, PALABRA_API_KEY, PALABRA_REGION, PALABRA_CLIENT_ID, PALABRA_CLIENT_SECRET,
 * PALABRA_API_URL, PALABRA_TRANSLATION_URL, PALABRA_TTS_URL, PALABRA_STT_URL and the usual HTTPS_PROXY, HTTP_PROXY,
 * ALL_PROXY and NO_PROXY (and REQUEST_METHOD, whose presence makes HTTP_PROXY somebody else's), and with the first encrypted connection
 * SSL_CERT_FILE and SSL_CERT_DIR, where the system's certificates are looked for. It installs no signal handler (and
 * no SIGPIPE can reach you from it), changes neither locale nor environment, writes nothing to stdout or stderr,
 * registers nothing with atexit(), and aborts only when
 * there is no memory left. After fork(), once a session was opened, every call in the child
 * returns PALABRA_ERR_FORKED and the parent is not affected: fork first, then open. The code stays mapped after
 * dlclose(); call palabra_shutdown() before it. Secrets appear in no text that comes out of the library.
 */


#ifndef PALABRA_H
#define PALABRA_H

#include <stdint.h>

#if defined(_WIN32) && defined(PALABRA_SHARED)
#define PALABRA_API __declspec(dllimport)
#elif defined(__GNUC__)
#define PALABRA_API __attribute__((visibility("default")))
#else
#define PALABRA_API
#endif

/** Start values of the structs: sizes set, everything else zero. */
#define PALABRA_ERROR_INIT { (uint32_t)sizeof(palabra_error), 0, 0, 0, 0, {0}, {0} }
#define PALABRA_CLIENT_CONFIG_INIT \
    { (uint32_t)sizeof(palabra_client_config), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
#define PALABRA_REST_SESSION_INIT { (uint32_t)sizeof(palabra_rest_session), 0, 0, 0, 0, 0, 0 }
#define PALABRA_TRANSLATION_CONFIG_INIT \
    { (uint32_t)sizeof(palabra_translation_config), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
#define PALABRA_STT_CONFIG_INIT \
    { (uint32_t)sizeof(palabra_stt_config), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
#define PALABRA_TTS_CONFIG_INIT \
    { (uint32_t)sizeof(palabra_tts_config), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
#define PALABRA_TTS_VOICE_INIT { (uint32_t)sizeof(palabra_tts_voice), 0, 0, 0, 0 }
#define PALABRA_EVENT_INIT \
    { (uint32_t)sizeof(palabra_event), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
#define PALABRA_STATS_INIT \
    { (uint32_t)sizeof(palabra_stats), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
#define PALABRA_PLAYOUT_STATS_INIT { (uint32_t)sizeof(palabra_playout_stats), 0, 0, 0, 0, 0, 0, 0 }
#define PALABRA_WAV_INIT { (uint32_t)sizeof(palabra_wav), 0, 0, 0, 0, 0 }
#define PALABRA_VOICE_CONFIG_INIT { (uint32_t)sizeof(palabra_voice_config), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
#define PALABRA_VOICE_INIT { (uint32_t)sizeof(palabra_voice), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
#define PALABRA_VOICE_LIST_INIT { (uint32_t)sizeof(palabra_voice_list), 0, 0, 0 }
#define PALABRA_GLOSSARY_CONFIG_INIT { (uint32_t)sizeof(palabra_glossary_config), 0, 0, 0, 0, 0, 0, 0, 0, 0 }
#define PALABRA_GLOSSARY_INIT { (uint32_t)sizeof(palabra_glossary), 0, 0, 0, 0, 0, 0, 0, 0, 0 }
#define PALABRA_GLOSSARY_LIST_INIT { (uint32_t)sizeof(palabra_glossary_list), 0, 0, 0 }
#define PALABRA_GLOSSARY_CSV_INIT { (uint32_t)sizeof(palabra_glossary_csv), 0, 0, 0 }
#define PALABRA_FILE_OPTIONS_INIT { (uint32_t)sizeof(palabra_file_options), 0, 0, 0, 0, 0 }
#define PALABRA_FILE_RESULT_INIT { (uint32_t)sizeof(palabra_file_result), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }


/**
 * Format codes of the "fmt " chunk (Microsoft's mmreg.h).
 */
#define PCM 1

#define FLOAT 3

#define ALAW 6

#define MULAW 7

#define EXTENSIBLE 65534

/**
 * Version of the API that this header describes: major version << 16 | minor version.
 */
#define PALABRA_API_VERSION 1

/**
 * The text or phrase is complete and will not change.
 */
#define PALABRA_FLAG_FINAL 1

/**
 * The text is in a target language.
 */
#define PALABRA_FLAG_TRANSLATION 2

/**
 * No more audio follows for this phrase and language.
 */
#define PALABRA_FLAG_LAST_CHUNK 4

/**
 * Trying the same again later can help.
 */
#define PALABRA_FLAG_RETRIABLE 8

/**
 * The session cannot go on.
 */
#define PALABRA_FLAG_FATAL 16

/**
 * The task is paused.
 */
#define PALABRA_FLAG_PAUSED 32

/**
 * Lost because too much waited.
 */
#define PALABRA_FLAG_DROPPED 64

/**
 * Do not read any environment variable, SSL_CERT_FILE and SSL_CERT_DIR included. Set it where another thread may call
 * setenv(): the C library makes reading unsafe then. Two readers are not the library's to stop: the C library's resolver,
 * which reads variables such as RES_OPTIONS for names that are no addresses, and tokio, which reads one
 * (TOKIO_UNSTABLE_SHARDED_BLOCKING_QUEUE) when the library's thread starts, with the first session or call.
 */
#define PALABRA_CLIENT_IGNORE_ENVIRONMENT 1

/**
 * Clone the speaker's voice; wins over `voice_id`.
 */
#define PALABRA_TRANSLATION_VOICE_CLONING 1

/**
 * Send growing translations too, not only growing transcripts.
 */
#define PALABRA_TRANSLATION_PARTIALS 2

/**
 * Have the service compress the speech that it sends; the events are the same.
 */
#define PALABRA_TRANSLATION_ZLIB_OUTPUT 4

/**
 * Talk to the stream as clients with an API key do, whatever the credentials: for `ws_url` and `token` of that
 * kind. Without it such a stream is taken for one of the first generation.
 */
#define PALABRA_TRANSLATION_DIALECT_V2 8

/**
 * Give the service's JSON with every transcript (`json`): segments, words and their times, as far as it sends them.
 */
#define PALABRA_TRANSLATION_JSON 16

/**
 * Tell in LOG events what the session does.
 */
#define PALABRA_TRANSLATION_LOG 32

/**
 * While CONNECTING, what does not fit into `input_buffer_ms` pushes the oldest audio out, instead of not being
 * taken: for live microphones. Not for audio that is sent as there is room for it, such as a file: its beginning
 * would be lost. The room is half a second larger with it, for what you send until somebody looks, every 10 ms.
 */
#define PALABRA_TRANSLATION_DROP_OLDEST 64

/**
 * Nothing happens.
 */
#define PALABRA_GAP_NONE 0

/**
 * Silence goes out at the pace of the clock, never ahead of it, so that the service can complete the phrase and goes
 * on listening. What was sent goes first, its last chunk completed with silence; what you send follows at once.
 */
#define PALABRA_GAP_SILENCE 1

/**
 * The task is paused, and resumed with the first frame that you send: until the resume is on its way (at the
 * distance that the service demands, see `task_interval_ms`) your audio waits inside. TASK_STATUS tells of both with
 * `user_tag` 0, as far as the server does, and LOG. After palabra_session_pause(), or an interrupt that pauses, the
 * policy is off until palabra_session_resume() or palabra_session_set_task().
 */
#define PALABRA_GAP_PAUSE 2

/**
 * 16-bit signed samples in the byte order of this machine.
 */
#define PALABRA_ENCODING_S16 1

/**
 * 32-bit floats in the byte order of this machine, from -1 to 1; what lies beyond is clipped, NaN is silence.
 */
#define PALABRA_ENCODING_F32 2

/**
 * Bytes of mu-law (ITU-T G.711), as telephones in North America and Japan have it.
 */
#define PALABRA_ENCODING_MULAW 3

/**
 * Bytes of A-law (ITU-T G.711), as telephones everywhere else have it.
 */
#define PALABRA_ENCODING_ALAW 4

/**
 * The service speaks faster when speech piles up.
 */
#define PALABRA_TEMPO_AUTO 1

/**
 * The service never changes its tempo.
 */
#define PALABRA_TEMPO_FIXED 2

/**
 * Connecting, setting the task and waiting for the service.
 */
#define PALABRA_STATE_CONNECTING 1

/**
 * The service listens.
 */
#define PALABRA_STATE_READY 2

/**
 * The end was asked for: what was sent goes out, the tail is being delivered.
 */
#define PALABRA_STATE_ENDING 3

/**
 * Over. Events that still wait can be polled.
 */
#define PALABRA_STATE_CLOSED 4

/**
 * Give the service's JSON with every transcript (`json`).
 */
#define PALABRA_STT_JSON 1

/**
 * Tell in LOG events what the session does.
 */
#define PALABRA_STT_LOG 2

/**
 * Leave "um" and the like out.
 */
#define PALABRA_FILLERS_OUT 1

/**
 * Keep them.
 */
#define PALABRA_FILLERS_KEPT 2

/**
 * A text becomes final by a pause in speech.
 */
#define PALABRA_FINALIZATION_AUTO 1

/**
 * A text becomes final when palabra_session_finalize() asks for it.
 */
#define PALABRA_FINALIZATION_MANUAL 2

/**
 * Translated speech comes in AUDIO events, 24 kHz mono, as fast as the service sends it.
 */
#define PALABRA_OUTPUT_EVENTS 0

/**
 * It waits inside, by language, for palabra_session_read_audio(); no AUDIO events come.
 */
#define PALABRA_OUTPUT_PLAYOUT 1

/**
 * Both.
 */
#define PALABRA_OUTPUT_BOTH 2

/**
 * All frames are silence: nothing is to be heard now, or what comes next is not here yet.
 */
#define PALABRA_SOUND_SILENCE 0

/**
 * At least one frame is speech.
 */
#define PALABRA_SOUND_SPEECH 1

/**
 * All frames are silence, and nothing else will come: the session is closed and everything was read.
 */
#define PALABRA_SOUND_ENDED 2

/**
 * `text` is in the source language: translate it into every target instead of speaking it as it is.
 */
#define PALABRA_SPEAK_TRANSLATE 1

/**
 * Pause as well.
 */
#define PALABRA_INTERRUPT_PAUSE 1

/**
 * Longest text that palabra_session_speak() takes, in bytes. The service allows 2048 characters.
 */
#define PALABRA_MAX_SPEAK_BYTES 8192

/**
 * Longest JSON that palabra_session_set_task() takes, in bytes.
 */
#define PALABRA_MAX_TASK_BYTES 262144

/**
 * Talk to the stream as clients with an API key do, whatever the credentials: texts may have 1024 characters instead of
 * 256. For `ws_url` and `token` of that kind.
 */
#define PALABRA_TTS_DIALECT_V2 1

/**
 * Cut texts that are too long for the service, between sentences where that is possible, else between words.
 */
#define PALABRA_TTS_SPLIT 2

/**
 * Tell in LOG events what the session does.
 */
#define PALABRA_TTS_LOG 4

/**
 * Leave the accent of the voice as it is: a `deaccent_percent` of zero.
 */
#define PALABRA_TTS_KEEP_ACCENT 8

/**
 * 16-bit samples.
 */
#define PALABRA_TTS_PCM 1

/**
 * The same with the head of a WAV file, which the library takes off: events are as with PALABRA_TTS_PCM.
 */
#define PALABRA_TTS_WAV 2

/**
 * Not supported by this version: PALABRA_ERR_UNSUPPORTED.
 */
#define PALABRA_TTS_MP3 3

/**
 * Nothing follows in the generation: the service completes its speech.
 */
#define PALABRA_TEXT_EOS 1

/**
 * The voice forgets the texts before this one. Servers of the first generation know nothing of it.
 */
#define PALABRA_TEXT_RESET_CONTEXT 2

/**
 * Longest text that palabra_session_send_text() and palabra_tts_synthesize() take with PALABRA_TTS_SPLIT, in bytes.
 */
#define PALABRA_MAX_TEXT_BYTES 131072

/**
 * No event.
 */
#define PALABRA_EVENT_NONE 0

/**
 * The service listens.
 */
#define PALABRA_EVENT_READY 1

/**
 * A text: `text`, `language`, `utterance`; FINAL: it is complete, else it replaces the one before;
 * TRANSLATION: it is in a target language. Of speech-to-text also `start_ms`, `end_ms`, and `user_tag` when it answers
 * palabra_session_finalize().
 */
#define PALABRA_EVENT_TRANSCRIPT 2

/**
 * Speech in a target language: `pcm`, `pcm_frames`, `sample_rate`, `channels`, `language`, `utterance`;
 * LAST_CHUNK: the phrase is complete (`pcm_frames` may be 0). It may come faster than it plays. Text-to-speech: `id` and
 * `utterance` are those of the generation, `user_tag` that of its first text.
 */
#define PALABRA_EVENT_AUDIO 3

/**
 * Answer to palabra_session_speak(): `user_tag`, `text` ("queued"), `utterance`.
 */
#define PALABRA_EVENT_SPEAK_STATUS 4

/**
 * The service acknowledged a command: `service_code` names it ("set_task"), `text` says what happened
 * ("started"); PAUSED. Not every server does this. Text-to-speech: the library's own answer to
 * palabra_session_cancel().
 */
#define PALABRA_EVENT_TASK_STATUS 5

/**
 * The current task: `text` is the service's JSON; PAUSED; `user_tag` when it answers palabra_session_get_task().
 */
#define PALABRA_EVENT_TASK_INFO 6

/**
 * Nothing more will be said; CLOSED follows.
 */
#define PALABRA_EVENT_STREAM_END 7

/**
 * Advice of the service: `service_code`, `text`.
 */
#define PALABRA_EVENT_WARNING 8

/**
 * Something failed but the session lives: `code`, `service_code`, `text`; `user_tag` when it refuses a command.
 * PALABRA_ERR_IO and PALABRA_ERR_LIMIT: the file of a recording.
 */
#define PALABRA_EVENT_ERROR 9

/**
 * Events were dropped because too many waited: `dropped` tells how many, `text` what. Growing transcripts go first, then
 * RAW and LOG, then AUDIO, then the rest; of each the oldest.
 */
#define PALABRA_EVENT_OVERFLOW 10

/**
 * What the session does, with PALABRA_TRANSLATION_LOG or PALABRA_STT_LOG: `text`.
 */
#define PALABRA_EVENT_LOG 11

/**
 * A message that the library does not model: `text` is its JSON.
 */
#define PALABRA_EVENT_RAW 12

/**
 * The session is over; nothing follows. `code` is PALABRA_OK, or says why with `text`, `service_code` and the flags
 * FATAL (always, on an error) and RETRIABLE.
 */
#define PALABRA_EVENT_CLOSED 13

/**
 * A phrase begins to be heard: `played_frame`, `language`, `id`, `utterance`, `part`. These three come where speech is
 * read by palabra_session_read_audio(), some ms after it happened, and not after CLOSED.
 */
#define PALABRA_EVENT_PLAYOUT_STARTED 14

/**
 * It was heard to its end: as above, and `heard_ms`, `phrase_ms`.
 */
#define PALABRA_EVENT_PLAYOUT_FINISHED 15

/**
 * It was taken back by palabra_session_interrupt() or palabra_session_pause() after `heard_ms` of the `phrase_ms` that
 * had arrived; `heard_ms` is 0 when it had not begun. DROPPED: nobody took it back, but more than `playout_cap_ms`
 * waited.
 */
#define PALABRA_EVENT_PLAYOUT_CUT 16

/**
 * The sample has background noise.
 */
#define PALABRA_VOICE_DENOISE 1

/**
 * Do not wait until the voice is ready.
 */
#define PALABRA_VOICE_NO_WAIT 2

/**
 * A word that this version does not know; it is in `json`.
 */
#define PALABRA_VOICE_STATUS_UNKNOWN 0

/**
 * Waits for its sample.
 */
#define PALABRA_VOICE_STATUS_CREATED 1

/**
 * Is being made.
 */
#define PALABRA_VOICE_STATUS_PENDING 2

/**
 * Can be used.
 */
#define PALABRA_VOICE_STATUS_READY 3

/**
 * Could not be made; `errors` says why.
 */
#define PALABRA_VOICE_STATUS_FAILED 4

/**
 * Terms that recognition shall know: an entry is a term alone.
 */
#define PALABRA_GLOSSARY_HOTWORDS 1

/**
 * What recognition hears and what shall stand there instead, in the same language.
 */
#define PALABRA_GLOSSARY_VERIFICATION 2

/**
 * Terms and their translation from one language to another.
 */
#define PALABRA_GLOSSARY_TRANSLATION 3

/**
 * The glossary is not used unless a session names it.
 */
#define PALABRA_GLOSSARY_DISABLED 1

/**
 * Up to this size memory is taken without asking: a process that does not get so little cannot go on.
 */
#define SMALL (64 << 10)

/**
 * As the standard library has it, which would ask the environment otherwise.
 */
#define STACK_BYTES (2 << 20)

/**
 * Credentials, endpoints and trust, shared by any number of sessions. Opaque.
 */
typedef struct palabra_client palabra_client;

/**
 * One place to wait for the events of many sessions. Opaque.
 */
typedef struct palabra_queue palabra_queue;

/**
 * One live conversation. Opaque: the value is a checked id, so using it after palabra_session_close(), from
 * any thread, is an error code and never undefined behaviour.
 */
typedef struct palabra_session palabra_session;

/**
 * Result of a call: 0 or more is success (some calls return a count), less than 0 is an error.
 */
typedef int32_t palabra_status;

/**
 * What went wrong, with everything the service told. Set `struct_size` before use (PALABRA_ERROR_INIT).
 *
 * Texts are NUL-terminated UTF-8, cut between characters if they do not fit, and never hold a secret.
 */
typedef struct palabra_error {
    /**
     * sizeof(palabra_error); set by the caller, left alone by the library.
     */
    uint32_t struct_size;
    /**
     * One of PALABRA_ERR_*, or PALABRA_OK.
     */
    palabra_status code;
    /**
     * PALABRA_FLAG_RETRIABLE, PALABRA_FLAG_FATAL.
     */
    uint32_t flags;
    /**
     * HTTP status of a refused call or upgrade; 0 if none.
     */
    int32_t http_status;
    /**
     * WebSocket close code (RFC 6455); 0 if none.
     */
    int32_t close_code;
    /**
     * The service's own error code, such as "VALIDATION_ERROR" or "100050"; "" if none.
     */
    char service_code[64];
    /**
     * One or more sentences for people.
     */
    char text[512];
} palabra_error;

/**
 * Settings of a client. Zero or NULL means the default; prepare it with PALABRA_CLIENT_CONFIG_INIT or
 * palabra_client_config_init(). Needed only during palabra_client_new(), which copies everything.
 */
typedef struct palabra_client_config {
    /**
     * sizeof(palabra_client_config).
     */
    uint32_t struct_size;
    /**
     * PALABRA_CLIENT_IGNORE_ENVIRONMENT or 0.
     */
    uint32_t flags;
    /**
     * Client id, the first generation of credentials. Give both of id and secret or neither.
     */
    const char *client_id;
    /**
     * Client secret. Wiped from memory with the client.
     */
    const char *client_secret;
    /**
     * API key, the second generation of credentials; not together with id and secret. Without either kind here,
     * PALABRA_API_KEY of the environment counts, then PALABRA_CLIENT_ID with PALABRA_CLIENT_SECRET. Wiped from
     * memory with the client.
     */
    const char *api_key;
    /**
     * Region of the API key, in upper or lower case; NULL: PALABRA_REGION of the environment, else "eu". Of no
     * meaning for id and secret.
     */
    const char *region;
    /**
     * Address of the REST API; NULL: PALABRA_API_URL of the environment, else the hosted service.
     */
    const char *api_url;
    /**
     * Address of the translation stream for an API key, such as a devserver's; "{random_hash}" in it is replaced
     * by random digits, new for each session. NULL: PALABRA_TRANSLATION_URL of the environment, else the region's.
     */
    const char *translation_url;
    /**
     * Address of the text-to-speech stream, whatever the credentials. NULL: PALABRA_TTS_URL of the environment, else the
     * one that a REST session names, else the region's.
     */
    const char *tts_url;
    /**
     * Address of the speech-to-text stream, whatever the credentials. NULL: PALABRA_STT_URL of the environment, else the
     * region's, or with id and secret the host of the REST API.
     */
    const char *stt_url;
    /**
     * HTTP proxy for everything, "http://host:port" or "http://user:password@host:port" (escape with % what is
     * special in a URL). NULL: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY of the environment, in lower or
     * upper case; servers of this machine are then reached directly.
     */
    const char *proxy_url;
    /**
     * PEM certificates to trust besides the system's and the bundled ones; NULL: none. Those that cannot be read are
     * left out: each session over TLS tells their number in a PALABRA_EVENT_WARNING with the service code
     * "CA_CERTIFICATES". When none can be read, palabra_client_new() fails. SSL_CERT_FILE and SSL_CERT_DIR of the
     * environment replace the system's.
     */
    const char *ca_pem;
    /**
     * File with such certificates, or with one in DER; NULL: none. Give at most one of `ca_pem` and `ca_file`.
     */
    const char *ca_file;
    /**
     * Name and version of a language binding, for the User-Agent; NULL: none.
     */
    const char *binding_name;
    /**
     * Limit for resolving, connecting and encrypting, in ms; 0: 10000.
     */
    uint32_t connect_timeout_ms;
    /**
     * Limit for one REST call, in ms; 0: 30000. Uploads of samples and glossaries may take 300000 in any case.
     */
    uint32_t rest_timeout_ms;
} palabra_client_config;

/**
 * A REST session: what the service returns before a stream is opened. Pass `ws_url` and `token` on to
 * palabra_translation_config. Texts are never NULL after success.
 */
typedef struct palabra_rest_session {
    /**
     * sizeof(palabra_rest_session).
     */
    uint32_t struct_size;
    /**
     * 0.
     */
    uint32_t flags;
    /**
     * The service's name for the session, for palabra_rest_session_delete().
     */
    const char *id;
    /**
     * Address of the translation stream.
     */
    const char *ws_url;
    /**
     * Address of the text-to-speech stream; "" from servers that do not give one.
     */
    const char *ws_tts_url;
    /**
     * The publisher token: a secret.
     */
    const char *token;
    /**
     * The library's; leave it alone.
     */
    void *payload;
} palabra_rest_session;

/**
 * Settings of a translation. Zero or NULL means the default; prepare it with
 * PALABRA_TRANSLATION_CONFIG_INIT or palabra_translation_config_init(). Needed only during
 * palabra_session_open(), which copies everything. Languages and voices are not checked here: the service's
 * refusal arrives with its own words.
 *
 * What goes out. On the wire the audio is 16-bit at one rate, for the whole session, and has one channel: 8 and
 * 11.025 kHz go out at 16 kHz, everything from 16 to 48 kHz as it is, unless `wire_sample_rate` or `task_json` says
 * otherwise. Channels are mixed, or one is picked with `input_channel`; they stay apart only if `task_json` declares
 * as many and none is picked. Audio that already is what goes out (16-bit, same rate, same channels) is sent as it
 * stands. Everything else is converted on the library's thread, and arrives by at most 3 ms later for it.
 * All rates can be converted whose ratio is one of whole numbers up to 1280, which 8000, 11025, 12000, 16000, 22050,
 * 24000, 32000, 44100 and 48000 are among each other.
 */
typedef struct palabra_translation_config {
    /**
     * sizeof(palabra_translation_config).
     */
    uint32_t struct_size;
    /**
     * PALABRA_TRANSLATION_* bits.
     */
    uint32_t flags;
    /**
     * Any number; comes back in every event of the session.
     */
    uint64_t session_tag;
    /**
     * Language spoken, such as "en" or "auto".
     */
    const char *source_language;
    /**
     * Languages wanted, separated by commas: "es" or "es,fr,de". Each gets texts and audio of its own.
     */
    const char *target_languages;
    /**
     * Voice of the translation; NULL: the service's choice.
     */
    const char *voice_id;
    /**
     * Types of the messages that the service is to send, separated by commas; NULL: translated_transcription,
     * partial_transcription and validated_transcription, with PALABRA_TRANSLATION_PARTIALS also
     * partial_translated_transcription. Audio, answers, warnings and errors always come.
     */
    const char *message_types;
    /**
     * Settings of the recognition, as a JSON object laid over `pipeline.transcription`, key by key.
     */
    const char *transcription_json;
    /**
     * What differs between targets, as a JSON object: language to an object laid over that target's settings, such
     * as {"es": {"speech_generation": {"voice_id": "..."}}, "fr": {}}. Without `target_languages` it also names the
     * targets, in its order.
     */
    const char *targets_json;
    /**
     * Glossaries of words to listen for: "all", "none" or ids separated by commas; NULL: the service's default.
     */
    const char *hotwords_glossaries;
    /**
     * Glossaries that correct what was heard; as above.
     */
    const char *verification_glossaries;
    /**
     * Glossaries of translations, for every target; as above.
     */
    const char *translation_glossaries;
    /**
     * Service settings without a field of their own, as a JSON object laid over the task that the fields give:
     * objects merge key by key, everything else replaces. Without languages it is the whole task.
     */
    const char *task_json;
    /**
     * Address of a stream to use instead of creating a REST session; needs `token`.
     */
    const char *ws_url;
    /**
     * Token for `ws_url`. Wiped from memory with the session.
     */
    const char *token;
    /**
     * Queue to deliver the events to, shared with other sessions; NULL: the session has one of its own.
     */
    struct palabra_queue *queue;
    /**
     * PALABRA_ENCODING_* of the audio that you send; 0: PALABRA_ENCODING_S16. See "What goes out" below.
     */
    int32_t input_encoding;
    /**
     * Its frames per second, 8000 to 48000; 0: as on the wire.
     */
    uint32_t input_sample_rate;
    /**
     * Its interleaved channels, 1 to 8; 0: what `task_json` declares, else 1.
     */
    uint32_t input_channels;
    /**
     * The channel that is sent on, counted from 1; 0: all channels, mixed in equal parts.
     */
    uint32_t input_channel;
    /**
     * Frames per second on the wire, 16000 to 48000; 0: what `task_json` declares, else `input_sample_rate` but at
     * least 16000, which is what the service takes, else 24000.
     */
    uint32_t wire_sample_rate;
    /**
     * Length of a chunk on the wire in ms, 20 to 1000; 0: 320. The first goes in two messages, 100 ms and the rest; a
     * slow line gets shorter ones.
     */
    uint32_t chunk_ms;
    /**
     * Capacity for audio that was not delivered yet in ms, 20 to 60000; 0: 2000. Also holds what is sent before READY.
     */
    uint32_t input_buffer_ms;
    /**
     * Silence that completes a phrase in ms; 0: the service's default.
     */
    uint32_t silence_threshold_ms;
    /**
     * Events that may wait to be polled; 0: 1000.
     */
    uint32_t event_limit;
    /**
     * Bytes of events that may wait to be polled; 0: 16 MiB. An event that alone is larger, and larger than 64 KiB, is
     * dropped.
     */
    uint32_t event_bytes_limit;
    /**
     * Limit for one attempt to reach the stream in ms; 0: the client's. Creating the REST session before it makes up
     * to three attempts, each within the client's limits.
     */
    uint32_t connect_timeout_ms;
    /**
     * Limit for the service to become ready once connected, in ms; 0: 30000.
     */
    uint32_t ready_timeout_ms;
    /**
     * Limit for the wait for the next text or speech after the end, in ms, on top of `eos_timeout_s`; 0: 30000. An end
     * takes at most 10 times as long in all, whatever the service still sends.
     */
    uint32_t end_timeout_ms;
    /**
     * Time in ms after which the connection counts as dead when the server sends nothing, or answers no ping: the
     * library pings every 10 s, or every third of this time when that is shorter. Time in which the process was stopped
     * does not count. 5000 to 300000; 0: 40000.
     */
    uint32_t liveness_timeout_ms;
    /**
     * Distance that the library keeps between two palabra_session_set_task() or _resume() on their way to the
     * service, and between two palabra_session_get_task(), in ms; 0: 2100. The service allows one in 2 s.
     */
    uint32_t task_interval_ms;
    /**
     * Distance between two palabra_session_pause(), in ms; 0: 3100. The service allows one in 3 s.
     */
    uint32_t pause_interval_ms;
    /**
     * Most palabra_session_speak() in a minute, of which a sixth may go at once; 0: 60, as the service allows.
     */
    uint32_t speak_per_minute;
    /**
     * Commands that may wait to be sent, 1 to 1024; 0: 32.
     */
    uint32_t command_limit;
    /**
     * PALABRA_OUTPUT_*: how translated speech comes; 0: PALABRA_OUTPUT_EVENTS.
     */
    int32_t output_mode;
    /**
     * PALABRA_ENCODING_* of what palabra_session_read_audio() gives; 0: PALABRA_ENCODING_S16. This and the next two can
     * be changed with palabra_session_set_output_format().
     */
    int32_t output_encoding;
    /**
     * Its frames per second, 8000 to 48000; 0: 24000, which is what the service sends.
     */
    uint32_t output_sample_rate;
    /**
     * Its interleaved channels, 1 to 8, each with the same speech; 0: 1.
     */
    uint32_t output_channels;
    /**
     * Speech that must be here before a phrase begins to be heard, or goes on after it broke off, in ms, 1 to 2000; 0:
     * 60. More of it bridges an uneven network, and delays.
     */
    uint32_t playout_prime_ms;
    /**
     * Most speech that may wait in one language, in ms, 500 to 600000; 0: 30000.
     */
    uint32_t playout_cap_ms;
    /**
     * Speech that should wait in one language at most, in ms, up to `playout_cap_ms`: above it pauses between words are
     * shortened, above twice of it short pieces of speech are left out besides, softly, a tenth of the time; 0: off.
     */
    uint32_t playout_target_ms;
    /**
     * How loud the speaker is heard under the translation by palabra_session_read_audio(), in percent, 1 to 100; 0: not at
     * all. What was said is heard about a chunk and a half later.
     */
    uint32_t original_percent;
    /**
     * How loud the speaker is while the translation speaks, in percent, 1 to 100; 0: 20.
     */
    uint32_t duck_percent;
    /**
     * How long it takes to get there, in ms, 1 to 10000; 0: 50.
     */
    uint32_t duck_attack_ms;
    /**
     * How long it takes to come back, in ms, 1 to 10000; 0: 300.
     */
    uint32_t duck_release_ms;
    /**
     * Speech that the service aims to have waiting, for all targets, in ms; 0: its default, 5000. This and the next
     * four are the service's own settings against piling up.
     */
    uint32_t queue_level_ms;
    /**
     * Speech at the service above which it drops the oldest, in ms; more than `queue_level_ms`; 0: its default, 20000.
     */
    uint32_t queue_max_ms;
    /**
     * PALABRA_TEMPO_*: whether the service speaks faster when speech piles up; 0: its default, which is that it does.
     */
    int32_t auto_tempo;
    /**
     * Slowest tempo then, in percent of the natural one; 0: the service's default.
     */
    uint32_t min_tempo_percent;
    /**
     * Fastest tempo then, in percent of the natural one; 0: the service's default.
     */
    uint32_t max_tempo_percent;
    /**
     * PALABRA_GAP_*: what happens when you stop sending while the session is READY, as on hold; 0: nothing.
     */
    uint32_t gap_policy;
    /**
     * How long input must be missing for that in ms, 20 to 3600000, counted from the end of the audio sent so far;
     * 0: 200 for silence, 5000 for a pause. Longer than the blocks that you send.
     */
    uint32_t gap_after_ms;
} palabra_translation_config;

/**
 * Settings of a speech-to-text session. Zero or NULL means the default; prepare it with PALABRA_STT_CONFIG_INIT or
 * palabra_stt_config_init(). Needed only during palabra_session_open_stt(), which copies everything. Languages are
 * not checked here: the service's refusal arrives with its own words.
 *
 * What goes out. One channel goes out as it is, in its own encoding and at its own rate: nothing is converted. Several
 * channels are mixed, or one is picked with `input_channel`, and go out as 16-bit samples at the same rate. What
 * comes after palabra_session_set_input_format() is converted to what the stream was opened with.
 */
typedef struct palabra_stt_config {
    /**
     * sizeof(palabra_stt_config).
     */
    uint32_t struct_size;
    /**
     * PALABRA_STT_* bits.
     */
    uint32_t flags;
    /**
     * Any number; comes back in every event of the session.
     */
    uint64_t session_tag;
    /**
     * Language spoken, such as "en"; NULL: the service finds out.
     */
    const char *language;
    /**
     * Languages that each final is translated to, separated by commas; NULL: none.
     */
    const char *translate_languages;
    /**
     * Address of a stream to use instead of that of the client; needs `token`.
     */
    const char *ws_url;
    /**
     * Token for `ws_url`. Wiped from memory with the session.
     */
    const char *token;
    /**
     * Queue to deliver the events to, shared with other sessions; NULL: the session has one of its own.
     */
    struct palabra_queue *queue;
    /**
     * PALABRA_ENCODING_* of the audio that you send; 0: PALABRA_ENCODING_S16.
     */
    int32_t input_encoding;
    /**
     * Its frames per second, 8000 to 48000; 0: 16000, of mu-law and A-law 8000.
     */
    uint32_t input_sample_rate;
    /**
     * Its interleaved channels, 1 to 8; 0: 1.
     */
    uint32_t input_channels;
    /**
     * The channel that is sent on, counted from 1; 0: all channels, mixed in equal parts.
     */
    uint32_t input_channel;
    /**
     * Length of a chunk on the wire in ms, 20 to 1000; 0: 320. The first goes in two messages, 100 ms and the rest; a
     * slow line gets shorter ones.
     */
    uint32_t chunk_ms;
    /**
     * Capacity for audio that was not delivered yet in ms, 20 to 60000; 0: 2000. Also holds what is sent before READY.
     */
    uint32_t input_buffer_ms;
    /**
     * PALABRA_FILLERS_*; 0: the service's default, which is to leave them out, but not in Japanese.
     */
    int32_t fillers;
    /**
     * PALABRA_FINALIZATION_*; 0: the service's default, which is PALABRA_FINALIZATION_AUTO.
     */
    int32_t finalization_mode;
    /**
     * Seconds after which a text becomes final although nobody asked, with PALABRA_FINALIZATION_MANUAL, 1 to 3600; 0:
     * the service's default.
     */
    uint32_t finalization_timeout_s;
    /**
     * How long the answer to palabra_session_finalize() may take in ms; 0: 10000.
     */
    uint32_t finalize_timeout_ms;
    /**
     * Events that may wait to be polled; 0: 1000.
     */
    uint32_t event_limit;
    /**
     * Bytes of events that may wait to be polled; 0: 16 MiB. An event that alone is larger, and larger than 64 KiB, is
     * dropped.
     */
    uint32_t event_bytes_limit;
    /**
     * Limit for one attempt to reach the stream in ms; 0: the client's. With a client id and secret, creating the REST
     * session before it makes up to three attempts, each within the client's limits.
     */
    uint32_t connect_timeout_ms;
    /**
     * Time in ms after which the connection counts as dead when the server sends nothing, or answers no ping: the
     * library pings every 10 s, or every third of this time when that is shorter. Time in which the process was stopped
     * does not count. 5000 to 300000; 0: 40000.
     */
    uint32_t liveness_timeout_ms;
    /**
     * PALABRA_GAP_NONE or PALABRA_GAP_SILENCE: what happens when you stop sending. Without silence in its place the
     * service ends the session after about 10 s, and gives no final of what was said before; 0: nothing.
     */
    uint32_t gap_policy;
    /**
     * How long input must be missing for that in ms, 20 to 3600000, counted from the end of the audio sent so far;
     * 0: 200.
     */
    uint32_t gap_after_ms;
} palabra_stt_config;

/**
 * Figures of the playout of one language.
 */
typedef struct palabra_playout_stats {
    /**
     * sizeof(palabra_playout_stats); set by the caller, left alone by the library.
     */
    uint32_t struct_size;
    /**
     * Speech that is here and was not read yet, in ms.
     */
    uint32_t waiting_ms;
    /**
     * How often speech broke off because the rest of the phrase was not here.
     */
    uint64_t underruns;
    /**
     * Phrases that began to be heard.
     */
    uint64_t phrases_started;
    /**
     * Phrases that were heard to their end.
     */
    uint64_t phrases_finished;
    /**
     * Phrases that were taken back, heard in part or not at all.
     */
    uint64_t phrases_cut;
    /**
     * Phrases that were lost, whole or from some point on, because more than `playout_cap_ms` waited.
     */
    uint64_t phrases_dropped;
    /**
     * Speech and silence that was left out because more than `playout_target_ms` waited, in ms.
     */
    uint64_t skipped_ms;
} palabra_playout_stats;

/**
 * Settings of text-to-speech. Zero or NULL means the default; prepare it with PALABRA_TTS_CONFIG_INIT or
 * palabra_tts_config_init(). Needed only during palabra_session_open_tts(), which copies everything. Languages and
 * voices are not checked here: the service's refusal arrives with its own words.
 */
typedef struct palabra_tts_config {
    /**
     * sizeof(palabra_tts_config).
     */
    uint32_t struct_size;
    /**
     * PALABRA_TTS_* bits: DIALECT_V2, SPLIT, LOG, KEEP_ACCENT.
     */
    uint32_t flags;
    /**
     * Any number; comes back in every event of the session.
     */
    uint64_t session_tag;
    /**
     * Language of the texts, such as "en". Needed.
     */
    const char *language;
    /**
     * Who speaks; NULL: "default_low".
     */
    const char *voice_id;
    /**
     * Model of the service; NULL: "auto".
     */
    const char *model;
    /**
     * Address of a stream to use instead of the one that the client's credentials lead to; needs `token`.
     */
    const char *ws_url;
    /**
     * Token for `ws_url`. Wiped from memory with the session.
     */
    const char *token;
    /**
     * Queue to deliver the events to, shared with other sessions; NULL: the session has one of its own.
     */
    struct palabra_queue *queue;
    /**
     * How speech travels: PALABRA_TTS_PCM or PALABRA_TTS_WAV; 0: PALABRA_TTS_PCM.
     */
    int32_t audio_format;
    /**
     * Frames per second of the speech in events, 8000 to 48000; 0: 24000, and with `output_mode` nothing else.
     */
    uint32_t sample_rate;
    /**
     * How fast to speak, in percent of the natural speed, up to 1000; 0: the service's choice.
     */
    uint32_t speed_percent;
    /**
     * How much of a foreign accent to take away, in percent; 0: 100. For none at all, PALABRA_TTS_KEEP_ACCENT.
     */
    uint32_t deaccent_percent;
    /**
     * Most messages with text in a second, of which a sixth may go at once, 1 to 1000; 0: 20.
     */
    uint32_t texts_per_second;
    /**
     * Texts that may wait to be sent, 1 to 1024; 0: 256.
     */
    uint32_t command_limit;
    /**
     * Events that may wait to be polled; 0: 1000.
     */
    uint32_t event_limit;
    /**
     * Bytes of events that may wait to be polled; 0: 16 MiB. An event that alone is larger, and larger than 64 KiB, is
     * dropped.
     */
    uint32_t event_bytes_limit;
    /**
     * Limit for one attempt to reach the stream in ms; 0: the client's.
     */
    uint32_t connect_timeout_ms;
    /**
     * Limit for the wait for the next speech after palabra_session_end(), in ms; 0: 30000. An end takes at most 10 times
     * as long in all, whatever the service still sends.
     */
    uint32_t end_timeout_ms;
    /**
     * Time in ms after which the connection counts as dead when the server sends nothing, or answers no ping: the
     * library pings every 10 s, or every third of this time when that is shorter. Time in which the process was stopped
     * does not count. 5000 to 300000; 0: 40000.
     */
    uint32_t liveness_timeout_ms;
    /**
     * PALABRA_OUTPUT_*: how speech comes; 0: PALABRA_OUTPUT_EVENTS.
     */
    int32_t output_mode;
    /**
     * PALABRA_ENCODING_* of what palabra_session_read_audio() gives; 0: PALABRA_ENCODING_S16.
     */
    int32_t output_encoding;
    /**
     * Its frames per second, 8000 to 48000; 0: 24000.
     */
    uint32_t output_sample_rate;
    /**
     * Its interleaved channels, 1 to 8, each with the same speech; 0: 1.
     */
    uint32_t output_channels;
    /**
     * Speech that must be here before a generation begins to be heard, in ms, 1 to 2000; 0: 60.
     */
    uint32_t playout_prime_ms;
    /**
     * Most speech that may wait, in ms, 500 to 600000; 0: 300000. Above it whole generations are dropped.
     */
    uint32_t playout_cap_ms;
    /**
     * As in palabra_translation_config; 0: off.
     */
    uint32_t playout_target_ms;
} palabra_tts_config;

/**
 * Another voice, from one text on. What is zero or NULL stays as it is; prepare it with PALABRA_TTS_VOICE_INIT or
 * palabra_tts_voice_init().
 */
typedef struct palabra_tts_voice {
    /**
     * sizeof(palabra_tts_voice).
     */
    uint32_t struct_size;
    /**
     * PALABRA_TTS_KEEP_ACCENT or 0.
     */
    uint32_t flags;
    /**
     * Who speaks.
     */
    const char *voice_id;
    /**
     * As in palabra_tts_config.
     */
    uint32_t speed_percent;
    /**
     * As in palabra_tts_config, save that 0 leaves it as it is.
     */
    uint32_t deaccent_percent;
} palabra_tts_voice;

/**
 * The contents of a WAV file.
 */
typedef struct palabra_wav {
    /**
     * sizeof(palabra_wav); set by the caller, left alone by the library.
     */
    uint32_t struct_size;
    /**
     * Frames per second.
     */
    uint32_t sample_rate;
    /**
     * Interleaved channels.
     */
    uint32_t channels;
    /**
     * Frames at `pcm`.
     */
    uint32_t frames;
    /**
     * Interleaved 16-bit samples; NULL if there are none.
     */
    const int16_t *pcm;
    /**
     * The library's; leave it alone.
     */
    void *payload;
} palabra_wav;

/**
 * One thing that happened. The same struct for every kind; what a kind does not use is 0, NULL or "".
 *
 * Pointers are valid until palabra_event_release(), whatever happens to the session. Texts are UTF-8, never NULL
 * in a delivered event, NUL-terminated, and counted in bytes without the terminator. Ignore and release kinds
 * that you do not know: later versions add some.
 */
typedef struct palabra_event {
    /**
     * sizeof(palabra_event); set by the caller, left alone by the library.
     */
    uint32_t struct_size;
    /**
     * One of PALABRA_EVENT_*.
     */
    int32_t kind;
    /**
     * Place in the order of delivery of this session, from 1 without gaps.
     */
    uint64_t seq;
    /**
     * When it arrived, in ns of the system's monotonic clock (CLOCK_MONOTONIC where there is one).
     */
    uint64_t time_ns;
    /**
     * Number of the phrase in this session, the same for its texts and its audio in all languages; 0: none.
     */
    uint64_t utterance;
    /**
     * CLOSED, ERROR: a status.
     */
    palabra_status code;
    /**
     * PALABRA_FLAG_* bits.
     */
    uint32_t flags;
    /**
     * AUDIO: frames per second.
     */
    uint32_t sample_rate;
    /**
     * AUDIO: interleaved channels.
     */
    uint32_t channels;
    /**
     * AUDIO: frames at `pcm`.
     */
    uint32_t pcm_frames;
    /**
     * Bytes of `text`.
     */
    uint32_t text_len;
    /**
     * Bytes of `language`.
     */
    uint32_t language_len;
    /**
     * Bytes of `id`.
     */
    uint32_t id_len;
    /**
     * Bytes of `json`.
     */
    uint32_t json_len;
    /**
     * Which part of a long phrase a translation or its audio is, from 0.
     */
    uint32_t part;
    /**
     * OVERFLOW: events dropped.
     */
    uint64_t dropped;
    /**
     * `session_tag` of the config.
     */
    uint64_t session_tag;
    /**
     * The tag of the command that this answers.
     */
    uint64_t user_tag;
    /**
     * PLAYOUT_STARTED: frames that had been read from the language, silence included, when the phrase began; the
     * others: when it was last heard. In frames of the format that is read now.
     */
    uint64_t played_frame;
    /**
     * PLAYOUT_FINISHED, _CUT: how much of the phrase was heard, in ms.
     */
    uint32_t heard_ms;
    /**
     * PLAYOUT_*: how much of the phrase had arrived, in ms.
     */
    uint32_t phrase_ms;
    /**
     * AUDIO: interleaved 16-bit samples; NULL if there are none.
     */
    const int16_t *pcm;
    /**
     * What is said.
     */
    const char *text;
    /**
     * Language code of text or audio.
     */
    const char *language;
    /**
     * The service's name of the phrase.
     */
    const char *id;
    /**
     * The service's own error, warning or command code.
     */
    const char *service_code;
    /**
     * TRANSCRIPT, with PALABRA_TRANSLATION_JSON or PALABRA_STT_JSON: the service's JSON.
     */
    const char *json;
    /**
     * The library's; leave it alone.
     */
    void *payload;
    /**
     * TRANSCRIPT of speech-to-text: where in the audio that was sent it begins, in ms.
     */
    uint32_t start_ms;
    /**
     * And where it ends, as far as it goes; 0 where the service does not say.
     */
    uint32_t end_ms;
} palabra_event;

/**
 * Told that events wait. May be NULL: no callback.
 *
 * It comes on the library's thread, possibly several times for one event and once for several, never twice at the same
 * time. Only when it is set while events wait it comes at once, on the thread that sets it. The library holds no lock
 * meanwhile, and no call waits for its end but palabra_queue_set_wakeup_callback(),
 * palabra_session_set_wakeup_callback() and palabra_queue_free(): a lock that it takes may be held around all others.
 *
 * It must be short, for no session goes on meanwhile, and must not call the library: it would get
 * PALABRA_ERR_REENTRANT, except from palabra_event_release(), the `_wakeup` functions, the two audio calls of
 * real-time threads and those that only name things. Its job is to make another thread poll. It must not throw, and
 * must not leave by longjmp(): what that does is undefined, and mostly the end of the process.
 */
typedef void (*palabra_wakeup_callback)(void *user_data);

/**
 * Figures of one session, from its opening to now. A figure that is not known yet is 0.
 */
typedef struct palabra_stats {
    /**
     * sizeof(palabra_stats); set by the caller, left alone by the library.
     */
    uint32_t struct_size;
    /**
     * Audio that was taken and not delivered, in ms: what waits in the library, in the operating system and on the line
     * until the server's system acknowledges it, where the operating system tells (Linux, Android, macOS, iOS). Right
     * after a change of the input format by the new rate.
     */
    uint32_t input_queue_ms;
    /**
     * Frames that palabra_session_send_audio() took, as the caller counts them.
     */
    uint64_t input_frames_taken;
    /**
     * How many of them were delivered, as far as the operating system tells; elsewhere: given to it.
     */
    uint64_t input_frames_sent;
    /**
     * Messages that carried them; text-to-speech: messages with text.
     */
    uint64_t chunks_sent;
    /**
     * Bytes of the stream written, frames of the WebSocket included.
     */
    uint64_t bytes_sent;
    /**
     * Bytes of the stream read.
     */
    uint64_t bytes_received;
    /**
     * Frames of translated speech received, in all languages together.
     */
    uint64_t audio_frames_received;
    /**
     * Events that were dropped because too many waited.
     */
    uint64_t events_dropped;
    /**
     * Frames of translated speech in them.
     */
    uint64_t audio_frames_dropped;
    /**
     * Events that wait to be polled.
     */
    uint32_t events_waiting;
    /**
     * Bytes that they take.
     */
    uint32_t event_bytes_waiting;
    /**
     * Frames of translated speech in them.
     */
    uint32_t audio_frames_waiting;
    /**
     * From palabra_session_open() to READY, in ms.
     */
    uint32_t ready_ms;
    /**
     * From the first chunk sent, or the first text, to the first speech, in ms.
     */
    uint32_t first_audio_ms;
    /**
     * Last round trip to the server and back, in us.
     */
    uint32_t round_trip_us;
    /**
     * Speech that waits at the service, in ms: the longest queue of its last report.
     */
    uint32_t server_queue_ms;
    /**
     * Commands that wait to be sent.
     */
    uint32_t commands_waiting;
    /**
     * Frames of silence that PALABRA_GAP_SILENCE sent, as they are on the wire.
     */
    uint64_t silence_frames_sent;
    /**
     * Frames that PALABRA_TRANSLATION_DROP_OLDEST dropped before READY; they count as taken and not as sent.
     */
    uint64_t input_frames_dropped;
    /**
     * PALABRA_GAP_SILENCE or PALABRA_GAP_PAUSE while that is what happens, else PALABRA_GAP_NONE.
     */
    uint32_t gap_in_effect;
    /**
     * How often PALABRA_GAP_PAUSE paused the task.
     */
    uint32_t gap_pauses;
} palabra_stats;

/**
 * How far palabra_translate_file() is.
 */
typedef struct palabra_progress {
    /**
     * sizeof(palabra_progress) of the library: what lies beyond it is not there.
     */
    uint32_t struct_size;
    /**
     * PALABRA_STATE_* of the session.
     */
    int32_t state;
    /**
     * How much of the file was sent, in ms.
     */
    uint64_t position_ms;
    /**
     * How long the file is, in ms; 0 when it does not tell.
     */
    uint64_t total_ms;
    /**
     * Transcripts so far: `text` is new when this has grown.
     */
    uint32_t transcripts;
    /**
     * PALABRA_FLAG_FINAL, PALABRA_FLAG_TRANSLATION of the last transcript.
     */
    uint32_t flags;
    /**
     * The last transcript; "" before the first. Valid during the callback.
     */
    const char *text;
    /**
     * Its language; "" before the first.
     */
    const char *language;
} palabra_progress;

/**
 * Told how far palabra_translate_file() is: with every transcript, and some four times a second. It comes on the
 * thread that made the call and must not call the library: it would get PALABRA_ERR_REENTRANT. It must not throw, and
 * must not leave by longjmp(): what that does is undefined. May be NULL: no callback.
 *
 * @return 0 to go on; anything else stops the translation, which then returns PALABRA_ERR_CLOSED.
 */
typedef int32_t (*palabra_progress_callback)(const struct palabra_progress *progress, void *user_data);

/**
 * Settings of palabra_translate_file(). Zero or NULL means the default; prepare it with PALABRA_FILE_OPTIONS_INIT or
 * palabra_file_options_init().
 */
typedef struct palabra_file_options {
    /**
     * sizeof(palabra_file_options).
     */
    uint32_t struct_size;
    /**
     * Speed of sending in hundredths of the speed of speech, 10 to 1000; 0: 100. The service expects 100.
     */
    uint32_t pace_percent;
    /**
     * How far ahead of that sending may run in ms, up to 60000; 0: not at all.
     */
    uint32_t lead_ms;
    /**
     * As for palabra_session_end(), 1 to 30; 0: 4.
     */
    uint32_t eos_timeout_s;
    /**
     * Told how far it is; NULL: nobody is.
     */
    palabra_progress_callback progress;
    /**
     * Handed to the callback.
     */
    void *user_data;
} palabra_file_options;

/**
 * The speech of one target. Comes in arrays, so it never grows.
 */
typedef struct palabra_file_output {
    /**
     * The target, as it stands in the name of its file.
     */
    char language[32];
    /**
     * Frames of speech.
     */
    uint64_t frames;
} palabra_file_output;

/**
 * What came of palabra_translate_file(). Prepare it with PALABRA_FILE_RESULT_INIT or palabra_file_result_init().
 */
typedef struct palabra_file_result {
    /**
     * sizeof(palabra_file_result); set by the caller, left alone by the library.
     */
    uint32_t struct_size;
    /**
     * Room at `outputs`; set by the caller.
     */
    uint32_t output_capacity;
    /**
     * Targets that were spoken; those beyond `output_capacity` are only counted.
     */
    uint32_t output_count;
    /**
     * Transcripts that came, growing ones included.
     */
    uint32_t transcripts;
    /**
     * Frames of the file that were sent.
     */
    uint64_t input_frames;
    /**
     * Frames of speech, in all languages together.
     */
    uint64_t output_frames;
    /**
     * Frames per second of the file.
     */
    uint32_t input_sample_rate;
    /**
     * Frames per second of the speech; 0 if there was none.
     */
    uint32_t output_sample_rate;
    /**
     * WARNING and ERROR events of the session.
     */
    uint32_t warnings;
    /**
     * From the first chunk sent to the first speech, in ms; 0 if there was none.
     */
    uint32_t first_audio_ms;
    /**
     * Events that were lost because the callback or the disk took too long; 0: nothing is missing.
     */
    uint64_t events_dropped;
    /**
     * Receives the targets that were spoken; NULL when `output_capacity` is 0. Set by the caller.
     */
    struct palabra_file_output *outputs;
} palabra_file_result;

/**
 * A new voice for palabra_voices_create(), or what to change for palabra_voices_update(). Prepare it with
 * PALABRA_VOICE_CONFIG_INIT or palabra_voice_config_init().
 */
typedef struct palabra_voice_config {
    /**
     * sizeof(palabra_voice_config).
     */
    uint32_t struct_size;
    /**
     * PALABRA_VOICE_DENOISE, PALABRA_VOICE_NO_WAIT.
     */
    uint32_t flags;
    /**
     * Bytes at `sample`, 10 MB (10485760) at most.
     */
    uint64_t sample_bytes;
    /**
     * 3 to 64 letters, digits, spaces or any of _ - .
     */
    const char *name;
    /**
     * Language of the sample, such as "en".
     */
    const char *language;
    /**
     * Words of your own; NULL: none.
     */
    const char *description;
    /**
     * Label, in the service's words; NULL: none. An update replaces all three labels if it gives one of them.
     */
    const char *gender;
    /**
     * Label; NULL: none.
     */
    const char *age_group;
    /**
     * Label; NULL: none.
     */
    const char *mood;
    /**
     * The sample as a file, wav, mp3, flac, m4a, webm, mp4, mpeg or mpg, of 10 MB at most. One speaker, no noise: the
     * official client advises 5 to 20 seconds, the service's documentation at least 30. NULL: in memory.
     */
    const char *sample_path;
    /**
     * The sample in memory: the bytes of such a file. NULL: in a file.
     */
    const void *sample;
    /**
     * Name of the sample's file, whose suffix says what it is; NULL: that of `sample_path`. Needed with `sample`.
     */
    const char *sample_name;
    /**
     * More keys for the sample as a JSON object, such as {"speech_normalization": true}; they win over ours. NULL: none.
     */
    const char *sample_json;
} palabra_voice_config;

/**
 * A voice. Its `id` goes into `voice_id` of a session's config once it is ready. Texts are never NULL after success,
 * and "" for what the service does not say. Prepare it with PALABRA_VOICE_INIT or palabra_voice_init().
 */
typedef struct palabra_voice {
    /**
     * sizeof(palabra_voice); set by the caller, left alone by the library. In a list the library sets it.
     */
    uint32_t struct_size;
    /**
     * PALABRA_VOICE_STATUS_*.
     */
    int32_t status;
    /**
     * The service's name for the voice.
     */
    const char *id;
    /**
     * Your name for it.
     */
    const char *name;
    /**
     * Language of the sample.
     */
    const char *language;
    /**
     * Words of your own.
     */
    const char *description;
    /**
     * How it was made, in the service's word, such as "instantly_cloned".
     */
    const char *voice_type;
    /**
     * Label.
     */
    const char *gender;
    /**
     * Label.
     */
    const char *age_group;
    /**
     * Label.
     */
    const char *mood;
    /**
     * Why it failed.
     */
    const char *errors;
    /**
     * What is wrong with the sample, though it may do.
     */
    const char *warnings;
    /**
     * All that the service says about it, as a JSON object.
     */
    const char *json;
    /**
     * The library's; leave it alone. NULL in a list.
     */
    void *payload;
} palabra_voice;

/**
 * Voices. Prepare it with PALABRA_VOICE_LIST_INIT or palabra_voice_list_init().
 */
typedef struct palabra_voice_list {
    /**
     * sizeof(palabra_voice_list); set by the caller, left alone by the library.
     */
    uint32_t struct_size;
    /**
     * How many.
     */
    uint32_t count;
    /**
     * They: `items[0]->name` and so on; NULL if there are none. Read only, and not to be released one by one.
     */
    const struct palabra_voice *const *items;
    /**
     * The library's; leave it alone.
     */
    void *payload;
} palabra_voice_list;

/**
 * One entry of a glossary. Comes in arrays, so it never grows.
 */
typedef struct palabra_glossary_entry {
    /**
     * The term.
     */
    const char *term;
    /**
     * What it becomes; NULL for hotwords.
     */
    const char *becomes;
} palabra_glossary_entry;

/**
 * A new glossary. Give its entries as `entries`, as `csv` or as `csv_path`. Prepare it with PALABRA_GLOSSARY_CONFIG_INIT
 * or palabra_glossary_config_init().
 */
typedef struct palabra_glossary_config {
    /**
     * sizeof(palabra_glossary_config).
     */
    uint32_t struct_size;
    /**
     * PALABRA_GLOSSARY_DISABLED or 0.
     */
    uint32_t flags;
    /**
     * PALABRA_GLOSSARY_HOTWORDS, _VERIFICATION or _TRANSLATION.
     */
    int32_t kind;
    /**
     * How many there are at `entries`.
     */
    uint32_t entry_count;
    /**
     * Your name for it.
     */
    const char *name;
    /**
     * Language of the terms, such as "en".
     */
    const char *source_language;
    /**
     * Language of the translations; of no meaning for the other kinds: NULL.
     */
    const char *target_language;
    /**
     * The entries one by one; any characters.
     */
    const struct palabra_glossary_entry *entries;
    /**
     * The entries as CSV text, which is sent as it is: rows of term and what it becomes, for hotwords of terms alone.
     */
    const char *csv;
    /**
     * The entries in such a file, 1 MB (1048576 bytes) at most.
     */
    const char *csv_path;
} palabra_glossary_config;

/**
 * A glossary. Its `id` goes into a session's config; without that, every enabled glossary of the session's languages is
 * used. Texts are never NULL after success, and "" for what the service does not say. Prepare it with
 * PALABRA_GLOSSARY_INIT or palabra_glossary_init().
 */
typedef struct palabra_glossary {
    /**
     * sizeof(palabra_glossary); set by the caller, left alone by the library. In a list the library sets it.
     */
    uint32_t struct_size;
    /**
     * PALABRA_GLOSSARY_DISABLED or 0.
     */
    uint32_t flags;
    /**
     * PALABRA_GLOSSARY_HOTWORDS, _VERIFICATION or _TRANSLATION; 0: one that this version does not know.
     */
    int32_t kind;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * The service's name for the glossary.
     */
    const char *id;
    /**
     * Your name for it.
     */
    const char *name;
    /**
     * Language of the terms.
     */
    const char *source_language;
    /**
     * Language of what they become.
     */
    const char *target_language;
    /**
     * All that the service says about it, as a JSON object.
     */
    const char *json;
    /**
     * The library's; leave it alone. NULL in a list.
     */
    void *payload;
} palabra_glossary;

/**
 * Glossaries. Prepare it with PALABRA_GLOSSARY_LIST_INIT or palabra_glossary_list_init().
 */
typedef struct palabra_glossary_list {
    /**
     * sizeof(palabra_glossary_list); set by the caller, left alone by the library.
     */
    uint32_t struct_size;
    /**
     * How many.
     */
    uint32_t count;
    /**
     * They: `items[0]->name` and so on; NULL if there are none. Read only, and not to be released one by one.
     */
    const struct palabra_glossary *const *items;
    /**
     * The library's; leave it alone.
     */
    void *payload;
} palabra_glossary_list;

/**
 * The entries of a glossary. Prepare it with PALABRA_GLOSSARY_CSV_INIT or palabra_glossary_csv_init().
 */
typedef struct palabra_glossary_csv {
    /**
     * sizeof(palabra_glossary_csv); set by the caller, left alone by the library.
     */
    uint32_t struct_size;
    /**
     * Bytes at `text` without the NUL.
     */
    uint32_t size;
    /**
     * The CSV file as it was uploaded, and a NUL after it.
     */
    const char *text;
    /**
     * The library's; leave it alone.
     */
    void *payload;
} palabra_glossary_csv;

/**
 * Success.
 */
#define PALABRA_OK 0

/**
 * An argument is NULL, out of range or contradicts another.
 */
#define PALABRA_ERR_INVALID_ARGUMENT -100

/**
 * The handle is NULL, closed, of another kind or was never a handle.
 */
#define PALABRA_ERR_BAD_HANDLE -101

/**
 * A text argument is not valid UTF-8.
 */
#define PALABRA_ERR_INVALID_UTF8 -102

/**
 * This version of the library, or a session of this kind, does not do that.
 */
#define PALABRA_ERR_UNSUPPORTED -103

/**
 * The session is closed.
 */
#define PALABRA_ERR_CLOSED -200

/**
 * The session was ended and takes no more input.
 */
#define PALABRA_ERR_ENDED -201

/**
 * A bounded queue is full; try again later.
 */
#define PALABRA_ERR_AGAIN -202

/**
 * Another thread is inside the same call on the same handle.
 */
#define PALABRA_ERR_BUSY -203

/**
 * The time allowed for the call, or for the end of a session, has passed.
 */
#define PALABRA_ERR_TIMEOUT -204

/**
 * The library was started before fork() and does not work in the child.
 */
#define PALABRA_ERR_FORKED -205

/**
 * palabra_shutdown() stopped the library.
 */
#define PALABRA_ERR_SHUTDOWN -206

/**
 * The library was called from inside one of its callbacks.
 */
#define PALABRA_ERR_REENTRANT -207

/**
 * The host name could not be resolved. Retriable.
 */
#define PALABRA_ERR_DNS -300

/**
 * No connection could be made to the server, or it did not answer in time. Retriable.
 */
#define PALABRA_ERR_CONNECT -301

/**
 * The connection broke or was closed by the server. Retriable.
 */
#define PALABRA_ERR_CONNECTION_LOST -302

/**
 * The connection went silent for longer than `liveness_timeout_ms`. Retriable.
 */
#define PALABRA_ERR_CONNECTION_DEAD -303

/**
 * The TLS handshake failed or the certificate is not trusted.
 */
#define PALABRA_ERR_TLS -400

/**
 * Credentials are missing or were refused.
 */
#define PALABRA_ERR_AUTH -500

/**
 * The server sent something that breaks the protocol.
 */
#define PALABRA_ERR_PROTOCOL -600

/**
 * The service refused the session. Retriable when the flag says so (overload, rate limit).
 */
#define PALABRA_ERR_SESSION -700

/**
 * The service did not become ready within `ready_timeout_ms`. Retriable.
 */
#define PALABRA_ERR_NOT_READY -701

/**
 * The service rejected the task; `service_code` and text are its own.
 */
#define PALABRA_ERR_TASK -702

/**
 * The service reported an error; `service_code` and text are its own.
 */
#define PALABRA_ERR_SERVICE -703

/**
 * A limit of this process is reached (handles, threads, descriptors).
 */
#define PALABRA_ERR_LIMIT -800

/**
 * A file could not be read or written.
 */
#define PALABRA_ERR_IO -801

/**
 * A defect in the library. Please report it.
 */
#define PALABRA_ERR_INTERNAL -900

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Tells the version of the API that the loaded library speaks.
 *
 * A program works with any library of the same major version whose minor version is not lower than the
 * one it was compiled with: `palabra_api_version() >= PALABRA_API_VERSION` and equal upper 16 bits.
 *
 * @return major version << 16 | minor version.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API uint32_t palabra_api_version(void);

/**
 * Tells the version of the loaded library, for people.
 *
 * @return a static text such as "0.1.0"; never NULL.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** static, valid for ever. **Since:** 0.1
 */
PALABRA_API const char *palabra_version_string(void);

/**
 * Prepares a `palabra_error`: zeroes it and sets its size.
 *
 * @param error the struct to prepare.
 * @param struct_size sizeof(palabra_error).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `error` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_error_init(struct palabra_error *error, uint32_t struct_size);

/**
 * Names a status: "PALABRA_ERR_TIMEOUT".
 *
 * @param code any number.
 * @return a static text, never NULL; "PALABRA_UNKNOWN" for a number that this version does not know.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** static, valid for ever. **Since:** 0.1
 */
PALABRA_API const char *palabra_status_name(palabra_status code);

/**
 * Describes a status in one sentence.
 *
 * @param code any number.
 * @return a static text, never NULL.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** static, valid for ever. **Since:** 0.1
 */
PALABRA_API const char *palabra_status_text(palabra_status code);

/**
 * Tells what a status means for what comes next, when nothing more is known than the status.
 * `palabra_error.flags` and the flags of the CLOSED event know more.
 *
 * @param code any number.
 * @return PALABRA_FLAG_RETRIABLE, PALABRA_FLAG_FATAL, both or 0.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API uint32_t palabra_status_flags(palabra_status code);

/**
 * Lists the codes that this version knows, so that bindings can build their tables.
 *
 * @param index 0, 1, 2, ...
 * @param code receives the code with that index; not touched at the end of the list.
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT past the end or when `code` is NULL.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_status_list(uint32_t index, palabra_status *code);

/**
 * Prepares a client config: zeroes it and sets its size.
 *
 * @param config the struct to prepare.
 * @param struct_size sizeof(palabra_client_config).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `config` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_client_config_init(struct palabra_client_config *config,
                                          uint32_t struct_size);

/**
 * Makes a client. Nothing is sent: wrong credentials, a wrong region and a proxy of the environment that cannot be
 * used show when a session is opened.
 *
 * The environment is read once in a process: by the first call without PALABRA_CLIENT_IGNORE_ENVIRONMENT. Later changes
 * have no effect. No other thread may call setenv() during that call.
 *
 * @param config settings; NULL for all defaults (credentials from the environment).
 * @param client receives the handle, NULL on failure.
 * @param error explains a failure; may be NULL.
 * @return PALABRA_OK;
 *   PALABRA_ERR_INVALID_ARGUMENT `client` is NULL, an impossible `struct_size`, only one of id and secret, both
 *   kinds of credentials, `translation_url` without an API key, a bad address, unusable certificates;
 *   PALABRA_ERR_INVALID_UTF8 a text is not UTF-8;
 *   PALABRA_ERR_UNSUPPORTED a flag or field of a later version is set, or `proxy_url` is no HTTP proxy;
 *   PALABRA_ERR_IO `ca_file` cannot be read;
 *   PALABRA_ERR_LIMIT too many clients.
 *
 * **Threads:** any. **Blocks:** only to read `ca_file`. **Memory:** free with palabra_client_free().
 * **Since:** 0.1. **Example:** hello.c
 */
PALABRA_API
palabra_status palabra_client_new(const struct palabra_client_config *config,
                                  struct palabra_client **client,
                                  struct palabra_error *error);

/**
 * Gives a client back. Sessions opened with it live on.
 *
 * @param client the handle; NULL does nothing.
 * @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE when it was freed already or is no client.
 *
 * **Threads:** any, also while others use the client. **Blocks:** never.
 * **Memory:** credentials are wiped once the last session opened with it is gone. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_client_free(struct palabra_client *client);

/**
 * Prepares a `palabra_rest_session`: zeroes it and sets its size.
 *
 * @param rest_session the struct to prepare.
 * @param struct_size sizeof(palabra_rest_session).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `rest_session` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_rest_session_init(struct palabra_rest_session *rest_session,
                                         uint32_t struct_size);

/**
 * Creates a REST session. Sessions opened without `ws_url` do this by themselves; this is for programs
 * that hand address and token to somebody else.
 *
 * Up to three attempts are made when the service does not answer or answers with a 5xx.
 *
 * @param client whose account.
 * @param rest_session receives the session; release it with palabra_rest_session_release().
 * @param error explains a failure; may be NULL.
 * @param timeout_ms limit for the whole call in ms; negative: as long as the attempts take.
 * @return PALABRA_OK;
 *   PALABRA_ERR_BAD_HANDLE no client;
 *   PALABRA_ERR_INVALID_ARGUMENT `rest_session` is NULL or its `struct_size` impossible;
 *   PALABRA_ERR_AUTH credentials missing or refused (HTTP 401, 403, 404);
 *   PALABRA_ERR_SESSION refused otherwise; `error->http_status` tells how;
 *   PALABRA_ERR_DNS, _CONNECT, _CONNECTION_LOST, _TLS the service was not reached;
 *   PALABRA_ERR_PROTOCOL the reply makes no sense;
 *   PALABRA_ERR_TIMEOUT the time has passed;
 *   PALABRA_ERR_LIMIT, _SHUTDOWN, _FORKED.
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** the texts live until the release.
 * **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_rest_session_create(struct palabra_client *client,
                                           struct palabra_rest_session *rest_session,
                                           struct palabra_error *error,
                                           int32_t timeout_ms);

/**
 * Deletes a REST session at the service. Without this it expires by itself.
 *
 * @param client whose account.
 * @param id `palabra_rest_session.id`.
 * @param error explains a failure; may be NULL.
 * @param timeout_ms limit for the whole call in ms; negative: the client's own limits.
 * @return PALABRA_OK; errors as for palabra_rest_session_create(); one attempt is made.
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_rest_session_delete(struct palabra_client *client,
                                           const char *id,
                                           struct palabra_error *error,
                                           int32_t timeout_ms);

/**
 * Frees the texts of a REST session and zeroes the struct but for its size. The service is not told.
 *
 * @param rest_session the struct; NULL or an already released one does nothing.
 * @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of one that was released.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** its texts are wiped and freed. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_rest_session_release(struct palabra_rest_session *rest_session);

/**
 * Prepares a translation config: zeroes it and sets its size.
 *
 * @param config the struct to prepare.
 * @param struct_size sizeof(palabra_translation_config).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `config` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_translation_config_init(struct palabra_translation_config *config,
                                               uint32_t struct_size);

/**
 * Opens a translation session and returns at once, in state CONNECTING.
 *
 * The rest happens in the background: with a client id and secret a REST session is created (unless `ws_url` and
 * `token` are given), the stream is connected, the task is set. The outcome is an event: READY, or CLOSED with the
 * reason. The REST session is deleted when the conversation is over. Audio may be sent, commands given and the end
 * asked for from the first moment: they wait inside.
 *
 * @param client whose account.
 * @param config settings.
 * @param session receives the handle, NULL on failure.
 * @param error explains a failure; may be NULL.
 * @return PALABRA_OK;
 *   PALABRA_ERR_BAD_HANDLE no client, or `queue` is no queue;
 *   PALABRA_ERR_INVALID_ARGUMENT `config` or `session` is NULL, an impossible `struct_size`, a number out of its
 *   range, languages missing, a JSON text that is none or no object, `targets_json` names a language that is not
 *   among `target_languages`, `wire_sample_rate` is not what `task_json` declares, only one of `ws_url` and
 *   `token`, no such region or no translation in it;
 *   PALABRA_ERR_INVALID_UTF8 a text is not UTF-8;
 *   PALABRA_ERR_UNSUPPORTED a flag, field, encoding or input format that this version does not know, or a rate that
 *   it cannot convert to that of the wire;
 *   PALABRA_ERR_AUTH there are no credentials;
 *   PALABRA_ERR_LIMIT too many sessions, or no thread can be started;
 *   PALABRA_ERR_FORKED.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** close with palabra_session_close(). **Since:** 0.1.
 * **Example:** hello.c
 */
PALABRA_API
palabra_status palabra_session_open(struct palabra_client *client,
                                    const struct palabra_translation_config *config,
                                    struct palabra_session **session,
                                    struct palabra_error *error);

/**
 * Waits until a session is ready or closed. Events stay queued: READY, or CLOSED, is still delivered.
 *
 * @param session the session.
 * @param timeout_ms how long to wait; 0: not at all, negative: without limit.
 * @return PALABRA_OK the session is ready (or already ending);
 *   PALABRA_ERR_TIMEOUT not yet;
 *   the code of the CLOSED event when the session closed with an error (see palabra_session_last_error()),
 *   PALABRA_ERR_CLOSED when it closed without one;
 *   PALABRA_ERR_BAD_HANDLE.
 *
 * **Threads:** any, also several at once. **Blocks:** up to `timeout_ms`. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_session_wait_ready(struct palabra_session *session, int32_t timeout_ms);

/**
 * Tells where in its life a session is: CONNECTING, READY, ENDING, CLOSED, only forward. The state changes a moment
 * before the event that tells of it can be polled.
 *
 * @param session the session.
 * @return one of PALABRA_STATE_*, or PALABRA_ERR_BAD_HANDLE.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_state(struct palabra_session *session);

/**
 * Explains why a session closed: everything that the CLOSED event has no room for.
 *
 * @param session the session.
 * @param error receives the explanation; `code` is PALABRA_OK when the session is open or closed without error.
 * @return PALABRA_OK, PALABRA_ERR_BAD_HANDLE, or PALABRA_ERR_INVALID_ARGUMENT when `error` is NULL or its size
 *   impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_last_error(struct palabra_session *session,
                                          struct palabra_error *error);

/**
 * Ends a session: no more input is taken, what was sent goes out, the tail of the translation is delivered,
 * then CLOSED. Keep polling until CLOSED arrives. Commands that still wait inside go first.
 *
 * Speech-to-text: a final of everything that was sent is asked for, silence goes out meanwhile at the pace of the
 * clock (for a service that waits for a pause instead), and when the final and its translations have come the stream
 * is closed. If `eos_timeout_s` is over before, CLOSED says PALABRA_ERR_TIMEOUT if a text was still growing.
 *
 * Text-to-speech: what was asked for is said to its end, then the stream is closed. A generation without
 * PALABRA_TEXT_EOS, or one that an error may have been about, need not come to an end: for those it waits until nothing
 * was said for 2 s.
 *
 * @param session the session.
 * @param eos_timeout_s how many seconds of silence the service waits for before it takes the last phrase for
 *   complete, 1 to 30; 0: 4. With an API key the service decides that by itself. Speech-to-text: how many seconds to
 *   wait for the last texts at most; 0: 10. Text-to-speech has no use for it.
 * @return PALABRA_OK; PALABRA_ERR_ENDED it was ended already; PALABRA_ERR_CLOSED;
 *   PALABRA_ERR_INVALID_ARGUMENT; PALABRA_ERR_BAD_HANDLE.
 *
 * **Threads:** any. Audio that another thread sends at the same moment may or may not go out.
 * **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_end(struct palabra_session *session,
                                   uint32_t eos_timeout_s);

/**
 * Closes a session and gives the handle back, in whatever state it is. Events that were not polled are dropped
 * (those already polled stay valid); for the tail of the translation, palabra_session_end() first.
 *
 * The handle is invalid as soon as the call begins: a thread that waits in another call on it comes back with
 * PALABRA_ERR_CLOSED, later calls get PALABRA_ERR_BAD_HANDLE.
 *
 * @param session the session; NULL does nothing.
 * @param drain_ms 0: return at once, while the goodbye to the service and the deletion of the REST session go on
 *   in the background (4 s at most); more: wait up to so many ms for them.
 * @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE when it was closed already or is no session.
 *
 * **Threads:** any, also while others are inside calls on the session. **Blocks:** up to `drain_ms`.
 * **Memory:** frees the session. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_close(struct palabra_session *session,
                                     uint32_t drain_ms);

/**
 * Prepares a speech-to-text config: zeroes it and sets its size.
 *
 * @param config the struct to prepare.
 * @param struct_size sizeof(palabra_stt_config).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `config` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_stt_config_init(struct palabra_stt_config *config, uint32_t struct_size);

/**
 * Opens a speech-to-text session and returns at once, in state CONNECTING.
 *
 * The session is a palabra_session as any other: audio goes in by palabra_session_send_audio(), _send_paced() or
 * _send_file(), at the pace of speech: the service does not recognise properly what comes faster, so run at most half
 * a second ahead. READY comes as soon as the stream is open. Texts come as TRANSCRIPT: growing ones, which replace
 * each other, then one with FINAL, then its translations with FINAL and TRANSLATION; `utterance` and `id` are the same
 * for all of them. palabra_session_end() brings the last final. Calls that belong to translation (speak, interrupt,
 * pause, resume, tasks, reading speech, recording) return PALABRA_ERR_UNSUPPORTED.
 *
 * An API key opens the stream of its region (or `stt_url` of the client); with a client id and secret a REST session is
 * created first, and deleted when the conversation is over.
 *
 * @param client whose account.
 * @param config settings; NULL: the defaults.
 * @param session receives the handle, NULL on failure.
 * @param error explains a failure; may be NULL.
 * @return PALABRA_OK;
 *   PALABRA_ERR_BAD_HANDLE no client, or `queue` is no queue;
 *   PALABRA_ERR_INVALID_ARGUMENT `session` is NULL, an impossible `struct_size`, a number out of its range, only one
 *   of `ws_url` and `token`, no such region or no speech-to-text in it;
 *   PALABRA_ERR_INVALID_UTF8 a text is not UTF-8;
 *   PALABRA_ERR_UNSUPPORTED a flag, field, encoding or other number that this version does not know, or
 *   PALABRA_GAP_PAUSE;
 *   PALABRA_ERR_AUTH there are no credentials;
 *   PALABRA_ERR_LIMIT too many sessions, or no thread can be started;
 *   PALABRA_ERR_FORKED. What the service refuses shows in CLOSED: PALABRA_ERR_AUTH a bad key or token,
 *   PALABRA_ERR_SESSION a setting (HTTP status 400 in palabra_session_last_error()) or too many streams (409).
 *
 * **Threads:** any. **Blocks:** never. **Memory:** close with palabra_session_close(). **Since:** 0.1.
 * **Example:** stt_file.c
 */
PALABRA_API
palabra_status palabra_session_open_stt(struct palabra_client *client,
                                        const struct palabra_stt_config *config,
                                        struct palabra_session **session,
                                        struct palabra_error *error);

/**
 * Asks a speech-to-text session for a final now, without waiting for a pause: for the end of a turn that the program
 * knows of, as by a button.
 *
 * What was sent before goes out first. The answer is a TRANSCRIPT with FINAL and the `user_tag` of the call; its text is
 * empty when nothing was said since the last final, and its language may be. It works in both finalization modes.
 * Without an answer within `finalize_timeout_ms`, ERROR comes with the `user_tag` and PALABRA_ERR_TIMEOUT.
 *
 * @param session the session.
 * @param user_tag any number; comes back in the answer.
 * @return PALABRA_OK;
 *   PALABRA_ERR_AGAIN 32 of them wait to be sent already;
 *   PALABRA_ERR_ENDED, PALABRA_ERR_CLOSED no more input is taken;
 *   PALABRA_ERR_UNSUPPORTED it is no speech-to-text session;
 *   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_finalize(struct palabra_session *session,
                                        uint64_t user_tag);

/**
 * Builds the task that palabra_session_open() would set for a config, as JSON: what palabra_session_set_task()
 * takes. Fields of the config that are not about the task are ignored.
 *
 * @param config settings.
 * @param buffer receives the JSON, NUL-terminated, cut between characters when it does not fit; may be NULL when
 *   `capacity` is 0.
 * @param capacity room at `buffer` in bytes, with the terminator.
 * @param error explains a failure; may be NULL.
 * @return length of the whole JSON in bytes without the terminator: it was cut if that is `capacity` or more;
 *   PALABRA_ERR_INVALID_ARGUMENT `config` or `buffer` is NULL, an impossible `struct_size`, languages missing, a
 *   JSON text that is none or no object, contradictions as for palabra_session_open();
 *   PALABRA_ERR_INVALID_UTF8 a text is not UTF-8;
 *   PALABRA_ERR_UNSUPPORTED a flag, field, encoding or input format that this version does not know.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none kept. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_task_build(const struct palabra_translation_config *config,
                                  char *buffer,
                                  uint32_t capacity,
                                  struct palabra_error *error);

/**
 * Takes audio on its way to the service. Any number of frames will do: they are gathered to chunks inside.
 *
 * A frame is one sample for every channel. Audio sent before READY waits inside; when `input_buffer_ms` of audio wait,
 * fewer frames are taken, and the caller must resend or drop the rest. What the operating system holds and the line has
 * not delivered counts as waiting. A line slower than the audio is given only what it delivers in `input_buffer_ms`.
 *
 * @param session the session.
 * @param audio `frames` frames in the encoding, rate and channels of the config, or of the last
 *   palabra_session_set_input_format(); any alignment; may be NULL when `frames` is 0.
 * @param frames how many; 0 is allowed.
 * @return number of frames taken, 0 to `frames`;
 *   PALABRA_ERR_BUSY another thread is sending on this session;
 *   PALABRA_ERR_ENDED, PALABRA_ERR_CLOSED no more input is taken;
 *   PALABRA_ERR_INVALID_ARGUMENT `audio` is NULL or `frames` impossible;
 *   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
 *
 * **Threads:** one at a time per session; real-time threads welcome: wait-free, no lock, no allocation, no system
 * call. **Blocks:** never. **Memory:** copied. **Since:** 0.1. **Example:** translate_file.c
 */
PALABRA_API
palabra_status palabra_session_send_audio(struct palabra_session *session,
                                          const void *audio,
                                          uint32_t frames);

/**
 * Tells that the audio sent from now on has another format, as when the caller changes to another device.
 *
 * What was sent before is converted in its own format and goes out first; what goes out on the wire stays the same.
 * The room of `input_buffer_ms` is there anew for the new format. The channel picked by `input_channel` stays; with
 * fewer channels than that they are mixed.
 *
 * @param session the session.
 * @param encoding PALABRA_ENCODING_*; 0: PALABRA_ENCODING_S16.
 * @param sample_rate frames per second, 8000 to 48000.
 * @param channels interleaved channels, 1 to 8.
 * @return PALABRA_OK, also when nothing changes;
 *   PALABRA_ERR_BUSY another thread is inside palabra_session_send_audio() or this call on this session;
 *   PALABRA_ERR_AGAIN 16 changes wait already: their audio is still on its way, or the service is not READY;
 *   PALABRA_ERR_UNSUPPORTED an encoding that this version does not know, or a rate that it cannot convert to that of
 *   the wire;
 *   PALABRA_ERR_INVALID_ARGUMENT a number out of its range;
 *   PALABRA_ERR_ENDED, PALABRA_ERR_CLOSED no more input is taken;
 *   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED. After an error the format is what it was.
 *
 * **Threads:** best the one that sends: it alone knows which audio is the first of the new format. Not for real-time
 * threads: it allocates. **Blocks:** never. **Memory:** room for audio in the new format. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_set_input_format(struct palabra_session *session,
                                                int32_t encoding,
                                                uint32_t sample_rate,
                                                uint32_t channels);

/**
 * Tells how many frames palabra_session_send_audio() would take right now.
 *
 * @param session the session.
 * @return number of frames; errors as for palabra_session_send_audio().
 *
 * **Threads:** any; real-time threads welcome. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_session_audio_space(struct palabra_session *session);

/**
 * Gives exactly as many frames as are asked for: what is to be heard next in a language, and silence where nothing
 * is. Call it once per tick or audio callback, with its number of frames; the pace of these calls is the pace of
 * the speech. The session must have been opened with PALABRA_OUTPUT_PLAYOUT or PALABRA_OUTPUT_BOTH.
 *
 * A phrase begins when `playout_prime_ms` of it are here and at least as much as this call asks for, or all of it. Where speech breaks off (the rest is late, or
 * palabra_session_interrupt() or palabra_session_pause() took it back) it fades within 5 ms, and comes back in as
 * many. Each language has a buffer of its own, so readers at different paces do not disturb each other; a reader
 * that stands still loses whole phrases, the oldest first, above `playout_cap_ms`. PLAYOUT_STARTED, _FINISHED and
 * _CUT tell which phrase was heard when.
 *
 * One call gives at most 500 ms. Reading goes on after CLOSED until everything was read; then it returns
 * PALABRA_SOUND_ENDED, whatever closed the session. After palabra_shutdown() only what was already fed ahead is heard,
 * some 500 ms.
 *
 * @param session the session.
 * @param language one of the targets, as in `target_languages`; NULL or "": the first of them.
 * @param audio receives `frames` frames in the format of the config, or of palabra_session_set_output_format(); any
 *   alignment. Not touched on an error.
 * @param frames how many; at most 500 ms.
 * @return PALABRA_SOUND_SILENCE, PALABRA_SOUND_SPEECH or PALABRA_SOUND_ENDED: `audio` is filled;
 *   PALABRA_ERR_BUSY another thread reads this language right now, or changes its format;
 *   PALABRA_ERR_UNSUPPORTED the session was opened with PALABRA_OUTPUT_EVENTS;
 *   PALABRA_ERR_INVALID_ARGUMENT `audio` is NULL, `frames` is more than 500 ms, or there is no such target;
 *   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
 *
 * **Threads:** one at a time per language; real-time threads welcome: wait-free, no lock, no allocation, no system
 * call. **Blocks:** never. **Memory:** copied. **Since:** 0.1. **Example:** phone_call.c
 */
PALABRA_API
palabra_status palabra_session_read_audio(struct palabra_session *session,
                                          const char *language,
                                          void *audio,
                                          uint32_t frames);

/**
 * Tells in which format a language is read from now on, as when its player changes to another device. Speech goes on
 * where it was, in the middle of a phrase too: nothing is lost, heard twice or faded. Also gives each reader a format of
 * its own, where those differ from the config.
 *
 * @param session the session.
 * @param language one of the targets; NULL or "": all that there are, and all that come later.
 * @param encoding PALABRA_ENCODING_*; 0: PALABRA_ENCODING_S16.
 * @param sample_rate frames per second, 8000 to 48000.
 * @param channels interleaved channels, 1 to 8, each with the same speech.
 * @return PALABRA_OK, also when nothing changes;
 *   PALABRA_ERR_BUSY another thread reads this language right now: nothing changed (in it, nor in those after it);
 *   PALABRA_ERR_UNSUPPORTED the session was opened with PALABRA_OUTPUT_EVENTS, an encoding that this version does not
 *   know, or a rate that it cannot convert 24000 Hz to;
 *   PALABRA_ERR_INVALID_ARGUMENT a number out of its range, or there is no such target;
 *   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
 *
 * **Threads:** best the one that reads: it alone knows which frames are the first of the new format. Not for
 * real-time threads: it allocates. **Blocks:** never. **Memory:** a buffer in the new format. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_set_output_format(struct palabra_session *session,
                                                 const char *language,
                                                 int32_t encoding,
                                                 uint32_t sample_rate,
                                                 uint32_t channels);

/**
 * Prepares a `palabra_playout_stats`: zeroes it and sets its size.
 *
 * @param stats the struct to prepare.
 * @param struct_size sizeof(palabra_playout_stats).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `stats` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_playout_stats_init(struct palabra_playout_stats *stats,
                                          uint32_t struct_size);

/**
 * Tells the figures of the playout of one language.
 *
 * @param session the session.
 * @param language one of the targets; NULL or "": the first of them.
 * @param stats receives the figures.
 * @return PALABRA_OK;
 *   PALABRA_ERR_UNSUPPORTED the session was opened with PALABRA_OUTPUT_EVENTS;
 *   PALABRA_ERR_INVALID_ARGUMENT `stats` is NULL or its size impossible, or there is no such target;
 *   PALABRA_ERR_BAD_HANDLE.
 *
 * **Threads:** any, but not real-time threads: it takes a lock. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_playout_stats(struct palabra_session *session,
                                             const char *language,
                                             struct palabra_playout_stats *stats);

/**
 * Begins to record a session to a WAV file, 16-bit stereo at 24 kHz: on the left what was sent, on the right what was
 * read from one language, each in its place in time, to about 20 ms. The session must have been opened with
 * PALABRA_OUTPUT_PLAYOUT or PALABRA_OUTPUT_BOTH.
 *
 * A thread of its own creates, writes and closes the file, so a slow disk delays no session. The file's header is
 * updated every second, so that it can be read even if the program dies. The recording ends with
 * palabra_session_record_stop() or palabra_session_close(); palabra_shutdown() waits for files that were ended so.
 *
 * A file that fails while it is recorded (the disk is full) is told of in an ERROR event, once, and keeps what it has;
 * palabra_session_record_stop() returns the failure too. What a slow disk makes the recording lose, beyond 90 seconds,
 * becomes silence in it, and is told in the same way. Nobody is told after palabra_session_close().
 *
 * @param session the session.
 * @param path where; an existing file is replaced.
 * @param language the target on the right; NULL or "": the first of them.
 * @param error explains a failure; may be NULL.
 * @return PALABRA_OK;
 *   PALABRA_ERR_BUSY a recording of this session is running, or 8 earlier ones are still being written;
 *   PALABRA_ERR_IO the file cannot be created; when this takes longer than a second, PALABRA_OK is returned and an
 *   ERROR event tells of the failure;
 *   PALABRA_ERR_UNSUPPORTED the session was opened with PALABRA_OUTPUT_EVENTS, or its rate cannot be converted;
 *   PALABRA_ERR_LIMIT no thread can be started, or 256 recordings of the process are open or still being written;
 *   PALABRA_ERR_CLOSED another thread closes the session;
 *   PALABRA_ERR_INVALID_ARGUMENT `path` is NULL or empty, or there is no such target;
 *   PALABRA_ERR_INVALID_UTF8, PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
 *
 * **Threads:** any, not real-time ones. **Blocks:** while the file is created, up to 1 second. **Memory:** the texts are copied.
 * **Since:** 0.1. **Example:** record.c
 */
PALABRA_API
palabra_status palabra_session_record_start(struct palabra_session *session,
                                            const char *path,
                                            const char *language,
                                            struct palabra_error *error);

/**
 * Ends a recording and waits until its file is complete.
 *
 * @param session the session.
 * @param timeout_ms how long to wait for the disk; the file is completed all the same.
 * @param error explains a failure; may be NULL.
 * @return PALABRA_OK the file is complete;
 *   PALABRA_ERR_TIMEOUT it is still being written;
 *   PALABRA_ERR_IO it could not be written, or a part is missing because the disk was too slow;
 *   PALABRA_ERR_LIMIT more than 4 GB were recorded: the file holds the first 4;
 *   PALABRA_ERR_INVALID_ARGUMENT no recording was started;
 *   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
 *
 * **Threads:** any, not real-time ones. **Blocks:** up to `timeout_ms`. **Memory:** none. **Since:** 0.1.
 * **Example:** record.c
 */
PALABRA_API
palabra_status palabra_session_record_stop(struct palabra_session *session,
                                           uint32_t timeout_ms,
                                           struct palabra_error *error);

/**
 * Has the service say a text, as if it had been heard. Its transcripts and audio come as events.
 *
 * Commands (this function and the next five) wait inside until the session is ready and until the service will take
 * them: it allows only so many of each in a time, see `task_interval_ms`, `pause_interval_ms` and
 * `speak_per_minute` of the config. They go out in the order of the calls, save that an interrupt goes first.
 * Answers come as events with the `user_tag` of the call: here SPEAK_STATUS, whose `utterance` is the one of the
 * texts and audio to come. A command that the service refuses is answered by ERROR, with the `user_tag` where the
 * command can be told from the error. Servers of the first generation (client id and secret) answer only
 * palabra_session_get_task() and refusals.
 *
 * @param session the session.
 * @param text what to say.
 * @param language the language of `text`: one of the targets, or with PALABRA_SPEAK_TRANSLATE the source.
 * @param flags PALABRA_SPEAK_TRANSLATE or 0.
 * @param user_tag any number; comes back in the answer.
 * @return PALABRA_OK the text was taken;
 *   PALABRA_ERR_AGAIN too many commands wait already (`command_limit`);
 *   PALABRA_ERR_ENDED, PALABRA_ERR_CLOSED no more input is taken;
 *   PALABRA_ERR_INVALID_ARGUMENT a text is NULL, empty or too long;
 *   PALABRA_ERR_INVALID_UTF8, PALABRA_ERR_UNSUPPORTED (flags), PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** the texts are copied. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_speak(struct palabra_session *session,
                                     const char *text,
                                     const char *language,
                                     uint32_t flags,
                                     uint64_t user_tag);

/**
 * Throws the phrase in progress away: nothing more is said about it, and its speech stops coming. For a listener
 * who is interrupted; speech that was delivered already is the caller's to drop.
 *
 * The service has two names for this, "flush" and "interrupt"; the one that the credentials ask for is used. It goes
 * out ahead of commands that still wait inside, so texts to speak among those are spoken after it; with
 * PALABRA_INTERRUPT_PAUSE it keeps its place among them. Answer: TASK_STATUS "interrupted".
 *
 * @param session the session.
 * @param languages targets to interrupt, separated by commas; NULL or "": all.
 * @param flags PALABRA_INTERRUPT_PAUSE or 0.
 * @param user_tag any number; comes back in the answer.
 * @return as palabra_session_speak().
 *
 * **Threads:** any. **Blocks:** never. **Memory:** the text is copied. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_interrupt(struct palabra_session *session,
                                         const char *languages,
                                         uint32_t flags,
                                         uint64_t user_tag);

/**
 * Pauses the translation: what was said before is completed, audio sent from now on is dropped by the service (and
 * not billed), and the silence does not end the session. Answer: TASK_STATUS "paused".
 *
 * @param session the session.
 * @param user_tag any number; comes back in the answer.
 * @return as palabra_session_speak().
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_pause(struct palabra_session *session,
                                     uint64_t user_tag);

/**
 * Goes on after a pause, with the task that the service accepted last (which is sent again: the service has no other
 * way). Answer: TASK_STATUS "resumed", or "unchanged" when nothing was paused.
 *
 * @param session the session.
 * @param user_tag any number; comes back in the answer.
 * @return as palabra_session_speak().
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_resume(struct palabra_session *session,
                                      uint64_t user_tag);

/**
 * Replaces the task while the session runs; also resumes a paused one. A new output format is followed. Answer:
 * TASK_STATUS "updated", "unchanged" or "resumed"; or ERROR, and the old task goes on.
 *
 * @param session the session.
 * @param task_json the whole task as a JSON object, such as palabra_task_build() makes.
 * @param user_tag any number; comes back in the answer.
 * @param error explains a failure; may be NULL.
 * @return as palabra_session_speak();
 *   PALABRA_ERR_INVALID_ARGUMENT `task_json` is NULL, longer than PALABRA_MAX_TASK_BYTES or no JSON object;
 *   PALABRA_ERR_UNSUPPORTED it declares another input format, rate or channels than the session was opened with.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** the text is copied. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_set_task(struct palabra_session *session,
                                        const char *task_json,
                                        uint64_t user_tag,
                                        struct palabra_error *error);

/**
 * Asks for the task as the service sees it. Answer: TASK_INFO, with the flag PAUSED while it is paused.
 *
 * @param session the session.
 * @param user_tag any number; comes back in the answer.
 * @return as palabra_session_speak().
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_session_get_task(struct palabra_session *session, uint64_t user_tag);

/**
 * Prepares a config of text-to-speech: zeroes it and sets its size.
 *
 * @param config the struct to prepare.
 * @param struct_size sizeof(palabra_tts_config).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `config` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_tts_config_init(struct palabra_tts_config *config, uint32_t struct_size);

/**
 * Prepares a voice: zeroes it and sets its size.
 *
 * @param voice the struct to prepare.
 * @param struct_size sizeof(palabra_tts_voice).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `voice` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_tts_voice_init(struct palabra_tts_voice *voice, uint32_t struct_size);

/**
 * Opens a text-to-speech session and returns at once, in state CONNECTING.
 *
 * With an API key the stream is that of its region; with a client id and secret a REST session is created, and deleted in
 * the end; `tts_url` of the client's config wins over both. READY comes when the stream is open: the service has no
 * answer to its settings, so a refusal of those is an ERROR after it. Texts may be sent from the first moment. Functions
 * that are about audio input or translation return PALABRA_ERR_UNSUPPORTED.
 *
 * @param client whose account.
 * @param config settings.
 * @param session receives the handle, NULL on failure.
 * @param error explains a failure; may be NULL.
 * @return PALABRA_OK;
 *   PALABRA_ERR_BAD_HANDLE no client, or `queue` is no queue;
 *   PALABRA_ERR_INVALID_ARGUMENT `config` or `session` is NULL, an impossible `struct_size`, a number out of its range,
 *   `language` is missing, only one of `ws_url` and `token`, no such region;
 *   PALABRA_ERR_INVALID_UTF8 a text is not UTF-8;
 *   PALABRA_ERR_UNSUPPORTED a flag, field, encoding or format that this version does not know, or PALABRA_TTS_MP3;
 *   PALABRA_ERR_AUTH there are no credentials;
 *   PALABRA_ERR_LIMIT too many sessions, or no thread can be started;
 *   PALABRA_ERR_FORKED.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** close with palabra_session_close(). **Since:** 0.1.
 * **Example:** tts_stream.c
 */
PALABRA_API
palabra_status palabra_session_open_tts(struct palabra_client *client,
                                        const struct palabra_tts_config *config,
                                        struct palabra_session **session,
                                        struct palabra_error *error);

/**
 * Has a text said, or a piece of one, such as a token of a language model: its audio comes as AUDIO events, or is read by
 * palabra_session_read_audio().
 *
 * Texts with the same `generation_id` are one generation, until one with PALABRA_TEXT_EOS; the next text with that id
 * begins another. A generation's AUDIO has its `id`, its number (`utterance`, from 1 in the order of their first texts) and
 * the `user_tag` of its first text; LAST_CHUNK: it is complete. Generations may come in turns. Where speech is read, each
 * is heard whole, in the order in which they began to arrive, so one that stays without PALABRA_TEXT_EOS holds up those
 * after it. An id that was used before in the session goes on the wire, and into events, with '~' and the number behind
 * it, so that nothing late is taken for it.
 *
 * Each piece goes out at once, as a message of its own, while `texts_per_second` allows. Those that have to wait are joined,
 * as many as one message holds, so a stream of tokens is never more than that behind. An ERROR of the service names no generation: it has the
 * `user_tag` and `id` of the oldest that is not complete, and may be about any. None of them is awaited from then on, but
 * what still comes is delivered.
 *
 * @param session the session.
 * @param text what to say, with the spaces between words: pieces are joined as they are. At most 1024 characters, or 256
 *   with a client id and secret (see PALABRA_TTS_DIALECT_V2); more with PALABRA_TTS_SPLIT.
 * @param flags PALABRA_TEXT_* bits.
 * @param generation_id which generation it belongs to, up to 128 bytes; NULL: the library's own, until its
 *   PALABRA_TEXT_EOS.
 * @param voice another voice from this text on, for all generations; NULL: as it is.
 * @param user_tag any number; comes back in the audio and in errors.
 * @param error explains a failure; may be NULL.
 * @return PALABRA_OK the text was taken;
 *   PALABRA_ERR_AGAIN too much waits to be sent (`command_limit`), or 1024 generations are not complete;
 *   PALABRA_ERR_ENDED, PALABRA_ERR_CLOSED no more input is taken;
 *   PALABRA_ERR_INVALID_ARGUMENT `text` is NULL, empty or too long, so is `generation_id`, or `voice` has an impossible
 *   number or size;
 *   PALABRA_ERR_UNSUPPORTED flags or fields of `voice` that this version does not know, or no text-to-speech session;
 *   PALABRA_ERR_INVALID_UTF8, PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** the texts are copied. **Since:** 0.1. **Example:** tts_stream.c
 */
PALABRA_API
palabra_status palabra_session_send_text(struct palabra_session *session,
                                         const char *text,
                                         uint32_t flags,
                                         const char *generation_id,
                                         const struct palabra_tts_voice *voice,
                                         uint64_t user_tag,
                                         struct palabra_error *error);

/**
 * Takes a generation back, or all of them: texts of it that wait inside are dropped, the service is told to stop, speech
 * of it that still comes is dropped, and what waits to be read by palabra_session_read_audio() is silent within 5 ms.
 * (Where speech of another generation is at the player beside it, up to half a second of what was taken back is still
 * heard.) Answer: TASK_STATUS, `service_code` "cancel", `text` "cancelled", `id`: no AUDIO of it comes after that, and no
 * LAST_CHUNK. The service itself does not answer.
 *
 * A cancel goes out ahead of all texts that wait. A text that is followed at once by its cancel may have been sent already
 * or not: if it was not, the service hears of neither, and the answer is the same.
 *
 * @param session the session.
 * @param generation_id the id as given to palabra_session_send_text(), of which the latest generation is meant, or as it
 *   is in events; NULL: all. One that is not known is answered too.
 * @param user_tag any number; comes back in the answer.
 * @return PALABRA_OK;
 *   PALABRA_ERR_AGAIN too many commands wait to be sent: nothing is heard of it any more, but the service goes on;
 *   PALABRA_ERR_ENDED, PALABRA_ERR_CLOSED no more input is taken;
 *   PALABRA_ERR_INVALID_ARGUMENT the id is empty or too long;
 *   PALABRA_ERR_UNSUPPORTED no text-to-speech session;
 *   PALABRA_ERR_INVALID_UTF8, PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** the text is copied. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_cancel(struct palabra_session *session,
                                      const char *generation_id,
                                      uint64_t user_tag);

/**
 * Says a text and returns its speech when it is complete. Everything else that the session says goes on, and comes to
 * whoever polls or reads; of this text nothing does, save ERROR events.
 *
 * @param session a text-to-speech session; it need not be READY yet.
 * @param text as for palabra_session_send_text().
 * @param result receives the speech; release it with palabra_wav_release().
 * @param timeout_ms how long to wait; negative: without limit. When it is over the text is cancelled.
 * @param error explains a failure; may be NULL.
 * @return PALABRA_OK;
 *   PALABRA_ERR_TIMEOUT;
 *   PALABRA_ERR_SERVICE the service reported an error that may have been about this text;
 *   PALABRA_ERR_CLOSED the session was closed, or palabra_session_cancel() took the text back;
 *   the code of the CLOSED event when the session closed with an error;
 *   PALABRA_ERR_INVALID_ARGUMENT `text` or `result` is NULL, the text is empty or too long, or the size of `result`
 *   impossible;
 *   PALABRA_ERR_AGAIN, PALABRA_ERR_ENDED, PALABRA_ERR_UNSUPPORTED, PALABRA_ERR_INVALID_UTF8, PALABRA_ERR_BAD_HANDLE,
 *   PALABRA_ERR_LIMIT, PALABRA_ERR_REENTRANT, PALABRA_ERR_FORKED.
 *
 * **Threads:** any, also several at once. **Blocks:** up to `timeout_ms`. **Memory:** 2 bytes a frame until the release.
 * **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_tts_synthesize(struct palabra_session *session,
                                      const char *text,
                                      struct palabra_wav *result,
                                      int32_t timeout_ms,
                                      struct palabra_error *error);

/**
 * Prepares an event: zeroes it and sets its size. Once is enough: release keeps the size.
 *
 * @param event the struct to prepare.
 * @param struct_size sizeof(palabra_event).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `event` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_event_init(struct palabra_event *event, uint32_t struct_size);

/**
 * Takes the next event of a session, waiting for one if there is none.
 *
 * Release every event before its struct is used again; hold as many as you like in structs of their own.
 *
 * @param session the session.
 * @param event receives the event; on 0 its kind is NONE, on an error it is not touched.
 * @param timeout_ms how long to wait; 0: not at all, negative: without limit.
 * @return 1 an event was taken;
 *   0 there was none within the time, or palabra_session_wakeup() ended the wait;
 *   PALABRA_ERR_CLOSED there will be none: CLOSED was taken earlier, or the session was closed meanwhile;
 *   PALABRA_ERR_BUSY another thread is polling this session;
 *   PALABRA_ERR_UNSUPPORTED its events go to a palabra_queue: poll that;
 *   PALABRA_ERR_INVALID_ARGUMENT `event` is NULL or its `struct_size` impossible;
 *   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_LIMIT (too many unreleased events), PALABRA_ERR_FORKED.
 *
 * **Threads:** one at a time per session. **Blocks:** up to `timeout_ms`. **Memory:** release with
 * palabra_event_release(). **Since:** 0.1. **Example:** hello.c
 */
PALABRA_API
palabra_status palabra_session_poll_event(struct palabra_session *session,
                                          struct palabra_event *event,
                                          int32_t timeout_ms);

/**
 * Gives an event's memory back and zeroes the struct but for its size.
 *
 * @param event the event; NULL, NONE or an already released one does nothing.
 * @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of an event that was released.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** its pointers are invalid from then on. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_event_release(struct palabra_event *event);

/**
 * Names a kind of event: "TRANSCRIPT".
 *
 * @param kind any number.
 * @return a static text, never NULL; "UNKNOWN" for a number that this version does not know.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** static, valid for ever. **Since:** 0.1
 */
PALABRA_API const char *palabra_event_kind_name(int32_t kind);

/**
 * Makes a queue for the events of many sessions: put it into their configs and poll it from one thread.
 *
 * Sessions take turns, so that none starves the others; the order within a session is that of `seq`. Events name
 * their session by `session_tag`. The limits of a session's config bound its part of the queue.
 *
 * @param queue receives the handle, NULL on failure.
 * @param error explains a failure; may be NULL.
 * @return PALABRA_OK, PALABRA_ERR_INVALID_ARGUMENT `queue` is NULL, PALABRA_ERR_LIMIT too many queues.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** free with palabra_queue_free(). **Since:** 0.1.
 * **Example:** many_sessions.c
 */
PALABRA_API
palabra_status palabra_queue_new(struct palabra_queue **queue,
                                 struct palabra_error *error);

/**
 * Takes the next event of any session of a queue, waiting for one if there is none.
 *
 * @param queue the queue.
 * @param event receives the event; on 0 its kind is NONE, on an error it is not touched.
 * @param timeout_ms how long to wait; 0: not at all, negative: without limit.
 * @return 1 an event was taken;
 *   0 there was none within the time, or palabra_queue_wakeup() ended the wait;
 *   PALABRA_ERR_CLOSED the queue was freed meanwhile;
 *   PALABRA_ERR_INVALID_ARGUMENT, PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_LIMIT, PALABRA_ERR_REENTRANT,
 *   PALABRA_ERR_FORKED.
 *
 * **Threads:** any, also several at once (then the order within a session is for them to keep).
 * **Blocks:** up to `timeout_ms`. **Memory:** release with palabra_event_release(). **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_queue_poll_event(struct palabra_queue *queue,
                                        struct palabra_event *event,
                                        int32_t timeout_ms);

/**
 * Ends the wait of one poll of the queue, or of the next one before it begins: it returns 0.
 *
 * @param queue the queue.
 * @return PALABRA_OK or PALABRA_ERR_BAD_HANDLE.
 *
 * **Threads:** any, also in callbacks. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_queue_wakeup(struct palabra_queue *queue);

/**
 * Gives a descriptor for poll(), epoll or kqueue: readable exactly while something is there to poll.
 *
 * It is level-triggered and cleared by the library when the queue runs empty: wait for it, then poll with timeout
 * 0 until 0 comes back; never read it, write it or close it.
 *
 * @param queue the queue.
 * @return the descriptor (0 or more); PALABRA_ERR_UNSUPPORTED on Windows; PALABRA_ERR_LIMIT no descriptor can be
 *   had; PALABRA_ERR_BAD_HANDLE.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** the queue's, closed with it; made at the first call.
 * **Since:** 0.1. **Example:** epoll_loop.c
 */
PALABRA_API
palabra_status palabra_queue_event_fd(struct palabra_queue *queue);

/**
 * Gives an event object for WaitForMultipleObjects: set exactly while something is there to poll.
 *
 * It is a manual-reset event, reset by the library when the queue runs empty: wait for it, then poll with timeout
 * 0 until 0 comes back; never set, reset or close it.
 *
 * @param queue the queue.
 * @param handle receives the HANDLE.
 * @return PALABRA_OK; PALABRA_ERR_UNSUPPORTED elsewhere than on Windows; PALABRA_ERR_LIMIT,
 *   PALABRA_ERR_INVALID_ARGUMENT, PALABRA_ERR_BAD_HANDLE.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** the queue's, closed with it. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_queue_event_handle(struct palabra_queue *queue,
                                          void **handle);

/**
 * Sets, replaces or (NULL) removes the wake-up callback of a queue. When this returns, the one before is not running
 * and will not be called again: this waits for a call that is under way, and for nothing else. From inside a callback
 * it is refused.
 *
 * @param queue the queue.
 * @param callback see palabra_wakeup_callback; NULL: none.
 * @param user_data handed to the callback.
 * @return PALABRA_OK, PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_REENTRANT.
 *
 * **Threads:** any, but not with a lock held that the callback takes. **Blocks:** for a call under way, and for its
 * own when events wait. **Memory:** `user_data` must live until the callback is replaced or the queue freed. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_queue_set_wakeup_callback(struct palabra_queue *queue,
                                                 palabra_wakeup_callback callback,
                                                 void *user_data);

/**
 * Gives a queue back. Threads that wait on it come back with PALABRA_ERR_CLOSED; its sessions live on, but nobody
 * can take their events any more: close them. When this returns, its wake-up callback is not running and will not be
 * called again.
 *
 * @param queue the handle; NULL does nothing.
 * @return PALABRA_OK, PALABRA_ERR_BAD_HANDLE when it was freed already or is no queue, PALABRA_ERR_REENTRANT inside a
 *   callback.
 *
 * **Threads:** any, but not with a lock held that the callback takes. **Blocks:** for a callback under way. **Memory:** frees the events that wait. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_queue_free(struct palabra_queue *queue);

/**
 * As palabra_queue_wakeup(), for a session with a queue of its own.
 *
 * @param session the session.
 * @return PALABRA_OK; PALABRA_ERR_UNSUPPORTED its events go to a shared queue; PALABRA_ERR_BAD_HANDLE.
 *
 * **Threads:** any, also in callbacks. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_session_wakeup(struct palabra_session *session);

/**
 * As palabra_queue_event_fd(), for a session with a queue of its own. Closed with the session.
 *
 * @param session the session.
 * @return as palabra_queue_event_fd(); PALABRA_ERR_UNSUPPORTED also when its events go to a shared queue.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** the session's. **Since:** 0.1. **Example:** epoll_loop.c
 */
PALABRA_API palabra_status palabra_session_event_fd(struct palabra_session *session);

/**
 * As palabra_queue_event_handle(), for a session with a queue of its own. Closed with the session.
 *
 * @param session the session.
 * @param handle receives the HANDLE.
 * @return as palabra_queue_event_handle(); PALABRA_ERR_UNSUPPORTED also when its events go to a shared queue.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** the session's. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_session_event_handle(struct palabra_session *session, void **handle);

/**
 * As palabra_queue_set_wakeup_callback(), for a session with a queue of its own. palabra_session_close() removes the
 * callback too, but does not wait for a call under way: whoever frees what the callback uses removes it first, by this.
 *
 * @param session the session.
 * @param callback see palabra_wakeup_callback; NULL: none.
 * @param user_data handed to the callback.
 * @return PALABRA_OK; PALABRA_ERR_UNSUPPORTED its events go to a shared queue; PALABRA_ERR_BAD_HANDLE,
 *   PALABRA_ERR_REENTRANT.
 *
 * **Threads:** any, but not with a lock held that the callback takes. **Blocks:** as
 * palabra_queue_set_wakeup_callback(). **Memory:** `user_data` must live until the callback is replaced, or the session
 * closed and the last call has come back. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_set_wakeup_callback(struct palabra_session *session,
                                                   palabra_wakeup_callback callback,
                                                   void *user_data);

/**
 * Prepares a `palabra_stats`: zeroes it and sets its size.
 *
 * @param stats the struct to prepare.
 * @param struct_size sizeof(palabra_stats).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `stats` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_stats_init(struct palabra_stats *stats, uint32_t struct_size);

/**
 * Tells the figures of a session.
 *
 * @param session the session.
 * @param stats receives the figures.
 * @return PALABRA_OK, PALABRA_ERR_BAD_HANDLE, or PALABRA_ERR_INVALID_ARGUMENT when `stats` is NULL or its size
 *   impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1. **Example:** many_sessions.c
 */
PALABRA_API
palabra_status palabra_session_stats(struct palabra_session *session,
                                     struct palabra_stats *stats);

/**
 * Prepares a `palabra_wav`: zeroes it and sets its size.
 *
 * @param wav the struct to prepare.
 * @param struct_size sizeof(palabra_wav).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `wav` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_wav_init(struct palabra_wav *wav, uint32_t struct_size);

/**
 * Reads a whole 16-bit PCM WAV file of any rate and number of channels, by the rules of palabra_session_send_file().
 *
 * @param path the file: bytes, on Windows UTF-8. A pipe is waited for.
 * @param wav receives the contents; release it with palabra_wav_release().
 * @param error explains a failure; may be NULL.
 * @return PALABRA_OK;
 *   PALABRA_ERR_IO the file cannot be read or is no WAV file;
 *   PALABRA_ERR_UNSUPPORTED its samples are not 16-bit integers: the text says what they are;
 *   PALABRA_ERR_INVALID_ARGUMENT `path` or `wav` is NULL, or its `struct_size` impossible;
 *   PALABRA_ERR_INVALID_UTF8 on Windows; PALABRA_ERR_LIMIT it does not fit into memory.
 *
 * **Threads:** any. **Blocks:** on the disk. **Memory:** 2 bytes a sample until the release. **Since:** 0.1.
 * **Example:** translate_file.c
 */
PALABRA_API
palabra_status palabra_wav_read(const char *path,
                                struct palabra_wav *wav,
                                struct palabra_error *error);

/**
 * Frees the contents of a WAV file and zeroes the struct but for its size.
 *
 * @param wav the struct; NULL or an already released one does nothing.
 * @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of one that was released.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** `pcm` is invalid from then on. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_wav_release(struct palabra_wav *wav);

/**
 * Writes a 16-bit PCM WAV file, replacing what was there.
 *
 * @param path the file: bytes, on Windows UTF-8.
 * @param pcm `frames` frames of interleaved samples; may be NULL when `frames` is 0.
 * @param frames how many.
 * @param sample_rate frames per second, such as the `sample_rate` of an AUDIO event.
 * @param channels interleaved channels, 1 to 8.
 * @param error explains a failure; may be NULL.
 * @return PALABRA_OK;
 *   PALABRA_ERR_IO the file cannot be written;
 *   PALABRA_ERR_INVALID_ARGUMENT `path` or `pcm` is NULL, a number is impossible;
 *   PALABRA_ERR_INVALID_UTF8 on Windows.
 *
 * **Threads:** any. **Blocks:** on the disk. **Memory:** none kept. **Since:** 0.1. **Example:** translate_file.c
 */
PALABRA_API
palabra_status palabra_wav_write(const char *path,
                                 const int16_t *pcm,
                                 uint32_t frames,
                                 uint32_t sample_rate,
                                 uint32_t channels,
                                 struct palabra_error *error);

/**
 * Sends audio at the pace of speech, as it is due by the clock, and returns when all of it was taken.
 *
 * Nothing is sent before READY. What is due is counted from the beginning, so that delays never add up, and a call
 * that follows at once goes on where the one before ended: a lead is given once and not with every call. Sending that
 * falls behind by more than its lead, and by more than 100 ms, as after a stop of the process, goes on from there: what
 * was missed is sent later and not all at once.
 *
 * @param session the session.
 * @param audio as for palabra_session_send_audio().
 * @param frames how many; 0 is allowed.
 * @param lead_ms how far ahead of real time sending may run, up to 60000; 0: not at all. The service expects the
 *   pace of speech; some 100 ms bridge the jitter of a busy machine.
 * @param timeout_ms how long to take at most; negative: without limit.
 * @return number of frames sent: fewer than `frames` when the time was over or the session ended or closed
 *   meanwhile. If that was before the first frame, the reason:
 *   PALABRA_ERR_TIMEOUT;
 *   PALABRA_ERR_ENDED, PALABRA_ERR_CLOSED, or the code of the CLOSED event when it closed before it was READY;
 *   PALABRA_ERR_BUSY another thread is sending on this session;
 *   PALABRA_ERR_INVALID_ARGUMENT `audio` is NULL, `frames` impossible, `lead_ms` too large;
 *   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_REENTRANT, PALABRA_ERR_FORKED.
 *
 * **Threads:** one sender at a time per session; the events are another thread's to poll meanwhile, or wait.
 * **Blocks:** for as long as the audio lasts, up to `timeout_ms`; palabra_session_end() and _close() end it within
 * 20 ms. **Memory:** `audio` must live until it returns. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_send_paced(struct palabra_session *session,
                                          const void *audio,
                                          uint32_t frames,
                                          uint32_t lead_ms,
                                          int32_t timeout_ms);

/**
 * Sends a file at the pace of speech, as palabra_session_send_paced() does. It is read from the disk as it goes.
 *
 * A WAV, RF64 or BW64 file may have integers of up to 32 bits, floats, mu-law or A-law, 8000 to 48000 frames a second
 * and up to 8 channels, whatever the input format of the session; that is set to the file's meanwhile and is afterwards
 * what it was (see palabra_session_set_input_format()). The session is not ended: palabra_session_end() does that.
 *
 * A file whose length was never written, as by a recorder that was killed, is read to its end. Other codecs, and
 * samples that leave open where their bits are, are refused by name, and nothing is sent. `path` may be a pipe:
 * `timeout_ms` covers the wait for its writer, and while it has nothing, nothing is due.
 *
 * A library that was built with its feature `decoders` (which is off by default) also takes FLAC, MP3 and Ogg Vorbis.
 *
 * @param session the session.
 * @param path the file: bytes, on Windows UTF-8.
 * @param lead_ms as for palabra_session_send_paced().
 * @param timeout_ms how long to take at most; negative: without limit.
 * @param error explains a failure; may be NULL.
 * @return number of frames sent, as the file counts them (INT32_MAX if there are more): fewer than it has when the
 *   time was over or the session ended or closed meanwhile;
 *   PALABRA_ERR_IO the file cannot be read, be it in the middle, or is no audio file of a known kind;
 *   PALABRA_ERR_UNSUPPORTED samples of another kind, audio in several pieces, or a rate that cannot be converted to that of the wire;
 *   PALABRA_ERR_INVALID_ARGUMENT `path` is NULL, `lead_ms` is too large, rate or channels of the file are out of
 *   range;
 *   PALABRA_ERR_AGAIN 16 changes of the input format wait already;
 *   PALABRA_ERR_INVALID_UTF8 on Windows, and before the first frame what palabra_session_send_paced() returns.
 *
 * **Threads:** as palabra_session_send_paced(). **Blocks:** for as long as the file lasts, up to `timeout_ms`, and
 * on the disk. **Memory:** 100 ms of the file. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_session_send_file(struct palabra_session *session,
                                         const char *path,
                                         uint32_t lead_ms,
                                         int32_t timeout_ms,
                                         struct palabra_error *error);

/**
 * Prepares file options: zeroes them and sets their size.
 *
 * @param options the struct to prepare.
 * @param struct_size sizeof(palabra_file_options).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `options` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_file_options_init(struct palabra_file_options *options,
                                         uint32_t struct_size);

/**
 * Prepares a file result: zeroes it and sets its size.
 *
 * @param result the struct to prepare.
 * @param struct_size sizeof(palabra_file_result).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `result` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_file_result_init(struct palabra_file_result *result, uint32_t struct_size);

/**
 * Translates a recording: opens a session, sends the file at its pace, and writes the speech of each target to a WAV
 * file of its own until the tail has come and the session is closed.
 *
 * A file begins with the first speech of its language, replaces what was there, and grows as the speech comes.
 * Whatever ends the translation (an error, the callback, the timeout), files that were begun stay and are complete
 * with what was received until then; a target that was not spoken has no file.
 *
 * @param client whose account.
 * @param config settings, as for palabra_session_open(). The input format is that of the file: `input_encoding`,
 *   `input_sample_rate` and `input_channels` are ignored, and so are `output_mode`, `gap_policy` and
 *   PALABRA_TRANSLATION_DROP_OLDEST: a file has neither gaps nor a past. `queue` must be NULL.
 * @param input_path the file: bytes, on Windows UTF-8; what it may be, palabra_session_send_file() says.
 * @param output_pattern where the speech goes, bytes or on Windows UTF-8: "{lang}" in it stands for the language; without it and with
 *   several targets "_" and the language go before the suffix ("out.wav": "out_es.wav", "out_fr.wav"). NULL:
 *   nowhere.
 * @param options pace and progress; NULL: the defaults.
 * @param result receives figures, also on failure; may be NULL.
 * @param timeout_ms how long to take at most; negative: without limit.
 * @param error explains a failure; may be NULL.
 * @return PALABRA_OK;
 *   PALABRA_ERR_TIMEOUT; PALABRA_ERR_CLOSED the callback asked to stop;
 *   the code of the CLOSED event when the session closed with an error;
 *   PALABRA_ERR_IO a file cannot be read or written, or the folder for the speech does not exist;
 *   PALABRA_ERR_UNSUPPORTED, PALABRA_ERR_INVALID_ARGUMENT as for palabra_session_open() and _send_file(), or `queue`
 *   is not NULL, `input_path` is, or a number is out of its range;
 *   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_INVALID_UTF8, PALABRA_ERR_AUTH, PALABRA_ERR_LIMIT, PALABRA_ERR_REENTRANT,
 *   PALABRA_ERR_FORKED.
 *
 * **Threads:** any; each call has a session of its own. **Blocks:** for as long as the file and its tail last, up to
 * `timeout_ms`, and on the disk. **Memory:** none kept. **Since:** 0.1. **Example:** translate_whole_file.c
 */
PALABRA_API
palabra_status palabra_translate_file(struct palabra_client *client,
                                      const struct palabra_translation_config *config,
                                      const char *input_path,
                                      const char *output_pattern,
                                      const struct palabra_file_options *options,
                                      struct palabra_file_result *result,
                                      int32_t timeout_ms,
                                      struct palabra_error *error);

/**
 * Prepares a voice config: zeroes it and sets its size.
 *
 * @param config the struct to prepare.
 * @param struct_size sizeof(palabra_voice_config).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `config` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_voice_config_init(struct palabra_voice_config *config,
                                         uint32_t struct_size);

/**
 * Prepares a `palabra_voice`: zeroes it and sets its size.
 *
 * @param voice the struct to prepare.
 * @param struct_size sizeof(palabra_voice).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `voice` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_voice_init(struct palabra_voice *voice, uint32_t struct_size);

/**
 * Prepares a `palabra_voice_list`: zeroes it and sets its size.
 *
 * @param list the struct to prepare.
 * @param struct_size sizeof(palabra_voice_list).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `list` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_voice_list_init(struct palabra_voice_list *list, uint32_t struct_size);

/**
 * Clones a voice: tells the service, uploads the sample, and waits until the voice is ready (PALABRA_VOICE_NO_WAIT: does
 * not wait).
 *
 * Like all calls for voices and glossaries it needs an API key; a client id and secret do not open them. Nothing is sent
 * before everything was checked.
 *
 * @param client whose account.
 * @param config the voice; `name`, `language` and a sample are needed.
 * @param voice receives the voice; release it with palabra_voice_release(). Filled on failure too once the service has
 *   given an `id`: the voice is then there, to wait for (palabra_voices_wait_ready()) or to delete.
 * @param error explains a failure; may be NULL.
 * @param timeout_ms limit for the whole call in ms; negative: 300000.
 * @return PALABRA_OK;
 *   PALABRA_ERR_INVALID_ARGUMENT something is missing, too long, too large or of an unknown kind, or a struct is NULL or
 *   has an impossible `struct_size`;
 *   PALABRA_ERR_IO `sample_path` cannot be read;
 *   PALABRA_ERR_AUTH no API key, or the service refuses it (HTTP 401, 403);
 *   PALABRA_ERR_SERVICE refused otherwise, `error->http_status` tells how; or the voice could not be made, then it is 0;
 *   PALABRA_ERR_DNS, _CONNECT, _CONNECTION_LOST, _TLS the service or the storage of samples was not reached;
 *   PALABRA_ERR_PROTOCOL the reply makes no sense;
 *   PALABRA_ERR_TIMEOUT the time has passed;
 *   PALABRA_ERR_UNSUPPORTED a flag or field of a later version is set;
 *   PALABRA_ERR_BAD_HANDLE, _INVALID_UTF8, _LIMIT, _SHUTDOWN, _REENTRANT, _FORKED.
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`, and before that on the disk. **Memory:** two copies of the sample
 * during the call; the texts of `voice` live until its release. **Since:** 0.1. **Example:** voices.c
 */
PALABRA_API
palabra_status palabra_voices_create(struct palabra_client *client,
                                     const struct palabra_voice_config *config,
                                     struct palabra_voice *voice,
                                     struct palabra_error *error,
                                     int32_t timeout_ms);

/**
 * Waits until a voice is ready.
 *
 * @param client whose account.
 * @param id `palabra_voice.id`.
 * @param voice receives what was last seen of the voice, on failure too; release it with palabra_voice_release().
 * @param error explains a failure; may be NULL.
 * @param timeout_ms limit for the whole call in ms; negative: 300000.
 * @return PALABRA_OK; PALABRA_ERR_SERVICE the voice could not be made, `error->text` says why and `error->http_status` is
 *   0; other errors as for palabra_voices_create(), where up to three looks in a row may fail.
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** the texts of `voice` live until its release.
 * **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_voices_wait_ready(struct palabra_client *client,
                                         const char *id,
                                         struct palabra_voice *voice,
                                         struct palabra_error *error,
                                         int32_t timeout_ms);

/**
 * Asks for one voice.
 *
 * @param client whose account.
 * @param id `palabra_voice.id`.
 * @param voice receives the voice; release it with palabra_voice_release().
 * @param error explains a failure; may be NULL.
 * @param timeout_ms limit for the whole call in ms; negative: the client's own limits.
 * @return PALABRA_OK; PALABRA_ERR_SERVICE with `error->http_status` 404: there is no such voice; other errors as for
 *   palabra_voices_create().
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** the texts of `voice` live until its release.
 * **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_voices_get(struct palabra_client *client,
                                  const char *id,
                                  struct palabra_voice *voice,
                                  struct palabra_error *error,
                                  int32_t timeout_ms);

/**
 * Lists the account's own voices, all pages of them.
 *
 * @param client whose account.
 * @param search a part of the name, 2 characters or more; NULL: any.
 * @param language language of the sample; NULL: any.
 * @param list receives the voices; release it with palabra_voice_list_release().
 * @param error explains a failure; may be NULL.
 * @param timeout_ms limit for the whole call in ms; negative: the client's own limits for each page.
 * @return PALABRA_OK; errors as for palabra_voices_create().
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** `list` lives until its release. **Since:** 0.1.
 * **Example:** voices.c
 */
PALABRA_API
palabra_status palabra_voices_list(struct palabra_client *client,
                                   const char *search,
                                   const char *language,
                                   struct palabra_voice_list *list,
                                   struct palabra_error *error,
                                   int32_t timeout_ms);

/**
 * Lists the voices that every account has.
 *
 * @param client whose account.
 * @param list receives the voices; release it with palabra_voice_list_release().
 * @param error explains a failure; may be NULL.
 * @param timeout_ms limit for the whole call in ms; negative: the client's own limits for each page.
 * @return PALABRA_OK; errors as for palabra_voices_create().
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** `list` lives until its release. **Since:** 0.1.
 * **Example:** voices.c
 */
PALABRA_API
palabra_status palabra_voices_list_builtin(struct palabra_client *client,
                                           struct palabra_voice_list *list,
                                           struct palabra_error *error,
                                           int32_t timeout_ms);

/**
 * Changes the name, the description or the labels of a voice.
 *
 * @param client whose account.
 * @param id `palabra_voice.id`.
 * @param change `name`, `description`, `gender`, `age_group` and `mood`: NULL leaves a text as it is, and one label
 *   given replaces all three. Everything else must be 0 or NULL.
 * @param voice receives the changed voice; release it with palabra_voice_release().
 * @param error explains a failure; may be NULL.
 * @param timeout_ms limit for the whole call in ms; negative: the client's own limits.
 * @return PALABRA_OK; PALABRA_ERR_SERVICE with `error->http_status` 404: there is no such voice; other errors as for
 *   palabra_voices_create().
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** the texts of `voice` live until its release.
 * **Since:** 0.1. **Example:** voices.c
 */
PALABRA_API
palabra_status palabra_voices_update(struct palabra_client *client,
                                     const char *id,
                                     const struct palabra_voice_config *change,
                                     struct palabra_voice *voice,
                                     struct palabra_error *error,
                                     int32_t timeout_ms);

/**
 * Deletes a voice.
 *
 * @param client whose account.
 * @param id `palabra_voice.id`.
 * @param error explains a failure; may be NULL.
 * @param timeout_ms limit for the whole call in ms; negative: the client's own limits.
 * @return PALABRA_OK; PALABRA_ERR_SERVICE with `error->http_status` 404: there is no such voice; other errors as for
 *   palabra_voices_create().
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** none. **Since:** 0.1. **Example:** voices.c
 */
PALABRA_API
palabra_status palabra_voices_delete(struct palabra_client *client,
                                     const char *id,
                                     struct palabra_error *error,
                                     int32_t timeout_ms);

/**
 * Frees the texts of a voice and zeroes the struct but for its size. The service is not told.
 *
 * @param voice the struct; NULL or an already released one does nothing.
 * @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of one that was released.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** its texts are freed. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_voice_release(struct palabra_voice *voice);

/**
 * Frees a list of voices and zeroes the struct but for its size.
 *
 * @param list the struct; NULL or an already released one does nothing.
 * @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of one that was released.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** the voices in it and their texts are freed. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_voice_list_release(struct palabra_voice_list *list);

/**
 * Prepares a glossary config: zeroes it and sets its size.
 *
 * @param config the struct to prepare.
 * @param struct_size sizeof(palabra_glossary_config).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `config` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_glossary_config_init(struct palabra_glossary_config *config,
                                            uint32_t struct_size);

/**
 * Prepares a `palabra_glossary`: zeroes it and sets its size.
 *
 * @param glossary the struct to prepare.
 * @param struct_size sizeof(palabra_glossary).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `glossary` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_glossary_init(struct palabra_glossary *glossary, uint32_t struct_size);

/**
 * Prepares a `palabra_glossary_list`: zeroes it and sets its size.
 *
 * @param list the struct to prepare.
 * @param struct_size sizeof(palabra_glossary_list).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `list` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_glossary_list_init(struct palabra_glossary_list *list,
                                          uint32_t struct_size);

/**
 * Prepares a `palabra_glossary_csv`: zeroes it and sets its size.
 *
 * @param csv the struct to prepare.
 * @param struct_size sizeof(palabra_glossary_csv).
 * @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `csv` is NULL or the size is impossible.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_glossary_csv_init(struct palabra_glossary_csv *csv, uint32_t struct_size);

/**
 * Makes a glossary and uploads its entries, which cannot be changed later.
 *
 * Like all calls for voices and glossaries it needs an API key; a client id and secret do not open them. Nothing is sent
 * before everything was checked.
 *
 * @param client whose account.
 * @param config the glossary; `name`, `kind`, `source_language` and entries are needed, for translation also
 *   `target_language`.
 * @param glossary receives the glossary; release it with palabra_glossary_release(). Filled on failure too once the
 *   service has given an `id`: the glossary is then there without entries, to be deleted.
 * @param error explains a failure; may be NULL.
 * @param timeout_ms limit for the whole call in ms; negative: as long as its steps take.
 * @return PALABRA_OK;
 *   PALABRA_ERR_INVALID_ARGUMENT something is missing, too large or does not fit the kind (error->text names the entry,
 *   counted from 1), or a struct is NULL or has an impossible `struct_size`;
 *   PALABRA_ERR_INVALID_UTF8 a text or the file is not UTF-8;
 *   PALABRA_ERR_IO `csv_path` cannot be read;
 *   PALABRA_ERR_AUTH no API key, or the service refuses it (HTTP 401, 403);
 *   PALABRA_ERR_SERVICE refused otherwise; `error->http_status` tells how;
 *   PALABRA_ERR_DNS, _CONNECT, _CONNECTION_LOST, _TLS the service was not reached;
 *   PALABRA_ERR_PROTOCOL the reply makes no sense;
 *   PALABRA_ERR_TIMEOUT the time has passed;
 *   PALABRA_ERR_UNSUPPORTED a flag or field of a later version is set;
 *   PALABRA_ERR_BAD_HANDLE, _LIMIT, _SHUTDOWN, _REENTRANT, _FORKED.
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`, and before that on the disk. **Memory:** the texts of `glossary` live
 * until its release. **Since:** 0.1. **Example:** glossary.c
 */
PALABRA_API
palabra_status palabra_glossaries_create(struct palabra_client *client,
                                         const struct palabra_glossary_config *config,
                                         struct palabra_glossary *glossary,
                                         struct palabra_error *error,
                                         int32_t timeout_ms);

/**
 * Asks for one glossary.
 *
 * @param client whose account.
 * @param id `palabra_glossary.id`.
 * @param glossary receives the glossary; release it with palabra_glossary_release().
 * @param error explains a failure; may be NULL.
 * @param timeout_ms limit for the whole call in ms; negative: the client's own limits.
 * @return PALABRA_OK; PALABRA_ERR_SERVICE with `error->http_status` 404: there is no such glossary; other errors as for
 *   palabra_glossaries_create().
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** the texts of `glossary` live until its release.
 * **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_glossaries_get(struct palabra_client *client,
                                      const char *id,
                                      struct palabra_glossary *glossary,
                                      struct palabra_error *error,
                                      int32_t timeout_ms);

/**
 * Lists the account's glossaries, all pages of them.
 *
 * @param client whose account.
 * @param list receives the glossaries; release it with palabra_glossary_list_release().
 * @param error explains a failure; may be NULL.
 * @param timeout_ms limit for the whole call in ms; negative: the client's own limits for each page.
 * @return PALABRA_OK; errors as for palabra_glossaries_create().
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** `list` lives until its release. **Since:** 0.1.
 * **Example:** glossary.c
 */
PALABRA_API
palabra_status palabra_glossaries_list(struct palabra_client *client,
                                       struct palabra_glossary_list *list,
                                       struct palabra_error *error,
                                       int32_t timeout_ms);

/**
 * Reads the entries of a glossary.
 *
 * @param client whose account.
 * @param id `palabra_glossary.id`.
 * @param csv receives the entries; release it with palabra_glossary_csv_release().
 * @param error explains a failure; may be NULL.
 * @param timeout_ms limit for the whole call in ms; negative: the client's own limits.
 * @return PALABRA_OK; PALABRA_ERR_SERVICE with `error->http_status` 404: there is no such glossary, or it has no entries;
 *   other errors as for palabra_glossaries_create().
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** `csv->text` lives until the release. **Since:** 0.1.
 * **Example:** glossary.c
 */
PALABRA_API
palabra_status palabra_glossaries_download(struct palabra_client *client,
                                           const char *id,
                                           struct palabra_glossary_csv *csv,
                                           struct palabra_error *error,
                                           int32_t timeout_ms);

/**
 * Renames a glossary, or switches it on or off.
 *
 * @param client whose account.
 * @param id `palabra_glossary.id`.
 * @param name the new name; NULL: it stays as it is.
 * @param enabled 1: switched on; 0: switched off; negative: it stays as it is.
 * @param glossary receives the changed glossary; release it with palabra_glossary_release().
 * @param error explains a failure; may be NULL.
 * @param timeout_ms limit for the whole call in ms; negative: the client's own limits for its steps.
 * @return PALABRA_OK; PALABRA_ERR_SERVICE with `error->http_status` 404: there is no such glossary; other errors as for
 *   palabra_glossaries_create().
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** the texts of `glossary` live until its release.
 * **Since:** 0.1. **Example:** glossary.c
 */
PALABRA_API
palabra_status palabra_glossaries_update(struct palabra_client *client,
                                         const char *id,
                                         const char *name,
                                         int32_t enabled,
                                         struct palabra_glossary *glossary,
                                         struct palabra_error *error,
                                         int32_t timeout_ms);

/**
 * Deletes a glossary.
 *
 * @param client whose account.
 * @param id `palabra_glossary.id`.
 * @param error explains a failure; may be NULL.
 * @param timeout_ms limit for the whole call in ms; negative: the client's own limits.
 * @return PALABRA_OK; PALABRA_ERR_SERVICE with `error->http_status` 404: there is no such glossary; other errors as for
 *   palabra_glossaries_create().
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** none. **Since:** 0.1. **Example:** glossary.c
 */
PALABRA_API
palabra_status palabra_glossaries_delete(struct palabra_client *client,
                                         const char *id,
                                         struct palabra_error *error,
                                         int32_t timeout_ms);

/**
 * Frees the texts of a glossary and zeroes the struct but for its size. The service is not told.
 *
 * @param glossary the struct; NULL or an already released one does nothing.
 * @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of one that was released.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** its texts are freed. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_glossary_release(struct palabra_glossary *glossary);

/**
 * Frees a list of glossaries and zeroes the struct but for its size.
 *
 * @param list the struct; NULL or an already released one does nothing.
 * @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of one that was released.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** the glossaries in it and their texts are freed. **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_glossary_list_release(struct palabra_glossary_list *list);

/**
 * Frees the entries of a glossary and zeroes the struct but for its size.
 *
 * @param csv the struct; NULL or an already released one does nothing.
 * @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of one that was released.
 *
 * **Threads:** any. **Blocks:** never. **Memory:** its text is freed. **Since:** 0.1
 */
PALABRA_API palabra_status palabra_glossary_csv_release(struct palabra_glossary_csv *csv);

/**
 * Stops the library: every session is asked to say goodbye, then the background thread is stopped and joined.
 *
 * Needed by leak checkers, plug-in hosts and programs that unload the library; a program that simply exits needs
 * it only if REST sessions shall be deleted first. Handles stay what they are: sessions get a CLOSED event with
 * PALABRA_ERR_SHUTDOWN and still have to be closed. A later palabra_session_open() starts the library afresh.
 *
 * @param timeout_ms how long sessions may take to say goodbye; 0: cut them off at once.
 * @return PALABRA_OK; PALABRA_ERR_TIMEOUT sessions were cut off (the library is stopped all the same), or a wake-up
 *   callback did not come back in time (the thread ends when it does);
 *   PALABRA_ERR_FORKED.
 *
 * **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** frees what the background thread held.
 * **Since:** 0.1
 */
PALABRA_API
palabra_status palabra_shutdown(uint32_t timeout_ms);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PALABRA_H */
