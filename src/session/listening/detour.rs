//! The way of what is sent over the thread for signal processing: the sender's end is wait-free, as sending.

use std::sync::Arc;

use rtrb::{Consumer, Producer, RingBuffer};

use crate::audio::convert::InputFormat;
use crate::error::Result;
use crate::lock::note_slow;
use crate::memory;
use crate::runtime::try_cell::TryCell;
use crate::session::output::original::Decoder;
use crate::sync::{Ordering, fence};

/// Capacity.
pub(super) const ROOM_MS: u32 = 2000;

/// A word of the ring is a sample of 16 bits, perhaps one that nobody may hear, or a number of frames that were lost.
const MUTED: u32 = 1 << 16;
const LOST: u32 = 1 << 31;

/// What comes out: samples of one kind, or frames that were lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Run {
    Said,
    Muted,
    Lost(usize),
}

/// The sender's end, in one format.
pub(crate) struct DetourEntry {
    decoder: Decoder,
    words: Producer<u32>,
    next: Next,
}

/// The other end.
pub(crate) struct Detour {
    pub(super) rate: u32,
    words: Consumer<u32>,
    next: Next,
}

/// Where it goes on when this one is over.
type Next = Arc<TryCell<Option<Detour>>>;

pub(crate) fn open_detour(format: InputFormat) -> Result<(DetourEntry, Detour)> {
    note_slow("the ring of a detour is made");
    let frames = format.frames_in_ms(ROOM_MS);
    memory::ask(frames * size_of::<u32>())?;
    let (mut words, consumer) = RingBuffer::new(frames);
    // The first access to a page is a page fault, which must happen here.
    drop(words.write_chunk(frames));
    let next = Next::new(TryCell::new(None));
    let entry = DetourEntry { decoder: Decoder::new(format), words, next: next.clone() };
    Ok((entry, Detour { rate: format.sample_rate, words: consumer, next }))
}

impl DetourEntry {
    pub(crate) fn format(&self) -> InputFormat {
        self.decoder.format()
    }

    /// What is sent from now on goes into `entry`. Leaves the one before there, which the caller frees: until then the other end
    /// waits for more of it.
    pub(crate) fn go_on(&mut self, entry: &mut DetourEntry, mut detour: Option<Detour>) {
        self.next.try_with(|next| std::mem::swap(next, &mut detour));
        std::mem::swap(self, entry);
    }

    /// Frames that it takes now.
    pub(crate) fn space(&self) -> usize {
        self.words.slots()
    }

    /// Frames that wait at the other end.
    pub(crate) fn waiting(&self) -> usize {
        self.words.buffer().capacity() - self.words.slots()
    }

    /// Takes as many of these frames as fit, and returns their number.
    pub(crate) fn put(&mut self, bytes: &[u8], is_muted: bool) -> usize {
        let DetourEntry { decoder, words, .. } = self;
        let frame_bytes = decoder.format().frame_bytes();
        let frames = (bytes.len() / frame_bytes).min(words.slots());
        let flag = if is_muted { MUTED } else { 0 };
        decoder.decode(&bytes[..frames * frame_bytes], |samples| {
            if let Ok(chunk) = words.write_chunk_uninit(samples.len()) {
                chunk.fill_from_iter(samples.iter().map(|&sample| u32::from(sample as u16) | flag));
            }
        });
        frames
    }

    /// So many frames were lost. Returns the number of those that were noted.
    pub(crate) fn lose(&mut self, frames: usize) -> usize {
        let frames = frames.min(LOST as usize - 1);
        if self.words.push(LOST | frames as u32).is_ok() { frames } else { 0 }
    }
}

impl Detour {
    /// Returns where it goes on, if nothing arrives here any more and everything was taken.
    pub(super) fn leave(&self) -> Option<Detour> {
        if !self.words.is_abandoned() {
            return None;
        }
        // What was done before the ring was abandoned is seen.
        fence(Ordering::Acquire);
        if self.words.is_empty() { self.next.try_with(Option::take).flatten() } else { None }
    }

    /// Takes what comes next, at most so many samples, which `samples` gets.
    pub(super) fn next(&mut self, most: usize, samples: &mut Vec<i16>) -> Option<Run> {
        let kind = |word: u32| word & (LOST | MUTED);
        let first = *self.words.peek().ok()?;
        if first & LOST != 0 {
            let _ = self.words.pop();
            return Some(Run::Lost((first & !LOST) as usize));
        }
        samples.clear();
        while let Ok(&word) = self.words.peek()
            && samples.len() < most
            && kind(word) == kind(first)
        {
            samples.push(word as u16 as i16);
            let _ = self.words.pop();
        }
        Some(if kind(first) == 0 { Run::Said } else { Run::Muted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::format::Format;

    #[test]
    fn what_is_sent_muted_and_lost_comes_out_in_order() {
        let (mut entry, mut detour) =
            open_detour(InputFormat::plain(Format { sample_rate: 8000, channels: 1 })).unwrap();
        assert_eq!(entry.space(), 16_000);
        let bytes: Vec<u8> = [1i16, -1, i16::MIN].iter().flat_map(|sample| sample.to_ne_bytes()).collect();
        assert_eq!((entry.put(&bytes, false), entry.put(&bytes[2..4], true)), (3, 1));
        assert_eq!((entry.lose(48_000), entry.put(&bytes, false)), (48_000, 3));
        let mut samples = Vec::new();
        let mut next = |most| {
            let run = detour.next(most, &mut samples);
            (run, samples.clone())
        };
        assert_eq!(next(2), (Some(Run::Said), vec![1, -1]));
        assert_eq!(next(2), (Some(Run::Said), vec![i16::MIN]));
        assert_eq!(next(2), (Some(Run::Muted), vec![-1]));
        assert_eq!(next(2).0, Some(Run::Lost(48_000)));
        assert_eq!(next(9), (Some(Run::Said), vec![1, -1, i16::MIN]));
        assert_eq!(next(2).0, None);
        let wide = InputFormat::plain(Format { sample_rate: 16_000, channels: 1 });
        let (mut next, after) = open_detour(wide).unwrap();
        entry.go_on(&mut next, Some(after));
        assert_eq!((entry.put(&bytes, false), entry.format()), (3, wide));
        // The one before may still be used.
        assert!(detour.leave().is_none());
        next.lose(1);
        drop(next);
        assert!(detour.leave().is_none());
        assert_eq!(detour.next(1, &mut samples), Some(Run::Lost(1)));
        let mut after = detour.leave().unwrap();
        assert_eq!((after.rate, after.next(9, &mut samples), samples.len()), (16_000, Some(Run::Said), 3));
        drop(entry);
        assert!(after.leave().is_none());
    }

    #[test]
    fn what_does_not_fit_is_not_taken() {
        let (mut entry, mut detour) =
            open_detour(InputFormat::plain(Format { sample_rate: 8000, channels: 2 })).unwrap();
        assert_eq!(entry.put(&[0; 4 * 15_990], false), 15_990);
        assert_eq!((entry.put(&[0; 4 * 20], false), entry.space(), entry.lose(5)), (10, 0, 0));
        detour.next(1, &mut Vec::new()).unwrap();
        assert_eq!((entry.lose(5), entry.space()), (5, 0));
    }
}
