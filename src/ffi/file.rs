//! Whole files and recordings: calls that take the time that the audio takes.

use std::ffi::c_char;
use std::path::Path;
use std::time::Duration;

use super::options;
use super::support::guard::{deadline, guard, guard_explained};
use super::support::numbers::{count, known_flags};
use super::support::{file_out, fork, handles, held, samples, sized, text};
use super::types::audio::palabra_audio;
use super::types::base::{palabra_error, palabra_status};
use super::types::client::palabra_client;
use super::types::file::{
    PALABRA_FILE_AUDIO, PALABRA_FILE_NO_FOLLOW, palabra_file_options, palabra_file_result,
    palabra_recording_options,
};
use super::types::session::palabra_session;
use super::types::translation::palabra_translation_config;
use crate::audio::format::Format;
use crate::error::Error;
use crate::jobs::{Job, Outcome, translate_file};
use crate::media::disk::Links;
use crate::media::wav;
use crate::runtime::calls;

/// Sends a file at the pace of speech, as palabra_session_send_paced() does. It is read from the disk as it goes.
///
/// A WAV, RF64 or BW64 file may contain integers of up to 32 bits, floats, mu-law or A-law, with 8000 to 192000 frames
/// per second and up to 8 channels. The input format of the session is set to that of the file meanwhile and restored
/// afterwards. The session is not ended: call palabra_session_end(). With the feature "decoders"
/// (palabra_has_feature()) FLAC, MP3 and Ogg Vorbis files are accepted too.
///
/// A file whose length was never written, as by a recorder that was killed, is read to its end. Other codecs, and
/// samples whose significant bits are not defined, are refused by name, and nothing is sent. `path` can be a pipe:
/// `timeout_ms` includes the wait for its writer, and while it has no data, no data is due.
///
/// @param session the session.
/// @param path the file: bytes as the system has them on POSIX, UTF-8 on Windows.
/// @param lead_ms as for palabra_session_send_paced().
/// @param timeout_ms how long to take at most, in ms, opening the file included; negative: without limit.
/// @param error explains a failure; may be NULL.
/// @return number of frames sent, in frames of the file, INT32_MAX if there are more: fewer than the file has if the
///   time was up, the session was ended or closed meanwhile, or palabra_cancel() ended the call. Before the first frame the reason is returned; it can
///   be the status of the CLOSED event.
/// @retval PALABRA_ERR_IO The file cannot be read, or is not an audio file of a known kind.
/// @retval PALABRA_ERR_UNSUPPORTED The codec is not supported, or the audio is in several pieces; or it is a
///   text-to-speech session.
/// @retval PALABRA_ERR_INVALID_ARGUMENT `path` is empty, `lead_ms` is too large, or the rate or channels of the file
///   are out of range.
/// @retval PALABRA_ERR_AGAIN 16 changes of the input format are pending already.
/// @retval PALABRA_ERR_TIMEOUT The time was up.
/// @input
/// @retval PALABRA_ERR_BUSY Another thread is sending on this session.
/// @threads one sender at a time per session; let another thread poll meanwhile
/// @blocks while the file lasts, up to `timeout_ms`, and on the disk
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_send_file(
    session: *mut palabra_session,
    path: *const c_char,
    lead_ms: i32,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> i32 {
    let mut sent = 0;
    // SAFETY: the caller's promises about the pointers.
    let status = unsafe {
        guard_explained(error, || {
            let session = handles::session(session)?;
            let path = text::path("path", path)?.ok_or_else(|| Error::invalid("path is missing"))?;
            let pace = options::file::real_time(lead_ms)?;
            let frames =
                session.send_file_for(&calls::begin(error.addr()), &path, pace, deadline(timeout_ms))?;
            sent = count(usize::try_from(frames).unwrap_or(usize::MAX));
            Ok(())
        })
    };
    if status < 0 { status } else { sent }
}

/// Starts to record a session to a WAV file, 16-bit stereo: on the left what was sent, on the right what was read from
/// one language, each at its place in time to about 20 ms.
///
/// A thread of its own creates, writes and closes the file, so that a slow disk delays no session. The header of the
/// file is updated every second, so that it can be read even if the program dies. The recording ends with
/// palabra_session_stop_recording() or palabra_session_close(); palabra_shutdown() waits for files ended that way.
///
/// A file that fails while it is recorded, as on a full disk, is reported by one ERROR event as soon as it fails, and
/// keeps what it has; palabra_session_stop_recording() returns the failure too. What a slow disk loses beyond 90 seconds
/// becomes silence in the recording and is reported in the same way. Nothing is reported after palabra_session_close().
///
/// @param session the session, opened with PALABRA_OUTPUT_PLAYOUT or PALABRA_OUTPUT_BOTH.
/// @param path the file, which is replaced if it exists.
/// @param options rate and language; NULL: all defaults.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BUSY A recording of this session is running, or 8 earlier ones are still being written.
/// @retval PALABRA_ERR_IO The file cannot be created. If that takes longer than a second, PALABRA_OK is returned and
///   an ERROR event reports the failure.
/// @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS, or its rate cannot be converted.
/// @retval PALABRA_ERR_LIMIT No thread can be started, or 256 recordings of the process are open or still being
///   written.
/// @retval PALABRA_ERR_CLOSED Another thread closes the session.
/// @retval PALABRA_ERR_INVALID_ARGUMENT `path` is empty, or there is no such target.
/// @threads any, but not real-time threads
/// @blocks while the file is created, up to 1 s
/// @example record.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_start_recording(
    session: *mut palabra_session,
    path: *const c_char,
    options: *const palabra_recording_options,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            let session = handles::session(session)?;
            let path = text::path("path", path)?.ok_or_else(|| Error::invalid("path is missing"))?;
            let options = if options.is_null() { sized::empty() } else { sized::read(options)? };
            session.record_start(&path, options::file::recording(&options)?)
        })
    }
}

