//! Options, progress and result of a job.

use std::ffi::OsStr;
use std::path::Path;

use crate::audio::format::Format;
use crate::event::Texts;
use crate::media::disk::Links;
use crate::runtime::calls::Call;
use crate::session::State;
use crate::session::handle::schedule::Pace;

pub struct Job<'a> {
    pub input: &'a Path,
    /// File for the speech; `{lang}` stands for the language. `None`: none.
    pub output: Option<&'a OsStr>,
    pub pace: Pace,
    /// The speech is part of the outcome.
    pub keeps_speech: bool,
    /// What happens where the name of a file for the speech is a symbolic link.
    pub links: Links,
    /// Another thread may end it.
    pub call: &'a Call,
}

/// Progress of a job.
pub struct Progress<'a> {
    pub state: State,
    pub position_ms: u64,
    pub total_ms: u64,
    /// Transcripts so far, and the last of them.
    pub transcripts: u32,
    pub flags: u32,
    pub phrase: u64,
    pub part: u32,
    pub texts: &'a Texts,
}

/// The speech of one target.
#[derive(Debug, PartialEq, Eq)]
pub struct Output {
    pub language: String,
    pub frames: u64,
    pub format: Format,
    /// If it was to be kept.
    pub pcm: Option<Vec<i16>>,
}

/// Result of a job, also when it failed half way.
#[derive(Default)]
pub struct Outcome {
    pub input_frames: u64,
    pub input_sample_rate: u32,
    pub output_sample_rate: u32,
    pub transcripts: u32,
    /// Warnings and errors of the service.
    pub warnings: u32,
    pub first_audio_ms: u32,
    pub events_dropped: u64,
    pub outputs: Vec<Output>,
}
