//! How speech is delivered: checked options with every default filled in.

use crate::audio::format::{Format, PlayoutFormat};

/// Delivery of speech. Numbers are part of the ABI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputMode {
    #[default]
    Events = 0,
    Playout = 1,
    Both = 2,
}

/// How every line starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayoutOptions {
    pub format: PlayoutFormat,
    /// How much must wait before a phrase begins or continues after an underrun.
    pub prime_ms: u32,
    /// Limit of what may wait; above it whole phrases are dropped.
    pub cap_ms: u32,
    /// Speech is shortened while more than this waits.
    pub target_ms: Option<u32>,
    /// The original is mixed under the translation.
    pub original: Option<OriginalOptions>,
    /// Phrases may arrive interleaved: each is played completely before the next, in the order in which they began to
    /// arrive.
    pub apart: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OriginalOptions {
    /// What goes out.
    pub wire: Format,
    pub chunk_ms: u32,
    pub percent: u32,
    pub duck_percent: u32,
    pub attack_ms: u32,
    pub release_ms: u32,
}
