//! The configs of a call and of its legs.

use super::super::support::field::{field, missing, not_one_of};
use super::super::support::numbers::{known_flags, number, ranged, reserved};
use super::super::support::sized;
use super::super::support::text::text_of;
use super::super::types::audio::*;
use super::super::types::call::*;
use super::super::types::playout::PALABRA_ECHO_OFF;
use super::super::types::translation::*;
use super::audio::encoding;
use super::session::{named, queue};
use super::{playout, translation};
use crate::audio::convert::InputFormat;
use crate::audio::format::{Format, PlayoutFormat};
use crate::call::options::USUAL_JITTER_MS;
use crate::call::recording::CallRecordOptions;
use crate::call::{BargeIn, CallOptions, LegOptions};
use crate::error::{Error, Result};
use crate::session::events::shared::SharedQueue;
use crate::session::input::InputOptions;

/// The language that the service recognizes by itself.
const RECOGNIZED: &str = "auto";
const CLEANING: u32 = PALABRA_TRANSLATION_SUPPRESS_NOISE | PALABRA_TRANSLATION_CONTROL_GAIN;
const LEG_FLAGS: u32 = PALABRA_LEG_DETECT_SPEECH
    | PALABRA_LEG_COMFORT_NOISE
    | PALABRA_LEG_SUPPRESS_NOISE
    | PALABRA_LEG_CONTROL_GAIN;
/// What a telephone line has.
const LINE: Format = Format { sample_rate: 8000, channels: 1 };

/// # Safety
/// Both configs are NULL or valid as `palabra_call_open` demands.
pub(in crate::ffi) unsafe fn read(
    config: *const palabra_call_config,
    translation: *const palabra_translation_config,
) -> Result<(CallOptions, Option<SharedQueue>)> {
    // SAFETY: the caller's promise, for the structs and for the texts that they point to.
    unsafe {
        let config: palabra_call_config =
            if config.is_null() { sized::empty() } else { sized::read(config)? };
        let translation: palabra_translation_config =
            if translation.is_null() { sized::empty() } else { sized::read(translation)? };
        check_template(&translation)?;
        let flags = known_flags(config.flags, PALABRA_CALL_NO_ORIGINAL | PALABRA_CALL_REOPEN)?;
        let options = CallOptions {
            tag: config.call_tag,
            name: named(field!(config.call_name), config.call_name)?,
            no_original: flags & PALABRA_CALL_NO_ORIGINAL != 0,
            reopens: flags & PALABRA_CALL_REOPEN != 0,
            resend_ms: ranged!(config.resend_ms).given()?,
            connects_per_minute: ranged!(config.connects_per_minute).given()?,
            translation: translation::read(&raw const translation)?.0,
        };
        Ok((options, queue(config.queue)?))
    }
}

/// What the legs and the call have themselves is not set there.
fn check_template(translation: &palabra_translation_config) -> Result<()> {
    let is_format = |format: &palabra_audio_format| {
        [format.encoding, format.sample_rate, format.channels, format.channel] != [0; 4]
    };
    let set = [
        (field!(translation.source_language), !translation.source_language.is_null()),
        (field!(translation.target_languages), !translation.target_languages.is_null()),
        (field!(translation.targets_json), !translation.targets_json.is_null()),
        (field!(translation.input.format), is_format(&translation.input.format)),
        (field!(translation.output.format), is_format(&translation.output.format)),
        (field!(translation.stream), !translation.stream.url.is_null()),
        (field!(translation.queue), !translation.queue.is_null()),
        (field!(translation.echo), translation.echo != PALABRA_ECHO_OFF),
        (field!(translation.flags), translation.flags & CLEANING != 0),
        (field!(translation.session_tag), translation.session_tag != 0),
        (field!(translation.session_name), !translation.session_name.is_null()),
    ];
    match set.into_iter().find(|(_, is_set)| *is_set) {
        Some((name, _)) => {
            Err(Error::invalid(format!("{name} must not be set: the legs and the call have their own")))
        }
        None => Ok(()),
    }
}

