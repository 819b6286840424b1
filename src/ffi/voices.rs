//! Voices of the account: cloned from a sample, listed, changed and deleted.

use std::ffi::{c_char, c_void};

use super::client::palabra_client;
use super::guard::{call_limit, guard, guard_explained, known_flags};
use super::handles::{self, Payload};
use super::management::{HeldList, HeldTexts, call, id as read_id, release};
use super::sized::{self, Sized32};
use super::status::{palabra_error, palabra_status};
use super::text;
use crate::client::voices::{self, Labels, Made, NewVoice, Voice, VoiceChange, VoiceOptions, VoiceStatus};
use crate::error::{Error, Result};
use crate::memory;

/// The sample has background noise.
pub const PALABRA_VOICE_DENOISE: u32 = 1;
/// Do not wait until the voice is ready.
pub const PALABRA_VOICE_NO_WAIT: u32 = 2;

/// A word that this version does not know; it is in `json`.
pub const PALABRA_VOICE_STATUS_UNKNOWN: i32 = 0;
/// Waits for its sample.
pub const PALABRA_VOICE_STATUS_CREATED: i32 = 1;
/// Is being made.
pub const PALABRA_VOICE_STATUS_PENDING: i32 = 2;
/// Can be used.
pub const PALABRA_VOICE_STATUS_READY: i32 = 3;
/// Could not be made; `errors` says why.
pub const PALABRA_VOICE_STATUS_FAILED: i32 = 4;

/// A new voice for palabra_voices_create(), or what to change for palabra_voices_update(). Prepare it with
/// PALABRA_VOICE_CONFIG_INIT or palabra_voice_config_init().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_voice_config {
    /// sizeof(palabra_voice_config).
    pub struct_size: u32,
    /// PALABRA_VOICE_DENOISE, PALABRA_VOICE_NO_WAIT.
    pub flags: u32,
    /// Bytes at `sample`, 10 MB (10485760) at most.
    pub sample_bytes: u64,
    /// 3 to 64 letters, digits, spaces or any of _ - .
    pub name: *const c_char,
    /// Language of the sample, such as "en".
    pub language: *const c_char,
    /// Words of your own; NULL: none.
    pub description: *const c_char,
    /// Label, in the service's words; NULL: none. An update replaces all three labels if it gives one of them.
    pub gender: *const c_char,
    /// Label; NULL: none.
    pub age_group: *const c_char,
    /// Label; NULL: none.
    pub mood: *const c_char,
    /// The sample as a file, wav, mp3, flac, m4a, webm, mp4, mpeg or mpg, of 10 MB at most. One speaker, no noise: the
    /// official client advises 5 to 20 seconds, the service's documentation at least 30. NULL: in memory.
    pub sample_path: *const c_char,
    /// The sample in memory: the bytes of such a file. NULL: in a file.
    pub sample: *const c_void,
    /// Name of the sample's file, whose suffix says what it is; NULL: that of `sample_path`. Needed with `sample`.
    pub sample_name: *const c_char,
    /// More keys for the sample as a JSON object, such as {"speech_normalization": true}; they win over ours. NULL: none.
    pub sample_json: *const c_char,
}

// SAFETY: integers and pointers, the size first, no padding (asserted below), NULL is valid.
unsafe impl Sized32 for palabra_voice_config {
    const FIRST_SIZE: usize = 16 + 10 * size_of::<usize>();
}

const _: () = assert!(size_of::<palabra_voice_config>() == 16 + 10 * size_of::<usize>());

/// A voice. Its `id` goes into `voice_id` of a session's config once it is ready. Texts are never NULL after success,
/// and "" for what the service does not say. Prepare it with PALABRA_VOICE_INIT or palabra_voice_init().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_voice {
    /// sizeof(palabra_voice); set by the caller, left alone by the library. In a list the library sets it.
    pub struct_size: u32,
    /// PALABRA_VOICE_STATUS_*.
    pub status: i32,
    /// The service's name for the voice.
    pub id: *const c_char,
    /// Your name for it.
    pub name: *const c_char,
    /// Language of the sample.
    pub language: *const c_char,
    /// Words of your own.
    pub description: *const c_char,
    /// How it was made, in the service's word, such as "instantly_cloned".
    pub voice_type: *const c_char,
    /// Label.
    pub gender: *const c_char,
    /// Label.
    pub age_group: *const c_char,
    /// Label.
    pub mood: *const c_char,
    /// Why it failed.
    pub errors: *const c_char,
    /// What is wrong with the sample, though it may do.
    pub warnings: *const c_char,
    /// All that the service says about it, as a JSON object.
    pub json: *const c_char,
    /// The library's; leave it alone. NULL in a list.
    pub payload: *mut c_void,
}

