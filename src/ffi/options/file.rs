//! How fast a file is sent, and what is recorded.

use std::time::Duration;

use super::super::support::numbers::{ranged, reserved};
use super::super::support::{sized, text};
use super::super::types::file::{palabra_file_options, palabra_recording_options};
use crate::error::Result;
use crate::session::handle::schedule::{Pace, REAL_TIME};
use crate::session::output::RecordOptions;

/// A file at the speed of speech.
pub(in crate::ffi) fn real_time(lead_ms: i32) -> Result<Pace> {
    pace(&palabra_file_options { lead_ms, ..sized::empty() })
}

pub(in crate::ffi) fn pace(config: &palabra_file_options) -> Result<Pace> {
    let lead_ms = ranged!(config.lead_ms).given()?.unwrap_or(0);
    let percent = ranged!(config.pace_percent).given()?.unwrap_or(REAL_TIME);
    Ok(Pace { lead: Duration::from_millis(lead_ms.into()), percent })
}

/// # Safety
/// The text of `config` is NULL or NUL-terminated, and lives as long as the result.
pub(in crate::ffi) unsafe fn recording<'a>(config: &palabra_recording_options) -> Result<RecordOptions<'a>> {
    reserved!(config.reserved_text)?;
    // SAFETY: the caller's promise.
    let language = unsafe { text::bytes(config.language) };
    Ok(RecordOptions { language, sample_rate: ranged!(config.sample_rate).given()? })
}
