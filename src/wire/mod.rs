//! The wire format: bytes to types and back. Pure: no I/O, no clock, no runtime.

pub mod base64;
pub mod envelope;
pub mod json;
pub mod lexer;
pub mod list;
pub mod management;
mod mend;
pub mod rest;
pub mod stt;
pub mod translation;
pub mod tts;
pub mod verdict;
