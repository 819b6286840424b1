//! The consumer of the input: the driver takes it chunk by chunk.

// The models find them by their paths.
#[path = "chunks/space.rs"]
mod space;
#[path = "chunks/too_old.rs"]
mod too_old;

use crate::sync::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;

use super::lane::{Lane, chunk_frames};
use super::rates::Rates;
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
    last: Sent,
    /// The caller's frames in `pending`.
    gathered: u64,
    /// Of all that was taken out of the rings and not dropped.
    rates: Rates,
    /// The service accepts no smaller message.
    least_bytes: usize,
    shared: Arc<Shared>,
}

/// A chunk that was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// The caller's frames before it and in it.
    pub begin: u64,
    pub end: u64,
    /// Its length, and silence of that which fills it up to what the service accepts; in frames of the wire.
    pub length: usize,
    pub padding: usize,
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
            rates: Rates::new(lane.sample_rate),
            lane,
            pending: Vec::new(),
            wire,
            chunk_frames,
            full_chunk_frames: chunk_frames,
            begun: 0,
            last: Sent::default(),
            gathered: 0,
            least_bytes: 0,
            shared,
        };
        chunks.make_room();
        chunks.fit_the_line();
        chunks.expect();
        chunks
    }

    /// With silence, chunks that are sent before they are full have this size.
    pub fn fill_up_to(&mut self, bytes: usize) {
        self.least_bytes = bytes;
    }

    /// Passes the next full chunk to `send`, or with `flush` also the rest of one, as two halves of bytes in the wire
    /// format. Returns `false` when there is none.
    pub fn next(&mut self, flush: bool, send: impl FnOnce(&[u8], &[u8]) -> Result<()>) -> Result<bool> {
        self.fit_the_line();
        let mut bytes = 0;
        let is_sent = self.next_of(flush, |first, second| {
            bytes = first.len() + second.len();
            send(first, second)
        })?;
        self.go_on(bytes);
        Ok(is_sent)
    }

    fn next_of(&mut self, flush: bool, send: impl FnOnce(&[u8], &[u8]) -> Result<()>) -> Result<bool> {
        self.leave_old_lanes();
        if self.pending.is_empty() && self.lane.converter.is_none() {
            if let Some(frames) = self.unconverted(flush) {
                return self.next_unconverted(frames, send);
            }
        }
        let needed = self.needed();
        if needed > 0 && self.lane.waiting() >= needed {
            let sent = self.lane.convert(needed, &mut self.pending);
            self.gather(sent);
        }
        if flush && self.needed() > 0 {
            self.finish_lane();
        }
        let ready = self.pending.len().min(self.chunk_bytes());
        let is_due = ready == self.chunk_bytes() || flush && ready > 0;
        if is_due {
            let bytes = self.fill_up(ready);
            send(&self.pending[..bytes], &[])?;
            self.pending.drain(..bytes);
            self.pass_gathered(bytes, bytes - ready);
        }
        self.expect();
        Ok(is_due)
    }

    /// Frames that can be sent from the ring straight to where they go: nothing is copied on the way. `None`: they
    /// must be gathered.
    fn unconverted(&self, flush: bool) -> Option<usize> {
        let waiting = self.lane.waiting_unbroken(self.chunk_frames)?;
        if waiting >= self.chunk_frames {
            Some(self.chunk_frames)
        } else if !flush {
            Some(0)
        } else {
            (waiting * self.lane.frame_bytes >= self.least_bytes).then_some(waiting)
        }
    }

    fn next_unconverted(
        &mut self,
        frames: usize,
        send: impl FnOnce(&[u8], &[u8]) -> Result<()>,
    ) -> Result<bool> {
        if frames == 0 {
            return Ok(false);
        }
        self.lane.send(frames, send)?;
        self.shared.note_sent(frames);
        self.pass(frames as u64, Sent { length: frames, ..Sent::default() });
        Ok(true)
    }

    /// Moves all that waits to `wire`: others say when it is sent.
    pub(crate) fn move_into(&mut self, wire: &mut Vec<u8>) {
        self.fit_the_line();
        loop {
            let frames = self.lane.convert(self.lane.waiting(), &mut self.pending);
            self.gather(frames);
            let next = match self.lane.is_abandoned() && self.lane.waiting() == 0 {
                true => lock(&self.shared.lanes).as_mut().and_then(VecDeque::pop_front),
                false => None,
            };
            let Some(next) = next else { break };
            self.begin_lane(next);
        }
        wire.append(&mut self.pending);
        let gathered = std::mem::take(&mut self.gathered);
        self.set_moved(self.moved() + gathered);
        self.expect();
    }

    fn moved(&self) -> u64 {
        self.shared.moved.load(Ordering::Relaxed)
    }

    fn set_moved(&self, frames: u64) {
        self.shared.moved.store(frames, Ordering::Relaxed);
    }

    /// A chunk of this length was sent of what was moved.
    pub(crate) fn note_moved(&mut self, length: usize) {
        let frames = self.moved();
        self.pass(frames, Sent { length, ..Sent::default() });
        self.set_moved(0);
        self.go_on(length * self.wire.frame_bytes());
    }

    /// What is left of that comes next, and is sent as usual.
    pub(crate) fn move_back(&mut self, rest: Vec<u8>) {
        match rest.is_empty() {
            true => self.note_moved(0),
            false => {
                self.gathered += self.moved();
                self.set_moved(0);
            }
        }
        self.pending.splice(..0, rest);
        self.expect();
    }

    pub(crate) fn wire(&self) -> WireFormat {
        self.wire
    }

    /// The chunk that was given last.
    pub fn last(&self) -> Sent {
        self.last
    }

    /// Length of the last chunk in seconds.
    pub fn last_seconds(&self) -> f64 {
        self.last.length as f64 / f64::from(self.wire.sample_rate)
    }

    fn pass(&mut self, frames: u64, sent: Sent) {
        let begin = self.shared.passed.load(Ordering::Relaxed);
        self.last = Sent { begin, end: begin + frames, ..sent };
        self.shared.passed.store(begin + frames, Ordering::Release);
    }

    /// Appends silence to the rest of a chunk, as far as the service demands, and returns its new length.
    fn fill_up(&mut self, ready: usize) -> usize {
        let bytes = ready.max(self.least_bytes.min(self.chunk_bytes()));
        if ready < bytes {
            self.pending.resize(bytes, self.wire.encoding.silent_byte());
        }
        bytes
    }

    /// A chunk of gathered audio was sent.
    fn pass_gathered(&mut self, bytes: usize, padding: usize) {
        let frame_bytes = self.wire.frame_bytes();
        let (length, padding) = (bytes / frame_bytes, padding / frame_bytes);
        let rest = (self.pending.len() / frame_bytes) as u64 * u64::from(self.lane.sample_rate);
        let rest = self.gathered.min(rest / u64::from(self.wire.sample_rate));
        let frames = std::mem::replace(&mut self.gathered, rest) - rest;
        self.pass(frames, Sent { length, padding, ..Sent::default() });
    }

    fn gather(&mut self, frames: usize) {
        self.gathered += frames as u64;
        self.shared.note_sent(frames);
    }

    /// Gathers what is left in the ring and in the filter.
    fn finish_lane(&mut self) {
        let sent = self.lane.finish(&mut self.pending);
        self.gather(sent);
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

    /// Gathers what is left of the input, which has stopped.
    pub fn settle(&mut self) {
        self.leave_old_lanes();
        self.finish_lane();
        self.expect();
    }

    /// Frames that are missing to a chunk of what was gathered.
    pub fn missing(&self) -> usize {
        self.chunk_frames.saturating_sub(self.pending.len() / self.wire.frame_bytes())
    }

    /// Appends silence to what was gathered.
    pub fn add_silence(&mut self, frames: usize) {
        let bytes = self.pending.len() + frames * self.wire.frame_bytes();
        self.pending.resize(bytes, self.wire.encoding.silent_byte());
        self.expect();
    }

    pub fn chunk_frames(&self) -> usize {
        self.chunk_frames
    }

    /// Returns whether all of the caller's first `frames` were sent, or dropped. What came later may wait.
    pub fn has_sent(&self, frames: u64) -> bool {
        self.shared.left() >= frames
    }

    /// Frames in chunks that were sent, and those that were gathered for the next one.
    fn taken_out(&self) -> u64 {
        self.gathered + self.moved() + self.shared.passed.load(Ordering::Relaxed)
    }

    /// Moves on to the next ring while this one is not filled any more and holds less than a chunk.
    fn leave_old_lanes(&mut self) {
        // In this order, so that what was sent before the ring was abandoned is seen.
        while self.needed() > 0 && self.lane.is_abandoned() && self.lane.waiting() < self.needed() {
            let Some(next) = lock(&self.shared.lanes).as_mut().and_then(VecDeque::pop_front) else { return };
            self.begin_lane(next);
        }
    }

    fn begin_lane(&mut self, next: Lane) {
        self.finish_lane();
        self.lane = next;
        self.rates.change(self.taken_out(), self.lane.sample_rate, self.shared.arrived());
        self.make_room();
        self.expect();
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

impl Drop for Chunks {
    /// Formats may still change, for the original voice.
    fn drop(&mut self) {
        let _freed_without_the_lock = lock(&self.shared.lanes).take();
    }
}
