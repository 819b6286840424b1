//! REST sessions, voices and glossaries: calls that ask the service and wait for its answer.

use std::ffi::c_char;

use super::options;
use super::support::guard::{call_limit, guard_explained};
use super::support::handles::{self, Payload};
use super::support::held::{self, HeldList, HeldSecrets};
use super::support::numbers::count;
use super::support::{management, sized, text};
use super::types::account::*;
use super::types::base::{palabra_error, palabra_status};
use super::types::client::palabra_client;
use crate::client::glossaries::{self, NewGlossary};
use crate::client::rest;
use crate::client::voices::{self, Made, NewVoice};
use crate::error::Error;

/// Creates a REST session, for programs that pass its address and token on. Sessions opened without a stream do this by
/// themselves.
///
/// Up to three attempts are made if the service does not answer, or answers with a 5xx before the request was processed.
///
/// @param client the client whose account is used.
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
        guard_explained(error, || {
            // Checked before anything is created that could not be handed over.
            sized::write(rest_session, &sized::empty())?;
            let created = held::call(client, call_limit(timeout_ms), move |client| async move {
                rest::create(&client).await
            })?;
            let mut texts = HeldSecrets::default();
            let filled = palabra_rest_session {
                id: texts.hold(&created.id),
                stream_url: texts.hold(&created.ws_url),
                tts_stream_url: texts.hold(&created.ws_tts_url),
                token: texts.hold(created.token.expose()),
                reserved_text: c"".as_ptr(),
                ..sized::empty()
            };
            let payload = handles::add_payload(Payload::Secrets(texts))?;
            Ok(sized::write(rest_session, &palabra_rest_session { payload, ..filled })?)
        })
    }
}

/// Deletes a REST session at the service. Otherwise it expires by itself.
///
/// @param client the client whose account is used.
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
        guard_explained(error, || {
            let id = held::id(id)?;
            let limit = call_limit(timeout_ms);
            held::call(client, limit, move |client| async move { rest::delete(&client, &id).await })
        })
    }
}

/// Releases a REST session: wipes and frees its texts, and zeroes the struct except for its size. The service is not told.
///
/// @param rest_session the struct; NULL or a released one: nothing is done.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BAD_HANDLE It is a copy of one that was released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_rest_session_release(
    rest_session: *mut palabra_rest_session,
) -> palabra_status {
    // SAFETY: the caller's promise about `rest_session`.
    unsafe { held::release(rest_session, |rest_session| rest_session.payload) }
}

/// Clones a voice: creates it, uploads the sample, and waits until the voice is ready unless PALABRA_VOICE_NO_WAIT is set.
///
/// Voices and glossaries need an API key. Everything is checked before anything is sent. Two copies of the sample are held
/// during the call.
///
/// @param client the client whose account is used.
/// @param config the voice; `name`, `language` and a sample are required.
/// @param voice receives the voice, on failure too if the service has given an `id`: it then exists, to be waited for or
///   deleted. Release it with palabra_voice_release().
/// @param timeout_ms limit of the whole call, in ms; negative: 300000.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_INVALID_ARGUMENT Something is missing, too long, too large or of an unknown kind.
/// @retval PALABRA_ERR_IO `sample_path` cannot be read.
/// @errors account
/// @blocks up to `timeout_ms`, and before that on the disk
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
        guard_explained(error, || {
            sized::write(voice, &sized::empty())?;
            handles::client(client)?;
            let asked = NewVoice::new(options::account::voice(config)?)?;
            let limit = if timeout_ms < 0 { voices::USUAL_WAIT } else { call_limit(timeout_ms) };
            let made = Made::default();
            let known = made.clone();
            let ended = held::call(client, limit, move |client| async move {
                voices::create(&client, &asked, &known).await
            });
            if let Some(made) = made.take() {
                management::hand_over_voice(voice, &made)?;
            }
            ended
        })
    }
}

