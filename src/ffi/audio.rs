//! The way in for audio: sending is done on real-time threads, so it neither waits nor allocates nor calls the system.

use std::ffi::c_void;

use super::options;
use super::support::guard::{deadline, guard, guard_audio};
use super::support::numbers::{count, count_of};
use super::support::{audio_slice, handles, held};
use super::types::audio::{palabra_audio, palabra_audio_format};
use super::types::base::palabra_status;
use super::types::session::palabra_session;

/// Queues audio for the service. Any number of frames is accepted; they are gathered into chunks.
///
/// Send at the pace of speech. Audio sent before READY waits in the input buffer. When `input.buffer_ms` of audio wait,
/// fewer frames are taken, and the caller must resend or drop the remaining ones. What has waited is sent at once when
/// that is possible, and the service may recognise only 2 s that come faster than speech: a larger buffer delays
/// words, and does not save them. Sessions share the memory for bursts unless `input.buffer_ms` is above 2000 or that
/// is more than 256 KiB: when many are sent more than 250 ms at once, fewer frames may be taken for some ms. What the
/// operating system holds and the line has not delivered counts as waiting. A line slower than the audio is given only
/// what it delivers in that time. When the service is gone, who reads the original voice still hears what is sent,
/// unless palabra_session_end() was called before: this function and palabra_session_skip() return PALABRA_ERR_CLOSED
/// then, and palabra_session_set_input_format() takes effect.
///
/// @param session the session.
/// @param audio `frames` frames in the input format, with any alignment; may be NULL if `frames` is 0.
/// @param frames number of frames, 0 or more.
/// @return number of frames taken, 0 to `frames`.
/// @retval PALABRA_ERR_BUSY Another thread is sending on this session, or changing its format.
/// @input
/// @threads one at a time per session
/// @realtime
/// @example translate_file.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_send_audio(
    session: *mut palabra_session,
    audio: *const c_void,
    frames: i32,
) -> i32 {
    guard_audio(|| {
        let session = handles::session(session)?;
        // SAFETY: the caller's promise about `audio`.
        session
            .send_audio_of(|frame_bytes| unsafe { audio_slice::read(audio, frames, frame_bytes) })
            .map(count)
    })
}

/// Sends audio at the pace of speech, by the clock, and returns when all of it was taken.
///
/// Nothing is sent before READY. The schedule starts with the first frame, so that delays do not add up, and a call
/// that follows immediately continues it: a lead is given once. A schedule that is late by more than its lead and by
/// more than 100 ms, as after a stop of the process, is moved: what was missed is sent later and not in a burst.
///
/// @param session the session.
/// @param audio as for palabra_session_send_audio(). It must remain valid until the function returns.
/// @param frames number of frames, 0 or more.
/// @param lead_ms how far ahead of real time sending may run, in ms, up to 60000; 0: not at all. The service expects
///   the pace of speech; some 100 ms bridge the jitter of a busy machine.
/// @param timeout_ms how long to take at most, in ms; negative: without limit.
/// @return number of frames sent: fewer than `frames` if the time was up, or the session was ended or closed meanwhile.
///   Before the first frame the reason is returned; it can be the status of the CLOSED event.
/// @retval PALABRA_ERR_TIMEOUT The time was up.
/// @input
/// @retval PALABRA_ERR_BUSY Another thread is sending on this session, or changing its format.
/// @threads one sender at a time per session; let another thread poll meanwhile
/// @blocks while the audio lasts, up to `timeout_ms`; palabra_session_end() and palabra_session_close() end it within
///   20 ms
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_send_paced(
    session: *mut palabra_session,
    audio: *const c_void,
    frames: i32,
    lead_ms: i32,
    timeout_ms: i32,
) -> i32 {
    guard(|| {
        let session = handles::session(session)?;
        let pace = options::file::real_time(lead_ms).map_err(|error| error.status)?;
        // SAFETY: the caller's promise about `audio`, for the whole call.
        let bytes_of = |frame_bytes: usize| unsafe { audio_slice::read(audio, frames, frame_bytes) };
        session.send_paced(bytes_of, pace, deadline(timeout_ms)).map(count).map_err(|error| error.status)
    })
}

/// States that frames were lost, such as packets that did not arrive, or that were not sent during silence (DTX).
/// Silence of that length takes their place, so that the audio on the wire keeps real time.
///
/// The cost does not depend on `frames`. Call it before the next palabra_session_send_audio(): silence that
/// PALABRA_GAP_SILENCE sent in the meantime for the same loss is not sent again. Where PALABRA_GAP_PAUSE is the policy,
/// lost frames neither delay nor end a pause, and nothing is sent for them during one.
///
/// @param session the session.
/// @param frames number of frames, 0 or more.
/// @return number of frames taken, 0 to `frames`: fewer when `input.buffer_ms` of audio wait.
/// @retval PALABRA_ERR_BUSY Another thread is sending on this session, or changing its format.
/// @input
/// @threads one sender at a time per session
/// @realtime
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_skip(session: *mut palabra_session, frames: i32) -> i32 {
    guard_audio(|| handles::session(session)?.skip(count_of(frames)?).map(count))
}

/// Sends the audio that was taken so far within 10 ms, even if it fills no chunk, as at the end of an utterance. In a
/// translation a short message is padded with silence to 1024 bytes, the least that the service accepts.
///
/// Without this call such a rest is sent when no audio followed for `input.chunk_ms`.
///
/// @param session the session.
/// @return PALABRA_OK.
/// @input
/// @realtime
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_flush_input(session: *mut palabra_session) -> palabra_status {
    guard_audio(|| handles::session(session)?.flush_input().map(|()| 0))
}

/// Changes the format of the audio that is sent from now on, as when a device changes.
///
/// Audio sent before is converted from its own format and sent first. The format on the wire stays the same. The
/// capacity of the input buffer is available anew for the new format.
///
/// @param session the session.
/// @param format the new format. `sample_rate` is required. `channel` must be 0: the selected channel stays; with fewer
///   channels than that they are mixed.
/// @return PALABRA_OK, also if nothing changes. After an error the format is what it was.
/// @retval PALABRA_ERR_BUSY Another thread is inside palabra_session_send_audio() or this function on this session.
/// @retval PALABRA_ERR_AGAIN 16 changes are pending already.
/// @retval PALABRA_ERR_UNSUPPORTED The encoding is not known.
/// @input
/// @threads preferably the one that sends, which alone knows the first frame of the new format; not real-time threads
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_set_input_format(
    session: *mut palabra_session,
    format: *const palabra_audio_format,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        // SAFETY: the caller's promise about `format`.
        let format = unsafe { options::audio::required_format(format) }.map_err(|error| error.status)?;
        let (encoding, rate, channels) = (format.encoding, format.sample_rate, format.channels);
        session.set_input_format(encoding, rate, channels).map(|()| 0).map_err(|error| error.status)
    })
}

/// Returns how many frames palabra_session_send_audio() would take now, or how many bytes
/// palabra_session_send_encoded() would.
///
/// @param session the session.
/// @return number of frames, or of bytes.
/// @input
/// @realtime
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_get_input_space(session: *mut palabra_session) -> i32 {
    guard_audio(|| handles::session(session)?.audio_space().map(count))
}

/// Releases samples that the library returned and zeroes the struct except for its size.
///
/// @param audio the samples; NULL or released ones: nothing is done.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BAD_HANDLE It is a copy of one that was released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_audio_release(audio: *mut palabra_audio) -> palabra_status {
    // SAFETY: the caller's promise about `audio`.
    unsafe { held::release(audio) }
}
