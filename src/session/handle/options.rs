//! What every session can be told, and where its stream is.

use std::ffi::CString;
use std::sync::Arc;
use std::time::Duration;

use crate::client::credentials::{self, Credentials};
use crate::client::endpoints::Stream;
use crate::client::secret::Secret;
use crate::client::{Client, stream_url};
use crate::error::Result;
use crate::event::About;
use crate::net::url::Url;
use crate::session::events::mailbox::Limits;

const DEFAULT_READY_TIMEOUT: Duration = Duration::from_secs(30);
const DEFAULT_END_TIMEOUT: Duration = Duration::from_secs(30);
/// More than 40 s of stillness are survived, whenever the last pong came: the official clients ping every 10 s and wait
/// 30 s more.
const DEFAULT_LIVENESS_TIMEOUT: Duration = Duration::from_secs(60);
/// No connection is considered dead.
pub const NO_LIVENESS_TIMEOUT: Duration = Duration::MAX;
const DEFAULT_EVENT_LIMITS: Limits = Limits { events: 1000, bytes: 16 << 20 };
/// A translated phrase comes in chunks of 13 kB; no legitimate message comes near this size.
pub(crate) const DEFAULT_MESSAGE_BYTES: usize = 8 << 20;

#[derive(Clone)]
pub struct StreamAddress {
    pub ws_url: String,
    pub token: Secret,
}

/// `None` and empty mean the default. Numbers are within their bounds: whoever sets them has checked that.
#[derive(Clone, Default)]
pub struct SessionOptions {
    pub tag: u64,
    pub name: Option<Arc<CString>>,
    /// Events come with the service's JSON.
    pub wants_json: bool,
    /// Speak to the stream as clients with an API key do, whatever the credentials.
    pub dialect_v2: bool,
    /// A REST session of the caller's, or an address and token from elsewhere.
    pub stream: Option<StreamAddress>,
    pub event_limit: Option<u32>,
    pub event_bytes_limit: Option<usize>,
    pub command_limit: Option<u32>,
    pub message_bytes_limit: Option<u32>,
    pub connect_timeout: Option<Duration>,
    pub ready_timeout: Option<Duration>,
    pub end_timeout: Option<Duration>,
    pub liveness_timeout: Option<Duration>,
}

/// The same with every default filled in.
pub struct SessionSetup {
    pub about: About,
    pub event_limits: Limits,
    /// The largest message that is accepted.
    pub message_bytes: usize,
    pub wants_json: bool,
    /// How long the end may take at the service, in seconds.
    pub end_s: u32,
}

/// How to reach the stream.
#[derive(Clone)]
pub struct StreamSetup {
    pub to: Stream,
    /// `None`: create a REST session, and delete it in the end.
    pub address: Option<StreamAddress>,
    /// What the stream wants to know in its address besides the token, escaped, as in "a=b&c=d".
    pub query: String,
    pub connect_timeout: Duration,
}

impl SessionOptions {
    pub fn setup(&self, end_s: u32) -> SessionSetup {
        let usual = DEFAULT_EVENT_LIMITS;
        SessionSetup {
            about: About { tag: self.tag, name: self.name.clone() },
            event_limits: Limits {
                events: self.event_limit.map_or(usual.events, |events| events as usize),
                bytes: self.event_bytes_limit.unwrap_or(usual.bytes),
            },
            message_bytes: self.message_bytes_limit.map_or(DEFAULT_MESSAGE_BYTES, |bytes| bytes as usize),
            wants_json: self.wants_json,
            end_s,
        }
    }

    pub fn stream(&self, client: &Client, to: Stream, query: String) -> Result<StreamSetup> {
        let connect_timeout = self.connect_timeout.unwrap_or(client.connect_timeout);
        Ok(StreamSetup { to, address: self.address(client, to)?, query, connect_timeout })
    }

    /// The caller's own, or that of the credentials; `None` when only a REST session will tell.
    fn address(&self, client: &Client, to: Stream) -> Result<Option<StreamAddress>> {
        if let Some(stream) = &self.stream {
            Url::parse(&stream.ws_url)?;
            return Ok(Some(stream.clone()));
        }
        if client.credentials.asks() {
            // Known only when they are needed.
            return Ok(None);
        }
        match credentials::require(client.credentials.current())? {
            Credentials::Pair { .. } => Ok(None),
            Credentials::Key { key, region } => {
                Ok(Some(StreamAddress { ws_url: stream_url::of_key(client, to, &region)?, token: key }))
            }
        }
    }

    /// Whether to be a client of the second generation.
    pub fn is_v2(&self, client: &Client) -> bool {
        self.dialect_v2 || (client.credentials.takes_keys() && self.stream.is_none())
    }

    pub fn commands(&self, usual: u32) -> u32 {
        self.command_limit.unwrap_or(usual)
    }

    pub fn ready(&self) -> Duration {
        self.ready_timeout.unwrap_or(DEFAULT_READY_TIMEOUT)
    }

    pub fn end(&self) -> Duration {
        self.end_timeout.unwrap_or(DEFAULT_END_TIMEOUT)
    }

    pub fn liveness(&self) -> Duration {
        self.liveness_timeout.unwrap_or(DEFAULT_LIVENESS_TIMEOUT)
    }
}
