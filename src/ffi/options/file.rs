//! How fast a file is sent.

use std::time::Duration;

use super::super::support::numbers::given;
use super::super::types::file::palabra_file_options;
use crate::error::{Error, Result};
use crate::session::handle::schedule::{Pace, REAL_TIME};

/// More is no pace any more, and the service demands one.
const MAX_LEAD_MS: u32 = 60_000;

pub(in crate::ffi) fn pace(lead_ms: i32, percent: u32) -> Result<Pace> {
    let lead_ms = given("lead_ms", lead_ms)?.unwrap_or(0);
    if lead_ms > MAX_LEAD_MS {
        return Err(Error::invalid("lead_ms must be 60000 at most"));
    }
    if !(10..=1000).contains(&percent) {
        return Err(Error::invalid("pace_percent must be between 10 and 1000"));
    }
    Ok(Pace { lead: Duration::from_millis(lead_ms.into()), percent })
}

pub(in crate::ffi) fn pace_of(options: &palabra_file_options) -> Result<Pace> {
    pace(options.lead_ms, given("pace_percent", options.pace_percent)?.unwrap_or(REAL_TIME))
}
