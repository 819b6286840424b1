//! Samples that the library holds for the caller.

use super::super::types::audio::palabra_audio;
use super::held::hold;
use super::payload::Payload;
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
    let start = if pcm.is_empty() { std::ptr::null() } else { pcm.as_ptr() };
    let filled = palabra_audio {
        sample_rate: sample_rate as i32,
        channels: channels as i32,
        frames,
        pcm: start,
        ..sized::empty()
    };
    // The buffer stays where it is when it is moved.
    let held = hold(filled, Payload::Samples(pcm))?;
    // SAFETY: the caller's promise.
    unsafe { sized::write(audio, &held) }.map_err(Error::from)
}
