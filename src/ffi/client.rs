//! Clients: made, freed, given new credentials.

use std::ffi::c_char;
use std::sync::Arc;

use super::options;
use super::support::guard::{call_limit, deadline, guard, guard_explained};
use super::support::numbers::{count, count_of};
use super::support::out_handle::OutHandle;
use super::support::{handles, service, text};
use super::types::base::{palabra_error, palabra_status};
use super::types::client::{palabra_client, palabra_client_config, palabra_credentials};
use crate::client::{Client, ClientOptions, rest};
use crate::error::Status;
use crate::runtime::calls;

/// Creates a client. Nothing is sent: wrong credentials, a wrong region and an unusable proxy of the environment are
/// reported when a session is opened.
///
/// @param config settings; NULL: all defaults.
/// @param client receives the handle; NULL on failure.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK. Free the client with palabra_client_free().
/// @retval PALABRA_ERR_INVALID_ARGUMENT Only one of client id and secret; both kinds of credentials; `translation_url`
///   without an API key; an address that is no URL; certificates that cannot be used.
/// @retval PALABRA_ERR_UNSUPPORTED `proxy_url` is not a proxy of a known kind.
/// @retval PALABRA_ERR_IO `ca_file` or `ca_dir` cannot be read.
/// @retval PALABRA_ERR_LIMIT Too many clients.
/// @blocks on the disk, to read `ca_file` and `ca_dir`
/// @example hello.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_client_new(
    config: *const palabra_client_config,
    client: *mut *mut palabra_client,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the three pointers.
    unsafe {
        let out = OutHandle::clear(client);
        guard_explained(error, || {
            let out = out.required()?;
            let options =
                if config.is_null() { ClientOptions::default() } else { options::client::read(config)? };
            out.set(handles::add_client(Arc::new(Client::new(options)?))?);
            Ok(())
        })
    }
}

/// Replaces the credentials of a client, for sessions that connect from now on, and answers CREDENTIALS_NEEDED.
///
/// @param client the client.
/// @param credentials the new credentials, of the kind that the client has.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_INVALID_ARGUMENT `credentials` is NULL, incomplete or of the other kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_client_set_credentials(
    client: *mut palabra_client,
    credentials: *const palabra_credentials,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            let client = handles::client(client)?.clone();
            client.credentials.replace(options::client::read_credentials(credentials)?)
        })
    }
}

/// Asks the service whether it answers and accepts the credentials, for health checks. One short request; nothing is
/// created, no session is opened.
///
/// PALABRA_OK proves that the REST API was reached, with the proxy and the certificates of the client, and that it accepted
/// the credentials. It says nothing about the streams, which are on other hosts, and nothing about the account's balance.
///
/// @param client the client.
/// @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @errors account
/// @blocks up to `timeout_ms`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_client_check(
    client: *mut palabra_client,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promise about `error`.
    unsafe {
        service::tell(client, call_limit(timeout_ms), error, || {
            Ok(move |client: Arc<Client>| async move { rest::check(&client).await })
        })
    }
}

/// Writes figures of a client as text for Prometheus, version 0.0.4 of its format: sessions and calls that were opened, are
/// open, and are CLOSED, by the status; audio, bytes and dropped events by product; times to READY and to the first
/// speech. They are those of all sessions and calls that were opened with the client, until now; counters never decrease.
/// Serve them with the content type "text/plain; version=0.0.4", each client at an address of its own: an answer must not
/// have a metric twice.
///
/// Later versions add metrics. Labels are names of products and statuses alone, so their number is bounded.
///
/// @param client the client.
/// @param buffer receives the text, NUL-terminated, truncated between characters if it does not fit; may be NULL if
///   `capacity` is 0.
/// @param capacity size of `buffer`, in bytes. 16384 are enough.
/// @return length of the whole text, in bytes without the NUL: it was truncated if that is `capacity` or more.
/// @retval PALABRA_ERR_INVALID_ARGUMENT `capacity` is negative, or `buffer` is NULL.
/// @threads any, but not real-time threads
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_metrics_text(
    client: *mut palabra_client,
    buffer: *mut c_char,
    capacity: i32,
) -> i32 {
    guard(|| {
        let client = handles::client(client)?;
        let capacity = count_of(capacity)?;
        if buffer.is_null() && capacity > 0 {
            return Err(Status::InvalidArgument);
        }
        let metrics = client.metrics.text(client.drain.has_begun());
        // SAFETY: the caller's promise about `buffer`.
        unsafe { text::copy_out(&metrics, buffer, capacity) };
        Ok(count(metrics.len()))
    })
}

/// Begins to end what a client does, as before a new version is deployed, and waits for that: no session and no call is
/// opened with it any more, which is refused with PALABRA_ERR_DRAINING. Those that are open go on, until their owners
/// close them with palabra_session_close() or palabra_call_close(), when the rest was heard.
///
/// It can be called again: with `timeout_ms` 0 after each close to learn whether that was the last, or on a thread of its
/// own, as by a handler of SIGTERM. When the time is up, call palabra_session_end() or palabra_call_end() for what is
/// left, or close it. palabra_shutdown() then ends the library.
///
/// @param client the client.
/// @param timeout_ms how long to wait until nothing is open, in ms; 0: not at all; negative: without limit.
/// @param error explains a failure, also how many are open; may be NULL. palabra_cancel() with it ends the wait.
/// @return PALABRA_OK: nothing is open.
/// @retval PALABRA_ERR_TIMEOUT Sessions or calls are still open.
/// @retval PALABRA_ERR_CLOSED palabra_cancel() ended the wait.
/// @blocks up to `timeout_ms`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_client_drain(
    client: *mut palabra_client,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promise about `error`.
    unsafe {
        guard_explained(error, || {
            let drain = handles::client(client)?.drain.clone();
            drain.begin();
            drain.wait(&calls::begin(error.addr()), deadline(timeout_ms))
        })
    }
}

/// Frees a client. Open sessions remain valid.
///
/// @param client the handle; NULL: nothing is done.
/// @return PALABRA_OK. The credentials are wiped when the last session opened with the client is gone.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_client_free(client: *mut palabra_client) -> palabra_status {
    guard(|| {
        if !client.is_null() {
            drop(handles::remove_client(client)?);
            handles::sweep();
        }
        Ok(0)
    })
}
