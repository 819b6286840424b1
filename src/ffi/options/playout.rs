//! How speech is delivered.

use super::super::support::field::{field, missing, not_one_of};
use super::super::support::numbers::{number, ranged, reserved};
use super::super::types::playout::*;
use super::audio::encoding;
use crate::error::{Error, Result};
use crate::session::output::{EchoPolicy, OriginalLevels, OutputMode, OutputOptions};

pub(super) fn output(output: &palabra_output_options) -> Result<OutputOptions> {
    reserved!(output.reserved)?;
    reserved!(output.format.reserved)?;
    if output.format.channel != 0 {
        return Err(Error::invalid(format!("{} must be 0", field!(output.format.channel))));
    }
    Ok(OutputOptions {
        mode: mode(field!(output.mode), output.mode)?,
        encoding: encoding(field!(output.format.encoding), output.format.encoding)?,
        sample_rate: ranged!(output.format.sample_rate).given()?,
        channels: ranged!(output.format.channels).given()?,
        prime_ms: ranged!(output.prime_ms).given()?,
        buffer_ms: ranged!(output.buffer_ms).given()?,
        target_ms: number!(output.target_ms).given()?,
        reader_lag_ms: ranged!(output.reader_lag_ms).given()?,
        ..original(output)?
    })
}

fn original(output: &palabra_output_options) -> Result<OutputOptions> {
    reserved!(output.original.reserved)?;
    Ok(OutputOptions {
        original_percent: ranged!(output.original.gain_percent).given()?,
        duck_percent: ranged!(output.original.duck_percent).given_or_off(0)?,
        duck_attack_ms: ranged!(output.original.attack_ms).given()?,
        duck_release_ms: ranged!(output.original.release_ms).given()?,
        ..OutputOptions::default()
    })
}

/// The original alone, outside of a config.
///
/// # Safety
/// `options` is NULL or readable.
pub(in crate::ffi) unsafe fn original_levels(
    options: *const palabra_original_options,
) -> Result<OriginalLevels> {
    if options.is_null() {
        return Err(missing(field!(options)));
    }
    // SAFETY: all zeros are a valid value of a struct of numbers.
    let mut output: palabra_output_options = unsafe { std::mem::zeroed() };
    // SAFETY: not NULL, hence readable by the caller's promise.
    output.original = unsafe { options.read_unaligned() };
    Ok(original(&output)?.original_levels())
}

/// There is no original voice.
pub(super) fn output_alone(output: &palabra_output_options) -> Result<OutputOptions> {
    let options = self::output(output)?;
    let OutputOptions { original_percent, duck_percent, duck_attack_ms, duck_release_ms, .. } = options;
    let original = [original_percent, duck_percent, duck_attack_ms, duck_release_ms];
    if original.into_iter().any(|number| number.is_some()) {
        return Err(Error::invalid(format!(
            "{} must be 0: there is no original voice",
            field!(output.original)
        )));
    }
    Ok(options)
}

pub(super) fn echo(name: &str, policy: palabra_echo) -> Result<EchoPolicy> {
    match policy {
        PALABRA_ECHO_OFF => Ok(EchoPolicy::Off),
        PALABRA_ECHO_MEASURE => Ok(EchoPolicy::Measure),
        PALABRA_ECHO_CANCEL => Ok(EchoPolicy::Cancel),
        _ => Err(not_one_of(name, "PALABRA_ECHO_*")),
    }
}

fn mode(name: &str, mode: palabra_output_mode) -> Result<OutputMode> {
    match mode {
        PALABRA_OUTPUT_EVENTS => Ok(OutputMode::Events),
        PALABRA_OUTPUT_PLAYOUT => Ok(OutputMode::Playout),
        PALABRA_OUTPUT_BOTH => Ok(OutputMode::Both),
        _ => Err(not_one_of(name, "PALABRA_OUTPUT_*")),
    }
}
