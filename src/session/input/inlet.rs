//! The producer of the input: the callers' threads fill the ring.

use crate::sync::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;

use super::chunks::Chunks;
use super::gap::{MadeUp, Progress};
use super::lane::{Lane, LaneEntry, chunk_frames, open_lane};
use super::shared::{FULL_SPEED, Shared};
use crate::audio::convert::InputFormat;
use crate::audio::format::WireFormat;
use crate::audio::samples::Encoding;
use crate::error::{Result, Status};
use crate::lock::lock;
use crate::runtime::reserve::Reserve;
use crate::runtime::try_cell::TryCell;

/// Number of formats that may wait for the driver: more than any caller changes within a chunk.
pub(super) const MAX_LANES: usize = 16;

/// Space for what arrives between two calls of [`Chunks::drop_older_than`]: blocks of half a second, plus 10 ms.
pub(crate) const HEADROOM_MS: u32 = 500;

/// What another format needs, made before the sender is kept out.
pub struct NextFormat {
    entry: LaneEntry,
    lane: Lane,
}

impl NextFormat {
    pub(crate) fn format(&self) -> InputFormat {
        self.entry.format
    }
}

/// The callers' side. Only whole frames are stored.
pub struct Inlet {
    inlet: TryCell<LaneEntry>,
    wire: WireFormat,
    chunk_ms: u32,
    buffer_ms: u32,
    /// Part of the buffer that is only for what arrives before the oldest is dropped.
    headroom_ms: u32,
    shared: Arc<Shared>,
}

impl Inlet {
    pub fn new(
        input: InputFormat,
        wire: impl Into<WireFormat>,
        chunk_ms: u32,
        buffer_ms: u32,
        headroom_ms: u32,
    ) -> Result<(Inlet, Chunks)> {
        let wire = wire.into();
        let shared = Arc::new(Shared::default());
        let (inlet, lane) = open_lane(input, wire, chunk_ms, buffer_ms + headroom_ms, true)?;
        shared.begin(&inlet, lane.needed(chunk_frames(wire, chunk_ms)), headroom_ms);
        let chunks = Chunks::new(lane, wire, chunk_ms, shared.clone());
        let inlet = TryCell::new(inlet);
        Ok((Inlet { inlet, wire, chunk_ms, buffer_ms, headroom_ms, shared }, chunks))
    }

    /// What comes when the ring is full may go there. Before anything is sent.
    pub(crate) fn draw_on(&self, reserve: &Arc<Reserve>) {
        if let Some(bytes) = self.inlet.try_with(|entry| entry.largest_burst()) {
            reserve.want(bytes);
        }
        let _ = self.shared.reserve.set(reserve.clone());
    }

    /// The driver must make space in the ring.
    pub fn lacks_space(&self) -> bool {
        self.shared.taken.load(Ordering::Acquire) >= self.shared.space_ends.load(Ordering::Relaxed)
    }

    /// Copies as many whole frames as fit and returns their number; `None` when another thread is sending.
    ///
    /// `bytes_of` returns the audio; it gets the size of a frame in bytes. `pass` gets what was taken, before another
    /// thread can send.
    pub fn send<'a, E>(
        &self,
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a [u8], E>,
        pass: impl FnOnce(&'a [u8]),
    ) -> Option<std::result::Result<usize, E>> {
        self.inlet.try_with(|LaneEntry { chain, frame_bytes, .. }| {
            let bytes = bytes_of(*frame_bytes)?;
            let fitting = bytes.len().min(self.space_frames() * *frame_bytes);
            let whole = fitting - fitting % *frame_bytes;
            let reserve = self.shared.reserve.get().map(|reserve| &**reserve);
            let taken = chain.push(&bytes[..whole], *frame_bytes, reserve);
            let frames = taken / *frame_bytes;
            if taken < bytes.len() {
                self.shared.was_refused.store(true, Ordering::Relaxed);
            }
            // One sender at a time: a plain addition is enough.
            let total = self.shared.taken.load(Ordering::Relaxed) + frames as u64;
            self.shared.taken.store(total, Ordering::Release);
            pass(&bytes[..taken]);
            Ok(frames)
        })
    }

    /// As [`Inlet::send`], but passes all of the audio, whatever is taken of it.
    pub fn keep<'a, E>(
        &self,
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a [u8], E>,
        pass: impl FnOnce(&'a [u8]),
    ) -> Option<std::result::Result<(), E>> {
        let mut all: &[u8] = &[];
        let mut frame_bytes = 1;
        let bytes_of = |size: usize| {
            frame_bytes = size;
            bytes_of(size).inspect(|bytes| all = bytes)
        };
        let taken = self.send(bytes_of, |_| ())?;
        pass(&all[..all.len() - all.len() % frame_bytes]);
        Some(taken.map(drop))
    }

