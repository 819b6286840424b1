//! How the caller's audio is taken, and what happens when it is missing.

use std::path::Path;
use std::time::Duration;

use super::gap::{Gap, Policy};
use super::inlet::HEADROOM_MS;
use super::{Chunks, Inlet, ResendLimits};
use crate::audio::convert::InputFormat;
use crate::audio::format::{Format, WireFormat};
use crate::audio::mix::Selection;
use crate::audio::samples::Encoding;
use crate::error::{Error, Result, Status};
use crate::lock::{Mutex, Rank};

const DEFAULT_CHUNK_MS: u32 = 320;
const DEFAULT_BUFFER_MS: u32 = 2000;
/// More than a caller's blocks and their jitter.
const DEFAULT_GAP_BEFORE_SILENCE: Duration = Duration::from_millis(200);
/// Longer than a speaker thinks.
const DEFAULT_GAP_BEFORE_PAUSE: Duration = Duration::from_secs(5);

/// `None` and empty mean the default. Numbers are within their bounds: whoever sets them has checked that.
#[derive(Clone, Copy, Default)]
pub struct InputOptions {
    /// What the caller sends.
    pub encoding: Encoding,
    pub sample_rate: Option<u32>,
    pub channels: Option<u32>,
    /// The channel that sounds, counted from 1; all of them are mixed otherwise.
    pub channel: Option<u32>,
    pub chunk_ms: Option<u32>,
    pub buffer_ms: Option<u32>,
    /// What happens when input stops coming, and after how long; without a time that of the policy.
    pub gap_policy: Policy,
    pub gap_after: Option<Duration>,
    /// What does not fit pushes the oldest out.
    pub drop_oldest: bool,
    /// What was not final is sent again by the session that takes the place of one that broke.
    pub resend: Option<ResendLimits>,
}

/// The same with every default filled in.
#[derive(Clone, Copy)]
pub struct InputSetup {
    pub format: InputFormat,
    pub wire: WireFormat,
    pub chunk_ms: u32,
    pub buffer_ms: u32,
    gap_policy: Policy,
    gap_after: Duration,
    drop_oldest: bool,
    pub resend: Option<ResendLimits>,
}

impl InputOptions {
    /// `usual` is what comes in when nothing is said, `wire` tells what goes out.
    pub fn setup(&self, usual: Format, wire: impl FnOnce(InputFormat) -> WireFormat) -> Result<InputSetup> {
        let format = self.format(usual)?;
        Ok(InputSetup {
            format,
            wire: wire(format),
            chunk_ms: self.chunk_ms.unwrap_or(DEFAULT_CHUNK_MS),
            buffer_ms: self.buffer_ms.unwrap_or(DEFAULT_BUFFER_MS),
            gap_policy: self.gap_policy,
            gap_after: self.gap_after(),
            drop_oldest: self.drop_oldest,
            resend: self.resend,
        })
    }

    fn format(&self, usual: Format) -> Result<InputFormat> {
        let sample_rate = self.sample_rate.unwrap_or(usual.sample_rate);
        let channels = self.channels.unwrap_or(usual.channels);
        let selection = match self.channel {
            Some(channel) if channel > channels => {
                let text =
                    format!("the input has {channels} channel(s): there is no channel {channel} to choose");
                return Err(Error::invalid(text));
            }
            Some(channel) => Selection::One(channel as usize - 1),
            None => Selection::All,
        };
        Ok(InputFormat { encoding: self.encoding, sample_rate, channels, selection })
    }

    fn gap_after(&self) -> Duration {
        let usual = match self.gap_policy {
            Policy::None | Policy::Silence => DEFAULT_GAP_BEFORE_SILENCE,
            Policy::Pause => DEFAULT_GAP_BEFORE_PAUSE,
        };
        self.gap_after.unwrap_or(usual)
    }
}

impl InputSetup {
    pub fn open(&self) -> Result<(Inlet, Chunks)> {
        // Frames that come between two looks at the ring need a place too.
        let headroom_ms = if self.drop_oldest { HEADROOM_MS } else { 0 };
        Inlet::new(self.format, self.wire, self.chunk_ms, self.buffer_ms, headroom_ms)
    }

    /// How much may wait, if what is older is dropped.
    pub fn keep_ms(&self) -> Option<u32> {
        self.drop_oldest.then_some(self.buffer_ms)
    }

    pub fn gap(&self) -> Mutex<Gap> {
        let chunk = Duration::from_millis(self.chunk_ms.into());
        Mutex::new(Rank::Gap, Gap::new(self.gap_policy, self.gap_after, chunk, tokio::time::Instant::now()))
    }
}

/// Refuses a file that cannot be converted.
pub(crate) fn check_file(path: &Path, format: Format) -> Result<()> {
    if format.is_usable() { Ok(()) } else { Err(unfit(path, format, Status::InvalidArgument.into())) }
}

/// The refusal of a file's format.
pub(crate) fn unfit(path: &Path, format: Format, refusal: Error) -> Error {
    let Format { sample_rate, channels } = format;
    let text = format!("{}: {sample_rate} Hz with {channels} channel(s) cannot be sent", path.display());
    Error { text, ..refusal }
}
