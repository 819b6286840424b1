//! Telephone samples: mu-law and A-law (ITU-T G.711), a byte to 16 bits and back.

/// The value of each byte of mu-law: 14 bits, in the upper bits of 16.
pub static MULAW: [i16; 256] = {
    let mut values = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        values[byte] = mulaw(byte as u8);
        byte += 1;
    }
    values
};

/// The value of each byte of A-law: 13 bits, in the upper bits of 16.
pub static ALAW: [i16; 256] = {
    let mut values = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        values[byte] = alaw(byte as u8);
        byte += 1;
    }
    values
};

/// Sign, three bits of exponent, four of mantissa; all inverted, and above a bias of 33 quarter steps.
const fn mulaw(byte: u8) -> i16 {
    let byte = !byte;
    let magnitude = ((((byte & 0x0f) as i16) << 3) + 0x84) << ((byte & 0x70) >> 4);
    if byte & 0x80 != 0 { 0x84 - magnitude } else { magnitude - 0x84 }
}

/// As above with every other bit inverted; the two lowest segments are equally fine.
const fn alaw(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let mantissa = (((byte & 0x0f) as i16) << 4) + 8;
    let magnitude = match (byte & 0x70) >> 4 {
        0 => mantissa,
        exponent => (mantissa + 0x100) << (exponent - 1),
    };
    if byte & 0x80 != 0 { magnitude } else { -magnitude }
}

/// Larger values are clipped: the sum with the bias would need a 16th bit.
const MULAW_CLIP: u16 = 32_635;

/// The byte whose step contains the sample; its value is the middle of the step.
pub fn to_mulaw(sample: i16) -> u8 {
    let magnitude = sample.unsigned_abs().min(MULAW_CLIP) + 0x84;
    let exponent = magnitude.ilog2() as u8 - 7;
    let mantissa = (magnitude >> (exponent + 3)) as u8 & 0x0f;
    let sign = if sample < 0 { 0x80 } else { 0 };
    !(sign | exponent << 4 | mantissa)
}

/// As above.
pub fn to_alaw(sample: i16) -> u8 {
    let (magnitude, sign) = if sample < 0 { (!sample as u16, 0) } else { (sample as u16, 0x80) };
    let exponent = (magnitude.max(0x80).ilog2() as u8) - 7;
    let mantissa = (magnitude >> (exponent.max(1) + 3)) as u8 & 0x0f;
    (sign | exponent << 4 | mantissa) ^ 0x55
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G.711 table 2: y0 = 0, and in segment s the values 2^s (2 m + 33) - 33, of a scale of 8159; a set
    /// sign bit is a positive value, and the other seven bits are sent inverted.
    #[test]
    fn every_mulaw_byte_is_that_of_the_recommendation() {
        for byte in 0..=255u8 {
            let (segment, step) = (u32::from(!byte >> 4 & 7), i32::from(!byte & 15));
            let value = (1 << segment) * (2 * step + 33) - 33;
            let signed = if byte & 0x80 != 0 { value } else { -value };
            assert_eq!(i32::from(MULAW[usize::from(byte)]), signed * 4, "{byte:#04x}");
        }
        assert_eq!((MULAW[0xff], MULAW[0x7f], MULAW[0x80], MULAW[0x00]), (0, 0, 32_124, -32_124));
    }

    /// G.711 table 1: in segment 0 the values 2 m + 1, in segment s above it 2^(s-1) (2 m + 33), of a scale
    /// of 4096; the even bits are sent inverted.
    #[test]
    fn every_alaw_byte_is_that_of_the_recommendation() {
        for byte in 0..=255u8 {
            let plain = byte ^ 0b0101_0101;
            let (segment, step) = (u32::from(plain >> 4 & 7), i32::from(plain & 15));
            let value = if segment == 0 { 2 * step + 1 } else { (1 << (segment - 1)) * (2 * step + 33) };
            let signed = if plain & 0x80 != 0 { value } else { -value };
            assert_eq!(i32::from(ALAW[usize::from(byte)]), signed * 8, "{byte:#04x}");
        }
        assert_eq!((ALAW[0xd5], ALAW[0x55], ALAW[0xaa], ALAW[0x2a]), (8, -8, 32_256, -32_256));
    }

    /// No sample differs from its byte's value by more than half a step. A step is at most a 16th of the value.
    #[test]
    fn every_sample_is_within_half_a_step() {
        for sample in i16::MIN..=i16::MAX {
            let off = |value: i16| i32::from(value).abs_diff(i32::from(sample));
            let size = u32::from(sample.unsigned_abs().min(MULAW_CLIP));
            let beyond = u32::from(sample.unsigned_abs()) - size;
            assert!(off(MULAW[usize::from(to_mulaw(sample))]) <= (size + 0x84) / 32 + beyond, "{sample}");
            let alaw = off(ALAW[usize::from(to_alaw(sample))]);
            assert!(alaw <= (u32::from(sample.unsigned_abs()) / 32).max(8), "{sample}");
        }
        assert_eq!((to_mulaw(0), to_alaw(0)), (0xff, 0xd5));
    }

    #[test]
    fn bytes_survive_the_way_through_samples() {
        for byte in 0..=255u8 {
            // Mu-law has two zeros; only one of them is produced.
            assert!(to_mulaw(MULAW[usize::from(byte)]) == byte || byte == 0x7f);
            assert_eq!(to_alaw(ALAW[usize::from(byte)]), byte);
        }
    }

    #[test]
    fn values_grow_with_the_codes() {
        for pair in (0..128).collect::<Vec<usize>>().windows(2) {
            assert!(MULAW[0xff - pair[0]] < MULAW[0xff - pair[1]]);
            assert!(ALAW[(0x80 + pair[0]) ^ 0x55] < ALAW[(0x80 + pair[1]) ^ 0x55]);
        }
    }
}
