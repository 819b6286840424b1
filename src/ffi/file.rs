//! Sending at the pace of speech, and whole files: calls that take the time that the audio takes.

use std::ffi::{c_char, c_void};
use std::path::Path;
use std::time::Duration;

use super::client::palabra_client;
use super::guard::{count, deadline, given, guard, guard_explained};
use super::handles;
use super::process;
use super::session::{palabra_session, palabra_translation_config, read_options};
use super::sized::{self, Sized32};
use super::status::{palabra_error, palabra_status};
use super::text;
use crate::error::{Error, Status};
use crate::runtime::reentry;
use crate::session::file::{Job, Outcome, Progress, translate_file};
use crate::session::paced::{Pace, REAL_TIME};

/// More is no pace any more, and the service demands one.
const MAX_LEAD_MS: u32 = 60_000;

/// Sends audio at the pace of speech, as it is due by the clock, and returns when all of it was taken.
///
/// Nothing is sent before READY. What is due is counted from the beginning, so that delays never add up, and a call
/// that follows at once goes on where the one before ended: a lead is given once and not with every call. Sending that
/// falls behind by more than its lead, and by more than 100 ms, as after a stop of the process, goes on from there: what
/// was missed is sent later and not all at once.
///
/// @param session the session.
/// @param audio as for palabra_session_send_audio().
/// @param frames how many; 0 is allowed.
/// @param lead_ms how far ahead of real time sending may run, up to 60000; 0: not at all. The service expects the
///   pace of speech; some 100 ms bridge the jitter of a busy machine.
/// @param timeout_ms how long to take at most; negative: without limit.
/// @return number of frames sent: fewer than `frames` when the time was over or the session ended or closed
///   meanwhile. If that was before the first frame, the reason:
///   PALABRA_ERR_TIMEOUT;
///   PALABRA_ERR_ENDED, PALABRA_ERR_CLOSED, or the code of the CLOSED event when it closed before it was READY;
///   PALABRA_ERR_BUSY another thread is sending on this session;
///   PALABRA_ERR_INVALID_ARGUMENT `audio` is NULL, `frames` impossible, `lead_ms` too large;
///   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_REENTRANT, PALABRA_ERR_FORKED.
///
/// **Threads:** one sender at a time per session; the events are another thread's to poll meanwhile, or wait.
/// **Blocks:** for as long as the audio lasts, up to `timeout_ms`; palabra_session_end() and _close() end it within
/// 20 ms. **Memory:** `audio` must live until it returns. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_send_paced(
    session: *mut palabra_session,
    audio: *const c_void,
    frames: u32,
    lead_ms: u32,
    timeout_ms: i32,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        let pace = pace(lead_ms, REAL_TIME).map_err(|error| error.status)?;
        let bytes_of = |frame_bytes: usize| {
            if frames == 0 {
                return Ok(&[][..]);
            }
            let bytes = (frames as usize).checked_mul(frame_bytes).ok_or(Status::InvalidArgument)?;
            if audio.is_null() || isize::try_from(bytes).is_err() {
                return Err(Status::InvalidArgument);
            }
            // SAFETY: not NULL, hence `frames` readable frames by the caller's promise, for the whole call; bytes need
            // no alignment.
            Ok(unsafe { std::slice::from_raw_parts(audio.cast::<u8>(), bytes) })
        };
        session.send_paced(bytes_of, pace, deadline(timeout_ms)).map(count)
    })
}

