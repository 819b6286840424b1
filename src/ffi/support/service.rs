//! Calls that ask the service for something and wait for its answer.

use std::ffi::c_char;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::super::types::base::{palabra_error, palabra_status};
use super::super::types::client::palabra_client;
use super::answers::{Answer, hand_over};
use super::guard::guard_explained;
use super::{fork, handles, sized, text};
use crate::client::Client;
use crate::client::voices::Made;
use crate::error::{Error, Result};
use crate::media::source::Patience;
use crate::runtime::calls::Call;
use crate::runtime::{self, calls, wait};

/// Tells the service something; all it answers is that this was done. `read` takes the arguments in.
///
/// # Safety
/// `error` is NULL or points to a `palabra_error` whose `struct_size` is set.
pub(in crate::ffi) unsafe fn tell<J, F>(
    client: *const palabra_client,
    limit: Duration,
    error: *mut palabra_error,
    read: impl FnOnce() -> Result<J>,
) -> palabra_status
where
    J: FnOnce(Arc<Client>) -> F + Send + 'static,
    F: Future<Output = Result<()>> + Send + 'static,
{
    // SAFETY: the caller's promise.
    unsafe { guard_explained(error, || call(client, limit, error, read()?)) }
}

/// Asks the service for something, and fills `out` with it.
///
/// # Safety
/// As for [`tell`]; `out` is NULL or points to as many writable bytes as its `struct_size` says.
pub(in crate::ffi) unsafe fn receive<T, J, F>(
    client: *const palabra_client,
    limit: Duration,
    error: *mut palabra_error,
    out: *mut T,
    read: impl FnOnce() -> Result<J>,
) -> palabra_status
where
    T: Answer,
    J: FnOnce(Arc<Client>) -> F + Send + 'static,
    F: Future<Output = Result<T::Said>> + Send + 'static,
{
    // SAFETY: the caller's promises.
    unsafe {
        guard_explained(error, || {
            // Checked before anything is created that could not be handed over.
            sized::write(out, &sized::empty())?;
            let said = call(client, limit, error, read()?)?;
            Ok(hand_over(out, said)?)
        })
    }
}

/// As [`receive`], for what has several steps: `out` is filled with what there is by the end, also on failure.
///
/// # Safety
/// As for [`receive`].
pub(in crate::ffi) unsafe fn make<T, J, F>(
    client: *const palabra_client,
    limit: Duration,
    error: *mut palabra_error,
    out: *mut T,
    read: impl FnOnce(&Patience<'_>) -> Result<J>,
) -> palabra_status
where
    T: Answer,
    J: FnOnce(Arc<Client>, Made<T::Said>) -> F + Send + 'static,
    F: Future<Output = Result<()>> + Send + 'static,
{
    // SAFETY: the caller's promises.
    unsafe {
        guard_explained(error, || {
            sized::write(out, &sized::empty())?;
            handles::client(client)?;
            let (running, deadline) = (calls::begin(error.addr()), wait::after(limit));
            let job = read(&Patience { deadline, go_on: &|| running.check() })?;
            let left = deadline.map_or(limit, |at| at.saturating_duration_since(Instant::now()));
            let made = Made::default();
            let known = made.clone();
            let ended = run(client, left, &running, move |client| job(client, known));
            if let Some(made) = made.take() {
                hand_over(out, made)?;
            }
            ended
        })
    }
}

/// As [`run`], for a call that the address of its error names.
fn call<T, F>(
    client: *const palabra_client,
    limit: Duration,
    error: *const palabra_error,
    job: impl FnOnce(Arc<Client>) -> F + Send + 'static,
) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    run(client, limit, &calls::begin(error.addr()), job)
}

/// Runs a call on the library's thread and waits for it.
fn run<T, F>(
    client: *const palabra_client,
    limit: Duration,
    running: &Call,
    job: impl FnOnce(Arc<Client>) -> F + Send + 'static,
) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let client = handles::client(client)?.clone();
    fork::watch();
    runtime::start()?.run_for(running, limit, move || job(client))
}

/// The id of something at the service.
///
/// # Safety
/// `id` is NULL or points to a NUL-terminated string.
pub(in crate::ffi) unsafe fn id(id: *const c_char) -> Result<String> {
    // SAFETY: the caller's promise.
    unsafe { text::owned("id", id)? }.ok_or_else(|| Error::invalid("id is missing"))
}
