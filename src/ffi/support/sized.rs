//! Structs that grow: every one begins with its size, so old and new callers both fit.

use std::ffi::c_void;

use super::super::types;
use super::first_sizes;
use crate::error::Status;

/// No struct of ours comes near this; a larger size is an uninitialised one.
const MAX_SIZE: usize = 4096;

/// Every struct that begins with its size has a multiple of this.
const UNIT: usize = 8;

/// A `repr(C)` struct of the ABI.
///
/// # Safety
/// The first field is `struct_size: u32`, all bit patterns and all zeros are valid, and there is no padding.
pub(in crate::ffi) unsafe trait Sized32: Copy {
    /// Size of the first published version.
    const FIRST_SIZE: usize;
}

macro_rules! sized {
    ($($module:ident::$name:ident),* $(,)?) => {$(
        // SAFETY: integers, pointers, arrays of them and callbacks, the size first; the layout check of the C header
        // shows that there is no padding.
        unsafe impl Sized32 for types::$module::$name {
            const FIRST_SIZE: usize = first_sizes::$name;
        }
        const _: () = assert!(first_sizes::$name <= size_of::<types::$module::$name>());
    )*};
}

sized!(
    account::palabra_glossary,
    account::palabra_glossary_config,
    account::palabra_glossary_csv,
    account::palabra_glossaries,
    account::palabra_rest_session,
    account::palabra_rest_sessions,
    account::palabra_voice,
    account::palabra_voice_config,
    account::palabra_voices,
    base::palabra_error,
    client::palabra_client_config,
    event::palabra_event,
    audio::palabra_audio,
    file::palabra_file_options,
    file::palabra_recording_options,
    file::palabra_file_result,
    file::palabra_progress,
    call::palabra_call_config,
    call::palabra_call_recording_options,
    call::palabra_leg_config,
    call::palabra_leg_stats,
    playout::palabra_playout_stats,
    queue::palabra_ready,
    runtime::palabra_runtime_config,
    session::palabra_session_stats,
    stt::palabra_stt_config,
    translation::palabra_translation_config,
    tts::palabra_tts_config,
);

/// Reads a struct of the caller's: what an older caller does not have is zero; what a newer one has
/// and we do not know must be zero.
///
/// # Safety
/// `from` is NULL or points to as many readable bytes as its `struct_size` says.
pub(in crate::ffi) unsafe fn read<T: Sized32>(from: *const T) -> Result<T, Status> {
    // SAFETY: the caller's promise.
    let size = unsafe { checked_size(from)? };
    // SAFETY: all zeros are a valid T (`Sized32`).
    let mut value: T = unsafe { std::mem::zeroed() };
    let known = size.min(size_of::<T>());
    // SAFETY: `known` bytes are readable at `from` and writable in `value`; a caller's struct and a
    // local one do not overlap; bytes need no alignment.
    unsafe { std::ptr::copy_nonoverlapping(from.cast::<u8>(), (&raw mut value).cast::<u8>(), known) };
    for offset in known..size {
        // SAFETY: `offset` is below the size that the caller vouches for.
        if unsafe { from.cast::<u8>().add(offset).read() } != 0 {
            return Err(Status::Unsupported);
        }
    }
    Ok(value)
}

/// Writes a struct for the caller, as much of it as fits. The caller's `struct_size` stays, and the part that only the
/// caller knows is zeroed.
///
/// # Safety
/// `to` is NULL or points to as many writable bytes as its `struct_size` says.
pub(in crate::ffi) unsafe fn write<T: Sized32>(to: *mut T, value: &T) -> Result<(), Status> {
    // SAFETY: the caller's promise.
    let size = unsafe { checked_size(to)? };
    let known = size.min(size_of::<T>());
    let head = size_of::<u32>();
    let from = (&raw const *value).cast::<u8>();
    let to = to.cast::<u8>();
    // SAFETY: `known` bytes are readable in `value` and writable at `to`, of which the first four are
    // left alone; the two do not overlap; the rest up to `size` is the caller's room too.
    unsafe {
        std::ptr::copy_nonoverlapping(from.add(head), to.add(head), known - head);
        std::ptr::write_bytes(to.add(known), 0, size - known);
    }
    Ok(())
}

