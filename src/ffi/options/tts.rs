//! The config of text-to-speech.

use std::sync::Arc;

use super::super::support::numbers::{given, given_or_off, known_flags, reserved};
use super::super::support::{sized, text};
use super::super::types::session::PALABRA_SESSION_DROP_OLDEST;
use super::super::types::tts::*;
use super::playout;
use super::session::{Common, SESSION_FLAGS, queue};
use crate::error::{Error, Result, Status};
use crate::products::tts::options::TtsOptions;
use crate::session::events::queue::Queue;
use crate::wire::tts;
use crate::wire::tts::outgoing::Voice;

/// # Safety
/// `config` is valid as `palabra_session_open_tts` demands.
pub(in crate::ffi) unsafe fn read(
    config: *const palabra_tts_config,
) -> Result<(TtsOptions, Option<Arc<Queue>>)> {
    // SAFETY: the caller's promise, for the struct and for the texts that it points to.
    unsafe {
        let config = sized::read(config)?;
        let flags =
            known_flags(config.flags, (SESSION_FLAGS & !PALABRA_SESSION_DROP_OLDEST) | PALABRA_TTS_SPLIT)?;
        reserved("the config", &[config.reserved])?;
        let common = Common {
            flags,
            tag: config.session_tag,
            name: config.session_name,
            stream: &config.stream,
            limits: &config.limits,
            timeouts: &config.timeouts,
        };
        let options = TtsOptions {
            session: common.read()?,
            output: playout::output_alone(&config.output)?,
            language: text::owned("language", config.language)?,
            model: text::owned("model", config.model)?,
            voice: voice(&config.voice)?,
            format: format(config.format)?,
            sample_rate: given("sample_rate", config.sample_rate)?,
            splits: flags & PALABRA_TTS_SPLIT != 0,
            texts_per_second: given("texts_per_second", config.texts_per_second)?,
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
    reserved("voice", &voice.reserved)?;
    if !voice.reserved_text.is_null() {
        return Err(Error::new(Status::Unsupported, "voice.reserved_text must be NULL"));
    }
    Ok(Voice {
        // SAFETY: the caller's promise.
        id: unsafe { text::owned("voice.voice_id", voice.voice_id)? },
        speed_percent: given("voice.speed_percent", voice.speed_percent)?,
        deaccent_percent: given_or_off("voice.deaccent_percent", voice.deaccent_percent, 0)?,
    })
}

fn format(format: palabra_tts_format) -> Result<tts::Format> {
    match format {
        PALABRA_TTS_FORMAT_DEFAULT | PALABRA_TTS_FORMAT_PCM => Ok(tts::Format::Pcm),
        PALABRA_TTS_FORMAT_WAV => Ok(tts::Format::Wav),
        PALABRA_TTS_FORMAT_MP3 => {
            Err(Error::new(Status::Unsupported, "this version does not decode MP3: set format to PCM or WAV"))
        }
        _ => Err(Error::new(Status::Unsupported, "format is not one of PALABRA_TTS_FORMAT_*")),
    }
}
