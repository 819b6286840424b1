//! What the speaker said, on its way to be heard under the translation.
//!
//! It comes when a chunk goes out, so it is heard a chunk later than it was said, and some ms more.

use rtrb::{Consumer, Producer, RingBuffer};

use super::ring::MOST_READ_MS;
use crate::audio::convert::{Converter, InputFormat};
use crate::audio::duck::{Ducker, Ducking};
use crate::audio::format::{Format, PlayoutFormat};
use crate::error::{Error, Result, Status};
use crate::memory;

/// Frames mixed at a time.
const BLOCK: usize = 256;
/// What a chunk may be late without a gap.
const LATE_MS: u32 = 40;
/// Above so much more the clocks of sender and player have drifted apart: the oldest is left out.
const SURPLUS_MS: u32 = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OriginalOptions {
    /// What goes out.
    pub wire: Format,
    pub chunk_ms: u32,
    pub percent: u32,
    pub duck_percent: u32,
    pub attack_ms: u32,
    pub release_ms: u32,
}

/// The library's side.
pub struct OriginalFeed {
    converter: Converter,
    bytes: Vec<u8>,
    samples: Producer<i16>,
}

/// The player's side; as real-time safe as the reader.
pub struct OriginalMix {
    samples: Consumer<i16>,
    ducker: Ducker,
    is_playing: bool,
    chunk: usize,
    late: usize,
    surplus: usize,
}

pub fn open(options: OriginalOptions, format: PlayoutFormat) -> Result<(OriginalFeed, OriginalMix)> {
    let OriginalOptions { wire, chunk_ms, percent, duck_percent, attack_ms, release_ms } = options;
    let mono = Format { sample_rate: format.sample_rate, channels: 1 };
    let converter = Converter::new(InputFormat::plain(wire), mono).ok_or_else(|| {
        let (from, to) = (wire.sample_rate, mono.sample_rate);
        Error::new(Status::Unsupported, format!("the original at {from} Hz cannot be converted to {to} Hz"))
    })?;
    let chunk = mono.frames_in_ms(chunk_ms);
    let late = mono.frames_in_ms(LATE_MS);
    let surplus = mono.frames_in_ms(chunk_ms + SURPLUS_MS);
    // Whatever one read takes.
    let most_late = mono.frames_in_ms(LATE_MS.max(MOST_READ_MS));
    let samples = chunk + most_late + surplus + chunk;
    memory::ask(samples * size_of::<i16>())?;
    let (mut feed, play) = RingBuffer::new(samples);
    // The first touch of a page is a fault, and those belong here.
    drop(feed.write_chunk(feed.slots()));
    let share = |percent: u32| percent as f32 / 100.0;
    let ducker = Ducker::new(Ducking {
        open: share(percent),
        ducked: share(duck_percent),
        attack_frames: mono.frames_in_ms(attack_ms) as u32,
        release_frames: mono.frames_in_ms(release_ms) as u32,
    });
    let mix = OriginalMix { samples: play, ducker, is_playing: false, chunk, late, surplus };
    Ok((OriginalFeed { converter, bytes: Vec::new(), samples: feed }, mix))
}

impl OriginalFeed {
    /// Takes a chunk that went out. Where nobody listens, the newest is lost.
    pub fn add(&mut self, chunk: &[u8]) {
        self.bytes.clear();
        self.converter.process(chunk, &mut self.bytes);
        let (samples, _) = self.bytes.as_chunks::<2>();
        let room = self.samples.slots().min(samples.len());
        if let Ok(slots) = self.samples.write_chunk_uninit(room) {
            slots.fill_from_iter(samples.iter().map(|&sample| i16::from_le_bytes(sample)));
        }
    }
}

impl OriginalMix {
    /// Mixes a part of what one read takes, which is `asked` in all; whether there was anything to mix.
    pub fn mix(&mut self, speech: &mut [i16], is_speaking: bool, asked: usize) -> bool {
        let mut is_heard = false;
        let mut under = [0; BLOCK];
        for speech in speech.chunks_mut(BLOCK) {
            let taken = self.take(&mut under[..speech.len()], asked);
            is_heard |= under[..taken].iter().any(|&sample| sample != 0);
            self.ducker.mix(speech, &under[..taken], is_speaking);
        }
        is_heard
    }

    fn take(&mut self, samples: &mut [i16], asked: usize) -> usize {
        let waiting = self.samples.slots();
        let prime = self.chunk + self.late.max(asked);
        self.is_playing |= waiting >= prime;
        if !self.is_playing {
            return 0;
        }
        if waiting > prime + self.surplus
            && let Ok(surplus) = self.samples.read_chunk(waiting - prime)
        {
            surplus.commit_all();
        }
        let (taken, rest) = self.samples.pop_partial_slice(samples);
        self.is_playing = rest.is_empty();
        taken.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::samples::Encoding;

    const WIRE: Format = Format { sample_rate: 16_000, channels: 1 };
    const PLAYER: PlayoutFormat = PlayoutFormat { encoding: Encoding::S16, sample_rate: 16_000, channels: 1 };
    const OPTIONS: OriginalOptions = OriginalOptions {
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
        let waiting = mix.samples.slots();
        assert!(waiting <= WIRE.frames_in_ms(100 + 500 + 100 + 500 + 100));
        assert!(heard(&mut mix, 1600, false)[0] > 50);
        assert!(mix.samples.slots() <= mix.chunk + mix.late);
    }
}
