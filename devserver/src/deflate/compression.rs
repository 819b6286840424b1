//! Which compression a server is asked for.

use std::str::FromStr;

/// What the server answers a client that offers compression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// The offer is declined. Whether the hosted service takes it is unconfirmed (protocol.md 4).
    #[default]
    None,
    /// Each message is compressed by itself.
    Message,
    /// Each message refers to what came before, unless the client does not want that.
    Stream,
}

impl Compression {
    const KNOWN: [Compression; 3] = [Compression::None, Compression::Message, Compression::Stream];

    pub fn name(self) -> &'static str {
        match self {
            Compression::None => "none",
            Compression::Message => "message",
            Compression::Stream => "stream",
        }
    }
}

impl FromStr for Compression {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::KNOWN.into_iter().find(|known| known.name() == name);
        found.ok_or_else(|| format!("unknown compression \"{name}\" (known: none, message, stream)"))
    }
}
