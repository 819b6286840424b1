//! The event path (a session's mailbox and its queue) compared with channels. Run with `cargo bench --bench events`.
//!
//! `one channel` is the minimum cost of a channel: when it is full, its oldest event is dropped, of any kind. `four
//! channels` does the same as the mailbox: one for each class of events, merged in the order of arrival, with a common
//! limit on count and bytes; the least important event is dropped first. Both have one poller and signal no descriptor.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "it is no part of the library")]
#![allow(clippy::print_stdout, reason = "it prints a table")]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use palabra::event::{About, Event, EventKind, Texts};
use palabra::session::events::mailbox::{Limits, Mailbox};
use palabra::session::events::queue::{Polled, Queue};
use tokio::time::Instant;

/// The default limits of a session.
const LIMITS: Limits = Limits { events: 1000, bytes: 16 << 20 };
const BURST: usize = 1000;
const EVENTS: usize = 100_000;
/// The best of several rounds counts, because other programs use the machine too.
const ROUNDS: usize = 5;

trait Way: Send + Sync {
    fn push(&self, event: Event);
    /// Never waits.
    fn poll(&self) -> Option<Event>;
    fn waiting(&self) -> usize;
}

impl Way for Arc<Mailbox> {
    fn push(&self, event: Event) {
        Mailbox::push(self, event);
    }

    fn poll(&self) -> Option<Event> {
        match self.queue().poll(Some(Instant::now())) {
            Polled::Event(numbered) => Some(numbered.event),
            _ => None,
        }
    }

    fn waiting(&self) -> usize {
        self.levels().waiting_events
    }
}

struct OneChannel(Sender<Event>, Receiver<Event>);

impl Way for OneChannel {
    fn push(&self, event: Event) {
        let mut event = prepared(event);
        while let Err(full) = self.0.try_send(event) {
            drop(self.1.try_recv());
            event = full.into_inner();
        }
    }

    fn poll(&self) -> Option<Event> {
        self.1.try_recv().ok()
    }

    fn waiting(&self) -> usize {
        self.1.len()
    }
}

/// One channel: events with their index.
type Class = (Sender<(usize, Event)>, Receiver<(usize, Event)>);

struct FourChannels {
    classes: [Class; 4],
    /// The first event of each class, because a channel cannot be peeked.
    heads: Mutex<[Option<(usize, Event)>; 4]>,
    arrived: AtomicUsize,
    events: AtomicUsize,
    bytes: AtomicUsize,
}

impl FourChannels {
    fn class(event: &Event) -> usize {
        match event.kind {
            EventKind::Transcript if event.flags & 1 == 0 => 0,
            EventKind::Raw | EventKind::Log => 1,
            EventKind::Audio => 2,
            _ => 3,
        }
    }

    fn gone(&self, event: &Event) {
        self.events.fetch_sub(1, Ordering::Relaxed);
        self.bytes.fetch_sub(size(event), Ordering::Relaxed);
    }

    fn shed(&self) {
        let shed = self.classes.iter().find_map(|(_, receiver)| receiver.try_recv().ok());
        if let Some((_, event)) = shed {
            self.gone(&event);
        }
    }
}

impl Way for FourChannels {
    fn push(&self, event: Event) {
        let event = prepared(event);
        let bytes = self.bytes.fetch_add(size(&event), Ordering::Relaxed) + size(&event);
        let events = self.events.fetch_add(1, Ordering::Relaxed) + 1;
        if events > LIMITS.events || bytes > LIMITS.bytes {
            self.shed();
        }
        let stamp = self.arrived.fetch_add(1, Ordering::Relaxed);
        let _ = self.classes[FourChannels::class(&event)].0.send((stamp, event));
    }

    fn poll(&self) -> Option<Event> {
        let mut heads = self.heads.lock().unwrap();
        for (head, (_, receiver)) in heads.iter_mut().zip(&self.classes) {
            if head.is_none() {
                *head = receiver.try_recv().ok();
            }
        }
        let first = heads.iter_mut().filter(|head| head.is_some());
        let (_, event) = first.min_by_key(|head| head.as_ref().map(|(stamp, _)| *stamp))?.take()?;
        self.gone(&event);
        Some(event)
    }

    fn waiting(&self) -> usize {
        self.events.load(Ordering::Relaxed)
    }
}

