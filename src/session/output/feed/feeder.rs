//! The library's side of a line: which phrase is fed next, which is dropped, and which events report that.

use crate::sync::Ordering;
use std::collections::VecDeque;

use super::absence::Absence;
use super::backlog::{Backlog, Next};
use super::ids::Ids;
use super::outlet::Outlet;
use super::phrase::{Phrase, Speech, Stage};
use crate::audio::format::OUTPUT;
use crate::audio::shorten::{Shortener, Shortening};
use crate::event::{Event, EventKind, Texts, flag};
use crate::session::output::marks::{Left, Mark, MarkKind};
use crate::session::output::options::PlayoutSetup;

/// Frames of the service's speech that are fed at a time.
const PIECE: usize = 240;
/// Phrases that wait to be reported in their order, if the player does not read.
const MAX_WITHDRAWN: usize = 1024;

/// Statistics of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineStats {
    /// Speech that has arrived and was not played.
    pub waiting_ms: u64,
    /// How often speech broke off because the rest had not arrived.
    pub underruns: u64,
    pub phrases_started: u64,
    pub phrases_finished: u64,
    /// Withdrawn by a flush, heard in part or not at all.
    pub phrases_cut: u64,
    /// Dropped, whole or in part, because too much waited.
    pub phrases_dropped: u64,
    /// Skipped to catch up.
    pub skipped_ms: u64,
    /// Speech of phrases that were heard, to their end or until they were cut.
    pub heard_us: u64,
}

pub(crate) struct Feeder {
    language: String,
    backlog: Backlog,
    outlet: Outlet,
    options: PlayoutSetup,
    /// `None`: nothing is missed, or nobody has looked yet.
    absence: Option<Absence>,
    shortener: Shortener,
    shortened: Vec<i16>,
    stats: LineStats,
    skipped_frames: u64,
    /// Number of the last phrase whose feeding began.
    last_begun: u64,
    /// Number of the phrase that the player started last. The backlog has none of this number once the player has left it.
    heard: Option<u64>,
    /// Withdrawn unheard, and not reported: earlier phrases are still at the player.
    withdrawn: VecDeque<Phrase>,
}

impl Feeder {
    pub(crate) fn new(language: String, outlet: Outlet, options: PlayoutSetup) -> Feeder {
        Feeder {
            language,
            backlog: Backlog::new(options.apart),
            outlet,
            options,
            absence: None,
            shortener: Shortener::default(),
            shortened: Vec::new(),
            stats: LineStats::default(),
            skipped_frames: 0,
            last_begun: 0,
            heard: None,
            withdrawn: VecDeque::new(),
        }
    }

    pub(crate) fn add(&mut self, speech: Speech) -> Vec<Event> {
        self.backlog.add(speech);
        let mut events = self.feed();
        self.keep_cap(&mut events);
        events
    }

    pub(crate) fn announce(&mut self, id: &str) {
        self.backlog.know(id);
    }

    /// Feeds as much as the ring takes, and reports what the player marked.
    pub(crate) fn feed(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        if self.absence.is_some() {
            // What was passed may have become whole.
            self.pass(0, &mut events);
        }
        self.fill_ring();
        events.append(&mut self.tell_marks());
        events
    }

    /// Leaves out what was due while nobody read.
    pub(crate) fn look(&mut self, now_us: u64, events: &mut Vec<Event>) {
        let Some(lag_ms) = self.options.reader_lag_ms else { return };
        let (read, ready_us) = (self.outlet.read(), self.outlet.ahead_ms() * 1000);
        let absence = self.absence.get_or_insert_with(|| Absence::new(lag_ms, now_us, read));
        let missed_us = absence.take(now_us, read, self.outlet.rate(), ready_us);
        if missed_us > 0 {
            self.leave_out(missed_us, ready_us.min(missed_us), events);
        }
    }

    fn leave_out(&mut self, missed_us: u64, ready_us: u64, events: &mut Vec<Event>) {
        events.append(&mut self.tell_marks());
        if self.backlog.is_at_player() {
            self.backlog.miss_fed();
            self.shortener = Shortener::default();
            self.outlet.flush(self.last_begun);
            self.skipped_frames += speech_frames(ready_us);
        }
        self.pass(speech_frames(missed_us - ready_us), events);
    }

    /// Discards what was due, and reports the phrases of which nothing is left.
    fn pass(&mut self, frames: u64, events: &mut Vec<Event>) {
        let mut left = frames as usize;
        loop {
            let (passed, missed) = self.backlog.pass(left);
            left -= passed;
            self.skipped_frames += passed as u64;
            let Some(phrase) = missed else { break };
            self.note_drop(&phrase, events);
        }
    }

