//! How long each stage of a phrase took (`pipeline_timings`, protocol.md 5.3): seconds since its last audio arrived.

use std::collections::{HashMap, VecDeque};

use serde_json::{Map, json};
use tokio::time::Instant;

use super::lane::Milestone;
use crate::engine::Output;

/// Phrases in progress, including those that an interrupt cut short.
const PHRASES: usize = 100;
/// Arrivals that are remembered; older ones belong to phrases that ended long ago.
const ARRIVALS: usize = 20_000;

#[derive(Debug)]
struct Phrase {
    heard: Instant,
    partial: Instant,
    validated: Instant,
    translated: Option<Instant>,
    spoken: Option<Instant>,
    /// Milestones still to come.
    left: usize,
}

#[derive(Debug, Default)]
pub struct Reports {
    /// Time at which the audio up to a second of the session arrived.
    arrivals: VecDeque<(f64, Instant)>,
    latest_partial: Option<Instant>,
    phrases: HashMap<String, Phrase>,
}

impl Reports {
    pub fn arrived(&mut self, seconds: f64) {
        self.arrivals.push_back((seconds, Instant::now()));
        if self.arrivals.len() > ARRIVALS {
            self.arrivals.pop_front();
        }
    }

    pub fn partial(&mut self) {
        self.latest_partial = Some(Instant::now());
    }

    /// Records that a phrase that ends at this second of the session is complete. So many milestones follow.
    pub fn validated(&mut self, id: &str, end: f64, milestones: usize) {
        let now = Instant::now();
        let at = self.arrivals.iter().position(|(until, _)| *until >= end);
        let heard = at.and_then(|at| self.arrivals.get(at)).map_or(now, |(_, at)| *at);
        self.arrivals.drain(..at.unwrap_or(0));
        let partial = self.latest_partial.unwrap_or(now);
        let phrase =
            Phrase { heard, partial, validated: now, translated: None, spoken: None, left: milestones };
        if self.phrases.len() >= PHRASES {
            self.phrases.clear();
        }
        self.phrases.insert(id.to_owned(), phrase);
    }

    /// Returns the report with the last milestone of a phrase.
    pub fn reached(&mut self, id: &str, milestone: &Milestone) -> Option<Output> {
        let (now, phrase) = (Instant::now(), self.phrases.get_mut(id)?);
        match milestone {
            Milestone::Translated => phrase.translated = Some(now),
            Milestone::Spoken => phrase.spoken = Some(now),
        }
        phrase.left = phrase.left.saturating_sub(1);
        (phrase.left == 0).then(|| self.phrases.remove(id)).flatten().map(|phrase| phrase.output(id, now))
    }

    /// Forgets the phrases in progress.
    pub fn clear(&mut self) {
        self.phrases.clear();
    }
}

impl Phrase {
    /// Uses the names of the service. A stage that this engine lacks takes no time.
    fn output(&self, id: &str, now: Instant) -> Output {
        let since =
            |at: Instant| (at.saturating_duration_since(self.heard).as_secs_f64() * 1000.0).round() / 1000.0;
        let translated = self.translated.unwrap_or(self.validated);
        let spoken = self.spoken.unwrap_or(translated);
        let timings = [
            ("partial_transcription", self.partial),
            ("validated_transcription", self.validated),
            ("translated_transcription", translated),
            ("prepared_tts_task", translated),
            ("sent_tts_task", translated),
            ("tts", spoken),
            ("sent_to_nats", spoken),
            ("total", now),
        ];
        let timings: Map<_, _> =
            timings.into_iter().map(|(name, at)| (name.to_owned(), json!(since(at)))).collect();
        Output::Timings { id: id.to_owned(), timings }
    }
}