/// # Safety
/// `config` is NULL or valid as `palabra_leg_join` demands.
pub(in crate::ffi) unsafe fn read_leg(config: *const palabra_leg_config) -> Result<LegOptions> {
    // SAFETY: the caller's promise, for the struct and for the texts that it points to.
    unsafe {
        let config = sized::read(config)?;
        let flags = known_flags(config.flags, LEG_FLAGS)?;
        reserved!(config.reserved)?;
        let language = text_of!(config.language)?.ok_or_else(|| missing(field!(config.language)))?;
        let target_language = target_of(text_of!(config.target_language)?, &language)?;
        let input = input(&config)?;
        Ok(LegOptions {
            target_language,
            language,
            voice_id: text_of!(config.voice_id)?,
            hotwords_glossaries: text_of!(config.hotwords_glossaries)?,
            verification_glossaries: text_of!(config.verification_glossaries)?,
            translation_glossaries: text_of!(config.translation_glossaries)?,
            barge_in: barge_in(config.barge_in)?,
            detects_speech: flags & PALABRA_LEG_DETECT_SPEECH != 0,
            echo: playout::echo(field!(config.echo), config.echo)?,
            suppresses_noise: flags & PALABRA_LEG_SUPPRESS_NOISE != 0,
            controls_gain: flags & PALABRA_LEG_CONTROL_GAIN != 0,
            jitter_ms: ranged!(config.jitter_ms).given()?.unwrap_or(USUAL_JITTER_MS),
            input,
            output: output(&config, input)?,
            comfort: flags & PALABRA_LEG_COMFORT_NOISE != 0,
        })
    }
}

pub(in crate::ffi) fn recording(config: &palabra_call_recording_options) -> Result<CallRecordOptions> {
    reserved!(config.reserved)?;
    let flags = known_flags(config.flags, PALABRA_RECORDING_TRANSLATIONS)?;
    Ok(CallRecordOptions {
        sample_rate: ranged!(config.sample_rate).given()?,
        has_translations: flags & PALABRA_RECORDING_TRANSLATIONS != 0,
    })
}

/// A language that is to be recognized first is no language to translate to.
fn target_of(told: Option<String>, language: &str) -> Result<String> {
    match told {
        Some(told) => Ok(told),
        None if language.eq_ignore_ascii_case(RECOGNIZED) => Err(Error::invalid(
            "target_language must be set: language is \"auto\", and the party must hear one",
        )),
        None => Ok(language.to_owned()),
    }
}

fn barge_in(policy: palabra_barge_in) -> Result<BargeIn> {
    match policy {
        PALABRA_BARGE_IN_BY_CALL => Ok(BargeIn::ByCall),
        PALABRA_BARGE_IN_NONE => Ok(BargeIn::Never),
        PALABRA_BARGE_IN_ON_SPEECH => Ok(BargeIn::OnSpeech),
        _ => Err(not_one_of("barge_in", "PALABRA_BARGE_IN_*")),
    }
}

fn input(config: &palabra_leg_config) -> Result<InputFormat> {
    reserved!(config.input.reserved)?;
    let options = InputOptions {
        encoding: encoding(field!(config.input.encoding), config.input.encoding)?,
        sample_rate: ranged!(config.input.sample_rate).given()?,
        channels: ranged!(config.input.channels).given()?,
        channel: number!(config.input.channel).given()?,
        ..InputOptions::default()
    };
    Ok(options.setup(LINE, |_| LINE.into())?.format)
}

fn output(config: &palabra_leg_config, input: InputFormat) -> Result<PlayoutFormat> {
    let format = &config.output;
    reserved!(config.output.reserved)?;
    if format.channel != 0 {
        return Err(Error::invalid(format!("{} must be 0", field!(config.output.channel))));
    }
    if [format.encoding, format.sample_rate, format.channels] == [0; 3] {
        let InputFormat { encoding, sample_rate, channels, .. } = input;
        return Ok(PlayoutFormat { encoding, sample_rate, channels });
    }
    Ok(PlayoutFormat {
        encoding: encoding(field!(config.output.encoding), format.encoding)?,
        sample_rate: ranged!(config.output.sample_rate).given()?.unwrap_or(input.sample_rate),
        channels: ranged!(config.output.channels).given()?.unwrap_or(1),
    })
}
