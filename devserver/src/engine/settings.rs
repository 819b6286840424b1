//! The settings that an engine receives from the task.

/// The part of the task that an engine needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Frames per second of the input.
    pub rate: u32,
    /// The source language; `auto` only where the engine can detect it.
    pub source: String,
    /// What `auto` may choose from; empty: any.
    pub detectable: Vec<String>,
    pub targets: Vec<Target>,
    /// Silence that confirms the end of a phrase, in seconds.
    pub closing_silence: f64,
    /// Whether translations are spoken.
    pub speech: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target {
    pub language: String,
    /// The source languages that it is for; empty: all.
    pub sources: Vec<String>,
    /// Also translate while the phrase grows.
    pub partials: bool,
    /// The id of the voice; empty when the task names none.
    pub voice: String,
    pub tempo: Tempo,
}

impl Target {
    pub fn is_from(&self, source: &str) -> bool {
        self.sources.is_empty() || self.sources.iter().any(|code| code == source)
    }
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
