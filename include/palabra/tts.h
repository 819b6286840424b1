/*
 * palabra/tts.h - Text-to-speech: texts in, speech out
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */
#ifndef PALABRA_TTS_H
#define PALABRA_TTS_H

#include <palabra/base.h>
#include <palabra/audio.h>
#include <palabra/playout.h>
#include <palabra/session.h>

/** Format of the speech that the service sends. */
typedef enum palabra_tts_format PALABRA_INT32_ENUM {
    /** The default, which is PALABRA_TTS_FORMAT_PCM. */
    PALABRA_TTS_FORMAT_DEFAULT = 0,
    /** 16-bit samples. */
    PALABRA_TTS_FORMAT_PCM = 1,
    /** The same behind the header of a WAV file, which the library removes. Events are the same. */
    PALABRA_TTS_FORMAT_WAV = 2,
    /** MP3, delivered as it arrives: events and palabra_audio have `data` instead of `pcm`. Not with playout. */
    PALABRA_TTS_FORMAT_MP3 = 3
} palabra_tts_format;
PALABRA_ASSERT_INT32(palabra_tts_format);

/** Split texts that are too long for one message, between sentences if possible, else between words. */
#define PALABRA_TTS_SPLIT 65536u

/** Nothing follows in the generation: the service completes its speech. */
#define PALABRA_TEXT_EOS 1u
/** The voice forgets the texts before this one. Servers for a client id and secret ignore it. */
#define PALABRA_TEXT_RESET_CONTEXT 2u

/** Maximum length of a text with PALABRA_TTS_SPLIT, in bytes. */
#define PALABRA_MAX_TEXT_BYTES 131072

/** Voice, speed and accent. */
typedef struct palabra_tts_voice {
    /** Voice; NULL: "default_low", for a later text the one before. */
    const char *voice_id;
    /** Must be NULL. */
    const char *reserved_text;
    /** Speed, in percent of the natural one, up to 1000; 0: the service's default, for a later text the one before. */
    int32_t speed_percent;
    /** How much of a foreign accent is removed, in percent, 1 to 100; 0: 100, for a later text the one before; -1:
     *  none. */
    int32_t deaccent_percent;
    uint32_t reserved[4];
} palabra_tts_voice;

/** Settings of a text-to-speech session. */
typedef struct palabra_tts_config {
    uint32_t struct_size;
    /** PALABRA_SESSION_* and PALABRA_TTS_* bits. */
    uint32_t flags;
    uint64_t session_tag;
    const char *session_name;
    /** Queue that the events are delivered to, or that names the session (PALABRA_QUEUE_NAMES), shared with other
     *  sessions; NULL: the session has its own. */
    palabra_queue *queue;
    palabra_stream_address stream;
    /** Language of the texts, such as "en". Required. */
    const char *language;
    /** Model of the service; NULL: "auto". */
    const char *model;
    palabra_tts_voice voice;
    palabra_tts_format format;
    /** Frames per second of the speech in events, 8000 to 48000; 0: 24000. With playout it must be 0. */
    int32_t sample_rate;
    /** Maximum number of messages with text in a second, of which one sixth may go out at once, 1 to 1000; 0: 20. */
    int32_t texts_per_second;
    uint32_t reserved;
    /** How speech is delivered. `original` must be zero. */
    palabra_output_options output;
    palabra_limits limits;
    palabra_timeouts timeouts;
} palabra_tts_config;

