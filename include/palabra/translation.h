/*
 * palabra/translation.h - Translation: speech in, texts and speech in other languages out
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */
#ifndef PALABRA_TRANSLATION_H
#define PALABRA_TRANSLATION_H

#include <palabra/base.h>
#include <palabra/audio.h>
#include <palabra/playout.h>
#include <palabra/session.h>

/** Whether the service may change the tempo of its speech. */
typedef enum palabra_tempo PALABRA_INT32_ENUM {
    /** The service's default, which is PALABRA_TEMPO_AUTO. */
    PALABRA_TEMPO_DEFAULT = 0,
    /** The service speaks faster when its speech queue grows. */
    PALABRA_TEMPO_AUTO = 1,
    /** The service never changes the tempo. */
    PALABRA_TEMPO_FIXED = 2
} palabra_tempo;
PALABRA_ASSERT_INT32(palabra_tempo);

/** Clone the speaker's voice. Takes precedence over `voice_id`. */
#define PALABRA_TRANSLATION_VOICE_CLONING 256u
/** Deliver partial translations too, not only partial transcripts. */
#define PALABRA_TRANSLATION_PARTIALS 512u
/** Let the service compress the speech that it sends. Events are the same. */
#define PALABRA_TRANSLATION_ZLIB_OUTPUT 1024u
/** Steady noise in what is sent is made fainter, by about 12 dB. What is sent takes the way that PALABRA_ECHO_CANCEL
 *  describes, with or without that. Requires the feature "echo". */
#define PALABRA_TRANSLATION_SUPPRESS_NOISE 2048u
/** What is sent is made louder where it is faint. Otherwise as PALABRA_TRANSLATION_SUPPRESS_NOISE. */
#define PALABRA_TRANSLATION_CONTROL_GAIN 4096u

/** `text` is in the source language: translate it into every target instead of speaking it as it is. */
#define PALABRA_SPEAK_TRANSLATE 1u

/** Pause as well. */
#define PALABRA_INTERRUPT_PAUSE 1u

/** Maximum length of the text of palabra_session_speak(), in bytes. The service allows 2048 characters. */
#define PALABRA_MAX_SPEAK_BYTES 8192
/** Maximum length of the JSON of palabra_session_set_task(), in bytes. */
#define PALABRA_MAX_TASK_BYTES 262144

/** What the service does about speech that waits in its own queue. */
typedef struct palabra_service_queue {
    /** Target level of the service's queue, of all targets, in ms; 0: the service's default, 5000. */
    int32_t target_ms;
    /** Level above which the service drops the oldest speech, in ms, more than `target_ms`; 0: the service's default,
     *  20000. */
    int32_t max_ms;
    palabra_tempo tempo;
    /** Slowest tempo, in percent of the natural one; 0: the service's default. */
    int32_t min_tempo_percent;
    /** Fastest tempo, in percent of the natural one; 0: the service's default. */
    int32_t max_tempo_percent;
    int32_t reserved_tempo;
    uint32_t reserved[4];
} palabra_service_queue;

/** Minimum intervals between commands. The service refuses commands that come faster than its own intervals. */
typedef struct palabra_command_pace {
    /** Interval between two commands of palabra_session_set_task() or palabra_session_resume(), and between two of
     *  palabra_session_get_task(), in ms; 0: 2100. The service allows one in 2 s. */
    int32_t task_interval_ms;
    /** Interval between two commands of palabra_session_pause(), in ms; 0: 3100. The service allows one in 3 s. */
    int32_t pause_interval_ms;
    /** Maximum number of palabra_session_speak() in a minute, of which one sixth may go out at once, 1 to 60000; 0:
     *  60. */
    int32_t speak_per_minute;
    int32_t reserved_pace;
    uint32_t reserved[4];
} palabra_command_pace;

/** Settings of a translation session.
 *
 *  Audio on the wire is 16-bit, at one rate for the whole session, with one channel unless `task_json` declares more:
 *  rates below 16 kHz are sent at 16 kHz, those above 48 kHz at 48 kHz, all others as they are. Input that already has
 *  the format of the wire is sent unchanged; everything else is converted on the library's thread with at most 3 ms of
 *  delay. */
