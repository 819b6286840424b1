//! Formats, and how audio is taken.

use super::super::support::numbers::{given, given_ms, reserved};
use super::super::types::audio::*;
use crate::audio::samples::Encoding;
use crate::error::{Error, Result, Status};
use crate::session::input::InputOptions;
use crate::session::input::gap::Policy;

/// A format whose numbers are all there.
pub(in crate::ffi) struct Given {
    pub encoding: Encoding,
    pub sample_rate: u32,
    pub channels: u32,
}

/// A format that is given alone, outside of a config.
///
/// # Safety
/// `format` is NULL or readable.
pub(in crate::ffi) unsafe fn required_format(format: *const palabra_audio_format) -> Result<Given> {
    if format.is_null() {
        return Err(Error::invalid("format is missing"));
    }
    // SAFETY: not NULL, hence readable by the caller's promise.
    let format = unsafe { format.read_unaligned() };
    reserved("format", &format.reserved)?;
    if format.channel != 0 {
        return Err(Error::invalid("format.channel must be 0"));
    }
    Ok(Given {
        encoding: encoding(format.encoding)?,
        sample_rate: given("format.sample_rate", format.sample_rate)?
            .ok_or_else(|| Error::invalid("format.sample_rate is missing"))?,
        channels: given("format.channels", format.channels)?.unwrap_or(1),
    })
}

pub(super) fn encoding(encoding: palabra_encoding) -> Result<Encoding> {
    match encoding {
        PALABRA_ENCODING_DEFAULT | PALABRA_ENCODING_S16 => Ok(Encoding::S16),
        PALABRA_ENCODING_F32 => Ok(Encoding::F32),
        PALABRA_ENCODING_MULAW => Ok(Encoding::MuLaw),
        PALABRA_ENCODING_ALAW => Ok(Encoding::ALaw),
        _ => Err(Error::new(Status::Unsupported, "encoding is not one of PALABRA_ENCODING_*")),
    }
}

pub(super) fn input(input: &palabra_input_options, drop_oldest: bool) -> Result<InputOptions> {
    reserved("input", &input.reserved)?;
    reserved("input.format", &input.format.reserved)?;
    reserved("input.gap", &input.gap.reserved)?;
    Ok(InputOptions {
        encoding: encoding(input.format.encoding)?,
        sample_rate: given("input.format.sample_rate", input.format.sample_rate)?,
        channels: given("input.format.channels", input.format.channels)?,
        channel: given("input.format.channel", input.format.channel)?,
        buffer_ms: given("input.buffer_ms", input.buffer_ms)?,
        chunk_ms: given("input.chunk_ms", input.chunk_ms)?,
        gap_policy: gap_policy(input.gap.policy)?,
        gap_after: given_ms("input.gap.after_ms", input.gap.after_ms)?,
        drop_oldest,
    })
}

fn gap_policy(policy: palabra_gap_policy) -> Result<Policy> {
    match policy {
        PALABRA_GAP_NONE => Ok(Policy::None),
        PALABRA_GAP_SILENCE => Ok(Policy::Silence),
        PALABRA_GAP_PAUSE => Ok(Policy::Pause),
        _ => Err(Error::new(Status::Unsupported, "input.gap.policy is not one of PALABRA_GAP_*")),
    }
}
