//! Options, progress and result of a job.

use std::ffi::OsStr;
use std::path::Path;

use crate::audio::format::Format;
use crate::event::Texts;
use crate::media::disk::Links;
use crate::runtime::calls::Call;
use crate::session::State;
use crate::session::handle::schedule::Pace;

/// A recording that is translated in one call, and how.
pub struct Job<'a> {
    /// The recording: a file or a pipe.
    pub input: &'a Path,
    /// File for the speech; `{lang}` stands for the language. `None`: none.
    pub output: Option<&'a OsStr>,
    /// How fast the recording is sent.
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
    /// That of the session.
    pub state: State,
    /// How much of the recording was sent.
    pub position_ms: u64,
    /// Length of the recording; 0 where it is unknown, as of a pipe.
    pub total_ms: u64,
    /// Transcripts so far, and the last of them.
    pub transcripts: u32,
    /// FINAL and TRANSLATION of the last transcript, as in events.
    pub flags: u32,
    /// Its phrase, as in events; 0 before the first.
    pub phrase: u64,
    /// Its part of a long phrase, as in events.
    pub part: u32,
    /// Its text, language and id.
    pub texts: &'a Texts,
}

/// The speech of one target.
#[derive(Debug, PartialEq, Eq)]
pub struct Output {
    /// The target, as the service calls it.
    pub language: String,
    /// Length of the speech.
    pub frames: u64,
    /// Rate and channels of the speech.
    pub format: Format,
    /// If it was to be kept.
    pub pcm: Option<Vec<i16>>,
}

/// Result of a job, also when it failed half way.
#[derive(Default)]
pub struct Outcome {
    /// Frames of the recording that were sent.
    pub input_frames: u64,
    /// Frames per second of the recording.
    pub input_sample_rate: u32,
    /// Frames per second of the speech.
    pub output_sample_rate: u32,
    /// Transcripts of all languages, partial ones too.
    pub transcripts: u32,
    /// Warnings and errors of the service.
    pub warnings: u32,
    /// Time from the first chunk sent to the first speech; 0: there was none.
    pub first_audio_ms: u32,
    /// Events that were dropped because too many waited.
    pub events_dropped: u64,
    /// One for each target that was spoken, in the order in which they began.
    pub outputs: Vec<Output>,
}
