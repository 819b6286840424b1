//! Compression of messages (RFC 7692, permessage-deflate), below the WebSocket: it sees plain frames, the client compressed ones.

mod compression;
mod frames;
mod incoming;
mod offer;
mod outgoing;
mod wire;

pub use compression::Compression;
pub use offer::{Agreed, agree};
pub use wire::Wire;
