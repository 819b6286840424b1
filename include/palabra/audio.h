/*
 * palabra/audio.h - Audio on its way to the service
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */
#ifndef PALABRA_AUDIO_H
#define PALABRA_AUDIO_H

#include <palabra/base.h>

/** How samples are encoded. */
typedef enum palabra_encoding PALABRA_INT32_ENUM {
    /** The default, which is PALABRA_ENCODING_S16. */
    PALABRA_ENCODING_DEFAULT = 0,
    /** 16-bit signed integers in the byte order of the machine. */
    PALABRA_ENCODING_S16 = 1,
    /** 32-bit floats in the byte order of the machine, from -1 to 1. Values outside are clipped; NaN is silence. */
    PALABRA_ENCODING_F32 = 2,
    /** Mu-law bytes (ITU-T G.711), as used by telephones in North America and Japan. */
    PALABRA_ENCODING_MULAW = 3,
    /** A-law bytes (ITU-T G.711), as used by telephones elsewhere. */
    PALABRA_ENCODING_ALAW = 4
} palabra_encoding;
PALABRA_ASSERT_INT32(palabra_encoding);

/** What happens when the caller stops sending audio while the session is READY, as during hold. */
typedef enum palabra_gap_policy PALABRA_INT32_ENUM {
    /** Nothing. The service may end the session after some 10 s. */
    PALABRA_GAP_NONE = 0,
    /** Silence is sent in real time in place of what is missing, so that the service completes the phrase, keeps
     *  listening and receives as much audio as time passes. Shorter losses than `after_ms` add up until silence makes
     *  up for them. What was missed while the process was stopped or the line was too slow is not sent later. */
    PALABRA_GAP_SILENCE = 1,
    /** The task is paused, and resumed with the next frame that is sent; the audio waits until the resume is on its
     *  way. Translation only. TASK_STATUS reports both with `user_tag` 0 where the service acknowledges. The policy is
     *  suspended between palabra_session_pause() and palabra_session_resume() or palabra_session_set_task(). */
    PALABRA_GAP_PAUSE = 2
} palabra_gap_policy;
PALABRA_ASSERT_INT32(palabra_gap_policy);

/** Format of audio that is sent or read. */
typedef struct palabra_audio_format {
    palabra_encoding encoding;
    /** Frames per second, 8000 to 192000; 0: the default of the enclosing struct. */
    int32_t sample_rate;
    /** Interleaved channels, 1 to 8; 0: 1. When reading, each channel has the same audio. */
    int32_t channels;
    /** Input: the only channel to use, counted from 1; 0: all of them, mixed in equal parts. Output: must be 0. */
    int32_t channel;
    uint32_t reserved[4];
} palabra_audio_format;

/** When and how missing input is handled. */
typedef struct palabra_gap_options {
    palabra_gap_policy policy;
    /** How long input must be missing, in ms, 20 to 3600000, counted from the end of the audio sent so far; 0: 200 for
     *  silence, 5000 for a pause. Choose a value above the length of the blocks that are sent. */
    int32_t after_ms;
    uint32_t reserved[4];
} palabra_gap_options;

/** How audio is taken and sent. */
typedef struct palabra_input_options {
    /** Format of the audio that the caller sends. Sample rate 0: that of the wire, which is 24000 in a translation
     *  unless its config says otherwise; speech-to-text 16000, or 8000 for mu-law and A-law. */
    palabra_audio_format format;
    /** Capacity for audio that was not delivered yet, in ms, 20 to 60000; 0: 2000. Audio sent before READY waits in
     *  it. */
    int32_t buffer_ms;
    /** Length of the audio in one message, in ms, 20 to 1000; 0: 320. The first is sent in two messages, of 100 ms and
     *  the rest; on a slow line they are shorter. Less is sent when no audio followed for as long. */
    int32_t chunk_ms;
    palabra_gap_options gap;
    uint32_t reserved[4];
} palabra_input_options;

/** Samples that the library holds for the caller. */
typedef struct palabra_audio {
    uint32_t struct_size;
    /** Frames per second. */
    int32_t sample_rate;
    /** Interleaved channels. */
    int32_t channels;
    int32_t data_len;
    /** Frames at `pcm`. */
    int64_t frames;
    /** Interleaved 16-bit samples; NULL: none. */
    const int16_t *pcm;
    /** Speech of PALABRA_TTS_FORMAT_MP3; NULL: none. */
    const void *data;
    const void *reserved_pointer;
    void *payload;
} palabra_audio;