#ifdef __cplusplus
extern "C" {
#endif

/** Opens a text-to-speech session.
 *
 *  READY is delivered when the stream is open: the service does not answer to its settings, so their refusal is an
 *  ERROR after it.
 *
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `language` is missing.
 *  @retval PALABRA_ERR_UNSUPPORTED The format is not known, or PALABRA_TTS_FORMAT_MP3 is to be played.
 *  Example: tts_stream.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_open_tts(
    palabra_client *client, const palabra_tts_config *config, palabra_session **session, palabra_error *error);

/** Speaks a text, or a piece of one, such as a token of a language model. The speech arrives in AUDIO events, or is
 *  read by palabra_session_read_audio().
 *
 *  Texts with the same `generation_id` are one generation until one with PALABRA_TEXT_EOS; the next text with that id
 *  begins another. The AUDIO of a generation has its `id`, its number (`phrase`, from 1 in the order of their first
 *  texts) and the `user_tag` of its first text; LAST_CHUNK: it is complete. AUDIO of several generations can be
 *  interleaved. With playout each generation is heard completely, in the order in which they began to arrive, so one
 *  that stays without PALABRA_TEXT_EOS delays those after it. An id that was used before in the session is sent, and
 *  delivered in events, with '~' and the number appended, so that nothing late is mistaken for it.
 *
 *  Each text is sent immediately, as a message of its own, while `texts_per_second` allows. Those that have to wait
 *  are joined as far as one message holds them. An ERROR of the service names no generation: it has the `user_tag` and
 *  `id` of the oldest one that is not complete, and can be about any. After it no generation is waited for, but what
 *  still arrives is delivered.
 *
 *  @param text what to say, including the spaces between words: pieces are joined as they are. The last piece must
 *    have PALABRA_TEXT_EOS: hold each back until the next one is known. At most 1024 characters, or 256 with a client
 *    id and secret (see PALABRA_SESSION_DIALECT_V2); with PALABRA_TTS_SPLIT up to PALABRA_MAX_TEXT_BYTES.
 *  @param flags PALABRA_TEXT_* bits.
 *  @param generation_id the generation, up to 128 bytes; NULL: the current one of the library, until PALABRA_TEXT_EOS.
 *  @param voice another voice from this text on, for all generations; NULL: unchanged.
 *  @param user_tag any number; returned in the audio and in errors.
 *  @retval PALABRA_ERR_AGAIN Too many texts are pending (`limits.command_count`), or 1024 generations are incomplete.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `text` is empty or too long, or so is `generation_id`; a number of `voice` is
 *    out of range.
 *  Example: tts_stream.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_send_text(
    palabra_session *session, const char *text, uint32_t flags, const char *generation_id,
    const palabra_tts_voice *voice, uint64_t user_tag, palabra_error *error);

/** Cancels a generation or all of them: its pending texts are dropped, the service is told to stop, speech of it that
 *  still arrives is dropped, and what is buffered for palabra_session_read_audio() is faded out within 5 ms.
 *
 *  Where speech of another generation is buffered right behind it, up to half a second of the cancelled one can still
 *  be heard. Answer: TASK_STATUS, `service_code` "cancel", `text` "cancelled", `id`: no AUDIO of it follows, and no
 *  LAST_CHUNK. The answer is the library's; the service does not answer. A cancel is sent ahead of all pending texts:
 *  a text that is cancelled immediately may have been sent or not, and the answer is the same.
 *
 *  @param generation_id the id as passed to palabra_session_send_text(), of which the latest generation is meant, or
 *    as in events; NULL: all. An unknown one is answered too.
 *  @retval PALABRA_ERR_AGAIN Too many commands are pending: nothing of it is heard any more, but the service
 *    continues.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT The id is empty or too long. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_cancel(
    palabra_session *session, const char *generation_id, uint64_t user_tag);

/** Cancels the generations whose first text had a tag, as palabra_session_cancel() does, while others go on. One
 *  answer for all of them, with the tag and the `id` of the last one; "": there was none.
 *  @param user_tag the `user_tag` of palabra_session_send_text() or palabra_session_synthesize(), not 0. It is
 *    returned in the answer.
 *  @retval PALABRA_ERR_AGAIN Too many commands are pending: nothing of it is heard any more, but the service
 *    continues.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `user_tag` is 0. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_cancel_tagged(palabra_session *session, uint64_t user_tag);

/** Speaks a text and returns its speech when it is complete. Other speech of the session is delivered as usual; of
 *  this text only ERROR events are.
 *  @param session a text-to-speech session; it need not be READY.
 *  @param text as for palabra_session_send_text().
 *  @param flags PALABRA_TEXT_* bits; the text is a generation of its own in any case.
 *  @param voice as for palabra_session_send_text().
 *  @param user_tag any number; palabra_session_cancel_tagged() ends the call by it, and errors return it.
 *  @param timeout_ms how long to wait, in ms; negative: without limit. Then the text is cancelled.
 *  @return PALABRA_OK; or the status of the CLOSED event.
 *  @retval PALABRA_ERR_TIMEOUT The time was up.
 *  @retval PALABRA_ERR_SERVICE The service reported an error that can be about this text.
 *  @retval PALABRA_ERR_CLOSED The session was closed, the text was cancelled, or palabra_cancel() ended the call.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT The text is empty or too long; a number of `voice` is out of range.
 *  @retval PALABRA_ERR_AGAIN Too many texts are pending.
 *  @retval PALABRA_ERR_ENDED No more input is taken: the session was ended.
 *  @retval PALABRA_ERR_LIMIT No memory for the speech. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_synthesize(
    palabra_session *session, const char *text, uint32_t flags, const palabra_tts_voice *voice, uint64_t user_tag,
    palabra_audio *audio, int32_t timeout_ms, palabra_error *error);

#ifdef __cplusplus
}
#endif

/* Start values: the size is set, everything else is zero. */
#define PALABRA_TTS_CONFIG_INIT PALABRA_STRUCT_INIT(palabra_tts_config)

#endif /* PALABRA_TTS_H */
