/*
 * palabra/event.h - Events
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */
#ifndef PALABRA_EVENT_H
#define PALABRA_EVENT_H

#include <palabra/base.h>

/** What happened. Later versions add kinds: ignore and release those that are not known. */
typedef enum palabra_event_kind PALABRA_INT32_ENUM {
    /** No event. */
    PALABRA_EVENT_NONE = 0,
    /** The service is listening. `id`: that of the REST session that was created, as for palabra_rest_session_get();
     *  "": there is none. */
    PALABRA_EVENT_READY = 1,
    /** A text: `text`, `language`, `phrase`, `start_ms`, `end_ms`. FINAL: it is complete; otherwise it replaces the
     *  one before. TRANSLATION: it is in a target language. Speech-to-text: also `user_tag` when it answers
     *  palabra_session_finalize(). */
    PALABRA_EVENT_TRANSCRIPT = 2,
    /** Speech: `pcm`, `pcm_frames`, `sample_rate`, `channels`, `language`, `phrase`; with PALABRA_TTS_FORMAT_MP3
     *  `data` instead of `pcm`. LAST_CHUNK: the phrase is complete (`pcm_frames` may be 0). It can arrive faster than
     *  it plays. Text-to-speech: `id` and `phrase` are those of the generation, `user_tag` that of its first text. */
    PALABRA_EVENT_AUDIO = 3,
    /** Answer to palabra_session_speak(): `user_tag`, `text` ("queued"), `phrase`. */
    PALABRA_EVENT_SPEAK_STATUS = 4,
    /** The service acknowledged a command: `service_code` names it ("set_task"), `text` says what happened
     *  ("started"). PAUSED. Not every server acknowledges. Text-to-speech: the library's own answer to
     *  palabra_session_cancel(). */
    PALABRA_EVENT_TASK_STATUS = 5,
    /** The current task: `text` is the service's JSON. PAUSED. `user_tag` when it answers palabra_session_get_task().
     */
    PALABRA_EVENT_TASK_INFO = 6,
    /** Nothing more will be said. CLOSED follows. */
    PALABRA_EVENT_STREAM_END = 7,
    /** A warning of the service: `service_code`, `text`. DROPPED: input was dropped, `dropped` frames; see
     *  PALABRA_SESSION_DROP_OLDEST. */
    PALABRA_EVENT_WARNING = 8,
    /** Something failed and the session continues: `code`, `service_code`, `text`; `user_tag` when it refuses a
     *  command. PALABRA_ERR_IO, PALABRA_ERR_LIMIT: the file of a recording. */
    PALABRA_EVENT_ERROR = 9,
    /** Events were dropped because limits were exceeded: `dropped`, `text`. Partial transcripts are dropped first,
     *  then RAW and LOG, then AUDIO, then others; of each the oldest. */
    PALABRA_EVENT_OVERFLOW = 10,
    /** A log line: `log_level`, `text`. See palabra_log_open(). */
    PALABRA_EVENT_LOG = 11,
    /** A message that the library does not model: `json`. */
    PALABRA_EVENT_RAW = 12,
    /** The session is over; no event follows. `code` is PALABRA_OK, or says why together with `text`, `service_code`,
     *  `http_status`, `close_code`, `retry_after_ms`. FATAL is set with every error; RETRIABLE: a new session can
     *  succeed. `id` as for READY. */
    PALABRA_EVENT_CLOSED = 13,
    /** A phrase starts to be heard: `played_frames`, `language`, `id`, `phrase`, `part`. The PLAYOUT events are
     *  delivered where speech is read by palabra_session_read_audio(), some ms after it happened. What is heard after
     *  CLOSED has none: see palabra_session_get_playout_stats(). */
    PALABRA_EVENT_PLAYOUT_STARTED = 14,
    /** It was heard to its end: as above, and `heard_ms`, `phrase_ms`. */
    PALABRA_EVENT_PLAYOUT_FINISHED = 15,
    /** It was cut by palabra_session_silence(), _interrupt(), _pause() or _cancel() after `heard_ms` of the
     *  `phrase_ms` received, 0 if it had not started. DROPPED: it was dropped because `output.buffer_ms` was exceeded,
     *  or because its end was due while nothing was read for `output.reader_lag_ms`; if more of it is heard after
     *  that, it starts again. That of speech which was ready for the reader by then comes when it reads again. */
    PALABRA_EVENT_PLAYOUT_CUT = 16,
    /** A session needs credentials: call palabra_client_set_credentials(). See PALABRA_CLIENT_ASK_CREDENTIALS. */
    PALABRA_EVENT_CREDENTIALS_NEEDED = 17,
    /** Call: the service listens to the party of `leg`, and translates what it says. `id` as for READY, which a call
     *  does not deliver. */
    PALABRA_EVENT_LINK_UP = 18,
    /** Call: the service does not listen to the party of `leg` any more, or could not be reached; the call goes on.
     *  The fields are those of CLOSED, which a call delivers once, as its last event. `code` PALABRA_OK: the leg was
     *  closed, or the call was ended. */
    PALABRA_EVENT_LINK_DOWN = 19,
    /** Call: the party of `leg` has begun to speak, at `start_ms` of the audio that its line has sent, about 200 ms
     *  ago. See PALABRA_LEG_DETECT_SPEECH. */
    PALABRA_EVENT_SPEECH_STARTED = 20,
    /** Call: it has stopped, 400 ms ago: it spoke from `start_ms` to `end_ms`. */
    PALABRA_EVENT_SPEECH_ENDED = 21,
    /** What is played comes back through the microphone, in a call that of the party of `leg`: `delay_ms`, `level_db`,
     *  `text`. When it is first known, and when it has changed by more than 10 ms or 3 dB. `delay_ms` -1: it does not
     *  come back any more. See PALABRA_ECHO_MEASURE. */
    PALABRA_EVENT_ECHO = 22
} palabra_event_kind;
PALABRA_ASSERT_INT32(palabra_event_kind);

