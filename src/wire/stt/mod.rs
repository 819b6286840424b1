//! The language of the speech-to-text stream (protocol.md 9).

pub mod incoming;
pub mod query;

/// Asks for a final now (protocol.md 9.2).
pub const FINALIZE: &[u8] = br#"{"message_type":"finalize"}"#;
