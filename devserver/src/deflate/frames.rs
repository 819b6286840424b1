//! Cuts the bytes of a connection into the frames of RFC 6455 (section 5.2), without looking at what they mean.

use std::io;

/// The header of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// FIN, the three reserved bits and the opcode.
    pub first: u8,
    pub mask: Option<[u8; 4]>,
    pub length: u64,
}

pub const FIN: u8 = 0x80;
/// Set on the first frame of a compressed message.
pub const RSV1: u8 = 0x40;
const CONTROL: u8 = 0x08;

impl Head {
    /// The header at the start of `bytes`, and how many bytes it has. `None`: there is more to come.
    fn read(bytes: &[u8]) -> Option<(Head, usize)> {
        let (&[first, second], rest) = bytes.split_first_chunk()?;
        let (length, rest) = match second & 0x7f {
            126 => rest.split_first_chunk().map(|(&two, rest)| (u16::from_be_bytes(two).into(), rest))?,
            127 => rest.split_first_chunk().map(|(&eight, rest)| (u64::from_be_bytes(eight), rest))?,
            short => (short.into(), rest),
        };
        let (mask, rest) = match second & 0x80 {
            0 => (None, rest),
            _ => rest.split_first_chunk().map(|(&mask, rest)| (Some(mask), rest))?,
        };
        Some((Head { first, mask, length }, bytes.len() - rest.len()))
    }

    pub fn write(&self, to: &mut Vec<u8>) {
        let masked = if self.mask.is_some() { 0x80 } else { 0 };
        to.push(self.first);
        match (u8::try_from(self.length), u16::try_from(self.length)) {
            (Ok(short @ ..126), _) => to.push(masked | short),
            (_, Ok(two)) => {
                to.push(masked | 126);
                to.extend(two.to_be_bytes());
            }
            _ => {
                to.push(masked | 127);
                to.extend(self.length.to_be_bytes());
            }
        }
        to.extend(self.mask.into_iter().flatten());
    }

    pub fn is_final(&self) -> bool {
        self.first & FIN != 0
    }

    pub fn is_control(&self) -> bool {
        self.first & CONTROL != 0
    }
}

/// What is done with the frames.
pub trait Handler {
    fn begin(&mut self, head: Head);
    /// A part of the frame's payload, as it was sent.
    fn piece(&mut self, bytes: &[u8]) -> io::Result<()>;
    fn end(&mut self) -> io::Result<()>;
    /// Whether nothing more is wanted for now.
    fn is_full(&self) -> bool;
}

/// Bytes that have arrived, and how far the frame in progress has got.
#[derive(Default)]
pub struct Frames {
    raw: Vec<u8>,
    used: usize,
    /// Bytes of the payload that are missing, while a frame is in progress.
    left: Option<u64>,
}

impl Frames {
    pub fn add(&mut self, bytes: &[u8]) {
        self.raw.drain(..self.used);
        self.used = 0;
        self.raw.extend_from_slice(bytes);
    }

    /// Hands frames on until there are no more bytes, or the handler is full.
    pub fn advance(&mut self, handler: &mut impl Handler) -> io::Result<()> {
        while !handler.is_full() {
            let bytes = &self.raw[self.used..];
            let Some(left) = self.left else {
                let Some((head, size)) = Head::read(bytes) else { break };
                self.used += size;
                self.left = Some(head.length);
                handler.begin(head);
                continue;
            };
            let size = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
            handler.piece(&bytes[..size])?;
            self.used += size;
            let left = left - size as u64;
            self.left = (left > 0).then_some(left);
            if left > 0 {
                break;
            }
            handler.end()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_every_length_are_read_as_they_are_written() {
        for length in [0, 1, 125, 126, 65_535, 65_536, u64::MAX >> 1] {
            for mask in [None, Some([1, 2, 3, 4])] {
                let head = Head { first: FIN | 1, mask, length };
                let mut bytes = Vec::new();
                head.write(&mut bytes);
                assert!((0..bytes.len()).all(|short| Head::read(&bytes[..short]).is_none()));
                let size = bytes.len();
                bytes.push(7);
                assert_eq!(Head::read(&bytes), Some((head, size)));
            }
        }
    }
}
