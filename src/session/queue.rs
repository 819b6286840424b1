//! Where events wait for the caller: bounded by count and by bytes, and honest about what it dropped.
//!
//! A mutex and not a lock-free channel, because a full queue must reach into its middle; the audio
//! path never comes here, and nothing is allocated or freed while the lock is held by the poller.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::event::{Event, EventKind, flag};
use crate::runtime::{clock, lock};

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub events: usize,
    pub bytes: usize,
}

/// What a poll brought.
#[derive(Debug)]
pub enum Polled {
    Event(Box<Numbered>),
    Nothing,
    /// The terminal event was taken earlier, or the handle was closed.
    Closed,
}

#[derive(Debug)]
pub struct Numbered {
    /// Place in the order of delivery, from 1 without gaps.
    pub seq: u64,
    pub event: Event,
}

pub struct Queue {
    limits: Limits,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Event>,
    bytes: usize,
    delivered: u64,
    dropped: Dropped,
    /// Kept apart: it always has room.
    terminal: Option<Event>,
    /// Nothing comes after the terminal event.
    sealed: bool,
    /// The handle was closed: pollers leave.
    abandoned: bool,
    pollers: usize,
}

/// What an OVERFLOW event will tell.
#[derive(Default)]
struct Dropped {
    events: u64,
    audio_frames: u64,
}

