//! Translation and speech for one target, one text after the other.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::Instant;

use super::events::{Event, Events};
use super::playback::Playback;
use super::stages::Local;
use crate::audio::OUTPUT_RATE;
use crate::engine::{Failure, Level, Output, Target, Text};

/// What is done with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A phrase in progress: translated if there is time.
    Partial,
    Phrase,
}

/// A text that waits for its turn.
#[derive(Debug)]
pub struct Job {
    pub purpose: Purpose,
    /// In the language that it names.
    pub text: Text,
    pub speak: bool,
}

struct Running {
    number: u64,
    job: Job,
    /// The result is not needed any more.
    is_stale: bool,
    /// Dropped when what follows need not be done.
    _wanted: Arc<()>,
}

pub struct Lane {
    pub target: Target,
    waiting: VecDeque<Job>,
    /// The latest text of the phrase in progress; older ones are not translated any more.
    partial: Option<Job>,
    running: Option<Running>,
    playback: Playback,
}

/// What a lane reports about a phrase.
#[derive(Debug, PartialEq)]
pub enum Milestone {
    Translated,
    Spoken,
}

impl Lane {
    pub fn new(target: Target) -> Self {
        let playback = Playback::new(Instant::now());
        Self { target, waiting: VecDeque::new(), partial: None, running: None, playback }
    }

    pub fn is_busy(&self) -> bool {
        !self.waiting.is_empty() || self.running.as_ref().is_some_and(|r| r.job.purpose == Purpose::Phrase)
    }

    pub fn level(&self) -> Level {
        self.playback.level(Instant::now(), &self.target.tempo)
    }

    pub fn add(&mut self, job: Job) {
        match job.purpose {
            Purpose::Partial => self.partial = Some(job),
            Purpose::Phrase => {
                // A translation of the phrase in progress must not come after that of the whole phrase.
                self.partial = None;
                if let Some(running) = &mut self.running {
                    running.is_stale = running.job.purpose == Purpose::Partial;
                }
                self.waiting.push_back(job);
            }
        }
    }

    /// Drops everything, including what would still be played.
    pub fn interrupt(&mut self) {
        self.waiting.clear();
        self.partial = None;
        self.running = None;
        self.playback.clear(Instant::now());
    }

    /// Starts the next piece if none is in progress. Its number is unique.
    pub fn go_on(&mut self, local: &Arc<Local>, events: &Events, number: &mut u64) {
        if self.running.is_some() {
            return;
        }
        let Some(job) = self.waiting.pop_front().or_else(|| self.partial.take()) else { return };
        *number += 1;
        let tempo = self.playback.tempo(Instant::now(), &self.target.tempo);
        let wanted = Arc::new(());
        let work = Work {
            wanted: Arc::downgrade(&wanted),
            local: Arc::clone(local),
            events: events.clone(),
            number: *number,
            from: job.text.language.clone(),
            to: self.target.language.clone(),
            voice: job.speak.then(|| self.target.voice.clone()),
            tempo,
        };
        tokio::spawn(work.run(job.text.text.clone()));
        self.running = Some(Running { number: *number, job, is_stale: false, _wanted: wanted });
    }

    /// The number of the piece in progress.
    pub fn job(&self) -> Option<u64> {
        self.running.as_ref().map(|running| running.number)
    }

    pub fn translated(&mut self, text: &str, out: &mut Vec<Output>) -> Option<(String, Milestone)> {
        let Running { job, is_stale, .. } = self.running.as_ref()?;
        let translation =
            Text { language: self.target.language.clone(), text: text.to_owned(), ..job.text.clone() };
        let id = job.text.id.clone();
        let (purpose, speak, is_stale) = (job.purpose, job.speak, *is_stale);
        if !speak {
            self.running = None;
        }
        if purpose == Purpose::Partial {
            out.extend((!is_stale).then_some(Output::PartialTranslation(translation)));
            return None;
        }
        out.push(Output::Translation(translation));
        Some((id, Milestone::Translated))
    }

    /// Completes the piece in progress.
    pub fn spoken(&mut self, frames: Vec<i16>, out: &mut Vec<Output>) -> Option<(String, Milestone)> {
        let id = self.running.take()?.job.text.id;
        let length = Duration::from_secs_f64(frames.len() as f64 / f64::from(OUTPUT_RATE));
        self.playback.add(Instant::now(), length);
        out.push(Output::Speech { id: id.clone(), language: self.target.language.clone(), frames });
        Some((id, Milestone::Spoken))
    }
}

/// One piece on its way through the stages.
struct Work {
    /// Dropped when the result is not needed any more. A program at work is left to end by itself.
    wanted: Weak<()>,
    local: Arc<Local>,
    events: Events,
    number: u64,
    from: String,
    to: String,
    /// None when it is not spoken.
    voice: Option<String>,
    tempo: f64,
}

impl Work {
    async fn run(self, text: String) {
        if let Err(failure) = self.stages(text).await
            && self.wanted.strong_count() > 0
        {
            self.events.tell(Event::Failed(failure));
        }
    }

    async fn stages(&self, text: String) -> Result<(), Failure> {
        let text = self.local.translate(&self.from, &self.to, text).await?;
        self.events.tell(Event::Translated { job: self.number, text: text.clone() });
        if let Some(voice) = self.voice.as_ref().filter(|_| self.wanted.strong_count() > 0) {
            let frames = self.local.speak(&text, &self.to, voice, self.tempo, OUTPUT_RATE).await?;
            self.events.tell(Event::Spoken { job: self.number, frames });
        }
        Ok(())
    }
}
