//! A fast look at JSON: the pairs of one object, without building a tree and without reading strings byte by byte.
//! For the few message types that come often. Whatever it does not understand (escapes, unexpected nesting, malformed
//! text) is left to the full parser.

use memchr::{memchr2, memchr3};

/// A value as it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raw<'a> {
    /// The text between the quotes; holds no escape.
    Text(&'a [u8]),
    /// An object with its braces.
    Object(&'a [u8]),
    /// A number or a word.
    Scalar(&'a [u8]),
}

/// Passes on the pairs of an object that fills all of `json`; `None` when `json` is anything else, or when `pair` does not
/// know a value.
pub fn pairs<'a>(json: &'a [u8], mut pair: impl FnMut(&'a [u8], Raw<'a>) -> Option<()>) -> Option<()> {
    is_blank(members(json, |key, rest| passed_on(key, rest, &mut pair))?)
}

/// As [`pairs`], and the pairs of the object under a name, which then need not be looked for again. `None` also if two have that name.
pub fn pairs_with<'a>(
    json: &'a [u8],
    name: &[u8],
    mut outer: impl FnMut(&'a [u8], Raw<'a>) -> Option<()>,
    mut inner: impl FnMut(&'a [u8], Raw<'a>) -> Option<()>,
) -> Option<()> {
    let mut is_found = false;
    let end = members(json, |key, rest| {
        if key != name || rest.first() != Some(&b'{') {
            return passed_on(key, rest, &mut outer);
        }
        if std::mem::replace(&mut is_found, true) {
            return None;
        }
        members(rest, |key, rest| passed_on(key, rest, &mut inner))
    })?;
    is_blank(end)
}

/// Passes the value on that `rest` begins with, and returns what follows.
fn passed_on<'a>(
    key: &'a [u8],
    rest: &'a [u8],
    pair: &mut impl FnMut(&'a [u8], Raw<'a>) -> Option<()>,
) -> Option<&'a [u8]> {
    let (value, after) = value(rest)?;
    pair(key, value)?;
    Some(after)
}

/// Passes on each key with all that begins with its value, of which `member` returns what follows; and returns what follows the object.
fn members<'a>(
    json: &'a [u8],
    mut member: impl FnMut(&'a [u8], &'a [u8]) -> Option<&'a [u8]>,
) -> Option<&'a [u8]> {
    let mut rest = expect(json, b'{')?;
    if let Some(end) = expect(rest, b'}') {
        return Some(end);
    }
    loop {
        let (key, after) = text(skip_blank(rest))?;
        let after = member(key, skip_blank(expect(after, b':')?))?;
        match skip_blank(after).split_first()? {
            (b',', after) => rest = after,
            (b'}', end) => return Some(end),
            _ => return None,
        }
    }
}

fn value(json: &[u8]) -> Option<(Raw<'_>, &[u8])> {
    match json.first()? {
        b'"' => text(json).map(|(text, after)| (Raw::Text(text), after)),
        b'{' => {
            let end = object_end(json)?;
            Some((Raw::Object(&json[..end]), &json[end..]))
        }
        // No message that this is used for contains a list.
        b'[' => None,
        _ => {
            let end =
                json.iter().position(|byte| matches!(byte, b',' | b'}' | b' ' | b'\n' | b'\r' | b'\t'))?;
            (end > 0).then(|| (Raw::Scalar(&json[..end]), &json[end..]))
        }
    }
}

fn text(json: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = json.strip_prefix(b"\"")?;
    let end = memchr2(b'"', b'\\', inside)?;
    (inside[end] == b'"').then(|| (&inside[..end], &inside[end + 1..]))
}

/// Returns where an object ends. Braces inside strings do not count.
fn object_end(json: &[u8]) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = 0;
    loop {
        at += memchr3(b'"', b'{', b'}', &json[at..])?;
        match json[at] {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(at + 1),
            b'}' => depth -= 1,
            _ => {
                let (inside, _) = text(&json[at..])?;
                at += inside.len() + 1;
            }
        }
        at += 1;
    }
}

fn expect(json: &[u8], byte: u8) -> Option<&[u8]> {
    match skip_blank(json).split_first() {
        Some((first, rest)) if *first == byte => Some(rest),
        _ => None,
    }
}

fn skip_blank(json: &[u8]) -> &[u8] {
    json.trim_ascii_start()
}

fn is_blank(json: &[u8]) -> Option<()> {
    skip_blank(json).is_empty().then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<Vec<String>> {
        let mut seen = Vec::new();
        pairs(json.as_bytes(), |key, value| {
            let show = |bytes| String::from_utf8_lossy(bytes).into_owned();
            seen.push(match value {
                Raw::Text(text) => format!("{}=\"{}\"", show(key), show(text)),
                Raw::Object(text) | Raw::Scalar(text) => format!("{}={}", show(key), show(text)),
            });
            Some(())
        })?;
        Some(seen)
    }

    #[test]
    fn pairs_come_as_they_stand() {
        let json = r#" { "a" : "x" ,"b":{"c":"}","d":{}} , "e":-1.5e3,"f":null} "#;
        assert_eq!(read(json).unwrap(), [r#"a="x""#, r#"b={"c":"}","d":{}}"#, "e=-1.5e3", "f=null"]);
        assert!(read(" { } ").unwrap().is_empty());
    }

    #[test]
    fn what_it_does_not_understand_it_leaves() {
        for json in [
            "",
            "{",
            "[]",
            "7",
            r#"{"a""#,
            r#"{"a":"#,
            r#"{"a":}"#,
            r#"{"a":1"#,
            r#"{"a":1}x"#,
            r#"{"a":1,}"#,
            r#"{"a":"\n"}"#,
            r#"{"a":[1]}"#,
            r#"{"a":{"b":"\""}}"#,
            r#"{"a":{"b":1}"#,
            r#"{a:1}"#,
            r#"{"a" 1}"#,
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    /// Whatever it accepts, a full parser reads the same from it, if that accepts it too.
    #[test]
    fn it_agrees_with_a_full_parser() {
        let words = [r#""a""#, ":", ",", "{", "}", r#""x}""#, "1", "true", " ", r#""message_type""#];
        let mut state = 1u64;
        for _ in 0..20_000 {
            let mut json = String::from("{");
            for _ in 0..7 {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                json.push_str(words[(state >> 33) as usize % words.len()]);
            }
            json.push('}');
            let full = serde_json::from_str::<serde_json::Value>(&json);
            if let (Ok(full), Some(seen)) = (full, read(&json)) {
                let keys = full.as_object().unwrap().len();
                assert!(seen.len() >= keys, "{json}: {seen:?}");
            }
        }
    }
}
