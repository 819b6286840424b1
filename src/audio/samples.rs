//! Encodings of a sample. Input becomes floats from -1 to 1; output has 16 bits.

use super::g711;
use crate::arrays::{as_arrays, as_arrays_mut};

/// Number of steps of a 16-bit sample above and below zero.
const FULL_SCALE: f32 = 32_768.0;

/// Encoding of a sample. Multi-byte samples are in the byte order of this machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    #[default]
    S16,
    F32,
    MuLaw,
    ALaw,
    /// Bytes of an encoded stream, which are sent unchanged: a frame is one byte.
    Opaque,
}

impl Encoding {
    pub(crate) const ALL: [Encoding; 5] =
        [Encoding::S16, Encoding::F32, Encoding::MuLaw, Encoding::ALaw, Encoding::Opaque];

    pub fn sample_bytes(self) -> usize {
        match self {
            Encoding::S16 => 2,
            Encoding::F32 => 4,
            Encoding::MuLaw | Encoding::ALaw | Encoding::Opaque => 1,
        }
    }

    /// The bytes of silence (protocol.md 9.2). Bytes of an encoded stream have none.
    pub fn silent_byte(self) -> u8 {
        match self {
            Encoding::S16 | Encoding::F32 | Encoding::Opaque => 0,
            Encoding::MuLaw => 0xff,
            Encoding::ALaw => 0xd5,
        }
    }

    /// Whether samples are the same bytes in memory and on the wire, which is little-endian.
    pub fn is_little_endian(self) -> bool {
        cfg!(target_endian = "little") || self.sample_bytes() == 1
    }

    /// Appends frames in little-endian order, from one row of samples for each channel, or from one for all.
    pub fn append_le(self, rows: &[Vec<f32>], channels: usize, wire: &mut Vec<u8>) {
        let begin = wire.len();
        wire.resize(begin + rows[0].len() * channels * self.sample_bytes(), 0);
        let bytes = &mut wire[begin..];
        // The usual case, which the compiler makes one of vectors.
        if let (Encoding::S16, 1) = (self, channels) {
            let places = bytes.chunks_exact_mut(2).zip(&rows[0]);
            return places.for_each(|(place, sample)| place.copy_from_slice(&to_s16(*sample).to_le_bytes()));
        }
        let places = bytes.chunks_exact_mut(self.sample_bytes().max(1)).enumerate();
        for (number, place) in places {
            let row = if rows.len() == 1 { 0 } else { number % channels };
            self.put_le(rows[row][number / channels], place);
        }
    }

    fn put_le(self, sample: f32, place: &mut [u8]) {
        match self {
            Encoding::S16 => place.copy_from_slice(&to_s16(sample).to_le_bytes()),
            Encoding::F32 => place.copy_from_slice(&sample.to_le_bytes()),
            Encoding::MuLaw => place[0] = g711::to_mulaw(to_s16(sample)),
            Encoding::ALaw => place[0] = g711::to_alaw(to_s16(sample)),
            Encoding::Opaque => {}
        }
    }

    /// Reads whole samples, as many as both slices hold.
    pub fn decode(self, bytes: &[u8], samples: &mut [f32]) {
        match self {
            Encoding::S16 => each(bytes, samples, |bytes| from_s16(i16::from_ne_bytes(bytes))),
            Encoding::F32 => each(bytes, samples, |bytes| tame(f32::from_ne_bytes(bytes))),
            Encoding::MuLaw => each(bytes, samples, |[byte]| law(&g711::MULAW, byte)),
            Encoding::ALaw => each(bytes, samples, |[byte]| law(&g711::ALAW, byte)),
            Encoding::Opaque => samples.fill(0.0),
        }
    }

    /// As [`Encoding::decode`], to 16 bits.
    pub fn decode_s16(self, bytes: &[u8], samples: &mut [i16]) {
        match self {
            Encoding::S16 => each(bytes, samples, i16::from_ne_bytes),
            Encoding::F32 => each(bytes, samples, |bytes| to_s16(tame(f32::from_ne_bytes(bytes)))),
            Encoding::MuLaw => each(bytes, samples, |[byte]| g711::MULAW[usize::from(byte)]),
            Encoding::ALaw => each(bytes, samples, |[byte]| g711::ALAW[usize::from(byte)]),
            Encoding::Opaque => samples.fill(0),
        }
    }

    /// Copies each sample to all channels of its frame, as many frames as both slices hold.
    pub fn encode(self, samples: &[i16], channels: usize, bytes: &mut [u8]) {
        match self {
            Encoding::S16 => spread(samples, channels, bytes, i16::to_ne_bytes),
            Encoding::F32 => spread(samples, channels, bytes, |sample| from_s16(sample).to_ne_bytes()),
            Encoding::MuLaw => spread(samples, channels, bytes, |sample| [g711::to_mulaw(sample)]),
            Encoding::ALaw => spread(samples, channels, bytes, |sample| [g711::to_alaw(sample)]),
            Encoding::Opaque => bytes.fill(0),
        }
    }
}

/// Converts a sample of 16 bits to -1..1.
pub fn from_s16(sample: i16) -> f32 {
    f32::from(sample) / FULL_SCALE
}

