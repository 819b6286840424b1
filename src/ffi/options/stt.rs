//! The config of speech-to-text.

use std::sync::Arc;

use super::super::support::field::{field, not_one_of};
use super::super::support::numbers::{known_flags, number, ranged};
use super::super::support::sized;
use super::super::support::text::text_of;
use super::super::types::stt::*;
use super::audio;
use super::session::{Common, SESSION_FLAGS, queue};
use crate::error::Result;
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
