//! The config of text-to-speech.

use super::super::support::field::{field, not_one_of};
use super::super::support::numbers::{known_flags, ranged, reserved};
use super::super::support::sized;
use super::super::support::text::{required, text_of};
use super::super::types::session::PALABRA_SESSION_DROP_OLDEST;
use super::super::types::tts::*;
use super::playout;
use super::session::{Common, SESSION_FLAGS, queue};
use crate::error::{Error, Result, Status};
use crate::products::tts::options::TtsOptions;
use crate::session::events::shared::SharedQueue;
use crate::session::output::OutputMode;
use crate::wire::tts;
use crate::wire::tts::outgoing::Voice;

/// # Safety
/// `config` is valid as `palabra_session_open_tts` demands.
pub(in crate::ffi) unsafe fn read(
    config: *const palabra_tts_config,
) -> Result<(TtsOptions, Option<SharedQueue>)> {
    // SAFETY: the caller's promise, for the struct and for the texts that it points to.
    unsafe {
        let config = sized::read(config)?;
        let flags =
            known_flags(config.flags, (SESSION_FLAGS & !PALABRA_SESSION_DROP_OLDEST) | PALABRA_TTS_SPLIT)?;
        reserved!(config.reserved)?;
        let common = Common {
            flags,
            tag: config.session_tag,
            name: config.session_name,
            stream: &config.stream,
            limits: &config.limits,
            timeouts: &config.timeouts,
        };
        let (output, format) = (playout::output_alone(&config.output)?, format(&config)?);
        if format == tts::Format::Mp3 && output.mode != OutputMode::Events {
            let (name, mode) = (field!(config.format), field!(config.output.mode));
            let text =
                format!("{name}: the library does not decode MP3, so {mode} must be PALABRA_OUTPUT_EVENTS");
            return Err(Error::new(Status::Unsupported, text));
        }
        let options = TtsOptions {
            session: common.read()?,
            output,
            language: required!(config.language)?,
            model: text_of!(config.model)?,
            voice: voice(&config.voice)?,
            format,
            sample_rate: ranged!(config.sample_rate).given()?,
            splits: flags & PALABRA_TTS_SPLIT != 0,
            texts_per_second: ranged!(config.texts_per_second).given()?,
        };
        Ok((options, queue(config.queue)?))
    }
}

/// # Safety
/// `voice` is NULL, or readable with a terminated text.
pub(in crate::ffi) unsafe fn read_voice(voice: *const palabra_tts_voice) -> Result<Voice> {
    if voice.is_null() {
        return Ok(Voice::default());
    }
    // SAFETY: not NULL, hence readable by the caller's promise.
    unsafe { self::voice(&voice.read_unaligned()) }
}

/// # Safety
/// The texts of `voice` are NULL or NUL-terminated.
unsafe fn voice(voice: &palabra_tts_voice) -> Result<Voice> {
    reserved!(voice.reserved)?;
    reserved!(voice.reserved_text)?;
    Ok(Voice {
        // SAFETY: the caller's promise.
        id: unsafe { text_of!(voice.voice_id)? },
        speed_percent: ranged!(voice.speed_percent).given()?,
        deaccent_percent: ranged!(voice.deaccent_percent).given_or_off(0)?,
    })
}

fn format(config: &palabra_tts_config) -> Result<tts::Format> {
    match config.format {
        PALABRA_TTS_FORMAT_DEFAULT | PALABRA_TTS_FORMAT_PCM => Ok(tts::Format::Pcm),
        PALABRA_TTS_FORMAT_WAV => Ok(tts::Format::Wav),
        PALABRA_TTS_FORMAT_MP3 => Ok(tts::Format::Mp3),
        _ => Err(not_one_of(field!(config.format), "PALABRA_TTS_FORMAT_*")),
    }
}