/// Sets the fields that a mailbox sets in an event, for the channels.
fn prepared(mut event: Event) -> Event {
    event.time_ns = palabra::runtime::clock::monotonic_ns();
    event.session_tag = 7;
    event
}

fn size(event: &Event) -> usize {
    size_of::<Event>() + event.texts.text().len() + 2 * event.pcm.len()
}

fn transcript() -> Event {
    let texts = Texts::new("He was not an ill disposed young man", "en", "0123456789abcdef", "");
    Event { texts, flags: 1, ..Event::new(EventKind::Transcript) }
}

fn ways() -> [(&'static str, Box<dyn Way>); 3] {
    let mailbox = Mailbox::new(About { tag: 7, name: None }, LIMITS, Arc::new(Queue::new()));
    let (sender, receiver) = bounded(LIMITS.events);
    let four = FourChannels {
        classes: std::array::from_fn(|_| unbounded()),
        heads: Mutex::default(),
        arrived: AtomicUsize::new(0),
        events: AtomicUsize::new(0),
        bytes: AtomicUsize::new(0),
    };
    [
        ("mailbox and queue", Box::new(mailbox)),
        ("one channel", Box::new(OneChannel(sender, receiver))),
        ("four channels", Box::new(four)),
    ]
}

/// The CPU time of this thread, which excludes the time that other programs use.
fn cpu() -> Duration {
    nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap().into()
}

/// Nanoseconds of CPU time for each event.
fn per_event(events: usize, run: impl Fn()) -> f64 {
    let round = || {
        let begun = cpu();
        run();
        (cpu() - begun).as_nanos() as f64 / events as f64
    };
    (0..ROUNDS).map(|_| round()).fold(f64::MAX, f64::min)
}

fn one_by_one(way: &dyn Way) {
    for _ in 0..EVENTS {
        way.push(transcript());
        drop(way.poll());
    }
}

fn in_bursts(way: &dyn Way) {
    for _ in 0..EVENTS / BURST {
        (0..BURST).for_each(|_| way.push(transcript()));
        (0..BURST).for_each(|_| drop(way.poll()));
    }
}

/// One thread pushes as fast as the events are taken; this thread takes them.
fn between_threads(way: &dyn Way, mut note: impl FnMut(Duration, Duration)) {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..EVENTS {
                while way.waiting() >= LIMITS.events - 10 {
                    thread::yield_now();
                }
                way.push(transcript());
            }
            is_over.store(true, Ordering::Release);
        });
        loop {
            let was_over = is_over.load(Ordering::Acquire);
            let (begun, used) = (Instant::now(), cpu());
            let event = way.poll();
            note(begun.elapsed(), cpu() - used);
            if event.is_none() && was_over {
                return;
            }
        }
    });
}

/// The 99.9th percentile of the wall-clock time of a poll, and the maximum of its CPU time, in microseconds.
fn worst(way: &dyn Way) -> (f64, f64) {
    let round = || {
        let (mut clock, mut most) = (Vec::with_capacity(4 * EVENTS), Duration::ZERO);
        between_threads(way, |took, used| {
            clock.push(took);
            most = most.max(used);
        });
        clock.sort_unstable();
        let us = |time: Duration| time.as_nanos() as f64 / 1000.0;
        (us(clock[clock.len() - 1 - clock.len() / 1000]), us(most))
    };
    (0..ROUNDS).map(|_| round()).fold((f64::MAX, f64::MAX), |(a, b), (c, d)| (a.min(c), b.min(d)))
}

fn main() {
    let made = per_event(EVENTS, || (0..EVENTS).for_each(|_| drop(std::hint::black_box(transcript()))));
    println!("making and freeing an event alone: {made:.0} ns; ns for each event, us for polls");
    println!("{:18} {:>9} {:>9} {:>12} {:>11}", "", "push+poll", "bursts", "99.9 % polls", "worst poll");
    for (name, way) in ways() {
        let alone = per_event(EVENTS, || one_by_one(&*way));
        let bursts = per_event(EVENTS, || in_bursts(&*way));
        let (usual, most) = worst(&*way);
        println!("{name:18} {alone:9.0} {bursts:9.0} {usual:12.2} {most:11.1}");
    }
}
