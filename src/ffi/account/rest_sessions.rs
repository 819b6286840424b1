//! REST sessions: created for a stream that another program opens, listed, prolonged and deleted.

use std::ffi::c_char;
use std::sync::Arc;

use super::super::support::guard::call_limit;
use super::super::support::numbers::Number;
use super::super::support::{held, service};
use super::super::types::account::{palabra_rest_session, palabra_rest_sessions};
use super::super::types::base::{palabra_error, palabra_status};
use super::super::types::client::palabra_client;
use crate::client::creation::Creation;
use crate::client::{Client, rest};
use crate::error::Error;

/// Creates a REST session, for programs that pass its address and token on. Sessions opened without a stream do this by
/// themselves.
///
/// Up to three attempts are made if the service does not answer, or answers with a 5xx before the request was
/// processed and does not ask for a wait of more than 2 s.
///
/// @param client the client: its credentials name the account.
/// @param rest_session receives the session; release it with palabra_rest_session_release().
/// @param timeout_ms limit of the whole call, in ms; negative: as long as the attempts take.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @errors account
/// @blocks up to `timeout_ms`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_rest_session_create(
    client: *mut palabra_client,
    rest_session: *mut palabra_rest_session,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::receive(client, call_limit(timeout_ms), error, rest_session, || {
            Ok(move |client: Arc<Client>| async move { Creation::new(client).run().await })
        })
    }
}

/// Lists the REST sessions of the account, from all pages.
///
/// @param client the client: its credentials name the account.
/// @param list receives the sessions; release it with palabra_rest_sessions_release().
/// @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts, for each page.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @errors account
/// @blocks up to `timeout_ms`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_rest_session_list(
    client: *mut palabra_client,
    list: *mut palabra_rest_sessions,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::receive(client, call_limit(timeout_ms), error, list, || {
            Ok(move |client: Arc<Client>| async move { rest::list(&client).await })
        })
    }
}

/// Reads a REST session.
///
/// @param client the client: its credentials name the account.
/// @param id `id` of palabra_rest_session, or that of a READY event.
/// @param rest_session receives the session; release it with palabra_rest_session_release().
/// @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @errors account
/// @blocks up to `timeout_ms`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_rest_session_get(
    client: *mut palabra_client,
    id: *const c_char,
    rest_session: *mut palabra_rest_session,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::receive(client, call_limit(timeout_ms), error, rest_session, || {
            let id = service::id(id)?;
            Ok(move |client: Arc<Client>| async move { rest::get(&client, &id).await })
        })
    }
}

/// Sets for how long a REST session exists without a stream, from now on.
///
/// @param client the client: its credentials name the account.
/// @param id `id` of palabra_rest_session, or that of a READY event.
/// @param ttl_ms the time, in ms, a multiple of 1000.
/// @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_INVALID_ARGUMENT `ttl_ms` is out of range.
/// @errors account
/// @blocks up to `timeout_ms`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_rest_session_set_ttl(
    client: *mut palabra_client,
    id: *const c_char,
    ttl_ms: i32,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::tell(client, call_limit(timeout_ms), error, || {
            let id = service::id(id)?;
            let ttl = Number { name: "ttl_ms", value: ttl_ms, bounds: None };
            let ttl_s = ttl.seconds()?.ok_or_else(|| Error::invalid("ttl_ms is missing"))?;
            Ok(move |client: Arc<Client>| async move { rest::set_ttl(&client, &id, ttl_s).await })
        })
    }
}

/// Deletes a REST session at the service. Otherwise it expires by itself.
///
/// @param client the client: its credentials name the account.
/// @param id `id` of palabra_rest_session.
/// @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @errors account
/// @blocks up to `timeout_ms`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_rest_session_delete(
    client: *mut palabra_client,
    id: *const c_char,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::tell(client, call_limit(timeout_ms), error, || {
            let id = service::id(id)?;
            Ok(move |client: Arc<Client>| async move { rest::delete(&client, &id).await })
        })
    }
}

/// Releases a REST session: wipes and frees its texts, and zeroes the struct except for its size. The service is not
/// told.
///
/// @param rest_session the struct; NULL or a released one: nothing is done.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BAD_HANDLE It is a copy of one that was released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_rest_session_release(
    rest_session: *mut palabra_rest_session,
) -> palabra_status {
    // SAFETY: the caller's promise about `rest_session`.
    unsafe { held::release(rest_session) }
}

/// Releases a list of REST sessions with the sessions in it: wipes and frees their texts, and zeroes the struct except
/// for its size.
///
/// @param list the struct; NULL or a released one: nothing is done.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BAD_HANDLE It is a copy of one that was released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_rest_sessions_release(list: *mut palabra_rest_sessions) -> palabra_status {
    // SAFETY: the caller's promise about `list`.
    unsafe { held::release(list) }
}
