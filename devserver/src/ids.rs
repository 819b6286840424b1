//! Random names and tokens in the forms that the hosted service uses.

use serde_json::json;

use crate::world::random;

/// `n` bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The eight hex digits of a stream path (protocol.md 3.1).
pub fn path_segment() -> String {
    hex(&random::<4>())
}

/// The id of something that is kept.
pub fn random_id() -> String {
    hex(&random::<12>())
}

/// A bearer token that looks like a JWT (protocol.md 3.1). Its payload has no meaning.
pub fn jwt_like(kind: &str) -> String {
    let encode = |bytes: &[u8]| base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes);
    let header = json!({"alg": "HS256", "typ": "JWT"}).to_string();
    let payload = json!({"iss": "devserver", "typ": kind, "jti": hex(&random::<8>())}).to_string();
    format!("{}.{}.{}", encode(header.as_bytes()), encode(payload.as_bytes()), encode(&random::<32>()))
}

/// Sixteen hex digits that depend only on the arguments (protocol.md 5.3), so that runs can be compared.
pub fn transcription_id(salt: u64, number: u64) -> String {
    let mut x = (salt << 32 | number).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    format!("{:016x}", x ^ (x >> 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_look_like_jwts_and_differ() {
        let (a, b) = (jwt_like("publisher"), jwt_like("publisher"));
        assert_ne!(a, b);
        assert_eq!(a.split('.').count(), 3);
        assert!(a.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)));
    }

    #[test]
    fn transcription_ids_are_stable_and_distinct() {
        assert_eq!(transcription_id(0, 1), transcription_id(0, 1));
        assert_ne!(transcription_id(0, 1), transcription_id(1, 1));
        assert_ne!(transcription_id(0, 1), transcription_id(0, 2));
        assert_eq!(transcription_id(0, 7).len(), 16);
    }
}