/// Pauses a recording, as while a card number is spoken: until palabra_session_resume_recording() both sides of the
/// file are silent, and time goes on.
///
/// What was sent and read before is recorded, what is sent and read from now on is not, even where it waits until the
/// recording continues. Up to one chunk more is silent where audio was dropped or its format changed meanwhile. The
/// translation of what was sent during the pause can be heard after it.
///
/// @param session the session.
/// @return PALABRA_OK, also if it is paused.
/// @retval PALABRA_ERR_INVALID_ARGUMENT No recording is running.
/// @retval PALABRA_ERR_UNSUPPORTED It is a session without input.
/// @threads any, but not real-time threads
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_pause_recording(session: *mut palabra_session) -> palabra_status {
    guard(|| handles::session(session)?.record_pause().map(|()| 0).map_err(|error| error.status))
}

/// Continues a recording after palabra_session_pause_recording().
///
/// @param session the session.
/// @return PALABRA_OK, also if it is not paused.
/// @retval PALABRA_ERR_INVALID_ARGUMENT No recording is running.
/// @retval PALABRA_ERR_UNSUPPORTED It is a session without input.
/// @threads any, but not real-time threads
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_resume_recording(session: *mut palabra_session) -> palabra_status {
    guard(|| handles::session(session)?.record_resume().map(|()| 0).map_err(|error| error.status))
}

/// Stops a recording and waits until its file is complete.
///
/// @param session the session.
/// @param timeout_ms how long to wait for the disk, in ms; negative: without limit. The file is completed in any case.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK: the file is complete.
/// @retval PALABRA_ERR_TIMEOUT The file is still being written.
/// @retval PALABRA_ERR_IO It could not be written, or a part is missing: the disk was too slow, or more than 2 s of audio came at
/// once.
/// @retval PALABRA_ERR_LIMIT More than 4 GB were recorded: the file has the first 4 GB.
/// @retval PALABRA_ERR_INVALID_ARGUMENT No recording was started.
/// @threads any, but not real-time threads
/// @blocks up to `timeout_ms`
/// @example record.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_stop_recording(
    session: *mut palabra_session,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promise about `error`.
    unsafe {
        guard_explained(error, || {
            let timeout = u64::try_from(timeout_ms).map_or(Duration::MAX, Duration::from_millis);
            handles::session(session)?.record_stop_for(&calls::begin(error.addr()), timeout)
        })
    }
}

