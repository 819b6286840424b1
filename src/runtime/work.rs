//! Work that may block, such as files and names, on threads of its own. A job is done once; none of them waits for
//! the next one but here.

use std::io;
use std::sync::mpsc::{self, Sender};

use tokio::sync::oneshot;

pub use super::kind::Work;
use super::thread;

/// Starts a job. `about` says what it is for. The receiver gets what it returns; whoever drops the receiver does not
/// wait for the job, which cannot be interrupted.
pub fn work<T: Send + 'static>(
    kind: Work,
    _about: &str,
    job: impl FnOnce() -> T + Send + 'static,
) -> io::Result<oneshot::Receiver<T>> {
    let (done, result) = oneshot::channel();
    thread::spawn(kind.name(), move || drop(done.send(job())))?;
    Ok(result)
}

type Step<S> = Box<dyn FnOnce(&mut S) + Send>;

/// Does jobs one after the other, each on what the jobs before have made of a state.
pub struct Worker<S>(Sender<Step<S>>);

impl<S: Send + 'static> Worker<S> {
    /// `finish` gets the state after the last job, once the worker was dropped.
    pub fn start(kind: Work, state: S, finish: impl FnOnce(S) + Send + 'static) -> io::Result<Worker<S>> {
        let (steps, received) = mpsc::channel::<Step<S>>();
        thread::spawn(kind.name(), move || {
            let mut state = state;
            received.into_iter().for_each(|step| step(&mut state));
            finish(state);
        })?;
        Ok(Worker(steps))
    }

    pub fn add(&self, step: impl FnOnce(&mut S) + Send + 'static) {
        let _ = self.0.send(Box::new(step));
    }
}
