//! A thread of the library with its ticker. A session or call lives on one of them for life.

use std::sync::Arc;

use super::callbacks::{Server, Serving};
use super::executor::{Executor, Spawner, Stopped};
use super::reserve::Reserve;
use super::ticker::Ticker;
use super::{scheduling, setup::Setup};
use crate::error::Result;
use crate::sync::{AtomicUsize, Ordering};

/// What jobs use of it.
#[derive(Clone)]
pub(super) struct Shard {
    pub(super) spawner: Spawner,
    pub(super) ticker: Arc<Ticker>,
    pub(super) reserve: Arc<Reserve>,
    load: Arc<AtomicUsize>,
}

/// Counts among the jobs of a shard while it lives.
pub(super) struct Load(Arc<AtomicUsize>);

impl Shard {
    pub(super) fn enter(&self) -> Load {
        self.load.fetch_add(1, Ordering::Relaxed);
        Load(self.load.clone())
    }

    /// Number of its jobs: sessions, and calls.
    pub(super) fn load(&self) -> usize {
        self.load.load(Ordering::Relaxed)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

pub(super) struct RunningShard {
    shard: Shard,
    executor: Executor,
}

/// Starts all, or none. The first one makes the calls that the library owes to the caller's code.
pub(super) fn start_all(setup: Setup, server: &Arc<Server>) -> Result<Vec<RunningShard>> {
    let (serving, calling) = (server.clone(), server.clone());
    let first = RunningShard::start(0, setup, move || Some(Serving::begin(serving)))?;
    first.shard.spawner.spawn(async move { calling.run().await });
    let mut shards = vec![first];
    for number in 1..setup.shards {
        match RunningShard::start(number, setup, || None) {
            Ok(shard) => shards.push(shard),
            Err(error) => {
                shards.into_iter().for_each(|shard| _ = shard.stop().join());
                return Err(error);
            }
        }
    }
    Ok(shards)
}

impl RunningShard {
    fn start(
        number: usize,
        setup: Setup,
        serve: impl FnOnce() -> Option<Serving> + Send + 'static,
    ) -> Result<RunningShard> {
        let begin = move || {
            if setup.is_pinned {
                scheduling::pin(number);
            }
            serve()
        };
        let executor = Executor::start(&name(number), Box::new(begin))?;
        let (spawner, ticker) = (executor.spawner().clone(), Arc::new(Ticker::default()));
        let ticking = ticker.clone();
        spawner.spawn(async move { ticking.run().await });
        let shard = Shard { spawner, ticker, reserve: Arc::default(), load: Arc::default() };
        Ok(RunningShard { shard, executor })
    }

    pub(super) fn shard(&self) -> Shard {
        self.shard.clone()
    }

    /// Cuts off what it does; the thread ends in the background.
    pub(super) fn stop(self) -> Stopped {
        self.executor.stop()
    }
}

/// The thread's name, as the system shows it.
fn name(number: usize) -> String {
    if number == 0 { "palabra".into() } else { format!("palabra-{}", number + 1) }
}