typedef struct palabra_translation_config {
    uint32_t struct_size;
    /** PALABRA_SESSION_* and PALABRA_TRANSLATION_* bits. */
    uint32_t flags;
    uint64_t session_tag;
    const char *session_name;
    /** Queue that the events are delivered to, or that names the session (PALABRA_QUEUE_NAMES), shared with other
     *  sessions; NULL: the session has its own. */
    palabra_queue *queue;
    /** Stream to connect to; NULL: the client's. Without it a REST session is created where the credentials need one.
     */
    palabra_stream_address stream;
    /** Language spoken, such as "en", or "auto". */
    const char *source_language;
    /** Languages to translate to, separated by commas: "es" or "es,fr,de". Each has its own texts and audio. */
    const char *target_languages;
    /** Voice of the translation; NULL: the service's default. */
    const char *voice_id;
    /** Glossaries of words to listen for: "all", "none", or ids separated by commas; NULL: the service's default. */
    const char *hotwords_glossaries;
    /** Glossaries that correct what was recognized; as above. */
    const char *verification_glossaries;
    /** Glossaries of translations, for every target; as above. */
    const char *translation_glossaries;
    /** Types of the messages that the service sends, separated by commas; NULL: translated_transcription,
     *  partial_transcription and validated_transcription, with PALABRA_TRANSLATION_PARTIALS also
     *  partial_translated_transcription. Audio, answers, warnings and errors are always sent. */
    const char *message_types;
    /** Settings of the recognition: a JSON object merged into "pipeline.transcription" of the task. */
    const char *transcription_json;
    /** Settings of single targets: a JSON object of language to an object merged into the settings of that target,
     *  such as {"es": {"speech_generation": {"voice_id": "..."}}, "fr": {}}. Without `target_languages` it also names
     *  the targets, in its order. */
    const char *targets_json;
    /** Other settings of the task: a JSON object merged into the task that the fields make. Objects are merged key by
     *  key, everything else is replaced. Without languages it is the whole task. */
    const char *task_json;
    /** Frames per second on the wire, 16000 to 48000; 0: what `task_json` declares, else the rate of the input but at
     *  least 16000, else 24000. */
    int32_t wire_sample_rate;
    /** Silence after which a phrase is considered complete, in ms; 0: the service's default. */
    int32_t silence_threshold_ms;
    /** Silence after which the service considers the last phrase complete once palabra_session_end() was called, in
     *  ms, 1000 to 30000, a multiple of 1000; 0: 4000. With an API key the service decides. */
    int32_t end_silence_ms;
    uint32_t reserved;
    palabra_input_options input;
    palabra_output_options output;
    palabra_service_queue service_queue;
    palabra_command_pace command_pace;
    palabra_limits limits;
    palabra_timeouts timeouts;
    /** What is done about what is played and sent back, with playout only: of the first target language. */
    palabra_echo echo;
    uint32_t reserved_echo;
} palabra_translation_config;

