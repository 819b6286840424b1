/*
 * palabra/playout.h - Speech that the caller pulls
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */
#ifndef PALABRA_PLAYOUT_H
#define PALABRA_PLAYOUT_H

#include <palabra/base.h>
#include <palabra/audio.h>

/** How speech is delivered. */
typedef enum palabra_output_mode PALABRA_INT32_ENUM {
    /** In AUDIO events, 24 kHz mono, as fast as the service sends it. */
    PALABRA_OUTPUT_EVENTS = 0,
    /** By palabra_session_read_audio(), in real time. No AUDIO events are delivered. */
    PALABRA_OUTPUT_PLAYOUT = 1,
    /** Both. */
    PALABRA_OUTPUT_BOTH = 2
} palabra_output_mode;
PALABRA_ASSERT_INT32(palabra_output_mode);

/** What is done about an echo: what a loudspeaker plays comes back through the microphone, and would be translated
 *  again. */
typedef enum palabra_echo PALABRA_INT32_ENUM {
    /** Nothing. */
    PALABRA_ECHO_OFF = 0,
    /** ECHO tells how late and how loud it comes back, and the statistics have both: `echo_delay_ms`, `echo_level_db`.
     *  The sound stays as it is. Requires the feature "echo".
     *
     *  What was read, the original voice included, is compared with what is sent. An echo of -25 dB or more that is at
     *  most 1 s late is found 2 s after the first sound, to 10 ms and 3 dB. While somebody else speaks all the time,
     *  faint ones are not found, and others seem louder than they are. */
    PALABRA_ECHO_MEASURE = 1,
    /** As PALABRA_ECHO_MEASURE, and what was read is taken out of what is sent. Requires the feature "echo".
     *
     *  What is sent goes through a thread of the library, which sends it on, mono, at 16 kHz, or at 48 kHz if the
     *  input format at the beginning has more than 16 kHz. That takes up to 30 ms longer, 6 ms more with noise
     *  suppression, also for the original voice. What was stated as lost stays lost. `input_frames_taken` and the like
     *  of palabra_session_stats count what is sent on.
     *
     *  An echo of -6 to -25 dB that is 30 to 200 ms late is reduced by 25 dB or more 2 s after the first sound. Of a
     *  speaker who talks at the same time, and began later, a recogniser has up to 3 words of 100 more wrong; where
     *  the clocks of microphone and loudspeaker differ, or the echo has just moved, it is more. An echo that is more
     *  than 500 ms late stays. Where the machine has no time for that thread, sound is left out: see `overrun_ms`. */
    PALABRA_ECHO_CANCEL = 2
} palabra_echo;
PALABRA_ASSERT_INT32(palabra_echo);

/** At least one frame is speech of the service. */
#define PALABRA_SOUND_SPEECH 1
/** At least one frame contains the original voice. */
#define PALABRA_SOUND_ORIGINAL 2
/** Speech begins in this block after silence: the RTP marker bit. */
#define PALABRA_SOUND_TALKSPURT 4
/** At least one frame is comfort noise, which a leg with PALABRA_LEG_COMFORT_NOISE hears in place of silence. */
#define PALABRA_SOUND_COMFORT 8
/** The session is closed and everything was read: nothing of the service follows. What is still sent of the original
 *  voice is heard. */
#define PALABRA_SOUND_ENDED 16

/** All phrases that have begun to arrive, not only the one that is heard. */
#define PALABRA_SILENCE_ALL 1u

/** How the speaker's own voice is mixed under the translation.
 *
 *  It does not pass through the service: what palabra_session_send_audio() takes and palabra_session_read_audio()
 *  reads in blocks of 20 ms is heard at most 40 ms later, and in larger blocks, up to 300 ms, by so much later; also
 *  before READY, and after the service is gone. If audio was late in the last 10 s, the delay is as much longer, up to
 *  200 ms; what is older is skipped. It returns to its usual value in pauses and by a change of speed of at most 0.5
 *  %, which also follows clocks that drift. What is late, and what palabra_session_skip() states as lost, is concealed
 *  for up to 60 ms.
 *
 *  What is not taken because the input buffer is full is not heard. With PALABRA_SESSION_DROP_OLDEST a block of up to
 *  500 ms is always taken. */
typedef struct palabra_original_options {
    /** Gain of the original voice, in percent, 1 to 100; 0: it is not heard, also while nobody speaks. */
    int32_t gain_percent;
    /** Gain while the translation speaks, in percent, 1 to 100; 0: 20; -1: muted. */
    int32_t duck_percent;
    /** Attack time of the ducking, in ms, 1 to 10000; 0: 50. */
    int32_t attack_ms;
    /** Release time of the ducking, in ms, 1 to 10000; 0: 300. */
    int32_t release_ms;
    uint32_t reserved[4];
} palabra_original_options;

/** How speech is delivered and buffered. */
typedef struct palabra_output_options {
    palabra_output_mode mode;
    /** Speech that must be buffered before a phrase starts or continues after an underrun, in ms, 1 to 2000; 0: 60.
     *  More bridges an uneven network and adds delay. */
    int32_t prime_ms;
    /** Capacity of the buffer of one language, in ms, 500 to 600000; 0: 30000, text-to-speech 300000. Beyond it the
     *  oldest phrases are dropped. */
    int32_t buffer_ms;
    /** Target level of that buffer, in ms, at most `buffer_ms`; 0: no target. Above it pauses between words are
     *  shortened. Above twice this value, short pieces of speech are also removed with a crossfade, up to 10 % of the
     *  audio. */
    int32_t target_ms;
    /** Format that palabra_session_read_audio() fills. Sample rate 0: 24000. */
    palabra_audio_format format;
    /** The original voice, which palabra_session_set_original() can change. Translation only. */
    palabra_original_options original;
    /** How far the reader may fall behind because it does not read, in ms, 500 to 600000; 0: no limit. A reader that
     *  reads nothing for longer, as a game that is paused, misses what is due meanwhile, and continues with what is
     *  due then. */
    int32_t reader_lag_ms;
    uint32_t reserved[3];
} palabra_output_options;