// SAFETY: integers and pointers, the size first, no padding (asserted below), NULL is valid.
unsafe impl Sized32 for palabra_voice {
    const FIRST_SIZE: usize = 8 + 12 * size_of::<usize>();
}

const _: () = assert!(size_of::<palabra_voice>() == 8 + 12 * size_of::<usize>());

/// Voices. Prepare it with PALABRA_VOICE_LIST_INIT or palabra_voice_list_init().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_voice_list {
    /// sizeof(palabra_voice_list); set by the caller, left alone by the library.
    pub struct_size: u32,
    /// How many.
    pub count: u32,
    /// They: `items[0]->name` and so on; NULL if there are none. Read only, and not to be released one by one.
    pub items: *const *const palabra_voice,
    /// The library's; leave it alone.
    pub payload: *mut c_void,
}

// SAFETY: integers and pointers, the size first, no padding (asserted below), NULL is valid.
unsafe impl Sized32 for palabra_voice_list {
    const FIRST_SIZE: usize = 8 + 2 * size_of::<usize>();
}

const _: () = assert!(size_of::<palabra_voice_list>() == 8 + 2 * size_of::<usize>());

/// Prepares a voice config: zeroes it and sets its size.
///
/// @param config the struct to prepare.
/// @param struct_size sizeof(palabra_voice_config).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `config` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voice_config_init(
    config: *mut palabra_voice_config,
    struct_size: u32,
) -> palabra_status {
    // SAFETY: the caller's promise about `config` and its size.
    guard(|| unsafe { sized::init(config, struct_size) }.map(|()| 0))
}

/// Prepares a `palabra_voice`: zeroes it and sets its size.
///
/// @param voice the struct to prepare.
/// @param struct_size sizeof(palabra_voice).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `voice` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voice_init(voice: *mut palabra_voice, struct_size: u32) -> palabra_status {
    // SAFETY: the caller's promise about `voice` and its size.
    guard(|| unsafe { sized::init(voice, struct_size) }.map(|()| 0))
}

/// Prepares a `palabra_voice_list`: zeroes it and sets its size.
///
/// @param list the struct to prepare.
/// @param struct_size sizeof(palabra_voice_list).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `list` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voice_list_init(
    list: *mut palabra_voice_list,
    struct_size: u32,
) -> palabra_status {
    // SAFETY: the caller's promise about `list` and its size.
    guard(|| unsafe { sized::init(list, struct_size) }.map(|()| 0))
}

