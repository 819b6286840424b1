//! The events of one session that wait, limited by count and bytes. Dropped events are counted and reported.
//!
//! A mutex and not a lock-free channel, because a full mailbox must drop from its middle; the audio path never uses
//! it. Under it one event moves at a time: nothing is searched, freed, formatted or called.

use std::sync::Arc;

use super::parcel::{Loss, Parcel, What};
use super::queue::{Queue, Source};
use super::waiting::{Lack, Room, Taken, Waiting};
use crate::event::{About, Event, EventKind};
use crate::lock::{Mutex, Rank, lock};
use crate::runtime::clock;

/// An event up to this size may always wait, whatever the limit of bytes.
const SMALL_BYTES: usize = 64 << 10;

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub events: usize,
    pub bytes: usize,
}

/// What waits and what was lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    pub waiting_events: usize,
    pub waiting_bytes: usize,
    pub waiting_audio_frames: u64,
    pub dropped_events: u64,
    pub dropped_audio_frames: u64,
}

pub struct Mailbox {
    /// `None`: each event has its own.
    about: Option<About>,
    limits: Limits,
    queue: Arc<Queue>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: Waiting,
    delivered: u64,
    /// In total.
    lost: Loss,
    /// Not reported yet.
    untold: Loss,
    /// Stored separately, so that it always fits.
    terminal: Option<Event>,
    /// The terminal event was added: none follows.
    sealed: bool,
    /// The handle was closed: no poll follows.
    abandoned: bool,
    /// The queue knows that something waits here.
    listed: bool,
}

/// Result of an attempt to add an event. Its contents are dropped outside the lock.
#[allow(clippy::large_enum_variant, reason = "it lives for one call, and a box would be an allocation")]
enum Offer {
    Added,
    /// No poll follows, or the event exceeds the limits alone.
    Refused {
        _event: Event,
    },
    /// This event was dropped; there may be space now.
    Again {
        event: Event,
        _shed: Option<Taken>,
    },
    /// Memory must be allocated for it first.
    Lacking {
        event: Event,
        lack: Lack,
    },
}

impl Mailbox {
    /// Of one session.
    pub fn new(about: About, limits: Limits, queue: Arc<Queue>) -> Arc<Mailbox> {
        Mailbox::with(Some(about), limits, queue)
    }

    /// A mailbox of events that concern many sessions, such as log lines.
    pub fn of_many(limits: Limits, queue: Arc<Queue>) -> Arc<Mailbox> {
        Mailbox::with(None, limits, queue)
    }

    fn with(about: Option<About>, limits: Limits, queue: Arc<Queue>) -> Arc<Mailbox> {
        queue.join();
        Arc::new(Mailbox { about, limits, queue, state: Mutex::new(Rank::Mailbox, State::default()) })
    }

    pub fn queue(&self) -> &Arc<Queue> {
        &self.queue
    }

    /// Adds one event and wakes a poller.
    pub fn push(self: &Arc<Self>, event: Event) {
        self.add(event);
        self.announce();
    }

    /// Adds one event, dropping others if necessary. After the terminal event it does nothing. Events that arrive
    /// together are added one by one, so that the limits hold meanwhile, and announced once.
    pub fn add(&self, event: Event) {
        let mut event = event.with_tidy_texts();
        event.time_ns = clock::monotonic_ns();
        if let Some(about) = &self.about {
            event.session_tag = about.tag;
            event.session_name.clone_from(&about.name);
        }
        let mut room = Room::default();
        loop {
            let offer = lock(&self.state).offer(event, self.limits, &mut room);
            match offer {
                Offer::Added | Offer::Refused { .. } => return,
                Offer::Again { event: again, .. } => event = again,
                Offer::Lacking { event: again, lack } => {
                    room.make(&lack);
                    event = again;
                }
            }
        }
    }

    /// Wakes a poller if something waits that was not announced to the queue.
    pub fn announce(self: &Arc<Self>) {
        let is_news = {
            let mut state = lock(&self.state);
            state.has_more() && !std::mem::replace(&mut state.listed, true)
        };
        if is_news {
            self.queue.list(self.clone());
        }
    }

    /// The terminal event was taken, or no poll follows.
    pub fn is_finished(&self) -> bool {
        let state = lock(&self.state);
        state.abandoned || (state.sealed && !state.has_more())
    }

    /// Removes what cannot be taken any more and returns it, because it may be much to free.
    pub fn abandon(self: &Arc<Self>) -> impl Send + use<> {
        let forgotten = {
            let mut state = lock(&self.state);
            state.abandoned = true;
            (std::mem::take(&mut state.waiting), state.terminal.take())
        };
        self.queue.unlist(&**self);
        forgotten
    }

    pub fn levels(&self) -> Levels {
        let state = lock(&self.state);
        Levels {
            waiting_events: state.waiting.events,
            waiting_bytes: state.waiting.bytes,
            waiting_audio_frames: state.waiting.frames,
            dropped_events: state.lost.events,
            dropped_audio_frames: state.lost.frames,
        }
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.queue.leave();
    }
}

impl Source for Mailbox {
    fn take(&self) -> (Option<Parcel>, bool) {
        let (what, seq, has_more) = {
            let mut state = lock(&self.state);
            let what = state.next();
            state.listed = state.has_more();
            (what, state.delivered, state.listed)
        };
        (what.map(|what| Parcel { seq, what, about: self.about.clone() }), has_more)
    }
}

impl State {
    fn has_more(&self) -> bool {
        !self.abandoned && (self.untold.events > 0 || !self.waiting.is_empty() || self.terminal.is_some())
    }

