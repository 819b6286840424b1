//! The config of speech-to-text.

use std::time::Duration;

use super::super::support::field::{field, missing, not_one_of};
use super::super::support::numbers::{known_flags, number, ranged, reserved};
use super::super::support::sized;
use super::super::support::text::text_of;
use super::super::types::audio::{PALABRA_GAP_SILENCE, palabra_audio_format};
use super::super::types::session::PALABRA_SESSION_DROP_OLDEST;
use super::super::types::stt::*;
use super::audio;
use super::session::{Common, SESSION_FLAGS, queue};
use crate::error::{Error, Result, Status};
use crate::products::stt::options::SttOptions;
use crate::session::events::shared::SharedQueue;
use crate::wire::stt::Container;
use crate::wire::stt::query::Finalization;

/// # Safety
/// `config` is NULL or valid as `palabra_session_open_stt` demands.
pub(in crate::ffi) unsafe fn read(
    config: *const palabra_stt_config,
) -> Result<(SttOptions, Option<SharedQueue>)> {
    // SAFETY: the caller's promise, for the struct and for the texts that it points to.
    unsafe {
        let config: palabra_stt_config = if config.is_null() { sized::empty() } else { sized::read(config)? };
        reserved!(config.reserved)?;
        let container = container(&config)?;
        if container.is_some() {
            check_encoded(&config)?;
        }
        let common = Common {
            flags: known_flags(config.flags, SESSION_FLAGS)?,
            tag: config.session_tag,
            name: config.session_name,
            stream: &config.stream,
            limits: &config.limits,
            timeouts: &config.timeouts,
        };
        let options = SttOptions {
            session: common.read()?,
            container,
            input: audio::input(&config.input, common.drops_oldest())?,
            language: text_of!(config.language)?,
            translate_languages: text_of!(config.target_languages)?,
            filler_filter: fillers(&config)?,
            finalization: finalization(&config)?,
            finalization_timeout_s: ranged!(config.auto_finalize_ms).seconds()?,
            finalize_timeout: number!(config.finalize_timeout_ms).time()?,
        };
        Ok((options, queue(config.queue)?))
    }
}

/// `None`: samples.
fn container(config: &palabra_stt_config) -> Result<Option<Container>> {
    Ok(Some(match config.format {
        PALABRA_STT_FORMAT_DEFAULT | PALABRA_STT_FORMAT_PCM => return Ok(None),
        PALABRA_STT_FORMAT_WAV => Container::Wav,
        PALABRA_STT_FORMAT_MP3 => Container::Mp3,
        PALABRA_STT_FORMAT_AAC => Container::Aac,
        PALABRA_STT_FORMAT_FLAC => Container::Flac,
        PALABRA_STT_FORMAT_OGG => Container::Ogg,
        PALABRA_STT_FORMAT_WEBM => Container::Webm,
        _ => return Err(not_one_of(field!(config.format), "PALABRA_STT_FORMAT_*")),
    }))
}

/// What has a meaning only for samples.
fn check_encoded(config: &palabra_stt_config) -> Result<()> {
    let palabra_audio_format { encoding, sample_rate, channels, channel, .. } = config.input.format;
    if [encoding, sample_rate, channels, channel] != [0; 4] {
        let name = field!(config.input.format);
        return Err(Error::invalid(format!("{name} must be 0: encoded audio says itself what it is")));
    }
    if config.input.gap.policy == PALABRA_GAP_SILENCE {
        let name = field!(config.input.gap.policy);
        let text = format!("{name}: silence cannot be inserted into encoded audio");
        return Err(Error::new(Status::Unsupported, text));
    }
    if config.flags & PALABRA_SESSION_DROP_OLDEST != 0 {
        let text = "PALABRA_SESSION_DROP_OLDEST: encoded audio cannot be decoded without its beginning";
        return Err(Error::new(Status::Unsupported, text));
    }
    Ok(())
}

fn fillers(config: &palabra_stt_config) -> Result<Option<bool>> {
    match config.fillers {
        PALABRA_STT_FILLERS_DEFAULT => Ok(None),
        PALABRA_STT_FILLERS_REMOVED => Ok(Some(true)),
        PALABRA_STT_FILLERS_KEPT => Ok(Some(false)),
        _ => Err(not_one_of(field!(config.fillers), "PALABRA_STT_FILLERS_*")),
    }
}

fn finalization(config: &palabra_stt_config) -> Result<Option<Finalization>> {
    match config.finalization {
        PALABRA_STT_FINALIZATION_DEFAULT => Ok(None),
        PALABRA_STT_FINALIZATION_AUTO => Ok(Some(Finalization::Auto)),
        PALABRA_STT_FINALIZATION_MANUAL => Ok(Some(Finalization::Manual)),
        _ => Err(not_one_of(field!(config.finalization), "PALABRA_STT_FINALIZATION_*")),
    }
}

/// How long a block of encoded audio lasts.
pub(in crate::ffi) fn duration(duration_ms: i32) -> Result<Duration> {
    let name = field!(duration_ms);
    number!(duration_ms).time()?.ok_or_else(|| missing(name))
}
