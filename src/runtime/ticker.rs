//! One clock for every session's ingest.
//!
//! `send_audio` may not wake anybody, for that would be a system call on an audio thread. So the
//! runtime looks every few milliseconds which rings hold a chunk, and sleeps when nothing is live.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;

use super::lock;

const INTERVAL: Duration = Duration::from_millis(10);

/// Something that wants a look at every tick.
pub trait Tick: Send + Sync {
    /// Whether to look again at the next tick.
    fn tick(&self) -> bool;
}

#[derive(Default)]
pub struct Ticker {
    watched: Mutex<Vec<Arc<dyn Tick>>>,
    added: Notify,
}

impl Ticker {
    pub fn watch(&self, what: Arc<dyn Tick>) {
        lock(&self.watched).push(what);
        self.added.notify_one();
    }

    pub(super) async fn run(&self) {
        loop {
            self.added.notified().await;
            let mut interval = tokio::time::interval(INTERVAL);
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            while self.look() {
                interval.tick().await;
            }
        }
    }

    fn look(&self) -> bool {
        let mut watched = lock(&self.watched);
        watched.retain(|what| what.tick());
        !watched.is_empty()
    }
}
