//! One session: its token, its faults, and its record.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::time::Instant;

use super::tally::{Seat, Tally};
use crate::faults::Faults;
use crate::limits::Connections;
use crate::product::Product;

/// Maximum number of connections kept per session; the oldest are discarded first.
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
    pub fn new(number: u64, (id, token): (String, String), faults: Faults, from_rest: bool) -> Self {
        let created = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64());
        let (born, record) = (Instant::now(), Mutex::default());
        Self { number, id, token, faults, from_rest, created, born, record }
    }

    /// Whether REST made it.
    pub fn is_from_rest(&self) -> bool {
        self.from_rest
    }

    pub fn deleted(&self) {
        self.record().deleted += 1;
    }

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

    pub fn is_alive(&self) -> bool {
        let record = self.record();
        record.deleted == 0 && record.ended.is_none_or(|at| at.elapsed() < LIFE_AFTER_END)
    }

    pub fn report(&self) -> Value {
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
