//! Samples in the format of a device.

use palabra::audio::g711;

use crate::scenario::Format;

/// Frames of a device. Where one channel is used, the others have other sound.
pub fn encoded(format: Format, samples: &[i16]) -> Vec<u8> {
    let mut all = Vec::new();
    for &sample in samples {
        for channel in 1..=format.channels {
            let is_used = format.channel == 0 || format.channel == channel;
            encode(format.encoding, if is_used { sample } else { sample / 3 + 99 }, &mut all);
        }
    }
    all
}

fn encode(encoding: i32, sample: i16, all: &mut Vec<u8>) {
    match encoding {
        2 => all.extend((f32::from(sample) / 32_768.0).to_ne_bytes()),
        3 => all.push(g711::to_mulaw(sample)),
        4 => all.push(g711::to_alaw(sample)),
        _ => all.extend(sample.to_ne_bytes()),
    }
}
