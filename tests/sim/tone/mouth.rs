//! Speaks, and pauses. Each 10 ms from the beginning have their number, those of silence too.

use super::code::Voice;

pub struct Mouth {
    voice: Voice,
    block: u64,
    pub sound: Vec<i16>,
}

impl Mouth {
    pub fn new(rate: u32) -> Mouth {
        Mouth { voice: Voice::new(rate), block: 0, sound: Vec::new() }
    }

    /// The next sound has another rate.
    pub fn change(&mut self, rate: u32) {
        self.voice = Voice::new(rate);
    }

    pub fn speak(&mut self, ms: u64) {
        for _ in 0..ms / 10 {
            let frames = self.frames();
            self.voice.say(self.block as u32, frames, &mut self.sound);
            self.block += 1;
        }
    }

    pub fn pause(&mut self, ms: u64) {
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
