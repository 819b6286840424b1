//! The shared part of the two sides of a line.

use crate::sync::{AtomicBool, AtomicU64};
use std::sync::Arc;

use rtrb::{Consumer, Producer, RingBuffer};

use super::marks::{Border, Mark};
use crate::audio::format::PlayoutFormat;
use crate::error::Result;
use crate::lock::note_slow;
use crate::memory;

/// How much is fed ahead: more than the delay of the library's thread on a busy machine.
const LOOKAHEAD_MS: u32 = 500;
/// Limit of one read.
pub(super) const MOST_READ_MS: u32 = LOOKAHEAD_MS;
/// Free space below which nothing is fed: a piece, what the shortener holds, and the delay of the resampler.
const UNFED_MS: u32 = 70;
/// Number of phrases that can be ahead: a phrase is longer than 10 ms.
pub(super) const BORDERS: usize = 128;
/// Reserved space: at another rate each piece between boundaries may round up by one sample.
pub(super) const SPARE: usize = BORDERS;

/// Values that both sides read.
#[derive(Default)]
pub(crate) struct Shared {
    /// What lies before this position is withdrawn, and every phrase up to this number.
    pub flush_to: AtomicU64,
    pub flushed_phrase: AtomicU64,
    /// Phrases are complete up to here.
    pub complete_to: AtomicU64,
    /// Position of the next sample to play.
    pub played: AtomicU64,
    /// Frames that were read, silence included.
    pub clock: AtomicU64,
    /// Nothing follows the contents of the ring.
    pub ended: AtomicBool,
    pub underruns: AtomicU64,
}

pub(crate) struct FeedSide {
    pub samples: Producer<i16>,
    pub borders: Producer<Border>,
    pub marks: Consumer<Mark>,
    pub shared: Arc<Shared>,
}

pub(crate) struct PlaySide {
    pub samples: Consumer<i16>,
    pub borders: Consumer<Border>,
    pub marks: Producer<Mark>,
    pub shared: Arc<Shared>,
}

pub(crate) fn new(format: PlayoutFormat, prime_ms: u32) -> Result<(FeedSide, PlaySide)> {
    note_slow("the ring of an output is made");
    let samples = format.frames_in_ms(LOOKAHEAD_MS + UNFED_MS + prime_ms) + 2 * SPARE;
    memory::ask(samples * size_of::<i16>())?;
    // The library's thread writes its pages first, when there is speech.
    let (feed_samples, play_samples) = RingBuffer::new(samples);
    let (feed_borders, play_borders) = RingBuffer::new(BORDERS);
    // A phrase has two marks at most.
    let (mut play_marks, feed_marks) = RingBuffer::new(2 * BORDERS);
    // The player writes them: no page fault later, as with the samples.
    drop(play_marks.write_chunk(2 * BORDERS));
    let shared = Arc::new(Shared::default());
    let feed =
        FeedSide { samples: feed_samples, borders: feed_borders, marks: feed_marks, shared: shared.clone() };
    Ok((feed, PlaySide { samples: play_samples, borders: play_borders, marks: play_marks, shared }))
}
