//! What the library asks its system for, and what the service asks: answered by the simulation.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::task::Waker;
use std::time::{Duration, SystemTime};

use palabra::world::{Connecting, Created, Job, Opened, Socket, Task};
use tokio::time::Instant;

use super::blocking::{self, Threads};
use super::disk::Disk;
use super::executor::Executor;
use super::host::Host;
use super::work::{self, Askers, Jobs, Queues};
use crate::draw::Dice;
use crate::net::Network;
use crate::scenario::Scenario;
use crate::trace::Trace;

/// The date at which every simulation begins: 2026-01-01.
const BEGINNING: Duration = Duration::from_secs(1_767_225_600);

/// The kind of a job that asks for a name.
const NAMES: &str = "palabra-dns";

pub struct World {
    pub executor: Executor,
    pub network: Network,
    pub trace: Arc<Trace>,
    pub(super) threads: Threads,
    pub disk: Disk,
    start: Instant,
    random: Dice,
    arms: Dice,
    jobs: Jobs,
    queues: Queues,
    /// Threads that ask for a name.
    pub askers: Arc<Askers>,
    count: AtomicU64,
    /// The seconds by which the date of the library's machine is wrong.
    jumped: AtomicI64,
}

impl World {
    /// Where files are.
    pub const FOLDER: &str = super::disk::FOLDER;

    pub fn new(scenario: &Scenario, trace: Arc<Trace>) -> Arc<World> {
        let seed = scenario.seed;
        let executor = Executor::new(seed, scenario.order);
        let start = Instant::now();
        Arc::new(World {
            network: Network::new(seed, executor.clone(), trace.clone(), start),
            disk: Disk::new(executor.clone()),
            executor,
            trace,
            threads: Threads::default(),
            start,
            random: Dice::new(seed, "random"),
            arms: Dice::new(seed, "arms"),
            jobs: Jobs::of(scenario),
            queues: Queues::default(),
            askers: Arc::default(),
            count: AtomicU64::new(0),
            jumped: AtomicI64::new(0),
        })
    }

    /// The same for a time of the library.
    pub fn us_of(&self, monotonic_ns: i64) -> u64 {
        (monotonic_ns as u64).saturating_sub(1_000_000_000) / 1000
    }

    /// Makes the date of the library's machine wrong by so many seconds.
    pub fn set_date(&self, wrong_by: i64) {
        self.jumped.store(wrong_by, Ordering::Relaxed);
    }

    /// Makes a call of the library that may wait, while the others go on.
    pub async fn call<R: Send + 'static>(self: &Arc<World>, call: impl FnOnce() -> R + Send + 'static) -> R {
        blocking::call(self, call).await
    }

    /// The run is over. Returns how many calls have not returned.
    pub fn end_threads(&self) -> usize {
        self.threads.end()
    }

    /// Microseconds since the beginning.
    pub fn now_us(&self) -> u64 {
        self.start.elapsed().as_micros() as u64
    }
}

impl palabra::world::World for World {
    fn spawn(&self, task: Task) -> u64 {
        self.executor.spawn_boxed(Host::Library, task)
    }

    fn abort(&self, task: u64) {
        self.executor.abort(task);
    }

    fn stop(&self) {
        self.executor.drop_all(Host::Library);
    }

    fn queue(&self) -> u64 {
        1 + self.count.fetch_add(1, Ordering::Relaxed)
    }

    fn work(&self, kind: &'static str, about: &str, queue: u64, job: Job) {
        let mut time = self.jobs.next();
        if kind == NAMES {
            time += self.network.names_take();
        }
        self.trace.note(self.now_us(), "helper", &[time.as_millis() as u64], || {
            format!("{kind} {about}: takes {} ms", time.as_millis())
        });
        if kind == NAMES {
            work::ask_for_a_name(&self.executor, &self.network, &self.askers, time, job);
        } else {
            self.queues.add(&self.executor, &self.disk, queue, time, job);
        }
    }

    fn random(&self, bytes: &mut [u8]) {
        self.random.fill(bytes);
    }

    fn wall(&self) -> SystemTime {
        let date = SystemTime::UNIX_EPOCH + BEGINNING + self.start.elapsed();
        let jumped = self.jumped.load(Ordering::Relaxed);
        let far = Duration::from_secs(jumped.unsigned_abs());
        if jumped < 0 { date - far } else { date + far }
    }

    fn monotonic_ns(&self) -> u64 {
        1_000_000_000 + self.start.elapsed().as_nanos() as u64
    }

    fn resolve(&self, host: &str) -> io::Result<Vec<SocketAddr>> {
        self.network.resolve(host)
    }

    fn connect(&self, address: SocketAddr) -> Connecting {
        self.network.connect(address)
    }

    fn socket(&self, number: i32) -> Option<Arc<dyn Socket>> {
        self.network.socket(number)
    }

    fn crypto(&self) -> rustls::crypto::CryptoProvider {
        crate::tls::provider()
    }

    fn waiting_caller(&self) -> Waker {
        blocking::waker()
    }

    fn wait(&self, deadline: Option<Instant>) {
        blocking::wait(deadline);
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Created>> {
        self.disk.create(path)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Opened>> {
        self.disk.open(path)
    }

    fn exists(&self, path: &Path) -> bool {
        self.disk.exists(path)
    }

    fn first_arm(&self, arms: usize) -> usize {
        self.arms.below(arms as u64) as usize
    }
}

/// The service has randomness of its own.
pub struct ServiceWorld {
    pub world: Arc<World>,
    pub dice: Dice,
}

impl palabra_devserver::world::World for ServiceWorld {
    fn random(&self, bytes: &mut [u8]) {
        self.dice.fill(bytes);
    }

    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + BEGINNING + self.world.start.elapsed()
    }
}
