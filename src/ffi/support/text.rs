//! Texts across the border: NUL-terminated UTF-8 in, never lossy.

#[cfg(unix)]
use std::ffi::OsStr;
use std::ffi::{CStr, c_char};
use std::path::PathBuf;

use crate::error::{Error, Status};
use crate::memory;
use crate::text::without_nul;

/// Reads a text argument; `None` for NULL.
///
/// # Safety
/// `text` is NULL or points to a NUL-terminated string that lives during `'a`.
pub(in crate::ffi) unsafe fn read<'a>(text: *const c_char) -> Result<Option<&'a str>, Status> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, hence terminated by the caller's promise.
    let text = unsafe { CStr::from_ptr(text) }.to_str().map_err(|_| Status::InvalidUtf8)?;
    // It is copied, and what is made of it, JSON for one, takes as much again.
    memory::ask(2 * text.len()).map_err(|refused| refused.status)?;
    Ok(Some(text))
}

/// The bytes of a text that is only compared with others, so that nothing has to be checked; none for NULL.
///
/// # Safety
/// As for [`read`].
pub(in crate::ffi) unsafe fn bytes<'a>(text: *const c_char) -> &'a [u8] {
    if text.is_null() {
        return &[];
    }
    // SAFETY: not NULL, hence terminated by the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

/// As [`kept`]; an empty text counts as none.
///
/// # Safety
/// As for [`read`].
pub(in crate::ffi) unsafe fn owned(name: &str, text: *const c_char) -> Result<Option<String>, Error> {
    // SAFETY: the caller's promise.
    Ok(unsafe { kept(name, text)? }.filter(|text| !text.is_empty()))
}

/// As [`read`], copied. `name` is for the error.
///
/// # Safety
/// As for [`read`].
pub(in crate::ffi) unsafe fn kept(name: &str, text: *const c_char) -> Result<Option<String>, Error> {
    // SAFETY: the caller's promise.
    match unsafe { read(text) } {
        Ok(text) => Ok(text.map(str::to_owned)),
        Err(Status::Limit) => Err(Error::new(Status::Limit, format!("there is no memory for {name}"))),
        Err(status) => Err(Error::new(status, format!("{name} is not valid UTF-8"))),
    }
}

/// As [`owned`], of a field that is named as it is reached.
macro_rules! text_of {
    ($($path:tt)+) => {
        $crate::ffi::support::text::owned($crate::ffi::support::field::field!($($path)+), $($path)+)
    };
}
pub(in crate::ffi) use text_of;

/// As [`text_of`], of a field that must not be NULL or empty.
macro_rules! required {
    ($($path:tt)+) => {
        $crate::ffi::support::text::text_of!($($path)+).and_then(|text| {
            let missing = || $crate::ffi::support::field::missing($crate::ffi::support::field::field!($($path)+));
            text.ok_or_else(missing)
        })
    };
}
pub(in crate::ffi) use required;

/// The name of a file: bytes, whatever they mean, or UTF-8 on Windows. An empty one counts as none.
///
/// # Safety
/// As for [`read`].
#[cfg(unix)]
pub(in crate::ffi) unsafe fn path(_: &str, text: *const c_char) -> Result<Option<PathBuf>, Error> {
    use std::os::unix::ffi::OsStrExt;

    // SAFETY: the caller's promise.
    let bytes = unsafe { bytes(text) };
    Ok((!bytes.is_empty()).then(|| OsStr::from_bytes(bytes).into()))
}

#[cfg(not(unix))]
pub(in crate::ffi) unsafe fn path(name: &str, text: *const c_char) -> Result<Option<PathBuf>, Error> {
    // SAFETY: the caller's promise.
    Ok(unsafe { owned(name, text) }?.map(PathBuf::from))
}

/// How many bytes of `text` fit beside a terminator, cut between characters.
fn fitting(text: &str, capacity: usize) -> usize {
    let mut len = text.len().min(capacity.saturating_sub(1));
    while !text.is_char_boundary(len) {
        len -= 1;
    }
    len
}

/// Copies as much of `text` as fits and terminates it, if there is any room at all.
///
/// # Safety
/// `capacity` is 0 or `buffer` points to so many writable bytes.
pub(in crate::ffi) unsafe fn copy_out(text: &str, buffer: *mut c_char, capacity: usize) {
    if capacity == 0 {
        return;
    }
    let text = without_nul(text);
    let len = fitting(&text, capacity);
    // SAFETY: `len` is less than `capacity`; a text of ours does not overlap the caller's buffer.
    unsafe {
        std::ptr::copy_nonoverlapping(text.as_ptr().cast(), buffer, len);
        buffer.add(len).write(0);
    }
}

/// Copies as much of `text` as fits with its terminator, cut between characters.
pub(in crate::ffi) fn fill<const N: usize>(buffer: &mut [c_char; N], text: &str) {
    let text = without_nul(text);
    let len = fitting(&text, N);
    buffer.fill(0);
    for (slot, byte) in buffer.iter_mut().zip(text.bytes().take(len)) {
        *slot = byte as c_char;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        let mut buffer = [1 as c_char; 4];
        fill(&mut buffer, "aéé");
        // SAFETY: a local array with a terminator.
        let text = unsafe { read(buffer.as_ptr()) };
        assert_eq!(text, Ok(Some("aé")));
        fill(&mut buffer, "\0");
        // SAFETY: as above.
        assert_eq!(unsafe { read(buffer.as_ptr()) }, Ok(Some("\u{fffd}")));
        fill(&mut buffer, "");
        assert_eq!(buffer, [0; 4]);
    }

    #[test]
    fn copies_are_terminated_whatever_the_room() {
        for (capacity, expected) in [(1, ""), (2, "a"), (3, "a"), (4, "aé"), (9, "aé")] {
            let mut buffer = [1 as c_char; 9];
            // SAFETY: the array has at least that much room.
            unsafe { copy_out("aé", buffer.as_mut_ptr(), capacity) };
            // SAFETY: terminated.
            assert_eq!(unsafe { read(buffer.as_ptr()) }, Ok(Some(expected)));
            assert!(buffer[capacity..].iter().all(|&byte| byte == 1));
        }
        // SAFETY: no room is no room, NULL or not.
        unsafe { copy_out("a", std::ptr::null_mut(), 0) };
    }

    #[test]
    fn invalid_utf8_is_an_error() {
        let bytes = [0xffu8, 0];
        // SAFETY: terminated.
        assert_eq!(unsafe { read(bytes.as_ptr().cast()) }, Err(Status::InvalidUtf8));
    }
}
