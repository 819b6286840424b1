//! The way out for audio: reading is done on real-time threads, so it neither waits nor allocates nor calls the system.

use std::ffi::{c_char, c_void};

use super::options;
use super::support::guard::{guard, guard_audio};
use super::support::{audio_slice, handles, numbers, sized, text};
use super::types::audio::palabra_audio_format;
use super::types::base::palabra_status;
use super::types::playout::{PALABRA_SILENCE_ALL, palabra_original_options, palabra_playout_stats};
use super::types::session::palabra_session;
use crate::audio::format::PlayoutFormat;
use crate::session::output::{LineStats, Silenced};

/// Fills exactly `frames` frames: what is to be heard next in a language, and silence where nothing is.
///
/// Call it once per tick or audio callback with its number of frames; the pace of the calls is the pace of the
/// speech. A phrase starts when `prime_ms` of it are buffered and at least as much as the call asks for, or all of
/// it. Where speech breaks off, because the rest is late or because it was interrupted, it is faded out within 5 ms
/// and faded in again. Each language has its own buffer. The PLAYOUT events say which phrase was heard when. After
/// CLOSED continue to read until PALABRA_SOUND_ENDED, which always comes. After palabra_shutdown() only the next 500
/// ms or so are heard.
///
/// @param session the session, opened with PALABRA_OUTPUT_PLAYOUT or PALABRA_OUTPUT_BOTH.
/// @param language one of the targets, as in `target_languages`; NULL or "": the first one.
/// @param audio receives `frames` frames in the output format, with any alignment; may be NULL if `frames` is 0.
/// @param frames number of frames, 0 or more, at most 500 ms of audio.
/// @return a set of PALABRA_SOUND_* bits; 0: all frames are silence. Check for an error first: its bits mean nothing.
///   After an error `audio` is silence too, unless its length or format is not known: the handle is bad, `frames` is out
///   of range, or the session was opened with PALABRA_OUTPUT_EVENTS.
/// @retval PALABRA_ERR_BUSY Another thread is reading this language, or changing its format.
/// @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS.
/// @retval PALABRA_ERR_INVALID_ARGUMENT There is no such target, or too many frames.
/// @threads one at a time per language
/// @realtime
/// @example phone_call.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_read_audio(
    session: *mut palabra_session,
    language: *const c_char,
    audio: *mut c_void,
    frames: i32,
) -> i32 {
    let sound = guard_audio(|| {
        let session = handles::session(session)?;
        // SAFETY: the caller's promise about the text.
        let language = unsafe { text::bytes(language) };
        // SAFETY: the caller's promise about `audio`.
        let bytes_of = |frame_bytes: usize| unsafe { audio_slice::write(audio, frames, frame_bytes) };
        session.read_audio(language, bytes_of).map(|sound| sound.bits() as i32)
    });
    if sound < 0 {
        // SAFETY: the caller's promises about the text and about `audio`.
        unsafe { silence(session, language, audio, frames) };
    }
    sound
}

/// A player that ignores the error plays no noise.
///
/// # Safety
/// `language` is NULL or NUL-terminated; `audio` is NULL or points to `frames` writable frames.
unsafe fn silence(session: *mut palabra_session, language: *const c_char, audio: *mut c_void, frames: i32) {
    let (Ok(session), Ok(frames), false) =
        (handles::session(session), usize::try_from(frames), audio.is_null())
    else {
        return;
    };
    let Ok(playout) = session.playout() else { return };
    // SAFETY: the caller's promise about the text.
    if let Some((silent, bytes)) = playout.unread(unsafe { text::bytes(language) }, frames) {
        // SAFETY: the format is the one that a read would have filled.
        unsafe { std::ptr::write_bytes(audio.cast::<u8>(), silent, bytes) };
    }
}

