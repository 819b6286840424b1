/*
 * palabra/stt.h - Speech-to-text: audio in, texts out
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */
#ifndef PALABRA_STT_H
#define PALABRA_STT_H

#include <palabra/base.h>
#include <palabra/audio.h>
#include <palabra/session.h>

/** Whether fillers such as "um" are kept. */
typedef enum palabra_stt_fillers PALABRA_INT32_ENUM {
    /** The service's default: fillers are removed, except in Japanese. */
    PALABRA_STT_FILLERS_DEFAULT = 0,
    /** Fillers are removed. */
    PALABRA_STT_FILLERS_REMOVED = 1,
    /** Fillers are kept. */
    PALABRA_STT_FILLERS_KEPT = 2
} palabra_stt_fillers;
PALABRA_ASSERT_INT32(palabra_stt_fillers);

/** What makes a text final. */
typedef enum palabra_stt_finalization PALABRA_INT32_ENUM {
    /** The service's default, which is PALABRA_STT_FINALIZATION_AUTO. */
    PALABRA_STT_FINALIZATION_DEFAULT = 0,
    /** A pause in speech. */
    PALABRA_STT_FINALIZATION_AUTO = 1,
    /** palabra_session_finalize(). */
    PALABRA_STT_FINALIZATION_MANUAL = 2
} palabra_stt_finalization;
PALABRA_ASSERT_INT32(palabra_stt_finalization);

/** What the caller sends. */
typedef enum palabra_stt_format PALABRA_INT32_ENUM {
    /** The default, which is PALABRA_STT_FORMAT_PCM. */
    PALABRA_STT_FORMAT_DEFAULT = 0,
    /** Samples, for palabra_session_send_audio(); `input.format` says which. */
    PALABRA_STT_FORMAT_PCM = 1,
    /** WAV, for palabra_session_send_encoded(), as all below. */
    PALABRA_STT_FORMAT_WAV = 2,
    /** MP3. */
    PALABRA_STT_FORMAT_MP3 = 3,
    /** AAC. */
    PALABRA_STT_FORMAT_AAC = 4,
    /** FLAC. */
    PALABRA_STT_FORMAT_FLAC = 5,
    /** Ogg. */
    PALABRA_STT_FORMAT_OGG = 6,
    /** WebM, such as the recorders of browsers make. */
    PALABRA_STT_FORMAT_WEBM = 7
} palabra_stt_format;
PALABRA_ASSERT_INT32(palabra_stt_format);

/** Settings of a speech-to-text session.
 *
 *  Audio with one channel and up to 48 kHz is sent as it is, in its own encoding. Several channels are mixed, or one
 *  is selected, and sent as 16-bit samples at the same rate. Above 48 kHz audio is sent as 16-bit samples at 48 kHz.
 *  After palabra_session_set_input_format() audio is converted to what the stream was opened with. */
typedef struct palabra_stt_config {
    uint32_t struct_size;
    /** PALABRA_SESSION_* bits. */
    uint32_t flags;
    uint64_t session_tag;
    const char *session_name;
    /** Queue that the events are delivered to, or that names the session (PALABRA_QUEUE_NAMES), shared with other
     *  sessions; NULL: the session has its own. */
    palabra_queue *queue;
    palabra_stream_address stream;
    /** Language spoken, such as "en"; NULL: the service detects it. */
    const char *language;
    /** Languages that each final text is translated to, separated by commas; NULL: none. */
    const char *target_languages;
    palabra_stt_fillers fillers;
    palabra_stt_finalization finalization;
    /** Time after which a text becomes final with PALABRA_STT_FINALIZATION_MANUAL even if it was not requested, in ms,
     *  1000 to 3600000, a multiple of 1000; 0: the service's default. */
    int32_t auto_finalize_ms;
    /** Time the answer to palabra_session_finalize() may take, in ms; 0: 10000. */
    int32_t finalize_timeout_ms;
    /** What the caller sends. With an encoded format `input.format` must be 0, PALABRA_GAP_SILENCE and
     *  PALABRA_SESSION_DROP_OLDEST are not supported, and for `input.buffer_ms` and `input.chunk_ms` one ms stands for
     *  32 bytes. */
    palabra_stt_format format;
    uint32_t reserved;
    /** How audio is taken and sent. PALABRA_GAP_PAUSE is not supported. Without PALABRA_GAP_SILENCE the service ends
     *  the session after some 10 s without audio, and gives no final of what was said before. */
    palabra_input_options input;
    palabra_limits limits;
    palabra_timeouts timeouts;
} palabra_stt_config;

