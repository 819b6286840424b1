//! The door: every `extern "C"` function and every raw pointer. It checks, translates and guards
//! against panics; it decides nothing.
//!
//! The modules stand in the reading order of `include/palabra.h`, which is generated from them.

// The C names are the product; they follow C's customs, not Rust's.
#![allow(non_camel_case_types)]
// Each function states its pointer rules in the prose that becomes the header.
#![allow(clippy::missing_safety_doc)]

mod guard;
mod handles;
mod management;
mod out_handle;
mod sized;
mod text;

pub mod version;

pub mod status;

pub mod client;

pub mod rest_session;

pub mod session;

pub mod stt;

pub mod task;

pub mod audio;

pub mod playout;

pub mod recording;

pub mod command;

pub mod tts;

pub mod event;

pub mod queue;

pub mod stats;

pub mod wav;

pub mod file;

pub mod voices;

pub mod glossaries;

pub mod process;
