//! Starts the library's thread, runs jobs on it, and stops it.

use std::future::Future;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::time::Instant;

use super::callbacks::{self, Call as Callback, Server, Serving};
use super::calls::{self, Call};
use super::jobs::{JobGuard, Jobs};
use super::ticker::Ticker;
use super::{panic, thread};
use crate::error::{Error, Result, Status};
use crate::lock::{self, Mutex, Rank, lock};

/// Long enough for a caller to return from the call that released something.
const DROP_DELAY: Duration = Duration::from_millis(20);

static ENGINE: Mutex<Option<Engine>> = Mutex::new(Rank::Engine, None);

/// What a session uses of the runtime.
#[derive(Clone)]
pub struct Runtime {
    handle: tokio::runtime::Handle,
    ticker: Arc<Ticker>,
    stopping: watch::Receiver<bool>,
    jobs: Arc<Jobs>,
}

struct Engine {
    runtime: Runtime,
    announce_stop: watch::Sender<bool>,
    stop: oneshot::Sender<()>,
    server: Arc<Server>,
    thread: JoinHandle<()>,
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
    let running = lock(&ENGINE).as_ref().map(|engine| engine.runtime.handle.clone());
    if let Some(handle) = running {
        handle.spawn(async move {
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
    let _ = engine.stop.send(());
    if !engine.server.wait_ended(deadline) {
        return Err(Error::new(Status::Timeout, "a wake-up callback did not return in time"));
    }
    if engine.thread.join().is_err() {
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
        let (stop, stopped) = oneshot::channel();
        let (report, reported) = mpsc::sync_channel(1);
        let ticker = Arc::new(Ticker::default());
        let ticking = ticker.clone();
        let server = Arc::new(Server::default());
        let serving = server.clone();
        let thread = thread::spawn("palabra", move || {
            lock::never_wait_here();
            // Ends when the thread ends, for any reason.
            let serving = Serving::begin(serving);
            // Built on this thread, so that nothing of it remains on the caller's thread.
            let tokio = match build() {
                Ok(tokio) => tokio,
                Err(error) => return drop(report.send(Err(error))),
            };
            let _ = report.send(Ok(tokio.handle().clone()));
            tokio.spawn(async move { ticking.run().await });
            let calling = serving.server();
            tokio.spawn(async move { calling.run().await });
            let _ = tokio.block_on(stopped);
            // A resolver can block for half a minute: its helper thread is abandoned, not joined.
            tokio.shutdown_background();
        })
        .map_err(|error| could_not_start(&error))?;
        let handle = match reported.recv() {
            Ok(built) => built.map_err(|error| could_not_start(&error))?,
            Err(_) => return Err(Error::new(Status::Internal, "the library's thread panicked")),
        };
        let runtime = Runtime { handle, ticker, stopping, jobs: Arc::default() };
        Ok(Engine { runtime, announce_stop, stop, server, thread })
    }
}

fn build() -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.thread_name("palabra-io").thread_stack_size(thread::STACK_BYTES).on_thread_start(thread::settle);
    builder.enable_io().enable_time().build()
}

fn could_not_start(error: &std::io::Error) -> Error {
    Error::new(Status::Limit, format!("the background thread could not be started: {error}"))
}

impl Runtime {
    /// Runs a job in the background; `shutdown` waits for it. The job is built on the library's thread: one job is
    /// larger than the stack of some callers.
    pub fn spawn<F>(&self, make: impl FnOnce() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let guard = JobGuard::new(self.jobs.clone());
        self.handle.spawn(async move {
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
        let (sender, receiver) = mpsc::sync_channel(1);
        let sender = Arc::new(sender);
        // Weak: without the job nothing will be sent, and the wait must notice that.
        let stop = Arc::downgrade(&sender);
        call.on_end(move || {
            // Full: the result came first.
            let _ = stop.upgrade().map(|sender| sender.try_send(Err(calls::ended())));
        });
        let task = self.handle.spawn(async move {
            let done = Box::pin(make()).await;
            let _ = sender.try_send(done);
        });
        let outcome = receiver.recv_timeout(timeout);
        task.abort();
        outcome.unwrap_or_else(|error| {
            Err(match error {
                mpsc::RecvTimeoutError::Timeout => Error::new(Status::Timeout, "the call took too long"),
                mpsc::RecvTimeoutError::Disconnected => {
                    Error::new(Status::Shutdown, "the library was shut down during the call")
                }
            })
        })
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