/// Translates a recording: opens a session, sends the file at its pace, and writes the speech of each target to a WAV
/// file until the tail has arrived and the session is closed. With PALABRA_FILE_AUDIO the speech is kept in memory, too.
///
/// A file starts with the first speech of its language, replaces what was there, and grows as the speech arrives.
/// Whatever ends the translation, files that were started remain and are complete with what was received until then.
/// A target that was not spoken has no file.
///
/// @param client the client: its credentials name the account.
/// @param config settings, as for palabra_session_open_translation(). The input format is that of the file:
///   `input.format` is ignored, and so are `input.gap`, `output` and PALABRA_SESSION_DROP_OLDEST. `queue` must be
///   NULL.
/// @param input_path the file, of a kind that palabra_session_send_file() accepts.
/// @param output_pattern where the speech goes: "{lang}" in it stands for the language. Without it and with several
///   targets, "_" and the language are inserted before the suffix ("out.wav": "out_es.wav"); NULL: nowhere.
/// @param options pace, progress and what to do with the speech; NULL: all defaults.
/// @param result receives the result, also on failure; may be NULL. With PALABRA_FILE_AUDIO release it with
///   palabra_file_result_release().
/// @param timeout_ms how long to take at most, in ms; negative: without limit.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK; or the status of the CLOSED event.
/// @retval PALABRA_ERR_TIMEOUT The time was up.
/// @retval PALABRA_ERR_CLOSED The callback stopped it, or palabra_cancel() did.
/// @retval PALABRA_ERR_LIMIT There is too much speech to keep in memory, or too many results were not released.
/// @retval PALABRA_ERR_IO A file cannot be read or written, or the folder for the speech does not exist.
/// @retval PALABRA_ERR_UNSUPPORTED As for palabra_session_open_translation() and palabra_session_send_file().
/// @retval PALABRA_ERR_INVALID_ARGUMENT As for palabra_session_open_translation() and palabra_session_send_file();
///   `queue` is not NULL, or `input_path` is empty.
/// @errors open
/// @threads any; each call has a session of its own
/// @blocks while the file and its tail last, up to `timeout_ms`, and on the disk
/// @example translate_whole_file.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_translate_file(
    client: *mut palabra_client,
    config: *const palabra_translation_config,
    input_path: *const c_char,
    output_pattern: *const c_char,
    options: *const palabra_file_options,
    result: *mut palabra_file_result,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            let wanted = if result.is_null() { None } else { Some(sized::read(result)?) };
            if wanted.is_some_and(|wanted| wanted.outputs.is_null() && wanted.output_capacity != 0) {
                return Err(Error::invalid("outputs is missing"));
            }
            let mut outcome = Outcome::default();
            let paths = (input_path, output_pattern);
            let call = calls::begin(error.addr());
            let translated = translate(client, config, paths, options, timeout_ms, &call, &mut outcome);
            if let Some(wanted) = wanted {
                file_out::hand_over(result, outcome, wanted)?;
            }
            translated
        })
    }
}

/// Releases the speech that palabra_translate_file() kept in memory, and zeroes the struct except for its size. The
/// `pcm` of its outputs is invalid from then on.
///
/// @param result the struct; NULL or a released one: nothing is done.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BAD_HANDLE It is a copy of one that was released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_file_result_release(result: *mut palabra_file_result) -> palabra_status {
    // SAFETY: the caller's promise about `result`.
    unsafe { held::release(result) }
}

