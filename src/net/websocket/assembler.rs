//! Assembles messages from bytes as they arrive. Copies only what arrives in pieces.

use super::frame::{self, Header, Opcode, Violation};
use crate::memory;

/// Until another limit is set.
const USUAL_MESSAGE_BYTES: usize = 8 << 20;

/// One message or control frame.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming<'a> {
    /// Not checked to be UTF-8: the reader checks it where it matters.
    Text(&'a [u8]),
    Binary(&'a [u8]),
    Ping(&'a [u8]),
    Pong(&'a [u8]),
    /// Code (1005 when none was given) and reason.
    Close(u16, String),
}

pub struct Assembler {
    /// The largest message that is accepted.
    most: usize,
    /// The beginning of a frame that is not complete. Freed when it is complete: idle sessions hold nothing.
    partial: Vec<u8>,
    /// The fragments of a message that is not complete.
    fragments: Vec<u8>,
    fragmented: Option<Opcode>,
}

impl Default for Assembler {
    fn default() -> Assembler {
        Assembler { most: USUAL_MESSAGE_BYTES, partial: Vec::new(), fragments: Vec::new(), fragmented: None }
    }
}

impl Assembler {
    pub fn limit(&mut self, message_bytes: usize) {
        self.most = message_bytes;
    }

    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Passes on every message that the bytes complete, until `take` wants no more for now. Returns how many bytes
    /// were used.
    pub fn feed(
        &mut self,
        bytes: &[u8],
        take: &mut dyn FnMut(Incoming<'_>) -> bool,
    ) -> Result<usize, Violation> {
        let mut used = 0;
        while used < bytes.len() {
            let rest = &bytes[used..];
            let goes_on = if self.partial.is_empty() {
                let Some((header, end)) = self.whole_frame(rest)? else {
                    self.keep(rest)?;
                    return Ok(bytes.len());
                };
                used += end;
                self.frame(header, &rest[header.header_bytes..end], take)?
            } else {
                let missing = self.missing_bytes(&self.partial)?;
                make_room(&mut self.partial, missing)?;
                let missing = missing.min(rest.len());
                self.partial.extend_from_slice(&rest[..missing]);
                used += missing;
                let Some((header, end)) = self.whole_frame(&self.partial)? else { continue };
                let partial = std::mem::take(&mut self.partial);
                self.frame(header, &partial[header.header_bytes..end], take)?
            };
            if !goes_on {
                break;
            }
        }
        Ok(used)
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), Violation> {
        let missing = self.missing_bytes(bytes)?;
        make_room(&mut self.partial, bytes.len() + missing)?;
        self.partial.extend_from_slice(bytes);
        Ok(())
    }

    fn frame(
        &mut self,
        header: Header,
        payload: &[u8],
        take: &mut dyn FnMut(Incoming<'_>) -> bool,
    ) -> Result<bool, Violation> {
        Ok(match header.opcode {
            Opcode::Ping => take(Incoming::Ping(payload)),
            Opcode::Pong => take(Incoming::Pong(payload)),
            Opcode::Close => take(close(payload)?),
            Opcode::Text | Opcode::Binary if self.fragmented.is_some() => return Err(Violation::BadFragment),
            Opcode::Text | Opcode::Binary if header.is_last => take(message(header.opcode, payload)?),
            Opcode::Text | Opcode::Binary => {
                self.fragmented = Some(header.opcode);
                make_room(&mut self.fragments, payload.len())?;
                self.fragments.extend_from_slice(payload);
                true
            }
            Opcode::Continuation => return self.fragment(header, payload, take),
        })
    }

    fn fragment(
        &mut self,
        header: Header,
        payload: &[u8],
        take: &mut dyn FnMut(Incoming<'_>) -> bool,
    ) -> Result<bool, Violation> {
        let opcode = self.fragmented.ok_or(Violation::BadFragment)?;
        self.fragments.try_reserve(payload.len()).map_err(|_| Violation::NoMemory)?;
        self.fragments.extend_from_slice(payload);
        if !header.is_last {
            return Ok(true);
        }
        self.fragmented = None;
        Ok(take(message(opcode, &std::mem::take(&mut self.fragments))?))
    }

    /// Returns the frame at the beginning of `bytes` and where it ends, if it is complete.
    fn whole_frame(&self, bytes: &[u8]) -> Result<Option<(Header, usize)>, Violation> {
        let Some(header) = frame::read_header(bytes)? else { return Ok(None) };
        let end = self.frame_end(header)?;
        Ok((bytes.len() >= end).then_some((header, end)))
    }

    /// What came before of a fragmented message counts.
    fn frame_end(&self, header: Header) -> Result<usize, Violation> {
        let before = if header.opcode == Opcode::Continuation { self.fragments.len() } else { 0 };
        match usize::try_from(header.payload_bytes) {
            Ok(payload) if payload <= self.most.saturating_sub(before) => Ok(header.header_bytes + payload),
            _ => Err(Violation::TooLong),
        }
    }

    /// How much of a begun frame is still to come, as far as its beginning says.
    fn missing_bytes(&self, partial: &[u8]) -> Result<usize, Violation> {
        match frame::read_header(partial)? {
            Some(header) => Ok(self.frame_end(header)? - partial.len()),
            None => Ok(1),
        }
    }
}

/// A large message is passed on only while there is memory for what is made of it: the text of an event beside its
/// JSON, or decoded samples.
fn message(opcode: Opcode, payload: &[u8]) -> Result<Incoming<'_>, Violation> {
    memory::ask(2 * payload.len()).map_err(|_| Violation::NoMemory)?;
    Ok(if opcode == Opcode::Text { Incoming::Text(payload) } else { Incoming::Binary(payload) })
}

/// One allocation of the right size instead of a series of growing ones.
fn make_room(bytes: &mut Vec<u8>, more: usize) -> Result<(), Violation> {
    memory::reserve(bytes, more).map_err(|_| Violation::NoMemory)
}

/// Code and reason (RFC 6455 section 7.4).
fn close(payload: &[u8]) -> Result<Incoming<'_>, Violation> {
    if payload.is_empty() {
        return Ok(Incoming::Close(1005, String::new()));
    }
    let (code, reason) = payload.split_first_chunk::<2>().ok_or(Violation::BadClose)?;
    let code = u16::from_be_bytes(*code);
    if !(1000..5000).contains(&code) {
        return Err(Violation::BadClose);
    }
    Ok(Incoming::Close(code, String::from_utf8_lossy(reason).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![first];
        if payload.len() < 126 {
            bytes.push(payload.len() as u8);
        } else {
            bytes.push(126);
            bytes.extend((payload.len() as u16).to_be_bytes());
        }
        bytes.extend(payload);
        bytes
    }

    fn conversation() -> (Vec<u8>, Vec<String>) {
        let long = vec![b'x'; 300];
        let bytes = [
            frame(0x81, b"one"),
            frame(0x01, b"tw"),
            frame(0x89, b"ping"),
            frame(0x80, b"o"),
            frame(0x82, &long),
            frame(0x8a, b""),
            frame(0x81, b""),
            frame(0x88, &[0x03, 0xe8, b'b', b'y', b'e']),
        ]
        .concat();
        let expected = [
            r#"Text("one")"#.to_owned(),
            r#"Ping("ping")"#.to_owned(),
            r#"Text("two")"#.to_owned(),
            format!("Binary({:?})", "x".repeat(300)),
            r#"Pong("")"#.to_owned(),
            r#"Text("")"#.to_owned(),
            r#"Close(1000, "bye")"#.to_owned(),
        ];
        (bytes, expected.to_vec())
    }

    fn name(incoming: Incoming<'_>) -> String {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        match incoming {
            Incoming::Text(bytes) => format!("Text({:?})", text(bytes)),
            Incoming::Binary(bytes) => format!("Binary({:?})", text(bytes)),
            Incoming::Ping(bytes) => format!("Ping({:?})", text(bytes)),
            Incoming::Pong(bytes) => format!("Pong({:?})", text(bytes)),
            Incoming::Close(code, reason) => format!("Close({code}, {reason:?})"),
        }
    }

    #[test]
    fn cut_anywhere_the_messages_are_the_same() {
        let (bytes, expected) = conversation();
        for piece in 1..=bytes.len() {
            let mut assembler = Assembler::default();
            let mut seen = Vec::new();
            for part in bytes.chunks(piece) {
                let used = assembler.feed(part, &mut |incoming| {
                    seen.push(name(incoming));
                    true
                });
                assert_eq!(used, Ok(part.len()));
            }
            assert_eq!(seen, expected, "in pieces of {piece}");
            assert_eq!(assembler.partial.capacity() + assembler.fragments.capacity(), 0, "holds nothing");
        }
    }

    #[test]
    fn whoever_takes_says_when_it_is_enough() {
        let (bytes, expected) = conversation();
        let mut assembler = Assembler::default();
        let (mut seen, mut used) = (Vec::new(), 0);
        for n in 1..=expected.len() {
            used += assembler
                .feed(&bytes[used..], &mut |incoming| {
                    seen.push(name(incoming));
                    false
                })
                .unwrap();
            assert_eq!(seen.len(), n);
        }
        assert_eq!((seen, used), (expected, bytes.len()));
    }

    fn violation(bytes: &[u8]) -> Violation {
        Assembler::default().feed(bytes, &mut |_| true).unwrap_err()
    }

    #[test]
    fn fragments_out_of_place() {
        assert_eq!(violation(&frame(0x80, b"x")), Violation::BadFragment);
        assert_eq!(violation(&[frame(0x01, b"x"), frame(0x81, b"y")].concat()), Violation::BadFragment);
    }

    #[test]
    fn lengths_are_refused_before_memory_is_taken() {
        const MOST: usize = 100_000;
        let header =
            |first: u8, payload: usize| [vec![first, 127], (payload as u64).to_be_bytes().to_vec()].concat();
        let limited = || {
            let mut assembler = Assembler::default();
            assembler.limit(MOST);
            assembler
        };
        assert_eq!(violation(&[0x81, 127, 0x7f, 0, 0, 0, 0, 0, 0, 0]), Violation::TooLong);
        assert_eq!(limited().feed(&header(0x82, MOST + 1), &mut |_| true), Err(Violation::TooLong));
        let mut assembler = limited();
        assembler.feed(&header(0x82, MOST), &mut |_| true).unwrap();
        let mut seen = 0;
        let mut count = |incoming: Incoming<'_>| {
            seen += usize::from(matches!(incoming, Incoming::Binary(bytes) if bytes.len() == MOST));
            true
        };
        assembler.feed(&vec![0; MOST], &mut count).unwrap();
        assert_eq!(seen, 1, "exactly as large as allowed");
        // The sum of the fragments counts, and the header of the one that is too much is enough.
        let mut assembler = limited();
        assembler.feed(&header(0x01, MOST - 9), &mut |_| true).unwrap();
        assembler.feed(&vec![0; MOST - 9], &mut |_| true).unwrap();
        assert_eq!(assembler.feed(&header(0x80, 10), &mut |_| true), Err(Violation::TooLong));
        assert!(assembler.partial.capacity() < 100, "nothing was taken for it");
        // A ping between fragments is none of them.
        let mut assembler = limited();
        assembler.feed(&header(0x01, MOST), &mut |_| true).unwrap();
        assembler.feed(&vec![0; MOST], &mut |_| true).unwrap();
        assembler.feed(&frame(0x89, &[0; 125]), &mut |_| true).unwrap();
        assembler.feed(&frame(0x80, b""), &mut |_| true).unwrap();
    }

    #[test]
    fn closes_that_make_no_sense() {
        assert_eq!(violation(&frame(0x88, &[3])), Violation::BadClose);
        assert_eq!(violation(&frame(0x88, &[0, 1])), Violation::BadClose);
    }
}