impl Queue {
    pub fn new(limits: Limits) -> Queue {
        Queue { limits, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Adds an event, making room if there is none. After the terminal event it does nothing.
    pub fn push(&self, mut event: Event) {
        event.time_ns = clock::monotonic_ns();
        let mut state = lock(&self.state);
        if state.sealed || state.abandoned {
            return;
        }
        if event.kind == EventKind::Closed {
            state.terminal = Some(event);
            state.sealed = true;
        } else {
            state.make_room(event.size_bytes(), self.limits);
            state.bytes += event.size_bytes();
            state.waiting.push_back(event);
        }
        self.notify(&state);
    }

    /// Takes the next event, waiting for one until `deadline` (`None`: without limit).
    pub fn poll(&self, deadline: Option<Instant>) -> Polled {
        let mut state = lock(&self.state);
        loop {
            if state.abandoned {
                return Polled::Closed;
            }
            if let Some(event) = state.next() {
                return Polled::Event(Box::new(event));
            }
            if state.sealed {
                return Polled::Closed;
            }
            let left = deadline.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Polled::Nothing;
            }
            state.pollers += 1;
            state = match deadline {
                Some(_) => self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0,
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
            state.pollers -= 1;
        }
    }

    /// Sends pollers away for good and forgets what nobody can take any more.
    pub fn abandon(&self) {
        let mut state = lock(&self.state);
        state.abandoned = true;
        state.bytes = 0;
        let forgotten = (std::mem::take(&mut state.waiting), state.terminal.take());
        self.notify(&state);
        drop(state);
        drop(forgotten);
    }

    /// Waking nobody would still be a system call.
    fn notify(&self, state: &State) {
        if state.pollers > 0 {
            self.changed.notify_all();
        }
    }
}

impl State {
    fn next(&mut self) -> Option<Numbered> {
        // What is dropped is always older than what waits, so the report comes first.
        let event = match self.dropped.report() {
            Some(report) => report,
            None => self.take_waiting().or_else(|| self.terminal.take())?,
        };
        self.delivered += 1;
        Some(Numbered { seq: self.delivered, event })
    }

    fn take_waiting(&mut self) -> Option<Event> {
        let event = self.waiting.pop_front()?;
        self.bytes -= event.size_bytes();
        Some(event)
    }

    fn make_room(&mut self, bytes: usize, limits: Limits) {
        while !self.waiting.is_empty()
            && (self.waiting.len() >= limits.events || self.bytes + bytes > limits.bytes)
        {
            self.sacrifice();
        }
    }

    /// Oldest partial text first (a newer one says more), then raw messages, then audio, then the rest.
    fn sacrifice(&mut self) {
        let is_partial = |event: &Event| event.kind == EventKind::Transcript && !event.is(flag::FINAL);
        let is_raw = |event: &Event| event.kind == EventKind::Raw;
        let is_audio = |event: &Event| event.kind == EventKind::Audio;
        let oldest = |wanted: &dyn Fn(&Event) -> bool| self.waiting.iter().position(wanted);
        let victim =
            oldest(&is_partial).or_else(|| oldest(&is_raw)).or_else(|| oldest(&is_audio)).unwrap_or(0);
        if let Some(event) = self.waiting.remove(victim) {
            self.bytes -= event.size_bytes();
            self.dropped.count(&event);
        }
    }
}

impl Dropped {
    fn count(&mut self, event: &Event) {
        self.events += 1;
        self.audio_frames += (event.pcm.len() / event.channels.max(1) as usize) as u64;
    }

    fn report(&mut self) -> Option<Event> {
        if self.events == 0 {
            return None;
        }
        let dropped = std::mem::take(self);
        let text =
            format!("{} events with {} frames of audio were dropped", dropped.events, dropped.audio_frames);
        let mut event = Event::new(EventKind::Overflow);
        event.time_ns = clock::monotonic_ns();
        event.dropped = dropped.events;
        event.texts = crate::event::Texts::new(&text, "", "", "");
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Texts;

    const SMALL: Limits = Limits { events: 4, bytes: 1 << 20 };

    fn text(words: &str, flags: u32) -> Event {
        Event { flags, texts: Texts::new(words, "", "", ""), ..Event::new(EventKind::Transcript) }
    }

    fn audio(frames: usize) -> Event {
        Event { pcm: vec![0; frames], channels: 1, ..Event::new(EventKind::Audio) }
    }

    fn drain(queue: &Queue) -> Vec<Numbered> {
        let mut events = Vec::new();
        while let Polled::Event(event) = queue.poll(Some(Instant::now())) {
            events.push(*event);
        }
        events
    }

    #[test]
    fn first_in_first_out_and_numbered_without_gaps() {
        let queue = Queue::new(SMALL);
        queue.push(text("a", flag::FINAL));
        queue.push(text("b", flag::FINAL));
        let events = drain(&queue);
        assert_eq!(
            events.iter().map(|e| (e.seq, e.event.texts.text())).collect::<Vec<_>>(),
            [(1, "a"), (2, "b")]
        );
    }

    #[test]
    fn partials_go_first_then_audio_and_the_loss_is_told_first() {
        let queue = Queue::new(SMALL);
        queue.push(audio(10));
        queue.push(text("partial", 0));
        queue.push(audio(20));
        for n in 0..3 {
            queue.push(text(&format!("final {n}"), flag::FINAL));
        }
        queue.push(Event::new(EventKind::Closed));
        let events = drain(&queue);
        let kinds: Vec<_> = events.iter().map(|e| e.event.kind).collect();
        assert_eq!(kinds[0], EventKind::Overflow);
        assert_eq!(kinds[1], EventKind::Audio);
        assert_eq!(kinds[2..5], [EventKind::Transcript; 3]);
        assert_eq!(kinds[5], EventKind::Closed);
        assert_eq!(events[0].event.dropped, 2);
        assert!(events[0].event.texts.text().contains("10 frames"));
    }

    #[test]
    fn bytes_bound_the_queue_too() {
        let limits = Limits { events: 1000, bytes: 4 * audio(1000).size_bytes() };
        let queue = Queue::new(limits);
        for _ in 0..100 {
            queue.push(audio(1000));
            assert!(lock(&queue.state).bytes <= limits.bytes);
        }
        let events = drain(&queue);
        assert_eq!((events.len(), events[0].event.dropped), (5, 96));
    }

    #[test]
    fn nothing_follows_the_terminal_event() {
        let queue = Queue::new(SMALL);
        queue.push(Event::new(EventKind::Closed));
        queue.push(Event::new(EventKind::Closed));
        queue.push(audio(1));
        assert_eq!(drain(&queue).len(), 1);
        assert!(matches!(queue.poll(None), Polled::Closed));
    }

    #[test]
    fn a_waiting_poller_gets_the_event_and_leaves_when_abandoned() {
        let queue = Queue::new(SMALL);
        std::thread::scope(|scope| {
            let poller = scope.spawn(|| {
                let first = queue.poll(None);
                (matches!(first, Polled::Event(_)), matches!(queue.poll(None), Polled::Closed))
            });
            queue.push(audio(1));
            while lock(&queue.state).delivered == 0 {
                std::thread::yield_now();
            }
            queue.abandon();
            assert_eq!(poller.join().unwrap(), (true, true));
        });
    }
}
