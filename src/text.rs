//! Texts that come from outside.

use std::borrow::Cow;

/// For a C string a NUL is the end: what follows it would be lost.
pub fn without_nul(text: &str) -> Cow<'_, str> {
    match memchr::memchr(0, text.as_bytes()) {
        Some(_) => text.replace('\0', "\u{fffd}").into(),
        None => text.into(),
    }
}
