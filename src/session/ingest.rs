//! The way in: the caller's frames wait in a ring until a chunk is full, as the caller gave them.
//!
//! Each input format has a ring of its own. A new format begins a new ring, and the driver goes on to it when
//! the old one is empty: so the order is kept, and sending stays a copy and a few atomic operations.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rtrb::{Consumer, Producer, RingBuffer};

use crate::audio::convert::{Converter, InputFormat};
use crate::audio::format::WireFormat;
use crate::error::{Error, Result, Status};
use crate::runtime::lock;
use crate::runtime::try_cell::TryCell;

/// Formats that the driver has not come to yet: far more than anybody changes within a chunk.
const MAX_LANES: usize = 16;
/// Room for what comes between two looks of [`Chunks::drop_older_than`]: blocks of half a second and 10 ms besides.
pub(super) const HEADROOM_MS: u32 = 500;

/// The callers' side. Only whole frames ever enter.
pub struct Ingest {
    inlet: TryCell<Inlet>,
    wire: WireFormat,
    chunk_ms: u32,
    buffer_ms: u32,
    shared: Arc<Shared>,
}

/// The end of the current ring that is filled.
struct Inlet {
    producer: Producer<u8>,
    format: InputFormat,
    frame_bytes: usize,
}

/// The driver's side.
pub struct Chunks {
    lane: Lane,
    /// Audio in the wire's format that is not a whole chunk yet.
    pending: Vec<u8>,
    wire: WireFormat,
    chunk_frames: usize,
    shared: Arc<Shared>,
}

/// One input format and the end of its ring that is emptied.
struct Lane {
    consumer: Consumer<u8>,
    sample_rate: u32,
    frame_bytes: usize,
    /// `None`: its bytes go out as they are.
    converter: Option<Converter>,
}

/// What both sides know. All figures but the rate are frames.
#[derive(Default)]
struct Shared {
    taken: AtomicU64,
    /// Out of the rings: on its way, or dropped.
    sent: AtomicU64,
    dropped: AtomicU64,
    /// `taken` when the current ring began.
    lane_start: AtomicU64,
    capacity: AtomicU64,
    /// What must wait in the current ring for the driver to have something to do.
    needed: AtomicU64,
    sample_rate: AtomicU64,
    lanes: Mutex<VecDeque<Lane>>,
}

impl Ingest {
    pub fn new(
        input: InputFormat,
        wire: impl Into<WireFormat>,
        chunk_ms: u32,
        buffer_ms: u32,
    ) -> Result<(Ingest, Chunks)> {
        let wire = wire.into();
        let shared = Arc::new(Shared::default());
        let (inlet, lane) = open_lane(input, wire, chunk_ms, buffer_ms)?;
        shared.begin_lane(&inlet, &lane, chunk_frames(wire, chunk_ms));
        let mut chunks = Chunks {
            lane,
            pending: Vec::new(),
            wire,
            chunk_frames: chunk_frames(wire, chunk_ms),
            shared: shared.clone(),
        };
        chunks.make_room();
        Ok((Ingest { inlet: TryCell::new(inlet), wire, chunk_ms, buffer_ms, shared }, chunks))
    }

