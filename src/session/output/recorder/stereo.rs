//! A conversation in a stereo file: the speaker on the left when it was sent, the translation on the right when it
//! was played.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::time::Instant;

use super::end::End;
use super::file::RecordingFile;
use super::pauses::{Pauses, Place};
use super::track::Track;
use crate::audio::convert::{Converter, InputFormat};
use crate::audio::format::{Format, OUTPUT};
use crate::audio::samples::Encoding;
use crate::error::{Error, Result, Status};
use crate::runtime::JobGuard;
use crate::session::output::play::tap::Taps;

/// How late either side may be, beyond the length of a chunk.
const LATE_MS: u64 = 300;

/// What is recorded, and how.
#[derive(Clone, Copy, Default)]
pub struct RecordOptions<'a> {
    /// The line on the right; empty: the first one.
    pub language: &'a [u8],
    /// Of the file.
    pub sample_rate: Option<u32>,
}

pub(crate) struct Recorder {
    begun: Instant,
    hold_ms: u64,
    mono: Format,
    wire: Format,
    original: Track,
    from_wire: Converter,
    translation: Track,
    taps: Arc<Taps>,
    /// For the player's rate, while it stays the same.
    from_player: Option<(u32, Vec<Converter>)>,
    pauses: Pauses,
    /// A chunk that was sent, a part of which may be left out.
    held: Vec<u8>,
    bytes: Vec<u8>,
    file: RecordingFile,
}

impl Recorder {
    /// Starts with a file that is not named yet.
    pub(crate) fn new(
        wire: Format,
        chunk_ms: u32,
        sample_rate: Option<u32>,
        taps: Arc<Taps>,
    ) -> Result<Recorder> {
        let mono = Format { sample_rate: sample_rate.unwrap_or(OUTPUT.sample_rate), channels: 1 };
        let unsupported = || unsupported(mono.sample_rate);
        let from_wire = Converter::new(InputFormat::plain(wire), mono).ok_or_else(unsupported)?;
        Converter::new(InputFormat::plain(OUTPUT), mono).ok_or_else(unsupported)?;
        Ok(Recorder {
            begun: Instant::now(),
            hold_ms: u64::from(chunk_ms) + LATE_MS,
            mono,
            wire,
            original: Track::new(mono.sample_rate),
            from_wire,
            translation: Track::new(mono.sample_rate),
            taps,
            from_player: None,
            pauses: Pauses::default(),
            held: Vec::new(),
            bytes: Vec::new(),
            file: RecordingFile::new(Format { channels: 2, ..mono })?,
        })
    }

    /// Begins to create the file, in the background.
    pub(crate) fn create_file(&self, path: PathBuf) {
        self.file.create(path);
    }

    /// Takes a chunk of the speaker's audio that is sent.
    pub(crate) fn add_original(&mut self, chunk: [&[u8]; 2]) {
        if self.pauses.is_empty() {
            self.record_original(chunk);
        } else {
            self.held.clear();
            chunk.into_iter().for_each(|part| self.held.extend_from_slice(part));
        }
    }

    /// Which of the caller's frames were in that chunk.
    pub(crate) fn place_original(&mut self, place: Place) {
        if self.held.is_empty() {
            return self.pauses.pass(place);
        }
        let mut held = std::mem::take(&mut self.held);
        self.pauses.silence(place, &mut held, self.wire);
        self.record_original([&held, &[]]);
        held.clear();
        self.held = held;
    }

    fn record_original(&mut self, chunk: [&[u8]; 2]) {
        self.bytes.clear();
        chunk.into_iter().for_each(|part| self.from_wire.process(part, &mut self.bytes));
        let now = self.now_ms();
        self.original.add(samples(&self.bytes), now);
    }

    /// Records neither side from now on, the speaker from this frame on, until [`Recorder::resume`]. Time goes on.
    pub(crate) fn pause(&mut self, frame: u64) {
        self.take_played();
        self.pauses.begin(frame);
    }

    pub(crate) fn resume(&mut self, frame: u64) {
        self.take_played();
        self.pauses.end(frame);
    }

    /// Takes what was played and writes what is complete on both sides.
    pub(crate) fn tick(&mut self) {
        self.take_played();
        let until = self.now_ms().saturating_sub(self.hold_ms);
        self.original.close_until(until);
        self.translation.close_until(until);
        self.write();
    }

    /// Completes the file in the background.
    pub(crate) fn stop(mut self, job: JobGuard) {
        self.take_played();
        let end = self.original.end().max(self.translation.end());
        self.original.level(end);
        self.translation.level(end);
        self.write();
        self.file.finish(job);
    }

    pub(crate) fn end(&self) -> &Arc<End> {
        self.file.end()
    }

    fn take_played(&mut self) {
        let now = self.now_ms();
        let is_paused = self.pauses.is_paused();
        let Recorder { taps, from_player, bytes, translation, mono, .. } = self;
        taps.drain(|rate, played| {
            if played.is_empty() || is_paused {
                return;
            }
            if from_player.as_ref().is_none_or(|(known, _)| *known != rate) {
                *from_player = Some((rate, player_converters(rate, *mono)));
            }
            let Some((_, converters)) = from_player else { return };
            bytes.clear();
            bytes.extend_from_slice(bytemuck::cast_slice(played));
            for converter in converters {
                let from = std::mem::take(bytes);
                converter.process(&from, bytes);
            }
            translation.add(samples(bytes), now);
        });
    }

    fn write(&mut self) {
        let frames = self.original.waiting().min(self.translation.waiting());
        if frames == 0 {
            return;
        }
        let mut both = Vec::with_capacity(2 * frames);
        for _ in 0..frames {
            both.extend([self.original.next(), self.translation.next()]);
        }
        self.file.append(both);
    }

    fn now_ms(&self) -> u64 {
        self.begun.elapsed().as_millis() as u64
    }
}

/// From the player's rate to that of the file, in one step or by the rate of the service, from and to which both are
/// convertible.
fn player_converters(sample_rate: u32, mono: Format) -> Vec<Converter> {
    let player =
        InputFormat { encoding: Encoding::S16, ..InputFormat::plain(Format { sample_rate, channels: 1 }) };
    match Converter::new(player, mono) {
        Some(converter) => vec![converter],
        None => [Converter::new(player, OUTPUT), Converter::new(InputFormat::plain(OUTPUT), mono)]
            .into_iter()
            .flatten()
            .collect(),
    }
}

fn samples(bytes: &[u8]) -> impl ExactSizeIterator<Item = i16> {
    bytes.as_chunks().0.iter().map(|&sample| i16::from_le_bytes(sample))
}

fn unsupported(sample_rate: u32) -> Error {
    let text = format!("the recording has {sample_rate} Hz, to which the audio cannot be converted");
    Error::new(Status::Unsupported, text)
}
