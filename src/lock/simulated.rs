//! How a simulated caller waits: the others go on meanwhile.

use std::sync::PoisonError;

use tokio::time::Instant;

use super::{Condvar, Guard};
use crate::world::world;

impl Condvar {
    /// Releases the mutex, waits for a notification until the deadline, and locks it again.
    pub(crate) fn wait_until<'a, T>(&self, guard: Guard<'a, T>, deadline: Option<Instant>) -> Guard<'a, T> {
        let Guard { inner, held, mutex } = guard;
        held.check_wait();
        let world = world();
        let place = self.0.join(world.waiting_caller());
        drop(inner);
        world.wait(deadline);
        self.0.leave(place);
        Guard { inner: mutex.lock().unwrap_or_else(PoisonError::into_inner), held, mutex }
    }
}
