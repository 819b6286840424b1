//! The output of an engine: texts, speech and reports.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

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

/// Amount of speech that waits to be played in one language.
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