    /// Takes as many whole frames as fit and says how many; `None` when another thread is sending.
    ///
    /// `bytes_of` gives the audio, told how many bytes a frame has.
    pub fn send<'a, E>(
        &self,
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a [u8], E>,
    ) -> Option<std::result::Result<usize, E>> {
        self.inlet.try_with(|Inlet { producer, frame_bytes, .. }| {
            let bytes = bytes_of(*frame_bytes)?;
            let fitting = producer.slots().min(bytes.len());
            let whole = fitting - fitting % *frame_bytes;
            let (taken, _) = producer.push_partial_slice(&bytes[..whole]);
            let frames = taken.len() / *frame_bytes;
            // One sender at a time: a plain addition is enough.
            let total = self.shared.taken.load(Ordering::Relaxed) + frames as u64;
            self.shared.taken.store(total, Ordering::Release);
            Ok(frames)
        })
    }

    /// What is sent from now on has another format. Which channel sounds stays as it was, if there is one.
    pub fn set_format(&self, change: impl FnOnce(InputFormat) -> InputFormat) -> Result<()> {
        let changed = self.inlet.try_with(|inlet| {
            let format = change(inlet.format);
            if format == inlet.format { Ok(()) } else { self.begin(inlet, format) }
        });
        changed.unwrap_or(Err(Status::Busy.into()))
    }

    fn begin(&self, inlet: &mut Inlet, format: InputFormat) -> Result<()> {
        let (next, lane) = open_lane(format, self.wire, self.chunk_ms, self.buffer_ms)?;
        let mut lanes = lock(&self.shared.lanes);
        if lanes.len() == MAX_LANES {
            return Err(Status::Again.into());
        }
        self.shared.begin_lane(&next, &lane, chunk_frames(self.wire, self.chunk_ms));
        lanes.push_back(lane);
        // Last: a ring without a producer tells the driver that another one follows.
        *inlet = next;
        Ok(())
    }

    pub fn space_frames(&self) -> usize {
        let shared = &self.shared;
        let begun = shared.lane_start.load(Ordering::Acquire).max(shared.sent.load(Ordering::Acquire));
        let waiting = shared.taken.load(Ordering::Acquire).saturating_sub(begun);
        shared.capacity.load(Ordering::Relaxed).saturating_sub(waiting) as usize
    }

    /// Whether the driver could make a chunk, or is to go on to a new format.
    pub fn has_chunk(&self) -> bool {
        let shared = &self.shared;
        let sent = shared.sent.load(Ordering::Acquire);
        sent < shared.lane_start.load(Ordering::Acquire)
            || shared.taken.load(Ordering::Acquire).saturating_sub(sent)
                >= shared.needed.load(Ordering::Acquire)
    }

    /// Frames taken from the caller and frames sent on.
    pub fn frames(&self) -> (u64, u64) {
        let (taken, gone) = self.passed();
        (taken, gone - self.dropped().min(gone))
    }

    /// Frames that were too old when the service became ready.
    pub fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }

    /// Frames per second of what the caller sends now.
    pub fn sample_rate(&self) -> u32 {
        self.shared.sample_rate.load(Ordering::Relaxed) as u32
    }

    /// The format of what the caller sends now; `None` when another thread is sending.
    pub fn format(&self) -> Option<InputFormat> {
        self.inlet.try_with(|inlet| inlet.format)
    }

    /// Frames that went into the rings and frames that left them.
    fn passed(&self) -> (u64, u64) {
        let gone = self.shared.sent.load(Ordering::Acquire);
        (self.shared.taken.load(Ordering::Acquire), gone)
    }

    /// While two formats wait, both count by the rate of the later one.
    pub fn waiting_ms(&self) -> u64 {
        let (taken, gone) = self.passed();
        taken.saturating_sub(gone) * 1000 / self.shared.sample_rate.load(Ordering::Relaxed)
    }
}

fn chunk_frames(wire: WireFormat, chunk_ms: u32) -> usize {
    wire.frames_in_ms(chunk_ms).max(1)
}

fn open_lane(input: InputFormat, wire: WireFormat, chunk_ms: u32, buffer_ms: u32) -> Result<(Inlet, Lane)> {
    let converter = if input.is_on(wire) {
        None
    } else {
        let converter = Converter::new(input, wire).ok_or_else(|| {
            let (from, to) = (input.sample_rate, wire.sample_rate);
            let text = format!("{from} Hz cannot be converted to the {to} Hz of the wire");
            Error::new(Status::Unsupported, text)
        })?;
        Some(converter)
    };
    let frame_bytes = input.frame_bytes();
    // Less than two chunks would stall a caller that sends chunk by chunk.
    let frames = input.frames_in_ms(buffer_ms).max(2 * input.frames_in_ms(chunk_ms).max(1));
    let (mut producer, consumer) = RingBuffer::new(frames * frame_bytes);
    // Writes every byte once: the first touch of a page is a fault, and those belong here, not on an audio thread.
    drop(producer.write_chunk(frames * frame_bytes));
    let inlet = Inlet { producer, format: input, frame_bytes };
    Ok((inlet, Lane { consumer, sample_rate: input.sample_rate, frame_bytes, converter }))
}

impl Shared {
    fn begin_lane(&self, inlet: &Inlet, lane: &Lane, chunk_frames: usize) {
        let capacity = inlet.producer.buffer().capacity() / inlet.frame_bytes;
        self.sample_rate.store(inlet.format.sample_rate.into(), Ordering::Relaxed);
        self.capacity.store(capacity as u64, Ordering::Relaxed);
        self.needed.store(lane.needed(chunk_frames) as u64, Ordering::Release);
        self.lane_start.store(self.taken.load(Ordering::Relaxed), Ordering::Release);
    }

