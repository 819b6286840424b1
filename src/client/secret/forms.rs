//! The forms in which a server may quote what it received: escaped for JSON or a URL, also twice, and in base64.

/// Depth of nested escapes.
const MAX_ROUNDS: usize = 3;

/// A byte that an escape or a character stands for.
#[derive(Clone, Copy)]
struct Unit {
    byte: u8,
    start: usize,
    end: usize,
}

/// A text without its escapes, with the position of each byte in the original.
pub(super) struct Decoded {
    bytes: Vec<u8>,
    units: Vec<Unit>,
}

impl Decoded {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where a range of the bytes stands in the original text.
    pub(super) fn range(&self, start: usize, end: usize) -> (usize, usize) {
        let first = self.units.get(start).map_or(0, |unit| unit.start);
        let last = end.checked_sub(1).and_then(|last| self.units.get(last)).map_or(first, |unit| unit.end);
        (first, last)
    }
}

/// Returns `None` when nothing is escaped.
pub(super) fn decoded(text: &str) -> Option<Decoded> {
    memchr::memchr2(b'\\', b'%', text.as_bytes())?;
    let units = text.bytes().enumerate().map(|(at, byte)| Unit { byte, start: at, end: at + 1 });
    let mut units: Vec<Unit> = units.collect();
    for _ in 0..MAX_ROUNDS {
        let before = units.len();
        units = unescaped(&units);
        if units.len() == before {
            break;
        }
    }
    Some(Decoded { bytes: units.iter().map(|unit| unit.byte).collect(), units })
}

fn unescaped(units: &[Unit]) -> Vec<Unit> {
    let mut out = Vec::with_capacity(units.len());
    let mut at = 0;
    while let Some(unit) = units.get(at) {
        let (char, length) = match unit.byte {
            b'%' => (hex(units, at + 1, 2).and_then(|byte| u8::try_from(byte).ok()).map(Escaped::Byte), 3),
            b'\\' => json_escape(units, at),
            _ => (None, 1),
        };
        let Some(char) = char else {
            out.push(*unit);
            at += 1;
            continue;
        };
        let (start, end) = (unit.start, units[at + length - 1].end);
        char.push(|byte| out.push(Unit { byte, start, end }));
        at += length;
    }
    out
}

enum Escaped {
    Byte(u8),
    Char(char),
}

impl Escaped {
    fn push(&self, mut push: impl FnMut(u8)) {
        match self {
            Escaped::Byte(byte) => push(*byte),
            Escaped::Char(char) => char.encode_utf8(&mut [0; 4]).bytes().for_each(push),
        }
    }
}

/// Any number of backslashes: each JSON text inside a JSON text doubles them.
fn json_escape(units: &[Unit], at: usize) -> (Option<Escaped>, usize) {
    let backslashes = units[at..].iter().take_while(|unit| unit.byte == b'\\').count();
    let next = at + backslashes;
    match units.get(next).map(|unit| unit.byte) {
        Some(b'u') => {
            let char = hex(units, next + 1, 4).and_then(char::from_u32);
            (char.map(Escaped::Char), backslashes + 5)
        }
        Some(byte @ (b'"' | b'/')) => (Some(Escaped::Byte(byte)), backslashes + 1),
        _ if backslashes > 1 => (Some(Escaped::Byte(b'\\')), backslashes),
        _ => (None, 1),
    }
}

fn hex(units: &[Unit], from: usize, digits: usize) -> Option<u32> {
    let digits = units.get(from..from + digits)?;
    digits.iter().try_fold(0, |value, unit| Some(value << 4 | char::from(unit.byte).to_digit(16)?))
}

/// The parts of a secret's base64 that do not depend on what precedes or follows it, in both alphabets.
pub(super) fn base64(secret: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for before in 0..3 {
        let padded = [&vec![0; before], secret].concat();
        let encoded = base64_simd::STANDARD_NO_PAD.encode_to_string(&padded);
        // The first digits depend on what precedes the secret, the last on what follows.
        let (first, last) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
        let core = &encoded[first..last];
        let for_urls = core.replace('+', "-").replace('/', "_");
        if for_urls != core {
            forms.push(for_urls);
        }
        forms.push(core.to_owned());
    }
    forms
}
