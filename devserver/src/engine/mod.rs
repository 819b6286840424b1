//! Engines turn a caller's audio into text and speech. An engine knows no socket and no message format.

pub mod local;
pub mod loopback;
pub mod phrases;
pub mod script;
pub mod speaker;
mod voice;

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::Notify;

use local::Local;
use script::Script;
use speaker::Speaker;

/// What an engine needs to know of the task.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Frames per second of the input.
    pub rate: u32,
    /// The source language; never `auto`.
    pub source: String,
    pub targets: Vec<Target>,
    /// Silence that confirms the end of a phrase, in seconds.
    pub closing_silence: f64,
    /// Whether translations are spoken.
    pub speech: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target {
    pub language: String,
    /// Also translate while the phrase grows.
    pub partials: bool,
    /// The id of the voice; empty when the task names none.
    pub voice: String,
    pub tempo: Tempo,
}

/// How speech that accumulates is spoken (protocol.md 6.5).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tempo {
    pub is_auto: bool,
    /// In ms of waiting speech.
    pub desired_level_ms: f64,
    pub max_level_ms: f64,
    /// Relative to normal speed.
    pub slowest: f64,
    pub fastest: f64,
}

impl Default for Tempo {
    fn default() -> Self {
        Self {
            is_auto: true,
            desired_level_ms: 5_000.0,
            max_level_ms: 20_000.0,
            slowest: 1.15,
            fastest: 1.45,
        }
    }
}

/// One piece of text with its place in the caller's audio, in seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub id: String,
    pub language: String,
    pub text: String,
    pub start: f64,
    pub end: f64,
}

/// Output of an engine, in the order in which it must be delivered.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    Partial(Text),
    PartialTranslation(Text),
    Validated(Text),
    Translation(Text),
    /// Mono speech at 24 kHz; one whole phrase.
    Speech {
        id: String,
        language: String,
        frames: Vec<i16>,
    },
    /// The phrase is complete.
    Done {
        id: String,
    },
    /// How long each stage of a phrase took (`pipeline_timings`).
    Timings {
        id: String,
        timings: Map<String, Value>,
    },
    /// How much speech waits per language, as `tts_buffer_stats` or as a bare frame (protocol.md 5.3).
    Queue {
        levels: Levels,
        bare: bool,
    },
}

/// How much speech waits to be played in one language.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    #[serde(rename = "current_queue_level_ms")]
    pub current_ms: u64,
    #[serde(rename = "max_queue_level_ms", default = "Level::usual_max")]
    pub max_ms: u64,
}

impl Level {
    fn usual_max() -> u64 {
        20_000
    }

    /// Nothing waits.
    pub fn empty() -> Self {
        Self { current_ms: 0, max_ms: Self::usual_max() }
    }
}

/// Levels by language.
pub type Levels = BTreeMap<String, Level>;

/// A text to be spoken (`tts_task`).
#[derive(Clone, Debug)]
pub struct Say {
    pub text: String,
    /// The language of the text.
    pub language: String,
    /// The languages to speak it in.
    pub languages: Vec<String>,
    /// Translate it first.
    pub translate: bool,
}

/// Which part of the phrase in progress is discarded.
#[derive(Clone, Debug)]
pub enum Scope {
    All,
    Languages(Vec<String>),
}

/// Why an engine cannot serve its stream any longer.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// One of the service's error codes (protocol.md 8.3).
    pub code: &'static str,
    pub desc: String,
    /// How the stream is closed.
    pub close: u16,
}

impl Failure {
    /// A program that the engine uses has failed.
    pub fn stage(name: &str, why: &str) -> Self {
        Self { code: "SERVER_ERROR", desc: format!("{name}: {why}"), close: 1011 }
    }

    /// Closed like too many connections (protocol.md 5.6).
    pub fn too_many_sessions(most: usize) -> Self {
        let desc = format!("too many sessions: this server serves {most} at a time");
        Self { code: "SERVICE_UNAVAILABLE", desc, close: 1008 }
    }
}

/// Wakes the stream of an engine that has output.
pub type Wake = Arc<Notify>;

/// Output that an engine still has for the audio that it got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    Free,
    /// Only translations and speech.
    Speaking,
    /// Texts that `finish` asked for.
    Hearing,
}

pub trait Engine: Send {
    /// The task was created or changed. A change of the audio format ends the phrase in progress.
    fn configure(&mut self, settings: &Settings, out: &mut Vec<Output>);
    /// More of the caller's audio, mono, at the configured rate.
    fn feed(&mut self, frames: &[i16], out: &mut Vec<Output>);
    /// Returns whether speech is being received right now.
    fn hears_speech(&self) -> bool;
    /// Speaks a text. Returns the id of the coming output.
    fn say(&mut self, say: &Say, out: &mut Vec<Output>) -> String;
    /// Discards the phrase in progress: it has no further output.
    fn interrupt(&mut self, scope: &Scope);
    /// No audio follows for now: completes the phrase in progress.
    fn finish(&mut self, out: &mut Vec<Output>);
    /// Returns output that became ready by itself. An engine that works in the background wakes its stream for it.
    fn collect(&mut self, _out: &mut Vec<Output>) -> Result<(), Failure> {
        Ok(())
    }
    /// Returns whether the end must wait. The wait is bounded, or `collect` fails.
    fn busy(&self) -> Busy {
        Busy::Free
    }
}

/// The engines that can be chosen on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Loopback,
    Script,
    Local,
}

/// An engine and its options; creates an instance for each stream.
#[derive(Clone, Debug)]
pub enum Source {
    Loopback,
    Script(Arc<Script>),
    Local(Arc<Local>),
}

impl Source {
    /// Prepares what the first stream will need.
    pub async fn open(&self) -> Result<(), String> {
        match self {
            Source::Loopback | Source::Script(_) => Ok(()),
            Source::Local(local) => local.open().await,
        }
    }

    /// Ends what waits for streams.
    pub async fn close(&self) {
        if let Source::Local(local) = self {
            local.close().await;
        }
    }

    pub fn start(&self, wake: Wake) -> Box<dyn Engine> {
        match self {
            Source::Loopback => Box::new(loopback::Loopback::default()),
            Source::Script(script) => Box::new(script::Player::new(Arc::clone(script))),
            Source::Local(local) => local.engine(wake),
        }
    }

    /// Returns the speaker of a text-to-speech stream. A script has no part in those.
    pub fn speaker(&self, wake: Wake) -> Box<dyn Speaker> {
        match self {
            Source::Loopback | Source::Script(_) => Box::new(voice::Buzzer),
            Source::Local(local) => local.speaker(wake),
        }
    }

    /// Checks that a language can be recognised. The error names those that can.
    pub fn can_hear(&self, language: &str) -> Result<(), String> {
        match self {
            Source::Loopback | Source::Script(_) => Ok(()),
            Source::Local(local) => local.can_hear(language),
        }
    }

    pub fn can_translate(&self, from: &str, to: &str) -> Result<(), String> {
        match self {
            Source::Loopback | Source::Script(_) => Ok(()),
            Source::Local(local) => local.can_translate(from, to),
        }
    }

    pub fn can_speak(&self, language: &str) -> Result<(), String> {
        match self {
            Source::Loopback | Source::Script(_) => Ok(()),
            Source::Local(local) => local.can_speak(language),
        }
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "loopback" => Ok(Kind::Loopback),
            "script" => Ok(Kind::Script),
            "local" => Ok(Kind::Local),
            other => Err(format!("unknown engine \"{other}\" (known: loopback, script, local)")),
        }
    }
}
