//! The settings of the server.

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use crate::auth::Rule;
use crate::deflate::Compression;
use crate::dialect::Dialect;
use crate::engine::Source;
use crate::faults::Faults;
use crate::limits::TextRate;
use crate::line::Line;
use crate::record::Recorder;
use crate::replay::Recorded;

pub struct Config {
    pub host: IpAddr,
    pub port: u16,
    pub tls: Option<(PathBuf, PathBuf)>,
    pub engine: Source,
    pub dialect: Dialect,
    pub delivery: Delivery,
    pub compression: Compression,
    pub rate_limits: bool,
    /// New connections of a token to translation, or to text-to-speech, in a minute.
    pub connections: usize,
    /// Streams of speech-to-text that an account has at a time, if that is limited.
    pub stt_streams: Option<usize>,
    pub text_rate: TextRate,
    /// How much earlier than the service allows a command may follow another one.
    pub rate_jitter: Duration,
    pub rule: Rule,
    pub start_delay: Duration,
    pub idle_timeout: Duration,
    pub faults: Faults,
    /// The network between the server and its clients.
    pub line: Line,
    /// Where the traffic of streams is written, and whence streams are replayed.
    pub recorder: Option<Arc<Recorder>>,
    pub recorded: Option<Recorded>,
    pub verbose: bool,
}

/// When speech is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// All of a phrase at once, as the hosted service does (protocol.md 5.3).
    #[default]
    Burst,
    /// Each chunk when it is due for playback.
    Paced,
}

impl FromStr for Delivery {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "burst" => Ok(Delivery::Burst),
            "paced" => Ok(Delivery::Paced),
            other => Err(format!("unknown delivery \"{other}\" (known: burst, paced)")),
        }
    }
}
