//! Blocks of 32 characters into 24 bytes with AVX2: each event of speech is one long text, and its decoding was the largest cost of a
//! received message (14,100 instructions for 15,360 bytes, those of base64-simd are 24,800; an encoder written alike saved nothing).
//! Elsewhere, and for what is left at the end, base64-simd decodes.

use std::arch::x86_64::{
    __m128i, __m256i, _mm_loadu_si128, _mm256_add_epi8, _mm256_and_si256, _mm256_broadcastsi128_si256,
    _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_maddubs_epi16,
    _mm256_permutevar8x32_epi32, _mm256_set1_epi8, _mm256_set1_epi32, _mm256_setr_epi32, _mm256_shuffle_epi8,
    _mm256_srli_epi16, _mm256_storeu_si256, _mm256_testz_si256,
};

/// Characters of a block, and its bytes. 32 bytes are stored, of which the next block overwrites the last 8.
const BLOCK: usize = 32;
const BYTES: usize = 24;

/// The characters of the alphabet by their upper four bits: a bit for those of the lower four that are in it.
const ALPHABET: [u16; 16] = {
    let mut alphabet = [0; 16];
    alphabet[0x2] = 1 << 0xb | 1 << 0xf;
    alphabet[0x3] = 0x03ff;
    alphabet[0x4] = 0xfffe;
    alphabet[0x5] = 0x07ff;
    alphabet[0x6] = 0xfffe;
    alphabet[0x7] = 0x07ff;
    alphabet
};
/// Bits of kinds of upper halves; a character is wrong where its halves have a bit in common.
const UPPER: [u8; 16] = {
    let mut upper = [1 << 4; 16];
    let mut half = 2;
    while half < 8 {
        upper[half] = match half {
            2 | 3 => 1 << (half - 2),
            _ => 1 << (half % 2 + 2),
        };
        half += 1;
    }
    upper
};
const LOWER: [u8; 16] = {
    let mut lower = [1 << 4; 16];
    let mut half = 0;
    while half < 16 {
        let mut upper = 2;
        while upper < 8 {
            if ALPHABET[upper] & 1 << half == 0 {
                lower[half] |= UPPER[upper];
            }
            upper += 1;
        }
        half += 1;
    }
    lower
};
/// From a character to its value, by its upper half; that of `/` is one less.
const OFFSETS: [i8; 16] = {
    let mut offsets = [0; 16];
    offsets[0x1] = 63 - b'/' as i8;
    offsets[0x2] = 62 - b'+' as i8;
    offsets[0x3] = 52 - b'0' as i8;
    offsets[0x4] = -(b'A' as i8);
    offsets[0x5] = -(b'A' as i8);
    offsets[0x6] = 26 - b'a' as i8;
    offsets[0x7] = 26 - b'a' as i8;
    offsets
};
/// The bytes of four 24-bit numbers, the highest first.
const ORDER: [u8; 16] = [2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 0x80, 0x80, 0x80, 0x80];

/// Decodes as many whole blocks from the beginning of the text as fit with what is stored beyond them, and returns how many characters
/// that were and how many bytes. `None`: a character is none of the alphabet. Nothing: this processor cannot.
pub(super) fn decode(text: &[u8], bytes: &mut [u8]) -> Option<(usize, usize)> {
    if !std::arch::is_x86_feature_detected!("avx2") {
        return Some((0, 0));
    }
    let most = (bytes.len().saturating_sub(BLOCK - BYTES) / BYTES).min(text.len() / BLOCK);
    // SAFETY: the processor has AVX2, the text has as many blocks, and there is space for each block's 32 bytes.
    unsafe { decode_blocks(text.as_ptr(), bytes.as_mut_ptr(), most) }.then_some((most * BLOCK, most * BYTES))
}

/// Returns whether all characters are of the alphabet.
///
/// # Safety
///
/// The processor has AVX2, so many blocks of 32 characters can be read, and 24 bytes for each and 8 more can be written.
#[target_feature(enable = "avx2")]
unsafe fn decode_blocks(text: *const u8, bytes: *mut u8, blocks: usize) -> bool {
    // SAFETY: the arrays have 16 bytes each, and the caller vouches for the rest.
    unsafe {
        let table = |of: *const u8| _mm256_broadcastsi128_si256(_mm_loadu_si128(of.cast::<__m128i>()));
        let (upper, lower) = (table(UPPER.as_ptr()), table(LOWER.as_ptr()));
        let (offsets, order) = (table(OFFSETS.as_ptr().cast()), table(ORDER.as_ptr()));
        let (half, slash) = (_mm256_set1_epi8(0x0f), _mm256_set1_epi8(b'/' as i8));
        let (sixes, twelves) = (_mm256_set1_epi32(0x0140_0140), _mm256_set1_epi32(0x0001_1000));
        let joined = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 7, 7);
        for block in 0..blocks {
            let characters = _mm256_loadu_si256(text.add(block * BLOCK).cast::<__m256i>());
            let above = _mm256_and_si256(_mm256_srli_epi16(characters, 4), half);
            let below = _mm256_and_si256(characters, half);
            let (of_above, of_below) = (_mm256_shuffle_epi8(upper, above), _mm256_shuffle_epi8(lower, below));
            if _mm256_testz_si256(of_above, of_below) == 0 {
                return false;
            }
            let place = _mm256_add_epi8(above, _mm256_cmpeq_epi8(characters, slash));
            let values = _mm256_add_epi8(characters, _mm256_shuffle_epi8(offsets, place));
            let numbers = _mm256_madd_epi16(_mm256_maddubs_epi16(values, sixes), twelves);
            let decoded = _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(numbers, order), joined);
            _mm256_storeu_si256(bytes.add(block * BYTES).cast::<__m256i>(), decoded);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes that were decoded; `None`: a character was wrong.
    fn decoded(text: &[u8], room: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; room];
        let (_, len) = decode(text, &mut bytes)?;
        bytes.truncate(len);
        Some(bytes)
    }

    #[test]
    fn blocks_are_those_of_another_decoder() {
        let bytes: Vec<u8> = (0..600u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let text = base64_simd::STANDARD.encode_to_string(&bytes).into_bytes();
        for len in 0..text.len() {
            for room in [len * 3 / 4, len * 3 / 4 + 8, len] {
                let found = decoded(&text[..len], room).unwrap();
                assert_eq!(found, bytes[..found.len()], "{len} characters");
                assert!(
                    found.len() + BYTES + 8 > room || found.len() / BYTES == len / BLOCK,
                    "{len}, {room}"
                );
            }
        }
    }

    #[test]
    fn a_wrong_character_is_found_in_each_place() {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for place in 0..2 * BLOCK {
            for byte in 0..=u8::MAX {
                let mut text = *alphabet;
                text[place] = byte;
                assert_eq!(decoded(&text, 200).is_some(), alphabet.contains(&byte), "{byte} at {place}");
            }
        }
    }
}
