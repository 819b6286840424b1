//! The player's side of a line, on the caller's audio thread: no lock, no allocation, no system call.

pub(crate) mod original;
pub(crate) mod reader;
#[cfg_attr(not(feature = "echo"), allow(dead_code, reason = "nobody listens"))]
pub(crate) mod said;
pub(crate) mod sound;
pub(crate) mod tap;
pub(crate) mod voice_tap;
