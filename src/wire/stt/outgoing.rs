//! What the library sends besides audio.

/// Requests a final text now (protocol.md 9.2).
pub const FINALIZE: &[u8] = br#"{"message_type":"finalize"}"#;