    fn fill_ring(&mut self) {
        let is_away = self.absence.as_ref().is_some_and(Absence::is_away);
        while !is_away && self.outlet.has_room(PIECE + Shortener::HELD) {
            let shortening = self.shortening();
            match self.backlog.next() {
                Next::Begin(phrase) => {
                    self.last_begun = phrase;
                    self.outlet.begin(phrase);
                }
                Next::Speech(speech) if shortening == Shortening::None && self.shortener.is_empty() => {
                    self.outlet.write(speech);
                }
                Next::Speech(speech) => {
                    self.shortened.clear();
                    let skipped = self.shortener.process(speech, shortening, &mut self.shortened);
                    self.skipped_frames += skipped as u64;
                    self.outlet.write(&self.shortened);
                }
                Next::End => self.end_phrase(),
                Next::Nothing => break,
            }
        }
        if self.backlog.is_closing() && self.backlog.is_fed() {
            // Last, so that a reader that sees it sees what was fed.
            self.outlet.shared().ended.store(true, Ordering::Release);
        }
    }

    /// The ring has space for it after every piece.
    fn end_phrase(&mut self) {
        self.outlet.write(self.shortener.finish());
        self.shortener = Shortener::default();
        self.outlet.end(self.last_begun);
    }

    pub(crate) fn flush(&mut self) -> Vec<Event> {
        let unheard = self.backlog.flush();
        self.shortener = Shortener::default();
        self.outlet.flush(self.last_begun);
        self.note_unheard(unheard);
        self.tell_marks()
    }

    /// Withdraws the phrase that is heard, and what may still arrive of it. What follows it stays.
    pub(crate) fn flush_heard(&mut self) -> Vec<Event> {
        let mut events = self.tell_marks();
        let Some(heard) = self.heard else { return events };
        let (unheard, last) = self.backlog.withdraw(heard);
        match last {
            Some((_, Stage::Feeding)) => {
                self.shortener = Shortener::default();
                self.outlet.flush(self.last_begun);
            }
            Some((number, Stage::Fed)) => self.outlet.flush_until(number),
            _ => {}
        }
        self.note_unheard(unheard);
        events.extend(self.tell_marks());
        events
    }

    fn note_unheard(&mut self, mut unheard: Vec<Phrase>) {
        unheard.retain(|phrase| !phrase.is_rest);
        self.stats.phrases_cut += unheard.len() as u64;
        self.withdrawn.extend(unheard);
        self.withdrawn.make_contiguous().sort_by_key(|phrase| phrase.number);
    }

    pub(crate) fn discard(&mut self, ids: &Ids) {
        self.backlog.discard(ids);
    }

    pub(crate) fn discarded(&self) -> &Ids {
        self.backlog.discarded()
    }

    /// Reports what was withdrawn unheard, in order: first the player reports the phrases before it.
    fn tell_withdrawn(&mut self, events: &mut Vec<Event>) {
        let first = self.backlog.first().unwrap_or(u64::MAX);
        let told = self.withdrawn.partition_point(|phrase| phrase.number < first);
        let told = told.max(self.withdrawn.len().saturating_sub(MAX_WITHDRAWN));
        for phrase in self.withdrawn.drain(..told).collect::<Vec<_>>() {
            events.push(self.event(EventKind::PlayoutCut, &phrase));
        }
    }

    /// Reports what was withdrawn without the player's report of what was before it: no event follows.
    pub(crate) fn settle(&mut self) -> Vec<Event> {
        let mut events = self.tell_marks();
        let withdrawn = std::mem::take(&mut self.withdrawn);
        events.extend(withdrawn.iter().map(|phrase| self.event(EventKind::PlayoutCut, phrase)));
        events
    }

    /// Withdraws one phrase. If the player holds others too, up to half a second of it is still heard.
    pub(crate) fn take_back(&mut self, id: &str) -> Vec<Event> {
        let mut events = self.tell_marks();
        let (unheard, is_alone) = self.backlog.take_back(id);
        if is_alone {
            self.shortener = Shortener::default();
            self.outlet.flush(self.last_begun);
            events.extend(self.tell_marks());
        }
        if let Some(phrase) = unheard {
            self.stats.phrases_cut += 1;
            events.push(self.event(EventKind::PlayoutCut, &phrase));
        }
        events
    }

    pub(crate) fn loosen(&mut self, id: &str) {
        self.backlog.loosen(id);
    }

    /// No speech follows. The next look reports what became known with that, if there is one.
    pub(crate) fn close(&mut self) {
        self.backlog.close();
        self.fill_ring();
    }

    /// What has begun to arrive does not go on.
    pub(crate) fn complete(&mut self) {
        self.backlog.complete();
        self.fill_ring();
    }

    /// Nothing more enters the ring: a phrase that is there in part ends there, the others are dropped.
    pub(crate) fn abandon(&mut self) -> Vec<Event> {
        let mut events = self.settle();
        let (dropped, is_open) = self.backlog.abandon();
        if is_open {
            self.end_phrase();
        }
        for phrase in &dropped {
            self.note_drop(phrase, &mut events);
        }
        events
    }

    pub(crate) fn is_busy(&self) -> bool {
        !self.outlet.shared().ended.load(Ordering::Relaxed)
            && (self.backlog.is_closing() || !self.backlog.is_fed())
    }

