//! The destination of one generation's speech whose caller waits for it.

use tokio::time::Instant;

use crate::error::{Error, Result, Status};
use crate::lock::{Condvar, Mutex, Rank, lock};
use crate::memory;
use crate::runtime::wait::wait;

/// Far above the speech of any text: 12 minutes at 48 kHz.
const MAX_BYTES: usize = 12 * 60 * 48_000 * 2;

/// Speech as samples, or as the bytes of an encoded format.
#[derive(Debug, Default)]
pub struct Said {
    pub pcm: Vec<i16>,
    pub data: Vec<u8>,
}

impl Said {
    fn size_bytes(&self) -> usize {
        self.pcm.len() * 2 + self.data.len()
    }

    fn append(&mut self, more: &Said) -> Result<()> {
        memory::grow(&mut self.pcm, more.pcm.len())?;
        memory::grow(&mut self.data, more.data.len())?;
        self.pcm.extend_from_slice(&more.pcm);
        self.data.extend_from_slice(&more.data);
        Ok(())
    }
}

pub(super) struct Sink {
    state: Mutex<State>,
    changed: Condvar,
}

impl Default for Sink {
    fn default() -> Sink {
        Sink { state: Mutex::new(Rank::Sink, State::default()), changed: Condvar::new() }
    }
}

#[derive(Default)]
struct State {
    said: Said,
    outcome: Option<Result<()>>,
}

impl Sink {
    pub(super) fn add(&self, more: &Said) {
        let mut state = lock(&self.state);
        if state.said.size_bytes() + more.size_bytes() > MAX_BYTES {
            state.outcome = Some(Err(Error::new(Status::Protocol, "the service speaks without end")));
            self.changed.notify_all();
        } else if state.outcome.is_none() {
            if let Err(refused) = state.said.append(more) {
                state.outcome = Some(Err(refused));
                self.changed.notify_all();
            }
        }
    }

    /// Only the first outcome counts.
    pub(super) fn end(&self, outcome: Result<()>) {
        lock(&self.state).outcome.get_or_insert(outcome);
        self.changed.notify_all();
    }

    /// Returns the complete speech; `None` if it was not complete before the deadline.
    pub(super) fn wait(&self, deadline: Option<Instant>) -> Option<Result<Said>> {
        let (mut state, outcome) =
            wait(&self.changed, lock(&self.state), deadline, |state| state.outcome.take());
        outcome.map(|outcome| outcome.map(|()| std::mem::take(&mut state.said)))
    }
}
