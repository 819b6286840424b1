//! The caller's structs turned into the library's options.

pub(super) mod account;
pub(super) mod audio;
pub(super) mod call;
pub(super) mod client;
pub(super) mod file;
pub(super) mod playout;
pub(super) mod runtime;
mod session;
pub(super) mod stt;
pub(super) mod translation;
pub(super) mod tts;
