//! What stands around every entry point: no panic gets out, no call works in a forked child, and the caller's
//! floating point environment neither changes what is computed nor is changed by it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use tokio::time::Instant;

use super::super::types::base::palabra_error;
use super::error_out;
use crate::error::{Error, Status};
use crate::runtime::{float, fork, mapped, panic, reentry};

/// Runs a call that reports by status alone.
pub(in crate::ffi) fn guard(call: impl FnOnce() -> Result<i32, Status>) -> i32 {
    if reentry::is_inside() {
        return Status::Reentrant.code();
    }
    guard_anywhere(call)
}

/// As [`guard`], for calls that a callback may make too.
pub(in crate::ffi) fn guard_anywhere(call: impl FnOnce() -> Result<i32, Status>) -> i32 {
    mapped::keep();
    float::isolated(|| panic::quietly(|| contain(call)))
}

/// As [`guard`], without the thread-local marks: their first use on a thread may allocate.
pub(in crate::ffi) fn guard_audio(call: impl FnOnce() -> Result<i32, Status>) -> i32 {
    float::isolated_audio(|| contain(call))
}

fn contain(call: impl FnOnce() -> Result<i32, Status>) -> i32 {
    if fork::is_child() {
        return Status::Forked.code();
    }
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => value,
        Ok(Err(status)) => status.code(),
        Err(_) => Status::Internal.code(),
    }
}

/// Runs a call that can explain its failure in a `palabra_error`.
///
/// # Safety
/// `error` is NULL or points to a `palabra_error` whose `struct_size` is set.
pub(in crate::ffi) unsafe fn guard_explained(
    error: *mut palabra_error,
    call: impl FnOnce() -> Result<(), Error>,
) -> i32 {
    mapped::keep();
    // SAFETY: the caller's promise about `error`.
    float::isolated(|| unsafe { explain(error, call) })
}

/// # Safety
/// As [`guard_explained`].
unsafe fn explain(error: *mut palabra_error, call: impl FnOnce() -> Result<(), Error>) -> i32 {
    // SAFETY: the caller's promise about `error`. Checked first: a success could not be taken back.
    if let Err(status) = unsafe { error_out::write(error, None) } {
        return status.code();
    }
    let outcome = if fork::is_child() {
        Err(Status::Forked.into())
    } else if reentry::is_inside() {
        Err(Status::Reentrant.into())
    } else {
        panic::quietly(|| catch_unwind(AssertUnwindSafe(call)))
            .unwrap_or_else(|_| Err(Status::Internal.into()))
    };
    // SAFETY: the caller's promise about `error`.
    let written = unsafe { error_out::write(error, outcome.as_ref().err()) };
    match (outcome, written) {
        (Err(failure), _) => failure.status.code(),
        (Ok(()), Err(status)) => status.code(),
        (Ok(()), Ok(())) => Status::Ok.code(),
    }
}

/// A moment so many milliseconds from now; `None` for a negative number, which means no limit.
pub(in crate::ffi) fn deadline(timeout_ms: i32) -> Option<Instant> {
    let timeout = u64::try_from(timeout_ms).ok()?;
    Some(Instant::now() + Duration::from_millis(timeout))
}

/// How long a call to the service may take. Every attempt has limits of its own; what a negative number means is
/// longer than all of them together.
pub(in crate::ffi) fn call_limit(timeout_ms: i32) -> Duration {
    u64::try_from(timeout_ms).map_or(Duration::from_secs(3600), Duration::from_millis)
}
