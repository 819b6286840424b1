//! One session: its token, its faults, and its record.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::tally::{Seat, Tally};
use crate::faults::Faults;
use crate::limits::{Connections, Texts};
use crate::product::Product;
use crate::time;
use crate::world;

/// Maximum number of connections kept per session; the oldest are discarded first.
const REMEMBERED_STREAMS: usize = 32;
/// A session ends this long after `end_task` (protocol.md 3.2).
const LIFE_AFTER_END: Duration = Duration::from_secs(60);
/// How long a session exists without a stream, unless it is prolonged.
const USUAL_LIFE: Duration = Duration::from_secs(3600);
/// Distinct message types counted per session, so that a peer cannot fill the memory with names.
const COUNTED_TYPES: usize = 64;

/// One session: created by REST, or on the fly for a token that needs none.
pub struct Session {
    /// Short number used in the log.
    pub number: u64,
    pub id: String,
    pub token: String,
    pub faults: Faults,
    /// The account that created it by REST; `None`: it was made for a token.
    owner: Option<String>,
    created: f64,
    born: Instant,
    /// The latest texts of text-to-speech of its identity.
    texts: Arc<Mutex<Texts>>,
    record: Mutex<Record>,
}

#[derive(Default)]
struct Record {
    /// Unix time until which it exists without a stream, and that of its last change.
    expires: f64,
    updated: f64,
    deleted: u32,
    ended: Option<Instant>,
    connections: u32,
    /// By product: translation, text-to-speech.
    admissions: [Connections; 2],
    audio_chunks: u64,
    audio_frames: u64,
    messages: BTreeMap<String, u64>,
    closed_code: Option<u16>,
    closed_by: Option<&'static str>,
    /// The latest connections, oldest first.
    streams: VecDeque<Arc<Tally>>,
}

impl Session {
    pub fn new(
        number: u64,
        (id, token): (String, String),
        faults: Faults,
        owner: Option<String>,
        texts: Arc<Mutex<Texts>>,
    ) -> Self {
        let (created, born) = (world::unix_time(), time::now());
        let expires = created + USUAL_LIFE.as_secs_f64();
        let record = Mutex::new(Record { expires, updated: created, ..Record::default() });
        Self { number, id, token, faults, owner, created, born, texts, record }
    }

    /// Whether REST made it.
    pub fn is_from_rest(&self) -> bool {
        self.owner.is_some()
    }

    /// Whether this account created it and it can still be used.
    pub fn belongs_to(&self, account: &str) -> bool {
        self.owner.as_deref() == Some(account) && self.is_alive()
    }

    /// It exists for so long from now on.
    pub fn set_ttl(&self, ttl: Duration) {
        let mut record = self.record();
        record.updated = world::unix_time();
        record.expires = record.updated + ttl.as_secs_f64();
    }

    /// What its owner is told about it (protocol.md 3.2).
    pub fn entry(&self) -> Value {
        let record = self.record();
        json!({
            "id": self.id,
            "created_at": rfc3339(self.created),
            "updated_at": rfc3339(record.updated),
            "expires_at": rfc3339(record.expires),
        })
    }

    pub fn deleted(&self) {
        self.record().deleted += 1;
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a connection and returns its record.
    pub fn connected(&self, product: Product, admitted: bool) -> Seat {
        let tally = Arc::new(Tally::new(product));
        let mut record = self.record();
        record.connections += 1;
        record.streams.push_back(Arc::clone(&tally));
        if record.streams.len() > REMEMBERED_STREAMS {
            record.streams.pop_front();
        }
        Seat { tally, admitted }
    }

    /// Whether its token stays within so many new connections a minute to a product. Speech-to-text names no such limit.
    pub fn admits(&self, product: Product, now: Instant, most: usize) -> bool {
        let place = match product {
            Product::Translation => 0,
            Product::TextToSpeech => 1,
            Product::SpeechToText => return true,
        };
        self.record().admissions[place].take(now, most)
    }

    /// Whether its identity stays within so many texts a second.
    pub fn admits_text(&self, now: Instant, most: usize) -> bool {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).take(now, most)
    }

    /// The account that created it, or its token.
    pub fn identity(&self) -> &str {
        self.owner.as_deref().unwrap_or(&self.token)
    }

    /// How many streams of this product are open right now.
    pub fn open_streams(&self, product: Product) -> usize {
        self.record().streams.iter().filter(|tally| tally.product == product && tally.is_open()).count()
    }

    /// When a fault ends the session.
    pub fn expires_at(&self) -> Option<Instant> {
        self.faults.expire_after.map(|after| self.born + after)
    }

    pub fn has_expired(&self) -> bool {
        self.expires_at().is_some_and(|at| time::now() >= at)
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
        self.record().ended = Some(time::now());
    }

    pub fn is_alive(&self) -> bool {
        let record = self.record();
        let is_used = record.streams.iter().any(|tally| tally.is_open());
        let has_expired = self.is_from_rest() && !is_used && world::unix_time() >= record.expires;
        let has_ended = record.ended.is_some_and(|at| time::since(at) >= LIFE_AFTER_END);
        record.deleted == 0 && !has_ended && !has_expired
    }

    pub fn report(&self) -> Value {
        let record = self.record();
        json!({
            "id": self.id,
            "rest": self.is_from_rest(),
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

/// A Unix time as a date in UTC, such as "2026-11-29T02:30:00Z".
fn rfc3339(unix: f64) -> String {
    let seconds = unix as i64;
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Years begin in March here, so that a leap day is the last of its year.
    let since_march_of_year_0 = days + 719_468;
    let era = since_march_of_year_0.div_euclid(146_097);
    let day_of_era = since_march_of_year_0.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_dates() {
        for (unix, date) in [
            (0.0, "1970-01-01T00:00:00Z"),
            (951_782_400.0, "2000-02-29T00:00:00Z"),
            (1_795_919_399.9, "2026-11-29T02:29:59Z"),
            (4_107_542_400.0, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(unix), date);
        }
    }

    #[test]
    fn a_session_that_is_not_prolonged_expires() {
        let owner = Some("me".to_owned());
        let session = Session::new(1, ("i".into(), "t".into()), Faults::default(), owner, Arc::default());
        assert!(session.belongs_to("me") && !session.belongs_to("you"));
        session.set_ttl(Duration::ZERO);
        assert!(!session.is_alive() && !session.belongs_to("me"));
        session.set_ttl(Duration::from_secs(60));
        assert!(session.belongs_to("me"));
    }
}