/// Converts to the nearest value of 16 bits. Values out of range are clipped.
pub fn to_s16(sample: f32) -> i16 {
    // Without a function that rounds, which not every processor has: beside this number only whole ones fit.
    const WHOLE: f32 = 1.5 * (1u32 << 23) as f32;
    let sample = (sample * FULL_SCALE).clamp(f32::from(i16::MIN), f32::from(i16::MAX));
    ((sample + WHOLE) - WHOLE) as i16
}

fn each<const N: usize, T>(bytes: &[u8], samples: &mut [T], decode: impl Fn([u8; N]) -> T) {
    for (sample, bytes) in samples.iter_mut().zip(as_arrays::<N, _>(bytes).0) {
        *sample = decode(*bytes);
    }
}

fn spread<const N: usize>(
    samples: &[i16],
    channels: usize,
    bytes: &mut [u8],
    encode: impl Fn(i16) -> [u8; N],
) {
    for (frame, &sample) in bytes.chunks_exact_mut(channels * N).zip(samples) {
        let encoded = encode(sample);
        for channel in as_arrays_mut::<N, _>(frame).0 {
            *channel = encoded;
        }
    }
}

fn law(table: &[i16; 256], byte: u8) -> f32 {
    from_s16(table[usize::from(byte)])
}

/// An extreme value must not make the filter ring. NaN is silence.
fn tame(sample: f32) -> f32 {
    if sample.is_nan() { 0.0 } else { sample.clamp(-1.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(encoding: Encoding, bytes: &[u8]) -> Vec<f32> {
        let mut samples = vec![9.0; bytes.len() / encoding.sample_bytes()];
        encoding.decode(bytes, &mut samples);
        samples
    }

    #[test]
    fn sixteen_bits_come_back_as_they_were() {
        for value in i16::MIN..=i16::MAX {
            assert_eq!(to_s16(decoded(Encoding::S16, &value.to_ne_bytes())[0]), value);
            let mut whole = [0];
            Encoding::S16.decode_s16(&value.to_ne_bytes(), &mut whole);
            assert_eq!(whole, [value]);
        }
    }

    #[test]
    fn telephone_bytes_are_their_table() {
        for byte in 0..=255u8 {
            let (mulaw, alaw) = (decoded(Encoding::MuLaw, &[byte])[0], decoded(Encoding::ALaw, &[byte])[0]);
            assert_eq!(to_s16(mulaw), g711::MULAW[usize::from(byte)]);
            assert_eq!(to_s16(alaw), g711::ALAW[usize::from(byte)]);
        }
    }

    #[test]
    fn what_goes_out_comes_back_in_on_every_channel() {
        let samples = [0i16, 1000, -1000, i16::MAX, i16::MIN];
        for (encoding, most_off) in
            [(Encoding::S16, 0), (Encoding::F32, 0), (Encoding::MuLaw, 700), (Encoding::ALaw, 600)]
        {
            let mut bytes = vec![0; samples.len() * 3 * encoding.sample_bytes()];
            encoding.encode(&samples, 3, &mut bytes);
            for (n, &value) in decoded(encoding, &bytes).iter().enumerate() {
                assert!(to_s16(value).abs_diff(samples[n / 3]) <= most_off, "{encoding:?} {n}");
            }
        }
    }

    #[test]
    fn what_goes_on_the_wire_comes_back_and_silence_is_silent() {
        for encoding in [Encoding::S16, Encoding::F32, Encoding::MuLaw, Encoding::ALaw] {
            for sample in [0.0, 0.25, -0.5] {
                let mut wire = Vec::new();
                encoding.append_le(&[vec![sample]], 1, &mut wire);
                assert_eq!(wire.len(), encoding.sample_bytes());
                if encoding.is_little_endian() {
                    assert!((decoded(encoding, &wire)[0] - sample).abs() < 0.02, "{encoding:?} {sample}");
                }
            }
            let silence = vec![encoding.silent_byte(); encoding.sample_bytes()];
            // The softest value of A-law is not zero.
            assert!(decoded(encoding, &silence)[0].abs() < 0.000_3, "{encoding:?}");
        }
    }

    #[test]
    fn a_float_becomes_the_nearest_value_and_in_the_middle_the_even_one() {
        let nearest = |sample: f32| (sample * FULL_SCALE).round_ties_even() as i16;
        for quarter in -4 * 33_000..4 * 33_000 {
            let sample = quarter as f32 / 4.0 / FULL_SCALE;
            assert_eq!(to_s16(sample), nearest(sample), "{sample}");
        }
        for sample in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MIN_POSITIVE, 1e30, -1e30, -0.0] {
            assert_eq!(to_s16(sample), nearest(sample), "{sample}");
        }
    }

    #[test]
    fn floats_are_clipped_and_nonsense_is_silence() {
        let values =
            [0.0, 0.5, -0.5, 1.0, -1.0, 7.0, -7.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 1e-40];
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_ne_bytes()).collect();
        let samples: Vec<i16> = decoded(Encoding::F32, &bytes).into_iter().map(to_s16).collect();
        const MAX: i16 = i16::MAX;
        const MIN: i16 = i16::MIN;
        assert_eq!(samples, [0, 16_384, -16_384, MAX, MIN, MAX, MIN, MAX, MIN, 0, 0]);
    }
}
