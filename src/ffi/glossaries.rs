//! Glossaries of the account: made from terms or CSV, listed, read, changed and deleted.

use std::ffi::{c_char, c_void};

use super::client::palabra_client;
use super::guard::{call_limit, count, guard, guard_explained, known_flags};
use super::handles::{self, Payload};
use super::management::{HeldList, HeldTexts, call, id as read_id, release};
use super::sized::{self, Sized32};
use super::status::{palabra_error, palabra_status};
use super::text;
use crate::client::glossaries::{self, Entry, Glossary, GlossaryOptions, Kind, Made, NewGlossary};
use crate::error::{Error, Result, Status};

/// Terms that recognition shall know: an entry is a term alone.
pub const PALABRA_GLOSSARY_HOTWORDS: i32 = 1;
/// What recognition hears and what shall stand there instead, in the same language.
pub const PALABRA_GLOSSARY_VERIFICATION: i32 = 2;
/// Terms and their translation from one language to another.
pub const PALABRA_GLOSSARY_TRANSLATION: i32 = 3;

/// The glossary is not used unless a session names it.
pub const PALABRA_GLOSSARY_DISABLED: u32 = 1;

/// One entry of a glossary. Comes in arrays, so it never grows.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_glossary_entry {
    /// The term.
    pub term: *const c_char,
    /// What it becomes; NULL for hotwords.
    pub becomes: *const c_char,
}

/// A new glossary. Give its entries as `entries`, as `csv` or as `csv_path`. Prepare it with PALABRA_GLOSSARY_CONFIG_INIT
/// or palabra_glossary_config_init().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_glossary_config {
    /// sizeof(palabra_glossary_config).
    pub struct_size: u32,
    /// PALABRA_GLOSSARY_DISABLED or 0.
    pub flags: u32,
    /// PALABRA_GLOSSARY_HOTWORDS, _VERIFICATION or _TRANSLATION.
    pub kind: i32,
    /// How many there are at `entries`.
    pub entry_count: u32,
    /// Your name for it.
    pub name: *const c_char,
    /// Language of the terms, such as "en".
    pub source_language: *const c_char,
    /// Language of the translations; of no meaning for the other kinds: NULL.
    pub target_language: *const c_char,
    /// The entries one by one; any characters.
    pub entries: *const palabra_glossary_entry,
    /// The entries as CSV text, which is sent as it is: rows of term and what it becomes, for hotwords of terms alone.
    pub csv: *const c_char,
    /// The entries in such a file, 1 MB (1048576 bytes) at most.
    pub csv_path: *const c_char,
}

// SAFETY: integers and pointers, the size first, no padding (asserted below), NULL is valid.
unsafe impl Sized32 for palabra_glossary_config {
    const FIRST_SIZE: usize = 16 + 6 * size_of::<usize>();
}

const _: () = assert!(size_of::<palabra_glossary_config>() == 16 + 6 * size_of::<usize>());

/// A glossary. Its `id` goes into a session's config; without that, every enabled glossary of the session's languages is
/// used. Texts are never NULL after success, and "" for what the service does not say. Prepare it with
/// PALABRA_GLOSSARY_INIT or palabra_glossary_init().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_glossary {
    /// sizeof(palabra_glossary); set by the caller, left alone by the library. In a list the library sets it.
    pub struct_size: u32,
    /// PALABRA_GLOSSARY_DISABLED or 0.
    pub flags: u32,
    /// PALABRA_GLOSSARY_HOTWORDS, _VERIFICATION or _TRANSLATION; 0: one that this version does not know.
    pub kind: i32,
    /// 0.
    pub reserved: u32,
    /// The service's name for the glossary.
    pub id: *const c_char,
    /// Your name for it.
    pub name: *const c_char,
    /// Language of the terms.
    pub source_language: *const c_char,
    /// Language of what they become.
    pub target_language: *const c_char,
    /// All that the service says about it, as a JSON object.
    pub json: *const c_char,
    /// The library's; leave it alone. NULL in a list.
    pub payload: *mut c_void,
}

// SAFETY: integers and pointers, the size first, no padding (asserted below), NULL is valid.
unsafe impl Sized32 for palabra_glossary {
    const FIRST_SIZE: usize = 16 + 6 * size_of::<usize>();
}

const _: () = assert!(size_of::<palabra_glossary>() == 16 + 6 * size_of::<usize>());

