//! A call in one file: each party on a channel of its own when it spoke, and the translations when they were played.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::time::Instant;

use super::end::End;
use super::file::RecordingFile;
use super::pieces::{Piece, interleaved};
use super::records::Records;
use super::tapped::Tapped;
use crate::audio::format::{Format, OUTPUT};
use crate::error::Result;
use crate::runtime::JobGuard;
use crate::session::output::play::tap::Taps;

/// How late a side may be.
const LATE_MS: u64 = 300;

/// Rate of the file, and the number of its channels.
#[derive(Clone, Copy, Debug)]
pub struct PartiesOptions {
    pub sample_rate: Option<u32>,
    pub channels: usize,
}

pub(crate) struct PartiesRecorder {
    begun: Instant,
    sides: Vec<Tapped>,
    is_paused: bool,
    file: RecordingFile,
}

impl PartiesRecorder {
    /// Starts with a file that is not named yet.
    pub(crate) fn new(options: PartiesOptions) -> Result<PartiesRecorder> {
        let mono = Format { sample_rate: options.sample_rate.unwrap_or(OUTPUT.sample_rate), channels: 1 };
        Ok(PartiesRecorder {
            begun: Instant::now(),
            sides: (0..options.channels).map(|_| Tapped::new(mono.sample_rate, true)).collect(),
            is_paused: false,
            file: RecordingFile::new(Format { channels: options.channels as u32, ..mono })?,
        })
    }

    /// For what is heard on one channel; `None`: there is no such channel.
    pub(crate) fn tap(&mut self, channel: usize) -> Option<Arc<Taps>> {
        let taps = Arc::new(Taps::default());
        self.sides.get_mut(channel)?.attach(taps.clone());
        Some(taps)
    }

    /// Nothing is recorded from now on, or everything again. Time goes on.
    pub(crate) fn pause(&mut self, is_paused: bool) {
        self.take(self.now_ms());
        self.is_paused = is_paused;
    }

    fn take(&mut self, now_ms: u64) {
        for side in &mut self.sides {
            side.take(now_ms, self.is_paused);
            if side.is_lossy {
                self.file.end().lose();
            }
        }
    }

    fn write(&mut self) {
        self.file.append_all(complete(&mut self.sides));
    }

    fn now_ms(&self) -> u64 {
        self.begun.elapsed().as_millis() as u64
    }
}

impl Records for PartiesRecorder {
    fn create_file(&self, path: PathBuf) {
        self.file.create(path);
    }

    fn tick(&mut self) {
        let now = self.now_ms();
        self.take(now);
        let until = now.saturating_sub(LATE_MS);
        self.sides.iter_mut().for_each(|side| side.track.close_until(until));
        self.write();
    }

    fn stop(mut self, job: JobGuard) {
        self.take(self.now_ms());
        let end = self.sides.iter().map(|side| side.track.end()).max().unwrap_or(0);
        self.sides.iter_mut().for_each(|side| side.track.level(end));
        self.write();
        self.file.finish(job);
    }

    fn end(&self) -> &Arc<End> {
        self.file.end()
    }
}

/// What is complete on all sides.
fn complete(sides: &mut [Tapped]) -> Vec<Piece> {
    interleaved(&mut sides.iter_mut().map(|side| &mut side.track).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::audio::convert::InputFormat;
    use crate::audio::samples::Encoding;
    use crate::media::wav;
    use crate::runtime;
    use crate::session::output::play::voice_tap::VoiceTap;

    const MONO: Format = Format { sample_rate: 8000, channels: 1 };

    fn tapped(side: &mut Tapped, format: InputFormat) -> VoiceTap {
        let taps = Arc::new(Taps::default());
        side.attach(taps.clone());
        VoiceTap::new(format, taps)
    }

    #[test]
    fn each_side_is_on_its_channel_at_its_time_also_after_another_has_joined() {
        let mut sides = [Tapped::new(MONO.sample_rate, true), Tapped::new(MONO.sample_rate, true)];
        let s16 = InputFormat::plain(MONO);
        let mut first = tapped(&mut sides[0], s16);
        first.put(&1000i16.to_ne_bytes().repeat(160));
        sides.iter_mut().for_each(|side| side.take(20, false));
        first.put_silence(160);
        // Nothing of a pause is there, and its time is.
        sides.iter_mut().for_each(|side| side.take(40, false));
        first.put(&2000i16.to_ne_bytes().repeat(4000));
        sides.iter_mut().for_each(|side| side.take(540, true));
        let mulaw = InputFormat { encoding: Encoding::MuLaw, ..s16 };
        let mut second = tapped(&mut sides[0], mulaw);
        second.put(&[0xce; 160]);
        sides.iter_mut().for_each(|side| side.take(560, false));
        sides.iter_mut().for_each(|side| side.track.close_until(560));
        let pieces = complete(&mut sides);
        let [Piece::Samples(samples)] = &pieces[..] else { panic!("one piece") };
        assert_eq!(samples.len(), 2 * 560 * 8);
        let left: Vec<i16> = samples.iter().step_by(2).copied().collect();
        assert!(samples.iter().skip(1).step_by(2).all(|&sample| sample == 0), "nobody was on the right");
        let at = |from_ms: usize, to_ms: usize| &left[from_ms * 8..to_ms * 8];
        assert!(at(0, 20).iter().all(|&sample| sample == 1000));
        assert!(at(20, 540).iter().all(|&sample| sample == 0));
        assert!(at(540, 560).iter().all(|sample| (900..1100).contains(sample)), "{:?}", &at(540, 560)[..9]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_words_before_the_stop_are_in_the_file() {
        let path = std::env::temp_dir().join(format!("palabra-recorder-{}-last.wav", std::process::id()));
        let options = PartiesOptions { sample_rate: Some(MONO.sample_rate), channels: 1 };
        let mut recorder = PartiesRecorder::new(options).unwrap();
        recorder.create_file(path.clone());
        let mut voice = VoiceTap::new(InputFormat::plain(MONO), recorder.tap(0).unwrap());
        tokio::time::advance(Duration::from_millis(20)).await;
        voice.put(&1000i16.to_ne_bytes().repeat(160));
        let end = recorder.end().clone();
        recorder.stop(runtime::start().unwrap().job());
        end.wait(Duration::from_secs(60)).unwrap();
        assert_eq!(wav::read(&path).unwrap().pcm, [1000; 160]);
        std::fs::remove_file(&path).unwrap();
    }
}
