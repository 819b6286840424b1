//! Conversion of one input format from its ring to the wire.

use super::chain::{Chain, ChainEntry, open_chain};
use super::skip::{SkipEntry, Skips, open_skips};
use crate::audio::convert::{Converter, InputFormat};
use crate::audio::format::WireFormat;
use crate::error::{Error, Result, Status};
use crate::lock::note_slow;
use crate::memory;
use crate::runtime::reserve::Reserve;

/// Silence is converted in blocks of this size.
const SILENCE_BYTES: usize = 1024;

/// An input that holds more than this is for callers that send much at once: its ring has space for all of it.
const LARGE_MS: u32 = 2000;
/// So does one of more bytes: what is taken out of a ring, and the ring, would be twice as much.
const LARGE_BYTES: usize = 256 << 10;
/// The rings of others have space for a chunk and for what comes while it waits for the driver, unless the caller sends more
/// at once.
const BESIDE_CHUNK_MS: u32 = 50;
const LEAST_MS: u32 = 250;
/// How long it is remembered how much the caller sends at once.
const FORGET_MS: u32 = 10_000;

/// The producer of what waits.
pub(super) struct LaneEntry {
    pub chain: ChainEntry,
    pub skips: SkipEntry,
    pub format: InputFormat,
    pub frame_bytes: usize,
    /// Frames that may wait.
    pub capacity: usize,
    /// It has a ring for all of them.
    is_large: bool,
}

impl LaneEntry {
    /// Bytes that may come when its ring is full, before the driver sees that.
    pub(super) fn largest_burst(&self) -> usize {
        if self.is_large { 0 } else { self.capacity * self.frame_bytes }
    }
}

/// One input format and the consumer of what waits.
pub(super) struct Lane {
    source: Source,
    pub sample_rate: u32,
    pub frame_bytes: usize,
    silent_byte: u8,
    /// `None`: its bytes are sent unchanged.
    pub converter: Option<Converter>,
    /// It has a ring for all that may wait.
    is_large: bool,
    /// The position at which it is forgotten how much the caller sent at once.
    forget_at: u64,
}

/// What the caller sent and lost, in order.
struct Source {
    chain: Chain,
    skips: Skips,
    frame_bytes: usize,
    /// Frames that were taken.
    position: u64,
}

/// What lies in a source: two halves of bytes, or frames that were lost.
enum Piece<'a> {
    Audio(&'a [u8], &'a [u8]),
    Lost(usize),
}

pub(super) fn open_lane(
    input: InputFormat,
    wire: WireFormat,
    chunk_ms: u32,
    buffer_ms: u32,
    is_attended: bool,
) -> Result<(LaneEntry, Lane)> {
    note_slow("the ring of an input is made");
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
    // Buffers for two chunks of the wire and a frame.
    memory::ask(2 * chunk_frames(wire, chunk_ms) * wire.frame_bytes())?;
    let is_large = !is_attended || buffer_ms > LARGE_MS || frames * frame_bytes > LARGE_BYTES;
    let first_ms = LEAST_MS.max(chunk_ms + BESIDE_CHUNK_MS);
    let first = if is_large { frames } else { input.frames_in_ms(first_ms).clamp(1, frames) };
    let (entry, chain) = open_chain(first * frame_bytes, frames * frame_bytes, frame_bytes)?;
    let (skip_entry, skips) = open_skips(buffer_ms.max(2 * chunk_ms));
    let entry =
        LaneEntry { chain: entry, skips: skip_entry, format: input, frame_bytes, capacity: frames, is_large };
    let source = Source { chain, skips, frame_bytes, position: 0 };
    let lane = Lane {
        source,
        sample_rate: input.sample_rate,
        frame_bytes,
        silent_byte: input.encoding.silent_byte(),
        converter,
        is_large,
        forget_at: 0,
    };
    Ok((entry, lane))
}

impl Source {
    fn audio(&self) -> usize {
        self.chain.waiting() / self.frame_bytes
    }

    /// Passes the next frames on, at most this many, and returns their number.
    fn take(&mut self, frames: usize, mut pass: impl FnMut(Piece<'_>)) -> usize {
        let mut left = frames;
        while left > 0 {
            // The audio is counted first: what follows a loss is not seen without it.
            let audio = self.audio();
            let next = self.skips.next(self.position);
            let taken = match next {
                Some((0, lost)) => {
                    let lost = lost.min(left);
                    pass(Piece::Lost(lost));
                    self.skips.take(lost);
                    lost
                }
                _ => {
                    let audio = next.map_or(audio, |(before, _)| audio.min(before)).min(left);
                    let read = self.chain.read(audio * self.frame_bytes, |first, second| {
                        pass(Piece::Audio(first, second));
                        Ok(())
                    });
                    // Without memory it stays where it is.
                    if read.is_ok() { audio } else { 0 }
                }
            };
            if taken == 0 {
                break;
            }
            self.position += taken as u64;
            left -= taken;
        }
        frames - left
    }
}

impl Lane {
    pub(super) fn waiting(&self) -> usize {
        self.source.audio() + self.source.skips.waiting()
    }

