//! The voices and glossaries of each credential.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::glossary::Glossary;
use super::voice::Voice;

/// Maximum number of voices, and of glossaries, of one credential.
pub const MOST_ENTRIES: usize = 100;
/// Number of credentials that something is stored for.
const MOST_ACCOUNTS: usize = 10_000;

#[derive(Default)]
pub struct Account {
    pub voices: Vec<Voice>,
    pub glossaries: Vec<Glossary>,
}

#[derive(Default)]
pub struct Accounts(Mutex<BTreeMap<String, Account>>);

impl Accounts {
    /// Runs a function on the account of a credential.
    pub fn with<T>(&self, name: &str, act: impl FnOnce(&mut Account) -> T) -> T {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.len() >= MOST_ACCOUNTS && !accounts.contains_key(name) {
            // A test that uses this many does not need the oldest any more.
            accounts.clear();
        }
        act(accounts.entry(name.to_owned()).or_default())
    }

    /// Runs a function on the voice that waits for this upload.
    pub fn with_upload<T>(&self, item: &str, act: impl FnOnce(&mut Voice) -> T) -> Option<T> {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut voices = accounts.values_mut().flat_map(|account| &mut account.voices);
        voices.find(|voice| voice.item == item).map(act)
    }

    /// The samples that were uploaded, for `GET /devserver/uploads`.
    pub fn uploads(&self) -> Value {
        let accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.values().flat_map(|account| &account.voices).filter_map(Voice::upload_report).collect()
    }
}
