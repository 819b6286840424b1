//! The library's thread as a host of a simulation.

use std::future::Future;

use super::callbacks::Serving;
use crate::error::Result;
use crate::lock;
use crate::world::world;

#[derive(Clone)]
pub(super) struct Spawner;

pub(super) type Begin = Box<dyn FnOnce() -> Option<Serving> + Send>;

pub(super) struct Executor {
    spawner: Spawner,
    begun: Option<Serving>,
}

pub(super) struct Abort(u64);

pub(super) struct Stopped;

impl Spawner {
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> Abort {
        Abort(world().spawn(Box::pin(task)))
    }
}

impl Abort {
    pub(super) fn abort(&self) {
        world().abort(self.0);
    }
}

impl Executor {
    pub(super) fn start(_name: &str, begin: Begin) -> Result<Executor> {
        Ok(Executor { spawner: Spawner, begun: begin() })
    }

    pub(super) fn spawner(&self) -> &Spawner {
        &self.spawner
    }

    pub(super) fn stop(self) -> Stopped {
        world().stop();
        drop(self.begun);
        Stopped
    }
}

impl Stopped {
    pub(super) fn join(self) -> bool {
        true
    }
}

/// Runs code of the library's thread, where nothing may wait.
pub fn as_library<R>(run: impl FnOnce() -> R) -> R {
    lock::serve_sessions(true);
    let result = run();
    lock::serve_sessions(false);
    result
}
