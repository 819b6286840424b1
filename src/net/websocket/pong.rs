//! The pong that is owed to the server.

/// The answer to the server's latest ping. Earlier pings need none (RFC 6455 section 5.5.3).
#[derive(Default)]
pub(super) struct Pong {
    pub payload: Vec<u8>,
    pub is_owed: bool,
    /// The count of written bytes at which the previous pong has left.
    pub after: u64,
}
