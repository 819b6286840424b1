//! A thread of the library and the executor on it.

#![allow(clippy::disallowed_methods, reason = "this is the file that asks the system")]

use std::future::Future;
use std::pin::Pin;
use std::sync::mpsc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::callbacks::Serving;
use super::thread;
use crate::error::{Error, Result, Status};
use crate::lock;

/// Starts tasks on the library's thread.
#[derive(Clone)]
pub(super) struct Spawner(tokio::runtime::Handle);

/// What a thread does first, and what it keeps until it ends. One type for all: a second one would be 20 kB more.
pub(super) type Begin = Box<dyn FnOnce() -> Option<Serving> + Send>;

pub(super) struct Executor {
    spawner: Spawner,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Spawner {
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        // One type for all: the code of a task would be in the library once for each kind of job.
        let task: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(task);
        self.0.spawn(task).abort_handle()
    }
}

impl Executor {
    /// Starts the thread, which calls `begin` first. It drops the result after all tasks, as the last thing it does.
    pub(super) fn start(name: &str, begin: Begin) -> Result<Executor> {
        let (stop, stopped) = oneshot::channel();
        let (report, reported) = mpsc::sync_channel(1);
        let thread = thread::spawn(name, move || {
            lock::never_wait_here();
            let _begun = begin();
            // Built on this thread, so that nothing of it remains on the caller's thread.
            let tokio = match build() {
                Ok(tokio) => tokio,
                Err(error) => return drop(report.send(Err(error))),
            };
            let _ = report.send(Ok(Spawner(tokio.handle().clone())));
            let _ = tokio.block_on(stopped);
            tokio.shutdown_background();
        })
        .map_err(|error| could_not_start(&error))?;
        let spawner = match reported.recv() {
            Ok(built) => built.map_err(|error| could_not_start(&error))?,
            Err(_) => return Err(Error::new(Status::Internal, "the library's thread panicked")),
        };
        Ok(Executor { spawner, stop, thread })
    }

    pub(super) fn spawner(&self) -> &Spawner {
        &self.spawner
    }

    /// Cuts off every task; the thread ends in the background.
    pub(super) fn stop(self) -> Stopped {
        let _ = self.stop.send(());
        Stopped(self.thread)
    }
}

/// A thread that ends.
pub(super) struct Stopped(JoinHandle<()>);

impl Stopped {
    /// Returns whether the thread ended without a panic.
    pub(super) fn join(self) -> bool {
        self.0.join().is_ok()
    }
}

fn build() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()
}

fn could_not_start(error: &std::io::Error) -> Error {
    Error::new(Status::Limit, format!("the background thread could not be started: {error}"))
}
