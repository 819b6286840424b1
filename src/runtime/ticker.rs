//! One clock for every session's ingest.
//!
//! `send_audio` may not wake anybody, for that would be a system call on an audio thread. So the
//! runtime looks every few milliseconds which rings hold a chunk, and sleeps when nothing is live.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;

use crate::lock::{Mutex, Rank, lock};

const INTERVAL: Duration = Duration::from_millis(10);

/// Something that wants a look at every tick.
pub trait Tick: Send + Sync {
    /// Whether to look again at the next tick.
    fn tick(&self) -> bool;
}

pub struct Ticker {
    /// Joins the list at the next tick. The list itself is the ticker's own, so it calls nobody under a lock.
    joining: Mutex<Vec<Arc<dyn Tick>>>,
    added: Notify,
}

impl Default for Ticker {
    fn default() -> Ticker {
        Ticker { joining: Mutex::new(Rank::Ticker, Vec::new()), added: Notify::new() }
    }
}

impl Ticker {
    pub fn watch(&self, what: Arc<dyn Tick>) {
        lock(&self.joining).push(what);
        self.added.notify_one();
    }

    pub(super) async fn run(&self) {
        let mut watched = Vec::new();
        loop {
            self.added.notified().await;
            let mut interval = tokio::time::interval(INTERVAL);
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            while self.look(&mut watched) {
                interval.tick().await;
            }
        }
    }

    fn look(&self, watched: &mut Vec<Arc<dyn Tick>>) -> bool {
        watched.append(&mut lock(&self.joining));
        watched.retain(|what| what.tick());
        !watched.is_empty()
    }
}