/// Waits until a voice is ready.
///
/// @param client the client whose account is used.
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
        guard_explained(error, || {
            sized::write(voice, &sized::empty())?;
            let id = held::id(id)?;
            let limit = if timeout_ms < 0 { voices::USUAL_WAIT } else { call_limit(timeout_ms) };
            let made = Made::default();
            let known = made.clone();
            let ended = held::call(client, limit, move |client| async move {
                voices::wait_ready(&client, &id, &known).await
            });
            if let Some(made) = made.take() {
                management::hand_over_voice(voice, &made)?;
            }
            ended
        })
    }
}

/// Reads one voice.
///
/// @param client the client whose account is used.
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
        guard_explained(error, || {
            sized::write(voice, &sized::empty())?;
            let id = held::id(id)?;
            let limit = call_limit(timeout_ms);
            let got =
                held::call(client, limit, move |client| async move { voices::get(&client, &id).await })?;
            management::hand_over_voice(voice, &got)
        })
    }
}

/// Lists the account's own voices, of all pages.
///
/// @param client the client whose account is used.
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
        guard_explained(error, || {
            sized::write(list, &sized::empty())?;
            let search = text::owned("search", search)?;
            let language = text::owned("language", language)?;
            let found = held::call(client, call_limit(timeout_ms), move |client| async move {
                voices::list(&client, search.as_deref(), language.as_deref()).await
            })?;
            management::hand_over_voices(list, &found)
        })
    }
}

/// Lists the voices that every account has.
///
/// @param client the client whose account is used.
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
        guard_explained(error, || {
            sized::write(list, &sized::empty())?;
            let limit = call_limit(timeout_ms);
            let found =
                held::call(client, limit, move |client| async move { voices::list_builtin(&client).await })?;
            management::hand_over_voices(list, &found)
        })
    }
}

/// Changes the name, the description or the labels of a voice.
///
/// @param client the client whose account is used.
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
        guard_explained(error, || {
            sized::write(voice, &sized::empty())?;
            let id = held::id(id)?;
            let change = options::account::voice_change(change)?;
            let changed = held::call(client, call_limit(timeout_ms), move |client| async move {
                voices::update(&client, &id, &change).await
            })?;
            management::hand_over_voice(voice, &changed)
        })
    }
}

/// Deletes a voice.
///
/// @param client the client whose account is used.
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
        guard_explained(error, || {
            let id = held::id(id)?;
            let limit = call_limit(timeout_ms);
            held::call(client, limit, move |client| async move { voices::delete(&client, &id).await })
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
    unsafe { held::release(voice, |voice| voice.payload) }
}

/// Releases a list of voices with the voices in it, and zeroes the struct except for its size.
///
/// @param list the struct; NULL or a released one: nothing is done.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BAD_HANDLE It is a copy of one that was released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voices_release(list: *mut palabra_voices) -> palabra_status {
    // SAFETY: the caller's promise about `list`.
    unsafe { held::release(list, |list| list.payload) }
}

/// Creates a glossary and uploads its entries, which cannot be changed later.
///
/// Voices and glossaries need an API key. Everything is checked before anything is sent.
///
/// @param client the client whose account is used.
/// @param config the glossary; `name`, `kind`, `source_language` and entries are required, for translations also
///   `target_language`.
/// @param glossary receives the glossary, on failure too if the service has given an `id`: it then exists without entries,
///   to be deleted. Release it with palabra_glossary_release().
/// @param timeout_ms limit of the whole call, in ms; negative: as long as its steps take.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_INVALID_ARGUMENT Something is missing, too large or does not fit the kind; `error` names the entry,
///   counted from 1.
/// @retval PALABRA_ERR_IO `csv_path` cannot be read.
/// @errors account
/// @blocks up to `timeout_ms`, and before that on the disk
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
        guard_explained(error, || {
            sized::write(glossary, &sized::empty())?;
            handles::client(client)?;
            let asked = NewGlossary::new(options::account::glossary(config)?)?;
            let made = Made::default();
            let known = made.clone();
            let ended = held::call(client, call_limit(timeout_ms), move |client| async move {
                glossaries::create(&client, &asked, &known).await
            });
            if let Some(made) = made.take() {
                management::hand_over_glossary(glossary, &made)?;
            }
            ended
        })
    }
}

