//! What the options of all products share: defaults, bounds, and the address of the stream.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::audio::convert::InputFormat;
use crate::audio::format::PlayoutFormat;
use crate::audio::format::WireFormat;
use crate::client::credentials::{self, Credentials};
use crate::client::endpoints::Stream;
use crate::client::secret::Secret;
use crate::client::{Client, stream_url};
use crate::error::{Error, Result};
use crate::event::About;
use crate::lock::{Mutex, Rank};
use crate::net::url::Url;
use crate::session::events::mailbox::Limits;
use crate::session::input::gap::{Gap, Policy};
use crate::session::input::inlet::HEADROOM_MS;
use crate::session::input::{Chunks, Inlet};
use crate::wire::json::fault;
use crate::wire::translation::dialect::Dialect;

/// The official clients' value for files (protocol.md 13).
pub(crate) const DEFAULT_END_SILENCE_S: u32 = 4;
pub(crate) const DEFAULT_CHUNK_MS: u32 = 320;
pub(crate) const DEFAULT_INPUT_BUFFER_MS: u32 = 2000;
pub(crate) const DEFAULT_READY_TIMEOUT: Duration = Duration::from_secs(30);
pub(crate) const DEFAULT_END_TIMEOUT: Duration = Duration::from_secs(30);
/// The official clients ping every 10 s and wait 30 s more for the pong.
pub(crate) const DEFAULT_LIVENESS_TIMEOUT: Duration = Duration::from_secs(40);
/// Longer than a caller's blocks and their jitter.
pub(crate) const DEFAULT_GAP_BEFORE_SILENCE: Duration = Duration::from_millis(200);
/// Longer than a speaker's pauses.
pub(crate) const DEFAULT_GAP_BEFORE_PAUSE: Duration = Duration::from_secs(5);
pub(crate) const DEFAULT_EVENT_LIMITS: Limits = Limits { events: 1000, bytes: 16 << 20 };

#[derive(Clone)]
pub struct StreamAddress {
    pub ws_url: String,
    pub token: Secret,
}

/// Options of every session, checked and with every default filled in.
pub struct SessionSetup {
    pub about: About,
    pub event_limits: Limits,
    /// Silence that the service waits for at the end, in seconds.
    pub end_s: u32,
    /// Events have the service's JSON.
    pub wants_json: bool,
}

/// Options of the input, checked and with every default filled in.
#[derive(Clone, Copy)]
pub struct InputSetup {
    pub format: InputFormat,
    pub wire: WireFormat,
    pub chunk_ms: u32,
    pub buffer_ms: u32,
    pub gap_policy: Policy,
    pub gap_after: Duration,
    /// While connecting, new input replaces the oldest.
    pub drop_oldest: bool,
}

impl InputSetup {
    pub fn open(&self) -> Result<(Inlet, Chunks)> {
        // Frames that arrive between two checks of the ring need space too.
        let headroom_ms = if self.drop_oldest { HEADROOM_MS } else { 0 };
        Inlet::new(self.format, self.wire, self.chunk_ms, self.buffer_ms + headroom_ms)
    }

    /// How much may wait until READY when older input is dropped.
    pub fn keep_ms(&self) -> Option<u32> {
        self.drop_oldest.then_some(self.buffer_ms)
    }

    pub fn gap(&self) -> Option<Mutex<Gap>> {
        let gap = || Gap::new(self.gap_policy, self.gap_after, tokio::time::Instant::now());
        (self.gap_policy != Policy::None).then(|| Mutex::new(Rank::Gap, gap()))
    }
}

/// Generation of clients that the session uses.
pub(crate) fn dialect(asks_for_v2: bool, stream: Option<&StreamAddress>, client: &Client) -> Dialect {
    let has_key = client.credentials.takes_keys();
    if asks_for_v2 || (has_key && stream.is_none()) { Dialect::V2 } else { Dialect::V1 }
}

/// Returns the address of the stream: the caller's, or that of the credentials; `None` when a REST session provides
/// it.
pub(crate) fn stream_address(
    own: Option<&StreamAddress>,
    to: Stream,
    client: &Client,
) -> Result<Option<StreamAddress>> {
    if let Some(stream) = own {
        Url::parse(&stream.ws_url)?;
        return Ok(Some(stream.clone()));
    }
    if client.credentials.asks() {
        // Fetched only when needed.
        return Ok(None);
    }
    match credentials::require(client.credentials.current())? {
        Credentials::Pair { .. } => Ok(None),
        Credentials::Key { key, region } => {
            Ok(Some(StreamAddress { ws_url: stream_url::of_key(client, to, &region)?, token: key }))
        }
    }
}

pub(crate) fn event_limits(events: Option<u32>, bytes: Option<u32>) -> Limits {
    Limits {
        events: events.map_or(DEFAULT_EVENT_LIMITS.events, |events| events as usize),
        bytes: bytes.map_or(DEFAULT_EVENT_LIMITS.bytes, |bytes| bytes as usize),
    }
}

/// Parses a text that must hold a JSON object. `name` is for the error.
pub(crate) fn parse_object(name: &str, json: &str) -> Result<Map<String, Value>> {
    let value: Value = serde_json::from_str(json)
        .map_err(|error| Error::invalid(format!("{name} is not valid JSON: {}", fault(&error))))?;
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(Error::invalid(format!("{name} is not a JSON object"))),
    }
}

pub(crate) fn check_input(sample_rate: u32, channels: u32) -> Result<()> {
    range("input.format.sample_rate", sample_rate, 8000, 48_000)?;
    range("input.format.channels", channels, 1, 8)?;
    Ok(())
}

pub(crate) fn check_output(format: PlayoutFormat) -> Result<()> {
    range("output.format.sample_rate", format.sample_rate, 8000, 48_000)?;
    range("output.format.channels", format.channels, 1, 8)?;
    Ok(())
}

pub(crate) fn check_gap(after: Duration) -> Result<Duration> {
    let bounds = Duration::from_millis(20)..=Duration::from_secs(3600);
    if bounds.contains(&after) {
        Ok(after)
    } else {
        Err(Error::invalid("input.gap.after_ms must be between 20 and 3600000"))
    }
}

pub(crate) fn liveness(timeout: Option<Duration>) -> Result<Duration> {
    let timeout = timeout.unwrap_or(DEFAULT_LIVENESS_TIMEOUT);
    let bounds = Duration::from_secs(5)..=Duration::from_secs(300);
    if bounds.contains(&timeout) {
        Ok(timeout)
    } else {
        Err(Error::invalid("timeouts.liveness_ms must be between 5000 and 300000"))
    }
}

pub(crate) fn range(name: &str, value: u32, low: u32, high: u32) -> Result<u32> {
    if (low..=high).contains(&value) {
        Ok(value)
    } else {
        Err(Error::invalid(format!("{name} must be between {low} and {high}")))
    }
}
