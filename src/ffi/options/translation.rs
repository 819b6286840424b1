//! The config of a translation.

use std::sync::Arc;

use super::super::support::numbers::{given, given_ms, given_seconds, known_flags, reserved};
use super::super::support::{sized, text};
use super::super::types::translation::*;
use super::session::{Common, SESSION_FLAGS, queue};
use super::{audio, playout};
use crate::error::{Error, Result, Status};
use crate::products::translation::options::TranslationOptions;
use crate::session::events::queue::Queue;
use crate::wire::translation::task::QueueSettings;

/// # Safety
/// `config` is valid as `palabra_session_open_translation` demands.
pub(in crate::ffi) unsafe fn read(
    config: *const palabra_translation_config,
) -> Result<(TranslationOptions, Option<Arc<Queue>>)> {
    const KNOWN: u32 = SESSION_FLAGS
        | PALABRA_TRANSLATION_VOICE_CLONING
        | PALABRA_TRANSLATION_PARTIALS
        | PALABRA_TRANSLATION_ZLIB_OUTPUT;
    // SAFETY: the caller's promise, for the struct and for the texts that it points to.
    unsafe {
        let config = sized::read(config)?;
        let flags = known_flags(config.flags, KNOWN)?;
        reserved("the config", &[config.reserved])?;
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
            source_language: text::owned("source_language", config.source_language)?,
            target_languages: text::owned("target_languages", config.target_languages)?,
            voice_id: text::owned("voice_id", config.voice_id)?,
            voice_cloning: flags & PALABRA_TRANSLATION_VOICE_CLONING != 0,
            translate_partials: flags & PALABRA_TRANSLATION_PARTIALS != 0,
            zlib_output: flags & PALABRA_TRANSLATION_ZLIB_OUTPUT != 0,
            silence_threshold_ms: given("silence_threshold_ms", config.silence_threshold_ms)?,
            end_silence_s: given_seconds("end_silence_ms", config.end_silence_ms)?,
            message_types: text::owned("message_types", config.message_types)?,
            transcription_json: text::owned("transcription_json", config.transcription_json)?,
            targets_json: text::owned("targets_json", config.targets_json)?,
            hotwords_glossaries: text::owned("hotwords_glossaries", config.hotwords_glossaries)?,
            verification_glossaries: text::owned("verification_glossaries", config.verification_glossaries)?,
            translation_glossaries: text::owned("translation_glossaries", config.translation_glossaries)?,
            task_json: text::owned("task_json", config.task_json)?,
            wire_sample_rate: given("wire_sample_rate", config.wire_sample_rate)?,
            queue: service_queue(&config.service_queue)?,
            task_interval: given_ms("command_pace.task_interval_ms", config.command_pace.task_interval_ms)?,
            pause_interval: given_ms(
                "command_pace.pause_interval_ms",
                config.command_pace.pause_interval_ms,
            )?,
            speak_per_minute: given("command_pace.speak_per_minute", config.command_pace.speak_per_minute)?,
        };
        reserved("command_pace", &config.command_pace.reserved)?;
        reserved("command_pace", &[config.command_pace.reserved_pace as u32])?;
        Ok((options, queue(config.queue)?))
    }
}

fn service_queue(queue: &palabra_service_queue) -> Result<QueueSettings> {
    reserved("service_queue", &queue.reserved)?;
    reserved("service_queue", &[queue.reserved_tempo as u32])?;
    Ok(QueueSettings {
        level_ms: given("service_queue.target_ms", queue.target_ms)?,
        max_level_ms: given("service_queue.max_ms", queue.max_ms)?,
        auto_tempo: tempo(queue.tempo)?,
        min_tempo_percent: given("service_queue.min_tempo_percent", queue.min_tempo_percent)?,
        max_tempo_percent: given("service_queue.max_tempo_percent", queue.max_tempo_percent)?,
    })
}

fn tempo(tempo: palabra_tempo) -> Result<Option<bool>> {
    match tempo {
        PALABRA_TEMPO_DEFAULT => Ok(None),
        PALABRA_TEMPO_AUTO => Ok(Some(true)),
        PALABRA_TEMPO_FIXED => Ok(Some(false)),
        _ => Err(Error::new(Status::Unsupported, "service_queue.tempo is not one of PALABRA_TEMPO_*")),
    }
}
