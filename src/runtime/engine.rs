//! Starts the library's thread, runs jobs on it, and stops it.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::answer::Answer;
use super::callbacks::{self, Call as Callback, Server, Serving};
use super::calls::{self, Call};
use super::executor::{Executor, Spawner};
use super::jobs::{JobGuard, Jobs};
use super::ticker::Ticker;
use super::{panic, wait};
use crate::error::{Error, Result, Status};
use crate::lock::{self, Mutex, Rank, lock};

/// Long enough for a caller to return from the call that released something.
const DROP_DELAY: Duration = Duration::from_millis(20);

static ENGINE: Mutex<Option<Engine>> = Mutex::new(Rank::Engine, None);

/// What a session uses of the runtime.
#[derive(Clone)]
pub struct Runtime {
    spawner: Spawner,
    ticker: Arc<Ticker>,
    stopping: watch::Receiver<bool>,
    jobs: Arc<Jobs>,
}

struct Engine {
    runtime: Runtime,
    announce_stop: watch::Sender<bool>,
    server: Arc<Server>,
    executor: Executor,
}

/// Returns the running runtime. Starts it if necessary.
pub fn start() -> Result<Runtime> {
    let mut engine = lock(&ENGINE);
    if let Some(engine) = engine.as_ref() {
        return Ok(engine.runtime.clone());
    }
    panic::install_hook();
    let started = Engine::start()?;
    let runtime = started.runtime.clone();
    *engine = Some(started);
    Ok(runtime)
}

/// Queues a call of the caller's code for the library's thread. No lock may be held.
pub fn call_soon(what: Arc<dyn Callback>) {
    if !callbacks::add(what) {
        // The runtime was shut down. The next use starts a thread, and this call is one.
        let _ = start();
    }
}

/// Frees a value on the library's thread: megabytes of unread events take longer to free than a caller may wait.
///
/// Freeing starts after a delay. A thread that was just woken could take the caller's processor, and the caller would
/// wait for all of it.
pub fn drop_later(value: impl Send + 'static) {
    let running = lock(&ENGINE).as_ref().map(|engine| engine.runtime.spawner.clone());
    if let Some(spawner) = running {
        spawner.spawn(async move {
            tokio::time::sleep(DROP_DELAY).await;
            drop(value);
        });
    }
}

/// Asks every job to finish, waits at most `timeout` for that, then stops the thread.
///
/// `Err(Timeout)` means that a job was cut off. The runtime is stopped in both cases.
pub fn shutdown(timeout: Duration) -> Result<()> {
    let running = lock(&ENGINE).take();
    let Some(engine) = running else { return Ok(()) };
    let _ = engine.announce_stop.send(true);
    let deadline = Instant::now() + timeout;
    let all_finished = engine.runtime.jobs.wait_until_none(deadline);
    let stopped = engine.executor.stop();
    if !engine.server.wait_ended(deadline) {
        return Err(Error::new(Status::Timeout, "a wake-up callback did not return in time"));
    }
    if !stopped.join() {
        return Err(Error::new(Status::Internal, "the library's thread panicked"));
    }
    if all_finished {
        Ok(())
    } else {
        Err(Error::new(Status::Timeout, "sessions were cut off before they had finished"))
    }
}

impl Engine {
    fn start() -> Result<Engine> {
        let (announce_stop, stopping) = watch::channel(false);
        let server = Arc::new(Server::default());
        let serving = server.clone();
        let executor = Executor::start(move || Serving::begin(serving))?;
        let (spawner, ticker) = (executor.spawner().clone(), Arc::new(Ticker::default()));
        let (ticking, calling) = (ticker.clone(), server.clone());
        spawner.spawn(async move { ticking.run().await });
        spawner.spawn(async move { calling.run().await });
        let runtime = Runtime { spawner, ticker, stopping, jobs: Arc::default() };
        Ok(Engine { runtime, announce_stop, server, executor })
    }
}

impl Runtime {
    /// Runs a job in the background; `shutdown` waits for it. The job is built on the library's thread: one job is
    /// larger than the stack of some callers.
    pub fn spawn<F>(&self, make: impl FnOnce() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let guard = JobGuard::new(self.jobs.clone());
        self.spawner.spawn(async move {
            let _guard = guard;
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
        let task = self.spawner.spawn(async move {
            let done = Box::pin(make()).await;
            promise.keep(done);
        });
        let outcome = answer.wait(wait::after(timeout));
        task.abort();
        outcome
    }

    /// Counts as a job until it is dropped.
    pub fn job(&self) -> JobGuard {
        JobGuard::new(self.jobs.clone())
    }

    pub fn ticker(&self) -> &Arc<Ticker> {
        &self.ticker
    }

    /// Returns whether `shutdown` has been called.
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Completes when `shutdown` has been called.
    pub async fn stopping(&mut self) {
        // An error means that the sender was dropped: the runtime ends as well.
        let _ = self.stopping.wait_for(|stopping| *stopping).await;
    }
}
