//! Odd numbers of configs that a seed draws: the least, the most, and what is unusual.

use super::{Options, Plan, Product};
use crate::draw::Dice;

const JSON: u32 = 1;
const DIALECT_V2: u32 = 2;
const DROP_OLDEST: u32 = 4;
const PARTIALS: u32 = 512;
const ZLIB: u32 = 1024;
const SPLIT: u32 = 65_536;

/// Changes a few numbers of a plan, so that a run leaves out the others.
pub fn change(dice: &Dice, plan: &mut Plan) {
    for _ in 0..dice.between(1, 3) {
        let options = &mut plan.options;
        match dice.below(5) {
            0 => limit(dice, options),
            1 => time(dice, options),
            2 => options.flags |= flags(dice, plan.product),
            3 => match plan.product {
                Product::Translation => translation(dice, options),
                Product::SpeechToText => input(dice, options),
                Product::TextToSpeech => options.texts_per_second = dice.one_of(&[1, 2, 1000]),
            },
            _ => plan.block_ms = dice.one_of(&[7, 10, 30, 100, 500, 1000]),
        }
    }
}

fn limit(dice: &Dice, options: &mut Options) {
    match dice.below(4) {
        0 => options.event_bytes = dice.one_of(&[1, 1000, 65_536, 1 << 20]),
        1 => options.event_count = dice.one_of(&[1, 2, 10, 100]),
        2 => options.command_count = dice.one_of(&[1, 2, 1024]),
        _ => options.message_bytes = dice.one_of(&[65_536, 100_000, 1 << 30]),
    }
}

fn time(dice: &Dice, options: &mut Options) {
    match dice.below(6) {
        0 => options.connect_ms = dice.one_of(&[1, 50, 1000]),
        1 => options.ready_ms = dice.one_of(&[1, 50, 1000, 3_600_000]),
        2 | 3 => options.end_ms = dice.one_of(&[1, 100, 1000, 60_000]),
        _ => options.liveness_ms = dice.one_of(&[-1, 1000, 5000, 3_600_000]),
    }
}

fn flags(dice: &Dice, product: Product) -> u32 {
    let choices: &[u32] = match product {
        Product::Translation => &[JSON, DIALECT_V2, DROP_OLDEST, DROP_OLDEST, PARTIALS, ZLIB],
        Product::SpeechToText => &[JSON, DROP_OLDEST],
        Product::TextToSpeech => &[JSON, DIALECT_V2, SPLIT],
    };
    dice.one_of(choices)
}

fn translation(dice: &Dice, options: &mut Options) {
    match dice.below(6) {
        0 => options.wire_rate = dice.one_of(&[16_000, 22_050, 24_000, 44_100, 48_000]),
        1 => options.end_silence_ms = dice.one_of(&[1000, 30_000]),
        2 => options.task_interval_ms = dice.one_of(&[1, 2000, 10_000]),
        3 => options.pause_interval_ms = dice.one_of(&[1, 3000, 10_000]),
        4 => options.speak_per_minute = dice.one_of(&[1, 6, 60_000]),
        _ => input(dice, options),
    }
    if dice.chance(300) {
        // PALABRA_GAP_PAUSE
        options.gap = 2;
        options.gap_after_ms = dice.one_of(&[0, 20, 300, 2000]);
    }
}

fn input(dice: &Dice, options: &mut Options) {
    match dice.below(4) {
        0 => options.chunk_ms = dice.one_of(&[20, 33, 100, 1000]),
        1 => options.buffer_ms = dice.one_of(&[20, 60, 500, 60_000]),
        _ => {
            // PALABRA_GAP_SILENCE
            options.gap = 1;
            options.gap_after_ms = dice.one_of(&[0, 20, 100, 1000]);
        }
    }
}
