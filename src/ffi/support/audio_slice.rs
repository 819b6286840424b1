//! The caller's audio as bytes.

use std::ffi::c_void;
use std::ops::Range;

use crate::error::Status;

/// # Safety
/// `audio` is NULL or points to `frames` readable frames that live during `'a`.
pub(in crate::ffi) unsafe fn read<'a>(
    audio: *const c_void,
    frames: i32,
    frame_bytes: usize,
) -> Result<&'a [u8], Status> {
    if frames == 0 {
        return Ok(&[]);
    }
    let bytes = byte_count(audio.is_null(), frames, frame_bytes)?;
    // SAFETY: not NULL, hence so many readable bytes by the caller's promise; bytes need no alignment.
    Ok(unsafe { std::slice::from_raw_parts(audio.cast::<u8>(), bytes) })
}

/// As [`write`], beside audio that is being read: refused if they overlap.
///
/// # Safety
/// As [`write`].
pub(in crate::ffi) unsafe fn write_beside<'a>(
    read: Range<*const u8>,
    audio: *mut c_void,
    frames: i32,
    frame_bytes: usize,
) -> Result<&'a mut [u8], Status> {
    let bytes = if frames == 0 { 0 } else { byte_count(audio.is_null(), frames, frame_bytes)? };
    let begin = audio.cast_const().cast::<u8>();
    if bytes > 0 && begin < read.end && read.start < begin.wrapping_add(bytes) {
        return Err(Status::InvalidArgument);
    }
    // SAFETY: the caller's promise.
    unsafe { write(audio, frames, frame_bytes) }
}

/// # Safety
/// `audio` is NULL or points to `frames` writable frames that live during `'a`.
pub(in crate::ffi) unsafe fn write<'a>(
    audio: *mut c_void,
    frames: i32,
    frame_bytes: usize,
) -> Result<&'a mut [u8], Status> {
    if frames == 0 {
        return Ok(&mut []);
    }
    let bytes = byte_count(audio.is_null(), frames, frame_bytes)?;
    // SAFETY: not NULL, hence so many writable bytes by the caller's promise; bytes need no alignment.
    Ok(unsafe { std::slice::from_raw_parts_mut(audio.cast::<u8>(), bytes) })
}

fn byte_count(is_null: bool, frames: i32, frame_bytes: usize) -> Result<usize, Status> {
    let frames = usize::try_from(frames).map_err(|_| Status::InvalidArgument)?;
    frames
        .checked_mul(frame_bytes)
        .filter(|&bytes| !is_null && isize::try_from(bytes).is_ok())
        .ok_or(Status::InvalidArgument)
}
