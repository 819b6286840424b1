//! Conversion of one input format from its ring to the wire.

use rtrb::{Consumer, Producer, RingBuffer};

use crate::audio::convert::{Converter, InputFormat};
use crate::audio::format::WireFormat;
use crate::error::{Error, Result, Status};
use crate::memory;

/// The producer of a ring.
pub(super) struct LaneEntry {
    pub producer: Producer<u8>,
    pub format: InputFormat,
    pub frame_bytes: usize,
}

/// One input format and the consumer of its ring.
pub(super) struct Lane {
    pub consumer: Consumer<u8>,
    pub sample_rate: u32,
    pub frame_bytes: usize,
    /// `None`: its bytes are sent unchanged.
    pub converter: Option<Converter>,
}

pub(super) fn open_lane(
    input: InputFormat,
    wire: WireFormat,
    chunk_ms: u32,
    buffer_ms: u32,
) -> Result<(LaneEntry, Lane)> {
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
    memory::ask(frames * frame_bytes)?;
    // Buffers for two chunks of the wire and a frame.
    memory::ask(2 * chunk_frames(wire, chunk_ms) * wire.frame_bytes())?;
    let (mut producer, consumer) = RingBuffer::new(frames * frame_bytes);
    // Writes every byte once: the first access to a page is a page fault, which must not happen on an audio thread.
    drop(producer.write_chunk(frames * frame_bytes));
    let inlet = LaneEntry { producer, format: input, frame_bytes };
    Ok((inlet, Lane { consumer, sample_rate: input.sample_rate, frame_bytes, converter }))
}

impl Lane {
    pub(super) fn waiting(&self) -> usize {
        self.consumer.slots() / self.frame_bytes
    }

    pub(super) fn waiting_ms(&self) -> u64 {
        self.waiting() as u64 * 1000 / u64::from(self.sample_rate)
    }

    /// Discards the oldest frames, this many milliseconds of them, and returns their number.
    pub(super) fn drop_oldest(&mut self, ms: u64) -> usize {
        let frames = (u64::from(self.sample_rate) * ms).div_ceil(1000) as usize;
        let frames = frames.min(self.waiting());
        self.consumer.read_chunk(frames * self.frame_bytes).map_or(0, |chunk| {
            chunk.commit_all();
            frames
        })
    }

    /// Frames to take for this many frames on the wire.
    pub(super) fn needed(&self, wire_frames: usize) -> usize {
        self.converter.as_ref().map_or(wire_frames, |converter| converter.needed(wire_frames))
    }

    /// Moves frames from the ring to `wire` and returns their number.
    pub(super) fn convert(&mut self, frames: usize, wire: &mut Vec<u8>) -> usize {
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
