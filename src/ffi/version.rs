//! Which library this is.

use std::ffi::{CStr, c_char};

/// Version of the API that this header describes: major version << 16 | minor version.
pub const PALABRA_API_VERSION: u32 = 1;

/// Tells the version of the API that the loaded library speaks.
///
/// A program works with any library of the same major version whose minor version is not lower than the
/// one it was compiled with: `palabra_api_version() >= PALABRA_API_VERSION` and equal upper 16 bits.
///
/// @return major version << 16 | minor version.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_api_version() -> u32 {
    PALABRA_API_VERSION
}

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// Tells the version of the loaded library, for people.
///
/// @return a static text such as "0.1.0"; never NULL.
///
/// **Threads:** any. **Blocks:** never. **Memory:** static, valid for ever. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_version_string() -> *const c_char {
    VERSION.as_ptr()
}
