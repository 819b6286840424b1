/*
 * palabra/file.h - Recordings and whole files
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */
#ifndef PALABRA_FILE_H
#define PALABRA_FILE_H

#include <palabra/base.h>
#include <palabra/audio.h>
#include <palabra/session.h>
#include <palabra/translation.h>

/** Keep the speech in memory too, up to 1 GiB in all: `pcm` of palabra_file_output. */
#define PALABRA_FILE_AUDIO 1u
/** Refuse to write through a symbolic link: a file of speech whose name is one is PALABRA_ERR_IO. Only the last part
 *  of the name is checked, by the system when it opens the file. */
#define PALABRA_FILE_NO_FOLLOW 2u

/** Progress of palabra_translate_file(). */
typedef struct palabra_progress {
    /** sizeof(palabra_progress) of the library. */
    uint32_t struct_size;
    /** State of the session. */
    palabra_state state;
    /** How much of the file was sent, in ms. */
    int64_t position_ms;
    /** Length of the file, in ms; -1: unknown. */
    int64_t total_ms;
    /** Transcripts so far. `text` is new when this has grown. */
    int32_t transcripts;
    /** PALABRA_FLAG_FINAL, PALABRA_FLAG_TRANSLATION of the last transcript. */
    uint32_t flags;
    /** Its phrase, as in events; 0: none. */
    uint64_t phrase;
    /** Its part of a long phrase, as in events. */
    int32_t part;
    int32_t reserved;
    /** The last transcript; "" before the first. Valid during the callback. */
    const char *text;
    /** Its language; "" before the first. Valid during the callback. */
    const char *language;
    /** The service's id of its phrase; "" before the first. Valid during the callback. */
    const char *id;
    /** With PALABRA_SESSION_JSON in the config, the service's message of it; else "". Valid during the callback. */
    const char *json;
} palabra_progress;

/** Called with the progress of palabra_translate_file(): with every transcript, some four times a second, and at the
 *  end once all was translated. NULL disables the callback.
 *
 *  It runs on the thread that called palabra_translate_file(). It must not throw or longjmp, which is undefined
 *  behaviour, and must not call the library: such calls return PALABRA_ERR_REENTRANT, except palabra_cancel(), which
 *  stops it too, and what a callback of a queue may call.
 *
 *  @param progress the progress.
 *  @param user_data what was passed with the callback.
 *  @return 0 to continue. Anything else stops the translation, which then returns PALABRA_ERR_CLOSED; at the end there
 *    is nothing left to stop. */
typedef int32_t (PALABRA_CALL *palabra_progress_callback)(const palabra_progress *progress, void *user_data);

/** Settings of a recording. */
typedef struct palabra_recording_options {
    uint32_t struct_size;
    /** Frames per second of the file, 8000 to 48000; 0: 24000. */
    int32_t sample_rate;
    /** The target on the right; NULL: the first one. */
    const char *language;
    /** Must be NULL. */
    const char *reserved_text;
} palabra_recording_options;

/** Settings of palabra_translate_file(). */
typedef struct palabra_file_options {
    uint32_t struct_size;
    /** PALABRA_FILE_* bits. */
    uint32_t flags;
    /** Speed of sending, in percent of real time, 10 to 1000; 0: 100, which the service expects. */
    int32_t pace_percent;
    /** How far ahead of real time sending may run, in ms, up to 60000; 0: not at all. */
    int32_t lead_ms;
    /** Called with the progress; NULL: no callback. */
    palabra_progress_callback progress;
    /** Passed to the callback. */
    void *user_data;
} palabra_file_options;

/** The speech of one target. Used in arrays, so it never grows. */
typedef struct palabra_file_output {
    /** The target, as in the name of its file. */
    char language[32];
    /** Frames of speech. */
    int64_t frames;
    /** Frames per second. */
    int32_t sample_rate;
    /** Interleaved channels. */
    int32_t channels;
    /** With PALABRA_FILE_AUDIO, `frames` frames of interleaved 16-bit samples, valid until
     *  palabra_file_result_release(); NULL: none. */
    const int16_t *pcm;
    void *reserved_pointer;
} palabra_file_output;

/** Result of palabra_translate_file(). */
typedef struct palabra_file_result {
    uint32_t struct_size;
    /** Capacity of `outputs`, in elements. Set by the caller. */
    int32_t output_capacity;
    /** Targets that were spoken. Those beyond `output_capacity` are only counted. */
    int32_t output_count;
    /** Transcripts received, partial ones included. */
    int32_t transcripts;
    /** Frames per second of the file. */
    int32_t input_sample_rate;
    /** Frames per second of the speech; 0: there was none. */
    int32_t output_sample_rate;
    /** WARNING and ERROR events of the session. */
    int32_t warnings;
    int32_t reserved;
    /** Frames of the file that were sent. */
    int64_t input_frames;
    /** Frames of speech, of all languages. */
    int64_t output_frames;
    /** Time from the first chunk sent to the first speech, in ms; -1: there was none. */
    int64_t first_audio_ms;
    /** Events that were dropped because the callback or the disk was too slow; 0: nothing is missing. */
    int64_t events_dropped;
    /** Receives the targets that were spoken; NULL: `output_capacity` is 0. Set by the caller. */
    palabra_file_output *outputs;
    void *payload;
} palabra_file_result;

