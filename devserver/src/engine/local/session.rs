//! The engine of one stream: orders to its recogniser, jobs for its targets, and their results in order.

use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::ear;
use super::events::{Event, Events};
use super::lane::{Job, Lane, Milestone, Purpose};
use super::languages::AUTO;
use super::phrase::{Phrases, Told};
use super::recogniser::{Answer, NAME, Order, RATE};
use super::report::Reports;
use super::stages::Local;
use crate::audio::Converter;
use crate::engine::{Busy, Engine, Failure, Output, Say, Scope, Settings, Text, Wake};
use crate::ids::transcription_id;

/// Makes the ids of spoken texts differ from all others.
const SAY_IDS: u64 = 9;
/// Seconds of audio that may wait for recognition; limits the memory of a session.
const BACKLOG: f64 = 600.0;
/// Frames per order: half a second, so that every order is answered soon.
const PORTION: usize = RATE as usize / 2;

pub struct Session {
    local: Arc<Local>,
    settings: Option<Settings>,
    /// What the recogniser was told to listen for, and among which languages.
    language: Option<(String, Vec<String>)>,
    converter: Option<Converter>,
    orders: UnboundedSender<Order>,
    events: Events,
    arrived: UnboundedReceiver<Event>,
    phrases: Phrases,
    /// Targets that an interrupt silenced for the phrase in progress.
    muted: Vec<String>,
    lanes: Vec<Lane>,
    reports: Reports,
    /// Seconds of audio received and recognised.
    taken: f64,
    heard: f64,
    /// Serial numbers of the latest orders, and of the answers to them.
    ends: (u64, u64),
    resets: (u64, u64),
    /// Whether the recogniser has had audio since the last order to finish, and since its last reset.
    has_audio: bool,
    has_past: bool,
    said: u64,
    jobs: u64,
    failure: Option<Failure>,
}

impl Session {
    pub fn new(local: Arc<Local>, wake: Wake) -> Self {
        let (events, arrived) = Events::new(wake);
        let (orders, ordered) = unbounded_channel();
        tokio::spawn(ear::listen(Arc::clone(&local), ordered, events.clone()));
        Self {
            local,
            settings: None,
            language: None,
            converter: None,
            orders,
            events,
            arrived,
            phrases: Phrases::default(),
            muted: Vec::new(),
            lanes: Vec::new(),
            reports: Reports::default(),
            taken: 0.0,
            heard: 0.0,
            ends: (0, 0),
            resets: (0, 0),
            has_audio: false,
            has_past: false,
            said: 0,
            jobs: 0,
            failure: None,
        }
    }

    fn order(&self, order: Order) {
        // The recogniser has reported why it ended.
        let _ = self.orders.send(order);
    }

    /// Tells the recogniser which language follows, unless it knows.
    fn set_language(&mut self, settings: &Settings) {
        let detects = settings.source == AUTO;
        let among = detects.then(|| self.local.detectable(&settings.detectable, &settings.targets));
        let language = (settings.source.clone(), among.unwrap_or_default());
        if self.language.as_ref() != Some(&language) {
            self.language = Some(language.clone());
            self.order(Order::Language { code: language.0, among: language.1 });
        }
    }

    /// Targets that remain keep their jobs.
    fn set_targets(&mut self, settings: &Settings) {
        let mut old = std::mem::take(&mut self.lanes);
        for target in &settings.targets {
            self.local.prepare(&settings.source, &target.language);
            let known = old.iter().position(|lane| lane.target.language == target.language);
            let mut lane = known.map_or_else(|| Lane::new(target.clone()), |at| old.swap_remove(at));
            lane.target = target.clone();
            self.lanes.push(lane);
        }
        if !old.is_empty() {
            // Results for a target that was removed do not come.
            self.reports.clear();
        }
    }

    fn listen_to(&mut self, frames: Vec<i16>) {
        for portion in frames.chunks(PORTION) {
            (self.has_audio, self.has_past) = (true, true);
            self.order(Order::Audio(portion.to_vec()));
        }
    }

    fn take(&mut self, event: Event, out: &mut Vec<Output>) {
        match event {
            Event::Heard(answer) => self.hear(answer, out),
            Event::Translated { job, text } => {
                let reached = self.lane_of(job).and_then(|lane| lane.translated(&text, out));
                self.reached(reached, out);
            }
            Event::Spoken { job, frames } => {
                let reached = self.lane_of(job).and_then(|lane| lane.spoken(frames, out));
                self.reached(reached, out);
            }
            Event::Failed(failure) => self.failure = self.failure.take().or(Some(failure)),
        }
    }

    /// Returns the target that works on this job; none when the job is not needed any more.
    fn lane_of(&mut self, job: u64) -> Option<&mut Lane> {
        self.lanes.iter_mut().find(|lane| lane.job() == Some(job))
    }

    fn hear(&mut self, answer: Answer, out: &mut Vec<Output>) {
        if let Answer::Reset { serial } = answer {
            self.resets.1 = self.resets.1.max(serial);
            return;
        }
        if self.resets.1 < self.resets.0 {
            // About a phrase that was discarded.
            return;
        }
        let mut told = Vec::new();
        match answer {
            Answer::Partial(line) => self.phrases.partial(&line, &mut told),
            Answer::Final(line) => self.phrases.last(&line, &mut told),
            Answer::Heard { seconds } => {
                self.heard = self.phrases.offset + seconds;
                self.phrases.heard(seconds, &mut told);
            }
            Answer::Ended { serial } => {
                self.ends.1 = self.ends.1.max(serial);
                self.phrases.close(&mut told);
            }
            Answer::Ready | Answer::Reset { .. } => {}
        }
        for told in told {
            match told {
                Told::Grown(text) => self.grown(text, out),
                Told::Closed(text) => self.closed(text, out),
            }
        }
    }

