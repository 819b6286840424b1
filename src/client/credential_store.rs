//! The credentials of a client. They may be replaced while sessions live.

use std::time::Duration;

use tokio::sync::Notify;

use super::credentials::{self, Credentials};
use super::secret::Redactor;
use crate::error::{Error, Result, Status};
use crate::lock::{Mutex, Rank, lock};

/// How long a session waits for credentials that it requested.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct CredentialStore {
    state: Mutex<State>,
    replaced: Notify,
    /// Sessions request credentials when there are none, or when the service refuses the present ones.
    asks: bool,
}

struct State {
    current: Option<Credentials>,
    /// Masks their secret. Made once for all sessions.
    redactor: Redactor,
    /// Counts replacements, so that a refusal concerns the credentials that it was about.
    number: u64,
    refused: Option<u64>,
}

/// Credentials as a session took them, for `refuse`.
pub struct Taken {
    pub credentials: Credentials,
    pub redactor: Redactor,
    number: u64,
}

impl CredentialStore {
    pub fn new(current: Option<Credentials>, asks: bool) -> CredentialStore {
        let redactor = Redactor::of(current.as_ref().map(Credentials::secret));
        let state = State { current, redactor, number: 0, refused: None };
        CredentialStore { state: Mutex::new(Rank::Credentials, state), replaced: Notify::new(), asks }
    }

    pub fn current(&self) -> Option<Credentials> {
        lock(&self.state).current.clone()
    }

    /// What masks the secret of the present ones.
    pub fn redactor(&self) -> Redactor {
        lock(&self.state).redactor.clone()
    }

    pub fn asks(&self) -> bool {
        self.asks
    }

    /// A client that requests credentials and had none accepts an API key.
    pub fn takes_keys(&self) -> bool {
        match &lock(&self.state).current {
            Some(credentials) => matches!(credentials, Credentials::Key { .. }),
            None => self.asks,
        }
    }

    /// Must be of the same kind as before: another kind would lead to other servers.
    pub fn replace(&self, new: Credentials) -> Result<()> {
        if matches!(new, Credentials::Key { .. }) != self.takes_keys() {
            return Err(Error::invalid("the credentials are not of the kind that the client has"));
        }
        let redactor = Redactor::of(Some(new.secret()));
        let mut state = lock(&self.state);
        state.current = Some(new);
        state.redactor = redactor;
        state.number += 1;
        drop(state);
        self.replaced.notify_waiters();
        Ok(())
    }

    /// Returns credentials that the service has not refused. `ask` is called when the caller must provide them.
    pub async fn take(&self, ask: impl FnOnce()) -> Result<Taken> {
        if let Some(taken) = self.usable() {
            return Ok(taken);
        }
        if !self.asks {
            return Err(credentials::missing());
        }
        ask();
        let set = async {
            loop {
                // Registered before the check, so that no replacement is missed.
                let replaced = self.replaced.notified();
                if let Some(taken) = self.usable() {
                    return taken;
                }
                replaced.await;
            }
        };
        tokio::time::timeout(PATIENCE, set).await.map_err(|_| {
            let text = format!("no credentials were set within {} s", PATIENCE.as_secs());
            Error::new(Status::Auth, text)
        })
    }

    /// Records that the service refused these credentials. Returns whether it makes sense to request others.
    pub fn refuse(&self, taken: &Taken) -> bool {
        let mut state = lock(&self.state);
        if self.asks && state.number == taken.number {
            state.refused = Some(taken.number);
        }
        self.asks
    }

    fn usable(&self) -> Option<Taken> {
        let state = lock(&self.state);
        let number = state.number;
        let credentials = state.current.clone().filter(|_| state.refused != Some(number))?;
        Some(Taken { credentials, redactor: state.redactor.clone(), number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::secret::Secret;

    fn key(text: &str) -> Credentials {
        Credentials::key(Secret::new(text), None)
    }

    #[tokio::test(start_paused = true)]
    async fn refused_credentials_are_asked_for_once_and_awaited() {
        let store = CredentialStore::new(Some(key("old")), true);
        let old = store.take(|| panic!("there are some")).await.unwrap();
        assert!(store.refuse(&old));
        let mut asked = 0;
        let (taken, set) = tokio::join!(store.take(|| asked += 1), async { store.replace(key("new")) });
        assert!(set.is_ok() && asked == 1);
        assert_eq!(taken.unwrap().credentials.secret().expose(), "new");
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_ever() {
        let store = CredentialStore::new(None, true);
        assert_eq!(store.take(|| ()).await.err().unwrap().status, Status::Auth);
        assert!(store.replace(Credentials::new("id", "secret")).is_err(), "a key is wanted");
        let silent = CredentialStore::new(None, false);
        assert!(silent.take(|| panic!("it never asks")).await.is_err());
    }
}