#ifdef __cplusplus
extern "C" {
#endif

/** Opens a speech-to-text session.
 *
 *  Send audio at the pace of speech: the service does not recognize properly what arrives faster, so run at most half
 *  a second ahead. READY is delivered when the stream is open. Texts are delivered as TRANSCRIPT: partial ones, which
 *  replace each other, then one with FINAL, then its translations with FINAL and TRANSLATION, all with the same
 *  `phrase` and `id`. A refusal of the service is reported by CLOSED: PALABRA_ERR_AUTH for a key or token,
 *  PALABRA_ERR_SESSION for a setting (HTTP status 400), PALABRA_ERR_RATE for too many streams.
 *
 *  @param config settings; NULL: all defaults.
 *  @retval PALABRA_ERR_UNSUPPORTED The gap policy is PALABRA_GAP_PAUSE, or `format` is encoded and something does not
 *    work with it.
 *  Example: stt_file.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_open_stt(
    palabra_client *client, const palabra_stt_config *config, palabra_session **session, palabra_error *error);

/** Queues bytes of encoded audio for the service, which are sent unchanged: a session whose config has an encoded
 *  `format`.
 *
 *  The bytes are one stream, cut anywhere. Send at the pace of speech, as a recorder does. The library sends what
 *  waits when a chunk is full, when `input.chunk_ms` have passed since the message before, or with
 *  palabra_session_flush_input(). When `input.buffer_ms` of bytes wait, fewer are taken, and the caller must resend
 *  the remaining ones: a gap cannot be decoded. Statistics of the input count bytes as frames. After
 *  palabra_session_end() no silence follows.
 *
 *  @param data `size` bytes; may be NULL if `size` is 0.
 *  @param size number of bytes, 0 or more.
 *  @return number of bytes taken, 0 to `size`.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this session, or changing its format.
 *  Real-time safe. Threads: one at a time per session. */
PALABRA_API int32_t PALABRA_CALL palabra_session_send_encoded(
    palabra_session *session, const void *data, int32_t size);

/** Sends bytes of encoded audio evenly over the time that they last, by the clock, as palabra_session_send_paced()
 *  does with frames, and returns when all of them were taken.
 *  @param data as for palabra_session_send_encoded(). It must remain valid until the function returns.
 *  @param size number of bytes, 0 or more.
 *  @param duration_ms how long their audio lasts, in ms, 1 or more.
 *  @param lead_ms as for palabra_session_send_paced().
 *  @return number of bytes sent: fewer than `size` if the time was up, or the session was ended or closed meanwhile.
 *    Before the first byte the reason is returned; it can be the status of the CLOSED event.
 *  @retval PALABRA_ERR_TIMEOUT The time was up.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this session, or changing its format.
 *  Threads: one sender at a time per session; let another thread poll meanwhile. Blocks: for `duration_ms`, up to
 *    `timeout_ms`; palabra_session_end() and palabra_session_close() end it within 20 ms. */
PALABRA_API int32_t PALABRA_CALL palabra_session_send_encoded_paced(
    palabra_session *session, const void *data, int32_t size, int32_t duration_ms, int32_t lead_ms,
    int32_t timeout_ms);

/** Requests a final text now, without waiting for a pause: for the end of a turn that the program knows of.
 *
 *  Audio sent before goes first. The answer is a TRANSCRIPT with FINAL and the `user_tag`; its text is empty if
 *  nothing was said since the last final. Without an answer within `finalize_timeout_ms`, ERROR is delivered with the
 *  `user_tag` and PALABRA_ERR_TIMEOUT. It works with both finalization modes. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_finalize(palabra_session *session, uint64_t user_tag);

#ifdef __cplusplus
}
#endif

/* Start values: the size is set, everything else is zero. */
#define PALABRA_STT_CONFIG_INIT PALABRA_STRUCT_INIT(palabra_stt_config)

#endif /* PALABRA_STT_H */
