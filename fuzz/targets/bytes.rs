//! Choices that the input makes.

use std::collections::VecDeque;
use std::sync::Mutex;

use palabra::audio::ratio::Ratio;
use palabra::audio::resample::Resampler;
use palabra::audio::samples::Encoding;

/// Reads an input piece by piece. After its end all choices are 0.
pub struct Bytes<'a>(pub &'a [u8]);

impl Bytes<'_> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first
    }

    pub fn word(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    pub fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        let number = if limit > 256 { usize::from(self.word()) } else { usize::from(self.byte()) };
        number % limit
    }

    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// A rate that callers may have: a usual one, or any.
    pub fn rate(&mut self) -> u32 {
        const USUAL: [u32; 14] = [
            8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 192_000, 8001, 44_101,
            88_200, 191_999,
        ];
        match self.byte() % 16 {
            n @ 0..14 => USUAL[usize::from(n)],
            _ => 8000 + (u32::from(self.word()) << 2 | u32::from(self.byte()) & 3) % 184_001,
        }
    }

    pub fn encoding(&mut self) -> Encoding {
        self.one_of(&[Encoding::S16, Encoding::F32, Encoding::MuLaw, Encoding::ALaw])
    }
}

/// Keeps the table of a filter, which takes longer to compute than a whole input to run.
pub fn keep_filter(from: u32, to: u32) {
    const MOST: usize = 200;
    static KEPT: Mutex<VecDeque<(Ratio, Resampler)>> = Mutex::new(VecDeque::new());
    let Some(ratio) = Ratio::between(from, to).filter(|_| from != to) else { return };
    let mut kept = KEPT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !kept.iter().any(|(known, _)| *known == ratio) {
        kept.push_back((ratio, Resampler::new(ratio)));
    }
    if kept.len() > MOST {
        kept.pop_front();
    }
}
