//! Speaks, and pauses. Each 10 ms from the beginning have their number, those of silence too.

use std::sync::Arc;

use super::code::Voice;

pub struct Mouth {
    voice: Arc<Voice>,
    block: u64,
    /// Of the last stretch.
    first: u64,
    pub sound: Vec<i16>,
}

impl Mouth {
    pub fn new(rate: u32) -> Mouth {
        Mouth { voice: Voice::of(rate), block: 0, first: 0, sound: Vec::new() }
    }

    /// Numbers begin here.
    pub fn beginning_at(mut self, block: u64) -> Mouth {
        self.block = block;
        self
    }

    /// The next sound has another rate.
    pub fn change(&mut self, rate: u32) {
        self.voice = Voice::of(rate);
    }

    /// Where the last stretch begins.
    pub fn begin_us(&self) -> u64 {
        self.first * 10_000
    }

    pub fn speak(&mut self, ms: u64) {
        self.first = self.block;
        for _ in 0..ms / 10 {
            let frames = self.frames();
            self.voice.say(self.block as u32, frames, &mut self.sound);
            self.block += 1;
        }
    }

    pub fn pause(&mut self, ms: u64) {
        self.first = self.block;
        for _ in 0..ms / 10 {
            self.sound.resize(self.sound.len() + self.frames(), 0);
            self.block += 1;
        }
    }

    /// Of the next block.
    fn frames(&self) -> usize {
        (self.voice.start(self.block + 1) - self.voice.start(self.block)) as usize
    }
}