/// Sends a file at the pace of speech, as palabra_session_send_paced() does. It is read from the disk as it goes.
///
/// A WAV, RF64 or BW64 file may have integers of up to 32 bits, floats, mu-law or A-law, 8000 to 48000 frames a second
/// and up to 8 channels, whatever the input format of the session; that is set to the file's meanwhile and is afterwards
/// what it was (see palabra_session_set_input_format()). The session is not ended: palabra_session_end() does that.
///
/// A file whose length was never written, as by a recorder that was killed, is read to its end. Other codecs, and
/// samples that leave open where their bits are, are refused by name, and nothing is sent. `path` may be a pipe:
/// `timeout_ms` covers the wait for its writer, and while it has nothing, nothing is due.
///
/// A library that was built with its feature `decoders` (which is off by default) also takes FLAC, MP3 and Ogg Vorbis.
///
/// @param session the session.
/// @param path the file: bytes, on Windows UTF-8.
/// @param lead_ms as for palabra_session_send_paced().
/// @param timeout_ms how long to take at most; negative: without limit.
/// @param error explains a failure; may be NULL.
/// @return number of frames sent, as the file counts them (INT32_MAX if there are more): fewer than it has when the
///   time was over or the session ended or closed meanwhile;
///   PALABRA_ERR_IO the file cannot be read, be it in the middle, or is no audio file of a known kind;
///   PALABRA_ERR_UNSUPPORTED samples of another kind, audio in several pieces, or a rate that cannot be converted to that of the wire;
///   PALABRA_ERR_INVALID_ARGUMENT `path` is NULL, `lead_ms` is too large, rate or channels of the file are out of
///   range;
///   PALABRA_ERR_AGAIN 16 changes of the input format wait already;
///   PALABRA_ERR_INVALID_UTF8 on Windows, and before the first frame what palabra_session_send_paced() returns.
///
/// **Threads:** as palabra_session_send_paced(). **Blocks:** for as long as the file lasts, up to `timeout_ms`, and
/// on the disk. **Memory:** 100 ms of the file. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_send_file(
    session: *mut palabra_session,
    path: *const c_char,
    lead_ms: u32,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    let mut sent = 0;
    // SAFETY: the caller's promises about the pointers.
    let status = unsafe {
        guard_explained(error, || {
            let session = handles::session(session)?;
            let path = text::path("path", path)?.ok_or_else(|| Error::invalid("path is missing"))?;
            let pace = pace(lead_ms, REAL_TIME)?;
            let frames = session.send_file(&path, pace, deadline(timeout_ms))?;
            sent = count(usize::try_from(frames).unwrap_or(usize::MAX));
            Ok(())
        })
    };
    if status < 0 { status } else { sent }
}

/// How far palabra_translate_file() is.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_progress {
    /// sizeof(palabra_progress) of the library: what lies beyond it is not there.
    pub struct_size: u32,
    /// PALABRA_STATE_* of the session.
    pub state: i32,
    /// How much of the file was sent, in ms.
    pub position_ms: u64,
    /// How long the file is, in ms; 0 when it does not tell.
    pub total_ms: u64,
    /// Transcripts so far: `text` is new when this has grown.
    pub transcripts: u32,
    /// PALABRA_FLAG_FINAL, PALABRA_FLAG_TRANSLATION of the last transcript.
    pub flags: u32,
    /// The last transcript; "" before the first. Valid during the callback.
    pub text: *const c_char,
    /// Its language; "" before the first.
    pub language: *const c_char,
}

/// Told how far palabra_translate_file() is: with every transcript, and some four times a second. It comes on the
/// thread that made the call and must not call the library: it would get PALABRA_ERR_REENTRANT. It must not throw, and
/// must not leave by longjmp(): what that does is undefined. May be NULL: no callback.
///
/// @return 0 to go on; anything else stops the translation, which then returns PALABRA_ERR_CLOSED.
pub type palabra_progress_callback =
    Option<unsafe extern "C" fn(progress: *const palabra_progress, user_data: *mut c_void) -> i32>;

/// Settings of palabra_translate_file(). Zero or NULL means the default; prepare it with PALABRA_FILE_OPTIONS_INIT or
/// palabra_file_options_init().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_file_options {
    /// sizeof(palabra_file_options).
    pub struct_size: u32,
    /// Speed of sending in hundredths of the speed of speech, 10 to 1000; 0: 100. The service expects 100.
    pub pace_percent: u32,
    /// How far ahead of that sending may run in ms, up to 60000; 0: not at all.
    pub lead_ms: u32,
    /// As for palabra_session_end(), 1 to 30; 0: 4.
    pub eos_timeout_s: u32,
    /// Told how far it is; NULL: nobody is.
    pub progress: palabra_progress_callback,
    /// Handed to the callback.
    pub user_data: *mut c_void,
}

// SAFETY: integers and pointers, the size first, no padding (asserted below), all zeros are valid: no callback.
unsafe impl Sized32 for palabra_file_options {
    const FIRST_SIZE: usize = 16 + 2 * size_of::<usize>();
}

const _: () = assert!(size_of::<palabra_file_options>() == 16 + 2 * size_of::<usize>());

/// The speech of one target. Comes in arrays, so it never grows.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_file_output {
    /// The target, as it stands in the name of its file.
    pub language: [c_char; 32],
    /// Frames of speech.
    pub frames: u64,
}

