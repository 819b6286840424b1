//! The consumer of the input: the driver takes it chunk by chunk.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::lane::{Lane, chunk_frames};
use super::shared::Shared;
use crate::audio::format::WireFormat;
use crate::audio::samples::Encoding;
use crate::error::Result;
use crate::lock::lock;

/// The first chunk is sent in two parts: the acknowledgement of the first part shows a slow line before much more was
/// taken.
const FIRST_PART_MS: u32 = 100;

/// The driver's side.
pub struct Chunks {
    lane: Lane,
    /// Audio in the wire format that is not a whole chunk yet.
    pending: Vec<u8>,
    wire: WireFormat,
    chunk_frames: usize,
    /// As configured; on a slow line chunks are shorter.
    full_chunk_frames: usize,
    /// Frames of the first chunk that were sent.
    begun: usize,
    /// The caller's frames in the last chunk.
    last: Sent,
    /// The caller's frames that were taken before READY, if old ones may be dropped.
    early: u64,
    shared: Arc<Shared>,
}

/// Which of the caller's frames, counted from the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    pub begin: u64,
    pub end: u64,
}

impl Sent {
    pub fn count(self) -> u64 {
        self.end.saturating_sub(self.begin)
    }
}

impl Chunks {
    pub(super) fn new(lane: Lane, wire: WireFormat, chunk_ms: u32, shared: Arc<Shared>) -> Chunks {
        let chunk_frames = chunk_frames(wire, chunk_ms);
        let mut chunks = Chunks {
            lane,
            pending: Vec::new(),
            wire,
            chunk_frames,
            full_chunk_frames: chunk_frames,
            begun: 0,
            last: Sent::default(),
            early: 0,
            shared,
        };
        chunks.make_room();
        chunks.fit_the_line();
        chunks.expect();
        chunks
    }

    /// Passes the next full chunk to `send`, or with `flush` also the rest of one, as two halves of bytes in the wire
    /// format. Returns `false` when there is none.
    pub fn next(&mut self, flush: bool, send: impl FnOnce(&[u8], &[u8]) -> Result<()>) -> Result<bool> {
        let begin = self.shared.sent.load(Ordering::Relaxed);
        self.fit_the_line();
        let mut bytes = 0;
        let is_sent = self.next_of(flush, |first, second| {
            bytes = first.len() + second.len();
            send(first, second)
        })?;
        self.note(begin);
        self.go_on(bytes);
        Ok(is_sent)
    }

    fn next_of(&mut self, flush: bool, send: impl FnOnce(&[u8], &[u8]) -> Result<()>) -> Result<bool> {
        self.leave_old_lanes();
        if self.pending.is_empty() && self.lane.converter.is_none() {
            return self.next_unconverted(flush, send);
        }
        let needed = self.needed();
        if needed > 0 && self.lane.waiting() >= needed {
            let sent = self.lane.convert(needed, &mut self.pending);
            self.shared.note_sent(sent);
        }
        if flush && self.needed() > 0 {
            let sent = self.lane.finish(&mut self.pending);
            self.shared.note_sent(sent);
        }
        let ready = self.pending.len().min(self.chunk_bytes());
        let is_due = ready == self.chunk_bytes() || flush && ready > 0;
        if is_due {
            send(&self.pending[..ready], &[])?;
            self.pending.copy_within(ready.., 0);
            self.pending.truncate(self.pending.len() - ready);
        }
        self.expect();
        Ok(is_due)
    }

    /// From the ring straight to where it goes: nothing is copied on the way.
    fn next_unconverted(
        &mut self,
        flush: bool,
        send: impl FnOnce(&[u8], &[u8]) -> Result<()>,
    ) -> Result<bool> {
        let waiting = self.lane.consumer.slots();
        let chunk_bytes = self.chunk_bytes();
        let take = if waiting >= chunk_bytes { chunk_bytes } else { waiting };
        if take == 0 || (take < chunk_bytes && !flush) {
            return Ok(false);
        }
        let Ok(chunk) = self.lane.consumer.read_chunk(take) else { return Ok(false) };
        let (first, second) = chunk.as_slices();
        send(first, second)?;
        chunk.commit_all();
        self.shared.note_sent(take / self.lane.frame_bytes);
        Ok(true)
    }

    /// The caller's frames in the chunk that was given last; none when it was silence.
    pub fn last(&self) -> Sent {
        self.last
    }

    pub fn sample_rate(&self) -> u32 {
        self.lane.sample_rate
    }

    fn note(&mut self, begin: u64) {
        self.last = Sent { begin, end: self.shared.sent.load(Ordering::Relaxed) };
    }

    /// Records that this many bytes were sent.
    fn go_on(&mut self, bytes: usize) {
        if self.begun < self.full_chunk_frames {
            self.begun += bytes / self.wire.frame_bytes();
            self.fit_the_line();
        }
    }

    /// Frames of the next chunk on a line that is fast enough: the ends of all but the first part are where they would
    /// be without it, so that a caller's blocks of a chunk leave whole.
    fn regular(&self) -> usize {
        match self.begun {
            0 => chunk_frames(self.wire, FIRST_PART_MS).min(self.full_chunk_frames),
            begun if begun < self.full_chunk_frames => self.full_chunk_frames - begun,
            _ => self.full_chunk_frames,
        }
    }