/// Glossaries. Prepare it with PALABRA_GLOSSARY_LIST_INIT or palabra_glossary_list_init().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_glossary_list {
    /// sizeof(palabra_glossary_list); set by the caller, left alone by the library.
    pub struct_size: u32,
    /// How many.
    pub count: u32,
    /// They: `items[0]->name` and so on; NULL if there are none. Read only, and not to be released one by one.
    pub items: *const *const palabra_glossary,
    /// The library's; leave it alone.
    pub payload: *mut c_void,
}

// SAFETY: integers and pointers, the size first, no padding (asserted below), NULL is valid.
unsafe impl Sized32 for palabra_glossary_list {
    const FIRST_SIZE: usize = 8 + 2 * size_of::<usize>();
}

const _: () = assert!(size_of::<palabra_glossary_list>() == 8 + 2 * size_of::<usize>());

/// The entries of a glossary. Prepare it with PALABRA_GLOSSARY_CSV_INIT or palabra_glossary_csv_init().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_glossary_csv {
    /// sizeof(palabra_glossary_csv); set by the caller, left alone by the library.
    pub struct_size: u32,
    /// Bytes at `text` without the NUL.
    pub size: u32,
    /// The CSV file as it was uploaded, and a NUL after it.
    pub text: *const c_char,
    /// The library's; leave it alone.
    pub payload: *mut c_void,
}

// SAFETY: integers and pointers, the size first, no padding (asserted below), NULL is valid.
unsafe impl Sized32 for palabra_glossary_csv {
    const FIRST_SIZE: usize = 8 + 2 * size_of::<usize>();
}

const _: () = assert!(size_of::<palabra_glossary_csv>() == 8 + 2 * size_of::<usize>());

/// Prepares a glossary config: zeroes it and sets its size.
///
/// @param config the struct to prepare.
/// @param struct_size sizeof(palabra_glossary_config).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `config` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_config_init(
    config: *mut palabra_glossary_config,
    struct_size: u32,
) -> palabra_status {
    // SAFETY: the caller's promise about `config` and its size.
    guard(|| unsafe { sized::init(config, struct_size) }.map(|()| 0))
}

/// Prepares a `palabra_glossary`: zeroes it and sets its size.
///
/// @param glossary the struct to prepare.
/// @param struct_size sizeof(palabra_glossary).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `glossary` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_init(
    glossary: *mut palabra_glossary,
    struct_size: u32,
) -> palabra_status {
    // SAFETY: the caller's promise about `glossary` and its size.
    guard(|| unsafe { sized::init(glossary, struct_size) }.map(|()| 0))
}

/// Prepares a `palabra_glossary_list`: zeroes it and sets its size.
///
/// @param list the struct to prepare.
/// @param struct_size sizeof(palabra_glossary_list).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `list` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_list_init(
    list: *mut palabra_glossary_list,
    struct_size: u32,
) -> palabra_status {
    // SAFETY: the caller's promise about `list` and its size.
    guard(|| unsafe { sized::init(list, struct_size) }.map(|()| 0))
}

/// Prepares a `palabra_glossary_csv`: zeroes it and sets its size.
///
/// @param csv the struct to prepare.
/// @param struct_size sizeof(palabra_glossary_csv).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `csv` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_csv_init(
    csv: *mut palabra_glossary_csv,
    struct_size: u32,
) -> palabra_status {
    // SAFETY: the caller's promise about `csv` and its size.
    guard(|| unsafe { sized::init(csv, struct_size) }.map(|()| 0))
}

