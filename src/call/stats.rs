//! The figures of a call and of its parties.

use std::time::Duration;

pub use super::talk::TalkStats;
use crate::client::metrics::Sums;
use crate::error::Status;
use crate::session::State;
use crate::session::output::{EchoStats, LineStats, OriginalStats};

/// The figures of a leg until now, or until it was closed.
#[derive(Clone, Copy, Debug, Default)]
pub struct LegStats {
    /// Of the session that carries what the party says.
    pub state: Option<State>,
    pub said_ms: u64,
    pub lost_ms: u64,
    /// Of all those sessions.
    pub sums: Sums,
    pub links_opened: u64,
    pub links_broken: u64,
    /// Of the latest one; 0: not known.
    pub ready_ms: u32,
    pub first_audio_ms: u32,
    pub round_trip_us: u32,
    pub service_queue_ms: u32,
    /// What the party hears.
    pub heard: LineStats,
    pub original: OriginalStats,
    /// If what the party says is listened to.
    pub talk: Option<TalkStats>,
    /// Of what the party hears, if it is measured and there is one.
    pub echo: Option<EchoStats>,
    /// Sound that the thread for signal processing was too late for.
    pub overrun_ms: u64,
}

/// A session that carried the words of a party. Times are from the opening of the call.
#[derive(Clone, Copy, Debug)]
pub struct LinkStats {
    pub opened: Duration,
    /// From its own opening; `None`: it was never READY.
    pub ready: Option<Duration>,
    /// And why.
    pub ended: Option<(Duration, Status)>,
}

/// One party, from its joining on.
#[derive(Clone, Debug)]
pub struct PartyStats {
    pub number: usize,
    pub language: String,
    pub target_language: String,
    pub joined: Duration,
    pub left: Option<Duration>,
    pub leg: LegStats,
    /// The latest ones, and how many there were before them.
    pub links: Vec<LinkStats>,
    pub links_before: u64,
}

/// A call until now, or until its end.
#[derive(Clone, Debug)]
pub struct CallStats {
    pub name: String,
    pub tag: u64,
    pub state: State,
    pub status: Status,
    pub duration: Duration,
    /// The latest ones, and how many there were before them.
    pub parties: Vec<PartyStats>,
    pub parties_before: u64,
}
