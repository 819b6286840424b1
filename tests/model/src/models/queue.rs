//! A queue of events: its waits, its doorbell and its callback.

use loom::thread;
use std::sync::Arc;

use tokio::time::Instant;

use crate::event::{About, Event, EventKind};
use crate::library;
use crate::session::events::mailbox::{Limits, Mailbox};
use crate::session::events::queue::{Polled, Queue};
use crate::sync::{AtomicBool, AtomicUsize, Ordering};

pub(super) const LIMITS: Limits = Limits { events: 100, bytes: 1 << 20 };

fn queue() -> (Arc<Queue>, Arc<Mailbox>) {
    let queue = Arc::new(Queue::new());
    let mailbox = Mailbox::new(About { tag: 0, name: None }, LIMITS, queue.clone());
    (queue, mailbox)
}

pub(super) fn event() -> Event {
    Event::new(EventKind::Raw)
}

fn now() -> Option<Instant> {
    Some(Instant::now())
}

fn is_event(polled: &Polled) -> bool {
    matches!(polled, Polled::Event(_))
}

pub(super) fn an_event_ends_the_wait_for_it() {
    let (queue, mailbox) = queue();
    let poller = thread::spawn(move || queue.poll(None));
    mailbox.push(event());
    assert!(is_event(&poller.join().unwrap()));
}

/// Both of one session: the first poller must wake the second.
pub(super) fn two_events_end_two_waits() {
    let (queue, mailbox) = queue();
    let pollers = [queue.clone(), queue].map(|queue| thread::spawn(move || queue.poll(None)));
    mailbox.add(event());
    mailbox.add(event());
    mailbox.announce();
    assert!(pollers.map(|poller| is_event(&poller.join().unwrap())).iter().all(|&is_event| is_event));
}

pub(super) fn a_wake_up_ends_one_wait() {
    let (queue, mailbox) = queue();
    let poller = queue.clone();
    let poller = thread::spawn(move || [poller.poll(None), poller.poll(None)]);
    let waker = queue.clone();
    let waker = thread::spawn(move || waker.wake());
    mailbox.push(event());
    let polled = poller.join().unwrap();
    waker.join().unwrap();
    assert_eq!(polled.iter().filter(|polled| is_event(polled)).count(), 1, "{polled:?}");
}

pub(super) fn the_doorbell_is_raised_while_something_waits() {
    let (queue, mailbox) = queue();
    queue.doorbell().unwrap();
    let poller = queue.clone();
    let poller = thread::spawn(move || {
        is_event(&poller.poll(now())) as usize + is_event(&poller.poll(now())) as usize
    });
    mailbox.push(event());
    mailbox.push(event());
    let taken = poller.join().unwrap();
    assert_eq!(queue.doorbell().unwrap().is_raised(), taken < 2);
    while is_event(&queue.poll(now())) {}
    assert!(!queue.doorbell().unwrap().is_raised());
}

pub(super) fn a_doorbell_made_late_is_right() {
    let (queue, mailbox) = queue();
    let pusher = thread::spawn(move || mailbox.push(event()));
    queue.doorbell().unwrap();
    let taken = is_event(&queue.poll(now()));
    pusher.join().unwrap();
    assert_eq!(queue.doorbell().unwrap().is_raised(), !taken);
}

/// An event is polled, or its arrival is told later.
pub(super) fn a_callback_is_called_for_an_event() {
    let (queue, mailbox) = queue();
    let server = thread::spawn(library::serve);
    let pusher = thread::spawn(move || mailbox.push(event()));
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    queue.set_callback(Some(Arc::new(move || {
        counted.fetch_add(1, Ordering::SeqCst);
    })));
    pusher.join().unwrap();
    library::end();
    server.join().unwrap();
    assert!(calls.load(Ordering::SeqCst) > 0);
}

/// A callback that polls what there is leaves nothing, also of what arrives while it runs.
pub(super) fn a_callback_is_called_for_what_it_missed() {
    let (queue, mailbox) = queue();
    let server = thread::spawn(library::serve);
    mailbox.push(event());
    let pusher = thread::spawn(move || mailbox.push(event()));
    let polled = Arc::new(AtomicUsize::new(0));
    let (counted, of) = (polled.clone(), Arc::downgrade(&queue));
    queue.set_callback(Some(Arc::new(move || {
        let queue = of.upgrade().expect("the queue outlives its callback");
        while is_event(&queue.poll(now())) {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    })));
    pusher.join().unwrap();
    library::end();
    server.join().unwrap();
    assert_eq!(polled.load(Ordering::SeqCst), 2);
}

pub(super) fn a_callback_that_was_replaced_is_over() {
    let (queue, mailbox) = queue();
    let server = thread::spawn(library::serve);
    let is_over = Arc::new(AtomicBool::new(false));
    let seen = is_over.clone();
    queue.set_callback(Some(Arc::new(move || assert!(!seen.load(Ordering::SeqCst)))));
    let pusher = thread::spawn(move || {
        mailbox.push(event());
        mailbox.push(event());
    });
    queue.set_callback(None);
    is_over.store(true, Ordering::SeqCst);
    pusher.join().unwrap();
    library::end();
    server.join().unwrap();
}

pub(super) fn a_close_ends_waits() {
    let (queue, mailbox) = queue();
    let pollers = [queue.clone(), queue.clone()].map(|queue| thread::spawn(move || queue.poll(None)));
    mailbox.push(event());
    queue.close();
    let events = pollers.map(|poller| poller.join().unwrap());
    assert!(events.iter().filter(|polled| is_event(polled)).count() <= 1);
    assert!(events.iter().all(|polled| !matches!(polled, Polled::Nothing)));
}
