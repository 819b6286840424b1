//! The caller's audio as bytes.

use std::ffi::c_void;

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
