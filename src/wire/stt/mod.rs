//! Messages of the speech-to-text stream (protocol.md 9).

pub mod incoming;
pub mod query;

/// Requests a final text now (protocol.md 9.2).
pub const FINALIZE: &[u8] = br#"{"message_type":"finalize"}"#;
