//! Signal processing in a simulation: on its one thread, every 10 ms.

use std::time::Duration;

use super::executor::Spawner;
use crate::error::Result;

const INTERVAL: Duration = Duration::from_millis(10);

/// Something that is visited every 10 ms, outside any lock.
pub trait Process: Send {
    /// Returns whether it goes on.
    fn process(&mut self) -> bool;
}

pub(super) struct Dsp(Spawner);

impl Dsp {
    pub(super) fn new(spawner: &Spawner) -> Dsp {
        Dsp(spawner.clone())
    }

    pub(super) fn add(&self, mut what: Box<dyn Process>) -> Result<()> {
        self.0.spawn(async move {
            while what.process() {
                tokio::time::sleep(INTERVAL).await;
            }
        });
        Ok(())
    }

    /// The task is cut off with all others.
    pub(super) fn stop(&self) {}
}
