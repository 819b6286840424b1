//! What the server sends, compressed: plain frames go in, frames with compressed payloads come out.

use std::io;

use flate2::{Compress, Compression, FlushCompress};

use super::frames::{Frames, Handler, Head, RSV1};
use super::incoming::TAIL;

const STEP: usize = 8 * 1024;

pub struct Outgoing {
    frames: Frames,
    packer: Packer,
}

impl Outgoing {
    pub fn new(keeps: bool, window_bits: u8) -> Self {
        let deflater = Compress::new_with_window_bits(Compression::fast(), false, window_bits);
        let packer = Packer { ready: Vec::new(), sent: 0, head: None, packed: Vec::new(), deflater, keeps };
        Self { frames: Frames::default(), packer }
    }

    pub fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.frames.add(bytes);
        self.frames.advance(&mut self.packer)
    }

    /// What has to be sent.
    pub fn ready(&self) -> &[u8] {
        &self.packer.ready[self.packer.sent..]
    }

    pub fn sent(&mut self, bytes: usize) {
        self.packer.sent += bytes;
        if self.packer.sent == self.packer.ready.len() {
            self.packer.sent = 0;
            self.packer.ready.clear();
        }
    }
}

struct Packer {
    ready: Vec<u8>,
    sent: usize,
    head: Option<Head>,
    /// The compressed payload of the frame in progress.
    packed: Vec<u8>,
    deflater: Compress,
    keeps: bool,
}

impl Packer {
    fn deflate(&mut self, mut input: &[u8], flush: FlushCompress) -> io::Result<()> {
        let mut out = [0; STEP];
        loop {
            let (read, written) = (self.deflater.total_in(), self.deflater.total_out());
            self.deflater.compress(input, &mut out, flush).map_err(io::Error::other)?;
            input = &input[(self.deflater.total_in() - read) as usize..];
            let written = (self.deflater.total_out() - written) as usize;
            self.packed.extend_from_slice(&out[..written]);
            if input.is_empty() && written < out.len() {
                return Ok(());
            }
        }
    }

    fn end_of_message(&mut self) {
        if self.packed.ends_with(&TAIL) {
            self.packed.truncate(self.packed.len() - TAIL.len());
        }
        if self.packed.is_empty() {
            // An empty block, of which the rest is left out too (RFC 7692, section 7.2.3.6).
            self.packed.push(0);
        }
        if !self.keeps {
            self.deflater.reset();
        }
    }
}

impl Handler for Packer {
    fn begin(&mut self, head: Head) {
        if head.is_control() {
            head.write(&mut self.ready);
        }
        self.head = Some(head);
    }

    fn piece(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.head.is_some_and(|head| head.is_control()) {
            self.ready.extend_from_slice(bytes);
            return Ok(());
        }
        self.deflate(bytes, FlushCompress::None)
    }

    fn end(&mut self) -> io::Result<()> {
        let Some(mut head) = self.head.take().filter(|head| !head.is_control()) else { return Ok(()) };
        self.deflate(&[], FlushCompress::Sync)?;
        if head.is_final() {
            self.end_of_message();
        }
        if head.first & 0x0f != 0 {
            head.first |= RSV1;
        }
        head.length = self.packed.len() as u64;
        head.write(&mut self.ready);
        self.ready.append(&mut self.packed);
        Ok(())
    }

    fn is_full(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::incoming::Incoming;
    use super::*;

    fn frame(first: u8, text: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        Head { first, mask: None, length: text.len() as u64 }.write(&mut bytes);
        bytes.extend(text);
        bytes
    }

    /// What the other side reads, fed in pieces of this size.
    fn read(packed: &[u8], keeps: bool, piece: usize) -> Vec<u8> {
        let mut incoming = Incoming::new(keeps, 1 << 20, &[]);
        let mut plain = Vec::new();
        for bytes in packed.chunks(piece) {
            incoming.add(bytes);
            loop {
                let taken = incoming.take(100).unwrap();
                if taken.is_empty() {
                    break;
                }
                plain.extend_from_slice(taken);
            }
        }
        plain
    }

    /// Messages of one frame and of two, empty ones beside each other, a ping within a message, and the close.
    fn conversation() -> Vec<u8> {
        let long = b"to be or not to be ".repeat(5000);
        [
            frame(0x81, &long),
            frame(0x81, b""),
            frame(0x81, b""),
            frame(0x01, &long[..70_000]),
            frame(0x89, b"ping"),
            frame(0x80, &long[70_000..]),
            frame(0x01, b""),
            frame(0x80, b""),
            frame(0x82, &[7; 300]),
            frame(0x88, b"\x03\xe8"),
        ]
        .concat()
    }

    #[test]
    fn what_is_packed_is_unpacked_to_the_same_frames() {
        let plain = conversation();
        for keeps in [false, true] {
            for (piece, bits) in [(1, 15), (997, 9), (1 << 20, 12)] {
                let mut outgoing = Outgoing::new(keeps, bits);
                plain.chunks(piece).for_each(|bytes| outgoing.add(bytes).unwrap());
                let packed = outgoing.ready().to_vec();
                assert!(packed.len() < plain.len() / 10, "{}", packed.len());
                assert_eq!(read(&packed, keeps, piece), plain, "{keeps} {piece}");
            }
        }
    }

    #[test]
    fn only_who_keeps_the_context_gains_by_it() {
        let packed = |keeps| {
            let mut outgoing = Outgoing::new(keeps, 15);
            outgoing.add(&frame(0x81, b"partial_transcription")).unwrap();
            let first = outgoing.ready().len();
            outgoing.add(&frame(0x81, b"partial_transcription")).unwrap();
            (first, outgoing.ready().len() - first)
        };
        let (first, second) = packed(false);
        assert_eq!(first, second);
        let (first, second) = packed(true);
        assert!(second < first / 2, "{first} {second}");
    }

    #[test]
    fn a_message_is_at_most_as_large_as_allowed() {
        let mut outgoing = Outgoing::new(false, 15);
        outgoing.add(&frame(0x82, &vec![0; 1 << 20])).unwrap();
        let packed = outgoing.ready().to_vec();
        assert!(packed.len() < 16 << 10, "{}", packed.len());
        let mut incoming = Incoming::new(false, 1 << 20, &packed);
        assert_eq!(incoming.take(usize::MAX).unwrap().len(), 10 + (1 << 20));
        let mut incoming = Incoming::new(false, (1 << 20) - 1, &packed);
        assert_eq!(incoming.take(usize::MAX).unwrap_err().to_string(), "a message is too large");
    }

    #[test]
    fn the_parts_of_a_message_are_added_up() {
        let mut outgoing = Outgoing::new(false, 15);
        for first in [0x02, 0x00, 0x00, 0x80] {
            outgoing.add(&frame(first, &[0; 1000])).unwrap();
        }
        let packed = outgoing.ready().to_vec();
        let mut incoming = Incoming::new(false, 3999, &packed);
        let mut taken = || incoming.take(usize::MAX).map(<[u8]>::len);
        assert_eq!([taken().unwrap(), taken().unwrap(), taken().unwrap()], [1004; 3]);
        assert!(taken().is_err());
    }
}
