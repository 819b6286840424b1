//! What crosses the border: handles, enumerations, flags and structs, one file for each page of the header.
//! No code here reads a pointer.

pub mod account;
pub mod audio;
pub mod base;
pub mod call;
pub mod client;
pub mod event;
pub mod file;
pub mod log;
pub mod playout;
pub mod queue;
pub mod runtime;
pub mod session;
pub mod stt;
pub mod translation;
pub mod tts;
