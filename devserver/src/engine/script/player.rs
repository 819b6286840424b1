//! Plays a script to the audio of one stream.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::plan::{Phrase, Script, Step};
use crate::engine::{Engine, Output, Say, Scope, Settings, voice};
use crate::ids::transcription_id;

/// Makes the ids of spoken texts differ from all others.
const SAY_IDS: u64 = 4;

pub struct Player {
    script: Arc<Script>,
    settings: Option<Settings>,
    /// Microseconds of audio received at earlier rates, and frames at the present one.
    heard_before: u64,
    frames: u64,
    next_step: usize,
    /// Phrases that an interrupt discarded, wholly or for one target.
    dropped: BTreeSet<(usize, Option<String>)>,
    said: u64,
}

impl Player {
    pub fn new(script: Arc<Script>) -> Self {
        Self {
            script,
            settings: None,
            heard_before: 0,
            frames: 0,
            next_step: 0,
            dropped: BTreeSet::new(),
            said: 0,
        }
    }

    fn heard_us(&self) -> u64 {
        let rate = self.settings.as_ref().map_or(1, |s| u64::from(s.rate.max(1)));
        self.heard_before + self.frames * 1_000_000 / rate
    }

    /// Sends what is due by this time of the audio.
    fn play(&mut self, until_us: u64, out: &mut Vec<Output>) {
        let script = Arc::clone(&self.script);
        while let Some(step) = script.steps.get(self.next_step).filter(|s| s.at_ms * 1000 <= until_us) {
            self.next_step += 1;
            out.extend(self.said_by(step));
        }
    }

    /// Returns the output of a step under the present task.
    fn said_by(&self, step: &Step) -> Option<Output> {
        let settings = self.settings.as_ref()?;
        let is_dropped =
            |target: Option<&str>| self.dropped.contains(&(step.phrase, target.map(str::to_owned)));
        if is_dropped(None) || is_dropped(step.target.as_deref()) {
            return None;
        }
        if let Some(language) = &step.target {
            let target = settings.targets.iter().find(|t| t.language == *language)?;
            if matches!(step.output, Output::PartialTranslation(_)) && !target.partials {
                return None;
            }
        }
        let mut output = step.output.clone();
        if let Output::Partial(text) | Output::Validated(text) = &mut output {
            text.language.clone_from(&settings.source);
        }
        Some(output)
    }

    /// Phrases that have begun and have steps left.
    fn in_progress(&self) -> Vec<usize> {
        let now = self.heard_us();
        let waits = |n: usize| self.script.steps[self.next_step..].iter().any(|s| s.phrase == n);
        let begun = self.script.phrases.iter().enumerate().filter(|(_, p)| p.start_ms * 1000 < now);
        begun.map(|(n, _)| n).filter(|n| waits(*n)).collect()
    }
}

impl Engine for Player {
    fn configure(&mut self, settings: &Settings, _: &mut Vec<Output>) {
        self.heard_before = self.heard_us();
        self.frames = 0;
        self.settings = Some(settings.clone());
    }

    fn feed(&mut self, frames: &[i16], out: &mut Vec<Output>) {
        self.frames += frames.len() as u64;
        self.play(self.heard_us(), out);
    }

    fn hears_speech(&self) -> bool {
        let now = self.heard_us();
        let inside = |p: &Phrase| (p.start_ms * 1000..p.end_ms * 1000).contains(&now);
        self.script.phrases.iter().any(inside)
    }

    fn say(&mut self, say: &Say, out: &mut Vec<Output>) -> String {
        self.said += 1;
        let id = transcription_id(SAY_IDS, self.said);
        voice::say(say, &id, out);
        id
    }

    fn interrupt(&mut self, scope: &Scope) {
        for phrase in self.in_progress() {
            match scope {
                Scope::All => {
                    self.dropped.insert((phrase, None));
                }
                Scope::Languages(list) => {
                    self.dropped.extend(list.iter().map(|l| (phrase, Some(l.clone()))));
                }
            }
        }
    }

    fn finish(&mut self, out: &mut Vec<Output>) {
        let open = self.in_progress();
        let Some(until_ms) = open.iter().map(|n| self.script.phrases[*n].over_ms).max() else {
            return;
        };
        let script = Arc::clone(&self.script);
        let rest = script.steps[self.next_step..].iter().filter(|s| s.at_ms <= until_ms);
        out.extend(rest.filter(|s| open.contains(&s.phrase)).filter_map(|s| self.said_by(s)));
        // Their output was sent: when audio resumes these phrases are over.
        self.dropped.extend(open.into_iter().map(|n| (n, None)));
    }
}

#[cfg(test)]
mod tests;
