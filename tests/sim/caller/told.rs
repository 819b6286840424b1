//! What was done and heard in a call of two parties.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::record::{Seen, Voice};

/// What was exchanged with a party in one block.
#[derive(Clone, Copy, Debug)]
pub struct Exchange {
    pub at_us: u64,
    /// The number of its first 10 ms, where it is speech, and how many there are.
    pub first: u32,
    pub blocks: u32,
    pub is_muted: bool,
    /// One of the parties was on hold.
    pub is_on_hold: bool,
    /// PALABRA_SOUND_* bits of what was heard, or an error.
    pub bits: i32,
}

/// What one party did and heard.
#[derive(Clone)]
pub struct Leg {
    /// As events call it.
    pub number: i32,
    /// What joining has returned.
    pub status: i32,
    pub left_us: Option<u64>,
    pub exchanges: Vec<Exchange>,
    /// What was heard, with its moments.
    pub voice: Voice,
    /// What was called for it, with its tag, and what that has returned.
    pub verbs: Vec<(u64, &'static str, u64, i32)>,
}

#[derive(Clone, Default)]
pub struct Told {
    pub opened_us: u64,
    pub refusal: i32,
    pub events: Vec<Seen>,
    /// By the parties of the plan that have joined.
    pub legs: Vec<Leg>,
    pub ended_us: Option<u64>,
    pub closed_us: Option<u64>,
    /// Calls of the wake-up callback.
    pub wakeups: u64,
    /// Events that were found though nobody was woken for them: when, and how old they were, in us.
    pub unannounced: Vec<(u64, u64)>,
}

/// What is known of a call after a run.
#[derive(Default)]
pub struct CallRecord(Mutex<Told>);

impl CallRecord {
    pub fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Numbers of two parties are so far apart.
pub const APART: u32 = 3000;
