//! Telephone samples: mu-law and A-law (ITU-T G.711), a byte to 16 bits.

/// What each byte of mu-law stands for: 14 bits, in the upper bits of 16.
pub static MULAW: [i16; 256] = {
    let mut values = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        values[byte] = mulaw(byte as u8);
        byte += 1;
    }
    values
};

/// What each byte of A-law stands for: 13 bits, in the upper bits of 16.
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

    #[test]
    fn values_grow_with_the_codes() {
        for pair in (0..128).collect::<Vec<usize>>().windows(2) {
            assert!(MULAW[0xff - pair[0]] < MULAW[0xff - pair[1]]);
            assert!(ALAW[(0x80 + pair[0]) ^ 0x55] < ALAW[(0x80 + pair[1]) ^ 0x55]);
        }
    }
}