/// Changes the format in which a language is read from now on, as when a device changes. Speech continues where it was,
/// also within a phrase: nothing is lost, repeated or faded.
///
/// @param session the session.
/// @param language one of the targets; NULL or "": all of them, and those that are added later.
/// @param format the new format. `sample_rate` is required.
/// @return PALABRA_OK, also if nothing changes.
/// @retval PALABRA_ERR_BUSY Another thread is reading this language: it was not changed, nor were those after it.
/// @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS, or the encoding is not known.
/// @retval PALABRA_ERR_INVALID_ARGUMENT There is no such target.
/// @threads preferably the one that reads, which alone knows the first frame of the new format; not real-time threads
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_set_output_format(
    session: *mut palabra_session,
    language: *const c_char,
    format: *const palabra_audio_format,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        // SAFETY: the caller's promise about `format`.
        let format = unsafe { options::audio::required_format(format) }.map_err(|error| error.status)?;
        // SAFETY: the caller's promise about the text.
        let language = unsafe { text::bytes(language) };
        let format = PlayoutFormat {
            encoding: format.encoding,
            sample_rate: format.sample_rate,
            channels: format.channels,
        };
        session.set_output_format(language, format).map(|()| 0).map_err(|error| error.status)
    })
}

/// Changes how the speaker's own voice is mixed under the translation, in all languages, also in those that are added
/// later: its gain, also to 0 and back, and the ducking.
///
/// The change is faded within 20 ms.
///
/// @param session the session.
/// @param options as in `output.original` of the config.
/// @return PALABRA_OK. After an error nothing has changed.
/// @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS, or is not a translation.
/// @retval PALABRA_ERR_LIMIT No memory for the original voice.
/// @threads any, but not real-time threads
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_set_original(
    session: *mut palabra_session,
    options: *const palabra_original_options,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        // SAFETY: the caller's promise about `options`.
        let levels = unsafe { options::playout::original_levels(options) };
        levels.and_then(|levels| session.set_original(levels)).map(|()| 0).map_err(|error| error.status)
    })
}

/// Silences what palabra_session_read_audio() reads, and nothing else: the phrase that is heard is faded out within 5 ms,
/// and what still arrives of it is not played. Where no phrase is heard, nothing is silenced.
///
/// The service is not told, so that what the speaker says is translated as before, and texts and AUDIO events continue.
/// The next phrase is heard. PLAYOUT_CUT tells how much of a phrase was heard. To stop the service too, call
/// palabra_session_interrupt() or palabra_session_cancel().
///
/// @param session the session; also one that is ended or closed.
/// @param languages languages to silence, separated by commas; NULL or "": all of them, also for those that are added
///   later.
/// @param flags PALABRA_SILENCE_ALL or 0.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS.
/// @retval PALABRA_ERR_INVALID_ARGUMENT There is no such target.
/// @threads any, but not real-time threads
/// @example phone_call.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_silence(
    session: *mut palabra_session,
    languages: *const c_char,
    flags: u32,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        let is_all = numbers::known_flags(flags, PALABRA_SILENCE_ALL)? != 0;
        // SAFETY: the caller's promise about the text.
        let languages = unsafe { text::read(languages)? }.unwrap_or_default();
        let what = if is_all { Silenced::All } else { Silenced::Heard };
        session.silence(languages, what).map(|()| 0).map_err(|error| error.status)
    })
}

/// Reads the statistics of the playout of one language.
///
/// @param session the session.
/// @param language one of the targets; NULL or "": the first one.
/// @param stats receives the statistics.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_UNSUPPORTED The session was opened with PALABRA_OUTPUT_EVENTS.
/// @retval PALABRA_ERR_INVALID_ARGUMENT There is no such target.
/// @threads any, but not real-time threads
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_get_playout_stats(
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
        buffered_ms: numbers::long(stats.waiting_ms),
        underruns: numbers::long(stats.underruns),
        phrases_started: numbers::long(stats.phrases_started),
        phrases_finished: numbers::long(stats.phrases_finished),
        phrases_cut: numbers::long(stats.phrases_cut),
        phrases_dropped: numbers::long(stats.phrases_dropped),
        skipped_ms: numbers::long(stats.skipped_ms),
        ..sized::empty()
    }
}
