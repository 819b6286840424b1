//! WAV files, so that a first program needs nothing else.

use std::ffi::{c_char, c_void};

use super::guard::{guard, guard_explained};
use super::handles::{self, Payload};
use super::sized::{self, Sized32};
use super::status::{palabra_error, palabra_status};
use super::text;
use crate::audio::format::Format;
use crate::audio::wav;
use crate::error::{Error, Status};

/// The contents of a WAV file.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_wav {
    /// sizeof(palabra_wav); set by the caller, left alone by the library.
    pub struct_size: u32,
    /// Frames per second.
    pub sample_rate: u32,
    /// Interleaved channels.
    pub channels: u32,
    /// Frames at `pcm`.
    pub frames: u32,
    /// Interleaved 16-bit samples; NULL if there are none.
    pub pcm: *const i16,
    /// The library's; leave it alone.
    pub payload: *mut c_void,
}

// SAFETY: integers and pointers, the size first, no padding (asserted below), NULL is valid.
unsafe impl Sized32 for palabra_wav {
    const FIRST_SIZE: usize = 16 + 2 * size_of::<usize>();
}

const _: () = assert!(size_of::<palabra_wav>() == 16 + 2 * size_of::<usize>());

/// Prepares a `palabra_wav`: zeroes it and sets its size.
///
/// @param wav the struct to prepare.
/// @param struct_size sizeof(palabra_wav).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `wav` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_wav_init(wav: *mut palabra_wav, struct_size: u32) -> palabra_status {
    // SAFETY: the caller's promise about `wav` and its size.
    guard(|| unsafe { sized::init(wav, struct_size) }.map(|()| 0))
}

/// Reads a whole 16-bit PCM WAV file of any rate and number of channels, by the rules of palabra_session_send_file().
///
/// @param path the file: bytes, on Windows UTF-8. A pipe is waited for.
/// @param wav receives the contents; release it with palabra_wav_release().
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK;
///   PALABRA_ERR_IO the file cannot be read or is no WAV file;
///   PALABRA_ERR_UNSUPPORTED its samples are not 16-bit integers: the text says what they are;
///   PALABRA_ERR_INVALID_ARGUMENT `path` or `wav` is NULL, or its `struct_size` impossible;
///   PALABRA_ERR_INVALID_UTF8 on Windows; PALABRA_ERR_LIMIT it does not fit into memory.
///
/// **Threads:** any. **Blocks:** on the disk. **Memory:** 2 bytes a sample until the release. **Since:** 0.1.
/// **Example:** translate_file.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_wav_read(
    path: *const c_char,
    wav: *mut palabra_wav,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            sized::write(wav, &empty())?;
            let path = text::path("path", path)?.ok_or_else(|| Error::invalid("path is missing"))?;
            let contents = wav::read(&path)?;
            fill(wav, contents.format, contents.pcm)
        })
    }
}

/// Frees the contents of a WAV file and zeroes the struct but for its size.
///
/// @param wav the struct; NULL or an already released one does nothing.
/// @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of one that was released.
///
/// **Threads:** any. **Blocks:** never. **Memory:** `pcm` is invalid from then on. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_wav_release(wav: *mut palabra_wav) -> palabra_status {
    guard(|| {
        if wav.is_null() {
            return Ok(0);
        }
        // SAFETY: not NULL, hence a struct of the caller's.
        unsafe {
            let payload = sized::read(wav)?.payload;
            sized::write(wav, &empty())?;
            handles::release_payload(payload)?;
        }
        Ok(0)
    })
}

/// Writes a 16-bit PCM WAV file, replacing what was there.
///
/// @param path the file: bytes, on Windows UTF-8.
/// @param pcm `frames` frames of interleaved samples; may be NULL when `frames` is 0.
/// @param frames how many.
/// @param sample_rate frames per second, such as the `sample_rate` of an AUDIO event.
/// @param channels interleaved channels, 1 to 8.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK;
///   PALABRA_ERR_IO the file cannot be written;
///   PALABRA_ERR_INVALID_ARGUMENT `path` or `pcm` is NULL, a number is impossible;
///   PALABRA_ERR_INVALID_UTF8 on Windows.
///
/// **Threads:** any. **Blocks:** on the disk. **Memory:** none kept. **Since:** 0.1. **Example:** translate_file.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_wav_write(
    path: *const c_char,
    pcm: *const i16,
    frames: u32,
    sample_rate: u32,
    channels: u32,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            let path = text::path("path", path)?.ok_or_else(|| Error::invalid("path is missing"))?;
            if sample_rate == 0 || !(1..=8).contains(&channels) {
                return Err(Error::invalid("a WAV file needs a sample rate and 1 to 8 channels"));
            }
            let samples = (frames as usize)
                .checked_mul(channels as usize)
                .filter(|samples| samples.checked_mul(2).is_some_and(|bytes| isize::try_from(bytes).is_ok()))
                .ok_or_else(|| Error::invalid("so many frames cannot be"))?;
            if pcm.is_null() && samples > 0 {
                return Err(Error::invalid("pcm is missing"));
            }
            let pcm = if samples == 0 { &[] } else { std::slice::from_raw_parts(pcm, samples) };
            wav::write(&path, Format { sample_rate, channels }, pcm)
        })
    }
}

/// Hands samples over to the caller.
///
/// # Safety
/// `wav` is as [`palabra_wav_read`] demands.
pub(super) unsafe fn fill(wav: *mut palabra_wav, format: Format, pcm: Vec<i16>) -> Result<(), Error> {
    let Format { sample_rate, channels } = format;
    let frames = u32::try_from(pcm.len() / channels.max(1) as usize)
        .map_err(|_| Error::new(Status::Limit, "that is too long"))?;
    let start = if pcm.is_empty() { std::ptr::null() } else { pcm.as_ptr() };
    // The buffer stays where it is when it is moved.
    let payload = handles::add_payload(Payload::Wav(pcm))?;
    let filled = palabra_wav { sample_rate, channels, frames, pcm: start, payload, ..empty() };
    // SAFETY: the caller's promise.
    unsafe { sized::write(wav, &filled) }.map_err(Error::from)
}

pub(super) fn empty() -> palabra_wav {
    palabra_wav {
        struct_size: size_of::<palabra_wav>() as u32,
        sample_rate: 0,
        channels: 0,
        frames: 0,
        pcm: std::ptr::null(),
        payload: std::ptr::null_mut(),
    }
}
