//! The structure of a script file. The module of the engine describes the keys.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::engine::Levels;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub phrases: Vec<Phrase>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrase {
    pub id: Option<String>,
    pub start_ms: u64,
    pub end_ms: u64,
    pub final_ms: Option<u64>,
    pub text: String,
    #[serde(default)]
    pub partials: Vec<Timed>,
    #[serde(default)]
    pub translations: BTreeMap<String, Translation>,
    #[serde(default)]
    pub reports: Vec<Report>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timed {
    pub at_ms: u64,
    pub text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Translation {
    pub text: String,
    pub at_ms: Option<u64>,
    #[serde(default)]
    pub partials: Vec<Timed>,
    pub audio: Option<Audio>,
    pub audio_ms: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Audio {
    Tone(Tone),
    Silence(Silence),
    Wav(Wav),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tone {
    pub tone_hz: f64,
    pub ms: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    pub silence_ms: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wav {
    pub wav: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    pub at_ms: u64,
    pub pipeline_timings: Option<Map<String, Value>>,
    pub tts_buffer_stats: Option<Levels>,
    pub queue_levels: Option<Levels>,
}