/// Makes a glossary and uploads its entries, which cannot be changed later.
///
/// Like all calls for voices and glossaries it needs an API key; a client id and secret do not open them. Nothing is sent
/// before everything was checked.
///
/// @param client whose account.
/// @param config the glossary; `name`, `kind`, `source_language` and entries are needed, for translation also
///   `target_language`.
/// @param glossary receives the glossary; release it with palabra_glossary_release(). Filled on failure too once the
///   service has given an `id`: the glossary is then there without entries, to be deleted.
/// @param error explains a failure; may be NULL.
/// @param timeout_ms limit for the whole call in ms; negative: as long as its steps take.
/// @return PALABRA_OK;
///   PALABRA_ERR_INVALID_ARGUMENT something is missing, too large or does not fit the kind (error->text names the entry,
///   counted from 1), or a struct is NULL or has an impossible `struct_size`;
///   PALABRA_ERR_INVALID_UTF8 a text or the file is not UTF-8;
///   PALABRA_ERR_IO `csv_path` cannot be read;
///   PALABRA_ERR_AUTH no API key, or the service refuses it (HTTP 401, 403);
///   PALABRA_ERR_SERVICE refused otherwise; `error->http_status` tells how;
///   PALABRA_ERR_DNS, _CONNECT, _CONNECTION_LOST, _TLS the service was not reached;
///   PALABRA_ERR_PROTOCOL the reply makes no sense;
///   PALABRA_ERR_TIMEOUT the time has passed;
///   PALABRA_ERR_UNSUPPORTED a flag or field of a later version is set;
///   PALABRA_ERR_BAD_HANDLE, _LIMIT, _SHUTDOWN, _REENTRANT, _FORKED.
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`, and before that on the disk. **Memory:** the texts of `glossary` live
/// until its release. **Since:** 0.1. **Example:** glossary.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossaries_create(
    client: *mut palabra_client,
    config: *const palabra_glossary_config,
    glossary: *mut palabra_glossary,
    error: *mut palabra_error,
    timeout_ms: i32,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            // Checked before anything is made that could not be handed over.
            sized::write(glossary, &sized::empty())?;
            handles::client(client)?;
            let asked = NewGlossary::new(read_options(config)?)?;
            let made = Made::default();
            let known = made.clone();
            let ended = call(client, call_limit(timeout_ms), |client| async move {
                glossaries::create(&client, &asked, &known).await
            });
            if let Some(made) = made.take() {
                hand_over(glossary, &made)?;
            }
            ended
        })
    }
}

/// Asks for one glossary.
///
/// @param client whose account.
/// @param id `palabra_glossary.id`.
/// @param glossary receives the glossary; release it with palabra_glossary_release().
/// @param error explains a failure; may be NULL.
/// @param timeout_ms limit for the whole call in ms; negative: the client's own limits.
/// @return PALABRA_OK; PALABRA_ERR_SERVICE with `error->http_status` 404: there is no such glossary; other errors as for
///   palabra_glossaries_create().
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** the texts of `glossary` live until its release.
/// **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossaries_get(
    client: *mut palabra_client,
    id: *const c_char,
    glossary: *mut palabra_glossary,
    error: *mut palabra_error,
    timeout_ms: i32,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            sized::write(glossary, &sized::empty())?;
            let id = read_id(id)?;
            let got =
                call(
                    client,
                    call_limit(timeout_ms),
                    |client| async move { glossaries::get(&client, &id).await },
                )?;
            hand_over(glossary, &got)
        })
    }
}

/// Lists the account's glossaries, all pages of them.
///
/// @param client whose account.
/// @param list receives the glossaries; release it with palabra_glossary_list_release().
/// @param error explains a failure; may be NULL.
/// @param timeout_ms limit for the whole call in ms; negative: the client's own limits for each page.
/// @return PALABRA_OK; errors as for palabra_glossaries_create().
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** `list` lives until its release. **Since:** 0.1.
/// **Example:** glossary.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossaries_list(
    client: *mut palabra_client,
    list: *mut palabra_glossary_list,
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
                    |client| async move { glossaries::list(&client).await },
                )?;
            let held = HeldList::of(&found, fill);
            let filled = palabra_glossary_list {
                count: count(found.len()) as u32,
                items: held.pointers(),
                ..sized::empty()
            };
            let payload = handles::add_payload(Payload::Glossaries(held))?;
            Ok(sized::write(list, &palabra_glossary_list { payload, ..filled })?)
        })
    }
}

/// Reads the entries of a glossary.
///
/// @param client whose account.
/// @param id `palabra_glossary.id`.
/// @param csv receives the entries; release it with palabra_glossary_csv_release().
/// @param error explains a failure; may be NULL.
/// @param timeout_ms limit for the whole call in ms; negative: the client's own limits.
/// @return PALABRA_OK; PALABRA_ERR_SERVICE with `error->http_status` 404: there is no such glossary, or it has no entries;
///   other errors as for palabra_glossaries_create().
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** `csv->text` lives until the release. **Since:** 0.1.
/// **Example:** glossary.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossaries_download(
    client: *mut palabra_client,
    id: *const c_char,
    csv: *mut palabra_glossary_csv,
    error: *mut palabra_error,
    timeout_ms: i32,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            sized::write(csv, &sized::empty())?;
            let id = read_id(id)?;
            let mut bytes = call(client, call_limit(timeout_ms), |client| async move {
                glossaries::download(&client, &id).await
            })?;
            let size = count(bytes.len()) as u32;
            bytes.push(0);
            let filled = palabra_glossary_csv { size, text: bytes.as_ptr().cast(), ..sized::empty() };
            let payload = handles::add_payload(Payload::Csv(bytes))?;
            Ok(sized::write(csv, &palabra_glossary_csv { payload, ..filled })?)
        })
    }
}

/// Renames a glossary, or switches it on or off.
///
/// @param client whose account.
/// @param id `palabra_glossary.id`.
/// @param name the new name; NULL: it stays as it is.
/// @param enabled 1: switched on; 0: switched off; negative: it stays as it is.
/// @param glossary receives the changed glossary; release it with palabra_glossary_release().
/// @param error explains a failure; may be NULL.
/// @param timeout_ms limit for the whole call in ms; negative: the client's own limits for its steps.
/// @return PALABRA_OK; PALABRA_ERR_SERVICE with `error->http_status` 404: there is no such glossary; other errors as for
///   palabra_glossaries_create().
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** the texts of `glossary` live until its release.
/// **Since:** 0.1. **Example:** glossary.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossaries_update(
    client: *mut palabra_client,
    id: *const c_char,
    name: *const c_char,
    enabled: i32,
    glossary: *mut palabra_glossary,
    error: *mut palabra_error,
    timeout_ms: i32,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            sized::write(glossary, &sized::empty())?;
            let id = read_id(id)?;
            let name = text::owned("name", name)?;
            let enabled = match enabled {
                ..=-1 => None,
                0 => Some(false),
                1 => Some(true),
                _ => return Err(Error::invalid("enabled must be 1, 0 or negative")),
            };
            let changed = call(client, call_limit(timeout_ms), move |client| async move {
                glossaries::update(&client, &id, name.as_deref(), enabled).await
            })?;
            hand_over(glossary, &changed)
        })
    }
}

/// Deletes a glossary.
///
/// @param client whose account.
/// @param id `palabra_glossary.id`.
/// @param error explains a failure; may be NULL.
/// @param timeout_ms limit for the whole call in ms; negative: the client's own limits.
/// @return PALABRA_OK; PALABRA_ERR_SERVICE with `error->http_status` 404: there is no such glossary; other errors as for
///   palabra_glossaries_create().
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** none. **Since:** 0.1. **Example:** glossary.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossaries_delete(
    client: *mut palabra_client,
    id: *const c_char,
    error: *mut palabra_error,
    timeout_ms: i32,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            let id = read_id(id)?;
            call(
                client,
                call_limit(timeout_ms),
                |client| async move { glossaries::delete(&client, &id).await },
            )
        })
    }
}

/// Frees the texts of a glossary and zeroes the struct but for its size. The service is not told.
///
/// @param glossary the struct; NULL or an already released one does nothing.
/// @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of one that was released.
///
/// **Threads:** any. **Blocks:** never. **Memory:** its texts are freed. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_release(glossary: *mut palabra_glossary) -> palabra_status {
    // SAFETY: the caller's promise about `glossary`.
    unsafe { release(glossary, |glossary| glossary.payload) }
}

/// Frees a list of glossaries and zeroes the struct but for its size.
///
/// @param list the struct; NULL or an already released one does nothing.
/// @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of one that was released.
///
/// **Threads:** any. **Blocks:** never. **Memory:** the glossaries in it and their texts are freed. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_list_release(list: *mut palabra_glossary_list) -> palabra_status {
    // SAFETY: the caller's promise about `list`.
    unsafe { release(list, |list| list.payload) }
}

/// Frees the entries of a glossary and zeroes the struct but for its size.
///
/// @param csv the struct; NULL or an already released one does nothing.
/// @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of one that was released.
///
/// **Threads:** any. **Blocks:** never. **Memory:** its text is freed. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_glossary_csv_release(csv: *mut palabra_glossary_csv) -> palabra_status {
    // SAFETY: the caller's promise about `csv`.
    unsafe { release(csv, |csv| csv.payload) }
}

/// # Safety
/// `glossary` points to a struct of the caller's.
unsafe fn hand_over(glossary: *mut palabra_glossary, from: &Glossary) -> Result<()> {
    let mut texts = HeldTexts::default();
    let filled = fill(from, &mut texts);
    let payload = handles::add_payload(Payload::Texts(texts))?;
    // SAFETY: the caller's promise.
    Ok(unsafe { sized::write(glossary, &palabra_glossary { payload, ..filled }) }?)
}

fn fill(glossary: &Glossary, texts: &mut HeldTexts) -> palabra_glossary {
    palabra_glossary {
        struct_size: size_of::<palabra_glossary>() as u32,
        flags: if glossary.enabled { 0 } else { PALABRA_GLOSSARY_DISABLED },
        kind: match glossary.kind {
            None => 0,
            Some(Kind::Hotwords) => PALABRA_GLOSSARY_HOTWORDS,
            Some(Kind::Verification) => PALABRA_GLOSSARY_VERIFICATION,
            Some(Kind::Translation) => PALABRA_GLOSSARY_TRANSLATION,
        },
        reserved: 0,
        id: texts.hold(&glossary.id),
        name: texts.hold(&glossary.name),
        source_language: texts.hold(&glossary.source_language),
        target_language: texts.hold(&glossary.target_language),
        json: texts.hold(&glossary.json),
        payload: std::ptr::null_mut(),
    }
}

/// # Safety
/// `config` is valid as `palabra_glossaries_create` demands.
unsafe fn read_options(config: *const palabra_glossary_config) -> Result<GlossaryOptions> {
    // SAFETY: the caller's promise, for the struct and for the texts and entries that it points to.
    unsafe {
        let config = sized::read(config)?;
        let flags = known_flags(config.flags, PALABRA_GLOSSARY_DISABLED)?;
        Ok(GlossaryOptions {
            name: text::owned("name", config.name)?,
            kind: match config.kind {
                0 => None,
                PALABRA_GLOSSARY_HOTWORDS => Some(Kind::Hotwords),
                PALABRA_GLOSSARY_VERIFICATION => Some(Kind::Verification),
                PALABRA_GLOSSARY_TRANSLATION => Some(Kind::Translation),
                _ => return Err(Error::invalid("kind is none of the kinds of glossaries")),
            },
            source_language: text::owned("source_language", config.source_language)?,
            target_language: text::owned("target_language", config.target_language)?,
            disabled: flags & PALABRA_GLOSSARY_DISABLED != 0,
            entries: entries(&config)?,
            csv: csv(config.csv)?,
            csv_path: text::path("csv_path", config.csv_path)?,
        })
    }
}

/// An empty text is one, so that the error says what is wrong with it.
///
/// # Safety
/// `text` is NULL or points to a NUL-terminated string.
unsafe fn csv(text: *const c_char) -> Result<Option<String>> {
    // SAFETY: the caller's promise.
    let read = unsafe { text::read(text) };
    Ok(read.map_err(|status| Error::new(status, "csv is not valid UTF-8"))?.map(str::to_owned))
}

/// # Safety
/// `config.entries` is NULL or points to `config.entry_count` entries, whose texts are NULL or NUL-terminated strings.
unsafe fn entries(config: &palabra_glossary_config) -> Result<Vec<Entry>> {
    if config.entries.is_null() && config.entry_count > 0 {
        return Err(Error::invalid("entries is missing"));
    }
    // SAFETY: the caller's promise; entries are read one by one, so that no array of impossible size is ever formed.
    (0..config.entry_count as usize)
        .map(|at| unsafe { entry(at, config.entries.add(at).read_unaligned()) })
        .collect()
}

/// # Safety
/// The texts of `entry` are NULL or NUL-terminated strings.
unsafe fn entry(at: usize, entry: palabra_glossary_entry) -> Result<Entry> {
    let wrong = |status: Status| Error::new(status, format!("entry {} is not valid UTF-8", at + 1));
    // SAFETY: the caller's promise.
    let (term, becomes) = unsafe { (text::read(entry.term), text::read(entry.becomes)) };
    let (term, becomes) = (term.map_err(wrong)?, becomes.map_err(wrong)?);
    Ok((term.unwrap_or_default().to_owned(), becomes.map(str::to_owned)))
}
