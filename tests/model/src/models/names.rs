//! A queue of names: what a poll for names and one for events of a session leave to each other.

use loom::thread;
use std::sync::Arc;

use tokio::time::Instant;

use super::queue::{LIMITS, event};
use crate::event::About;
use crate::runtime::try_cell::TryCell;
use crate::session::events::mailbox::Mailbox;
use crate::session::events::names::{Kind, Member, Names, Waited};
use crate::session::events::queue::{Polled, Queue};

/// A session, as far as it has events.
struct Source {
    member: Member,
    queue: Arc<Queue>,
    mailbox: Arc<Mailbox>,
    poller: TryCell<()>,
}

const HANDLE: usize = 100;

impl Source {
    fn unnamed(names: &Arc<Names>) -> Arc<Source> {
        let member = Member::new(names.clone(), Kind::Session, 1);
        let queue = member.queue();
        let mailbox = Mailbox::new(About { tag: 1, name: None }, LIMITS, queue.clone());
        Arc::new(Source { member, queue, mailbox, poller: TryCell::new(()) })
    }

    fn new(names: &Arc<Names>) -> Arc<Source> {
        let source = Source::unnamed(names);
        source.member.introduce(HANDLE);
        source
    }

    /// As a poll of the session does it, without waiting; `None` while another thread polls.
    fn take(&self) -> Option<bool> {
        let take =
            || self.poller.try_with(|()| matches!(self.queue.poll(Some(Instant::now())), Polled::Event(_)));
        self.member.poll(&self.queue, take)
    }

    /// Takes what there is, and returns how much; what another thread keeps it from is that thread's.
    fn drain(&self) -> usize {
        let mut taken = 0;
        while self.take() == Some(true) {
            taken += 1;
        }
        taken
    }
}

fn names() -> Arc<Names> {
    let names = Arc::new(Names::default());
    names.introduce(7);
    names
}

fn is_named(names: &Names) -> bool {
    matches!(names.poll(Some(Instant::now())), Waited::Taken(_))
}

/// A thread that serves the queue gets each event by waiting for names alone.
pub(super) fn no_event_stays_without_a_name() {
    let names = names();
    let source = Source::new(&names);
    let pusher = source.clone();
    let pusher = thread::spawn(move || {
        pusher.mailbox.push(event());
        pusher.mailbox.push(event());
    });
    let mut taken = 0;
    while taken < 2 {
        assert!(matches!(names.poll(None), Waited::Taken(name) if name.handle == HANDLE));
        taken += source.drain();
    }
    pusher.join().unwrap();
    assert_eq!(taken, 2);
}

/// Two threads serve the queue: what one is kept from, the other one takes or names.
pub(super) fn a_poller_that_is_kept_out_loses_nothing() {
    let names = names();
    let source = Source::new(&names);
    source.mailbox.push(event());
    let servers = [0; 2].map(|_| {
        let (names, source) = (names.clone(), source.clone());
        thread::spawn(move || if is_named(&names) { source.drain() } else { 0 })
    });
    source.mailbox.push(event());
    let mut taken: usize = servers.map(|server| server.join().unwrap()).iter().sum();
    while is_named(&names) {
        taken += source.drain();
    }
    assert_eq!(taken, 2);
}

pub(super) fn a_name_that_is_introduced_late_comes() {
    let names = names();
    let source = Source::unnamed(&names);
    let pusher = source.clone();
    let pusher = thread::spawn(move || pusher.mailbox.push(event()));
    source.member.introduce(HANDLE);
    pusher.join().unwrap();
    assert!(is_named(&names));
    assert!(!is_named(&names), "once");
}

pub(super) fn a_forgotten_name_does_not_come() {
    let names = names();
    let source = Source::new(&names);
    let pusher = source.clone();
    let pusher = thread::spawn(move || pusher.mailbox.push(event()));
    source.member.forget();
    assert!(!is_named(&names));
    pusher.join().unwrap();
    assert!(!is_named(&names));
}
