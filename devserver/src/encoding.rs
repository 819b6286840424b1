//! The raw encodings of input audio (protocol.md 9.1), each decoded to 16-bit frames.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    S16Le,
    S32Le,
    S32Be,
    F32Le,
    F32Be,
    MuLaw,
    ALaw,
}

impl Encoding {
    pub const NAMES: [&str; 7] =
        ["pcm_s16le", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be", "mulaw", "alaw"];

    pub fn named(name: &str) -> Option<Encoding> {
        Some(match name {
            "pcm_s16le" => Encoding::S16Le,
            "pcm_s32le" => Encoding::S32Le,
            "pcm_s32be" => Encoding::S32Be,
            "pcm_f32le" => Encoding::F32Le,
            "pcm_f32be" => Encoding::F32Be,
            "mulaw" => Encoding::MuLaw,
            "alaw" => Encoding::ALaw,
            _ => return None,
        })
    }

    /// Bytes per sample.
    pub fn width(self) -> usize {
        match self {
            Encoding::MuLaw | Encoding::ALaw => 1,
            Encoding::S16Le => 2,
            Encoding::S32Le | Encoding::S32Be | Encoding::F32Le | Encoding::F32Be => 4,
        }
    }

    /// Decodes whole samples; an incomplete sample at the end is ignored.
    pub fn decode(self, bytes: &[u8]) -> Vec<i16> {
        fn wide(bytes: &[u8], sample: impl Fn([u8; 4]) -> i16) -> Vec<i16> {
            bytes.as_chunks::<4>().0.iter().map(|four| sample(*four)).collect()
        }
        match self {
            Encoding::S16Le => bytes.as_chunks::<2>().0.iter().map(|two| i16::from_le_bytes(*two)).collect(),
            Encoding::S32Le => wide(bytes, |four| (i32::from_le_bytes(four) >> 16) as i16),
            Encoding::S32Be => wide(bytes, |four| (i32::from_be_bytes(four) >> 16) as i16),
            Encoding::F32Le => wide(bytes, |four| from_float(f32::from_le_bytes(four))),
            Encoding::F32Be => wide(bytes, |four| from_float(f32::from_be_bytes(four))),
            Encoding::MuLaw => bytes.iter().map(|byte| from_mu_law(*byte)).collect(),
            Encoding::ALaw => bytes.iter().map(|byte| from_a_law(*byte)).collect(),
        }
    }
}

/// Full scale is 1. `as` saturates and turns NaN into silence.
fn from_float(sample: f32) -> i16 {
    (sample * 32768.0) as i16
}

/// G.711 mu-law: inverted bits of sign, exponent and mantissa, with a bias of 33 in 14 bits.
fn from_mu_law(byte: u8) -> i16 {
    let bits = !byte;
    let (exponent, mantissa) = ((bits >> 4) & 7, i16::from(bits & 15));
    let size = (((mantissa << 3) + 0x84) << exponent) - 0x84;
    if bits & 0x80 != 0 { -size } else { size }
}

/// G.711 A-law: every other bit inverted; the lowest exponent has no hidden bit.
fn from_a_law(byte: u8) -> i16 {
    let bits = byte ^ 0x55;
    let (exponent, mantissa) = ((bits >> 4) & 7, i16::from(bits & 15));
    let size = match exponent {
        0 => (mantissa << 4) + 8,
        _ => ((mantissa << 4) + 0x108) << (exponent - 1),
    };
    if bits & 0x80 != 0 { size } else { -size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g711_has_its_known_values() {
        // ITU-T G.711, tables 1 and 2, scaled to 16 bits.
        for (byte, sample) in
            [(0xff, 0), (0x7f, 0), (0x80, 32_124), (0x00, -32_124), (0xf0, 120), (0x8f, 16_764)]
        {
            assert_eq!(from_mu_law(byte), sample, "{byte:#x}");
        }
        assert_eq!([0xd5, 0x55, 0xaa, 0x2a, 0xc5].map(from_a_law), [8, -8, 32_256, -32_256, 264]);
    }

    #[test]
    fn laws_rise_with_their_codes() {
        let mu: Vec<i16> = (0..128).map(|code| from_mu_law(!code)).collect();
        let a: Vec<i16> = (0..128).map(|code| from_a_law((code | 0x80) ^ 0x55)).collect();
        assert!(mu.is_sorted() && a.is_sorted());
    }

    #[test]
    fn wide_samples_become_narrow() {
        assert_eq!(Encoding::S16Le.decode(&[1, 0x80, 9]), [-32_767]);
        assert_eq!(Encoding::S32Le.decode(&0x1234_5678i32.to_le_bytes()), [0x1234]);
        assert_eq!(Encoding::S32Be.decode(&(-0x1234_5678i32).to_be_bytes()), [-0x1235]);
        let floats = [0.5f32, -1.0, 2.0, f32::NAN];
        let wanted = [16_384, -32_768, 32_767, 0];
        assert_eq!(Encoding::F32Le.decode(&floats.map(f32::to_le_bytes).concat()), wanted);
        assert_eq!(Encoding::F32Be.decode(&floats.map(f32::to_be_bytes).concat()), wanted);
    }
}