    pub(super) fn waiting_ms(&self) -> u64 {
        self.waiting() as u64 * 1000 / u64::from(self.sample_rate)
    }

    pub(super) fn is_abandoned(&self) -> bool {
        self.source.chain.is_abandoned()
    }

    /// Frames of audio that wait, if nothing was lost within the next `frames`.
    pub(super) fn waiting_unbroken(&self, frames: usize) -> Option<usize> {
        // In this order, see `Source::take`.
        let audio = self.source.audio();
        let next = self.source.skips.next(self.source.position);
        next.is_none_or(|(before, _)| before >= frames).then_some(audio)
    }

    /// Passes this many frames of audio to `send`; if that succeeds they are taken.
    pub(super) fn send(
        &mut self,
        frames: usize,
        send: impl FnOnce(&[u8], &[u8]) -> Result<()>,
    ) -> Result<()> {
        self.source.chain.read(frames * self.frame_bytes, send)?;
        self.source.position += frames as u64;
        Ok(())
    }

    /// Leaves the sender space for what comes until the next call, beside a chunk of this many frames. Returns the frames
    /// for which there is space until then; `None`: for all that may wait.
    pub(super) fn keep_space(&mut self, chunk: usize, reserve: Option<&Reserve>) -> Option<usize> {
        let frames = |ms: u32| (u64::from(self.sample_rate) * u64::from(ms) / 1000) as usize;
        let Source { chain, position, .. } = &mut self.source;
        if *position >= self.forget_at {
            self.forget_at = *position + frames(FORGET_MS) as u64;
            chain.forget();
        }
        if self.is_large {
            return None;
        }
        let chunk = chunk * self.frame_bytes;
        chain.note_late(chunk);
        let beside = chain.largest().max(frames(BESIDE_CHUNK_MS) * self.frame_bytes);
        chain.resize(beside.saturating_add(chunk));
        if let Some(reserve) = reserve.filter(|_| chain.take_followed()) {
            reserve.fill();
        }
        chain.make_space(beside).map(|space| space / self.frame_bytes)
    }

    /// Nobody calls [`Lane::keep_space`] any more.
    pub(super) fn leave(&mut self) {
        self.source.chain.enlarge();
        self.is_large = true;
    }

    /// Discards the oldest frames, this many milliseconds of them, and returns their number.
    pub(super) fn drop_oldest(&mut self, ms: u64) -> usize {
        let frames = (u64::from(self.sample_rate) * ms).div_ceil(1000) as usize;
        self.source.take(frames.min(self.waiting()), |_| {})
    }

    /// Frames to take for this many frames on the wire.
    pub(super) fn needed(&self, wire_frames: usize) -> usize {
        self.converter.as_ref().map_or(wire_frames, |converter| converter.needed(wire_frames))
    }

    /// Moves frames from the ring to `wire` and returns their number.
    pub(super) fn convert(&mut self, frames: usize, wire: &mut Vec<u8>) -> usize {
        let Lane { source, converter, silent_byte, frame_bytes, .. } = self;
        let mut add = |bytes: &[u8]| match converter {
            Some(converter) => converter.process(bytes, wire),
            None => wire.extend_from_slice(bytes),
        };
        source.take(frames, |piece| match piece {
            Piece::Audio(first, second) => {
                add(first);
                add(second);
            }
            Piece::Lost(mut lost) => {
                let silence = [*silent_byte; SILENCE_BYTES];
                while lost > 0 {
                    let block = lost.min(SILENCE_BYTES / *frame_bytes);
                    add(&silence[..block * *frame_bytes]);
                    lost -= block;
                }
            }
        })
    }

    /// Moves what is left, and what the filter still holds.
    pub(super) fn finish(&mut self, wire: &mut Vec<u8>) -> usize {
        let frames = self.convert(self.waiting(), wire);
        if let Some(converter) = &mut self.converter {
            converter.finish(wire);
        }
        frames
    }
}

pub(super) fn chunk_frames(wire: WireFormat, chunk_ms: u32) -> usize {
    wire.frames_in_ms(chunk_ms).max(1)
}