/// Reads one glossary, without its entries.
///
/// @param client the client whose account is used.
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
        guard_explained(error, || {
            sized::write(glossary, &sized::empty())?;
            let id = held::id(id)?;
            let limit = call_limit(timeout_ms);
            let got =
                held::call(client, limit, move |client| async move { glossaries::get(&client, &id).await })?;
            management::hand_over_glossary(glossary, &got)
        })
    }
}

/// Lists the account's glossaries, of all pages.
///
/// @param client the client whose account is used.
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
        guard_explained(error, || {
            sized::write(list, &sized::empty())?;
            let limit = call_limit(timeout_ms);
            let found =
                held::call(client, limit, move |client| async move { glossaries::list(&client).await })?;
            let held = HeldList::of(&found, management::fill_glossary);
            let filled =
                palabra_glossaries { count: count(found.len()), items: held.pointers(), ..sized::empty() };
            let payload = handles::add_payload(Payload::Glossaries(held))?;
            Ok(sized::write(list, &palabra_glossaries { payload, ..filled })?)
        })
    }
}

/// Reads the entries of a glossary.
///
/// @param client the client whose account is used.
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
        guard_explained(error, || {
            sized::write(csv, &sized::empty())?;
            let id = held::id(id)?;
            let mut bytes = held::call(client, call_limit(timeout_ms), move |client| async move {
                glossaries::download(&client, &id).await
            })?;
            let text_len = count(bytes.len());
            bytes.push(0);
            let filled = palabra_glossary_csv { text_len, text: bytes.as_ptr().cast(), ..sized::empty() };
            let payload = handles::add_payload(Payload::Csv(bytes))?;
            Ok(sized::write(csv, &palabra_glossary_csv { payload, ..filled })?)
        })
    }
}

/// Renames, enables or disables a glossary.
///
/// @param client the client whose account is used.
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
        guard_explained(error, || {
            sized::write(glossary, &sized::empty())?;
            let id = held::id(id)?;
            let name = text::owned("name", name)?;
            let enabled = match enabled {
                -1 => None,
                0 => Some(false),
                1 => Some(true),
                _ => return Err(Error::invalid("enabled must be 1, 0 or -1")),
            };
            let changed = held::call(client, call_limit(timeout_ms), move |client| async move {
                glossaries::update(&client, &id, name.as_deref(), enabled).await
            })?;
            management::hand_over_glossary(glossary, &changed)
        })
    }
}

/// Deletes a glossary.
///
/// @param client the client whose account is used.
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
        guard_explained(error, || {
            let id = held::id(id)?;
            let limit = call_limit(timeout_ms);
            held::call(client, limit, move |client| async move { glossaries::delete(&client, &id).await })
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
    unsafe { held::release(glossary, |glossary| glossary.payload) }
}

/// Releases a list of glossaries with the glossaries in it, and zeroes the struct except for its size.
///
/// @param list the struct; NULL or a released one: nothing is done.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BAD_HANDLE It is a copy of one that was released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossaries_release(list: *mut palabra_glossaries) -> palabra_status {
    // SAFETY: the caller's promise about `list`.
    unsafe { held::release(list, |list| list.payload) }
}

/// Releases the entries of a glossary and zeroes the struct except for its size.
///
/// @param csv the struct; NULL or a released one: nothing is done.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BAD_HANDLE It is a copy of one that was released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_csv_release(csv: *mut palabra_glossary_csv) -> palabra_status {
    // SAFETY: the caller's promise about `csv`.
    unsafe { held::release(csv, |csv| csv.payload) }
}
