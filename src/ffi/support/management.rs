//! Voices and glossaries on their way to the caller.

use super::super::types::account::*;
use super::handles::{self, Payload};
use super::held::{HeldList, HeldTexts};
use super::numbers::count;
use super::sized;
use crate::client::glossaries::{Glossary, Kind};
use crate::client::voices::{Voice, VoiceStatus};
use crate::error::Result;

/// # Safety
/// `voice` points to a struct of the caller's.
pub(in crate::ffi) unsafe fn hand_over_voice(voice: *mut palabra_voice, from: &Voice) -> Result<()> {
    let mut texts = HeldTexts::default();
    let filled = fill_voice(from, &mut texts);
    let payload = handles::add_payload(Payload::Texts(texts))?;
    // SAFETY: the caller's promise.
    Ok(unsafe { sized::write(voice, &palabra_voice { payload, ..filled }) }?)
}

/// # Safety
/// `list` points to a struct of the caller's.
pub(in crate::ffi) unsafe fn hand_over_voices(list: *mut palabra_voices, from: &[Voice]) -> Result<()> {
    let held = HeldList::of(from, fill_voice);
    let filled = palabra_voices { count: count(from.len()), items: held.pointers(), ..sized::empty() };
    let payload = handles::add_payload(Payload::Voices(held))?;
    // SAFETY: the caller's promise.
    Ok(unsafe { sized::write(list, &palabra_voices { payload, ..filled }) }?)
}

fn fill_voice(voice: &Voice, texts: &mut HeldTexts) -> palabra_voice {
    palabra_voice {
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
        ..sized::empty()
    }
}

/// # Safety
/// `glossary` points to a struct of the caller's.
pub(in crate::ffi) unsafe fn hand_over_glossary(
    glossary: *mut palabra_glossary,
    from: &Glossary,
) -> Result<()> {
    let mut texts = HeldTexts::default();
    let filled = fill_glossary(from, &mut texts);
    let payload = handles::add_payload(Payload::Texts(texts))?;
    // SAFETY: the caller's promise.
    Ok(unsafe { sized::write(glossary, &palabra_glossary { payload, ..filled }) }?)
}

pub(in crate::ffi) fn fill_glossary(glossary: &Glossary, texts: &mut HeldTexts) -> palabra_glossary {
    palabra_glossary {
        flags: if glossary.enabled { 0 } else { PALABRA_GLOSSARY_DISABLED },
        kind: match glossary.kind {
            None => PALABRA_GLOSSARY_UNKNOWN,
            Some(Kind::Hotwords) => PALABRA_GLOSSARY_HOTWORDS,
            Some(Kind::Verification) => PALABRA_GLOSSARY_VERIFICATION,
            Some(Kind::Translation) => PALABRA_GLOSSARY_TRANSLATION,
        },
        id: texts.hold(&glossary.id),
        name: texts.hold(&glossary.name),
        source_language: texts.hold(&glossary.source_language),
        target_language: texts.hold(&glossary.target_language),
        json: texts.hold(&glossary.json),
        ..sized::empty()
    }
}