/// Whether a struct of the caller's has a possible size.
///
/// # Safety
/// `of` is NULL or points to at least four readable bytes.
pub(in crate::ffi) unsafe fn check<T: Sized32>(of: *const T) -> Result<(), Status> {
    // SAFETY: the caller's promise.
    unsafe { checked_size(of) }.map(drop)
}

/// A struct with nothing in it but its size.
pub(in crate::ffi) fn empty<T: Sized32>() -> T {
    // SAFETY: all zeros are a valid T (`Sized32`).
    let mut value: T = unsafe { std::mem::zeroed() };
    // SAFETY: the size comes first in every struct of the ABI, and is a u32.
    unsafe { (&raw mut value).cast::<u32>().write(size_of::<T>() as u32) };
    value
}

/// Zeroes a struct of any kind and sets its size.
///
/// # Safety
/// `to` is NULL or points to `struct_size` writable bytes.
pub(in crate::ffi) unsafe fn init(to: *mut c_void, struct_size: u32) -> Result<(), Status> {
    let size = struct_size as usize;
    if to.is_null() || size % UNIT != 0 || !(UNIT..=MAX_SIZE).contains(&size) {
        return Err(Status::InvalidArgument);
    }
    // SAFETY: the caller's promise; writes need no alignment.
    unsafe {
        std::ptr::write_bytes(to.cast::<u8>(), 0, size);
        to.cast::<u32>().write_unaligned(struct_size);
    }
    Ok(())
}

/// # Safety
/// `of` is NULL or points to at least four readable bytes.
unsafe fn checked_size<T: Sized32>(of: *const T) -> Result<usize, Status> {
    if of.is_null() {
        return Err(Status::InvalidArgument);
    }
    // SAFETY: not NULL, and the size comes first in every struct of the ABI.
    let size = unsafe { of.cast::<u32>().read_unaligned() } as usize;
    if (T::FIRST_SIZE..=MAX_SIZE).contains(&size) { Ok(size) } else { Err(Status::InvalidArgument) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    #[repr(C)]
    struct Grown {
        struct_size: u32,
        first: u32,
        later: u32,
    }

    // SAFETY: three u32, the size first.
    unsafe impl Sized32 for Grown {
        const FIRST_SIZE: usize = 8;
    }

    fn read_words(words: &[u32]) -> Result<Grown, Status> {
        // SAFETY: every test says in its first word how many bytes it has, or less than that.
        unsafe { read(words.as_ptr().cast()) }
    }

    #[test]
    fn older_callers_are_extended_with_zeros() {
        assert_eq!(read_words(&[8, 7, 99]), Ok(Grown { struct_size: 8, first: 7, later: 0 }));
    }

    #[test]
    fn newer_callers_may_not_use_what_we_do_not_know() {
        assert_eq!(read_words(&[16, 7, 8, 0]), Ok(Grown { struct_size: 16, first: 7, later: 8 }));
        assert_eq!(read_words(&[16, 7, 8, 1]), Err(Status::Unsupported));
    }

    #[test]
    fn absent_small_and_absurd_sizes_are_refused() {
        for size in [0, 4, 7, u32::MAX] {
            assert_eq!(read_words(&[size, 0, 0, 0]), Err(Status::InvalidArgument));
        }
        // SAFETY: NULL is allowed.
        assert_eq!(unsafe { read::<Grown>(std::ptr::null()) }, Err(Status::InvalidArgument));
    }

    #[test]
    fn writing_stays_inside_the_callers_struct() {
        let value = Grown { struct_size: 12, first: 1, later: 2 };
        let mut older = [8, 0, 99];
        // SAFETY: 12 bytes, of which 8 are declared.
        unsafe { write(older.as_mut_ptr().cast(), &value) }.unwrap();
        assert_eq!(older, [8, 1, 99]);
        let mut newer = [16, 9, 9, 9];
        // SAFETY: 16 bytes.
        unsafe { write(newer.as_mut_ptr().cast(), &value) }.unwrap();
        assert_eq!(newer, [16, 1, 2, 0]);
    }
}
