//! What the server stores: sessions, their tokens, and what happened to each (for `GET /devserver/sessions`).

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::faults::Faults;
use crate::limits::Connections;
use crate::streams::{Product, Seat, Tally};

/// Sessions kept in memory; the oldest are forgotten first.
const REMEMBERED: usize = 10_000;
/// Connections remembered per session; the oldest are forgotten first.
const REMEMBERED_STREAMS: usize = 32;
/// A session ends this long after `end_task` (protocol.md 3.2).
const LIFE_AFTER_END: Duration = Duration::from_secs(60);
/// Distinct message types counted per session, so that a peer cannot fill the memory with names.
const COUNTED_TYPES: usize = 64;

/// One session: created by REST, or on the fly for a token that needs none.
pub struct Session {
    /// Short number used in the log.
    pub number: u64,
    pub id: String,
    pub token: String,
    pub faults: Faults,
    from_rest: bool,
    created: f64,
    born: Instant,
    record: Mutex<Record>,
}

#[derive(Default)]
struct Record {
    deleted: u32,
    ended: Option<Instant>,
    connections: u32,
    admissions: Connections,
    audio_chunks: u64,
    audio_frames: u64,
    messages: BTreeMap<String, u64>,
    closed_code: Option<u16>,
    closed_by: Option<&'static str>,
    /// The latest connections, oldest first.
    streams: VecDeque<Arc<Tally>>,
}

impl Session {
    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a connection and returns its record.
    pub fn connected(&self, product: Product, now: Instant) -> Seat {
        let tally = Arc::new(Tally::new(product));
        let mut record = self.record();
        record.connections += 1;
        record.streams.push_back(Arc::clone(&tally));
        if record.streams.len() > REMEMBERED_STREAMS {
            record.streams.pop_front();
        }
        Seat { tally, admitted: record.admissions.take(now) }
    }

    /// Whether a stream of this product is open right now.
    pub fn has_open(&self, product: Product) -> bool {
        self.record().streams.iter().any(|tally| tally.product == product && tally.is_open())
    }

    /// When a fault ends the session.
    pub fn expires_at(&self) -> Option<Instant> {
        self.faults.expire_after.map(|after| self.born + after)
    }

    pub fn has_expired(&self) -> bool {
        self.expires_at().is_some_and(|at| Instant::now() >= at)
    }

    pub fn received(&self, kind: &str) {
        let mut record = self.record();
        if record.messages.contains_key(kind) || record.messages.len() < COUNTED_TYPES {
            *record.messages.entry(kind.to_owned()).or_default() += 1;
        }
    }

    pub fn audio(&self, frames: u64) {
        let mut record = self.record();
        record.audio_chunks += 1;
        record.audio_frames += frames;
    }

    /// How the latest connection ended: who closed it, and the WebSocket code if there was one.
    pub fn closed(&self, by: &'static str, code: Option<u16>) {
        let mut record = self.record();
        record.closed_by = Some(by);
        record.closed_code = code;
    }

    pub fn ended(&self) {
        self.record().ended = Some(Instant::now());
    }

    fn is_alive(&self) -> bool {
        let record = self.record();
        record.deleted == 0 && record.ended.is_none_or(|at| at.elapsed() < LIFE_AFTER_END)
    }

    fn report(&self) -> Value {
        let record = self.record();
        json!({
            "id": self.id,
            "rest": self.from_rest,
            "created": self.created,
            "deleted": record.deleted,
            "connections": record.connections,
            "audio_chunks": record.audio_chunks,
            "audio_frames": record.audio_frames,
            "messages": record.messages,
            "closed_code": record.closed_code,
            "closed_by": record.closed_by,
            "streams": record.streams.iter().map(|tally| tally.report()).collect::<Vec<_>>(),
        })
    }
}

#[derive(Default)]
pub struct Store {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    next_number: u64,
    order: VecDeque<Arc<Session>>,
    by_id: HashMap<String, Arc<Session>>,
    by_token: HashMap<String, Arc<Session>>,
    /// Number of creations that each credential requested, for `rest_fail_times`.
    attempts: HashMap<String, u32>,
}

impl Store {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores a session created by REST.
    pub fn create(&self, id: String, token: String, faults: Faults) -> Arc<Session> {
        self.inner().add(id, token, faults, true)
    }

    /// Returns the valid REST session that this token was issued for.
    pub fn issued(&self, token: &str) -> Option<Arc<Session>> {
        self.inner().by_token.get(token).filter(|s| s.from_rest && s.is_alive()).cloned()
    }

    /// The session of a token that needs no REST call; the same for each of its connections.
    pub fn direct(&self, token: &str, faults: Faults) -> Arc<Session> {
        let mut inner = self.inner();
        if let Some(known) = inner.by_token.get(token) {
            return Arc::clone(known);
        }
        let id = format!("direct-{}", inner.next_number + 1);
        inner.add(id, token.to_owned(), faults, false)
    }

    /// Counts a deletion; `false` for an unknown id.
    pub fn delete(&self, id: &str) -> bool {
        let session = self.inner().by_id.get(id).cloned();
        if let Some(session) = &session {
            session.record().deleted += 1;
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
    fn add(&mut self, id: String, token: String, faults: Faults, from_rest: bool) -> Arc<Session> {
        self.next_number += 1;
        let created = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64());
        let session = Arc::new(Session {
            number: self.next_number,
            id: id.clone(),
            token: token.clone(),
            faults,
            from_rest,
            created,
            born: Instant::now(),
            record: Mutex::default(),
        });
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
        store.create("id".into(), "tok".into(), Faults::default());
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
            store.create(format!("i{n}"), format!("t{n}"), Faults::default());
        }
        assert!(store.issued("t4").is_none() && store.issued("t5").is_some());
    }
}