/** One thing that happened. The same struct for every kind; fields that a kind does not use are 0, -1 where 0 could be
 *  a value, or "".
 *
 *  Pointers are valid until palabra_event_release(), whatever happens to the session. Texts are never NULL in a
 *  delivered event. */
typedef struct palabra_event {
    uint32_t struct_size;
    palabra_event_kind kind;
    /** Position in the order of delivery of this session or call, from 1 without gaps. */
    uint64_t seq;
    /** When it happened, in ns of the system's monotonic clock (CLOCK_MONOTONIC; Windows: QueryPerformanceCounter). */
    int64_t time_ns;
    /** `session_tag` or `call_tag` of the config. */
    uint64_t session_tag;
    /** Tag of the command that this answers. */
    uint64_t user_tag;
    /** CLOSED, LINK_DOWN, ERROR: the status. */
    palabra_status code;
    /** PALABRA_FLAG_* bits. */
    uint32_t flags;
    /** Call: number of the leg whose party speaks, from 0; -1: none. PLAYOUT_* and AUDIO are what the other party
     *  hears of it. */
    int32_t leg;
    /** LOG: severity, a palabra_log_level. */
    int32_t log_level;
    /** CLOSED, ERROR: HTTP status of the refusal; 0: none. */
    int32_t http_status;
    /** CLOSED, ERROR: WebSocket close code; 0: none. */
    int32_t close_code;
    /** CLOSED, ERROR: time after which the service allows another attempt, in ms; -1: the service did not say. */
    int32_t retry_after_ms;
    /** CLOSED, ERROR: error number of the operating system; 0: none. */
    int32_t os_error;
    /** Number of the phrase in this session, or of this leg of a call, the same for its texts and its audio in all
     *  languages; 0: none. */
    uint64_t phrase;
    /** Part of a long phrase that a translation or its audio belongs to, from 0. */
    int32_t part;
    /** AUDIO: frames per second. */
    int32_t sample_rate;
    /** AUDIO: interleaved channels. */
    int32_t channels;
    int32_t data_len;
    /** AUDIO: frames at `pcm`. */
    int64_t pcm_frames;
    /** TRANSCRIPT, SPEECH_*: start in the audio that was sent, in ms; -1: the service did not say. */
    int64_t start_ms;
    /** TRANSCRIPT, SPEECH_ENDED: end in the audio that was sent, in ms; -1: the service did not say. */
    int64_t end_ms;
    /** PLAYOUT_STARTED: frames of the language that had been read when the phrase started, silence included;
     *  PLAYOUT_FINISHED, PLAYOUT_CUT: when its last frame had been read. In the current output format; -1: unknown. */
    int64_t played_frames;
    /** PLAYOUT_FINISHED, PLAYOUT_CUT: how much of the phrase was heard, in ms; -1: unknown. */
    int64_t heard_ms;
    /** PLAYOUT_*: how much of the phrase had been received, in ms; -1: unknown. */
    int64_t phrase_ms;
    /** OVERFLOW: events dropped; WARNING: frames of input dropped, in the caller's format. */
    int64_t dropped;
    int32_t text_len;
    int32_t language_len;
    int32_t id_len;
    int32_t service_code_len;
    int32_t json_len;
    int32_t session_name_len;
    /** What was said, or what happened. */
    const char *text;
    /** Language code of text or audio. */
    const char *language;
    /** The service's id of the phrase or of the REST session, or the id of the generation. */
    const char *id;
    /** The service's code of an error, a warning or a command. */
    const char *service_code;
    /** With PALABRA_SESSION_JSON: the service's message, without audio. RAW: always. */
    const char *json;
    /** `session_name` or `call_name` of the config. */
    const char *session_name;
    /** AUDIO: interleaved 16-bit samples; NULL: none. */
    const int16_t *pcm;
    /** AUDIO of PALABRA_TTS_FORMAT_MP3: the next bytes of the generation's stream, cut anywhere; NULL: none. */
    const void *data;
    const void *reserved_pointer;
    void *payload;
    /** ECHO: how late what is played comes back, in ms; -1: it does not. */
    int64_t delay_ms;
    /** ECHO: how loud it is, in dB of what is played, usually negative. */
    int32_t level_db;
    uint32_t reserved;
} palabra_event;

