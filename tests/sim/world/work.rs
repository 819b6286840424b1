//! Jobs of helper threads: some time later, those of one queue in order.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use palabra::world::Job;

use super::executor::Executor;
use super::host::Host;
use crate::draw::Dice;

/// What waits in each queue whose runner is at work.
type Waiting = BTreeMap<u64, VecDeque<(Duration, Job)>>;

#[derive(Default)]
pub struct Queues(Arc<Mutex<Waiting>>);

impl Queues {
    pub fn add(&self, executor: &Executor, queue: u64, delay: Duration, job: Job) {
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
        let queues = self.0.clone();
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
                tokio::time::sleep(delay).await;
                job();
            }
        });
    }
}

/// How long a job takes.
pub fn duration(dice: &Dice) -> Duration {
    Duration::from_millis(if dice.chance(50) { dice.between(100, 3000) } else { dice.below(5) })
}
