//! Recording a session to a file.

use std::ffi::c_char;
use std::time::Duration;

use super::guard::guard_explained;
use super::handles;
use super::session::palabra_session;
use super::status::{palabra_error, palabra_status};
use super::text;
use crate::error::Error;

/// Begins to record a session to a WAV file, 16-bit stereo at 24 kHz: on the left what was sent, on the right what was
/// read from one language, each in its place in time, to about 20 ms. The session must have been opened with
/// PALABRA_OUTPUT_PLAYOUT or PALABRA_OUTPUT_BOTH.
///
/// A thread of its own creates, writes and closes the file, so a slow disk delays no session. The file's header is
/// updated every second, so that it can be read even if the program dies. The recording ends with
/// palabra_session_record_stop() or palabra_session_close(); palabra_shutdown() waits for files that were ended so.
///
/// A file that fails while it is recorded (the disk is full) is told of in an ERROR event, once, and keeps what it has;
/// palabra_session_record_stop() returns the failure too. What a slow disk makes the recording lose, beyond 90 seconds,
/// becomes silence in it, and is told in the same way. Nobody is told after palabra_session_close().
///
/// @param session the session.
/// @param path where; an existing file is replaced.
/// @param language the target on the right; NULL or "": the first of them.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK;
///   PALABRA_ERR_BUSY a recording of this session is running, or 8 earlier ones are still being written;
///   PALABRA_ERR_IO the file cannot be created; when this takes longer than a second, PALABRA_OK is returned and an
///   ERROR event tells of the failure;
///   PALABRA_ERR_UNSUPPORTED the session was opened with PALABRA_OUTPUT_EVENTS, or its rate cannot be converted;
///   PALABRA_ERR_LIMIT no thread can be started, or 256 recordings of the process are open or still being written;
///   PALABRA_ERR_CLOSED another thread closes the session;
///   PALABRA_ERR_INVALID_ARGUMENT `path` is NULL or empty, or there is no such target;
///   PALABRA_ERR_INVALID_UTF8, PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
///
/// **Threads:** any, not real-time ones. **Blocks:** while the file is created, up to 1 second. **Memory:** the texts are copied.
/// **Since:** 0.1. **Example:** record.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_record_start(
    session: *mut palabra_session,
    path: *const c_char,
    language: *const c_char,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            let session = handles::session(session)?;
            let path = text::path("path", path)?.ok_or_else(|| Error::invalid("no path was given"))?;
            session.record_start(&path, text::bytes(language))
        })
    }
}

/// Ends a recording and waits until its file is complete.
///
/// @param session the session.
/// @param timeout_ms how long to wait for the disk; the file is completed all the same.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK the file is complete;
///   PALABRA_ERR_TIMEOUT it is still being written;
///   PALABRA_ERR_IO it could not be written, or a part is missing because the disk was too slow;
///   PALABRA_ERR_LIMIT more than 4 GB were recorded: the file holds the first 4;
///   PALABRA_ERR_INVALID_ARGUMENT no recording was started;
///   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_FORKED.
///
/// **Threads:** any, not real-time ones. **Blocks:** up to `timeout_ms`. **Memory:** none. **Since:** 0.1.
/// **Example:** record.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_record_stop(
    session: *mut palabra_session,
    timeout_ms: u32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promise about `error`.
    unsafe {
        guard_explained(error, || {
            handles::session(session)?.record_stop(Duration::from_millis(timeout_ms.into()))
        })
    }
}