#ifdef __cplusplus
extern "C" {
#endif

/** Takes the next event of a session, waiting for one if there is none.
 *
 *  Release every event before its struct is used again. Any number of events may be held in structs of their own.
 *
 *  @param event receives the event; its kind is PALABRA_EVENT_NONE on 0, and it is not touched on an error.
 *  @return 1: an event was taken; 0: there was none within the time, or palabra_session_wakeup() ended the wait.
 *    Release the event with palabra_event_release().
 *  @retval PALABRA_ERR_CLOSED No event follows: CLOSED was taken, or the session was closed meanwhile.
 *  @retval PALABRA_ERR_BUSY Another thread is polling this session.
 *  @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
 *  @retval PALABRA_ERR_LIMIT Too many events were not released.
 *  Threads: one at a time per session. Example: hello.c. */
PALABRA_API int32_t PALABRA_CALL palabra_session_poll_event(
    palabra_session *session, palabra_event *event, int32_t timeout_ms);

/** Releases an event: frees what its pointers point to and zeroes the struct except for its size.
 *  @param event the event; NULL, PALABRA_EVENT_NONE or a released one: nothing is done.
 *  May be called from callbacks. */
PALABRA_API palabra_status PALABRA_CALL palabra_event_release(palabra_event *event);

/** Returns the name of a kind of event, such as "TRANSCRIPT".
 *  @param kind any number.
 *  @return a static text; "UNKNOWN" for a number that this version does not know. */
PALABRA_API const char *PALABRA_CALL palabra_event_kind_name(int32_t kind);

#ifdef __cplusplus
}
#endif

/* Start values: the size is set, everything else is zero. */
#define PALABRA_EVENT_INIT PALABRA_STRUCT_INIT(palabra_event)

#endif /* PALABRA_EVENT_H */