#ifdef __cplusplus
extern "C" {
#endif

/** Opens a translation session. In the background a REST session is created where the credentials need one and no
 *  stream was given, the stream is connected, and the task is set.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT Languages are missing; a JSON text is not an object; `targets_json` names a
 *    language that `target_languages` does not; `wire_sample_rate` contradicts `task_json`.
 *  @retval PALABRA_ERR_UNSUPPORTED `task_json` declares another input format than pcm_s16le.
 *  Example: hello.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_open_translation(
    palabra_client *client, const palabra_translation_config *config, palabra_session **session, palabra_error *error);

/** Speaks `text` in the target voice, as if it had been recognized. Its transcripts and audio arrive as events.
 *
 *  This function and the next five enqueue a command and return immediately; the library enforces the service's
 *  minimum intervals between commands. Commands wait until the session is READY. They are sent in the order of the
 *  calls, except that an interrupt is sent first. Answers are events with the `user_tag` of the call: here
 *  SPEAK_STATUS, whose `phrase` is that of the texts and audio to come. A refused command is answered by ERROR, with
 *  the `user_tag` where the command can be told from the error. Servers for a client id and secret answer only
 *  palabra_session_get_task() and refusals.
 *
 *  @param text what to say, up to PALABRA_MAX_SPEAK_BYTES.
 *  @param language language of `text`: one of the targets, or with PALABRA_SPEAK_TRANSLATE the source.
 *  @param flags PALABRA_SPEAK_TRANSLATE or 0.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT A text is empty or too long.
 *  Example: speak.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_speak(
    palabra_session *session, const char *text, const char *language, uint32_t flags, uint64_t user_tag);

/** Interrupts the translation: all phrases that have begun to arrive are discarded, and what the speaker is saying now
 *  is lost. For a listener who wants to hear no more of a phrase, call palabra_session_silence().
 *
 *  What palabra_session_read_audio() reads is faded out within 5 ms of the call, and nothing of these phrases is read
 *  afterwards. The service is told to discard them too; AUDIO events that are queued or on their way are still
 *  delivered. The command is sent ahead of pending ones, so texts to speak among those are spoken after it; with
 *  PALABRA_INTERRUPT_PAUSE it keeps its place. Answer: TASK_STATUS "interrupted".
 *
 *  @param languages targets to interrupt, separated by commas; NULL or "": all of them.
 *  @param flags PALABRA_INTERRUPT_PAUSE or 0.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT More than 256 languages, or one is longer than 64 bytes. Whether a language is
 *    a target is not checked. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_interrupt(
    palabra_session *session, const char *languages, uint32_t flags, uint64_t user_tag);

/** Pauses the translation: audio sent before is still translated, audio sent from now on is dropped by the service and
 *  not billed, and silence does not end the session. Speech that is buffered for palabra_session_read_audio() is faded
 *  out, as by palabra_session_interrupt(). Answer: TASK_STATUS "paused". */
PALABRA_API palabra_status PALABRA_CALL palabra_session_pause(palabra_session *session, uint64_t user_tag);

/** Continues after a pause with the task that the service accepted last, which is sent again. Answer: TASK_STATUS
 *  "resumed", or "unchanged" if nothing was paused. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_resume(palabra_session *session, uint64_t user_tag);

/** Replaces the task while the session runs, and resumes a paused one. Answer: TASK_STATUS "updated", "unchanged" or
 *  "resumed"; or ERROR, and the old task continues.
 *  @param task_json the whole task as a JSON object, up to PALABRA_MAX_TASK_BYTES, such as
 *    palabra_translation_build_task() makes.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `task_json` is too long or not a JSON object.
 *  @retval PALABRA_ERR_UNSUPPORTED It declares another input format than the session was opened with, or it is not a
 *    translation session. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_set_task(
    palabra_session *session, const char *task_json, uint64_t user_tag, palabra_error *error);

/** Requests the task as the service sees it. Answer: TASK_INFO. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_get_task(palabra_session *session, uint64_t user_tag);

/** Builds the task that palabra_session_open_translation() would set for a config, as JSON for
 *  palabra_session_set_task(). Fields that do not concern the task are ignored.
 *  @param buffer receives the JSON, NUL-terminated, truncated between characters if it does not fit; may be NULL if
 *    `capacity` is 0.
 *  @param capacity size of `buffer`, in bytes.
 *  @return length of the whole JSON, in bytes without the NUL: it was truncated if that is `capacity` or more.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT As for palabra_session_open_translation().
 *  @retval PALABRA_ERR_UNSUPPORTED As for palabra_session_open_translation(). */
PALABRA_API int32_t PALABRA_CALL palabra_translation_build_task(
    const palabra_translation_config *config, char *buffer, int32_t capacity, palabra_error *error);

#ifdef __cplusplus
}
#endif

/* Start values: the size is set, everything else is zero. */
#define PALABRA_TRANSLATION_CONFIG_INIT PALABRA_STRUCT_INIT(palabra_translation_config)

#endif /* PALABRA_TRANSLATION_H */
