//! What a simulation answers in place of the system. Compiled with the feature `sim` alone; `tests/sim` has the other
//! side of it.
//!
//! All of a simulation runs on one thread, which has a world; tokio's paused clock is its time. A call that waits runs
//! on a thread of its own with the same world, and stands still while the others go on.

use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use tokio::io::ReadBuf;
use tokio::time::Instant;

pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;
pub type Job = Box<dyn FnOnce() + Send>;
pub type Connecting = Pin<Box<dyn Future<Output = io::Result<Arc<dyn Socket>>> + Send>>;

pub trait World: Send + Sync {
    /// Adds a task of the library. Returns its number.
    fn spawn(&self, task: Task) -> u64;
    fn abort(&self, task: u64);
    /// Drops every task of the library.
    fn stop(&self);
    /// The number of a new queue of jobs.
    fn queue(&self) -> u64;
    /// Does a job some time later, those of one queue in order; queue 0 has no order.
    fn work(&self, kind: &'static str, about: &str, queue: u64, job: Job);
    fn random(&self, bytes: &mut [u8]);
    fn wall(&self) -> SystemTime;
    fn monotonic_ns(&self) -> u64;
    /// The addresses of a name, within a job that resolves it.
    fn resolve(&self, host: &str) -> io::Result<Vec<SocketAddr>>;
    fn connect(&self, address: SocketAddr) -> Connecting;
    fn socket(&self, number: i32) -> Option<Arc<dyn Socket>>;
    /// What TLS computes with.
    fn crypto(&self) -> rustls::crypto::CryptoProvider;
    /// What wakes the calling thread, which has to be one whose calls may wait.
    fn waiting_caller(&self) -> Waker;
    /// Lets the others go on until the calling thread is woken, or until the deadline; also without a reason.
    fn wait(&self, deadline: Option<Instant>);
    /// Replaces an existing file.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Created>>;
    fn open(&self, path: &Path) -> io::Result<Box<dyn Opened>>;
    /// Whether there is a file or a folder of this name.
    fn exists(&self, path: &Path) -> bool;
    /// Which of so many arms of a `select!` is asked first.
    fn first_arm(&self, arms: usize) -> usize;
}

/// A file that is written.
pub trait Created: io::Write + io::Seek + Send + Sync {}

/// A file that is read.
pub trait Opened: io::Read + io::Seek + Send + Sync {
    fn length(&self) -> u64;
}

/// One end of a connection.
pub trait Socket: Send + Sync {
    fn number(&self) -> i32;
    fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>>;
    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>>;
    fn shut_down(&self);
    fn close(&self);
    fn unsent(&self) -> u64;
    fn unacknowledged(&self) -> u64;
    fn round_trip(&self) -> Duration;
    fn limit_unsent(&self, bytes: usize);
}

/// What callers wait for.
#[derive(Default)]
pub struct Signal(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    count: u64,
    callers: Vec<(u64, Waker)>,
}

impl Signal {
    pub const fn new() -> Signal {
        Signal(Mutex::new(Waiting { count: 0, callers: Vec::new() }))
    }

    /// Adds one that waits, behind the others. Returns its place.
    pub fn join(&self, caller: Waker) -> u64 {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.count += 1;
        let place = waiting.count;
        waiting.callers.push((place, caller));
        place
    }

    pub fn leave(&self, place: u64) {
        self.take(|waiting| waiting.callers.retain(|(number, _)| *number != place));
    }

    pub fn notify_one(&self) {
        let first = self.take(|waiting| (!waiting.callers.is_empty()).then(|| waiting.callers.remove(0)));
        first.into_iter().for_each(|(_, caller)| caller.wake());
    }

    pub fn notify_all(&self) {
        let all = self.take(|waiting| std::mem::take(&mut waiting.callers));
        all.into_iter().for_each(|(_, caller)| caller.wake());
    }

    fn take<R>(&self, change: impl FnOnce(&mut Waiting) -> R) -> R {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

thread_local! {
    static WORLD: RefCell<Option<Arc<dyn World>>> = const { RefCell::new(None) };
}

/// Gives the calling thread a world, or takes it away.
pub fn set(world: Option<Arc<dyn World>>) {
    WORLD.replace(world);
}

/// The world of the calling thread.
///
/// # Panics
/// Outside a simulation.
pub(crate) fn world() -> Arc<dyn World> {
    WORLD.with_borrow(|world| world.clone()).expect("a simulation")
}