    /// Returns whether feeding does nothing until speech arrives: the player has left every phrase, and all of them are
    /// reported.
    pub(crate) fn may_rest(&self) -> bool {
        self.backlog.first().is_none() && self.withdrawn.is_empty() && !self.is_busy()
    }

    pub(crate) fn stats(&mut self) -> LineStats {
        if self.outlet.shared().ended.load(Ordering::Acquire) {
            // Feeding has ended and no event follows, but what was played since then counts.
            self.tell_marks();
        }
        LineStats {
            waiting_ms: self.waiting_ms(),
            skipped_ms: self.skipped_frames * 1000 / u64::from(OUTPUT.sample_rate),
            underruns: self.outlet.shared().underruns.load(Ordering::Relaxed),
            ..self.stats
        }
    }

    /// Continues with another ring, which begins with the rest of the old one.
    pub(crate) fn change_outlet(&mut self, mut outlet: Outlet, left: Left) -> Vec<Event> {
        let events = self.tell_marks();
        let old = self.outlet.shared();
        let new = outlet.shared();
        new.underruns.store(old.underruns.load(Ordering::Relaxed), Ordering::Relaxed);
        new.flushed_phrase.store(old.flushed_phrase.load(Ordering::Relaxed), Ordering::Relaxed);
        new.ended.store(old.ended.load(Ordering::Relaxed), Ordering::Relaxed);
        if let Some(absence) = &mut self.absence {
            absence.change_rate(self.outlet.read(), self.outlet.rate(), outlet.read());
        }
        outlet.take_over(&self.outlet, left);
        self.outlet = outlet;
        events
    }

    fn shortening(&self) -> Shortening {
        let Some(target) = self.options.target_ms.map(u64::from) else { return Shortening::None };
        match self.waiting_ms() {
            waiting if waiting <= target => Shortening::None,
            waiting if waiting <= 2 * target => Shortening::Pauses,
            _ => Shortening::Speech,
        }
    }

    fn waiting_ms(&self) -> u64 {
        let waiting = self.backlog.waiting() as u64 * 1000 / u64::from(OUTPUT.sample_rate);
        waiting + self.outlet.ahead_ms()
    }

    /// Drops whole phrases, the oldest first, until the limit is kept.
    fn keep_cap(&mut self, events: &mut Vec<Event>) {
        let ahead = self.outlet.ahead_ms().min(self.options.cap_ms.into()) as u32;
        let most = OUTPUT.frames_in_ms(self.options.cap_ms - ahead);
        while let Some(phrase) = self.backlog.drop_oldest(most) {
            self.note_drop(&phrase, events);
        }
        if self.backlog.shorten(most) {
            self.stats.phrases_dropped += 1;
        }
    }

    fn note_drop(&mut self, phrase: &Phrase, events: &mut Vec<Event>) {
        if phrase.is_rest {
            return;
        }
        self.stats.phrases_dropped += 1;
        let mut event = self.event(EventKind::PlayoutCut, phrase);
        event.flags = flag::DROPPED;
        events.push(event);
    }

    fn tell_marks(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(mark) = self.outlet.next_mark() {
            events.extend(self.tell(mark));
        }
        self.tell_withdrawn(&mut events);
        events
    }

    fn tell(&mut self, mark: Mark) -> Option<Event> {
        let phrase = self.backlog.find(mark.phrase)?;
        let (kind, counter) = match mark.kind {
            MarkKind::Started => (EventKind::PlayoutStarted, &mut self.stats.phrases_started),
            MarkKind::Finished => (EventKind::PlayoutFinished, &mut self.stats.phrases_finished),
            MarkKind::Cut if phrase.is_missed => (EventKind::PlayoutCut, &mut self.stats.phrases_dropped),
            MarkKind::Cut => (EventKind::PlayoutCut, &mut self.stats.phrases_cut),
        };
        *counter += 1;
        match mark.kind {
            MarkKind::Started => self.heard = Some(mark.phrase),
            MarkKind::Finished | MarkKind::Cut => self.stats.heard_us += mark.heard_us,
        }
        let mut event = self.event(kind, phrase);
        if mark.kind == MarkKind::Cut && phrase.is_missed {
            event.flags = flag::DROPPED;
        }
        event.played_frame = mark.frame;
        event.heard_ms = (mark.heard_us / 1000) as u32;
        if mark.kind != MarkKind::Started {
            self.backlog.remove(mark.phrase);
        }
        Some(event)
    }

    fn event(&self, kind: EventKind, phrase: &Phrase) -> Event {
        Event {
            phrase: phrase.session_number,
            part: phrase.part,
            phrase_ms: phrase.received_ms() as u32,
            texts: Texts::new("", &self.language, &phrase.id, ""),
            ..Event::new(kind)
        }
    }
}

fn speech_frames(us: u64) -> u64 {
    us * u64::from(OUTPUT.sample_rate) / 1_000_000
}
