//! Clients: made, freed, given new credentials.

use std::sync::Arc;

use super::options;
use super::support::guard::{call_limit, guard, guard_explained};
use super::support::out_handle::OutHandle;
use super::support::{handles, service};
use super::types::base::{palabra_error, palabra_status};
use super::types::client::{palabra_client, palabra_client_config, palabra_credentials};
use crate::client::{Client, ClientOptions, rest};

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
