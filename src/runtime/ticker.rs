//! One periodic tick that looks at the input of every session.
//!
//! `send_audio` must not wake a thread, because that is a system call on an audio thread. So the runtime checks every
//! few milliseconds which rings hold a chunk. It sleeps when nothing is live.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;

use crate::lock::{Mutex, Rank, lock};

const INTERVAL: Duration = Duration::from_millis(10);

/// Something that is checked at every tick.
pub trait Tick: Send + Sync {
    /// Returns whether to check it again at the next tick.
    fn tick(&self) -> bool;

    /// The library's thread ends: there will be no further tick.
    fn unwatched(&self) {}
}

pub struct Ticker {
    /// Joins the list at the next tick. Only the ticker uses its list, so nothing is called under a lock.
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
        let mut watched = Watched { ticker: self, list: Vec::new() };
        loop {
            self.added.notified().await;
            let mut interval = tokio::time::interval(INTERVAL);
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            while watched.look() {
                interval.tick().await;
            }
        }
    }
}

struct Watched<'a> {
    ticker: &'a Ticker,
    list: Vec<Arc<dyn Tick>>,
}

impl Watched<'_> {
    fn look(&mut self) -> bool {
        self.list.append(&mut lock(&self.ticker.joining));
        self.list.retain(|what| what.tick());
        !self.list.is_empty()
    }
}

/// Runs when the ticker's task ends, for any reason.
impl Drop for Watched<'_> {
    fn drop(&mut self) {
        self.list.append(&mut lock(&self.ticker.joining));
        self.list.iter().for_each(|what| what.unwatched());
    }
}
