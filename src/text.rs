//! Texts from outside.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hasher};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// A NUL ends a C string: what follows it would be lost.
pub fn without_nul(text: &str) -> Cow<'_, str> {
    match memchr::memchr(0, text.as_bytes()) {
        Some(_) => text.replace('\0', "\u{fffd}").into(),
        None => text.into(),
    }
}

/// The text with every run of control characters and line separators replaced by one space.
///
/// A log with one line per error must not get additional lines, colours or an end from a peer.
pub fn one_line(text: String) -> String {
    if !text.contains(breaks) {
        return text;
    }
    let words = text.split(breaks).map(str::trim).filter(|words| !words.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Stands for a text that only has to be recognized, in a fraction of its memory. A peer that makes two texts meet confuses
/// its own session.
pub fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

fn breaks(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// Escapes all but the unreserved characters (RFC 3986 section 2.3), for any part of an address.
pub fn percent_encode(text: &str) -> String {
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, ESCAPED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_one() {
        for (text, expected) in [
            ("as it is ", "as it is "),
            ("two\r\nlines\n", "two lines"),
            ("a\n \n\tb\u{2028}c", "a b c"),
            ("\u{1b}[31mred\0end\u{85}", "[31mred end"),
            ("\n", ""),
        ] {
            assert_eq!(one_line(text.to_owned()), expected, "{text:?}");
        }
    }
}
