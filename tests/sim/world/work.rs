//! Jobs of helper threads: some time later, those of one queue in order.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use palabra::world::Job;

use super::disk::Disk;
use super::executor::Executor;
use super::host::Host;
use crate::draw::{draw, name};
use crate::net::Network;
use crate::scenario::Scenario;

/// What waits in each queue whose runner is at work.
type Waiting = BTreeMap<u64, VecDeque<(Duration, Job)>>;

#[derive(Default)]
pub struct Queues(Arc<Mutex<Waiting>>);

impl Queues {
    /// Jobs with an order are those that write files: each takes also what the disk takes when it begins.
    pub fn add(&self, executor: &Executor, disk: &Disk, queue: u64, delay: Duration, job: Job) {
        if queue == 0 {
            executor.spawn(Host::Helpers, async move {
                tokio::time::sleep(delay).await;
                job();
            });
            return;
        }
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiting) = queues.get_mut(&queue) {
            return waiting.push_back((delay, job));
        }
        queues.insert(queue, VecDeque::from([(delay, job)]));
        drop(queues);
        let (queues, disk) = (self.0.clone(), disk.clone());
        executor.spawn(Host::Helpers, async move {
            loop {
                let next = {
                    let mut queues = queues.lock().unwrap_or_else(PoisonError::into_inner);
                    let next = queues.get_mut(&queue).and_then(VecDeque::pop_front);
                    if next.is_none() {
                        queues.remove(&queue);
                    }
                    next
                };
                let Some((delay, job)) = next else { return };
                tokio::time::sleep(delay + disk.takes()).await;
                job();
            }
        });
    }
}

/// Threads that ask the system for a name: now, and the most at a time.
#[derive(Default)]
pub struct Askers {
    now: AtomicU64,
    pub most: AtomicU64,
}

/// A job that asks for a name: it takes so long, and has no answer while names have none.
pub fn ask_for_a_name(
    executor: &Executor,
    network: &Network,
    askers: &Arc<Askers>,
    delay: Duration,
    job: Job,
) {
    let (network, askers) = (network.clone(), askers.clone());
    let now = 1 + askers.now.fetch_add(1, Ordering::Relaxed);
    askers.most.fetch_max(now, Ordering::Relaxed);
    executor.spawn(Host::Helpers, async move {
        tokio::time::sleep(delay).await;
        while network.is_silent_about_names() {
            tokio::time::sleep(AGAIN).await;
        }
        askers.now.fetch_sub(1, Ordering::Relaxed);
        job();
    });
}

/// How often a helper looks whether there is an answer.
const AGAIN: Duration = Duration::from_millis(500);

/// How long each job takes.
pub struct Jobs {
    seed: u64,
    /// Otherwise those that are not slow take 1 ms.
    is_drawn: bool,
    slow: BTreeMap<u64, u64>,
    count: AtomicU64,
}

impl Jobs {
    pub fn of(scenario: &Scenario) -> Jobs {
        let slow = scenario.slow_jobs.iter().copied().collect();
        Jobs { seed: scenario.seed, is_drawn: scenario.order.drawn > 0, slow, count: AtomicU64::new(0) }
    }

    /// Of the next one.
    pub fn next(&self) -> Duration {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let usual = if self.is_drawn { draw(self.seed, name("jobs"), number) % 5 } else { 1 };
        Duration::from_millis(self.slow.get(&number).copied().unwrap_or(usual))
    }
}
