//! libpalabra: Palabra AI's real-time speech services for programs that speak C.
//!
//! The product is `include/palabra.h`. `docs/architecture.md` describes the modules and how data passes through them.
//! Modules depend only on those below them.

#![deny(unsafe_code)]
#![cfg_attr(
    feature = "sim",
    allow(dead_code, unused_imports, reason = "a simulation does without the system")
)]
#![warn(unreachable_pub)]
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "tests use the system")
)]

mod arrays;
pub mod audio;
pub mod call;
pub mod client;
#[cfg(debug_assertions)]
mod defect;
#[warn(missing_docs)]
pub mod error;
pub mod event;
#[allow(unsafe_code)]
#[warn(missing_docs)]
pub mod ffi;
#[warn(missing_docs)]
pub mod jobs;
mod lock;
pub mod media;
#[warn(missing_docs)]
pub mod memory;
pub mod net;
pub mod products;
pub mod runtime;
pub mod session;
#[cfg(test)]
mod statics;
mod sync;
#[warn(missing_docs)]
pub mod text;
pub mod wire;
#[cfg(feature = "sim")]
pub mod world;
