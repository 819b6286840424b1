//! Pull playout: the way out for audio. Reading is done on real-time threads, so it neither waits nor allocates nor
//! calls the system.

use std::ffi::{c_char, c_void};

use super::guard::{guard, guard_audio};
use super::handles;
use super::session::{palabra_session, read_encoding};
use super::sized::{self, Sized32};
use super::status::palabra_status;
use super::text;
use crate::audio::format::PlayoutFormat;
use crate::error::Status;
use crate::session::playout::{LineStats, OutputMode, Sound};

/// Translated speech comes in AUDIO events, 24 kHz mono, as fast as the service sends it.
pub const PALABRA_OUTPUT_EVENTS: i32 = 0;
/// It waits inside, by language, for palabra_session_read_audio(); no AUDIO events come.
pub const PALABRA_OUTPUT_PLAYOUT: i32 = 1;
/// Both.
pub const PALABRA_OUTPUT_BOTH: i32 = 2;

/// All frames are silence: nothing is to be heard now, or what comes next is not here yet.
pub const PALABRA_SOUND_SILENCE: i32 = 0;
/// At least one frame is speech.
pub const PALABRA_SOUND_SPEECH: i32 = 1;
/// All frames are silence, and nothing else will come: the session is closed and everything was read.
pub const PALABRA_SOUND_ENDED: i32 = 2;

const _: () = assert!(PALABRA_OUTPUT_EVENTS == OutputMode::Events as i32);
const _: () = assert!(PALABRA_OUTPUT_PLAYOUT == OutputMode::Playout as i32);
const _: () = assert!(PALABRA_OUTPUT_BOTH == OutputMode::Both as i32);
const _: () = assert!(PALABRA_SOUND_SILENCE == Sound::Silence as i32);
const _: () = assert!(PALABRA_SOUND_SPEECH == Sound::Speech as i32);
const _: () = assert!(PALABRA_SOUND_ENDED == Sound::Ended as i32);

/// Gives exactly as many frames as are asked for: what is to be heard next in a language, and silence where nothing
/// is. Call it once per tick or audio callback, with its number of frames; the pace of these calls is the pace of
/// the speech. The session must have been opened with PALABRA_OUTPUT_PLAYOUT or PALABRA_OUTPUT_BOTH.
///
/// A phrase begins when `playout_prime_ms` of it are here and at least as much as this call asks for, or all of it. Where speech breaks off (the rest is late, or
/// palabra_session_interrupt() or palabra_session_pause() took it back) it fades within 5 ms, and comes back in as
/// many. Each language has a buffer of its own, so readers at different paces do not disturb each other; a reader
/// that stands still loses whole phrases, the oldest first, above `playout_cap_ms`. PLAYOUT_STARTED, _FINISHED and
/// _CUT tell which phrase was heard when.
///
/// One call gives at most 500 ms. Reading goes on after CLOSED until everything was read; then it returns
/// PALABRA_SOUND_ENDED, whatever closed the session. After palabra_shutdown() only what was already fed ahead is heard,
/// some 500 ms.
///
/// @param session the session.
/// @param language one of the targets, as in `target_languages`; NULL or "": the first of them.
/// @param audio receives `frames` frames in the format of the config, or of palabra_session_set_output_format(); any
///   alignment. Not touched on an error.
/// @param frames how many; at most 500 ms.
/// @return PALABRA_SOUND_SILENCE, PALABRA_SOUND_SPEECH or PALABRA_SOUND_ENDED: `audio` is filled;
///   PALABRA_ERR_BUSY another thread reads this language right now, or changes its format;
///   PALABRA_ERR_UNSUPPORTED the session was opened with PALABRA_OUTPUT_EVENTS;
///   PALABRA_ERR_INVALID_ARGUMENT `audio` is NULL, `frames` is more than 500 ms, or there is no such target;
///   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
///
/// **Threads:** one at a time per language; real-time threads welcome: wait-free, no lock, no allocation, no system
/// call. **Blocks:** never. **Memory:** copied. **Since:** 0.1. **Example:** phone_call.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_read_audio(
    session: *mut palabra_session,
    language: *const c_char,
    audio: *mut c_void,
    frames: u32,
) -> palabra_status {
    guard_audio(|| {
        let session = handles::session(session)?;
        let bytes_of = |frame_bytes: usize| {
            let bytes = (frames as usize).checked_mul(frame_bytes).ok_or(Status::InvalidArgument)?;
            if audio.is_null() || isize::try_from(bytes).is_err() {
                return Err(Status::InvalidArgument);
            }
            // SAFETY: not NULL, hence room for `frames` frames by the caller's promise; bytes need no alignment.
            Ok(unsafe { std::slice::from_raw_parts_mut(audio.cast::<u8>(), bytes) })
        };
        // SAFETY: the caller's promise about the text.
        let language = unsafe { text::bytes(language) };
        session.read_audio(language, bytes_of).map(|sound| sound as i32)
    })
}

