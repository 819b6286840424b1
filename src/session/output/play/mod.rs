//! The player's side of a line, on the caller's audio thread: no lock, no allocation, no system call.

pub(crate) mod original;
pub(crate) mod reader;
pub(crate) mod sound;
pub(crate) mod tap;
pub(crate) mod voice_tap;
