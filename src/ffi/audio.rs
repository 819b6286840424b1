//! The way in for audio: sending is done on real-time threads, so it neither waits nor allocates nor calls the system.

use std::ffi::c_void;

use super::guard::{count, guard, guard_audio};
use super::handles;
use super::session::{palabra_session, read_encoding};
use super::status::palabra_status;
use crate::error::Status;

/// Takes audio on its way to the service. Any number of frames will do: they are gathered to chunks inside.
///
/// A frame is one sample for every channel. Audio sent before READY waits inside; when `input_buffer_ms` of audio wait,
/// fewer frames are taken, and the caller must resend or drop the rest. What the operating system holds and the line has
/// not delivered counts as waiting. A line slower than the audio is given only what it delivers in `input_buffer_ms`.
///
/// @param session the session.
/// @param audio `frames` frames in the encoding, rate and channels of the config, or of the last
///   palabra_session_set_input_format(); any alignment; may be NULL when `frames` is 0.
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
        let bytes_of = |frame_bytes: usize| {
            if frames == 0 {
                return Ok(&[][..]);
            }
            let bytes = (frames as usize).checked_mul(frame_bytes).ok_or(Status::InvalidArgument)?;
            if audio.is_null() || isize::try_from(bytes).is_err() {
                return Err(Status::InvalidArgument);
            }
            // SAFETY: not NULL, hence `frames` readable frames by the caller's promise; bytes need no alignment.
            Ok(unsafe { std::slice::from_raw_parts(audio.cast::<u8>(), bytes) })
        };
        session.send_audio_of(bytes_of).map(count)
    })
}

/// Tells that the audio sent from now on has another format, as when the caller changes to another device.
///
/// What was sent before is converted in its own format and goes out first; what goes out on the wire stays the same.
/// The room of `input_buffer_ms` is there anew for the new format. The channel picked by `input_channel` stays; with
/// fewer channels than that they are mixed.
///
/// @param session the session.
/// @param encoding PALABRA_ENCODING_*; 0: PALABRA_ENCODING_S16.
/// @param sample_rate frames per second, 8000 to 48000.
/// @param channels interleaved channels, 1 to 8.
/// @return PALABRA_OK, also when nothing changes;
///   PALABRA_ERR_BUSY another thread is inside palabra_session_send_audio() or this call on this session;
///   PALABRA_ERR_AGAIN 16 changes wait already: their audio is still on its way, or the service is not READY;
///   PALABRA_ERR_UNSUPPORTED an encoding that this version does not know, or a rate that it cannot convert to that of
///   the wire;
///   PALABRA_ERR_INVALID_ARGUMENT a number out of its range;
///   PALABRA_ERR_ENDED, PALABRA_ERR_CLOSED no more input is taken;
///   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED. After an error the format is what it was.
///
/// **Threads:** best the one that sends: it alone knows which audio is the first of the new format. Not for real-time
/// threads: it allocates. **Blocks:** never. **Memory:** room for audio in the new format. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_set_input_format(
    session: *mut palabra_session,
    encoding: i32,
    sample_rate: u32,
    channels: u32,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        let encoding = read_encoding(encoding).map_err(|error| error.status)?;
        session.set_input_format(encoding, sample_rate, channels).map(|()| 0).map_err(|error| error.status)
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
