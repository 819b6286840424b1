//! Speech-to-text: opening, and asking for a final text.

use super::options;
use super::support::guard::guard;
use super::support::{handles, opening};
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
/// @param client the client whose account is used.
/// @param config settings; NULL: all defaults.
/// @param session receives the handle; NULL on failure.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK. Close the session with palabra_session_close().
/// @retval PALABRA_ERR_UNSUPPORTED The gap policy is PALABRA_GAP_PAUSE.
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
