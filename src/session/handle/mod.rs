//! The part of a session that the callers' threads use.

#[cfg(feature = "echo")]
mod cleaned;
#[cfg(feature = "echo")]
pub(crate) mod cleaning;
pub(crate) mod desk;
#[cfg(feature = "echo")]
mod echo;
pub(crate) mod life;
pub(crate) mod link;
mod listening;
mod missing;
mod network;
pub mod options;
mod paced;
mod record;
pub(crate) mod recording;
pub mod schedule;
pub(crate) mod sending;
pub(crate) mod session;
pub mod stats;
mod sums;
