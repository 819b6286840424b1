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

static ENGINE: Mutex<Engines> = Mutex::new(Rank::Engine, Engines { running: None, stopping: Vec::new() });

/// What a session uses of the runtime.
#[derive(Clone)]
pub struct Runtime {
    spawner: Spawner,
    ticker: Arc<Ticker>,
    stopping: watch::Receiver<bool>,
    jobs: Arc<Jobs>,
}

struct Engines {
    running: Option<Engine>,
    /// The jobs of those that a shutdown waits for.
    stopping: Vec<Arc<Jobs>>,
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
    if let Some(engine) = &engine.running {
        return Ok(engine.runtime.clone());
    }
    panic::install_hook();
    let started = Engine::start()?;
    let runtime = started.runtime.clone();
    engine.running = Some(started);
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
    let running = lock(&ENGINE).running.as_ref().map(|engine| engine.runtime.spawner.clone());
    if let Some(spawner) = running {
        spawner.spawn(async move {
            tokio::time::sleep(DROP_DELAY).await;
            drop(value);
        });
    }
}

/// Asks every job to finish, waits at most `timeout` for that, then stops the thread.
///
/// `Err(Timeout)` means that a job was cut off. The runtime is stopped in both cases. While another thread is in this
/// call, this one waits for the same jobs and, when its own time is over, ends the wait of both.
pub fn shutdown(timeout: Duration) -> Result<()> {
    let deadline = Instant::now() + timeout;
    let (running, others) = lock(&ENGINE).leave();
    let mut outcome = running.map_or(Ok(()), |engine| engine.stop(deadline));
    for jobs in others.iter().filter(|jobs| !jobs.wait_until_none(deadline)) {
        jobs.cut();
        outcome = outcome.and(Err(cut_off()));
    }
    outcome
}

fn cut_off() -> Error {
    Error::new(Status::Timeout, "sessions were cut off before they had finished")
}

impl Engines {
    /// Returns what ran, which is stopping from now on, and the jobs of what was stopping before.
    fn leave(&mut self) -> (Option<Engine>, Vec<Arc<Jobs>>) {
        let others = self.stopping.clone();
        let running = self.running.take();
        self.stopping.extend(running.iter().map(|engine| engine.runtime.jobs.clone()));
        (running, others)
    }

    fn forget(&mut self, jobs: &Arc<Jobs>) {
        self.stopping.retain(|stopping| !Arc::ptr_eq(stopping, jobs));
    }
}

impl Engine {
    fn stop(self, deadline: Instant) -> Result<()> {
        let _ = self.announce_stop.send(true);
        let all_finished = self.runtime.jobs.wait_until_none(deadline);
        let stopped = self.executor.stop();
        lock(&ENGINE).forget(&self.runtime.jobs);
        if !self.server.wait_ended(deadline) {
            return Err(Error::new(Status::Timeout, "a wake-up callback did not return in time"));
        }
        if !stopped.join() {
            return Err(Error::new(Status::Internal, "the library's thread panicked"));
        }
        if all_finished { Ok(()) } else { Err(cut_off()) }
    }

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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);
    /// What takes longer has not happened.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// A thread that waits for a job that never ends, and its result.
    fn waiting() -> mpsc::Receiver<Result<()>> {
        start().unwrap().spawn(std::future::pending::<()>);
        let before = lock(&ENGINE).stopping.len();
        let (tell, told) = mpsc::channel();
        thread::spawn(move || tell.send(shutdown(HOUR)).unwrap());
        while lock(&ENGINE).stopping.len() == before {
            thread::yield_now();
        }
        told
    }

    #[test]
    fn a_second_shutdown_ends_the_wait_of_the_first() {
        // Twice: the library starts again, also while an earlier thread stops.
        for _ in 0..2 {
            let told = [waiting(), waiting()];
            assert_eq!(shutdown(Duration::from_millis(1)).unwrap_err().status, Status::Timeout);
            for told in told {
                assert_eq!(told.recv_timeout(PATIENCE).unwrap().unwrap_err().status, Status::Timeout);
            }
            assert!(lock(&ENGINE).stopping.is_empty());
            shutdown(Duration::ZERO).unwrap();
        }
    }

    #[test]
    fn a_second_shutdown_waits_for_the_same_jobs() {
        let job = start().unwrap().job();
        let (tell, told) = mpsc::channel();
        for _ in 0..2 {
            let tell = tell.clone();
            thread::spawn(move || tell.send(shutdown(PATIENCE)).unwrap());
        }
        while lock(&ENGINE).stopping.is_empty() {
            thread::yield_now();
        }
        drop(job);
        told.iter().take(2).for_each(|outcome| outcome.unwrap());
    }
}
