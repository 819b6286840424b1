//! The background runtime: the threads, one by default, that serve every session of the process.
//!
//! The runtime starts with its first use, sleeps while nothing is live, and stops only when `shutdown` asks for it.
//! The next use starts a new one.

mod answer;
pub mod callbacks;
pub mod calls;
pub mod clock;
pub mod doorbell;
#[cfg(any(feature = "vad", feature = "echo"))]
#[cfg_attr(feature = "sim", path = "simulated/dsp.rs")]
pub mod dsp;
mod engine;
#[cfg_attr(feature = "sim", path = "simulated/executor.rs")]
mod executor;
#[allow(unsafe_code)]
pub mod float;
pub mod fork;
mod handle;
mod jobs;
mod kind;
#[allow(unsafe_code)]
pub mod mapped;
pub mod panic;
pub mod random;
pub mod reentry;
pub(crate) mod reserve;
#[allow(unsafe_code)]
mod scheduling;
pub mod seats;
pub(crate) mod select;
pub(crate) mod setup;
mod shard;
mod signals;
#[allow(unsafe_code)]
pub mod slots;
pub(crate) mod standstill;
mod stop;
pub mod thread;
pub mod ticker;
#[allow(unsafe_code)]
pub mod try_cell;
pub(crate) mod wait;
#[allow(unsafe_code)]
mod wiping;
#[cfg_attr(feature = "sim", path = "simulated/work.rs")]
pub mod work;

pub use engine::{call_soon, configure, drop_later, shutdown, start};
#[cfg(feature = "sim")]
pub use executor::as_library;
pub use handle::Runtime;
pub use jobs::JobGuard;
