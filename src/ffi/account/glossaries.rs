//! Glossaries: created, read, listed, changed and deleted.

use std::ffi::c_char;
use std::sync::Arc;

use super::super::options;
use super::super::support::guard::call_limit;
use super::super::support::numbers::choice;
use super::super::support::{held, service, text};
use super::super::types::account::*;
use super::super::types::base::{palabra_error, palabra_status};
use super::super::types::client::palabra_client;
use crate::client::Client;
use crate::client::glossaries::{self, Glossary, Made, NewGlossary};

/// Creates a glossary and uploads its entries, which cannot be changed later.
///
/// Everything is checked before anything is sent.
///
/// @param client the client: its credentials name the account.
/// @param config the glossary; `name`, `kind`, `source_language` and entries are required, for translations also
///   `target_language`.
/// @param glossary receives the glossary, on failure too if the service has given an `id`: it then exists without
///   entries, to be deleted. Release it with palabra_glossary_release().
/// @param timeout_ms limit of the whole call, in ms; negative: as long as its steps take.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_INVALID_ARGUMENT Something is missing, too large or does not fit the kind; `error` names the
///   entry, counted from 1.
/// @retval PALABRA_ERR_IO `csv_path` cannot be read.
/// @errors account
/// @blocks up to `timeout_ms`, and on the disk
/// @example glossary.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_create(
    client: *mut palabra_client,
    config: *const palabra_glossary_config,
    glossary: *mut palabra_glossary,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::make(client, call_limit(timeout_ms), error, glossary, |patience| {
            let asked = NewGlossary::new(options::account::glossary(config)?, patience)?;
            Ok(move |client: Arc<Client>, made: Made<Glossary>| async move {
                glossaries::create(&client, &asked, &made).await
            })
        })
    }
}

/// Reads one glossary, without its entries.
///
/// @param client the client: its credentials name the account.
/// @param id `id` of palabra_glossary.
/// @param glossary receives the glossary; release it with palabra_glossary_release().
/// @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @errors account
/// @blocks up to `timeout_ms`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_get(
    client: *mut palabra_client,
    id: *const c_char,
    glossary: *mut palabra_glossary,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::receive(client, call_limit(timeout_ms), error, glossary, || {
            let id = service::id(id)?;
            Ok(move |client: Arc<Client>| async move { glossaries::get(&client, &id).await })
        })
    }
}

/// Lists the account's glossaries, of all pages.
///
/// @param client the client: its credentials name the account.
/// @param list receives the glossaries; release it with palabra_glossaries_release().
/// @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts for each page.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @errors account
/// @blocks up to `timeout_ms`
/// @example glossary.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_list(
    client: *mut palabra_client,
    list: *mut palabra_glossaries,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::receive(client, call_limit(timeout_ms), error, list, || {
            Ok(move |client: Arc<Client>| async move { glossaries::list(&client).await })
        })
    }
}

/// Reads the entries of a glossary.
///
/// @param client the client: its credentials name the account.
/// @param id `id` of palabra_glossary.
/// @param csv receives the entries; release it with palabra_glossary_csv_release().
/// @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @errors account
/// @blocks up to `timeout_ms`
/// @example glossary.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_download(
    client: *mut palabra_client,
    id: *const c_char,
    csv: *mut palabra_glossary_csv,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::receive(client, call_limit(timeout_ms), error, csv, || {
            let id = service::id(id)?;
            Ok(move |client: Arc<Client>| async move { glossaries::download(&client, &id).await })
        })
    }
}

/// Renames, enables or disables a glossary.
///
/// @param client the client: its credentials name the account.
/// @param id `id` of palabra_glossary.
/// @param name the new name; NULL: unchanged.
/// @param enabled 1: enabled; 0: disabled; -1: unchanged.
/// @param glossary receives the changed glossary; release it with palabra_glossary_release().
/// @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_INVALID_ARGUMENT `enabled` is out of range, or `name` is too long.
/// @errors account
/// @blocks up to `timeout_ms`
/// @example glossary.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_update(
    client: *mut palabra_client,
    id: *const c_char,
    name: *const c_char,
    enabled: i32,
    glossary: *mut palabra_glossary,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::receive(client, call_limit(timeout_ms), error, glossary, || {
            let id = service::id(id)?;
            let name = text::owned("name", name)?;
            let enabled = choice("enabled", enabled)?;
            Ok(move |client: Arc<Client>| async move {
                glossaries::update(&client, &id, name.as_deref(), enabled).await
            })
        })
    }
}

/// Deletes a glossary.
///
/// @param client the client: its credentials name the account.
/// @param id `id` of palabra_glossary.
/// @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @errors account
/// @blocks up to `timeout_ms`
/// @example glossary.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_delete(
    client: *mut palabra_client,
    id: *const c_char,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::tell(client, call_limit(timeout_ms), error, || {
            let id = service::id(id)?;
            Ok(move |client: Arc<Client>| async move { glossaries::delete(&client, &id).await })
        })
    }
}

/// Releases a glossary: frees its texts and zeroes the struct except for its size. The service is not told.
///
/// @param glossary the struct; NULL or a released one: nothing is done.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BAD_HANDLE It is a copy of one that was released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_release(glossary: *mut palabra_glossary) -> palabra_status {
    // SAFETY: the caller's promise about `glossary`.
    unsafe { held::release(glossary) }
}

/// Releases a list of glossaries with the glossaries in it, and zeroes the struct except for its size.
///
/// @param list the struct; NULL or a released one: nothing is done.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BAD_HANDLE It is a copy of one that was released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossaries_release(list: *mut palabra_glossaries) -> palabra_status {
    // SAFETY: the caller's promise about `list`.
    unsafe { held::release(list) }
}

/// Releases the entries of a glossary and zeroes the struct except for its size.
///
/// @param csv the struct; NULL or a released one: nothing is done.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BAD_HANDLE It is a copy of one that was released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_csv_release(csv: *mut palabra_glossary_csv) -> palabra_status {
    // SAFETY: the caller's promise about `csv`.
    unsafe { held::release(csv) }
}
