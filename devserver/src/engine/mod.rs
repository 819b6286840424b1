//! What turns a caller's audio into text and speech. An engine knows no socket and no message format.

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

use script::Script;
use speaker::Speaker;

/// What an engine needs to know of the task.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Frames per second of what is fed.
    pub rate: u32,
    /// The spoken language; never `auto`.
    pub source: String,
    pub targets: Vec<Target>,
    /// Silence that confirms the end of a phrase, in seconds.
    pub closing_silence: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub language: String,
    /// Also translate while the phrase grows.
    pub partials: bool,
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

/// What an engine has to say, in the order in which it must be delivered.
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
    /// Everything about this phrase has been said.
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

/// A text that the caller wants spoken (`tts_task`).
#[derive(Clone, Debug)]
pub struct Say {
    pub text: String,
    /// The languages to speak it in.
    pub languages: Vec<String>,
    /// Translate it first.
    pub translate: bool,
}

/// Whose share of the phrase in progress is thrown away.
#[derive(Clone, Debug)]
pub enum Scope {
    All,
    Languages(Vec<String>),
}

pub trait Engine: Send {
    /// The task was created or changed. A change of the audio format ends the phrase in progress.
    fn configure(&mut self, settings: &Settings, out: &mut Vec<Output>);
    /// More of the caller's audio, mono, at the configured rate.
    fn feed(&mut self, frames: &[i16], out: &mut Vec<Output>);
    /// Whether speech is being heard right now.
    fn hears_speech(&self) -> bool;
    /// Speaks a text; returns the id of the coming output.
    fn say(&mut self, say: &Say, out: &mut Vec<Output>) -> String;
    /// Forgets the phrase in progress: nothing more is said about it.
    fn interrupt(&mut self, scope: &Scope);
    /// No audio follows for now: completes the phrase in progress.
    fn finish(&mut self, out: &mut Vec<Output>);
}

/// The engines that can be chosen on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Loopback,
    Script,
}

/// An engine with what it needs; makes one for each stream.
#[derive(Clone, Debug)]
pub enum Source {
    Loopback,
    Script(Arc<Script>),
}

impl Source {
    pub fn start(&self) -> Box<dyn Engine> {
        match self {
            Source::Loopback => Box::new(loopback::Loopback::default()),
            Source::Script(script) => Box::new(script::Player::new(Arc::clone(script))),
        }
    }

    /// What speaks the texts of a text-to-speech stream; a script has nothing to say about those.
    pub fn speaker(&self) -> Box<dyn Speaker> {
        match self {
            Source::Loopback | Source::Script(_) => Box::new(voice::Buzzer),
        }
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "loopback" => Ok(Kind::Loopback),
            "script" => Ok(Kind::Script),
            other => Err(format!("unknown engine \"{other}\" (known: loopback, script)")),
        }
    }
}
