//! Samples that the library holds for the caller.

use super::super::types::audio::palabra_audio;
use super::handles::{self, Payload};
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
    // The buffer stays where it is when it is moved.
    let payload = handles::add_payload(Payload::Samples(pcm))?;
    let filled = palabra_audio {
        sample_rate: sample_rate as i32,
        channels: channels as i32,
        frames,
        pcm: start,
        payload,
        ..sized::empty()
    };
    // SAFETY: the caller's promise.
    unsafe { sized::write(audio, &filled) }.map_err(Error::from)
}