/** Statistics of the playout of one language. */
typedef struct palabra_playout_stats {
    uint32_t struct_size;
    uint32_t reserved;
    /** Speech that is buffered and was not read yet, in ms. */
    int64_t buffered_ms;
    /** Times that speech stopped because the rest of the phrase was not there. */
    int64_t underruns;
    /** Phrases that started to be heard. */
    int64_t phrases_started;
    /** Phrases that were heard to their end. */
    int64_t phrases_finished;
    /** Phrases that were taken back, heard in part or not at all. */
    int64_t phrases_cut;
    /** Phrases that were dropped, completely or from some point on, because `output.buffer_ms` was exceeded or because
     *  of `output.reader_lag_ms`. */
    int64_t phrases_dropped;
    /** Speech and silence removed because of `target_ms` or `reader_lag_ms`, in ms. */
    int64_t skipped_ms;
} palabra_playout_stats;

#ifdef __cplusplus
extern "C" {
#endif

/** Fills exactly `frames` frames: what is to be heard next in a language, and silence where nothing is.
 *
 *  Call it once per tick or audio callback with its number of frames; the pace of the calls is the pace of the speech.
 *  A phrase starts when `prime_ms` of it are buffered and at least as much as the call asks for, or all of it. Where
 *  speech breaks off, because the rest is late or because it was interrupted, it is faded out within 5 ms and faded in
 *  again. Each language has its own buffer. The PLAYOUT events say which phrase was heard when. After CLOSED continue
 *  to read until PALABRA_SOUND_ENDED, which always comes. After palabra_shutdown() only the next 500 ms or so are
 *  heard.
 *
 *  @param session the session, opened with PALABRA_OUTPUT_PLAYOUT or PALABRA_OUTPUT_BOTH.
 *  @param language one of the targets, as in `target_languages`; NULL or "": the first one.
 *  @param audio receives `frames` frames in the output format, with any alignment; may be NULL if `frames` is 0.
 *  @param frames number of frames, 0 or more, at most 500 ms of audio.
 *  @return a set of PALABRA_SOUND_* bits; 0: all frames are silence. Check for an error first: its bits mean nothing.
 *    After an error `audio` is silence too, unless its length or format is not known: the handle is bad, `frames` is
 *    out of range, or the session was opened with PALABRA_OUTPUT_EVENTS.
 *  @retval PALABRA_ERR_BUSY Another thread is reading this language, or changing its format.
 *  @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT There is no such target, or too many frames.
 *  Real-time safe. Threads: one at a time per language. Example: phone_call.c. */
PALABRA_API int32_t PALABRA_CALL palabra_session_read_audio(
    palabra_session *session, const char *language, void *audio, int32_t frames);

/** Changes the format in which a language is read from now on, as when a device changes. Speech continues where it
 *  was, also within a phrase: nothing is lost, repeated or faded.
 *  @param language one of the targets; NULL or "": all of them, and those that are added later.
 *  @param format the new format. `sample_rate` is required.
 *  @return PALABRA_OK, also if nothing changes.
 *  @retval PALABRA_ERR_BUSY Another thread is reading this language: it was not changed, nor were those after it.
 *  @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS, or the encoding is not known.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT There is no such target.
 *  Threads: preferably the one that reads, which alone knows the first frame of the new format; not real-time threads.
 */
PALABRA_API palabra_status PALABRA_CALL palabra_session_set_output_format(
    palabra_session *session, const char *language, const palabra_audio_format *format);

/** Changes how the speaker's own voice is mixed under the translation, in all languages, also in those that are added
 *  later: its gain, also to 0 and back, and the ducking.
 *
 *  The change is faded within 20 ms.
 *
 *  @param options as in `output.original` of the config.
 *  @return PALABRA_OK. After an error nothing has changed.
 *  @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS, or is not a translation.
 *  @retval PALABRA_ERR_LIMIT No memory for the original voice.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_set_original(
    palabra_session *session, const palabra_original_options *options);

/** Silences what palabra_session_read_audio() reads, and nothing else: the phrase that is heard is faded out within 5
 *  ms, and what still arrives of it is not played. Where no phrase is heard, nothing is silenced.
 *
 *  The service is not told, so that what the speaker says is translated as before, and texts and AUDIO events
 *  continue. The next phrase is heard. PLAYOUT_CUT tells how much of a phrase was heard. To stop the service too, call
 *  palabra_session_interrupt() or palabra_session_cancel().
 *
 *  @param session the session; also one that is ended or closed.
 *  @param languages languages to silence, separated by commas; NULL or "": all of them, also for those that are added
 *    later.
 *  @param flags PALABRA_SILENCE_ALL or 0.
 *  @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT There is no such target.
 *  Threads: any, but not real-time threads. Example: phone_call.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_silence(
    palabra_session *session, const char *languages, uint32_t flags);

/** Reads the statistics of the playout of one language.
 *  @param language one of the targets; NULL or "": the first one.
 *  @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT There is no such target.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_get_playout_stats(
    palabra_session *session, const char *language, palabra_playout_stats *stats);

#ifdef __cplusplus
}
#endif

/* Start values: the size is set, everything else is zero. */
#define PALABRA_PLAYOUT_STATS_INIT PALABRA_STRUCT_INIT(palabra_playout_stats)

#endif /* PALABRA_PLAYOUT_H */