    fn note_sent(&self, frames: usize) {
        let sent = self.sent.load(Ordering::Relaxed) + frames as u64;
        self.sent.store(sent, Ordering::Release);
    }
}

impl Lane {
    fn waiting(&self) -> usize {
        self.consumer.slots() / self.frame_bytes
    }

    fn waiting_ms(&self) -> u64 {
        self.waiting() as u64 * 1000 / u64::from(self.sample_rate)
    }

    /// Throws away the oldest frames, so many milliseconds of them, and says how many those were.
    fn drop_oldest(&mut self, ms: u64) -> usize {
        let frames = (u64::from(self.sample_rate) * ms).div_ceil(1000) as usize;
        let frames = frames.min(self.waiting());
        self.consumer.read_chunk(frames * self.frame_bytes).map_or(0, |chunk| {
            chunk.commit_all();
            frames
        })
    }

    /// Frames to take for so many frames on the wire.
    fn needed(&self, wire_frames: usize) -> usize {
        self.converter.as_ref().map_or(wire_frames, |converter| converter.needed(wire_frames))
    }

    /// Moves frames from the ring to `wire` and says how many.
    fn convert(&mut self, frames: usize, wire: &mut Vec<u8>) -> usize {
        let Ok(chunk) = self.consumer.read_chunk(frames * self.frame_bytes) else { return 0 };
        let (first, second) = chunk.as_slices();
        for part in [first, second] {
            match &mut self.converter {
                Some(converter) => converter.process(part, wire),
                None => wire.extend_from_slice(part),
            }
        }
        chunk.commit_all();
        frames
    }

    /// Moves what is left, and what the filter still holds.
    fn finish(&mut self, wire: &mut Vec<u8>) -> usize {
        let frames = self.convert(self.waiting(), wire);
        if let Some(converter) = &mut self.converter {
            converter.finish(wire);
        }
        frames
    }
}

