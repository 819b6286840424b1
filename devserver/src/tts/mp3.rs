//! Silent MP3 (ISO 11172-3 and 13818-3, layer III): valid frames of 32 kbit/s, mono. A frame whose side information is
//! zero has no spectrum, hence it is silence, and it needs no other frame.

use std::ops::Range;

/// What the rate decides.
struct Kind {
    rate: u32,
    /// The second byte of the header: version, layer III, no checksum.
    version: u8,
    /// The third: 32 kbit/s, and the rate.
    rates: u8,
    bytes: usize,
}

impl Kind {
    const fn new(rate: u32, version: u8, rates: u8) -> Kind {
        let per_second = 32_000 / 8 * if version == MPEG_1 { 1152 } else { 576 };
        Kind { rate, version, rates, bytes: (per_second / rate) as usize }
    }

    fn frames(&self) -> usize {
        if self.version == MPEG_1 { 1152 } else { 576 }
    }
}

const MPEG_1: u8 = 0xfb;
const MPEG_2: u8 = 0xf3;
const MPEG_2_5: u8 = 0xe3;

const KINDS: [Kind; 9] = [
    Kind::new(8_000, MPEG_2_5, 0x48),
    Kind::new(11_025, MPEG_2_5, 0x40),
    Kind::new(12_000, MPEG_2_5, 0x44),
    Kind::new(16_000, MPEG_2, 0x48),
    Kind::new(22_050, MPEG_2, 0x40),
    Kind::new(24_000, MPEG_2, 0x44),
    Kind::new(32_000, MPEG_1, 0x18),
    Kind::new(44_100, MPEG_1, 0x10),
    Kind::new(48_000, MPEG_1, 0x14),
];

/// The rates that the format has.
pub fn has_rate(rate: u32) -> bool {
    KINDS.iter().any(|kind| kind.rate == rate)
}

/// The frames that begin within this part of a generation, so that parts make a whole.
pub fn silence(rate: u32, part: Range<usize>) -> Vec<u8> {
    let Some(kind) = KINDS.iter().find(|kind| kind.rate == rate) else { return Vec::new() };
    let count = part.end.div_ceil(kind.frames()) - part.start.div_ceil(kind.frames());
    let mut frame = vec![0xff, kind.version, kind.rates, 0xc0];
    frame.resize(kind.bytes, 0);
    frame.repeat(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_the_length_of_the_whole() {
        for (rate, frame, bytes) in
            [(8_000, 576, 288), (24_000, 576, 96), (44_100, 1152, 104), (48_000, 1152, 96)]
        {
            let whole = silence(rate, 0..10 * frame);
            assert_eq!(whole.len(), 10 * bytes, "{rate}");
            let parts = (0..10 * frame).step_by(100).map(|at| silence(rate, at..(at + 100).min(10 * frame)));
            assert_eq!(parts.collect::<Vec<_>>().concat(), whole, "{rate}");
        }
        assert!(has_rate(16_000) && !has_rate(16_001));
    }
}
