//! How speech is delivered.

use super::super::support::numbers::{given, given_or_off, reserved};
use super::super::types::playout::*;
use super::audio::encoding;
use crate::audio::samples::Encoding;
use crate::error::{Error, Result, Status};
use crate::session::output::OutputMode;

/// How speech is delivered, read.
pub(super) struct OutputOptions {
    pub mode: OutputMode,
    pub encoding: Encoding,
    pub sample_rate: Option<u32>,
    pub channels: Option<u32>,
    pub prime_ms: Option<u32>,
    pub buffer_ms: Option<u32>,
    pub target_ms: Option<u32>,
    pub original: OriginalOptions,
}

/// How the original voice is mixed, read.
pub(super) struct OriginalOptions {
    pub gain_percent: Option<u32>,
    pub duck_percent: Option<u32>,
    pub attack_ms: Option<u32>,
    pub release_ms: Option<u32>,
}

impl OriginalOptions {
    pub(super) fn is_unused(&self) -> bool {
        let OriginalOptions { gain_percent, duck_percent, attack_ms, release_ms } = self;
        [gain_percent, duck_percent, attack_ms, release_ms].into_iter().all(Option::is_none)
    }
}

pub(super) fn output(output: &palabra_output_options) -> Result<OutputOptions> {
    reserved("output", &output.reserved)?;
    reserved("output.format", &output.format.reserved)?;
    if output.format.channel != 0 {
        return Err(Error::invalid("output.format.channel must be 0"));
    }
    Ok(OutputOptions {
        mode: mode(output.mode)?,
        encoding: encoding(output.format.encoding)?,
        sample_rate: given("output.format.sample_rate", output.format.sample_rate)?,
        channels: given("output.format.channels", output.format.channels)?,
        prime_ms: given("output.prime_ms", output.prime_ms)?,
        buffer_ms: given("output.buffer_ms", output.buffer_ms)?,
        target_ms: given("output.target_ms", output.target_ms)?,
        original: original(&output.original)?,
    })
}

fn original(original: &palabra_original_options) -> Result<OriginalOptions> {
    reserved("output.original", &original.reserved)?;
    Ok(OriginalOptions {
        gain_percent: given("output.original.gain_percent", original.gain_percent)?,
        duck_percent: given_or_off("output.original.duck_percent", original.duck_percent, 0)?,
        attack_ms: given("output.original.attack_ms", original.attack_ms)?,
        release_ms: given("output.original.release_ms", original.release_ms)?,
    })
}

fn mode(mode: palabra_output_mode) -> Result<OutputMode> {
    match mode {
        PALABRA_OUTPUT_EVENTS => Ok(OutputMode::Events),
        PALABRA_OUTPUT_PLAYOUT => Ok(OutputMode::Playout),
        PALABRA_OUTPUT_BOTH => Ok(OutputMode::Both),
        _ => Err(Error::new(Status::Unsupported, "output.mode is not one of PALABRA_OUTPUT_*")),
    }
}