#ifdef __cplusplus
extern "C" {
#endif

/** Queues audio for the service. Any number of frames is accepted; they are gathered into chunks.
 *
 *  Send at the pace of speech. Audio sent before READY waits in the input buffer. When `input.buffer_ms` of audio
 *  wait, fewer frames are taken, and the caller must resend or drop the remaining ones. What has waited is sent at
 *  once when that is possible, and the service may recognise only 2 s that come faster than speech: a larger buffer
 *  delays words, and does not save them. Sessions share the memory for bursts unless `input.buffer_ms` is above 2000
 *  or that is more than 256 KiB: when many are sent more than 250 ms at once, fewer frames may be taken for some ms.
 *  What the operating system holds and the line has not delivered counts as waiting. A line slower than the audio is
 *  given only what it delivers in that time. When the service is gone, who reads the original voice still hears what
 *  is sent, unless palabra_session_end() was called before: this function and palabra_session_skip() return
 *  PALABRA_ERR_CLOSED then, and palabra_session_set_input_format() takes effect.
 *
 *  @param audio `frames` frames in the input format, with any alignment; may be NULL if `frames` is 0.
 *  @return number of frames taken, 0 to `frames`.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this session, or changing its format.
 *  Real-time safe. Threads: one at a time per session. Example: translate_file.c. */
PALABRA_API int32_t PALABRA_CALL palabra_session_send_audio(
    palabra_session *session, const void *audio, int32_t frames);

/** Sends audio at the pace of speech, by the clock, and returns when all of it was taken.
 *
 *  Nothing is sent before READY. The schedule starts with the first frame, so that delays do not add up, and a call
 *  that follows immediately continues it: a lead is given once. A schedule that is late by more than its lead and by
 *  more than 100 ms, as after a stop of the process, is moved: what was missed is sent later and not in a burst.
 *
 *  @param audio as for palabra_session_send_audio(). It must remain valid until the function returns.
 *  @param lead_ms how far ahead of real time sending may run, in ms, up to 60000; 0: not at all. The service expects
 *    the pace of speech; some 100 ms bridge the jitter of a busy machine.
 *  @return number of frames sent: fewer than `frames` if the time was up, or the session was ended or closed
 *    meanwhile. Before the first frame the reason is returned; it can be the status of the CLOSED event.
 *  @retval PALABRA_ERR_TIMEOUT The time was up.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this session, or changing its format.
 *  Threads: one sender at a time per session; let another thread poll meanwhile. Blocks: while the audio lasts, up to
 *    `timeout_ms`; palabra_session_end() and palabra_session_close() end it within 20 ms. */
PALABRA_API int32_t PALABRA_CALL palabra_session_send_paced(
    palabra_session *session, const void *audio, int32_t frames, int32_t lead_ms, int32_t timeout_ms);

/** States that frames were lost, such as packets that did not arrive, or that were not sent during silence (DTX).
 *  Silence of that length takes their place, so that the audio on the wire keeps real time.
 *
 *  The cost does not depend on `frames`. Call it before the next palabra_session_send_audio(): silence that
 *  PALABRA_GAP_SILENCE sent in the meantime for the same loss is not sent again. Where PALABRA_GAP_PAUSE is the
 *  policy, lost frames neither delay nor end a pause, and nothing is sent for them during one.
 *
 *  @return number of frames taken, 0 to `frames`: fewer when `input.buffer_ms` of audio wait.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this session, or changing its format.
 *  Real-time safe. Threads: one sender at a time per session. */
PALABRA_API int32_t PALABRA_CALL palabra_session_skip(palabra_session *session, int32_t frames);

/** Sends the audio that was taken so far within 10 ms, even if it fills no chunk, as at the end of an utterance. In a
 *  translation a short message is padded with silence to 1024 bytes, the least that the service accepts.
 *
 *  Without this call such a rest is sent when no audio followed for `input.chunk_ms`.
 *
 *  Real-time safe. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_flush_input(palabra_session *session);

/** Changes the format of the audio that is sent from now on, as when a device changes.
 *
 *  Audio sent before is converted from its own format and sent first. The format on the wire stays the same. The
 *  capacity of the input buffer is available anew for the new format.
 *
 *  @param format the new format. `sample_rate` is required. `channel` must be 0: the selected channel stays; with
 *    fewer channels than that they are mixed.
 *  @return PALABRA_OK, also if nothing changes. After an error the format is what it was.
 *  @retval PALABRA_ERR_BUSY Another thread is inside palabra_session_send_audio() or this function on this session.
 *  @retval PALABRA_ERR_AGAIN 16 changes are pending already.
 *  @retval PALABRA_ERR_UNSUPPORTED The encoding is not known.
 *  Threads: preferably the one that sends, which alone knows the first frame of the new format; not real-time threads.
 */
PALABRA_API palabra_status PALABRA_CALL palabra_session_set_input_format(
    palabra_session *session, const palabra_audio_format *format);

/** Returns how many frames palabra_session_send_audio() would take now, or how many bytes
 *  palabra_session_send_encoded() would.
 *  @return number of frames, or of bytes.
 *  Real-time safe. */
PALABRA_API int32_t PALABRA_CALL palabra_session_get_input_space(palabra_session *session);

/** Releases samples that the library returned and zeroes the struct except for its size. */
PALABRA_API palabra_status PALABRA_CALL palabra_audio_release(palabra_audio *audio);

#ifdef __cplusplus
}
#endif

/* Start values: the size is set, everything else is zero. */
#define PALABRA_AUDIO_INIT PALABRA_STRUCT_INIT(palabra_audio)

#endif /* PALABRA_AUDIO_H */
