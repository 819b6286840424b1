//! The border between the two sides of a line.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

use rtrb::{Consumer, Producer, RingBuffer};

use super::marks::{Border, Mark};
use crate::audio::format::PlayoutFormat;
use crate::error::Result;
use crate::memory;

/// What is fed ahead: more than the library's thread may be late on a busy machine.
const LOOKAHEAD_MS: u32 = 500;
/// What one read may take.
pub(super) const MOST_READ_MS: u32 = LOOKAHEAD_MS;
/// So much may be free while nothing more is fed: a piece, what the shortener holds, and the delay of the resampler.
const UNFED_MS: u32 = 70;
/// Phrases that can be ahead: a phrase is longer than 10 ms.
pub(super) const BORDERS: usize = 128;
/// Room that is kept free: at another rate the pieces between borders may each round up to a sample more.
pub(super) const SPARE: usize = BORDERS;

/// Figures that both sides read.
#[derive(Default)]
pub struct Shared {
    /// What lies before this place does not sound any more, nor does any phrase up to this number.
    pub flush_to: AtomicU64,
    pub flushed_phrase: AtomicU64,
    /// Phrases are whole up to here.
    pub complete_to: AtomicU64,
    /// Where the next sample to play lies.
    pub played: AtomicU64,
    /// Nothing follows what the ring holds.
    pub ended: AtomicBool,
    pub underruns: AtomicU64,
}

pub struct FeedSide {
    pub samples: Producer<i16>,
    pub borders: Producer<Border>,
    pub marks: Consumer<Mark>,
    pub shared: Arc<Shared>,
}

pub struct PlaySide {
    pub samples: Consumer<i16>,
    pub borders: Consumer<Border>,
    pub marks: Producer<Mark>,
    pub shared: Arc<Shared>,
}

pub fn new(format: PlayoutFormat, prime_ms: u32) -> Result<(FeedSide, PlaySide)> {
    let samples = format.frames_in_ms(LOOKAHEAD_MS + UNFED_MS + prime_ms) + 2 * SPARE;
    memory::ask(samples * size_of::<i16>())?;
    let (mut feed_samples, play_samples) = RingBuffer::new(samples);
    // Writes every sample once: the first touch of a page is a fault, and those belong here, not on an audio thread.
    drop(feed_samples.write_chunk(feed_samples.slots()));
    let (feed_borders, play_borders) = RingBuffer::new(BORDERS);
    // A phrase has two marks at most.
    let (play_marks, feed_marks) = RingBuffer::new(2 * BORDERS);
    let shared = Arc::new(Shared::default());
    let feed =
        FeedSide { samples: feed_samples, borders: feed_borders, marks: feed_marks, shared: shared.clone() };
    Ok((feed, PlaySide { samples: play_samples, borders: play_borders, marks: play_marks, shared }))
}
