//! That the runtime is to stop, which everything on it waits for.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::sync::{AtomicBool, Ordering};

struct State {
    has_come: AtomicBool,
    /// Wakes in the order in which they began to wait: what ends first must not be drawn.
    waiting: Notify,
}

/// Tells it, at the latest when it is dropped.
pub(super) struct Stop(Arc<State>);

/// Waits for it.
#[derive(Clone)]
pub(super) struct StopWatch(Arc<State>);

impl Stop {
    pub(super) fn new() -> Stop {
        Stop(Arc::new(State { has_come: AtomicBool::new(false), waiting: Notify::new() }))
    }

    pub(super) fn watch(&self) -> StopWatch {
        StopWatch(self.0.clone())
    }

    pub(super) fn announce(&self) {
        self.0.has_come.store(true, Ordering::SeqCst);
        self.0.waiting.notify_waiters();
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.announce();
    }
}

impl StopWatch {
    pub(super) fn has_come(&self) -> bool {
        self.0.has_come.load(Ordering::SeqCst)
    }

    pub(super) async fn wait(&self) {
        // Made first: it is woken by a stop that comes after that.
        let waiting = self.0.waiting.notified();
        if !self.has_come() {
            waiting.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::{Mutex, Rank, lock};

    #[test]
    fn all_are_woken_in_the_order_in_which_they_began_to_wait() {
        let (stop, woken) = (Stop::new(), Arc::new(Mutex::new(Rank::Log, Vec::new())));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let tasks: Vec<_> = (0..32)
                .map(|number| {
                    let (watch, woken) = (stop.watch(), woken.clone());
                    async move {
                        watch.wait().await;
                        lock(&woken).push(number);
                    }
                })
                .map(|task| runtime.handle().spawn(task))
                .collect();
            tokio::task::yield_now().await;
            let late = stop.watch();
            assert!(lock(&woken).is_empty() && !late.has_come());
            drop(stop);
            for task in tasks {
                task.await.unwrap();
            }
            late.wait().await;
        });
        let woken = std::mem::take(&mut *lock(&woken));
        assert!(woken.len() == 32 && woken.is_sorted(), "{woken:?}");
    }
}