    fn fit_the_line(&mut self) {
        let (full, rate) = (self.regular() as u64, self.wire.sample_rate.into());
        let frames = self.shared.fitting(full, rate) as usize;
        if frames != self.chunk_frames {
            self.chunk_frames = frames.max(1);
            self.expect();
        }
    }

    /// Gathers what is left of the input, which has stopped, and tells how many frames are missing to a chunk.
    pub fn settle(&mut self) -> usize {
        self.leave_old_lanes();
        let sent = self.lane.finish(&mut self.pending);
        self.shared.note_sent(sent);
        self.expect();
        self.chunk_frames.saturating_sub(self.pending.len() / self.wire.frame_bytes())
    }

    /// Passes a chunk to `send` that consists of what was gathered and silence. Returns the frames of silence.
    pub fn next_silent(&mut self, send: impl FnOnce(&[u8], &[u8]) -> Result<()>) -> Result<usize> {
        self.note(self.shared.sent.load(Ordering::Relaxed));
        let gathered = self.pending.len();
        let bytes = self.chunk_bytes();
        self.pending.resize(bytes.max(gathered), self.wire.encoding.silent_byte());
        let outcome = send(&self.pending[..bytes], &[]);
        if outcome.is_err() {
            self.pending.truncate(gathered);
        } else {
            self.pending.drain(..bytes);
            self.go_on(bytes);
        }
        self.expect();
        outcome.map(|()| bytes.saturating_sub(gathered) / self.wire.frame_bytes())
    }

    pub fn chunk_frames(&self) -> usize {
        self.chunk_frames
    }

    /// Returns whether all of the caller's first `frames` were sent.
    pub fn has_sent(&self, frames: u64) -> bool {
        self.pending.is_empty() && self.shared.sent.load(Ordering::Relaxed) >= frames
    }

    /// Before READY: discards what is older than the newest `keep_ms`, so that a conversation does not begin with old
    /// audio.
    pub fn drop_older_than(&mut self, keep_ms: u32) {
        self.early = self.shared.taken.load(Ordering::Acquire);
        self.leave_old_lanes();
        self.drop_oldest(self.waiting_ms().saturating_sub(keep_ms.into()));
    }

    /// After READY: discards the oldest of what was taken before, as far as the line turns out too slow for it.
    pub fn drop_early(&mut self) {
        let (taken, sent) =
            (self.shared.taken.load(Ordering::Acquire), self.shared.sent.load(Ordering::Relaxed));
        let early = self.early.saturating_sub(sent);
        if early > 0 {
            let excess = taken.saturating_sub(sent).saturating_sub(self.shared.most_waiting());
            self.drop_oldest(excess.min(early) * 1000 / u64::from(self.lane.sample_rate));
        }
    }

    fn drop_oldest(&mut self, mut excess: u64) {
        let dropped = self.lane.drop_oldest(excess);
        excess -= excess.min(dropped as u64 * 1000 / u64::from(self.lane.sample_rate));
        let mut gone = dropped;
        for lane in lock(&self.shared.lanes).iter_mut() {
            let dropped = lane.drop_oldest(excess);
            excess -= excess.min(dropped as u64 * 1000 / u64::from(lane.sample_rate));
            gone += dropped;
        }
        self.shared.dropped.fetch_add(gone as u64, Ordering::Relaxed);
        self.shared.note_sent(gone);
    }

    fn waiting_ms(&self) -> u64 {
        let later: u64 = lock(&self.shared.lanes).iter().map(Lane::waiting_ms).sum();
        self.lane.waiting_ms() + later
    }

    /// Moves on to the next ring while this one is not filled any more and holds less than a chunk.
    fn leave_old_lanes(&mut self) {
        // In this order, so that what was sent before the ring was abandoned is seen.
        while self.needed() > 0 && self.lane.consumer.is_abandoned() && self.lane.waiting() < self.needed() {
            let Some(next) = lock(&self.shared.lanes).pop_front() else { return };
            let sent = self.lane.finish(&mut self.pending);
            self.shared.note_sent(sent);
            self.lane = next;
            self.make_room();
            self.expect();
        }
    }

    /// For a chunk, and for what the filter adds at the end of a ring.
    fn make_room(&mut self) {
        if let Some(converter) = &self.lane.converter {
            self.pending.reserve(2 * self.chunk_frames * self.wire.frame_bytes() + converter.most_out(0));
        }
    }

    /// Frames to take from the ring until a chunk is full.
    fn needed(&self) -> usize {
        self.lane.needed(self.chunk_frames.saturating_sub(self.pending.len() / self.wire.frame_bytes()))
    }

    /// Says when the ticker must wake the driver.
    fn expect(&self) {
        // The product decides when bytes leave.
        let needed = if self.wire.encoding == Encoding::Opaque { 1 } else { self.needed() };
        self.shared.needed.store(needed as u64, Ordering::Release);
    }

    pub fn most_chunk_bytes(&self) -> usize {
        self.full_chunk_frames * self.wire.frame_bytes()
    }

    /// Of a chunk as long as the line allows, also while the first one is sent in parts.
    pub fn usual_chunk_bytes(&self) -> usize {
        let full = self.full_chunk_frames as u64;
        self.shared.fitting(full, self.wire.sample_rate.into()) as usize * self.wire.frame_bytes()
    }

    pub fn chunk_bytes(&self) -> usize {
        self.chunk_frames * self.wire.frame_bytes()
    }
}
