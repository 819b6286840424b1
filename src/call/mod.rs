//! Two parties on one line: a session for each direction, and what each party hears.
//!
//! A [`Leg`] is one party: the threads of its line send what the party says and read what it hears. The output that a
//! party hears belongs to the leg and outlives the sessions that feed it. One task per call on the library's thread opens
//! the sessions, notices their ends and ends the call.

mod close;
pub(crate) mod ear;
pub mod handle;
mod holds;
mod jitter;
mod join;
mod keeper;
pub mod leg;
mod link;
mod listen;
#[cfg(feature = "vad")]
mod listening;
mod open;
pub mod options;
mod record;
pub mod recording;
mod report;
mod retry;
mod roster;
pub mod stats;
mod talk;
mod unsaid;
mod verbs;

pub use handle::{Call, Member};
pub use leg::Leg;
pub use options::{BargeIn, CallOptions, LegOptions};
pub use stats::LegStats;
