//! What a job is given, what it tells while it runs, and what came of it.

use std::ffi::OsStr;
use std::path::Path;

use crate::event::Texts;
use crate::session::Phase;
use crate::session::handle::schedule::Pace;

pub struct Job<'a> {
    pub input: &'a Path,
    /// Where the speech goes; `{lang}` stands for the language. `None`: nowhere.
    pub output: Option<&'a OsStr>,
    pub pace: Pace,
}

/// How far it is.
pub struct Progress<'a> {
    pub phase: Phase,
    pub position_ms: u64,
    pub total_ms: u64,
    /// Transcripts so far, and the last of them.
    pub transcripts: u32,
    pub flags: u32,
    pub texts: &'a Texts,
}

/// The speech of one target.
#[derive(Debug, PartialEq, Eq)]
pub struct Output {
    pub language: String,
    pub frames: u64,
}

/// What came of it, also when it failed half way.
#[derive(Default)]
pub struct Outcome {
    pub input_frames: u64,
    pub input_sample_rate: u32,
    pub output_sample_rate: u32,
    pub transcripts: u32,
    /// Advice and complaints of the service.
    pub warnings: u32,
    pub first_audio_ms: u32,
    pub events_dropped: u64,
    pub outputs: Vec<Output>,
}
