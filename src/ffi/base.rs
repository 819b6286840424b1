//! Which library this is, and what its statuses mean.

use std::ffi::{CStr, c_char, c_void};

use super::support::guard::guard;
use super::support::{error_out, sized, text};
use super::types::base::palabra_status;
use crate::error::Status;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// Checks that the loaded library fits the header that the program was compiled with.
///
/// @param major PALABRA_VERSION_MAJOR.
/// @param minor PALABRA_VERSION_MINOR.
/// @param patch PALABRA_VERSION_PATCH.
/// @return PALABRA_OK: the major version is equal and the minor version not lower; while the major version is 0, the
///   minor version is equal and the patch not lower.
/// @retval PALABRA_ERR_UNSUPPORTED The library does not fit.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_version_check(major: i32, minor: i32, patch: i32) -> palabra_status {
    let number = |text: &str| text.parse::<i32>().unwrap_or(0);
    let own = [
        number(env!("CARGO_PKG_VERSION_MAJOR")),
        number(env!("CARGO_PKG_VERSION_MINOR")),
        number(env!("CARGO_PKG_VERSION_PATCH")),
    ];
    if fits(own, [major, minor, patch]) { Status::Ok.code() } else { Status::Unsupported.code() }
}

fn fits(own: [i32; 3], wanted: [i32; 3]) -> bool {
    let fixed = if own[0] == 0 { 2 } else { 1 };
    own[..fixed] == wanted[..fixed] && own[fixed..] >= wanted[fixed..]
}

/// The optional parts, and whether they were built in.
const FEATURES: [(&[u8], bool); 3] = [
    (b"decoders", cfg!(feature = "decoders")),
    (b"vad", cfg!(feature = "vad")),
    (b"echo", cfg!(feature = "echo")),
];

/// Returns the version of the loaded library, such as "0.1.0".
///
/// @return a static text.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_version_string() -> *const c_char {
    VERSION.as_ptr()
}

/// Returns whether an optional part was built into the loaded library.
///
/// @param name "decoders": FLAC, MP3 and Ogg Vorbis files. "vad": detection of speech in calls.
///   "echo": measurement and cancellation of echo, noise suppression, gain control.
/// @return 1 if it is there, 0 if it is not or is not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_has_feature(name: *const c_char) -> i32 {
    guard(|| {
        // SAFETY: the caller's promise about the text.
        let name = unsafe { text::bytes(name) };
        Ok(i32::from(FEATURES.iter().any(|&(known, is_there)| known == name && is_there)))
    })
}

/// Prepares any struct that begins with `struct_size`: zeroes it and sets its size. For languages without the INIT
/// macros.
///
/// @param object the struct.
/// @param struct_size its size in bytes, sizeof() in C.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_INVALID_ARGUMENT The size is impossible.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_struct_init(object: *mut c_void, struct_size: u32) -> palabra_status {
    // SAFETY: the caller's promise about `object` and its size.
    guard(|| unsafe { sized::init(object, struct_size) }.map(|()| 0))
}

/// Returns the name of a status, such as "PALABRA_ERR_TIMEOUT".
///
/// @param code any number; 0 and more: "PALABRA_OK".
/// @return a static text; "PALABRA_UNKNOWN" for a number that this version does not know.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_status_name(code: i32) -> *const c_char {
    let name = if code >= 0 { Some(Status::Ok) } else { Status::from_code(code) }.map(Status::c_name);
    name.unwrap_or(c"PALABRA_UNKNOWN").as_ptr()
}

/// Returns the description of a status, the one in the table of statuses.
///
/// @param code any number.
/// @return a static text.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_status_text(code: i32) -> *const c_char {
    let text = if code >= 0 { Some(Status::Ok) } else { Status::from_code(code) }.map(Status::c_text);
    text.unwrap_or(c"A status that this version of the library does not know.").as_ptr()
}

/// Returns what a status means for further attempts, as far as the status alone can tell. `flags` of palabra_error and
/// of the CLOSED event are more precise.
///
/// @param code any number.
/// @return PALABRA_FLAG_RETRIABLE, PALABRA_FLAG_FATAL, both or 0.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_status_flags(code: i32) -> u32 {
    Status::from_code(code).map_or(0, |status| error_out::flags_of(status, status.is_retriable()))
}

/// Enumerates the statuses that this version knows, for language bindings.
///
/// @param index 0, 1, 2, ...
/// @param code receives the status with that index.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_INVALID_ARGUMENT There is no such index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_status_list(index: i32, code: *mut palabra_status) -> palabra_status {
    guard(|| {
        let place = usize::try_from(index).map_err(|_| Status::InvalidArgument)?;
        let status = Status::ALL.get(place).ok_or(Status::InvalidArgument)?;
        if code.is_null() {
            return Err(Status::InvalidArgument);
        }
        // SAFETY: not NULL, hence writable by the caller's promise.
        unsafe { code.write(status.code()) };
        Ok(0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Leaves out fields in parentheses, as in "(`timeouts.ready_ms`)".
    fn without_fields(text: &str) -> String {
        let Some((before, rest)) = text.split_once(" (`") else { return text.to_owned() };
        format!("{before}{}", without_fields(rest.split_once("`)").unwrap().1))
    }

    /// The header needs literals and comments; they are those of the library's own table, which names no fields.
    #[test]
    fn the_header_says_of_statuses_what_the_library_says() {
        let lines: Vec<&str> = include_str!("types/base.rs").lines().collect();
        for &status in Status::ALL {
            let name = status.c_name().to_str().unwrap();
            let constant = format!("pub const {name}: palabra_status = {};", status.code());
            let place = lines.iter().position(|line| *line == constant).expect(name);
            let comments = lines[..place].iter().rev().map_while(|line| line.strip_prefix("/// "));
            let comment = comments.collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join(" ");
            assert_eq!(without_fields(&comment), status.c_text().to_str().unwrap(), "{name}");
        }
        let constants = lines.iter().filter(|line| line.starts_with("pub const PALABRA_ERR_")).count();
        assert_eq!(constants, Status::ALL.len() - 1);
    }

    #[test]
    fn versions_fit_as_the_header_says() {
        assert!(fits([0, 1, 2], [0, 1, 0]) && fits([0, 1, 2], [0, 1, 2]));
        assert!(!fits([0, 1, 2], [0, 1, 3]) && !fits([0, 2, 0], [0, 1, 0]) && !fits([0, 1, 0], [1, 1, 0]));
        assert!(fits([1, 3, 0], [1, 2, 9]) && !fits([1, 3, 0], [1, 4, 0]) && !fits([2, 0, 0], [1, 0, 0]));
    }
}
