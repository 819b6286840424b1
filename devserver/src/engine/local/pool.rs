//! The recognisers. Each session has its own, and their number is limited.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::command::Command;
use super::recogniser::{Answer, NAME, Order, Recogniser};
use crate::engine::Failure;

/// A session that has just ended returns its recogniser within this time, so a new session waits this long.
const CHANGE_OVER: Duration = Duration::from_secs(1);

pub struct Pool {
    command: Command,
    patience: Duration,
    size: usize,
    seats: Arc<Semaphore>,
    idle: Mutex<Vec<Recogniser>>,
}

/// A recogniser for one session, and its permit.
pub struct Taken {
    pub recogniser: Recogniser,
    _seat: OwnedSemaphorePermit,
}

impl Pool {
    pub fn new(command: Command, size: usize, patience: Duration) -> Self {
        let seats = Arc::new(Semaphore::new(size));
        Self { command, patience, size, seats, idle: Mutex::default() }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Recogniser>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the first recogniser and waits until it is ready.
    pub async fn open(&self) -> Result<(), Failure> {
        let recogniser = self.loaded(self.start()?).await?;
        self.idle().push(recogniser);
        Ok(())
    }

    /// Ends all recognisers, including those that are returned later.
    pub async fn close(&self) {
        self.seats.close();
        let idle = std::mem::take(&mut *self.idle());
        join_all(idle.into_iter().map(Recogniser::end)).await;
    }

    fn start(&self) -> Result<Recogniser, Failure> {
        Recogniser::start(&self.command, self.patience)
    }

    async fn loaded(&self, mut recogniser: Recogniser) -> Result<Recogniser, Failure> {
        match recogniser.answer().await? {
            Answer::Ready => Ok(recogniser),
            other => Err(Failure::stage(NAME, &format!("began with {other:?} instead of ready"))),
        }
    }

    pub async fn take(&self) -> Result<Taken, Failure> {
        let seat = tokio::time::timeout(CHANGE_OVER, Arc::clone(&self.seats).acquire_owned()).await;
        let Ok(Ok(seat)) = seat else { return Err(Failure::too_many_sessions(self.size)) };
        let recogniser = match self.take_idle() {
            Some(recogniser) => recogniser,
            None => self.loaded(self.start()?).await?,
        };
        Ok(Taken { recogniser, _seat: seat })
    }

    fn take_idle(&self) -> Option<Recogniser> {
        let mut idle = self.idle();
        // A recogniser that died while it waited is replaced.
        std::iter::from_fn(|| idle.pop()).find_map(|mut one| one.is_alive().then_some(one))
    }

    /// Prepares a recogniser for the next session, or ends it if that fails.
    pub async fn give_back(&self, mut taken: Taken) {
        taken.recogniser.order(&Order::Reset(u64::MAX));
        while let Ok(answer) = taken.recogniser.answer().await {
            if answer == (Answer::Reset { serial: u64::MAX }) {
                if self.seats.is_closed() {
                    return taken.recogniser.end().await;
                }
                return self.idle().push(taken.recogniser);
            }
        }
    }

    /// Keeps one more recogniser ready, so that the next session need not wait.
    pub async fn replenish(&self) {
        if self.seats.available_permits() > 0
            && self.idle().is_empty()
            && let Ok(one) = self.start()
            && let Ok(one) = self.loaded(one).await
            && !self.seats.is_closed()
            && self.idle().len() < self.seats.available_permits()
        {
            self.idle().push(one);
        }
    }
}