/// Tells in which format a language is read from now on, as when its player changes to another device. Speech goes on
/// where it was, in the middle of a phrase too: nothing is lost, heard twice or faded. Also gives each reader a format of
/// its own, where those differ from the config.
///
/// @param session the session.
/// @param language one of the targets; NULL or "": all that there are, and all that come later.
/// @param encoding PALABRA_ENCODING_*; 0: PALABRA_ENCODING_S16.
/// @param sample_rate frames per second, 8000 to 48000.
/// @param channels interleaved channels, 1 to 8, each with the same speech.
/// @return PALABRA_OK, also when nothing changes;
///   PALABRA_ERR_BUSY another thread reads this language right now: nothing changed (in it, nor in those after it);
///   PALABRA_ERR_UNSUPPORTED the session was opened with PALABRA_OUTPUT_EVENTS, an encoding that this version does not
///   know, or a rate that it cannot convert 24000 Hz to;
///   PALABRA_ERR_INVALID_ARGUMENT a number out of its range, or there is no such target;
///   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
///
/// **Threads:** best the one that reads: it alone knows which frames are the first of the new format. Not for
/// real-time threads: it allocates. **Blocks:** never. **Memory:** a buffer in the new format. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_set_output_format(
    session: *mut palabra_session,
    language: *const c_char,
    encoding: i32,
    sample_rate: u32,
    channels: u32,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        let encoding = read_encoding(encoding).map_err(|error| error.status)?;
        // SAFETY: the caller's promise about the text.
        let language = unsafe { text::bytes(language) };
        let format = PlayoutFormat { encoding, sample_rate, channels };
        session.set_output_format(language, format).map(|()| 0).map_err(|error| error.status)
    })
}

/// Figures of the playout of one language.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_playout_stats {
    /// sizeof(palabra_playout_stats); set by the caller, left alone by the library.
    pub struct_size: u32,
    /// Speech that is here and was not read yet, in ms.
    pub waiting_ms: u32,
    /// How often speech broke off because the rest of the phrase was not here.
    pub underruns: u64,
    /// Phrases that began to be heard.
    pub phrases_started: u64,
    /// Phrases that were heard to their end.
    pub phrases_finished: u64,
    /// Phrases that were taken back, heard in part or not at all.
    pub phrases_cut: u64,
    /// Phrases that were lost, whole or from some point on, because more than `playout_cap_ms` waited.
    pub phrases_dropped: u64,
    /// Speech and silence that was left out because more than `playout_target_ms` waited, in ms.
    pub skipped_ms: u64,
}

// SAFETY: integers, the size first, no padding (asserted below).
unsafe impl Sized32 for palabra_playout_stats {
    const FIRST_SIZE: usize = 56;
}

const _: () = assert!(size_of::<palabra_playout_stats>() == 56);

/// Prepares a `palabra_playout_stats`: zeroes it and sets its size.
///
/// @param stats the struct to prepare.
/// @param struct_size sizeof(palabra_playout_stats).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `stats` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_playout_stats_init(
    stats: *mut palabra_playout_stats,
    struct_size: u32,
) -> palabra_status {
    // SAFETY: the caller's promise about `stats` and its size.
    guard(|| unsafe { sized::init(stats, struct_size) }.map(|()| 0))
}

/// Tells the figures of the playout of one language.
///
/// @param session the session.
/// @param language one of the targets; NULL or "": the first of them.
/// @param stats receives the figures.
/// @return PALABRA_OK;
///   PALABRA_ERR_UNSUPPORTED the session was opened with PALABRA_OUTPUT_EVENTS;
///   PALABRA_ERR_INVALID_ARGUMENT `stats` is NULL or its size impossible, or there is no such target;
///   PALABRA_ERR_BAD_HANDLE.
///
/// **Threads:** any, but not real-time threads: it takes a lock. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_playout_stats(
    session: *mut palabra_session,
    language: *const c_char,
    stats: *mut palabra_playout_stats,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        // SAFETY: the caller's promise about the text.
        let figures = session.playout_stats(unsafe { text::bytes(language) })?;
        // SAFETY: the caller's promise about `stats`.
        unsafe { sized::write(stats, &filled(&figures)) }.map(|()| 0)
    })
}

fn filled(stats: &LineStats) -> palabra_playout_stats {
    palabra_playout_stats {
        struct_size: size_of::<palabra_playout_stats>() as u32,
        waiting_ms: crate::session::stats::narrow(stats.waiting_ms),
        underruns: stats.underruns,
        phrases_started: stats.phrases_started,
        phrases_finished: stats.phrases_finished,
        phrases_cut: stats.phrases_cut,
        phrases_dropped: stats.phrases_dropped,
        skipped_ms: stats.skipped_ms,
    }
}