#ifdef __cplusplus
extern "C" {
#endif

/** Sends a file at the pace of speech, as palabra_session_send_paced() does. It is read from the disk as it goes.
 *
 *  A WAV, RF64 or BW64 file may contain integers of up to 32 bits, floats, mu-law or A-law, with 8000 to 192000 frames
 *  per second and up to 8 channels. The input format of the session is set to that of the file meanwhile and restored
 *  afterwards. The session is not ended: call palabra_session_end(). With the feature "decoders"
 *  (palabra_has_feature()) FLAC, MP3 and Ogg Vorbis files are accepted too.
 *
 *  A file whose length was never written, as by a recorder that was killed, is read to its end. Other codecs, and
 *  samples whose significant bits are not defined, are refused by name, and nothing is sent. `path` can be a pipe:
 *  `timeout_ms` includes the wait for its writer, and while it has no data, no data is due.
 *
 *  @param lead_ms as for palabra_session_send_paced().
 *  @param timeout_ms how long to take at most, in ms, opening the file included; negative: without limit.
 *  @return number of frames sent, in frames of the file, INT32_MAX if there are more: fewer than the file has if the
 *    time was up, the session was ended or closed meanwhile, or palabra_cancel() ended the call. Before the first
 *    frame the reason is returned; it can be the status of the CLOSED event.
 *  @retval PALABRA_ERR_IO The file cannot be read, or is not an audio file of a known kind.
 *  @retval PALABRA_ERR_UNSUPPORTED The codec is not supported, or the audio is in several pieces; or it is a
 *    text-to-speech session.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `path` is empty, `lead_ms` is too large, or the rate or channels of the file
 *    are out of range.
 *  @retval PALABRA_ERR_AGAIN 16 changes of the input format are pending already.
 *  @retval PALABRA_ERR_TIMEOUT The time was up.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this session.
 *  Threads: one sender at a time per session; let another thread poll meanwhile. Blocks: while the file lasts, up to
 *    `timeout_ms`, and on the disk. */
PALABRA_API int32_t PALABRA_CALL palabra_session_send_file(
    palabra_session *session, const char *path, int32_t lead_ms, int32_t timeout_ms, palabra_error *error);

/** Starts to record a session to a WAV file, 16-bit stereo: on the left what was sent, on the right what was read from
 *  one language, each at its place in time to about 20 ms.
 *
 *  A thread of its own creates, writes and closes the file, so that a slow disk delays no session. The header of the
 *  file is updated every second, so that it can be read even if the program dies. The recording ends with
 *  palabra_session_stop_recording() or palabra_session_close(); palabra_shutdown() waits for files ended that way.
 *
 *  A file that fails while it is recorded, as on a full disk, is reported by one ERROR event as soon as it fails, and
 *  keeps what it has; palabra_session_stop_recording() returns the failure too. What a slow disk loses beyond 90
 *  seconds becomes silence in the recording and is reported in the same way. Nothing is reported after
 *  palabra_session_close().
 *
 *  @param session the session, opened with PALABRA_OUTPUT_PLAYOUT or PALABRA_OUTPUT_BOTH.
 *  @param path the file, which is replaced if it exists.
 *  @param options rate and language; NULL: all defaults.
 *  @retval PALABRA_ERR_BUSY A recording of this session is running, or 8 earlier ones are still being written.
 *  @retval PALABRA_ERR_IO The file cannot be created. If that takes longer than a second, PALABRA_OK is returned and
 *    an ERROR event reports the failure.
 *  @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS, or its rate cannot be converted.
 *  @retval PALABRA_ERR_LIMIT No thread can be started, or 256 recordings of the process are open or still being
 *    written.
 *  @retval PALABRA_ERR_CLOSED Another thread closes the session.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `path` is empty, or there is no such target.
 *  Threads: any, but not real-time threads. Blocks: while the file is created, up to 1 s. Example: record.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_start_recording(
    palabra_session *session, const char *path, const palabra_recording_options *options, palabra_error *error);

/** Pauses a recording, as while a card number is spoken: until palabra_session_resume_recording() both sides of the
 *  file are silent, and time goes on.
 *
 *  What was sent and read before is recorded, what is sent and read from now on is not, even where it waits until the
 *  recording continues. Up to one chunk more is silent where audio was dropped or its format changed meanwhile. The
 *  translation of what was sent during the pause can be heard after it.
 *
 *  @return PALABRA_OK, also if it is paused.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT No recording is running.
 *  @retval PALABRA_ERR_UNSUPPORTED It is a session without input.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_pause_recording(palabra_session *session);

/** Continues a recording after palabra_session_pause_recording().
 *  @return PALABRA_OK, also if it is not paused.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT No recording is running.
 *  @retval PALABRA_ERR_UNSUPPORTED It is a session without input.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_resume_recording(palabra_session *session);

/** Stops a recording and waits until its file is complete.
 *  @param timeout_ms how long to wait for the disk, in ms; negative: without limit. The file is completed in any case.
 *  @return PALABRA_OK: the file is complete.
 *  @retval PALABRA_ERR_TIMEOUT The file is still being written.
 *  @retval PALABRA_ERR_IO It could not be written, or a part is missing: the disk was too slow, or more than 2 s of
 *    audio came at once.
 *  @retval PALABRA_ERR_LIMIT More than 4 GB were recorded: the file has the first 4 GB.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT No recording was started.
 *  Threads: any, but not real-time threads. Example: record.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_stop_recording(
    palabra_session *session, int32_t timeout_ms, palabra_error *error);

/** Translates a recording: opens a session, sends the file at its pace, and writes the speech of each target to a WAV
 *  file until the tail has arrived and the session is closed. With PALABRA_FILE_AUDIO the speech is kept in memory,
 *  too.
 *
 *  A file starts with the first speech of its language, replaces what was there, and grows as the speech arrives.
 *  Whatever ends the translation, files that were started remain and are complete with what was received until then. A
 *  target that was not spoken has no file.
 *
 *  @param config settings, as for palabra_session_open_translation(). The input format is that of the file:
 *    `input.format` is ignored, and so are `input.gap`, `output` and PALABRA_SESSION_DROP_OLDEST. `queue` must be
 *    NULL.
 *  @param input_path the file, of a kind that palabra_session_send_file() accepts.
 *  @param output_pattern where the speech goes: "{lang}" in it stands for the language. Without it and with several
 *    targets, "_" and the language are inserted before the suffix ("out.wav": "out_es.wav"); NULL: nowhere.
 *  @param options pace, progress and what to do with the speech; NULL: all defaults.
 *  @param result receives the result, also on failure; may be NULL. With PALABRA_FILE_AUDIO release it with
 *    palabra_file_result_release().
 *  @return PALABRA_OK; or the status of the CLOSED event.
 *  @retval PALABRA_ERR_TIMEOUT The time was up.
 *  @retval PALABRA_ERR_CLOSED The callback stopped it, or palabra_cancel() did.
 *  @retval PALABRA_ERR_LIMIT There is too much speech to keep in memory, or too many results were not released.
 *  @retval PALABRA_ERR_IO A file cannot be read or written, or the folder for the speech does not exist.
 *  @retval PALABRA_ERR_UNSUPPORTED As for palabra_session_open_translation() and palabra_session_send_file().
 *  @retval PALABRA_ERR_INVALID_ARGUMENT As for palabra_session_open_translation() and palabra_session_send_file();
 *    `queue` is not NULL, or `input_path` is empty.
 *  Threads: any; each call has a session of its own. Blocks: while the file and its tail last, up to `timeout_ms`, and
 *    on the disk. Example: translate_whole_file.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_translate_file(
    palabra_client *client, const palabra_translation_config *config, const char *input_path,
    const char *output_pattern, const palabra_file_options *options, palabra_file_result *result, int32_t timeout_ms,
    palabra_error *error);

/** Releases the speech that palabra_translate_file() kept in memory, and zeroes the struct except for its size. The
 *  `pcm` of its outputs is invalid from then on. */
PALABRA_API palabra_status PALABRA_CALL palabra_file_result_release(palabra_file_result *result);

/** Reads a whole 16-bit PCM WAV file, by the rules of palabra_session_send_file(). A pipe is waited for.
 *  @retval PALABRA_ERR_IO The file cannot be read, or is not a WAV file.
 *  @retval PALABRA_ERR_UNSUPPORTED Its samples are not 16-bit integers; the text says what they are.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `path` is empty.
 *  @retval PALABRA_ERR_LIMIT No memory for the samples.
 *  Blocks: on the disk. Example: translate_file.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_audio_read_wav(
    const char *path, palabra_audio *audio, palabra_error *error);

/** Writes a 16-bit WAV file, replacing the file if it exists.
 *  @param pcm `frames` frames of interleaved samples; may be NULL if `frames` is 0.
 *  @param sample_rate frames per second, such as the `sample_rate` of an AUDIO event.
 *  @param channels interleaved channels, 1 to 8.
 *  @retval PALABRA_ERR_IO The file cannot be written.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `path` is empty, or a number is out of range.
 *  Blocks: on the disk. Example: translate_file.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_audio_write_wav(
    const char *path, const int16_t *pcm, int64_t frames, int32_t sample_rate, int32_t channels, palabra_error *error);

#ifdef __cplusplus
}
#endif

/* Start values: the size is set, everything else is zero. */
#define PALABRA_RECORDING_OPTIONS_INIT PALABRA_STRUCT_INIT(palabra_recording_options)
#define PALABRA_FILE_OPTIONS_INIT      PALABRA_STRUCT_INIT(palabra_file_options)
#define PALABRA_FILE_RESULT_INIT       PALABRA_STRUCT_INIT(palabra_file_result)

#endif /* PALABRA_FILE_H */
