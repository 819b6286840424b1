//! The config of a translation.

use super::super::support::field::{field, not_one_of};
use super::super::support::numbers::{known_flags, number, ranged, reserved};
use super::super::support::sized;
use super::super::support::text::text_of;
use super::super::types::translation::*;
use super::session::{Common, SESSION_FLAGS, queue};
use super::{audio, playout};
use crate::error::Result;
use crate::products::translation::options::TranslationOptions;
use crate::session::events::shared::SharedQueue;
use crate::wire::translation::task::QueueSettings;

/// # Safety
/// `config` is valid as `palabra_session_open_translation` demands.
pub(in crate::ffi) unsafe fn read(
    config: *const palabra_translation_config,
) -> Result<(TranslationOptions, Option<SharedQueue>)> {
    // SAFETY: the caller's promise.
    unsafe { Ok((read_without_queue(config)?, queue(sized::read(config)?.queue)?)) }
}

/// # Safety
/// As for [`read`], but the queue may be anything.
pub(in crate::ffi) unsafe fn read_without_queue(
    config: *const palabra_translation_config,
) -> Result<TranslationOptions> {
    const KNOWN: u32 = SESSION_FLAGS
        | PALABRA_TRANSLATION_VOICE_CLONING
        | PALABRA_TRANSLATION_PARTIALS
        | PALABRA_TRANSLATION_ZLIB_OUTPUT
        | PALABRA_TRANSLATION_SUPPRESS_NOISE
        | PALABRA_TRANSLATION_CONTROL_GAIN;
    // SAFETY: the caller's promise, for the struct and for the texts that it points to.
    unsafe {
        let config = sized::read(config)?;
        let flags = known_flags(config.flags, KNOWN)?;
        reserved!(config.reserved)?;
        let common = Common {
            flags,
            tag: config.session_tag,
            name: config.session_name,
            stream: &config.stream,
            limits: &config.limits,
            timeouts: &config.timeouts,
        };
        let options = TranslationOptions {
            session: common.read()?,
            input: audio::input(&config.input, common.drops_oldest())?,
            output: playout::output(&config.output)?,
            source_language: text_of!(config.source_language)?,
            target_languages: text_of!(config.target_languages)?,
            voice_id: text_of!(config.voice_id)?,
            voice_cloning: flags & PALABRA_TRANSLATION_VOICE_CLONING != 0,
            translate_partials: flags & PALABRA_TRANSLATION_PARTIALS != 0,
            zlib_output: flags & PALABRA_TRANSLATION_ZLIB_OUTPUT != 0,
            silence_threshold_ms: number!(config.silence_threshold_ms).given()?,
            end_silence_s: ranged!(config.end_silence_ms).seconds()?,
            message_types: text_of!(config.message_types)?,
            transcription_json: text_of!(config.transcription_json)?,
            targets_json: text_of!(config.targets_json)?,
            hotwords_glossaries: text_of!(config.hotwords_glossaries)?,
            verification_glossaries: text_of!(config.verification_glossaries)?,
            translation_glossaries: text_of!(config.translation_glossaries)?,
            task_json: text_of!(config.task_json)?,
            wire_sample_rate: ranged!(config.wire_sample_rate).given()?,
            queue: service_queue(&config)?,
            task_interval: number!(config.command_pace.task_interval_ms).time()?,
            pause_interval: number!(config.command_pace.pause_interval_ms).time()?,
            speak_per_minute: ranged!(config.command_pace.speak_per_minute).given()?,
            echo: playout::echo(field!(config.echo), config.echo)?,
            suppresses_noise: flags & PALABRA_TRANSLATION_SUPPRESS_NOISE != 0,
            controls_gain: flags & PALABRA_TRANSLATION_CONTROL_GAIN != 0,
        };
        reserved!(config.reserved_echo)?;
        reserved!(config.command_pace.reserved)?;
        reserved!(config.command_pace.reserved_pace)?;
        Ok(options)
    }
}

fn service_queue(config: &palabra_translation_config) -> Result<QueueSettings> {
    reserved!(config.service_queue.reserved)?;
    reserved!(config.service_queue.reserved_tempo)?;
    Ok(QueueSettings {
        level_ms: number!(config.service_queue.target_ms).given()?,
        max_level_ms: number!(config.service_queue.max_ms).given()?,
        auto_tempo: tempo(config)?,
        min_tempo_percent: number!(config.service_queue.min_tempo_percent).given()?,
        max_tempo_percent: number!(config.service_queue.max_tempo_percent).given()?,
    })
}

fn tempo(config: &palabra_translation_config) -> Result<Option<bool>> {
    match config.service_queue.tempo {
        PALABRA_TEMPO_DEFAULT => Ok(None),
        PALABRA_TEMPO_AUTO => Ok(Some(true)),
        PALABRA_TEMPO_FIXED => Ok(Some(false)),
        _ => Err(not_one_of(field!(config.service_queue.tempo), "PALABRA_TEMPO_*")),
    }
}
