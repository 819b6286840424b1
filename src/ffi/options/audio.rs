//! Formats, and how audio is taken.

use super::super::support::field::{field, missing, not_one_of};
use super::super::support::numbers::{number, ranged, reserved};
use super::super::types::audio::*;
use crate::audio::samples::Encoding;
use crate::error::{Error, Result};
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
        return Err(missing(field!(format)));
    }
    // SAFETY: not NULL, hence readable by the caller's promise.
    let format = unsafe { format.read_unaligned() };
    reserved!(format.reserved)?;
    if format.channel != 0 {
        return Err(Error::invalid(format!("{} must be 0", field!(format.channel))));
    }
    Ok(Given {
        encoding: encoding(field!(format.encoding), format.encoding)?,
        sample_rate: ranged!(format.sample_rate)
            .given()?
            .ok_or_else(|| missing(field!(format.sample_rate)))?,
        channels: ranged!(format.channels).given()?.unwrap_or(1),
    })
}

pub(super) fn encoding(name: &str, encoding: palabra_encoding) -> Result<Encoding> {
    match encoding {
        PALABRA_ENCODING_DEFAULT | PALABRA_ENCODING_S16 => Ok(Encoding::S16),
        PALABRA_ENCODING_F32 => Ok(Encoding::F32),
        PALABRA_ENCODING_MULAW => Ok(Encoding::MuLaw),
        PALABRA_ENCODING_ALAW => Ok(Encoding::ALaw),
        _ => Err(not_one_of(name, "PALABRA_ENCODING_*")),
    }
}

pub(super) fn input(input: &palabra_input_options, drop_oldest: bool) -> Result<InputOptions> {
    reserved!(input.reserved)?;
    reserved!(input.format.reserved)?;
    reserved!(input.gap.reserved)?;
    Ok(InputOptions {
        encoding: encoding(field!(input.format.encoding), input.format.encoding)?,
        sample_rate: ranged!(input.format.sample_rate).given()?,
        channels: ranged!(input.format.channels).given()?,
        channel: number!(input.format.channel).given()?,
        buffer_ms: ranged!(input.buffer_ms).given()?,
        chunk_ms: ranged!(input.chunk_ms).given()?,
        gap_policy: gap_policy(field!(input.gap.policy), input.gap.policy)?,
        gap_after: ranged!(input.gap.after_ms).time()?,
        drop_oldest,
        resend: None,
    })
}

fn gap_policy(name: &str, policy: palabra_gap_policy) -> Result<Policy> {
    match policy {
        PALABRA_GAP_NONE => Ok(Policy::None),
        PALABRA_GAP_SILENCE => Ok(Policy::Silence),
        PALABRA_GAP_PAUSE => Ok(Policy::Pause),
        _ => Err(not_one_of(name, "PALABRA_GAP_*")),
    }
}