/// What came of palabra_translate_file(). Prepare it with PALABRA_FILE_RESULT_INIT or palabra_file_result_init().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_file_result {
    /// sizeof(palabra_file_result); set by the caller, left alone by the library.
    pub struct_size: u32,
    /// Room at `outputs`; set by the caller.
    pub output_capacity: u32,
    /// Targets that were spoken; those beyond `output_capacity` are only counted.
    pub output_count: u32,
    /// Transcripts that came, growing ones included.
    pub transcripts: u32,
    /// Frames of the file that were sent.
    pub input_frames: u64,
    /// Frames of speech, in all languages together.
    pub output_frames: u64,
    /// Frames per second of the file.
    pub input_sample_rate: u32,
    /// Frames per second of the speech; 0 if there was none.
    pub output_sample_rate: u32,
    /// WARNING and ERROR events of the session.
    pub warnings: u32,
    /// From the first chunk sent to the first speech, in ms; 0 if there was none.
    pub first_audio_ms: u32,
    /// Events that were lost because the callback or the disk took too long; 0: nothing is missing.
    pub events_dropped: u64,
    /// Receives the targets that were spoken; NULL when `output_capacity` is 0. Set by the caller.
    pub outputs: *mut palabra_file_output,
}

// SAFETY: integers and a pointer, the size first, no padding between them, NULL is valid.
unsafe impl Sized32 for palabra_file_result {
    const FIRST_SIZE: usize = 56 + size_of::<usize>();
}

const _: () = assert!(std::mem::offset_of!(palabra_file_result, outputs) == 56);

/// Prepares file options: zeroes them and sets their size.
///
/// @param options the struct to prepare.
/// @param struct_size sizeof(palabra_file_options).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `options` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_file_options_init(
    options: *mut palabra_file_options,
    struct_size: u32,
) -> palabra_status {
    // SAFETY: the caller's promise about `options` and its size.
    guard(|| unsafe { sized::init(options, struct_size) }.map(|()| 0))
}

/// Prepares a file result: zeroes it and sets its size.
///
/// @param result the struct to prepare.
/// @param struct_size sizeof(palabra_file_result).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `result` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_file_result_init(
    result: *mut palabra_file_result,
    struct_size: u32,
) -> palabra_status {
    // SAFETY: the caller's promise about `result` and its size.
    guard(|| unsafe { sized::init(result, struct_size) }.map(|()| 0))
}

