//! Speech-to-text: opening, encoded audio, and asking for a final text.

use std::ffi::c_void;

use super::options;
use super::support::guard::{deadline, guard, guard_audio};
use super::support::numbers::count;
use super::support::{audio_slice, handles, opening};
use super::types::base::{palabra_error, palabra_status};
use super::types::client::palabra_client;
use super::types::session::palabra_session;
use super::types::stt::palabra_stt_config;
use crate::session::Session;

/// Opens a speech-to-text session.
///
/// Send audio at the pace of speech: the service does not recognize properly what arrives faster, so run at most half
/// a second ahead. READY is delivered when the stream is open. Texts are delivered as TRANSCRIPT: partial ones, which
/// replace each other, then one with FINAL, then its translations with FINAL and TRANSLATION, all with the same
/// `phrase` and `id`. A refusal of the service is reported by CLOSED: PALABRA_ERR_AUTH for a key or token,
/// PALABRA_ERR_SESSION for a setting (HTTP status 400), PALABRA_ERR_RATE for too many streams.
///
/// @param client the client: its credentials name the account.
/// @param config settings; NULL: all defaults.
/// @param session receives the handle; NULL on failure.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK. Close the session with palabra_session_close().
/// @retval PALABRA_ERR_UNSUPPORTED The gap policy is PALABRA_GAP_PAUSE, or `format` is encoded and something does not
///   work with it.
/// @errors open
/// @example stt_file.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_open_stt(
    client: *mut palabra_client,
    config: *const palabra_stt_config,
    session: *mut *mut palabra_session,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        opening::open(client, session, error, |client| {
            let (options, queue) = options::stt::read(config)?;
            Session::open_stt(client, options, queue)
        })
    }
}

/// Queues bytes of encoded audio for the service, which are sent unchanged: a session whose config has an encoded
/// `format`.
///
/// The bytes are one stream, cut anywhere. Send at the pace of speech, as a recorder does. The library sends what waits
/// when a chunk is full, when `input.chunk_ms` have passed since the message before, or with
/// palabra_session_flush_input(). When `input.buffer_ms` of bytes wait, fewer are taken, and the caller must resend the
/// remaining ones: a gap cannot be decoded. Statistics of the input count bytes as frames. After palabra_session_end()
/// no silence follows.
///
/// @param session the session.
/// @param data `size` bytes; may be NULL if `size` is 0.
/// @param size number of bytes, 0 or more.
/// @return number of bytes taken, 0 to `size`.
/// @retval PALABRA_ERR_BUSY Another thread is sending on this session, or changing its format.
/// @input
/// @threads one at a time per session
/// @realtime
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_send_encoded(
    session: *mut palabra_session,
    data: *const c_void,
    size: i32,
) -> i32 {
    guard_audio(|| {
        let session = handles::session(session)?;
        // SAFETY: the caller's promise about `data`.
        let bytes = unsafe { audio_slice::read(data, size, 1)? };
        session.send_encoded(bytes).map(count)
    })
}

/// Sends bytes of encoded audio evenly over the time that they last, by the clock, as palabra_session_send_paced() does
/// with frames, and returns when all of them were taken.
///
/// @param session the session.
/// @param data as for palabra_session_send_encoded(). It must remain valid until the function returns.
/// @param size number of bytes, 0 or more.
/// @param duration_ms how long their audio lasts, in ms, 1 or more.
/// @param lead_ms as for palabra_session_send_paced().
/// @param timeout_ms how long to take at most, in ms; negative: without limit.
/// @return number of bytes sent: fewer than `size` if the time was up, or the session was ended or closed meanwhile.
///   Before the first byte the reason is returned; it can be the status of the CLOSED event.
/// @retval PALABRA_ERR_TIMEOUT The time was up.
/// @input
/// @retval PALABRA_ERR_BUSY Another thread is sending on this session, or changing its format.
/// @threads one sender at a time per session; let another thread poll meanwhile
/// @blocks for `duration_ms`, up to `timeout_ms`; palabra_session_end() and palabra_session_close() end it within 20 ms
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_send_encoded_paced(
    session: *mut palabra_session,
    data: *const c_void,
    size: i32,
    duration_ms: i32,
    lead_ms: i32,
    timeout_ms: i32,
) -> i32 {
    guard(|| {
        let session = handles::session(session)?;
        let lead = options::file::real_time(lead_ms).map_err(|error| error.status)?.lead;
        let duration = options::stt::duration(duration_ms).map_err(|error| error.status)?;
        // SAFETY: the caller's promise about `data`, for the whole call.
        let bytes = unsafe { audio_slice::read(data, size, 1)? };
        session
            .send_encoded_paced(bytes, duration, lead, deadline(timeout_ms))
            .map(count)
            .map_err(|error| error.status)
    })
}

/// Requests a final text now, without waiting for a pause: for the end of a turn that the program knows of.
///
/// Audio sent before goes first. The answer is a TRANSCRIPT with FINAL and the `user_tag`; its text is empty if
/// nothing was said since the last final. Without an answer within `finalize_timeout_ms`, ERROR is delivered with the
/// `user_tag` and PALABRA_ERR_TIMEOUT. It works with both finalization modes.
///
/// @param session the session.
/// @param user_tag any number; returned in the answer.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_AGAIN Too many commands are pending.
/// @input
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_finalize(session: *mut palabra_session, user_tag: u64) -> palabra_status {
    guard(|| handles::session(session)?.finalize(user_tag).map(|()| 0).map_err(|error| error.status))
}
