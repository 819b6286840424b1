//! The config of speech-to-text.

use std::sync::Arc;

use super::super::support::numbers::{given_ms, given_seconds, known_flags};
use super::super::support::{sized, text};
use super::super::types::stt::*;
use super::audio;
use super::session::{Common, SESSION_FLAGS, queue};
use crate::error::{Error, Result, Status};
use crate::products::stt::options::SttOptions;
use crate::session::events::queue::Queue;
use crate::wire::stt::query::Finalization;

/// # Safety
/// `config` is NULL or valid as `palabra_session_open_stt` demands.
pub(in crate::ffi) unsafe fn read(
    config: *const palabra_stt_config,
) -> Result<(SttOptions, Option<Arc<Queue>>)> {
    // SAFETY: the caller's promise, for the struct and for the texts that it points to.
    unsafe {
        let config: palabra_stt_config = if config.is_null() { sized::empty() } else { sized::read(config)? };
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
            input: audio::input(&config.input, common.drops_oldest())?,
            language: text::owned("language", config.language)?,
            translate_languages: text::owned("target_languages", config.target_languages)?,
            filler_filter: fillers(config.fillers)?,
            finalization: finalization(config.finalization)?,
            finalization_timeout_s: given_seconds("auto_finalize_ms", config.auto_finalize_ms)?,
            finalize_timeout: given_ms("finalize_timeout_ms", config.finalize_timeout_ms)?,
        };
        Ok((options, queue(config.queue)?))
    }
}

fn fillers(fillers: palabra_stt_fillers) -> Result<Option<bool>> {
    match fillers {
        PALABRA_STT_FILLERS_DEFAULT => Ok(None),
        PALABRA_STT_FILLERS_REMOVED => Ok(Some(true)),
        PALABRA_STT_FILLERS_KEPT => Ok(Some(false)),
        _ => Err(Error::new(Status::Unsupported, "fillers is not one of PALABRA_STT_FILLERS_*")),
    }
}

fn finalization(mode: palabra_stt_finalization) -> Result<Option<Finalization>> {
    match mode {
        PALABRA_STT_FINALIZATION_DEFAULT => Ok(None),
        PALABRA_STT_FINALIZATION_AUTO => Ok(Some(Finalization::Auto)),
        PALABRA_STT_FINALIZATION_MANUAL => Ok(Some(Finalization::Manual)),
        _ => Err(Error::new(Status::Unsupported, "finalization is not one of PALABRA_STT_FINALIZATION_*")),
    }
}