    /// What found no place is dropped: passes it as [`Inlet::send`] does; `None` when another thread is sending.
    pub fn drop_newest(&self, bytes: &[u8], pass: impl FnOnce(&[u8])) -> Option<()> {
        self.inlet.try_with(|LaneEntry { frame_bytes, format, .. }| {
            let frames = (bytes.len() / *frame_bytes) as u64;
            let us = frames * 1_000_000 / u64::from(format.sample_rate);
            self.shared.unsent.fetch_add(frames, Ordering::Relaxed);
            self.shared.dropped_us.fetch_add(us, Ordering::Relaxed);
            pass(bytes);
        })
    }

    /// Takes nothing, but passes the audio as [`Inlet::send`] does; `None` when another thread is sending.
    pub fn pass<'a, E>(
        &self,
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a [u8], E>,
        pass: impl FnOnce(&'a [u8]),
    ) -> Option<std::result::Result<(), E>> {
        self.inlet.try_with(|LaneEntry { frame_bytes, .. }| {
            let bytes = bytes_of(*frame_bytes)?;
            pass(&bytes[..bytes.len() - bytes.len() % *frame_bytes]);
            Ok(())
        })
    }

    /// Puts silence in the place of frames that were lost, as many as fit, and returns their number; `None` when
    /// another thread is sending.
    /// `pass` gets that number, before another thread can send.
    pub fn skip(&self, frames: usize, pass: impl FnOnce(usize)) -> Option<usize> {
        let shared = &self.shared;
        self.inlet.try_with(|LaneEntry { skips, .. }| {
            let made_up = shared.take_made_up(frames as u64);
            let missing = frames as u64 - made_up;
            let taken = shared.taken.load(Ordering::Relaxed);
            let at = taken - shared.lane_start.load(Ordering::Relaxed);
            let lost = skips.enter(at, missing.min(self.space_frames() as u64));
            shared.skipped.fetch_add(lost, Ordering::Relaxed);
            shared.taken.store(taken + lost, Ordering::Release);
            if lost < missing {
                shared.was_refused.store(true, Ordering::Relaxed);
            }
            let skipped = (made_up + lost) as usize;
            pass(skipped);
            skipped
        })
    }

    /// Has everything that was taken so far sent, even if it fills no chunk.
    pub fn flush(&self) {
        self.shared.flushed.fetch_max(self.shared.taken.load(Ordering::Acquire), Ordering::Relaxed);
    }

    /// Returns whether something must be sent that may not fill a chunk.
    pub fn must_flush(&self) -> bool {
        self.shared.flushed.load(Ordering::Relaxed) > self.shared.left()
    }

    /// Something that was taken waits to be sent.
    pub fn has_tail(&self) -> bool {
        self.shared.taken.load(Ordering::Acquire) > self.shared.left()
    }

    /// The input since the last call.
    pub fn take_progress(&self) -> Progress {
        let shared = &self.shared;
        Progress {
            frames: shared.taken.load(Ordering::Acquire),
            skipped: shared.skipped.load(Ordering::Relaxed),
            was_refused: shared.was_refused.swap(false, Ordering::Relaxed),
            has_tail: self.has_tail(),
        }
    }

    /// See [`Gap::take_made_up`](super::gap::Gap::take_made_up).
    pub fn note_made_up(&self, made_up: MadeUp, is_held: bool) {
        if is_held {
            self.shared.make_up_everything();
        } else {
            let frames = made_up.silence.as_nanos() * u128::from(self.sample_rate()) / 1_000_000_000;
            self.shared.make_up(made_up.is_over, frames as u64);
        }
    }

    /// Dropped frames that the caller was not told of.
    pub fn take_untold(&self) -> u64 {
        let dropped = self.dropped();
        let unsent = self.shared.unsent.swap(0, Ordering::Relaxed);
        unsent + dropped - self.shared.told.swap(dropped, Ordering::Relaxed)
    }

    /// Frames of the wire were dropped that had been taken, here or by another session.
    pub fn note_unsent(&self, frames: u64) {
        let rate = u64::from(self.wire.sample_rate);
        let taken = frames * u64::from(self.sample_rate()) / rate;
        self.shared.unsent.fetch_add(taken, Ordering::Relaxed);
        self.shared.dropped_us.fetch_add(frames * 1_000_000 / rate, Ordering::Relaxed);
    }

    /// Refuses unless so many changes of the format would find room.
    pub fn check_changes(&self, changes: usize) -> Result<()> {
        let waiting = lock(&self.shared.lanes).as_ref().map_or(0, VecDeque::len);
        if waiting + changes > MAX_LANES { Err(Status::Again.into()) } else { Ok(()) }
    }

