//! The way in: the caller's frames wait in a ring until a chunk is full.

use std::sync::atomic::{AtomicU64, Ordering};

use rtrb::chunks::ReadChunk;
use rtrb::{Consumer, Producer, RingBuffer};

use crate::audio::format::Format;
use crate::runtime::try_cell::TryCell;

/// The callers' side. Counts in bytes; only whole frames ever enter.
pub struct Ingest {
    producer: TryCell<Producer<u8>>,
    format: Format,
    frame_bytes: usize,
    chunk_bytes: usize,
    capacity: usize,
    written: AtomicU64,
    read: AtomicU64,
}

/// The driver's side.
pub struct Chunks {
    consumer: Consumer<u8>,
    chunk_bytes: usize,
}

impl Ingest {
    pub fn new(format: Format, chunk_ms: u32, buffer_ms: u32) -> (Ingest, Chunks) {
        let frame_bytes = format.frame_bytes();
        let chunk_bytes = format.frames_in_ms(chunk_ms).max(1) * frame_bytes;
        // Less than two chunks would stall a caller that sends chunk by chunk.
        let capacity = (format.frames_in_ms(buffer_ms) * frame_bytes).max(2 * chunk_bytes);
        let (mut producer, consumer) = RingBuffer::new(capacity);
        // Writes every byte once: the first touch of a page is a fault, and those belong here, not on an audio thread.
        drop(producer.write_chunk(capacity));
        let ingest = Ingest {
            producer: TryCell::new(producer),
            format,
            frame_bytes,
            chunk_bytes,
            capacity,
            written: AtomicU64::new(0),
            read: AtomicU64::new(0),
        };
        (ingest, Chunks { consumer, chunk_bytes })
    }

    /// Takes as many whole frames as fit and says how many; `None` when another thread is sending.
    pub fn send(&self, bytes: &[u8]) -> Option<usize> {
        self.producer.try_with(|producer| {
            let fitting = producer.slots().min(bytes.len());
            let whole = fitting - fitting % self.frame_bytes;
            let (taken, _) = producer.push_partial_slice(&bytes[..whole]);
            // One sender at a time: a plain addition is enough.
            let written = self.written.load(Ordering::Relaxed) + taken.len() as u64;
            self.written.store(written, Ordering::Release);
            taken.len() / self.frame_bytes
        })
    }

    pub fn frame_bytes(&self) -> usize {
        self.frame_bytes
    }

    pub fn space_frames(&self) -> usize {
        self.capacity.saturating_sub(self.waiting_bytes()) / self.frame_bytes
    }

    pub fn has_chunk(&self) -> bool {
        self.waiting_bytes() >= self.chunk_bytes
    }

    /// Tells how much the driver has taken out.
    pub fn note_read(&self, bytes: usize) {
        let read = self.read.load(Ordering::Relaxed) + bytes as u64;
        self.read.store(read, Ordering::Release);
    }

    /// Frames taken from the caller and frames sent on.
    pub fn frames(&self) -> (u64, u64) {
        let frame_bytes = self.frame_bytes as u64;
        let read = self.read.load(Ordering::Acquire) / frame_bytes;
        (self.written.load(Ordering::Acquire) / frame_bytes, read)
    }

    pub fn waiting_ms(&self) -> u64 {
        let frames = (self.waiting_bytes() / self.frame_bytes) as u64;
        frames * 1000 / u64::from(self.format.sample_rate)
    }

    fn waiting_bytes(&self) -> usize {
        let read = self.read.load(Ordering::Acquire);
        self.written.load(Ordering::Acquire).saturating_sub(read) as usize
    }
}

impl Chunks {
    /// The next full chunk, or with `flush` also what is left of one.
    pub fn next(&mut self, flush: bool) -> Option<ReadChunk<'_, u8>> {
        let waiting = self.consumer.slots();
        let take = if waiting >= self.chunk_bytes {
            self.chunk_bytes
        } else if flush && waiting > 0 {
            waiting
        } else {
            return None;
        };
        self.consumer.read_chunk(take).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEREO: Format = Format { sample_rate: 16_000, channels: 2 };

    #[test]
    fn only_whole_frames_enter_and_a_full_ring_says_how_many() {
        let (ingest, mut chunks) = Ingest::new(STEREO, 20, 40);
        assert_eq!(ingest.space_frames(), 640);
        assert_eq!(ingest.send(&[0; 4 * 600]), Some(600));
        assert_eq!(ingest.send(&[0; 4 * 100]), Some(40));
        assert_eq!(ingest.send(&[0; 4]), Some(0));
        let taken = chunks.next(false).unwrap();
        let bytes = taken.len();
        taken.commit_all();
        ingest.note_read(bytes);
        assert_eq!(ingest.space_frames(), 320);
    }

    #[test]
    fn chunks_come_out_in_order_across_the_seam() {
        let (ingest, mut chunks) = Ingest::new(Format { sample_rate: 8000, channels: 1 }, 20, 60);
        let mut expected = 0u8;
        let mut next = 0u8;
        for _ in 0..50 {
            let bytes: Vec<u8> = (0..222)
                .map(|_| {
                    next = next.wrapping_add(1);
                    next
                })
                .collect();
            assert_eq!(ingest.send(&bytes), Some(111));
            while let Some(chunk) = chunks.next(false) {
                assert_eq!(chunk.len(), 320);
                for byte in chunk {
                    expected = expected.wrapping_add(1);
                    assert_eq!(byte, expected);
                }
                ingest.note_read(320);
            }
        }
        let rest = chunks.next(true).map_or(0, |chunk| chunk.len());
        assert_eq!(rest, 50 * 222 % 320);
    }
}