    fn grown(&mut self, text: Text, out: &mut Vec<Output>) {
        self.reports.partial();
        for lane in &mut self.lanes {
            if lane.target.partials
                && lane.target.is_from(&text.language)
                && !self.muted.contains(&lane.target.language)
            {
                lane.add(Job { purpose: Purpose::Partial, text: text.clone(), speak: false });
            }
        }
        out.push(Output::Partial(text));
    }

    fn closed(&mut self, text: Text, out: &mut Vec<Output>) {
        let speak = self.settings.as_ref().is_some_and(|settings| settings.speech);
        let mut targets = 0;
        for lane in &mut self.lanes {
            if lane.target.is_from(&text.language) && !self.muted.contains(&lane.target.language) {
                targets += 1;
                lane.add(Job { purpose: Purpose::Phrase, text: text.clone(), speak });
            }
        }
        let milestones = targets * if speak { 2 } else { 1 };
        if milestones > 0 {
            self.reports.validated(&text.id, text.end, milestones);
        }
        self.muted.clear();
        out.push(Output::Validated(text));
    }

    fn reached(&mut self, reached: Option<(String, Milestone)>, out: &mut Vec<Output>) {
        let Some((id, milestone)) = reached else { return };
        if let Some(timings) = self.reports.reached(&id, &milestone) {
            out.push(timings);
        }
        if milestone == Milestone::Spoken {
            let level = |lane: &Lane| (lane.target.language.clone(), lane.level());
            out.push(Output::Queue { levels: self.lanes.iter().map(level).collect(), bare: false });
        }
    }

    fn go_on(&mut self) {
        for lane in &mut self.lanes {
            lane.go_on(&self.local, &self.events, &mut self.jobs);
        }
    }

    /// Makes the recogniser discard the phrase in progress.
    fn forget(&mut self) {
        self.phrases.discard();
        self.muted.clear();
        self.ends.1 = self.ends.0;
        self.has_audio = false;
        if !std::mem::take(&mut self.has_past) {
            return;
        }
        if let Some(converter) = &mut self.converter {
            converter.clear();
        }
        self.resets.0 += 1;
        self.order(Order::Reset(self.resets.0));
        self.phrases.offset = self.taken;
        self.heard = self.taken;
    }
}

impl Engine for Session {
    fn configure(&mut self, settings: &Settings, out: &mut Vec<Output>) {
        if self.settings.as_ref().is_none_or(|old| old.rate != settings.rate) {
            self.finish(out);
            self.converter = Some(Converter::new(settings.rate, RATE));
        }
        self.set_language(settings);
        self.phrases.closing_silence = settings.closing_silence;
        self.phrases.language.clone_from(&settings.source);
        self.set_targets(settings);
        self.settings = Some(settings.clone());
    }

    fn feed(&mut self, frames: &[i16], _: &mut Vec<Output>) {
        let (Some(settings), Some(converter)) = (&self.settings, &mut self.converter) else { return };
        self.taken += frames.len() as f64 / f64::from(settings.rate);
        self.reports.arrived(self.taken);
        let frames = converter.feed(frames);
        if self.taken - self.heard > BACKLOG {
            let why = format!("has more than {BACKLOG} s of audio to listen to");
            self.events.tell(Event::Failed(Failure::stage(NAME, &why)));
        } else if self.failure.is_none() {
            self.listen_to(frames);
        }
    }

    fn hears_speech(&self) -> bool {
        self.phrases.is_open()
    }

    fn say(&mut self, say: &Say, _: &mut Vec<Output>) -> String {
        self.said += 1;
        let id = transcription_id(SAY_IDS, self.said);
        let speak = self.settings.as_ref().is_some_and(|settings| settings.speech);
        for lane in self.lanes.iter_mut().filter(|lane| say.languages.contains(&lane.target.language)) {
            let language = if say.translate { &say.language } else { &lane.target.language };
            let text = Text {
                id: id.clone(),
                language: language.clone(),
                text: say.text.clone(),
                start: 0.0,
                end: 0.0,
            };
            lane.add(Job { purpose: Purpose::Phrase, text, speak });
        }
        self.go_on();
        id
    }

    fn interrupt(&mut self, scope: &Scope) {
        match scope {
            Scope::All => {
                self.forget();
                self.reports.clear();
                self.lanes.iter_mut().for_each(Lane::interrupt);
            }
            Scope::Languages(languages) => {
                if self.phrases.is_open() {
                    self.muted.extend(languages.iter().cloned());
                }
                self.lanes
                    .iter_mut()
                    .filter(|l| languages.contains(&l.target.language))
                    .for_each(Lane::interrupt);
            }
        }
    }

    fn finish(&mut self, _: &mut Vec<Output>) {
        let Some(converter) = &mut self.converter else { return };
        let rest = converter.finish();
        self.listen_to(rest);
        if std::mem::take(&mut self.has_audio) {
            self.ends.0 += 1;
            self.order(Order::End(self.ends.0));
        }
    }

    fn collect(&mut self, out: &mut Vec<Output>) -> Result<(), Failure> {
        while let Ok(event) = self.arrived.try_recv() {
            self.take(event, out);
        }
        self.go_on();
        self.failure.take().map_or(Ok(()), Err)
    }

    fn busy(&self) -> Busy {
        if self.ends.1 < self.ends.0 {
            Busy::Hearing
        } else if self.lanes.iter().any(Lane::is_busy) {
            Busy::Speaking
        } else {
            Busy::Free
        }
    }
}
