//! Audio as text (RFC 4648 section 4), straight between the buffers where it has to be.

use base64_simd::{Out, STANDARD};

/// Length of the text for `bytes` bytes.
pub fn encoded_len(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}

/// Appends the text of `first` followed by `second`, the two halves of a ring's contents.
pub fn append(first: &[u8], second: &[u8], out: &mut Vec<u8>) {
    // Groups of three bytes must not be cut where the ring wraps.
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

/// Decodes 16-bit little-endian samples into a buffer of their own; an odd last byte is left out.
pub fn decode_samples(text: &[u8]) -> Option<Vec<i16>> {
    let Ok(len) = STANDARD.decoded_length(text) else {
        return decode_forgiving(text);
    };
    let mut samples = vec![0i16; len.div_ceil(2)];
    let bytes = &mut bytemuck::cast_slice_mut(&mut samples)[..len];
    if STANDARD.decode(text, Out::from_slice(bytes)).is_err() {
        return decode_forgiving(text);
    }
    samples.truncate(len / 2);
    Some(from_little_endian(samples))
}

pub fn decode_bytes(text: &[u8]) -> Option<Vec<u8>> {
    base64_simd::forgiving_decode_to_vec(text).ok()
}

/// Samples of raw little-endian bytes; an odd last byte is left out.
pub fn samples_of(bytes: &[u8]) -> Vec<i16> {
    bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}

/// Missing padding and line breaks are no reason to lose speech.
fn decode_forgiving(text: &[u8]) -> Option<Vec<i16>> {
    let bytes = base64_simd::forgiving_decode_to_vec(text).ok()?;
    Some(samples_of(&bytes))
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
        assert_eq!(decode_samples(text.as_bytes()).unwrap(), samples);
        assert_eq!(decode_samples(text.trim_end_matches('=').as_bytes()).unwrap(), samples);
        assert!(decode_samples(b"").unwrap().is_empty());
        assert_eq!(decode_samples(b"AAAA").unwrap(), [0], "an odd last byte");
        assert!(decode_samples(b"no base64!").is_none());
    }
}
