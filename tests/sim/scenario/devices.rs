//! Devices that a seed draws.

use super::{Format, Reader};
use crate::draw::Dice;

const S16: i32 = 1;
const F32: i32 = 2;
const MULAW: i32 = 3;
const ALAW: i32 = 4;

pub fn microphone(dice: &Dice) -> Format {
    if dice.chance(500) {
        return Format::s16(16_000);
    }
    let mut format = any(dice);
    if dice.chance(100) {
        format.channels = dice.between(2, 8) as i32;
        format.channel = dice.below(format.channels as u64 + 1) as i32;
    }
    format
}

pub fn loudspeaker(dice: &Dice) -> Format {
    any(dice)
}

fn any(dice: &Dice) -> Format {
    let (encoding, rate, channels) = dice.one_of(&[
        (MULAW, 8000, 1),
        (ALAW, 8000, 1),
        (S16, 8000, 1),
        (S16, 16_000, 1),
        (S16, 24_000, 1),
        (S16, 44_100, 1),
        (S16, 48_000, 2),
        (F32, 44_100, 2),
        (F32, 48_000, 1),
        (F32, 48_000, 2),
    ]);
    Format { encoding, rate, channels, channel: 0 }
}

pub fn reader(dice: &Dice, length: u64) -> Reader {
    let stalls = if dice.chance(250) { dice.between(1, 3) } else { 0 };
    let longest = dice.one_of(&[100, 2000, 60_000]);
    let buffer_ms = dice.one_of(&[0, 0, 0, 500, 2000, 10_000]);
    Reader {
        has_events: dice.chance(300),
        format: loudspeaker(dice),
        block_ms: dice.one_of(&[20, 20, 10, 40, 5]),
        drift_ppm: dice.one_of(&[0, 100, -100, 3000, -3000]),
        stalls: (0..stalls).map(|_| (dice.below(length + 1), dice.between(1, longest))).collect(),
        prime_ms: dice.one_of(&[0, 0, 0, 1, 200, 2000]),
        buffer_ms,
        target_ms: if dice.chance(700) {
            0
        } else {
            dice.between(1, if buffer_ms == 0 { 3000 } else { 500 }) as i32
        },
        original_percent: 0,
    }
}
