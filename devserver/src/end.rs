//! The end of the server, which all that it serves waits for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

#[derive(Default)]
struct State {
    has_come: AtomicBool,
    /// Wakes in the order in which they began to wait; `tokio::sync::watch` draws one.
    waiting: Notify,
}

/// Ends the server, at the latest when it is dropped.
#[derive(Default)]
pub(crate) struct End(Arc<State>);

/// Waits for the end.
#[derive(Clone)]
pub(crate) struct EndWatch(Arc<State>);

impl End {
    pub(crate) fn watch(&self) -> EndWatch {
        EndWatch(self.0.clone())
    }

    pub(crate) fn come(&self) {
        self.0.has_come.store(true, Ordering::SeqCst);
        self.0.waiting.notify_waiters();
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.come();
    }
}

impl EndWatch {
    /// Completes when the server must end.
    pub(crate) async fn wait(self) {
        // Made first: it is woken by an end that comes after that.
        let waiting = self.0.waiting.notified();
        if !self.0.has_come.load(Ordering::SeqCst) {
            waiting.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_are_woken_in_the_order_in_which_they_began_to_wait() {
        let (end, woken) = (End::default(), Arc::new(std::sync::Mutex::new(Vec::new())));
        let tasks: Vec<_> = (0..32)
            .map(|number| {
                let (watch, woken) = (end.watch(), woken.clone());
                tokio::spawn(async move {
                    watch.wait().await;
                    woken.lock().unwrap().push(number);
                })
            })
            .collect();
        tokio::task::yield_now().await;
        assert!(woken.lock().unwrap().is_empty());
        let late = end.watch();
        drop(end);
        for task in tasks {
            task.await.unwrap();
        }
        late.wait().await;
        assert!(woken.lock().unwrap().is_sorted(), "{woken:?}");
    }
}
