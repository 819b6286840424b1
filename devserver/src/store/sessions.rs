//! The stored sessions and their tokens (for `GET /devserver/sessions`).

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::session::Session;
use crate::faults::Faults;
use crate::limits::Texts;
use crate::product::Product;

/// Maximum number of sessions in memory; the oldest are discarded first.
const REMEMBERED: usize = 10_000;
#[derive(Default)]
pub struct Store {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    next_number: u64,
    order: VecDeque<Arc<Session>>,
    by_id: BTreeMap<String, Arc<Session>>,
    by_token: BTreeMap<String, Arc<Session>>,
    /// The latest texts of text-to-speech, by identity.
    texts: BTreeMap<String, Arc<Mutex<Texts>>>,
    /// Number of creations that each credential requested, for `rest_fail_times`.
    attempts: BTreeMap<String, u32>,
}

impl Store {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores a session that an account created by REST.
    pub fn create(&self, id: String, token: String, faults: Faults, account: &str) -> Arc<Session> {
        self.inner().add(id, token, faults, Some(account.to_owned()))
    }

    /// The sessions of an account, in order of creation.
    pub fn of(&self, account: &str) -> Vec<Arc<Session>> {
        self.inner().order.iter().filter(|session| session.belongs_to(account)).cloned().collect()
    }

    /// One session of an account.
    pub fn owned(&self, account: &str, id: &str) -> Option<Arc<Session>> {
        self.inner().by_id.get(id).filter(|session| session.belongs_to(account)).cloned()
    }

    /// Returns the valid REST session that this token was issued for.
    pub fn issued(&self, token: &str) -> Option<Arc<Session>> {
        self.inner().by_token.get(token).filter(|s| s.is_from_rest() && s.is_alive()).cloned()
    }

    /// The session of a token that needs no REST call; the same for each of its connections.
    pub fn direct(&self, token: &str, faults: Faults) -> Arc<Session> {
        let mut inner = self.inner();
        if let Some(known) = inner.by_token.get(token) {
            return Arc::clone(known);
        }
        let id = format!("direct-{}", inner.next_number + 1);
        inner.add(id, token.to_owned(), faults, None)
    }

    /// How many streams of a product an identity has open right now.
    pub fn open_streams(&self, identity: &str, product: Product) -> usize {
        let inner = self.inner();
        let own = inner.order.iter().filter(|session| session.identity() == identity);
        own.map(|session| session.open_streams(product)).sum()
    }

    /// Counts a deletion; `false` for an unknown id.
    pub fn delete(&self, id: &str) -> bool {
        let session = self.inner().by_id.get(id).cloned();
        if let Some(session) = &session {
            session.deleted();
        }
        session.is_some()
    }

    /// Returns how many creations this credential had requested before.
    pub fn count_attempt(&self, credential: &str) -> u32 {
        let mut inner = self.inner();
        if inner.attempts.len() >= REMEMBERED {
            inner.attempts.clear();
        }
        let count = inner.attempts.entry(credential.to_owned()).or_default();
        *count += 1;
        *count - 1
    }

    /// Every session in order of creation, without any token.
    pub fn report(&self) -> Value {
        Value::Array(self.inner().order.iter().map(|s| s.report()).collect())
    }
}

impl Inner {
    fn texts_of(&mut self, identity: &str) -> Arc<Mutex<Texts>> {
        if self.texts.len() >= REMEMBERED {
            self.texts.clear();
        }
        Arc::clone(self.texts.entry(identity.to_owned()).or_default())
    }

    fn add(&mut self, id: String, token: String, faults: Faults, owner: Option<String>) -> Arc<Session> {
        self.next_number += 1;
        let texts = self.texts_of(owner.as_ref().unwrap_or(&token));
        let session = Session::new(self.next_number, (id.clone(), token.clone()), faults, owner, texts);
        let session = Arc::new(session);
        self.order.push_back(Arc::clone(&session));
        self.by_id.insert(id, Arc::clone(&session));
        self.by_token.insert(token, Arc::clone(&session));
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.by_id.remove(&oldest.id);
            self.by_token.remove(&oldest.token);
        }
        session
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deletions_are_counted_and_end_the_token() {
        let store = Store::default();
        store.create("id".into(), "tok".into(), Faults::default(), "me");
        assert!(store.issued("tok").is_some());
        assert!(store.delete("id") && store.delete("id") && !store.delete("other"));
        assert!(store.issued("tok").is_none());
        let report = store.report();
        assert_eq!(report[0]["deleted"], 2);
        assert!(!report.to_string().contains("tok\""));
    }

    #[test]
    fn a_direct_token_keeps_one_session() {
        let store = Store::default();
        let (a, b) = (store.direct("dev1", Faults::default()), store.direct("dev1", Faults::default()));
        assert_eq!(a.id, b.id);
        assert!(store.issued("dev1").is_none());
    }

    #[test]
    fn the_oldest_sessions_are_forgotten() {
        let store = Store::default();
        for n in 0..REMEMBERED + 5 {
            store.create(format!("i{n}"), format!("t{n}"), Faults::default(), "me");
        }
        assert!(store.issued("t4").is_none() && store.issued("t5").is_some());
    }
}
