//! The original: the speaker's audio on its way to be mixed under the translation.
//!
//! It is taken when a chunk is sent, so it is heard a chunk later than it was said, plus some ms.

use rtrb::RingBuffer;

use super::feed::original::OriginalFeed;
use super::options::OriginalSetup;
use super::play::original::OriginalMix;
use super::ring::MOST_READ_MS;
use crate::audio::convert::{Converter, InputFormat};
use crate::audio::duck::{Ducker, Ducking};
use crate::audio::format::{Format, PlayoutFormat};
use crate::error::{Error, Result, Status};
use crate::memory;

/// How late a chunk may be without a gap.
const LATE_MS: u32 = 40;
/// Above this surplus the clocks of sender and player have drifted apart: the oldest audio is skipped.
const SURPLUS_MS: u32 = 500;

pub(crate) fn open(options: OriginalSetup, format: PlayoutFormat) -> Result<(OriginalFeed, OriginalMix)> {
    let OriginalSetup { wire, chunk_ms, percent, duck_percent, attack_ms, release_ms } = options;
    let mono = Format { sample_rate: format.sample_rate, channels: 1 };
    let converter = Converter::new(InputFormat::plain(wire), mono).ok_or_else(|| {
        let (from, to) = (wire.sample_rate, mono.sample_rate);
        Error::new(Status::Unsupported, format!("the original at {from} Hz cannot be converted to {to} Hz"))
    })?;
    let chunk = mono.frames_in_ms(chunk_ms);
    let late = mono.frames_in_ms(LATE_MS);
    let surplus = mono.frames_in_ms(chunk_ms + SURPLUS_MS);
    // The most that one read takes.
    let most_late = mono.frames_in_ms(LATE_MS.max(MOST_READ_MS));
    let samples = chunk + most_late + surplus + chunk;
    memory::ask(samples * size_of::<i16>())?;
    let (mut feed, play) = RingBuffer::new(samples);
    // The first access to a page is a page fault, which must happen here.
    drop(feed.write_chunk(feed.slots()));
    let share = |percent: u32| percent as f32 / 100.0;
    let ducker = Ducker::new(Ducking {
        open: share(percent),
        ducked: share(duck_percent),
        attack_frames: mono.frames_in_ms(attack_ms) as u32,
        release_frames: mono.frames_in_ms(release_ms) as u32,
    });
    let mix = OriginalMix::new(play, ducker, [chunk, late, surplus]);
    Ok((OriginalFeed::new(converter, feed), mix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::samples::Encoding;

    const WIRE: Format = Format { sample_rate: 16_000, channels: 1 };
    const PLAYER: PlayoutFormat = PlayoutFormat { encoding: Encoding::S16, sample_rate: 16_000, channels: 1 };
    const OPTIONS: OriginalSetup = OriginalSetup {
        wire: WIRE,
        chunk_ms: 100,
        percent: 50,
        duck_percent: 10,
        attack_ms: 10,
        release_ms: 10,
    };

    fn chunk(level: i16) -> Vec<u8> {
        level.to_le_bytes().repeat(1600)
    }

    fn heard(mix: &mut OriginalMix, frames: usize, is_speaking: bool) -> Vec<i16> {
        let mut speech = vec![0; frames];
        mix.mix(&mut speech, is_speaking, frames);
        speech
    }

    #[test]
    fn it_begins_when_enough_is_there_and_goes_on_without_a_gap() {
        let (mut feed, mut mix) = open(OPTIONS, PLAYER).unwrap();
        feed.add(&chunk(1000));
        assert_eq!(heard(&mut mix, 1600, false), [0; 1600]);
        feed.add(&chunk(1000));
        assert_eq!(heard(&mut mix, 1600, false), [500; 1600]);
        feed.add(&chunk(1000));
        assert_eq!(heard(&mut mix, 3200, false), [500; 3200]);
        assert_eq!(heard(&mut mix, 10, false), [0; 10]);
    }

    #[test]
    fn it_is_quieter_under_speech() {
        let (mut feed, mut mix) = open(OPTIONS, PLAYER).unwrap();
        feed.add(&chunk(1000));
        feed.add(&chunk(1000));
        let ducked = heard(&mut mix, 1600, true);
        assert!(ducked[0] < 500 && ducked[160..].iter().all(|&sample| sample == 100));
    }

    #[test]
    fn who_comes_late_hears_what_is_new() {
        let (mut feed, mut mix) = open(OPTIONS, PLAYER).unwrap();
        for level in 1..=100 {
            feed.add(&chunk(level * 100));
        }
        let waiting = mix.waiting();
        assert!(waiting <= WIRE.frames_in_ms(100 + 500 + 100 + 500 + 100));
        assert!(heard(&mut mix, 1600, false)[0] > 50);
        assert!(mix.waiting() <= WIRE.frames_in_ms(100 + 40));
    }
}
