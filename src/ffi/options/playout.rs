//! How speech is delivered.

use super::super::support::numbers::{given, given_or_off, reserved};
use super::super::types::playout::*;
use super::audio::encoding;
use crate::error::{Error, Result, Status};
use crate::session::output::{OutputMode, OutputOptions};

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
        ..original(&output.original)?
    })
}

fn original(original: &palabra_original_options) -> Result<OutputOptions> {
    reserved("output.original", &original.reserved)?;
    Ok(OutputOptions {
        original_percent: given("output.original.gain_percent", original.gain_percent)?,
        duck_percent: given_or_off("output.original.duck_percent", original.duck_percent, 0)?,
        duck_attack_ms: given("output.original.attack_ms", original.attack_ms)?,
        duck_release_ms: given("output.original.release_ms", original.release_ms)?,
        ..OutputOptions::default()
    })
}

/// There is no original voice.
pub(super) fn output_alone(output: &palabra_output_options) -> Result<OutputOptions> {
    let options = self::output(output)?;
    let OutputOptions { original_percent, duck_percent, duck_attack_ms, duck_release_ms, .. } = options;
    let original = [original_percent, duck_percent, duck_attack_ms, duck_release_ms];
    if original.into_iter().any(|number| number.is_some()) {
        return Err(Error::invalid("output.original must be 0: there is no original voice"));
    }
    Ok(options)
}

fn mode(mode: palabra_output_mode) -> Result<OutputMode> {
    match mode {
        PALABRA_OUTPUT_EVENTS => Ok(OutputMode::Events),
        PALABRA_OUTPUT_PLAYOUT => Ok(OutputMode::Playout),
        PALABRA_OUTPUT_BOTH => Ok(OutputMode::Both),
        _ => Err(Error::new(Status::Unsupported, "output.mode is not one of PALABRA_OUTPUT_*")),
    }
}
