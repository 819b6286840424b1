//! Where the events of one session wait: bounded by count and by bytes, and honest about what it dropped.
//!
//! A mutex and not a lock-free channel, because a full mailbox must reach into its middle; the audio path
//! never comes here.

use std::collections::VecDeque;
use std::sync::Arc;

use super::queue::Queue;
use crate::event::{Event, EventKind, Texts, flag};
use crate::lock::{Mutex, Rank, lock};
use crate::runtime::clock;

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub events: usize,
    pub bytes: usize,
}

#[derive(Debug)]
pub struct Numbered {
    /// Place in the session's order of delivery, from 1 without gaps.
    pub seq: u64,
    pub event: Event,
}

/// How much waits and how much was lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    pub waiting_events: usize,
    pub waiting_bytes: usize,
    pub waiting_audio_frames: u64,
    pub dropped_events: u64,
    pub dropped_audio_frames: u64,
}

pub struct Mailbox {
    session_tag: u64,
    limits: Limits,
    queue: Arc<Queue>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Event>,
    levels: Levels,
    delivered: u64,
    /// Not told yet.
    dropped: u64,
    dropped_frames: u64,
    /// Kept apart: it always has room.
    terminal: Option<Event>,
    /// Nothing comes after the terminal event.
    sealed: bool,
    /// The handle was closed: nobody will ask any more.
    abandoned: bool,
    /// The queue knows that something waits here.
    listed: bool,
}

impl Mailbox {
    pub fn new(session_tag: u64, limits: Limits, queue: Arc<Queue>) -> Arc<Mailbox> {
        Arc::new(Mailbox { session_tag, limits, queue, state: Mutex::new(Rank::Mailbox, State::default()) })
    }

    pub fn queue(&self) -> &Arc<Queue> {
        &self.queue
    }

    /// Adds one event.
    pub fn push(self: &Arc<Self>, event: Event) {
        self.push_all([event]);
    }

    /// Adds events that arrived together, making room where there is none, and wakes a poller once.
    /// After the terminal event it does nothing.
    pub fn push_all(self: &Arc<Self>, events: impl IntoIterator<Item = Event>) {
        let now = clock::monotonic_ns();
        let mut state = lock(&self.state);
        for mut event in events {
            event.time_ns = now;
            event.session_tag = self.session_tag;
            state.push(event, self.limits);
        }
        let is_news = state.has_more() && !std::mem::replace(&mut state.listed, true);
        drop(state);
        if is_news {
            self.queue.list(self.clone());
        }
    }

    /// Takes the next event and tells whether more wait. Called by the queue that lists this mailbox.
    pub(super) fn take(&self) -> (Option<Numbered>, bool) {
        let mut state = lock(&self.state);
        let event = state.next(self.session_tag);
        state.listed = state.has_more();
        (event, state.listed)
    }

    /// The terminal event was taken, or nobody will take it.
    pub fn is_finished(&self) -> bool {
        let state = lock(&self.state);
        state.abandoned || (state.sealed && !state.has_more())
    }

    /// Forgets what nobody can take any more and returns it, for it may be much to free.
    pub fn abandon(self: &Arc<Self>) -> impl Send + use<> {
        let forgotten = {
            let mut state = lock(&self.state);
            state.abandoned = true;
            state.levels =
                Levels { waiting_events: 0, waiting_bytes: 0, waiting_audio_frames: 0, ..state.levels };
            (std::mem::take(&mut state.waiting), state.terminal.take())
        };
        self.queue.unlist(self);
        forgotten
    }

    pub fn levels(&self) -> Levels {
        lock(&self.state).levels
    }
}

impl State {
    fn has_more(&self) -> bool {
        !self.abandoned && (self.dropped > 0 || !self.waiting.is_empty() || self.terminal.is_some())
    }

    fn next(&mut self, session_tag: u64) -> Option<Numbered> {
        // The loss is told before what is left.
        let event = match self.report_loss(session_tag) {
            Some(report) => report,
            None => self.take_waiting(0).or_else(|| self.terminal.take())?,
        };
        self.delivered += 1;
        Some(Numbered { seq: self.delivered, event })
    }

    fn push(&mut self, event: Event, limits: Limits) {
        if self.sealed || self.abandoned {
            return;
        }
        if event.kind == EventKind::Closed {
            self.terminal = Some(event);
            self.sealed = true;
        } else {
            self.make_room(event.size_bytes(), limits);
            self.add(event);
        }
    }

    fn add(&mut self, event: Event) {
        self.levels.waiting_events += 1;
        self.levels.waiting_bytes += event.size_bytes();
        self.levels.waiting_audio_frames += event.pcm_frames();
        self.waiting.push_back(event);
    }

    fn take_waiting(&mut self, index: usize) -> Option<Event> {
        let event = self.waiting.remove(index)?;
        self.levels.waiting_events -= 1;
        self.levels.waiting_bytes -= event.size_bytes();
        self.levels.waiting_audio_frames -= event.pcm_frames();
        Some(event)
    }

