//! Samples in the format of a device.

use palabra::audio::g711;

use crate::scenario::Format;

/// Frames of a device. Where one channel is used, the others have other sound.
pub fn encoded(format: Format, samples: &[i16]) -> Vec<u8> {
    match format.encoding {
        2 => spread(format, samples, |sample| (f32::from(sample) / 32_768.0).to_ne_bytes()),
        3 => spread(format, samples, |sample| [g711::to_mulaw(sample)]),
        4 => spread(format, samples, |sample| [g711::to_alaw(sample)]),
        _ if format.channels == 1 => bytemuck::cast_slice(samples).to_vec(),
        _ => spread(format, samples, i16::to_ne_bytes),
    }
}

/// Each sample on all channels, as so many bytes.
fn spread<const BYTES: usize>(
    format: Format,
    samples: &[i16],
    encode: impl Fn(i16) -> [u8; BYTES],
) -> Vec<u8> {
    let channels = format.channels.max(1);
    let mut all = vec![[0; BYTES]; samples.len() * channels as usize];
    for (frame, &sample) in all.chunks_exact_mut(channels as usize).zip(samples) {
        for (channel, place) in (1..).zip(frame) {
            let is_used = format.channel == 0 || format.channel == channel;
            *place = encode(if is_used { sample } else { sample / 3 + 99 });
        }
    }
    all.into_flattened()
}

/// A WAV file of 16-bit samples.
pub fn wav(rate: i32, samples: &[i16]) -> Vec<u8> {
    let (rate, bytes) = (rate as u32, 2 * samples.len() as u32);
    let mut file = Vec::with_capacity(44 + bytes as usize);
    file.extend(b"RIFF");
    file.extend((36 + bytes).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    file.extend([1_u16.to_le_bytes(), 1_u16.to_le_bytes()].concat());
    file.extend([rate.to_le_bytes(), (2 * rate).to_le_bytes()].concat());
    file.extend([2_u16.to_le_bytes(), 16_u16.to_le_bytes()].concat());
    file.extend(b"data");
    file.extend(bytes.to_le_bytes());
    samples.iter().for_each(|sample| file.extend(sample.to_le_bytes()));
    file
}

/// How many bytes so many frames have.
pub fn bytes(format: Format, frames: i32) -> usize {
    frames as usize * format.channels.max(1) as usize * sample_bytes(format)
}

fn sample_bytes(format: Format) -> usize {
    match format.encoding {
        2 => 4,
        3 | 4 => 1,
        _ => 2,
    }
}

/// The samples of the first channel.
pub fn mono(format: Format, audio: &[u8]) -> Vec<i16> {
    if (format.encoding, format.channels) == (1, 1) {
        return audio.as_chunks::<2>().0.iter().map(|pair| i16::from_ne_bytes(*pair)).collect();
    }
    let frame = bytes(format, 1);
    let samples = audio.chunks_exact(frame).map(|frame| &frame[..sample_bytes(format)]);
    samples.map(|sample| decoded(format.encoding, sample)).collect()
}

fn decoded(encoding: i32, sample: &[u8]) -> i16 {
    match (encoding, sample) {
        (3, [byte]) => g711::MULAW[usize::from(*byte)],
        (4, [byte]) => g711::ALAW[usize::from(*byte)],
        (2, &[a, b, c, d]) => (f32::from_ne_bytes([a, b, c, d]) * 32_767.0) as i16,
        (_, &[low, high]) => i16::from_ne_bytes([low, high]),
        _ => 0,
    }
}
