//! The destination of one generation's speech whose caller waits for it.

use std::time::Instant;

use crate::error::{Error, Result, Status};
use crate::lock::{Condvar, Mutex, Rank, lock};
use crate::memory;

/// Far above the speech of any text: 12 minutes at 48 kHz.
const MAX_SAMPLES: usize = 12 * 60 * 48_000;

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
    pcm: Vec<i16>,
    outcome: Option<Result<()>>,
}

impl Sink {
    pub(super) fn add(&self, pcm: &[i16]) {
        let mut state = lock(&self.state);
        if state.pcm.len() + pcm.len() > MAX_SAMPLES {
            state.outcome = Some(Err(Error::new(Status::Protocol, "the service speaks without end")));
            self.changed.notify_all();
        } else if state.outcome.is_none() {
            match memory::grow(&mut state.pcm, pcm.len()) {
                Ok(()) => state.pcm.extend_from_slice(pcm),
                Err(refused) => {
                    state.outcome = Some(Err(refused));
                    self.changed.notify_all();
                }
            }
        }
    }

    /// Only the first outcome counts.
    pub(super) fn end(&self, outcome: Result<()>) {
        lock(&self.state).outcome.get_or_insert(outcome);
        self.changed.notify_all();
    }

    /// Returns the complete speech; `None` if it was not complete before the deadline.
    pub(super) fn wait(&self, deadline: Option<Instant>) -> Option<Result<Vec<i16>>> {
        let mut state = lock(&self.state);
        loop {
            if let Some(outcome) = state.outcome.take() {
                return Some(outcome.map(|()| std::mem::take(&mut state.pcm)));
            }
            state = match deadline {
                None => self.changed.wait(state),
                Some(at) => {
                    let left = at.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return None;
                    }
                    self.changed.wait_timeout(state, left)
                }
            };
        }
    }
}