/// Reads a whole 16-bit PCM WAV file, by the rules of palabra_session_send_file(). A pipe is waited for.
///
/// @param path the file: bytes as the system has them on POSIX, UTF-8 on Windows.
/// @param audio receives the samples; release it with palabra_audio_release().
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_IO The file cannot be read, or is not a WAV file.
/// @retval PALABRA_ERR_UNSUPPORTED Its samples are not 16-bit integers; the text says what they are.
/// @retval PALABRA_ERR_INVALID_ARGUMENT `path` is empty.
/// @retval PALABRA_ERR_LIMIT No memory for the samples.
/// @blocks on the disk
/// @example translate_file.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_audio_read_wav(
    path: *const c_char,
    audio: *mut palabra_audio,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            sized::write(audio, &sized::empty())?;
            let path = text::path("path", path)?.ok_or_else(|| Error::invalid("path is missing"))?;
            let contents = wav::read(&path)?;
            samples::hand_over(audio, contents.format, contents.pcm)
        })
    }
}

/// Writes a 16-bit WAV file, replacing the file if it exists.
///
/// @param path the file: bytes as the system has them on POSIX, UTF-8 on Windows.
/// @param pcm `frames` frames of interleaved samples; may be NULL if `frames` is 0.
/// @param frames number of frames, 0 or more.
/// @param sample_rate frames per second, such as the `sample_rate` of an AUDIO event.
/// @param channels interleaved channels, 1 to 8.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_IO The file cannot be written.
/// @retval PALABRA_ERR_INVALID_ARGUMENT `path` is empty, or a number is out of range.
/// @blocks on the disk
/// @example translate_file.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_audio_write_wav(
    path: *const c_char,
    pcm: *const i16,
    frames: i64,
    sample_rate: i32,
    channels: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            let path = text::path("path", path)?.ok_or_else(|| Error::invalid("path is missing"))?;
            if sample_rate <= 0 || !(1..=8).contains(&channels) {
                return Err(Error::invalid("a WAV file needs a sample_rate and 1 to 8 channels"));
            }
            let samples = usize::try_from(frames)
                .ok()
                .and_then(|frames| frames.checked_mul(channels as usize))
                .filter(|samples| samples.checked_mul(2).is_some_and(|bytes| isize::try_from(bytes).is_ok()))
                .ok_or_else(|| Error::invalid("frames is out of range"))?;
            if pcm.is_null() && samples > 0 {
                return Err(Error::invalid("pcm is missing"));
            }
            let pcm = if samples == 0 { &[] } else { std::slice::from_raw_parts(pcm, samples) };
            let format = Format { sample_rate: sample_rate as u32, channels: channels as u32 };
            wav::write(&path, format, pcm)
        })
    }
}

/// # Safety
/// The pointers are valid as `palabra_translate_file` demands.
unsafe fn translate(
    client: *mut palabra_client,
    config: *const palabra_translation_config,
    (input, output): (*const c_char, *const c_char),
    options: *const palabra_file_options,
    timeout_ms: i32,
    call: &calls::Call,
    outcome: &mut Outcome,
) -> Result<(), Error> {
    let until = deadline(timeout_ms);
    let client = handles::client(client)?.clone();
    // SAFETY: the caller's promises.
    let ((translation, queue), input, output, options) = unsafe {
        let input =
            text::path("input_path", input)?.ok_or_else(|| Error::invalid("input_path is missing"))?;
        let output = text::path("output_pattern", output)?;
        let options = if options.is_null() { sized::empty() } else { sized::read(options)? };
        (options::translation::read(config)?, input, output, options)
    };
    if queue.is_some() {
        return Err(Error::invalid("queue must be NULL: the events are taken inside"));
    }
    let flags = known_flags(options.flags, PALABRA_FILE_AUDIO | PALABRA_FILE_NO_FOLLOW)?;
    let job = Job {
        input: &input,
        output: output.as_deref().map(Path::as_os_str),
        pace: options::file::pace(&options)?,
        keeps_speech: flags & PALABRA_FILE_AUDIO != 0,
        links: if flags & PALABRA_FILE_NO_FOLLOW == 0 { Links::Followed } else { Links::Refused },
        call,
    };
    fork::watch();
    translate_file(client, translation, &job, until, &mut |told| file_out::tell(&options, told), outcome)
}
