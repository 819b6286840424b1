//! The way in for audio: called on real-time threads, so nothing here waits, allocates or calls the system.

use std::ffi::c_void;

use super::guard::{count, guard_audio};
use super::handles;
use super::session::palabra_session;
use super::status::palabra_status;
use crate::error::Status;

/// Takes audio on its way to the service. Any number of frames will do: they are gathered to chunks inside.
///
/// A frame is one sample for every channel. Audio sent before READY waits inside; when the room of
/// `input_buffer_ms` is full, fewer frames are taken and the rest is the caller's to send again or to drop.
///
/// @param session the session.
/// @param audio `frames` frames in the encoding, rate and channels of the config; any alignment; may be NULL when
///   `frames` is 0.
/// @param frames how many; 0 is allowed.
/// @return number of frames taken, 0 to `frames`;
///   PALABRA_ERR_BUSY another thread is sending on this session;
///   PALABRA_ERR_ENDED, PALABRA_ERR_CLOSED no more input is taken;
///   PALABRA_ERR_INVALID_ARGUMENT `audio` is NULL or `frames` impossible;
///   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
///
/// **Threads:** one at a time per session; real-time threads welcome: wait-free, no lock, no allocation, no system
/// call. **Blocks:** never. **Memory:** copied. **Since:** 0.1. **Example:** translate_file.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_send_audio(
    session: *mut palabra_session,
    audio: *const c_void,
    frames: u32,
) -> palabra_status {
    guard_audio(|| {
        let session = handles::session(session)?;
        let bytes =
            (frames as usize).checked_mul(session.input_frame_bytes()).ok_or(Status::InvalidArgument)?;
        if frames == 0 {
            return session.send_audio(&[]).map(count);
        }
        if audio.is_null() || isize::try_from(bytes).is_err() {
            return Err(Status::InvalidArgument);
        }
        // SAFETY: not NULL, hence `frames` readable frames by the caller's promise; bytes need no alignment.
        let audio = unsafe { std::slice::from_raw_parts(audio.cast::<u8>(), bytes) };
        session.send_audio(audio).map(count)
    })
}

/// Tells how many frames palabra_session_send_audio() would take right now.
///
/// @param session the session.
/// @return number of frames; errors as for palabra_session_send_audio().
///
/// **Threads:** any; real-time threads welcome. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_audio_space(session: *mut palabra_session) -> palabra_status {
    guard_audio(|| handles::session(session)?.audio_space().map(count))
}
