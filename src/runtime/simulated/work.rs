//! Jobs in a simulation: done some time later, on its one thread.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

pub use super::kind::Work;
use crate::world::world;

pub fn work<T: Send + 'static>(
    kind: Work,
    about: &str,
    job: impl FnOnce() -> T + Send + 'static,
) -> io::Result<oneshot::Receiver<T>> {
    let (done, result) = oneshot::channel();
    world().work(kind.name(), about, 0, Box::new(move || drop(done.send(job()))));
    Ok(result)
}

type Finish<S> = Box<dyn FnOnce(S) + Send>;

pub struct Worker<S: Send + 'static> {
    kind: Work,
    queue: u64,
    state: Arc<Mutex<Option<S>>>,
    finish: Option<Finish<S>>,
}

impl<S: Send + 'static> Worker<S> {
    pub fn start(kind: Work, state: S, finish: impl FnOnce(S) + Send + 'static) -> io::Result<Worker<S>> {
        let state = Arc::new(Mutex::new(Some(state)));
        Ok(Worker { kind, queue: world().queue(), state, finish: Some(Box::new(finish)) })
    }

    pub fn add(&self, step: impl FnOnce(&mut S) + Send + 'static) {
        let state = self.state.clone();
        let job = move || {
            if let Some(state) = state.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
                step(state);
            }
        };
        world().work(self.kind.name(), "", self.queue, Box::new(job));
    }
}

impl<S: Send + 'static> Drop for Worker<S> {
    fn drop(&mut self) {
        let (state, finish) = (self.state.clone(), self.finish.take());
        let job = move || {
            let state = state.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let (Some(state), Some(finish)) = (state, finish) {
                finish(state);
            }
        };
        world().work(self.kind.name(), "", self.queue, Box::new(job));
    }
}