    fn make_room(&mut self, bytes: usize, limits: Limits) {
        while !self.waiting.is_empty()
            && (self.waiting.len() >= limits.events || self.levels.waiting_bytes + bytes > limits.bytes)
        {
            self.sacrifice();
        }
    }

    /// Oldest growing text first (a newer one says more), then raw messages, then audio, then the rest.
    fn sacrifice(&mut self) {
        let is_partial = |event: &Event| event.kind == EventKind::Transcript && !event.is(flag::FINAL);
        let is_raw = |event: &Event| event.kind == EventKind::Raw;
        let is_audio = |event: &Event| event.kind == EventKind::Audio;
        let oldest = |wanted: &dyn Fn(&Event) -> bool| self.waiting.iter().position(wanted);
        let victim =
            oldest(&is_partial).or_else(|| oldest(&is_raw)).or_else(|| oldest(&is_audio)).unwrap_or(0);
        if let Some(event) = self.take_waiting(victim) {
            self.dropped += 1;
            self.dropped_frames += event.pcm_frames();
            self.levels.dropped_events += 1;
            self.levels.dropped_audio_frames += event.pcm_frames();
        }
    }

    fn report_loss(&mut self, session_tag: u64) -> Option<Event> {
        if self.dropped == 0 {
            return None;
        }
        let (events, frames) = (std::mem::take(&mut self.dropped), std::mem::take(&mut self.dropped_frames));
        let mut report = Event::new(EventKind::Overflow);
        report.time_ns = clock::monotonic_ns();
        report.session_tag = session_tag;
        report.dropped = events;
        let text = format!("{events} events with {frames} frames of audio were dropped");
        report.texts = Texts::new(&text, "", "", "");
        Some(report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Limits = Limits { events: 4, bytes: 1 << 20 };

    fn mailbox(limits: Limits) -> Arc<Mailbox> {
        Mailbox::new(7, limits, Arc::new(Queue::new()))
    }

    fn text(words: &str, flags: u32) -> Event {
        Event { flags, texts: Texts::new(words, "", "", ""), ..Event::new(EventKind::Transcript) }
    }

    fn audio(frames: usize) -> Event {
        Event { pcm: vec![0; frames], channels: 1, ..Event::new(EventKind::Audio) }
    }

    fn drain(mailbox: &Mailbox) -> Vec<Numbered> {
        std::iter::from_fn(|| mailbox.take().0).collect()
    }

    #[test]
    fn first_in_first_out_and_numbered_without_gaps() {
        let mailbox = mailbox(SMALL);
        mailbox.push(text("a", flag::FINAL));
        mailbox.push(text("b", flag::FINAL));
        let events = drain(&mailbox);
        let seen: Vec<_> = events.iter().map(|e| (e.seq, e.event.texts.text())).collect();
        assert_eq!(seen, [(1, "a"), (2, "b")]);
    }

    #[test]
    fn partials_go_first_then_audio_and_the_loss_is_told_first() {
        let mailbox = mailbox(SMALL);
        mailbox.push(audio(10));
        mailbox.push(text("partial", 0));
        mailbox.push(audio(20));
        for n in 0..3 {
            mailbox.push(text(&format!("final {n}"), flag::FINAL));
        }
        mailbox.push(Event::new(EventKind::Closed));
        let levels = mailbox.levels();
        assert_eq!((levels.dropped_events, levels.dropped_audio_frames), (2, 10));
        assert_eq!((levels.waiting_events, levels.waiting_audio_frames), (4, 20));
        let events = drain(&mailbox);
        let kinds: Vec<_> = events.iter().map(|e| e.event.kind).collect();
        assert_eq!(kinds[0], EventKind::Overflow);
        assert_eq!(kinds[1], EventKind::Audio);
        assert_eq!(kinds[2..5], [EventKind::Transcript; 3]);
        assert_eq!(kinds[5], EventKind::Closed);
        assert_eq!(events[0].event.dropped, 2);
        assert!(events[0].event.texts.text().contains("10 frames"));
    }

    #[test]
    fn bytes_bound_it_too() {
        let limits = Limits { events: 1000, bytes: 4 * audio(1000).size_bytes() };
        let mailbox = mailbox(limits);
        for _ in 0..100 {
            mailbox.push(audio(1000));
            assert!(mailbox.levels().waiting_bytes <= limits.bytes);
        }
        let events = drain(&mailbox);
        assert_eq!((events.len(), events[0].event.dropped), (5, 96));
    }

    #[test]
    fn nothing_follows_the_terminal_event() {
        let mailbox = mailbox(SMALL);
        mailbox.push(Event::new(EventKind::Closed));
        mailbox.push(Event::new(EventKind::Closed));
        mailbox.push(audio(1));
        assert!(!mailbox.is_finished());
        assert_eq!(drain(&mailbox).len(), 1);
        assert!(mailbox.is_finished());
    }
}