    fn next(&mut self) -> Option<What> {
        let what = if self.untold.events > 0 {
            // The loss is reported before the remaining events.
            What::Loss(std::mem::take(&mut self.untold))
        } else if let Some(taken) = self.waiting.take() {
            What::Waiting(taken)
        } else {
            What::Terminal(self.terminal.take()?)
        };
        self.delivered += 1;
        Some(what)
    }

    fn offer(&mut self, event: Event, limits: Limits, room: &mut Room) -> Offer {
        if self.sealed || self.abandoned {
            return Offer::Refused { _event: event };
        }
        if event.kind == EventKind::Closed {
            self.terminal = Some(event);
            self.sealed = true;
            return Offer::Added;
        }
        let bytes = event.size_bytes();
        if bytes > limits.bytes.max(SMALL_BYTES) {
            self.lose(event.pcm_frames());
            return Offer::Refused { _event: event };
        }
        let has_room =
            self.waiting.events < limits.events && self.waiting.bytes.saturating_add(bytes) <= limits.bytes;
        if has_room || self.waiting.is_empty() {
            return match self.waiting.push(event, room) {
                None => Offer::Added,
                Some((event, lack)) => Offer::Lacking { event, lack },
            };
        }
        let shed = self.waiting.shed();
        self.lose(shed.as_ref().map_or(0, Taken::frames));
        Offer::Again { event, _shed: shed }
    }

    fn lose(&mut self, frames: u64) {
        for loss in [&mut self.lost, &mut self.untold] {
            loss.events += 1;
            loss.frames += frames;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Texts, flag};
    #[cfg(debug_assertions)]
    use crate::lock::frees_under;
    use crate::session::events::parcel::Numbered;
    use crate::session::events::queue::Polled;

    const SMALL: Limits = Limits { events: 4, bytes: 1 << 20 };

    fn mailbox(limits: Limits) -> Arc<Mailbox> {
        Mailbox::new(About { tag: 7, name: None }, limits, Arc::new(Queue::new()))
    }

    fn text(words: &str, flags: u32) -> Event {
        Event { flags, texts: Texts::new(words, "", "", ""), ..Event::new(EventKind::Transcript) }
    }

    fn audio(frames: usize) -> Event {
        Event { pcm: vec![0; frames], channels: 1, ..Event::new(EventKind::Audio) }
    }

    fn drain(mailbox: &Mailbox) -> Vec<Numbered> {
        std::iter::from_fn(|| mailbox.take().0).map(Parcel::open).collect()
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
    fn what_is_too_large_for_the_limit_is_lost_and_told() {
        let mailbox = mailbox(Limits { events: 4, bytes: 1 });
        mailbox.push(audio(1000));
        assert_eq!(mailbox.levels().waiting_events, 1, "one that is small may always wait");
        mailbox.push(audio(SMALL_BYTES));
        assert_eq!(mailbox.levels().waiting_bytes, audio(1000).size_bytes());
        let events = drain(&mailbox);
        assert_eq!((events[0].event.kind, events[0].event.dropped), (EventKind::Overflow, 1));
        assert_eq!(events[1].event.pcm_frames(), 1000);
    }

    #[test]
    fn what_is_added_is_found_when_it_is_announced() {
        let mailbox = mailbox(SMALL);
        let now = || mailbox.queue().poll(Some(tokio::time::Instant::now()));
        mailbox.add(text("a", flag::FINAL));
        mailbox.add(text("b", flag::FINAL));
        assert!(matches!(now(), Polled::Nothing));
        mailbox.announce();
        mailbox.announce();
        assert!(matches!(now(), Polled::Event(_)));
        assert!(matches!(now(), Polled::Event(_)));
        assert!(matches!(now(), Polled::Nothing));
    }

    /// Everything that a producer and a poller do: lines that grow, are shed and become empty, a loss, an end, and a
    /// close while something waits.
    #[test]
    #[cfg(debug_assertions)]
    fn nothing_is_freed_under_a_lock() {
        let locks = [Rank::Mailbox, Rank::Ready];
        let before = frees_under(&locks);
        let queue = Arc::new(Queue::new());
        let limits = Limits { events: 500, bytes: 1 << 20 };
        let about = |tag| About { tag, name: Some(Arc::new(c"name".to_owned())) };
        let mailboxes: Vec<_> = (0..20).map(|tag| Mailbox::new(about(tag), limits, queue.clone())).collect();
        for mailbox in &mailboxes {
            for n in 0..1000 {
                mailbox.push(text("words", if n % 3 == 0 { flag::FINAL } else { 0 }));
                mailbox.push(audio(1000));
            }
            mailbox.push(Event::new(EventKind::Closed));
            mailbox.push(text("after the end", flag::FINAL));
        }
        drop(mailboxes[0].abandon());
        mailboxes.iter().for_each(|mailbox| assert!(mailbox.levels().dropped_events > 0));
        drop(mailboxes);
        while let Polled::Event(_) = queue.poll(Some(tokio::time::Instant::now())) {}
        assert_eq!(frees_under(&locks), before);
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

    #[test]
    fn a_loss_is_told_also_where_nothing_else_waits() {
        let mailbox = mailbox(Limits { events: 4, bytes: 1 });
        mailbox.push(audio(SMALL_BYTES));
        let Polled::Event(told) = mailbox.queue().poll(Some(tokio::time::Instant::now())) else {
            panic!("nothing is announced");
        };
        assert_eq!((told.event.kind, told.event.dropped), (EventKind::Overflow, 1));
    }
}
