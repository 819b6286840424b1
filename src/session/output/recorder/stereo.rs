//! A conversation in a stereo file: the speaker on the left when it was sent, the translation on the right when it
//! was played.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::end::End;
use super::file::RecordingFile;
use super::track::Track;
use crate::audio::convert::{Converter, InputFormat};
use crate::audio::format::{Format, OUTPUT};
use crate::audio::samples::Encoding;
use crate::error::{Error, Result, Status};
use crate::runtime::JobGuard;
use crate::session::output::play::tap::Taps;

/// How late either side may be, beyond the length of a chunk.
const LATE_MS: u64 = 300;

const MONO: Format = OUTPUT;

pub(crate) struct Recorder {
    begun: Instant,
    hold_ms: u64,
    original: Track,
    from_wire: Converter,
    translation: Track,
    taps: Arc<Taps>,
    /// For the player's rate, while it stays the same.
    from_player: Option<(u32, Converter)>,
    bytes: Vec<u8>,
    file: RecordingFile,
}

impl Recorder {
    /// Starts with a file that is not named yet.
    pub(crate) fn new(wire: Format, chunk_ms: u32, taps: Arc<Taps>) -> Result<Recorder> {
        let from_wire = Converter::new(InputFormat::plain(wire), MONO).ok_or_else(unsupported)?;
        Ok(Recorder {
            begun: Instant::now(),
            hold_ms: u64::from(chunk_ms) + LATE_MS,
            original: Track::new(MONO.sample_rate),
            from_wire,
            translation: Track::new(MONO.sample_rate),
            taps,
            from_player: None,
            bytes: Vec::new(),
            file: RecordingFile::new(Format { channels: 2, ..MONO })?,
        })
    }

    /// Begins to create the file, in the background.
    pub(crate) fn create_file(&self, path: PathBuf) {
        self.file.create(path);
    }

    /// Takes a chunk of the speaker's audio that is sent.
    pub(crate) fn add_original(&mut self, chunk: [&[u8]; 2]) {
        self.bytes.clear();
        chunk.into_iter().for_each(|part| self.from_wire.process(part, &mut self.bytes));
        let now = self.now_ms();
        self.original.add(samples(&self.bytes), now);
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
        let Recorder { taps, from_player, bytes, translation, .. } = self;
        taps.drain(|rate, played| {
            if played.is_empty() {
                return;
            }
            if from_player.as_ref().is_none_or(|(known, _)| *known != rate) {
                *from_player = player_converter(rate).map(|converter| (rate, converter));
            }
            let Some((_, converter)) = from_player else { return };
            bytes.clear();
            converter.process(bytemuck::cast_slice(played), bytes);
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

/// A player's rate is always convertible from and to the service's rate.
fn player_converter(sample_rate: u32) -> Option<Converter> {
    let format = Format { sample_rate, channels: 1 };
    Converter::new(InputFormat { encoding: Encoding::S16, ..InputFormat::plain(format) }, MONO)
}

fn samples(bytes: &[u8]) -> impl ExactSizeIterator<Item = i16> {
    bytes.as_chunks().0.iter().map(|&sample| i16::from_le_bytes(sample))
}

fn unsupported() -> Error {
    Error::new(
        Status::Unsupported,
        format!("a recording has {} Hz, and this cannot be converted", MONO.sample_rate),
    )
}
