//! Audio that the library holds for the caller.

use super::super::types::audio::palabra_audio;
use super::held::hold;
use super::numbers::count;
use super::payload::{Payload, start};
use super::sized;
use crate::audio::format::Format;
use crate::error::Error;

/// Hands samples over to the caller.
///
/// # Safety
/// `audio` is NULL or points to as many writable bytes as its `struct_size` says.
pub(in crate::ffi) unsafe fn hand_over(
    audio: *mut palabra_audio,
    format: Format,
    pcm: Vec<i16>,
) -> Result<(), Error> {
    let Format { sample_rate, channels } = format;
    let frames = (pcm.len() / channels.max(1) as usize) as i64;
    let filled = palabra_audio {
        sample_rate: sample_rate as i32,
        channels: channels as i32,
        frames,
        pcm: start(&pcm),
        ..sized::empty()
    };
    // The buffer stays where it is when it is moved.
    let held = hold(filled, Payload::Samples(pcm))?;
    // SAFETY: the caller's promise.
    unsafe { sized::write(audio, &held) }.map_err(Error::from)
}

/// Hands speech in an encoded format over to the caller.
///
/// # Safety
/// As for [`hand_over`].
pub(in crate::ffi) unsafe fn hand_over_encoded(
    audio: *mut palabra_audio,
    sample_rate: u32,
    data: Vec<u8>,
) -> Result<(), Error> {
    let filled = palabra_audio {
        sample_rate: sample_rate as i32,
        channels: 1,
        data_len: count(data.len()),
        data: start(&data).cast(),
        ..sized::empty()
    };
    // As above.
    let held = hold(filled, Payload::Encoded(data))?;
    // SAFETY: the caller's promise.
    unsafe { sized::write(audio, &held) }.map_err(Error::from)
}
