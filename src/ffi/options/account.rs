//! The configs of voices and glossaries.

use super::super::support::field::{field, missing};
use super::super::support::numbers::{count_of, known_flags};
use super::super::support::text::{required, text_of};
use super::super::support::{sized, text};
use super::super::types::account::*;
use crate::client::glossaries::{Entry, GlossaryOptions, Kind};
use crate::client::voices::{self, Labels, VoiceChange, VoiceOptions};
use crate::error::{Error, Result, Status};
use crate::memory;

/// # Safety
/// `config` is valid as `palabra_voice_create` demands.
pub(in crate::ffi) unsafe fn voice(config: *const palabra_voice_config) -> Result<VoiceOptions> {
    // SAFETY: the caller's promise, for the struct and for the texts and bytes that it points to.
    unsafe {
        let config = sized::read(config)?;
        let flags = known_flags(config.flags, PALABRA_VOICE_DENOISE | PALABRA_VOICE_NO_WAIT)?;
        Ok(VoiceOptions {
            name: required!(config.name)?,
            language: required!(config.language)?,
            description: description(&config)?,
            labels: labels(&config)?,
            denoise: flags & PALABRA_VOICE_DENOISE != 0,
            path: text::path(field!(config.sample_path), config.sample_path)?,
            sample: sample(&config)?,
            filename: text_of!(config.sample_name)?,
            sample_json: text_of!(config.sample_json)?,
            no_wait: flags & PALABRA_VOICE_NO_WAIT != 0,
        })
    }
}

/// # Safety
/// `config` is valid as `palabra_voice_update` demands.
pub(in crate::ffi) unsafe fn voice_change(config: *const palabra_voice_config) -> Result<VoiceChange> {
    // SAFETY: the caller's promise, for the struct and for the texts that it points to.
    unsafe {
        let config = sized::read(config)?;
        known_flags(config.flags, 0)?;
        let misplaced = [config.language, config.sample_path, config.sample_name, config.sample_json];
        if misplaced.iter().any(|text| !text.is_null())
            || !config.sample.is_null()
            || config.sample_bytes != 0
        {
            return Err(Error::invalid(
                "only the name, the description and the labels of a voice can be changed",
            ));
        }
        Ok(VoiceChange {
            name: text_of!(config.name)?,
            description: description(&config)?,
            labels: labels(&config)?,
        })
    }
}

/// An empty description is one, unlike other empty texts: an update can take it away so.
///
/// # Safety
/// `config.description` is NULL or points to a NUL-terminated string.
unsafe fn description(config: &palabra_voice_config) -> Result<Option<String>> {
    // SAFETY: the caller's promise.
    unsafe { text::kept(field!(config.description), config.description) }
}

/// # Safety
/// The texts of `config` are NULL or NUL-terminated strings.
unsafe fn labels(config: &palabra_voice_config) -> Result<Labels> {
    // SAFETY: the caller's promise.
    unsafe {
        Ok(Labels {
            gender: text_of!(config.gender)?.unwrap_or_default(),
            age_group: text_of!(config.age_group)?.unwrap_or_default(),
            mood: text_of!(config.mood)?.unwrap_or_default(),
        })
    }
}

/// # Safety
/// `config.sample` is NULL or points to `config.sample_bytes` readable bytes.
unsafe fn sample(config: &palabra_voice_config) -> Result<Option<Vec<u8>>> {
    if config.sample.is_null() {
        return if config.sample_bytes == 0 { Ok(None) } else { Err(missing(field!(config.sample))) };
    }
    let bytes = voices::check_sample_bytes(u64::try_from(config.sample_bytes).unwrap_or(u64::MAX))?;
    // SAFETY: not NULL, hence so many readable bytes by the caller's promise; the number was checked to be sane.
    let sample = unsafe { std::slice::from_raw_parts(config.sample.cast::<u8>(), bytes) };
    memory::copy(sample).map(Some)
}

/// # Safety
/// `config` is valid as `palabra_glossary_create` demands.
pub(in crate::ffi) unsafe fn glossary(config: *const palabra_glossary_config) -> Result<GlossaryOptions> {
    // SAFETY: the caller's promise, for the struct and for the texts and entries that it points to.
    unsafe {
        let config = sized::read(config)?;
        let flags = known_flags(config.flags, PALABRA_GLOSSARY_DISABLED)?;
        Ok(GlossaryOptions {
            name: required!(config.name)?,
            kind: match config.kind {
                PALABRA_GLOSSARY_UNKNOWN => return Err(missing(field!(config.kind))),
                PALABRA_GLOSSARY_HOTWORDS => Kind::Hotwords,
                PALABRA_GLOSSARY_VERIFICATION => Kind::Verification,
                PALABRA_GLOSSARY_TRANSLATION => Kind::Translation,
                _ => {
                    return Err(Error::invalid(format!(
                        "{} is none of the kinds of glossaries",
                        field!(config.kind)
                    )));
                }
            },
            source_language: required!(config.source_language)?,
            target_language: text_of!(config.target_language)?,
            disabled: flags & PALABRA_GLOSSARY_DISABLED != 0,
            entries: entries(&config)?,
            csv: csv(&config)?,
            csv_path: text::path(field!(config.csv_path), config.csv_path)?,
        })
    }
}

/// An empty text is one, so that the error says what is wrong with it.
///
/// # Safety
/// `config.csv` is NULL or points to a NUL-terminated string.
unsafe fn csv(config: &palabra_glossary_config) -> Result<Option<String>> {
    // SAFETY: the caller's promise.
    unsafe { text::kept(field!(config.csv), config.csv) }
}

/// # Safety
/// `config.entries` is NULL or points to `config.entry_count` entries, whose texts are NULL or NUL-terminated strings.
unsafe fn entries(config: &palabra_glossary_config) -> Result<Vec<Entry>> {
    if config.entries.is_null() && config.entry_count != 0 {
        return Err(missing(field!(config.entries)));
    }
    // SAFETY: the caller's promise; entries are read one by one, so that no array of impossible size is ever formed.
    (0..count_of(config.entry_count)?)
        .map(|at| unsafe { entry(at, config.entries.add(at).read_unaligned()) })
        .collect()
}

/// # Safety
/// The texts of `entry` are NULL or NUL-terminated strings.
unsafe fn entry(at: usize, entry: palabra_glossary_entry) -> Result<Entry> {
    let wrong = |status: Status| Error::new(status, format!("entry {} is not valid UTF-8", at + 1));
    // SAFETY: the caller's promise.
    let (term, replacement) = unsafe { (text::read(entry.term), text::read(entry.replacement)) };
    let (term, replacement) = (term.map_err(wrong)?, replacement.map_err(wrong)?);
    Ok((term.unwrap_or_default().to_owned(), replacement.map(str::to_owned)))
}