/// Clones a voice: tells the service, uploads the sample, and waits until the voice is ready (PALABRA_VOICE_NO_WAIT: does
/// not wait).
///
/// Like all calls for voices and glossaries it needs an API key; a client id and secret do not open them. Nothing is sent
/// before everything was checked.
///
/// @param client whose account.
/// @param config the voice; `name`, `language` and a sample are needed.
/// @param voice receives the voice; release it with palabra_voice_release(). Filled on failure too once the service has
///   given an `id`: the voice is then there, to wait for (palabra_voices_wait_ready()) or to delete.
/// @param error explains a failure; may be NULL.
/// @param timeout_ms limit for the whole call in ms; negative: 300000.
/// @return PALABRA_OK;
///   PALABRA_ERR_INVALID_ARGUMENT something is missing, too long, too large or of an unknown kind, or a struct is NULL or
///   has an impossible `struct_size`;
///   PALABRA_ERR_IO `sample_path` cannot be read;
///   PALABRA_ERR_AUTH no API key, or the service refuses it (HTTP 401, 403);
///   PALABRA_ERR_SERVICE refused otherwise, `error->http_status` tells how; or the voice could not be made, then it is 0;
///   PALABRA_ERR_DNS, _CONNECT, _CONNECTION_LOST, _TLS the service or the storage of samples was not reached;
///   PALABRA_ERR_PROTOCOL the reply makes no sense;
///   PALABRA_ERR_TIMEOUT the time has passed;
///   PALABRA_ERR_UNSUPPORTED a flag or field of a later version is set;
///   PALABRA_ERR_BAD_HANDLE, _INVALID_UTF8, _LIMIT, _SHUTDOWN, _REENTRANT, _FORKED.
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`, and before that on the disk. **Memory:** two copies of the sample
/// during the call; the texts of `voice` live until its release. **Since:** 0.1. **Example:** voices.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voices_create(
    client: *mut palabra_client,
    config: *const palabra_voice_config,
    voice: *mut palabra_voice,
    error: *mut palabra_error,
    timeout_ms: i32,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            // Checked before anything is made that could not be handed over.
            sized::write(voice, &sized::empty())?;
            handles::client(client)?;
            let asked = NewVoice::new(read_options(config)?)?;
            make(client, voice, timeout_ms, |client, made| async move {
                voices::create(&client, &asked, &made).await
            })
        })
    }
}

/// Waits until a voice is ready.
///
/// @param client whose account.
/// @param id `palabra_voice.id`.
/// @param voice receives what was last seen of the voice, on failure too; release it with palabra_voice_release().
/// @param error explains a failure; may be NULL.
/// @param timeout_ms limit for the whole call in ms; negative: 300000.
/// @return PALABRA_OK; PALABRA_ERR_SERVICE the voice could not be made, `error->text` says why and `error->http_status` is
///   0; other errors as for palabra_voices_create(), where up to three looks in a row may fail.
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** the texts of `voice` live until its release.
/// **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voices_wait_ready(
    client: *mut palabra_client,
    id: *const c_char,
    voice: *mut palabra_voice,
    error: *mut palabra_error,
    timeout_ms: i32,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            sized::write(voice, &sized::empty())?;
            let id = read_id(id)?;
            make(client, voice, timeout_ms, |client, made| async move {
                voices::wait_ready(&client, &id, &made).await
            })
        })
    }
}

/// Asks for one voice.
///
/// @param client whose account.
/// @param id `palabra_voice.id`.
/// @param voice receives the voice; release it with palabra_voice_release().
/// @param error explains a failure; may be NULL.
/// @param timeout_ms limit for the whole call in ms; negative: the client's own limits.
/// @return PALABRA_OK; PALABRA_ERR_SERVICE with `error->http_status` 404: there is no such voice; other errors as for
///   palabra_voices_create().
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** the texts of `voice` live until its release.
/// **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voices_get(
    client: *mut palabra_client,
    id: *const c_char,
    voice: *mut palabra_voice,
    error: *mut palabra_error,
    timeout_ms: i32,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            sized::write(voice, &sized::empty())?;
            let id = read_id(id)?;
            let got =
                call(
                    client,
                    call_limit(timeout_ms),
                    |client| async move { voices::get(&client, &id).await },
                )?;
            hand_over(voice, &got)
        })
    }
}

/// Lists the account's own voices, all pages of them.
///
/// @param client whose account.
/// @param search a part of the name, 2 characters or more; NULL: any.
/// @param language language of the sample; NULL: any.
/// @param list receives the voices; release it with palabra_voice_list_release().
/// @param error explains a failure; may be NULL.
/// @param timeout_ms limit for the whole call in ms; negative: the client's own limits for each page.
/// @return PALABRA_OK; errors as for palabra_voices_create().
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** `list` lives until its release. **Since:** 0.1.
/// **Example:** voices.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voices_list(
    client: *mut palabra_client,
    search: *const c_char,
    language: *const c_char,
    list: *mut palabra_voice_list,
    error: *mut palabra_error,
    timeout_ms: i32,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            sized::write(list, &sized::empty())?;
            let search = text::owned("search", search)?;
            let language = text::owned("language", language)?;
            let found = call(client, call_limit(timeout_ms), |client| async move {
                voices::list(&client, search.as_deref(), language.as_deref()).await
            })?;
            hand_over_list(list, &found)
        })
    }
}

/// Lists the voices that every account has.
///
/// @param client whose account.
/// @param list receives the voices; release it with palabra_voice_list_release().
/// @param error explains a failure; may be NULL.
/// @param timeout_ms limit for the whole call in ms; negative: the client's own limits for each page.
/// @return PALABRA_OK; errors as for palabra_voices_create().
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** `list` lives until its release. **Since:** 0.1.
/// **Example:** voices.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voices_list_builtin(
    client: *mut palabra_client,
    list: *mut palabra_voice_list,
    error: *mut palabra_error,
    timeout_ms: i32,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            sized::write(list, &sized::empty())?;
            let found =
                call(
                    client,
                    call_limit(timeout_ms),
                    |client| async move { voices::list_builtin(&client).await },
                )?;
            hand_over_list(list, &found)
        })
    }
}

/// Changes the name, the description or the labels of a voice.
///
/// @param client whose account.
/// @param id `palabra_voice.id`.
/// @param change `name`, `description`, `gender`, `age_group` and `mood`: NULL leaves a text as it is, and one label
///   given replaces all three. Everything else must be 0 or NULL.
/// @param voice receives the changed voice; release it with palabra_voice_release().
/// @param error explains a failure; may be NULL.
/// @param timeout_ms limit for the whole call in ms; negative: the client's own limits.
/// @return PALABRA_OK; PALABRA_ERR_SERVICE with `error->http_status` 404: there is no such voice; other errors as for
///   palabra_voices_create().
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** the texts of `voice` live until its release.
/// **Since:** 0.1. **Example:** voices.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voices_update(
    client: *mut palabra_client,
    id: *const c_char,
    change: *const palabra_voice_config,
    voice: *mut palabra_voice,
    error: *mut palabra_error,
    timeout_ms: i32,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            sized::write(voice, &sized::empty())?;
            let id = read_id(id)?;
            let change = read_change(change)?;
            let changed = call(client, call_limit(timeout_ms), |client| async move {
                voices::update(&client, &id, &change).await
            })?;
            hand_over(voice, &changed)
        })
    }
}

/// Deletes a voice.
///
/// @param client whose account.
/// @param id `palabra_voice.id`.
/// @param error explains a failure; may be NULL.
/// @param timeout_ms limit for the whole call in ms; negative: the client's own limits.
/// @return PALABRA_OK; PALABRA_ERR_SERVICE with `error->http_status` 404: there is no such voice; other errors as for
///   palabra_voices_create().
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** none. **Since:** 0.1. **Example:** voices.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voices_delete(
    client: *mut palabra_client,
    id: *const c_char,
    error: *mut palabra_error,
    timeout_ms: i32,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            let id = read_id(id)?;
            call(client, call_limit(timeout_ms), |client| async move { voices::delete(&client, &id).await })
        })
    }
}

/// Frees the texts of a voice and zeroes the struct but for its size. The service is not told.
///
/// @param voice the struct; NULL or an already released one does nothing.
/// @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of one that was released.
///
/// **Threads:** any. **Blocks:** never. **Memory:** its texts are freed. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voice_release(voice: *mut palabra_voice) -> palabra_status {
    // SAFETY: the caller's promise about `voice`.
    unsafe { release(voice, |voice| voice.payload) }
}

/// Frees a list of voices and zeroes the struct but for its size.
///
/// @param list the struct; NULL or an already released one does nothing.
/// @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of one that was released.
///
/// **Threads:** any. **Blocks:** never. **Memory:** the voices in it and their texts are freed. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_voice_list_release(list: *mut palabra_voice_list) -> palabra_status {
    // SAFETY: the caller's promise about `list`.
    unsafe { release(list, |list| list.payload) }
}

/// Runs a call that may have made or seen a voice although it failed, and hands that over in any case.
///
/// # Safety
/// `voice` points to a struct of the caller's.
unsafe fn make<F>(
    client: *mut palabra_client,
    voice: *mut palabra_voice,
    timeout_ms: i32,
    job: impl FnOnce(std::sync::Arc<crate::client::Client>, Made<Voice>) -> F + Send + 'static,
) -> Result<()>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let limit = if timeout_ms < 0 { voices::USUAL_WAIT } else { call_limit(timeout_ms) };
    let made = Made::default();
    let making = made.clone();
    let ended = call(client, limit, move |client| job(client, making));
    if let Some(seen) = made.take() {
        // SAFETY: the caller's promise.
        unsafe { hand_over(voice, &seen)? };
    }
    ended
}

/// # Safety
/// `voice` points to a struct of the caller's.
unsafe fn hand_over(voice: *mut palabra_voice, from: &Voice) -> Result<()> {
    let mut texts = HeldTexts::default();
    let filled = fill(from, &mut texts);
    let payload = handles::add_payload(Payload::Texts(texts))?;
    // SAFETY: the caller's promise.
    Ok(unsafe { sized::write(voice, &palabra_voice { payload, ..filled }) }?)
}

/// # Safety
/// `list` points to a struct of the caller's.
unsafe fn hand_over_list(list: *mut palabra_voice_list, from: &[Voice]) -> Result<()> {
    let held = HeldList::of(from, fill);
    let filled = palabra_voice_list {
        count: super::guard::count(from.len()) as u32,
        items: held.pointers(),
        ..sized::empty()
    };
    let payload = handles::add_payload(Payload::Voices(held))?;
    // SAFETY: the caller's promise.
    Ok(unsafe { sized::write(list, &palabra_voice_list { payload, ..filled }) }?)
}

fn fill(voice: &Voice, texts: &mut HeldTexts) -> palabra_voice {
    palabra_voice {
        struct_size: size_of::<palabra_voice>() as u32,
        status: match voice.status {
            VoiceStatus::Unknown => PALABRA_VOICE_STATUS_UNKNOWN,
            VoiceStatus::Created => PALABRA_VOICE_STATUS_CREATED,
            VoiceStatus::Pending => PALABRA_VOICE_STATUS_PENDING,
            VoiceStatus::Ready => PALABRA_VOICE_STATUS_READY,
            VoiceStatus::Failed => PALABRA_VOICE_STATUS_FAILED,
        },
        id: texts.hold(&voice.id),
        name: texts.hold(&voice.name),
        language: texts.hold(&voice.language),
        description: texts.hold(&voice.description),
        voice_type: texts.hold(&voice.voice_type),
        gender: texts.hold(&voice.labels.gender),
        age_group: texts.hold(&voice.labels.age_group),
        mood: texts.hold(&voice.labels.mood),
        errors: texts.hold(&voice.errors),
        warnings: texts.hold(&voice.warnings),
        json: texts.hold(&voice.json),
        payload: std::ptr::null_mut(),
    }
}

/// # Safety
/// `config` is valid as `palabra_voices_create` demands.
unsafe fn read_options(config: *const palabra_voice_config) -> Result<VoiceOptions> {
    // SAFETY: the caller's promise, for the struct and for the texts and bytes that it points to.
    unsafe {
        let config = sized::read(config)?;
        let flags = known_flags(config.flags, PALABRA_VOICE_DENOISE | PALABRA_VOICE_NO_WAIT)?;
        Ok(VoiceOptions {
            name: text::owned("name", config.name)?,
            language: text::owned("language", config.language)?,
            description: description(config.description)?,
            labels: labels(&config)?,
            denoise: flags & PALABRA_VOICE_DENOISE != 0,
            path: text::path("sample_path", config.sample_path)?,
            sample: sample(&config)?,
            filename: text::owned("sample_name", config.sample_name)?,
            sample_json: text::owned("sample_json", config.sample_json)?,
            no_wait: flags & PALABRA_VOICE_NO_WAIT != 0,
        })
    }
}

/// # Safety
/// `config` is valid as `palabra_voices_update` demands.
unsafe fn read_change(config: *const palabra_voice_config) -> Result<VoiceChange> {
    // SAFETY: the caller's promise, for the struct and for the texts that it points to.
    unsafe {
        let config = sized::read(config)?;
        known_flags(config.flags, 0)?;
        let misplaced = [config.language, config.sample_path, config.sample_name, config.sample_json];
        if misplaced.iter().any(|text| !text.is_null()) || !config.sample.is_null() || config.sample_bytes > 0
        {
            return Err(Error::invalid(
                "only the name, the description and the labels of a voice can be changed",
            ));
        }
        Ok(VoiceChange {
            name: text::owned("name", config.name)?,
            description: description(config.description)?,
            labels: labels(&config)?,
        })
    }
}

/// An empty description is one, unlike other empty texts: an update can take it away so.
///
/// # Safety
/// `text` is NULL or points to a NUL-terminated string.
unsafe fn description(text: *const c_char) -> Result<Option<String>> {
    // SAFETY: the caller's promise.
    let read = unsafe { text::read(text) };
    let read = read.map_err(|status| Error::new(status, "description is not valid UTF-8"))?;
    Ok(read.map(str::to_owned))
}

/// # Safety
/// The texts of `config` are NULL or NUL-terminated strings.
unsafe fn labels(config: &palabra_voice_config) -> Result<Labels> {
    // SAFETY: the caller's promise.
    unsafe {
        Ok(Labels {
            gender: text::owned("gender", config.gender)?.unwrap_or_default(),
            age_group: text::owned("age_group", config.age_group)?.unwrap_or_default(),
            mood: text::owned("mood", config.mood)?.unwrap_or_default(),
        })
    }
}

/// # Safety
/// `config.sample` is NULL or points to `config.sample_bytes` readable bytes.
unsafe fn sample(config: &palabra_voice_config) -> Result<Option<Vec<u8>>> {
    if config.sample.is_null() {
        return if config.sample_bytes == 0 { Ok(None) } else { Err(Error::invalid("sample is missing")) };
    }
    let bytes = voices::check_sample_bytes(config.sample_bytes)?;
    // SAFETY: not NULL, hence so many readable bytes by the caller's promise; the number was checked to be sane.
    let sample = unsafe { std::slice::from_raw_parts(config.sample.cast::<u8>(), bytes) };
    memory::copy(sample).map(Some)
}
