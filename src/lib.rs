//! libpalabra: Palabra AI's real-time speech services for programs that speak C.
//!
//! The product is `include/palabra.h`; the rooms of the house and the way through them are described
//! in `docs/architecture.md`. Arrows between the modules run downwards only.

#![deny(unsafe_code)]

pub mod audio;
pub mod client;
pub mod error;
pub mod event;
#[allow(unsafe_code)]
pub mod ffi;
pub mod jobs;
mod lock;
pub mod media;
pub mod memory;
pub mod net;
pub mod products;
pub mod runtime;
pub mod session;
pub mod text;
pub mod wire;
