//! Starts the library's threads and stops them.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::callbacks::{self, Call as Callback, Server};
use super::executor::Stopped;
use super::handle::Runtime;
use super::jobs::Jobs;
use super::panic;
use super::setup::Setup;
use super::shard::{self, RunningShard};
use super::stop::Stop;
use crate::error::{Error, Result, Status};
use crate::lock::{Mutex, Rank, lock};

/// Long enough for a caller to return from the call that released something.
const DROP_DELAY: Duration = Duration::from_millis(20);

static ENGINE: Mutex<Engines> = Mutex::new(Rank::Engine, Engines::new());

struct Engines {
    /// How it is started.
    setup: Setup,
    /// The setup stays as it is until a shutdown: somebody chose it, or has started with it.
    is_set_up: bool,
    running: Option<Engine>,
    /// Those that a shutdown waits for.
    stopping: Vec<Stopping>,
}

/// What a shutdown waits for: the jobs, then the end of the thread that makes the caller's calls.
#[derive(Clone)]
struct Stopping {
    jobs: Arc<Jobs>,
    server: Arc<Server>,
}

struct Engine {
    runtime: Runtime,
    stop: Stop,
    server: Arc<Server>,
    /// The first one makes the caller's calls.
    shards: Vec<RunningShard>,
}

/// Says how the library is started. The first one to say so decides, until a shutdown.
pub fn configure(setup: Setup) -> Result<()> {
    let mut engine = lock(&ENGINE);
    if engine.is_set_up && engine.setup != setup {
        return Err(Error::new(Status::Busy, engine.setup.in_effect(engine.running.is_some())));
    }
    (engine.setup, engine.is_set_up) = (setup, true);
    Ok(())
}

/// Returns the running runtime, on its first shard. Starts it if necessary.
pub fn start() -> Result<Runtime> {
    let mut engine = lock(&ENGINE);
    if let Some(engine) = &engine.running {
        return Ok(engine.runtime.clone());
    }
    panic::install_hook();
    let started = Engine::start(engine.setup)?;
    let runtime = started.runtime.clone();
    (engine.running, engine.is_set_up) = (Some(started), true);
    Ok(runtime)
}

/// Queues a call of the caller's code for the library's thread. No lock may be held.
pub fn call_soon(what: Arc<dyn Callback>) {
    if !callbacks::add(what) {
        // The runtime was shut down. The next use starts a thread, and this call is one.
        let _ = start();
    }
}

/// Frees a value on a thread of the library: megabytes of unread events take longer to free than a caller may wait.
///
/// Freeing starts after a delay. A thread that was just woken could take the caller's processor, and the caller would
/// wait for all of it.
pub fn drop_later(value: impl Send + 'static) {
    let running = lock(&ENGINE).running.as_ref().map(|engine| engine.runtime.spawner().clone());
    if let Some(spawner) = running {
        spawner.spawn(async move {
            tokio::time::sleep(DROP_DELAY).await;
            drop(value);
        });
    }
}

/// Asks every job to finish, waits at most `timeout` for that, then stops the threads.
///
/// `Err(Timeout)` means that a job was cut off, or that a callback does not return. The runtime is stopped in both cases.
/// While another thread is in this call, this one waits for the same and, when its own time is over, ends the wait of both.
pub fn shutdown(timeout: Duration) -> Result<()> {
    let deadline = Instant::now() + timeout;
    let (running, others) = lock(&ENGINE).leave();
    let mut outcome = running.map_or(Ok(()), |engine| engine.stop(deadline));
    for other in others {
        outcome = outcome.and(other.wait(deadline).inspect_err(|_| other.cut()));
    }
    outcome
}

fn cut_off() -> Error {
    Error::new(Status::Timeout, "sessions were cut off before they had finished")
}

fn callback_hangs() -> Error {
    Error::new(Status::Timeout, "a wake-up callback did not return in time")
}

impl Stopping {
    fn wait(&self, deadline: Instant) -> Result<()> {
        if !self.jobs.wait_until_none(deadline) {
            return Err(cut_off());
        }
        if self.server.wait_ended(deadline) { Ok(()) } else { Err(callback_hangs()) }
    }

    /// Ends all waits, also later ones.
    fn cut(&self) {
        self.jobs.cut();
        self.server.cut();
    }
}

impl Engines {
    const fn new() -> Engines {
        Engines { setup: Setup::USUAL, is_set_up: false, running: None, stopping: Vec::new() }
    }

    /// Returns what ran, which is stopping from now on, and what was stopping before.
    fn leave(&mut self) -> (Option<Engine>, Vec<Stopping>) {
        self.is_set_up = false;
        let others = self.stopping.clone();
        let running = self.running.take();
        self.stopping.extend(running.iter().map(Engine::stopping));
        (running, others)
    }

    fn forget(&mut self, stopped: &Stopping) {
        self.stopping.retain(|stopping| !Arc::ptr_eq(&stopping.jobs, &stopped.jobs));
    }
}

