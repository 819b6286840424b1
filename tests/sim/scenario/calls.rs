//! Calls that wait, which a seed draws.

use super::{Call, File, Format, Plan, Product};
use crate::draw::Dice;

/// PALABRA_STT_FORMAT_WAV.
const WAV: i32 = 2;

/// All sound of the plan is sent by such calls, or some of its texts are spoken by them.
pub fn change(dice: &Dice, plan: &mut Plan) {
    let is_encoded = plan.product == Product::SpeechToText && dice.chance(400);
    let count = if is_encoded { 1 } else { dice.between(1, 3) };
    let mut at = dice.below(3000);
    for _ in 0..count {
        let ms = dice.between(20, 600) * 10;
        let (lead_ms, timeout_ms) = (dice.one_of(&[0, 0, 200, 2000]), dice.one_of(&[-1, -1, 60_000, 500, 0]));
        let call = match plan.product {
            Product::TextToSpeech => Call::Synthesize {
                text: dice.one_of(&["Hello.", "One moment please.", "Ja"]).to_owned(),
                timeout_ms: dice.one_of(&[-1, 30_000, 300, 0]),
            },
            _ if is_encoded => Call::SendEncoded { ms, lead_ms, timeout_ms },
            _ if dice.chance(500) => Call::SendPaced { ms, lead_ms, timeout_ms },
            _ => {
                let whole = File::Whole;
                let file = dice.one_of(&[whole, whole, whole, File::Cut, File::Junk, File::Missing]);
                Call::SendFile { file, ms, lead_ms, timeout_ms }
            }
        };
        plan.calls.push((at, call));
        at += ms + dice.between(500, 5000);
    }
    if plan.product != Product::TextToSpeech {
        plan.sound.clear();
        plan.format = Format::s16(dice.one_of(&[16_000, 16_000, 8000, 24_000, 44_100]));
        if is_encoded {
            // Nothing can be put between encoded bytes.
            (plan.options.stt_format, plan.options.gap, plan.options.gap_after_ms) = (WAV, 0, 0);
        }
    }
}
