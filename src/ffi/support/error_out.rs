//! Errors on their way to the caller.

use super::super::types::base::palabra_error;
use super::{sized, text};
use crate::error::{Error, Status};
use crate::event::flag;

/// Explains `error` to the caller, or that there is none.
///
/// # Safety
/// `to` is NULL or points to as many writable bytes as its `struct_size` says.
pub(in crate::ffi) unsafe fn write(to: *mut palabra_error, error: Option<&Error>) -> Result<(), Status> {
    if to.is_null() {
        return Ok(());
    }
    // SAFETY: the caller's promise.
    unsafe { sized::write(to, &error.map_or_else(nothing, explain)) }
}

/// As [`write`], for an error that ended a session, whatever its status means elsewhere.
///
/// # Safety
/// As for [`write`].
pub(in crate::ffi) unsafe fn write_fatal(
    to: *mut palabra_error,
    error: Option<&Error>,
) -> Result<(), Status> {
    let mut explained = error.map_or_else(nothing, explain);
    if error.is_some() {
        explained.flags |= flag::FATAL;
    }
    // SAFETY: the caller's promise.
    unsafe { sized::write(to, &explained) }
}

/// What a status means for what comes next.
pub(in crate::ffi) fn flags_of(status: Status, retriable: bool) -> u32 {
    let ends_a_session = matches!(status.code(), -799..=-300 | -999..=-900) || status == Status::Shutdown;
    (if retriable { flag::RETRIABLE } else { 0 }) | (if ends_a_session { flag::FATAL } else { 0 })
}

fn explain(error: &Error) -> palabra_error {
    let mut filled = palabra_error {
        code: error.status.code(),
        flags: flags_of(error.status, error.retriable),
        http_status: error.http_status.into(),
        close_code: error.close_code.into(),
        os_error: error.os_error,
        retry_after_ms: error.retry_after_ms(),
        ..nothing()
    };
    text::fill(&mut filled.service_code, &error.service_code);
    text::fill(&mut filled.text, &error.text);
    filled
}

fn nothing() -> palabra_error {
    palabra_error { retry_after_ms: -1, ..sized::empty() }
}
