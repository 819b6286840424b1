//! The door: every `extern "C"` function and every raw pointer. It checks, translates and guards
//! against panics; it decides nothing.
//!
//! `types` has what crosses the border, `options` turns the caller's structs into the library's, `support` has what the
//! doors share. No door imports another one. Each door, with the types of the same name, is a page of the C header.

// The C names are the product; they follow C's customs, not Rust's.
#![allow(non_camel_case_types)]
// Each function states its pointer rules in the prose that becomes the header.
#![allow(clippy::missing_safety_doc)]

mod options;
mod support;
pub mod types;

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
