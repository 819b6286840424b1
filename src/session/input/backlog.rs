//! Audio that another session has to send because one broke: what was sent and was not final, what still waited, and
//! what is said until the other one has caught up. Pauses are cut meanwhile.

use std::time::Duration;

use tokio::time::Instant;

use super::chunks::Chunks;
use crate::arrays::as_arrays;
use crate::audio::convert::{Converter, InputFormat};
use crate::audio::format::{Format, WireFormat};
use crate::audio::samples::Encoding;
use crate::audio::shorten::{Shortener, Shortening};

/// Blocks of silence that remain of a pause, so that phrases stay apart.
const KEPT_SILENT_BLOCKS: usize = 20;

/// What is sent again after a session broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResendLimits {
    /// How much of what was sent.
    pub keep_ms: u32,
    /// How much may wait to be sent, pauses cut; the oldest beyond that is dropped.
    pub lag_ms: u32,
}

pub(crate) struct Backlog {
    wire: WireFormat,
    limits: ResendLimits,
    /// 16-bit samples of the wire, pauses cut, and what is not decided yet.
    samples: Vec<i16>,
    pauses: Shortener,
    /// Of the session before, in which the sender may still put something.
    older: Option<Box<Chunks>>,
    /// When the next chunk may be sent.
    due: Option<Instant>,
    /// Frames of the wire that were dropped and not told.
    dropped: u64,
}

impl Backlog {
    /// `unsettled`: what was sent and is not final. Behind it comes what waits in `chunks`.
    pub(crate) fn new(
        limits: ResendLimits,
        unsettled: &[i16],
        before: Option<Backlog>,
        chunks: Box<Chunks>,
    ) -> Backlog {
        let wire = chunks.wire();
        let mut backlog = Backlog {
            wire,
            limits,
            samples: Vec::new(),
            pauses: Shortener::keeping(KEPT_SILENT_BLOCKS),
            older: None,
            due: None,
            dropped: 0,
        };
        backlog.cut(unsettled);
        if let Some(mut before) = before {
            before.absorb_older();
            backlog.dropped = before.dropped;
            backlog.cut(&before.into_samples());
        }
        let mut chunks = chunks;
        chunks.leave_alone();
        backlog.older = Some(chunks);
        backlog.absorb_older();
        backlog
    }

    /// For a session with this wire format.
    pub(crate) fn on_wire(mut self, wire: WireFormat) -> Option<Backlog> {
        self.absorb_older();
        if wire == self.wire {
            return Some(self);
        }
        let before = Format { sample_rate: self.wire.sample_rate, channels: self.wire.channels };
        let mut converter = Converter::new(InputFormat::plain(before), wire)?;
        let bytes: Vec<u8> = self.samples.iter().flat_map(|sample| sample.to_ne_bytes()).collect();
        let mut converted = Vec::new();
        converter.process(&bytes, &mut converted);
        converter.finish(&mut converted);
        let dropped = self.dropped * u64::from(wire.sample_rate) / u64::from(self.wire.sample_rate);
        // The ring before has another format: what comes into it now is as good as lost.
        Some(Backlog { wire, samples: samples_of(&converted), older: None, dropped, ..self })
    }

    /// Takes what has come meanwhile out of the rings, that of the session before first.
    pub(crate) fn absorb(&mut self, chunks: &mut Chunks) {
        self.absorb_older();
        self.take_from(chunks);
    }

    pub(crate) fn absorb_older(&mut self) {
        if let Some(mut older) = self.older.take() {
            self.take_from(&mut older);
            self.older = Some(older);
        }
    }

    fn take_from(&mut self, chunks: &mut Chunks) {
        let mut bytes = Vec::new();
        chunks.move_into(&mut bytes);
        if !bytes.is_empty() {
            self.cut(&samples_of(&bytes));
        }
    }

    /// Adds audio, as far as it is no pause, and drops the oldest beyond the limit.
    fn cut(&mut self, audio: &[i16]) {
        self.pauses.process(audio, Shortening::Pauses, &mut self.samples);
        let channels = self.wire.channels as usize;
        let most = self.wire.frames_in_ms(self.limits.lag_ms) * channels;
        let excess = (self.samples.len() + self.pauses.finish().len()).saturating_sub(most);
        let excess = excess.min(self.samples.len()).next_multiple_of(channels).min(self.samples.len());
        self.samples.drain(..excess);
        self.dropped += (excess / channels) as u64;
    }

    /// When the next chunk may be sent, if that is later: as fast as it is spoken, and no faster.
    pub(crate) fn due(&self, now: Instant) -> Option<Instant> {
        self.due.filter(|due| *due > now)
    }

    /// The next chunk of so many frames, whose time has come; `None`: there is less.
    pub(crate) fn next(&mut self, frames: usize, now: Instant) -> Option<Vec<u8>> {
        let samples = frames * self.wire.channels as usize;
        if self.samples.len() < samples {
            // Nearly caught up: no pause is looked for.
            self.pauses.process(&[], Shortening::None, &mut self.samples);
        }
        let chunk = bytes_of(self.samples.get(..samples)?);
        self.samples.drain(..samples);
        let length = Duration::from_secs_f64(frames as f64 / f64::from(self.wire.sample_rate));
        // A driver that is late makes up for that, but not for a network that has taken nothing.
        self.due = Some((self.due.unwrap_or(now) + length).max(now));
        Some(chunk)
    }

    /// Dropped frames of the wire that were not told yet.
    pub(crate) fn take_dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped)
    }

    fn into_samples(self) -> Vec<i16> {
        let Backlog { mut samples, pauses, .. } = self;
        samples.extend_from_slice(pauses.finish());
        samples
    }

    /// What is left when it is less than a chunk: the session goes on as any other.
    pub(crate) fn into_rest(self) -> Vec<u8> {
        bytes_of(&self.into_samples())
    }

    /// Audio in this wire format can be sent again.
    pub(crate) fn can_hold(wire: WireFormat) -> bool {
        wire.encoding == Encoding::S16
    }
}

fn samples_of(bytes: &[u8]) -> Vec<i16> {
    as_arrays::<2, _>(bytes).0.iter().map(|&sample| i16::from_le_bytes(sample)).collect()
}

fn bytes_of(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
}