impl Engine {
    fn stopping(&self) -> Stopping {
        Stopping { jobs: self.runtime.jobs().clone(), server: self.server.clone() }
    }

    fn stop(self, deadline: Instant) -> Result<()> {
        let stopping = self.stopping();
        let outcome = self.end(deadline);
        lock(&ENGINE).forget(&stopping);
        outcome
    }

    fn end(mut self, deadline: Instant) -> Result<()> {
        self.stop.announce();
        let all_finished = self.runtime.jobs().wait_until_none(deadline);
        #[cfg(any(feature = "vad", feature = "echo"))]
        self.runtime.stop_dsp();
        // The first shard is the last to end: what the others cut off may owe calls of the caller's code.
        let others = self.shards.split_off(1);
        let mut ended = ended_well(others.into_iter().map(RunningShard::stop).collect());
        let first = self.shards.into_iter().map(RunningShard::stop).collect();
        if !self.server.wait_ended(deadline) {
            return Err(callback_hangs());
        }
        ended &= ended_well(first);
        if !ended {
            return Err(Error::new(Status::Internal, "a thread of the library panicked"));
        }
        if all_finished { Ok(()) } else { Err(cut_off()) }
    }

    fn start(setup: Setup) -> Result<Engine> {
        let stop = Stop::new();
        let server = Arc::new(Server::default());
        let shards = shard::start_all(setup, &server)?;
        let runtime = Runtime::new(shards.iter().map(RunningShard::shard).collect(), stop.watch());
        Ok(Engine { runtime, stop, server, shards })
    }
}

/// Waits for threads that end; returns whether none of them panicked.
fn ended_well(threads: Vec<Stopped>) -> bool {
    let panicked = threads.into_iter().map(Stopped::join).filter(|well| !well).count();
    panicked == 0
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;
    use crate::sync::{AtomicBool, Ordering};

    const HOUR: Duration = Duration::from_secs(3600);
    /// What takes longer has not happened.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// A thread that is in `shutdown`, and its result.
    fn stopping_for(time: Duration) -> mpsc::Receiver<Result<()>> {
        let before = lock(&ENGINE).stopping.len();
        let (tell, told) = mpsc::channel();
        thread::spawn(move || tell.send(shutdown(time)).unwrap());
        while lock(&ENGINE).stopping.len() == before {
            thread::yield_now();
        }
        told
    }

    fn is_timeout(outcome: Result<()>) -> bool {
        outcome.is_err_and(|error| error.status == Status::Timeout)
    }

    /// One after the other: there is one engine in a process.
    #[test]
    fn a_second_shutdown_waits_for_the_same_and_can_end_it() {
        ends_the_wait_of_the_first();
        ends_the_wait_for_a_callback_that_hangs();
        waits_for_the_same_jobs();
    }

    fn ends_the_wait_of_the_first() {
        // Twice: the library starts again, also while an earlier thread stops.
        for _ in 0..2 {
            let told = [(); 2].map(|()| {
                start().unwrap().spawn(std::future::pending::<()>);
                stopping_for(HOUR)
            });
            assert!(is_timeout(shutdown(Duration::from_millis(1))));
            assert!(told.iter().all(|told| is_timeout(told.recv_timeout(PATIENCE).unwrap())));
            assert!(lock(&ENGINE).stopping.is_empty());
            shutdown(Duration::ZERO).unwrap();
        }
    }

    /// Says that it has begun, and returns when it is released.
    #[derive(Default)]
    struct Hangs {
        has_begun: AtomicBool,
        is_released: AtomicBool,
    }

    impl Callback for Hangs {
        fn call(self: Arc<Self>) {
            self.has_begun.store(true, Ordering::Release);
            while !self.is_released.load(Ordering::Acquire) {
                thread::yield_now();
            }
        }
    }

    fn ends_the_wait_for_a_callback_that_hangs() {
        let callback = Arc::new(Hangs::default());
        start().unwrap();
        call_soon(callback.clone());
        while !callback.has_begun.load(Ordering::Acquire) {
            thread::yield_now();
        }
        let told = stopping_for(HOUR);
        assert!(is_timeout(shutdown(Duration::ZERO)));
        assert!(is_timeout(told.recv_timeout(PATIENCE).unwrap()));
        callback.is_released.store(true, Ordering::Release);
    }

    fn waits_for_the_same_jobs() {
        let job = start().unwrap().job();
        let first = stopping_for(HOUR);
        let jobs = lock(&ENGINE).stopping[0].jobs.clone();
        let known = Arc::strong_count(&jobs);
        let (tell, second) = mpsc::channel();
        thread::spawn(move || tell.send(shutdown(HOUR)).unwrap());
        // The second one has the jobs now, too.
        while Arc::strong_count(&jobs) == known {
            thread::yield_now();
        }
        assert!(second.try_recv().is_err() && first.try_recv().is_err());
        drop(job);
        first.recv_timeout(PATIENCE).unwrap().unwrap();
        second.recv_timeout(PATIENCE).unwrap().unwrap();
    }
}
