//! How fast a file is sent.

use std::time::Duration;

use super::super::support::numbers::ranged;
use super::super::support::sized;
use super::super::types::file::palabra_file_options;
use crate::error::Result;
use crate::session::handle::schedule::{Pace, REAL_TIME};

/// A file at the speed of speech.
pub(in crate::ffi) fn real_time(lead_ms: i32) -> Result<Pace> {
    pace(&palabra_file_options { lead_ms, ..sized::empty() })
}

pub(in crate::ffi) fn pace(config: &palabra_file_options) -> Result<Pace> {
    let lead_ms = ranged!(config.lead_ms).given()?.unwrap_or(0);
    let percent = ranged!(config.pace_percent).given()?.unwrap_or(REAL_TIME);
    Ok(Pace { lead: Duration::from_millis(lead_ms.into()), percent })
}