impl Chunks {
    /// Gives the next full chunk to `send`, or with `flush` also what is left of one, as two halves of bytes in
    /// the wire's format. `false` when there is none.
    pub fn next(&mut self, flush: bool, send: impl FnOnce(&[u8], &[u8]) -> Result<()>) -> Result<bool> {
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

    /// Gathers what is left of the input, which has stopped, and tells how many frames are missing to a chunk.
    pub fn settle(&mut self) -> usize {
        self.leave_old_lanes();
        let sent = self.lane.finish(&mut self.pending);
        self.shared.note_sent(sent);
        self.expect();
        self.chunk_frames.saturating_sub(self.pending.len() / self.wire.frame_bytes())
    }

    /// Gives a chunk to `send` that is what was gathered and silence, and tells how many frames of that.
    pub fn next_silent(&mut self, send: impl FnOnce(&[u8], &[u8]) -> Result<()>) -> Result<usize> {
        let gathered = self.pending.len();
        let bytes = self.chunk_bytes();
        self.pending.resize(bytes.max(gathered), self.wire.encoding.silent_byte());
        let outcome = send(&self.pending[..bytes], &[]);
        if outcome.is_err() {
            self.pending.truncate(gathered);
        } else {
            self.pending.drain(..bytes);
        }
        self.expect();
        outcome.map(|()| bytes.saturating_sub(gathered) / self.wire.frame_bytes())
    }

    pub fn chunk_frames(&self) -> usize {
        self.chunk_frames
    }

    /// Whether all of the caller's first `frames` went out.
    pub fn has_sent(&self, frames: u64) -> bool {
        self.pending.is_empty() && self.shared.sent.load(Ordering::Relaxed) >= frames
    }

    /// Throws away what is older than the newest `keep_ms`: a conversation that begins is not to begin with the past.
    pub fn drop_older_than(&mut self, keep_ms: u32) {
        self.leave_old_lanes();
        let mut excess = self.waiting_ms().saturating_sub(keep_ms.into());
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

    /// While the ring is one that is no longer filled and holds less than a chunk: goes on to the next.
    fn leave_old_lanes(&mut self) {
        // In this order: what was sent before the ring was given up is seen.
        while self.needed() > 0 && self.lane.consumer.is_abandoned() && self.lane.waiting() < self.needed() {
            let Some(next) = lock(&self.shared.lanes).pop_front() else { return };
            let sent = self.lane.finish(&mut self.pending);
            self.shared.note_sent(sent);
            self.lane = next;
            self.make_room();
            self.expect();
        }
    }

    /// For a chunk, and for what the filter of a ring that ends has to add.
    fn make_room(&mut self) {
        if let Some(converter) = &self.lane.converter {
            self.pending.reserve(2 * self.chunk_frames * self.wire.frame_bytes() + converter.most_out(0));
        }
    }

    /// Frames to take from the ring until a chunk is full.
    fn needed(&self) -> usize {
        self.lane.needed(self.chunk_frames.saturating_sub(self.pending.len() / self.wire.frame_bytes()))
    }

    /// Tells the ticker when to wake the driver.
    fn expect(&self) {
        self.shared.needed.store(self.needed() as u64, Ordering::Release);
    }

    fn chunk_bytes(&self) -> usize {
        self.chunk_frames * self.wire.frame_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::format::Format;
    use crate::audio::mix::Selection;
    use crate::audio::samples::Encoding;

    const STEREO: Format = Format { sample_rate: 16_000, channels: 2 };
    const MONO: Format = Format { sample_rate: 16_000, channels: 1 };

    fn plain(format: Format, chunk_ms: u32, buffer_ms: u32) -> (Ingest, Chunks) {
        Ingest::new(InputFormat::plain(format), format, chunk_ms, buffer_ms).unwrap()
    }

    fn input(encoding: Encoding, sample_rate: u32) -> InputFormat {
        InputFormat { encoding, sample_rate, channels: 1, selection: Selection::All }
    }

    fn send(ingest: &Ingest, bytes: &[u8]) -> usize {
        ingest.send(|_| Ok::<_, Error>(bytes)).unwrap().unwrap()
    }

    fn take(chunks: &mut Chunks, flush: bool) -> Option<Vec<u8>> {
        let mut taken = Vec::new();
        let any = chunks.next(flush, |first, second| {
            taken = [first, second].concat();
            Ok(())
        });
        any.unwrap().then_some(taken)
    }

    #[test]
    fn only_whole_frames_enter_and_a_full_ring_says_how_many() {
        let (ingest, mut chunks) = plain(STEREO, 20, 40);
        assert_eq!(ingest.space_frames(), 640);
        assert_eq!(send(&ingest, &[0; 4 * 600]), 600);
        assert_eq!(send(&ingest, &[0; 4 * 100 + 3]), 40);
        assert_eq!(send(&ingest, &[0; 4]), 0);
        assert_eq!(take(&mut chunks, false).unwrap().len(), 4 * 320);
        assert_eq!((ingest.space_frames(), ingest.frames()), (320, (640, 320)));
    }

    #[test]
    fn chunks_come_out_in_order_across_the_seam() {
        let (ingest, mut chunks) = plain(Format { sample_rate: 8000, channels: 1 }, 20, 60);
        let mut expected = 0u8;
        let mut next = 0u8;
        for _ in 0..50 {
            let bytes: Vec<u8> = (0..222)
                .map(|_| {
                    next = next.wrapping_add(1);
                    next
                })
                .collect();
            assert_eq!(send(&ingest, &bytes), 111);
            while let Some(chunk) = take(&mut chunks, false) {
                assert_eq!(chunk.len(), 320);
                for byte in chunk {
                    expected = expected.wrapping_add(1);
                    assert_eq!(byte, expected);
                }
            }
        }
        assert_eq!(take(&mut chunks, true).map_or(0, |rest| rest.len()), 50 * 222 % 320);
        assert_eq!(take(&mut chunks, true), None);
    }

    #[test]
    fn a_chunk_that_could_not_be_sent_stays() {
        let (ingest, mut chunks) = plain(MONO, 20, 40);
        send(&ingest, &[1; 640]);
        assert!(chunks.next(false, |_, _| Err(Status::Internal.into())).is_err());
        assert_eq!(take(&mut chunks, false).unwrap(), [1; 640]);
    }

    /// Phone frames become chunks of exactly the wire's length, no later than the filter demands.
    #[test]
    fn converted_chunks_are_whole_and_the_tail_is_complete() {
        let (ingest, mut chunks) = Ingest::new(input(Encoding::MuLaw, 8000), MONO, 320, 2000).unwrap();
        let audio: Vec<u8> = (0..8000u32).map(|n| (n * 37 % 251) as u8).collect();
        let mut wire = Vec::new();
        for frame in audio.chunks(160) {
            assert_eq!(send(&ingest, frame), 160);
            let was_due = ingest.has_chunk();
            let chunk = take(&mut chunks, false);
            assert_eq!(was_due, chunk.is_some());
            if let Some(chunk) = chunk {
                assert_eq!(chunk.len(), 10_240);
                let behind = ingest.frames().0 as usize - (wire.len() + chunk.len()) / 4;
                assert!(behind <= 24 + 160, "{behind}");
                wire.extend(chunk);
            }
        }
        while let Some(chunk) = take(&mut chunks, true) {
            wire.extend(chunk);
        }
        let mut direct = Vec::new();
        let mut converter = Converter::new(input(Encoding::MuLaw, 8000), MONO).unwrap();
        converter.process(&audio, &mut direct);
        converter.finish(&mut direct);
        assert!(wire == direct, "the chunks are not the direct conversion");
        assert_eq!((wire.len(), ingest.frames()), (32_000, (8000, 8000)));
    }

    #[test]
    fn a_new_format_follows_what_was_sent_before() {
        let (ingest, mut chunks) = plain(MONO, 20, 1000);
        send(&ingest, &[1; 2 * 400]);
        ingest.set_format(|_| input(Encoding::ALaw, 16_000)).unwrap();
        assert_eq!(ingest.space_frames(), 16_000);
        assert!(ingest.has_chunk(), "an old ring is to be emptied");
        send(&ingest, &[0xd5; 300]);
        ingest.set_format(|_| InputFormat::plain(MONO)).unwrap();
        send(&ingest, &[2; 2 * 600]);
        assert_eq!(ingest.waiting_ms(), (400 + 300 + 600) / 16);
        let mut wire = Vec::new();
        while let Some(chunk) = take(&mut chunks, false) {
            assert_eq!(chunk.len(), 640);
            wire.extend(chunk);
        }
        assert!(!ingest.has_chunk());
        wire.extend(take(&mut chunks, true).unwrap());
        let silence = [8, 0].repeat(300);
        assert!(wire == [vec![1; 800], silence, vec![2; 1200]].concat());
        assert_eq!(ingest.frames(), (1300, 1300));
    }

    #[test]
    fn each_format_is_resampled_to_its_end() {
        let (ingest, mut chunks) = Ingest::new(input(Encoding::S16, 48_000), MONO, 20, 1000).unwrap();
        send(&ingest, &[0; 2 * 4801]);
        ingest.set_format(|old| InputFormat { sample_rate: 44_100, ..old }).unwrap();
        send(&ingest, &[0; 2 * 4410]);
        let mut bytes = 0;
        while let Some(chunk) = take(&mut chunks, true) {
            bytes += chunk.len();
        }
        assert_eq!(bytes, 2 * (1601 + 1600));
    }

    #[test]
    fn changes_are_bounded_and_the_same_format_is_none() {
        let (ingest, mut chunks) = plain(MONO, 20, 1000);
        let mulaw = |rate: u32| ingest.set_format(move |_| input(Encoding::MuLaw, rate));
        let refused = mulaw(44_101).unwrap_err();
        assert_eq!(refused.status, Status::Unsupported);
        for n in 0..MAX_LANES {
            mulaw(if n % 2 == 0 { 8000 } else { 48_000 }).unwrap();
            send(&ingest, &[0xff; 10]);
        }
        mulaw(48_000).unwrap();
        assert_eq!(mulaw(8000).unwrap_err().status, Status::Again);
        assert!(take(&mut chunks, true).is_some());
        mulaw(8000).unwrap();
    }

    #[test]
    fn silence_completes_a_chunk_and_what_follows_begins_another() {
        let (ingest, mut chunks) = plain(MONO, 20, 1000);
        send(&ingest, &[1; 2 * 420]);
        assert_eq!(take(&mut chunks, false).unwrap(), [1; 640]);
        assert_eq!(chunks.settle(), 220);
        let silent = |chunks: &mut Chunks| {
            let mut taken = Vec::new();
            let frames = chunks.next_silent(|first, second| {
                taken = [first, second].concat();
                Ok(())
            });
            (frames.unwrap(), taken)
        };
        assert_eq!(silent(&mut chunks), (220, [[1; 200].as_slice(), &[0; 440]].concat()));
        assert_eq!(silent(&mut chunks), (320, vec![0; 640]));
        assert_eq!(ingest.frames(), (420, 420));
        send(&ingest, &[2; 640]);
        assert!(ingest.has_chunk());
        assert_eq!(take(&mut chunks, false).unwrap(), [2; 640]);
    }

    #[test]
    fn the_wire_can_be_what_the_caller_has() {
        let wire = WireFormat { encoding: Encoding::MuLaw, sample_rate: 8000, channels: 1 };
        let (ingest, mut chunks) = Ingest::new(input(Encoding::MuLaw, 8000), wire, 20, 1000).unwrap();
        let audio: Vec<u8> = (0..200u8).collect();
        send(&ingest, &audio);
        assert!(!chunks.has_sent(200));
        assert_eq!(take(&mut chunks, false).unwrap(), audio[..160]);
        assert_eq!((chunks.has_sent(160), chunks.has_sent(200)), (true, false));
        assert_eq!(take(&mut chunks, true).unwrap(), audio[160..]);
        assert!(chunks.has_sent(200));
        // Another device: converted to what the stream was opened with.
        ingest.set_format(|_| input(Encoding::S16, 8000)).unwrap();
        send(&ingest, &[0; 2 * 200]);
        assert_eq!(take(&mut chunks, false).unwrap(), [0xff; 160]);
        assert_eq!(chunks.settle(), 120);
        let mut silence = Vec::new();
        let silenced = chunks.next_silent(|first, _| {
            silence.extend_from_slice(first);
            Ok(())
        });
        assert_eq!(silenced.unwrap(), 120);
        assert_eq!(silence, [0xff; 160]);
        assert!(chunks.has_sent(400));
    }

    #[test]
    fn gathered_input_is_not_lost_when_more_comes_before_the_silence() {
        for encoding in [Encoding::S16, Encoding::MuLaw] {
            let (ingest, mut chunks) = Ingest::new(input(encoding, 16_000), MONO, 20, 1000).unwrap();
            let bytes = encoding.sample_bytes();
            send(&ingest, &vec![0xff; bytes * 100]);
            assert_eq!(chunks.settle(), 220);
            assert!(chunks.next_silent(|_, _| Err(Status::Internal.into())).is_err());
            send(&ingest, &vec![0xff; bytes * 219]);
            assert!(!ingest.has_chunk() && take(&mut chunks, false).is_none());
            send(&ingest, &vec![0xff; bytes * 321]);
            assert!(ingest.has_chunk());
            assert_eq!(take(&mut chunks, false).unwrap().len(), 640);
            assert_eq!(take(&mut chunks, false).unwrap().len(), 640);
            assert_eq!((take(&mut chunks, true), ingest.frames()), (None, (640, 640)));
        }
    }

    #[test]
    fn the_oldest_input_makes_room_for_the_newest() {
        let (ingest, mut chunks) = plain(MONO, 20, 1000);
        send(&ingest, &[1; 2 * 8000]);
        send(&ingest, &[2; 2 * 4800]);
        chunks.drop_older_than(1000);
        assert_eq!(ingest.dropped(), 0);
        chunks.drop_older_than(400);
        assert_eq!((ingest.dropped(), ingest.frames(), ingest.waiting_ms()), (6400, (12_800, 0), 400));
        assert_eq!(ingest.space_frames(), 16_000 - 6400);
        let mut wire = Vec::new();
        while let Some(chunk) = take(&mut chunks, true) {
            wire.extend(chunk);
        }
        assert!(wire == [[1; 2 * 1600].as_slice(), &[2; 2 * 4800]].concat());
        assert_eq!(ingest.frames(), (12_800, 6400));
    }

    #[test]
    fn the_oldest_input_is_that_of_the_oldest_format() {
        let (ingest, mut chunks) = plain(MONO, 20, 1000);
        send(&ingest, &[1; 2 * 1600]);
        ingest.set_format(|_| input(Encoding::MuLaw, 8000)).unwrap();
        send(&ingest, &[2; 4000]);
        chunks.drop_older_than(550);
        assert_eq!(ingest.dropped(), 800, "50 ms");
        chunks.drop_older_than(250);
        assert_eq!(ingest.dropped(), 1600 + 2000, "all of it, and 250 ms");
    }

    #[test]
    fn a_change_while_another_thread_sends_is_refused() {
        let (ingest, _chunks) = plain(MONO, 20, 1000);
        let inside = ingest.send(|_| {
            let busy = ingest.set_format(|old| InputFormat { channels: 2, ..old }).unwrap_err().status;
            assert_eq!(busy, Status::Busy);
            Err::<&[u8], _>(busy)
        });
        assert_eq!(inside, Some(Err(Status::Busy)));
    }
}
