//! Audio as base64 text (RFC 4648 section 4), coded directly between the buffers of source and destination.

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod blocks;

use base64_simd::{Out, STANDARD};

use crate::arrays::as_arrays;

/// Length of the text of `bytes` bytes.
pub fn encoded_len(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}

/// Appends the text of `first` followed by `second`, the two halves of a ring's contents.
pub fn append(first: &[u8], second: &[u8], out: &mut Vec<u8>) {
    // A group of three bytes must stay together where the ring wraps.
    let seam = if second.is_empty() { first.len() } else { first.len() - first.len() % 3 };
    let (whole, rest) = first.split_at(seam);
    STANDARD.encode_append(whole, out);
    if second.is_empty() {
        return;
    }
    let borrowed = if rest.is_empty() { 0 } else { (3 - rest.len()).min(second.len()) };
    let mut group = [0u8; 3];
    let group = &mut group[..rest.len() + borrowed];
    group[..rest.len()].copy_from_slice(rest);
    group[rest.len()..].copy_from_slice(&second[..borrowed]);
    STANDARD.encode_append(&*group, out);
    STANDARD.encode_append(&second[borrowed..], out);
}

/// The first byte of a sample whose second byte is still to come (protocol.md 7).
pub type Half = Option<u8>;

/// Decodes 16-bit little-endian samples into a new buffer. The first sample begins with `half`. Also returns the byte
/// that is left over at the end.
pub fn decode_samples(text: &[u8], half: Half) -> Option<(Vec<i16>, Half)> {
    let Ok(len) = STANDARD.decoded_length(text) else {
        return decode_forgiving(text, half);
    };
    let start = usize::from(half.is_some());
    let end = start + len;
    let mut samples = vec![0i16; end.div_ceil(2)];
    let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut samples);
    if !decode(text, &mut bytes[start..end]) {
        return decode_forgiving(text, half);
    }
    if let Some(half) = half {
        bytes[0] = half;
    }
    let left = if end % 2 == 1 { bytes.get(end - 1).copied() } else { None };
    samples.truncate(end / 2);
    Some((from_little_endian(samples), left))
}

/// Fills `bytes` exactly; `false`: the text is malformed.
fn decode(text: &[u8], bytes: &mut [u8]) -> bool {
    let Some((characters, decoded)) = decode_blocks(text, bytes) else { return false };
    STANDARD.decode(&text[characters..], Out::from_slice(&mut bytes[decoded..])).is_ok()
}

/// What is decoded faster, from the beginning on: characters, and bytes.
fn decode_blocks(text: &[u8], bytes: &mut [u8]) -> Option<(usize, usize)> {
    #[cfg(target_arch = "x86_64")]
    return blocks::decode(text, bytes);
    #[cfg(not(target_arch = "x86_64"))]
    {
        let _ = (text, bytes);
        Some((0, 0))
    }
}

pub fn decode_bytes(text: &[u8]) -> Option<Vec<u8>> {
    base64_simd::forgiving_decode_to_vec(text).ok()
}

/// As [`decode_samples`], for bytes.
pub fn samples_of(bytes: &[u8], half: Half) -> (Vec<i16>, Half) {
    let (begun, bytes) = match (half, bytes) {
        (Some(first), [second, rest @ ..]) => (Some(i16::from_le_bytes([first, *second])), rest),
        (Some(_), []) => return (Vec::new(), half),
        (None, bytes) => (None, bytes),
    };
    let (pairs, left) = as_arrays::<2, _>(bytes);
    let samples = begun.into_iter().chain(pairs.iter().map(|&pair| i16::from_le_bytes(pair))).collect();
    (samples, left.first().copied())
}

/// Missing padding and line breaks must not lose speech.
fn decode_forgiving(text: &[u8], half: Half) -> Option<(Vec<i16>, Half)> {
    let bytes = base64_simd::forgiving_decode_to_vec(text).ok()?;
    Some(samples_of(&bytes, half))
}

fn from_little_endian(mut samples: Vec<i16>) -> Vec<i16> {
    if cfg!(target_endian = "big") {
        samples.iter_mut().for_each(|sample| *sample = sample.swap_bytes());
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seam_anywhere_changes_nothing() {
        let bytes: Vec<u8> = (0..=40u8).map(|n| n.wrapping_mul(77)).collect();
        for len in 0..bytes.len() {
            let bytes = &bytes[..len];
            let whole = STANDARD.encode_to_string(bytes).into_bytes();
            assert_eq!(whole.len(), encoded_len(len));
            for seam in 0..=len {
                let mut out = b"x".to_vec();
                append(&bytes[..seam], &bytes[seam..], &mut out);
                assert_eq!(out[1..], whole, "{len} bytes cut at {seam}");
            }
        }
    }

    #[test]
    fn samples_come_back() {
        let samples = [0i16, 1, -1, i16::MAX, i16::MIN];
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        let text = STANDARD.encode_to_string(&bytes);
        let whole = Some((samples.to_vec(), None));
        assert_eq!(decode_samples(text.as_bytes(), None), whole);
        assert_eq!(decode_samples(text.trim_end_matches('=').as_bytes(), None), whole);
        assert_eq!(decode_samples(b"", None), Some((vec![], None)));
        assert_eq!(decode_samples(b"", Some(7)), Some((vec![], Some(7))));
        assert!(decode_samples(b"no base64!", None).is_none());
    }

    #[test]
    fn a_cut_between_any_two_bytes_changes_nothing() {
        let samples: Vec<i16> = (0..20).map(|n: i16| n.wrapping_mul(1717)).collect();
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        for size in 1..=bytes.len() {
            let (mut joined, mut half) = (Vec::new(), None);
            for (n, piece) in bytes.chunks(size).enumerate() {
                let text = STANDARD.encode_to_string(piece);
                // Text without padding is decoded in a second attempt.
                let text = if n % 2 == 0 { &text } else { text.trim_end_matches('=') };
                let (part, left) = decode_samples(text.as_bytes(), half).unwrap();
                joined.extend(part);
                half = left;
            }
            assert_eq!((&joined, half), (&samples, None), "pieces of {size}");
        }
    }
}