/// Translates a recording: opens a session, sends the file at its pace, and writes the speech of each target to a WAV
/// file of its own until the tail has come and the session is closed.
///
/// A file begins with the first speech of its language, replaces what was there, and grows as the speech comes.
/// Whatever ends the translation (an error, the callback, the timeout), files that were begun stay and are complete
/// with what was received until then; a target that was not spoken has no file.
///
/// @param client whose account.
/// @param config settings, as for palabra_session_open(). The input format is that of the file: `input_encoding`,
///   `input_sample_rate` and `input_channels` are ignored, and so are `output_mode`, `gap_policy` and
///   PALABRA_TRANSLATION_DROP_OLDEST: a file has neither gaps nor a past. `queue` must be NULL.
/// @param input_path the file: bytes, on Windows UTF-8; what it may be, palabra_session_send_file() says.
/// @param output_pattern where the speech goes, bytes or on Windows UTF-8: "{lang}" in it stands for the language; without it and with
///   several targets "_" and the language go before the suffix ("out.wav": "out_es.wav", "out_fr.wav"). NULL:
///   nowhere.
/// @param options pace and progress; NULL: the defaults.
/// @param result receives figures, also on failure; may be NULL.
/// @param timeout_ms how long to take at most; negative: without limit.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK;
///   PALABRA_ERR_TIMEOUT; PALABRA_ERR_CLOSED the callback asked to stop;
///   the code of the CLOSED event when the session closed with an error;
///   PALABRA_ERR_IO a file cannot be read or written, or the folder for the speech does not exist;
///   PALABRA_ERR_UNSUPPORTED, PALABRA_ERR_INVALID_ARGUMENT as for palabra_session_open() and _send_file(), or `queue`
///   is not NULL, `input_path` is, or a number is out of its range;
///   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_INVALID_UTF8, PALABRA_ERR_AUTH, PALABRA_ERR_LIMIT, PALABRA_ERR_REENTRANT,
///   PALABRA_ERR_FORKED.
///
/// **Threads:** any; each call has a session of its own. **Blocks:** for as long as the file and its tail last, up to
/// `timeout_ms`, and on the disk. **Memory:** none kept. **Since:** 0.1. **Example:** translate_whole_file.c
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
            if wanted.is_some_and(|wanted| wanted.outputs.is_null() && wanted.output_capacity > 0) {
                return Err(Error::invalid("outputs is missing"));
            }
            let mut outcome = Outcome::default();
            let translated =
                translate(client, config, (input_path, output_pattern), options, timeout_ms, &mut outcome);
            if let Some(wanted) = wanted {
                sized::write(result, &filled(&outcome, wanted))?;
            }
            translated
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
    outcome: &mut Outcome,
) -> Result<(), Error> {
    let until = deadline(timeout_ms);
    let client = handles::client(client)?.clone();
    // SAFETY: the caller's promises.
    let ((translation, queue), input, output, options) = unsafe {
        let input =
            text::path("input_path", input)?.ok_or_else(|| Error::invalid("input_path is missing"))?;
        let output = text::path("output_pattern", output)?;
        let options = if options.is_null() { std::mem::zeroed() } else { sized::read(options)? };
        (read_options(config)?, input, output, options)
    };
    if queue.is_some() {
        return Err(Error::invalid("queue must be NULL: the events are taken inside"));
    }
    let job = Job {
        input: &input,
        output: output.as_deref().map(Path::as_os_str),
        pace: pace(options.lead_ms, given(options.pace_percent).unwrap_or(REAL_TIME))?,
        // The official clients' choice for files (protocol.md 13).
        eos_timeout_s: given(options.eos_timeout_s).unwrap_or(4),
    };
    if job.eos_timeout_s > 30 {
        return Err(Error::invalid("eos_timeout_s must be between 1 and 30"));
    }
    process::before_start();
    translate_file(client, translation, &job, until, &mut |progress| tell(&options, progress), outcome)
}

/// Whether to go on.
fn tell(options: &palabra_file_options, progress: &Progress<'_>) -> bool {
    let Some(callback) = options.progress else { return true };
    let told = palabra_progress {
        struct_size: size_of::<palabra_progress>() as u32,
        state: progress.phase as i32,
        position_ms: progress.position_ms,
        total_ms: progress.total_ms,
        transcripts: progress.transcripts,
        flags: progress.flags,
        text: progress.texts.text().as_ptr().cast(),
        language: progress.texts.language().as_ptr().cast(),
    };
    let mut answer = 0;
    // SAFETY: the caller's function with the caller's data; the texts end in NUL (`Texts`) and outlive the call.
    reentry::within(|| answer = unsafe { callback(&raw const told, options.user_data) });
    answer == 0
}

/// # Safety
/// `wanted.outputs` has room for `wanted.output_capacity` outputs.
unsafe fn filled(outcome: &Outcome, wanted: palabra_file_result) -> palabra_file_result {
    for (place, output) in outcome.outputs.iter().take(wanted.output_capacity as usize).enumerate() {
        let mut told = palabra_file_output { language: [0; 32], frames: output.frames };
        text::fill(&mut told.language, &output.language);
        // SAFETY: `place` is within the caller's room.
        unsafe { wanted.outputs.add(place).write_unaligned(told) };
    }
    palabra_file_result {
        output_count: count(outcome.outputs.len()) as u32,
        transcripts: outcome.transcripts,
        input_frames: outcome.input_frames,
        output_frames: outcome.outputs.iter().map(|output| output.frames).sum(),
        input_sample_rate: outcome.input_sample_rate,
        output_sample_rate: outcome.output_sample_rate,
        warnings: outcome.warnings,
        first_audio_ms: outcome.first_audio_ms,
        events_dropped: outcome.events_dropped,
        ..wanted
    }
}

fn pace(lead_ms: u32, percent: u32) -> Result<Pace, Error> {
    if lead_ms > MAX_LEAD_MS {
        return Err(Error::invalid("lead_ms must be 60000 at most"));
    }
    if !(10..=1000).contains(&percent) {
        return Err(Error::invalid("pace_percent must be between 10 and 1000"));
    }
    Ok(Pace { lead: Duration::from_millis(lead_ms.into()), percent })
}
