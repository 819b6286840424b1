//! libpalabra: Palabra AI's real-time speech services for programs that speak C.
//!
//! The product is `include/palabra.h`. `docs/architecture.md` describes the modules and how data passes through them.
//! Modules depend only on those below them.

#![deny(unsafe_code)]
#![warn(unreachable_pub)]

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
