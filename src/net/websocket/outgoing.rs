//! Frames that the system has not taken yet. They are built, masked and written in the same bytes.

use std::cell::RefCell;

use super::frame::{self, MAX_HEADER_BYTES, Opcode};
use crate::error::Result;
use crate::memory;

/// A larger buffer is freed.
const MOST_SPARE_BYTES: usize = 64 << 10;

thread_local! {
    /// For the next session that sends: the allocator would wipe a freed buffer for every message.
    static SPARE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

#[derive(Default)]
pub(super) struct Outgoing {
    bytes: Vec<u8>,
    /// How much of `bytes` the system has taken.
    taken: usize,
}

impl Outgoing {
    /// Number of bytes that wait.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() - self.taken
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn unsent(&self) -> &[u8] {
        &self.bytes[self.taken..]
    }

    /// Appends a frame whose payload `write` appends. `size_hint` avoids growing the buffer.
    pub(super) fn queue(
        &mut self,
        opcode: Opcode,
        key: [u8; 4],
        size_hint: usize,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Result<()> {
        if self.bytes.capacity() == 0 {
            self.bytes = SPARE.take();
        }
        self.compact();
        memory::grow(&mut self.bytes, MAX_HEADER_BYTES + size_hint)?;
        let start = self.bytes.len();
        // The length of the header depends on that of the payload. The hint is nearly always right.
        let (_, guess) = frame::client_header(opcode, size_hint, key);
        self.bytes.resize(start + guess, 0);
        write(&mut self.bytes);
        let payload_bytes = self.bytes.len() - start - guess;
        let (header, header_bytes) = frame::client_header(opcode, payload_bytes, key);
        if header_bytes == guess {
            self.bytes[start..start + guess].copy_from_slice(&header[..header_bytes]);
        } else {
            self.bytes.splice(start..start + guess, header[..header_bytes].iter().copied());
        }
        frame::mask(&mut self.bytes[start + header_bytes..], key);
        Ok(())
    }

    /// Records that the system took this many bytes.
    pub(super) fn take(&mut self, bytes: usize) {
        self.taken += bytes;
        if self.is_empty() {
            self.forget();
        }
    }

    /// Discards what waits and leaves the buffer to the next session that sends.
    pub(super) fn forget(&mut self) {
        self.taken = 0;
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        if bytes.capacity() <= MOST_SPARE_BYTES {
            SPARE.with_borrow_mut(|spare| {
                if spare.capacity() < bytes.capacity() {
                    *spare = bytes;
                }
            });
        }
    }

    /// On a line that is never idle the buffer never becomes empty: bytes that the system has taken must be removed
    /// anyway.
    fn compact(&mut self) {
        if self.taken > 0 {
            self.bytes.drain(..self.taken);
            self.taken = 0;
        }
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line that takes as much as is queued, but never all that waits.
    #[test]
    fn a_line_that_is_never_idle_does_not_make_the_buffer_grow() {
        let mut outgoing = Outgoing::default();
        let queue = |outgoing: &mut Outgoing| {
            outgoing
                .queue(Opcode::Text, [0; 4], 20_000, |frame| frame.resize(frame.len() + 20_000, b'x'))
                .unwrap();
        };
        queue(&mut outgoing);
        for _ in 0..1000 {
            queue(&mut outgoing);
            outgoing.take(20_008);
        }
        assert_eq!(outgoing.len(), 20_008);
        assert!(outgoing.capacity() < 200_000, "{}", outgoing.capacity());
    }

    #[test]
    fn the_next_message_of_any_session_reuses_the_buffer() {
        for bytes in [2 * MOST_SPARE_BYTES, 20_000] {
            let mut outgoing = Outgoing::default();
            outgoing
                .queue(Opcode::Text, [0; 4], bytes, |frame| frame.resize(frame.len() + bytes, b'x'))
                .unwrap();
            outgoing.take(outgoing.len());
            assert_eq!(outgoing.capacity(), 0);
        }
        let mut other = Outgoing::default();
        other.queue(Opcode::Text, [0; 4], 1, |frame| frame.push(b'x')).unwrap();
        assert!((20_000..2 * MOST_SPARE_BYTES).contains(&other.capacity()), "{}", other.capacity());
    }

    /// Its header is longer than that of a message as long as the hint.
    #[test]
    fn a_message_that_is_longer_than_its_hint_follows_the_one_before() {
        let mut outgoing = Outgoing::default();
        for bytes in [10, 300] {
            outgoing
                .queue(Opcode::Text, [0; 4], 10, |frame| frame.resize(frame.len() + bytes, b'x'))
                .unwrap();
        }
        let short = [&[0x81, 0x80 | 10, 0, 0, 0, 0][..], &[b'x'; 10]].concat();
        let long = [&[0x81, 0x80 | 126, 1, 44, 0, 0, 0, 0][..], &[b'x'; 300]].concat();
        assert_eq!(outgoing.unsent(), [short, long].concat());
    }
}
