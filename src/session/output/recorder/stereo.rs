//! A conversation in a stereo file: the speaker on the left when it was sent, the translation on the right when it
//! was played.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::time::Instant;

use super::end::End;
use super::file::RecordingFile;
use super::pauses::{Pauses, Place};
use super::pieces::interleaved;
use super::records::Records;
use super::tapped::Tapped;
use super::track::Track;
use crate::audio::convert::{Converter, InputFormat};
use crate::audio::format::{Format, OUTPUT};
use crate::error::{Error, Result, Status};
use crate::runtime::JobGuard;
use crate::session::output::mono::as_samples;
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
    wire: Format,
    original: Track,
    from_wire: Converter,
    translation: Tapped,
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
        let mut translation = Tapped::new(mono.sample_rate, false);
        translation.attach(taps);
        Ok(Recorder {
            begun: Instant::now(),
            hold_ms: u64::from(chunk_ms) + LATE_MS,
            wire,
            original: Track::new(mono.sample_rate),
            from_wire,
            translation,
            pauses: Pauses::default(),
            held: Vec::new(),
            bytes: Vec::new(),
            file: RecordingFile::new(Format { channels: 2, ..mono })?,
        })
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
        self.original.add(as_samples(&self.bytes), now);
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

    fn take_played(&mut self) {
        let (now, is_paused) = (self.now_ms(), self.pauses.is_paused());
        self.translation.take(now, is_paused);
        if self.translation.is_lossy {
            self.file.end().lose();
        }
    }

    fn write(&mut self) {
        self.file.append_all(interleaved(&mut [&mut self.original, &mut self.translation.track]));
    }

    fn now_ms(&self) -> u64 {
        self.begun.elapsed().as_millis() as u64
    }
}

impl Records for Recorder {
    fn create_file(&self, path: PathBuf) {
        self.file.create(path);
    }

    fn tick(&mut self) {
        self.take_played();
        let until = self.now_ms().saturating_sub(self.hold_ms);
        self.original.close_until(until);
        self.translation.track.close_until(until);
        self.write();
    }

    fn stop(mut self, job: JobGuard) {
        self.take_played();
        let end = self.original.end().max(self.translation.track.end());
        self.original.level(end);
        self.translation.track.level(end);
        self.write();
        self.file.finish(job);
    }

    fn end(&self) -> &Arc<End> {
        self.file.end()
    }
}

fn unsupported(sample_rate: u32) -> Error {
    let text = format!("the recording has {sample_rate} Hz, to which the audio cannot be converted");
    Error::new(Status::Unsupported, text)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::media::wav;
    use crate::session::output::play::tap::Tap;

    /// Longer than what may wait for the disk.
    const STOPPED: Duration = Duration::from_secs(200);
    const PATIENCE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn a_stop_of_the_process_is_silence_and_nothing_is_lost() {
        let path = std::env::temp_dir().join(format!("palabra-recorder-{}-stop.wav", std::process::id()));
        let wire = Format { sample_rate: 8000, channels: 1 };
        let mut recorder = Recorder::new(wire, 100, Some(8000), Arc::default()).unwrap();
        recorder.create_file(path.clone());
        let say = |recorder: &mut Recorder| recorder.add_original([&[1, 1].repeat(800), &[]]);
        say(&mut recorder);
        tokio::time::advance(STOPPED).await;
        recorder.tick();
        say(&mut recorder);
        tokio::time::advance(Duration::from_secs(1)).await;
        recorder.tick();
        let end = recorder.end().clone();
        end.wait_created(PATIENCE).unwrap();
        assert!(end.untold().is_none(), "the disk is not slow");
        drop(recorder);
        end.wait(PATIENCE).unwrap();
        let pcm = wav::read(&path).unwrap().pcm;
        let loud: Vec<usize> = (0..pcm.len()).filter(|&place| pcm[place] != 0).collect();
        // The left channel of a tenth of a second, and of another one that ends when the process goes on.
        assert_eq!((loud.len(), loud[0], loud[800] / 2), (1600, 0, 200 * 8000 - 800));
        std::fs::remove_file(&path).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_chunk_whose_place_was_never_told_is_not_recorded_with_the_next_one() {
        let path = std::env::temp_dir().join(format!("palabra-recorder-{}-place.wav", std::process::id()));
        let wire = Format { sample_rate: 8000, channels: 1 };
        let mut recorder = Recorder::new(wire, 100, Some(8000), Arc::default()).unwrap();
        recorder.create_file(path.clone());
        recorder.pause(0);
        recorder.resume(10);
        [1, 2].into_iter().for_each(|loud| recorder.add_original([&[loud, loud].repeat(800), &[]]));
        recorder.place_original(Place { begin: 8000, end: 8800, sample_rate: 8000, dropped: 0 });
        tokio::time::advance(Duration::from_secs(1)).await;
        recorder.tick();
        let end = recorder.end().clone();
        end.wait_created(PATIENCE).unwrap();
        drop(recorder);
        end.wait(PATIENCE).unwrap();
        let pcm = wav::read(&path).unwrap().pcm;
        let loud: Vec<_> = pcm.into_iter().filter(|&sample| sample != 0).collect();
        assert_eq!((loud.len(), loud[0]), (800, 0x0202));
        std::fs::remove_file(&path).unwrap();
    }

    /// The library's thread stands still while more is read than is kept for it.
    #[tokio::test(start_paused = true)]
    async fn a_part_that_is_missing_is_told_at_the_end() {
        let path = std::env::temp_dir().join(format!("palabra-recorder-{}-part.wav", std::process::id()));
        let (wire, taps) = (Format { sample_rate: 8000, channels: 1 }, Arc::<Taps>::default());
        let mut recorder = Recorder::new(wire, 100, Some(8000), taps.clone()).unwrap();
        recorder.create_file(path.clone());
        let mut tap = Tap::new(8000, taps);
        (0..3).for_each(|_| tap.put(&[7; 8000]));
        tokio::time::advance(Duration::from_secs(3)).await;
        recorder.tick();
        let end = recorder.end().clone();
        end.wait_created(PATIENCE).unwrap();
        drop(recorder);
        let missing = end.wait(PATIENCE).unwrap_err();
        assert!(missing.text.contains("a part is missing"), "{}", missing.text);
        std::fs::remove_file(&path).unwrap();
    }
}
