//! Mends JSON that lenient parsers accept and strict ones refuse (Python writes and reads it): NaN and Infinity,
//! numbers beyond any type, lone surrogates, bare control characters, a byte order mark, repeated keys.

use serde_json::Value;

/// Returns the same as strict JSON, where the last of equal keys counts; `None` when it cannot be read even so.
pub(super) fn mend(text: &str) -> Option<String> {
    value(text).map(|value| value.to_string())
}

/// As [`mend`], parsed.
pub(super) fn value(text: &str) -> Option<Value> {
    serde_json::from_str(&lenient(text)).ok()
}

fn lenient(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.trim_start_matches('\u{feff}');
    while let Some(first) = rest.chars().next() {
        if first == '"' {
            out.push('"');
            rest = copy_text(&rest[1..], &mut out);
            continue;
        }
        let end = rest.find(|c| !is_of_a_word(c)).unwrap_or(rest.len()).max(first.len_utf8());
        let (word, after) = rest.split_at(end);
        out.push_str(if has_no_value(word) { "null" } else { word });
        rest = after;
    }
    out
}

fn is_of_a_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')
}

/// Numbers that strict JSON cannot express. "inf" and "nan" parse as numbers too.
fn has_no_value(word: &str) -> bool {
    word.parse::<f64>().is_ok_and(|number| !number.is_finite())
}

/// Copies the inside of a string up to its closing quote and returns what follows.
fn copy_text<'a>(mut rest: &'a str, out: &mut String) -> &'a str {
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '"' => {
                out.push('"');
                return rest;
            }
            '\\' => rest = copy_escape(rest, out),
            '\0'..' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    rest
}

/// Copies what follows a backslash and returns the rest.
fn copy_escape<'a>(rest: &'a str, out: &mut String) -> &'a str {
    match rest.chars().next() {
        Some('u') => copy_unit(rest, out),
        Some(c @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't')) => {
            out.extend(['\\', c]);
            &rest[1..]
        }
        // Not an escape: a backslash that stands for itself.
        _ => {
            out.push_str("\\\\");
            rest
        }
    }
}

fn copy_unit<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let length = match (unit(rest), rest.get(5..).and_then(|next| unit(next.strip_prefix('\\')?))) {
        (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => 11,
        (Some(0xd800..0xe000), _) => {
            out.push_str("\\ufffd");
            return &rest[5..];
        }
        (Some(_), _) => 5,
        (None, _) => {
            out.push_str("\\\\");
            return rest;
        }
    };
    out.push('\\');
    out.push_str(&rest[..length]);
    &rest[length..]
}

/// The UTF-16 unit that "u" and four digits stand for.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    let digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(digits)?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_others_take_is_taken() {
        for (text, expected) in [
            (
                r#"[NaN, Infinity, -Infinity, 1e400, -0.5, true, null]"#,
                json!([null, null, null, null, -0.5, true, null]),
            ),
            (
                r#"["hi \ud83d there", "\udc00", "\ud83d\ude00", "\ud83dx"]"#,
                json!(["hi \u{fffd} there", "\u{fffd}", "😀", "\u{fffd}x"]),
            ),
            ("[\"a\tb\nc\"]", json!(["a\tb\nc"])),
            (r#"["\x", "\u12", "\\NaN", "Infinity"]"#, json!(["\\x", "\\u12", "\\NaN", "Infinity"])),
            (r#"{"a": 1, "a": 2}"#, json!({"a": 2})),
            ("\u{feff}{}", json!({})),
            (r#"{"ü": "a\"b"}"#, json!({"ü": "a\"b"})),
        ] {
            assert_eq!(value(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_none() {
        for text in ["", "{", "\"", "\"\\", "\"\\u", "{} {}", "nonsense", "[1,]", "ü"] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn it_changes_nothing_that_is_strict() {
        let text = r#"{"a":[1.5,-2,1e3,"é\u00e9\n\"\\/\ud83d\ude00",{"b":false}]}"#;
        assert_eq!(value(text), serde_json::from_str(text).ok());
    }
}