    /// Makes the ring and the converter of another format, which takes some ms; `None` if it is the present one. A
    /// selected channel stays selected if it exists.
    pub fn prepare(&self, change: impl FnOnce(InputFormat) -> InputFormat) -> Result<Option<NextFormat>> {
        let present = self.format().ok_or(Status::Busy)?;
        let format = change(present);
        if format == present {
            return Ok(None);
        }
        let buffer_ms = self.buffer_ms + self.headroom_ms;
        let is_attended = !self.shared.is_unattended.load(Ordering::Acquire);
        let (entry, lane) = open_lane(format, self.wire, self.chunk_ms, buffer_ms, is_attended)?;
        if let Some(reserve) = self.shared.reserve.get() {
            reserve.want(entry.largest_burst());
        }
        Ok(Some(NextFormat { entry, lane }))
    }

    /// Takes what is sent from now on in a format that was prepared. `pass` gets it while nobody sends; its error leaves
    /// the old one.
    pub fn set_format(&self, next: NextFormat, pass: impl FnOnce(InputFormat) -> Result<()>) -> Result<()> {
        let changed = self.inlet.try_with(|inlet| self.begin(inlet, next, pass));
        // The ring before is freed here, behind the cell. Without its producer the driver knows that another follows.
        changed.unwrap_or(Err(Status::Busy.into())).map(drop)
    }

    fn begin(
        &self,
        inlet: &mut LaneEntry,
        next: NextFormat,
        pass: impl FnOnce(InputFormat) -> Result<()>,
    ) -> Result<LaneEntry> {
        let NextFormat { entry, lane } = next;
        // Only the driver takes lanes away meanwhile.
        self.check_changes(1)?;
        pass(entry.format)?;
        let mut lanes = lock(&self.shared.lanes);
        let needed = lane.needed(chunk_frames(self.wire, self.chunk_ms));
        self.shared.begin(&entry, needed, self.headroom_ms);
        if let Some(lanes) = lanes.as_mut() {
            lanes.push_back(lane);
        }
        Ok(std::mem::replace(inlet, entry))
    }

    /// It takes bytes of an encoded stream instead of samples.
    pub fn is_encoded(&self) -> bool {
        self.wire.encoding == Encoding::Opaque
    }

    /// The wire format, and the size of a chunk.
    pub fn wire(&self) -> (WireFormat, u32) {
        (self.wire, self.chunk_ms)
    }

    pub fn space_frames(&self) -> usize {
        let shared = &self.shared;
        let begun = shared.lane_start.load(Ordering::Acquire).max(shared.gone());
        let waiting = shared.taken.load(Ordering::Acquire).saturating_sub(begun);
        let waiting = waiting.saturating_sub(shared.moved.load(Ordering::Relaxed));
        // Where the oldest is dropped, the newest always has a place.
        let most = match self.headroom_ms {
            0 => shared.most_waiting(),
            _ => shared.capacity.load(Ordering::Relaxed),
        };
        most.saturating_sub(waiting) as usize
    }

    /// Result of a look at the network: frames that are acknowledged, and the seconds of audio that the line takes per
    /// second. Returns whether that has changed: then the length of chunks changes too.
    pub fn note_network(&self, delivered: u64, speed: f64) -> bool {
        self.shared.delivered.store(delivered, Ordering::Release);
        // The cast saturates.
        let speed = ((speed * FULL_SPEED as f64) as u64).min(FULL_SPEED);
        self.shared.speed.swap(speed, Ordering::Relaxed) != speed
    }

    /// The speed is an assumption as long as that is so.
    pub fn suspect(&self, is_suspected: bool) {
        self.shared.is_suspected.store(is_suspected, Ordering::Relaxed);
    }

    /// Returns whether the driver could make a chunk, or must move on to a new format.
    pub fn has_chunk(&self) -> bool {
        let shared = &self.shared;
        let sent = shared.sent.load(Ordering::Acquire);
        sent < shared.lane_start.load(Ordering::Acquire)
            || shared.taken.load(Ordering::Acquire).saturating_sub(sent)
                >= shared.needed.load(Ordering::Acquire)
    }

    /// Frames taken from the caller and frames delivered, as far as the system reports.
    pub fn frames(&self) -> (u64, u64) {
        let arrived = self.shared.arrived();
        (self.shared.taken.load(Ordering::Acquire), arrived)
    }

    /// Frames that were too old.
    pub fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }

    /// How long they were, whatever their formats.
    pub fn dropped_us(&self) -> u64 {
        self.shared.dropped_us.load(Ordering::Relaxed)
    }

    /// Frames per second of the caller's present format.
    pub fn sample_rate(&self) -> u32 {
        self.shared.sample_rate.load(Ordering::Relaxed) as u32
    }

    /// The caller's present format; `None` when another thread is sending.
    pub fn format(&self) -> Option<InputFormat> {
        self.inlet.try_with(|inlet| inlet.format)
    }

    /// While two formats wait, both count by the rate of the later one.
    pub fn waiting_ms(&self) -> u64 {
        let gone = self.shared.gone();
        let waiting = self.shared.taken.load(Ordering::Acquire).saturating_sub(gone);
        waiting * 1000 / self.shared.sample_rate.load(Ordering::Relaxed)
    }
}
