//! What sessions, calls and jobs use of the runtime: a shard to live on, and the word that it stops.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::answer::Answer;
use super::calls::{self, Call};
#[cfg(any(feature = "vad", feature = "echo"))]
use super::dsp::{Dsp, Process};
use super::executor::Spawner;
use super::jobs::{JobGuard, Jobs};
use super::reserve::Reserve;
use super::shard::Shard;
use super::stop::StopWatch;
use super::ticker::Ticker;
use super::wait;
use crate::error::Result;
use crate::lock;

#[derive(Clone)]
pub struct Runtime {
    shared: Arc<Shared>,
    /// Number of the shard that jobs are started on.
    own: usize,
}

struct Shared {
    shards: Vec<Shard>,
    stop: StopWatch,
    jobs: Arc<Jobs>,
    #[cfg(any(feature = "vad", feature = "echo"))]
    dsp: Dsp,
}

impl Runtime {
    /// On the first shard.
    pub(super) fn new(shards: Vec<Shard>, stop: StopWatch) -> Runtime {
        #[cfg(any(feature = "vad", feature = "echo"))]
        let dsp = Dsp::new(&shards[0].spawner);
        let shared = Shared {
            shards,
            stop,
            jobs: Arc::default(),
            #[cfg(any(feature = "vad", feature = "echo"))]
            dsp,
        };
        Runtime { shared: Arc::new(shared), own: 0 }
    }

    /// The same on the shard with the fewest sessions and calls.
    pub fn on_the_idlest(self) -> Runtime {
        let loads = self.shared.shards.iter().map(Shard::load).enumerate();
        let idlest = loads.min_by_key(|&(_, load)| load).map_or(0, |(number, _)| number);
        Runtime { own: idlest, ..self }
    }

    /// The same on the shard of that number, where something else lives already. After a restart there may be fewer.
    pub fn on(self, shard: usize) -> Runtime {
        Runtime { own: shard.min(self.shared.shards.len() - 1), ..self }
    }

    /// Number of its shard.
    pub fn shard(&self) -> usize {
        self.own
    }

    fn own(&self) -> &Shard {
        &self.shared.shards[self.own]
    }

    pub(super) fn spawner(&self) -> &Spawner {
        &self.own().spawner
    }

    pub(super) fn jobs(&self) -> &Arc<Jobs> {
        &self.shared.jobs
    }

    /// Runs a job in the background; `shutdown` waits for it. The job is built on the library's thread: one job is
    /// larger than the stack of some callers.
    pub fn spawn<F>(&self, make: impl FnOnce() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (guard, load) = (self.job(), self.own().enter());
        self.spawner().spawn(async move {
            let (_guard, _load) = (guard, load);
            Box::pin(make()).await;
        });
    }

    /// Runs a job in the background, builds it there too, and waits on the caller's thread for its result.
    pub fn run<T, F>(&self, timeout: Duration, make: impl FnOnce() -> F + Send + 'static) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        self.run_for(&Call::default(), timeout, make)
    }

    /// As [`Runtime::run`], for a call that another thread may end.
    pub fn run_for<T, F>(
        &self,
        call: &Call,
        timeout: Duration,
        make: impl FnOnce() -> F + Send + 'static,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        lock::assert_may_wait("a wait for a job");
        let answer = Arc::new(Answer::default());
        let (promise, stop) = (answer.promise(), answer.clone());
        call.on_end(move || stop.give(Err(calls::ended())));
        let task = self.spawner().spawn(async move {
            let done = Box::pin(make()).await;
            promise.keep(done);
        });
        let outcome = answer.wait(wait::after(timeout));
        task.abort();
        outcome
    }

    /// Counts as a job until it is dropped.
    pub fn job(&self) -> JobGuard {
        JobGuard::new(self.shared.jobs.clone())
    }

    /// Has it visited on the thread for signal processing.
    #[cfg(any(feature = "vad", feature = "echo"))]
    pub(crate) fn process(&self, what: Box<dyn Process>) -> Result<()> {
        self.shared.dsp.add(what)
    }

    #[cfg(any(feature = "vad", feature = "echo"))]
    pub(super) fn stop_dsp(&self) {
        self.shared.dsp.stop();
    }

    pub fn ticker(&self) -> &Arc<Ticker> {
        &self.own().ticker
    }

    pub(crate) fn reserve(&self) -> &Arc<Reserve> {
        &self.own().reserve
    }

    /// Returns whether `shutdown` has been called.
    pub fn is_stopping(&self) -> bool {
        self.shared.stop.has_come()
    }

    /// Completes when `shutdown` has been called.
    pub async fn stopping(&self) {
        self.shared.stop.wait().await;
    }
}
