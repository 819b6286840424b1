//! Voices: cloned, waited for, listed, changed and deleted.

use std::ffi::c_char;
use std::sync::Arc;
use std::time::Duration;

use super::super::options;
use super::super::support::guard::call_limit;
use super::super::support::{held, service, text};
use super::super::types::account::*;
use super::super::types::base::{palabra_error, palabra_status};
use super::super::types::client::palabra_client;
use crate::client::Client;
use crate::client::voices::{self, Made, NewVoice, Voice};

/// Clones a voice: creates it, uploads the sample, and waits until the voice is ready unless PALABRA_VOICE_NO_WAIT is
/// set.
///
/// Everything is checked before anything is sent. Two copies of the sample are
/// held during the call.
///
/// @param client the client: its credentials name the account.
/// @param config the voice; `name`, `language` and a sample are required.
/// @param voice receives the voice, on failure too if the service has given an `id`: it then exists, to be waited for
///   or deleted. Release it with palabra_voice_release().
/// @param timeout_ms limit of the whole call, in ms; negative: 300000.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_INVALID_ARGUMENT Something is missing, too long, too large or of an unknown kind.
/// @retval PALABRA_ERR_IO `sample_path` cannot be read.
/// @errors account
/// @blocks up to `timeout_ms`, and on the disk
/// @example voices.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voice_create(
    client: *mut palabra_client,
    config: *const palabra_voice_config,
    voice: *mut palabra_voice,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::make(client, ready_limit(timeout_ms), error, voice, |patience| {
            let asked = NewVoice::new(options::account::voice(config)?, patience)?;
            Ok(move |client: Arc<Client>, made: Made<Voice>| async move {
                voices::create(&client, &asked, &made).await
            })
        })
    }
}

/// Waits until a voice is ready.
///
/// @param client the client: its credentials name the account.
/// @param id `id` of palabra_voice.
/// @param voice receives the last known state of the voice, on failure too; release it with palabra_voice_release().
/// @param timeout_ms limit of the whole call, in ms; negative: 300000.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @errors account
/// @blocks up to `timeout_ms`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voice_wait_ready(
    client: *mut palabra_client,
    id: *const c_char,
    voice: *mut palabra_voice,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::make(client, ready_limit(timeout_ms), error, voice, |_| {
            let id = service::id(id)?;
            Ok(move |client: Arc<Client>, made: Made<Voice>| async move {
                voices::wait_ready(&client, &id, &made).await
            })
        })
    }
}

/// Reads one voice.
///
/// @param client the client: its credentials name the account.
/// @param id `id` of palabra_voice.
/// @param voice receives the voice; release it with palabra_voice_release().
/// @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @errors account
/// @blocks up to `timeout_ms`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voice_get(
    client: *mut palabra_client,
    id: *const c_char,
    voice: *mut palabra_voice,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::receive(client, call_limit(timeout_ms), error, voice, || {
            let id = service::id(id)?;
            Ok(move |client: Arc<Client>| async move { voices::get(&client, &id).await })
        })
    }
}

/// Lists the account's own voices, of all pages.
///
/// @param client the client: its credentials name the account.
/// @param search a part of the name, 2 characters or more; NULL: any.
/// @param language language of the sample; NULL: any.
/// @param list receives the voices; release it with palabra_voices_release().
/// @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts for each page.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @errors account
/// @blocks up to `timeout_ms`
/// @example voices.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voice_list(
    client: *mut palabra_client,
    search: *const c_char,
    language: *const c_char,
    list: *mut palabra_voices,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::receive(client, call_limit(timeout_ms), error, list, || {
            let search = text::owned("search", search)?;
            let language = text::owned("language", language)?;
            Ok(move |client: Arc<Client>| async move {
                voices::list(&client, search.as_deref(), language.as_deref()).await
            })
        })
    }
}

/// Lists the voices that every account has.
///
/// @param client the client: its credentials name the account.
/// @param list receives the voices; release it with palabra_voices_release().
/// @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts for each page.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @errors account
/// @blocks up to `timeout_ms`
/// @example voices.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voice_list_builtin(
    client: *mut palabra_client,
    list: *mut palabra_voices,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::receive(client, call_limit(timeout_ms), error, list, || {
            Ok(move |client: Arc<Client>| async move { voices::list_builtin(&client).await })
        })
    }
}

/// Changes the name, the description or the labels of a voice.
///
/// @param client the client: its credentials name the account.
/// @param id `id` of palabra_voice.
/// @param change `name`, `description`, `gender`, `age_group` and `mood`; NULL leaves a text unchanged, and one label
///   replaces all three. Everything else must be 0 or NULL.
/// @param voice receives the changed voice; release it with palabra_voice_release().
/// @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_INVALID_ARGUMENT `change` has something that cannot be changed, or is too long.
/// @errors account
/// @blocks up to `timeout_ms`
/// @example voices.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voice_update(
    client: *mut palabra_client,
    id: *const c_char,
    change: *const palabra_voice_config,
    voice: *mut palabra_voice,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::receive(client, call_limit(timeout_ms), error, voice, || {
            let id = service::id(id)?;
            let change = options::account::voice_change(change)?;
            Ok(move |client: Arc<Client>| async move { voices::update(&client, &id, &change).await })
        })
    }
}

/// Deletes a voice.
///
/// @param client the client: its credentials name the account.
/// @param id `id` of palabra_voice.
/// @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @errors account
/// @blocks up to `timeout_ms`
/// @example voices.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voice_delete(
    client: *mut palabra_client,
    id: *const c_char,
    timeout_ms: i32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        service::tell(client, call_limit(timeout_ms), error, || {
            let id = service::id(id)?;
            Ok(move |client: Arc<Client>| async move { voices::delete(&client, &id).await })
        })
    }
}

/// Releases a voice: frees its texts and zeroes the struct except for its size. The service is not told.
///
/// @param voice the struct; NULL or a released one: nothing is done.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BAD_HANDLE It is a copy of one that was released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voice_release(voice: *mut palabra_voice) -> palabra_status {
    // SAFETY: the caller's promise about `voice`.
    unsafe { held::release(voice) }
}

/// Releases a list of voices with the voices in it, and zeroes the struct except for its size.
///
/// @param list the struct; NULL or a released one: nothing is done.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BAD_HANDLE It is a copy of one that was released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voices_release(list: *mut palabra_voices) -> palabra_status {
    // SAFETY: the caller's promise about `list`.
    unsafe { held::release(list) }
}

/// A voice takes minutes to become ready.
fn ready_limit(timeout_ms: i32) -> Duration {
    if timeout_ms < 0 { voices::USUAL_WAIT } else { call_limit(timeout_ms) }
}
