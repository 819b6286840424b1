//! The original: the speaker's audio on its way to be mixed under the translation.
//!
//! It is taken when a chunk is sent, so it is heard a chunk later than it was said, plus some ms.

use std::sync::Arc;

use rtrb::RingBuffer;

use super::feed::original::OriginalFeed;
use super::levels::{OriginalLevels, SharedLevels};
use super::options::OriginalSetup;
use super::play::original::OriginalMix;
use super::ring::MOST_READ_MS;
use crate::audio::convert::{Converter, InputFormat};
use crate::audio::format::{Format, PlayoutFormat};
use crate::error::{Error, Result, Status};
use crate::memory;

/// How late a chunk may be without a gap.
const LATE_MS: u32 = 40;
/// Above this surplus the clocks of sender and player have drifted apart: the oldest audio is skipped.
const SURPLUS_MS: u32 = 500;

/// Begins at the `present` levels, and follows the shared ones.
pub(crate) fn open(
    options: OriginalSetup,
    format: PlayoutFormat,
    levels: &Arc<SharedLevels>,
    present: OriginalLevels,
) -> Result<(OriginalFeed, OriginalMix)> {
    let OriginalSetup { wire, chunk_ms, .. } = options;
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
    let mix = OriginalMix::new(play, mono, (levels.clone(), present), [chunk, late, surplus]);
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
        levels: OriginalLevels { percent: 50, duck_percent: 10, attack_ms: 10, release_ms: 10 },
    };

    fn opened() -> (OriginalFeed, OriginalMix) {
        open(OPTIONS, PLAYER, &Arc::new(SharedLevels::new(OPTIONS.levels)), OPTIONS.levels).unwrap()
    }

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
        let (mut feed, mut mix) = opened();
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
        let (mut feed, mut mix) = opened();
        feed.add(&chunk(1000));
        feed.add(&chunk(1000));
        let ducked = heard(&mut mix, 1600, true);
        assert!(ducked[0] < 500 && ducked[160..].iter().all(|&sample| sample == 100));
    }

    #[test]
    fn who_comes_late_hears_what_is_new() {
        let (mut feed, mut mix) = opened();
        for level in 1..=100 {
            feed.add(&chunk(level * 100));
        }
        let waiting = mix.waiting();
        assert!(waiting <= WIRE.frames_in_ms(100 + 500 + 100 + 500 + 100));
        assert!(heard(&mut mix, 1600, false)[0] > 50);
        assert!(mix.waiting() <= WIRE.frames_in_ms(100 + 40));
    }
    #[test]
    fn levels_change_while_it_is_heard_and_one_that_was_off_begins_softly() {
        let levels = Arc::new(SharedLevels::new(OriginalLevels::OFF));
        let (mut feed, mut mix) = open(OPTIONS, PLAYER, &levels, OriginalLevels::OFF).unwrap();
        (0..8).for_each(|_| feed.add(&chunk(1000)));
        // A fade has 320 frames.
        let mut last = 0i16;
        let mut hear = |percent| {
            levels.set(OriginalLevels { percent, ..OPTIONS.levels });
            let heard = heard(&mut mix, 1600, false);
            assert!(heard[0].abs_diff(std::mem::replace(&mut last, heard[1599])) <= 4, "{percent}");
            assert!(heard.windows(2).all(|two| two[0].abs_diff(two[1]) <= 4), "{percent}");
            heard
        };
        assert_eq!(hear(0), [0; 1600]);
        for (percent, level) in [(50, 500), (100, 1000), (10, 100), (0, 0)] {
            let heard = hear(percent);
            assert!(heard[320..].iter().all(|&sample| sample == level), "{percent}");
        }
    }
}
