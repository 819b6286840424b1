//! When a name is returned, to whom, and when not.

use super::*;
use crate::event::EventKind;
use crate::session::events::queue::Polled;
use std::collections::HashSet;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const NONE: [u64; 0] = [];
const SMALL: Limits = Limits { events: 1000, bytes: 1 << 20 };
/// What takes longer has not happened.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a session has of all this. Its handle is its tag plus 100.
struct Source {
    member: Member,
    queue: Arc<Queue>,
    mailbox: Arc<Mailbox>,
}

impl Source {
    fn unnamed(names: &Arc<Names>, tag: u64) -> Source {
        let member = Member::new(names.clone(), Kind::Session, tag);
        let queue = member.queue();
        let mailbox = Mailbox::new(About { tag, name: None }, SMALL, queue.clone());
        Source { member, queue, mailbox }
    }

    fn new(names: &Arc<Names>, tag: u64) -> Source {
        let source = Source::unnamed(names, tag);
        source.member.introduce(tag as usize + 100);
        source
    }

    fn push(&self) {
        self.mailbox.push(Event::new(EventKind::Raw));
    }

    fn take(&self) -> Option<EventKind> {
        let poll = || match self.queue.poll(Some(Instant::now())) {
            Polled::Event(numbered) => Some(Some(numbered.event.kind)),
            _ => Some(None),
        };
        self.member.poll(&self.queue, poll).unwrap()
    }
}

fn names() -> Arc<Names> {
    let names = Names::default();
    names.introduce(7);
    Arc::new(names)
}

fn sources(names: &Arc<Names>, count: u64) -> Vec<Source> {
    (0..count).map(|tag| Source::new(names, tag)).collect()
}

/// The tags of the names that wait.
fn waiting(names: &Names) -> Vec<u64> {
    std::iter::from_fn(|| match names.poll(Some(Instant::now())) {
        Waited::Taken(name) => Some(name.tag),
        _ => None,
    })
    .collect()
}

#[test]
fn a_name_comes_once_and_again_when_a_take_left_nothing() {
    let names = names();
    let all = sources(&names, 2);
    all[1].push();
    all[0].push();
    all[1].push();
    assert_eq!(waiting(&names), [1, 0], "once, and what has waited longest first");
    all[1].push();
    all[1].take();
    all[1].push();
    assert_eq!(waiting(&names), NONE, "it was told, and its queue was not empty since");
    while all[1].take().is_some() {}
    assert_eq!(waiting(&names), NONE);
    all[1].push();
    assert_eq!(waiting(&names), [1], "after a poll that found nothing");
    all[1].take();
    all[1].push();
    all[1].take();
    all[1].push();
    assert_eq!(waiting(&names), [1], "after a poll that took the last event, and once");
}

#[test]
fn the_end_of_a_session_is_an_event_as_all_others() {
    let names = names();
    let source = Source::new(&names, 3);
    source.mailbox.push(Event::new(EventKind::Closed));
    assert_eq!(waiting(&names), [3]);
    assert_eq!(source.take(), Some(EventKind::Closed));
    source.push();
    assert_eq!(waiting(&names), NONE, "nothing follows it");
}

#[test]
fn each_session_keeps_its_own_limits() {
    let names = names();
    let all = sources(&names, 2);
    (0..SMALL.events + 5).for_each(|_| all[0].push());
    all[1].push();
    assert_eq!(all[0].take(), Some(EventKind::Overflow));
    assert_eq!(all[1].mailbox.levels().dropped_events, 0);
    assert_eq!(waiting(&names), [0, 1]);
}

#[test]
fn what_came_before_the_handle_is_told_with_it() {
    let names = names();
    let source = Source::unnamed(&names, 3);
    source.push();
    assert_eq!(waiting(&names), NONE);
    source.member.introduce(103);
    let Waited::Taken(name) = names.poll(Some(Instant::now())) else { panic!("no name") };
    assert_eq!(name, Named { kind: Kind::Session, handle: 103, tag: 3 });
}

#[test]
fn a_session_that_was_closed_is_not_named_any_more() {
    let names = names();
    let all = sources(&names, 3);
    all.iter().for_each(Source::push);
    all[1].member.forget();
    assert_eq!(waiting(&names), [0, 2]);
    while all[0].take().is_some() {}
    all[0].member.forget();
    all[0].push();
    assert_eq!(waiting(&names), NONE, "nor when something comes late");
}

#[test]
fn a_session_that_is_closed_while_it_is_told_is_not_named_either() {
    let names = names();
    for _ in 0..200 {
        let source = Source::new(&names, 0);
        thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..20 {
                    source.push();
                    source.take();
                }
            });
            source.member.forget();
            assert_eq!(waiting(&names), NONE);
        });
        assert_eq!(waiting(&names), NONE);
    }
}

#[test]
fn who_is_kept_out_loses_nothing() {
    let names = names();
    let source = Source::new(&names, 0);
    let inside = source.member.poll(&source.queue, || {
        // Another thread gets the name while this one is inside a poll that has found nothing.
        source.push();
        assert_eq!(waiting(&names), [0]);
        assert!(source.member.poll(&source.queue, || None::<()>).is_none());
        Some(())
    });
    assert!(inside.is_some());
    assert_eq!(waiting(&names), [0], "whoever was inside has named it again");
    assert!(source.take().is_some());
}

#[test]
fn of_two_pollers_one_always_finds_it() {
    use crate::runtime::try_cell::TryCell;
    let names = names();
    let source = Source::new(&names, 0);
    let cell = TryCell::new(());
    let now = || Some(Instant::now());
    let count = 20_000;
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..2 {
            let (tell, source, names, cell) = (tell.clone(), &source, &names, &cell);
            scope.spawn(move || {
                while let Waited::Taken(_) = names.poll(None) {
                    let poll = || cell.try_with(|()| source.queue.poll(now()));
                    while let Some(Polled::Event(_)) = source.member.poll(&source.queue, poll) {
                        tell.send(()).unwrap();
                    }
                }
            });
        }
        for _ in 0..count {
            source.push();
            let found = told.recv_timeout(PATIENCE);
            if found.is_err() {
                names.close();
            }
            found.expect("an event that nobody was told of");
        }
        names.close();
    });
}

#[test]
fn each_name_goes_to_one_of_those_who_wait() {
    let names = names();
    let all = sources(&names, 200);
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..4 {
            let (tell, names) = (tell.clone(), &names);
            scope.spawn(move || {
                while let Waited::Taken(name) = names.poll(None) {
                    tell.send(name.tag).unwrap();
                }
            });
        }
        all.iter().for_each(Source::push);
        let tags: Vec<_> = all.iter().map(|_| told.recv_timeout(PATIENCE).unwrap()).collect();
        names.close();
        assert_eq!(tags.iter().collect::<HashSet<_>>().len(), all.len());
    });
    assert!(told.try_recv().is_err());
}

#[test]
fn a_wakeup_ends_one_wait_for_a_name_and_a_close_ends_all() {
    let names = names();
    names.wake();
    assert!(matches!(names.poll(None), Waited::Nothing));
    assert!(matches!(names.own().poll(None), Polled::Nothing));
    thread::scope(|scope| {
        let pollers = [(); 3].map(|()| scope.spawn(|| names.poll(None)));
        names.close();
        pollers.into_iter().for_each(|poller| assert!(matches!(poller.join().unwrap(), Waited::Closed)));
    });
    assert!(
        matches!(names.own().poll(Some(Instant::now())), Polled::Closed),
        "also those for what is the queue's own"
    );
}

#[test]
fn the_callback_tells_of_the_first_name() {
    let names = names();
    let all = sources(&names, 2);
    let (tell, told) = mpsc::channel();
    names.set_callback(Some(Arc::new(move || tell.send(()).unwrap())));
    all[0].push();
    told.recv_timeout(PATIENCE).unwrap();
    all[1].push();
    all[0].take();
    assert_eq!(waiting(&names), [0, 1], "a name stays where it is, whatever was taken from the session");
    all[0].push();
    told.recv_timeout(PATIENCE).unwrap();
    names.set_callback(None);
    assert!(told.try_recv().is_err(), "once for names that wait together");
}

#[test]
fn what_belongs_to_no_session_has_the_name_of_the_queue() {
    let names = names();
    let source = Source::new(&names, 3);
    let about = About { tag: 3, name: Some(Arc::new(c"a call".to_owned())) };
    source.member.request(&about, Event::new(EventKind::CredentialsNeeded));
    assert!(source.take().is_none());
    let Waited::Taken(name) = names.poll(Some(Instant::now())) else { panic!("no name") };
    assert_eq!(name, Named { kind: Kind::Queue, handle: 7, tag: 0 });
    let Polled::Event(found) = names.own().poll(Some(Instant::now())) else { panic!("no request") };
    assert_eq!((found.event.kind, found.event.session_tag), (EventKind::CredentialsNeeded, 3));
    assert_eq!(found.event.session_name, about.name);
    let other = Mailbox::of_many(SMALL, names.own().clone());
    source.member.request(&about, Event::new(EventKind::CredentialsNeeded));
    assert_eq!(waiting(&names), [0]);
    other.push(Event::new(EventKind::Log));
    assert_eq!(waiting(&names), NONE, "it is told already");
}

/// Members that come and go, with names that wait, are taken and are forgotten.
#[test]
#[cfg(debug_assertions)]
fn nothing_is_freed_under_the_lock() {
    use crate::lock::frees_under;
    let before = frees_under(&[Rank::Names, Rank::Ready, Rank::Mailbox]);
    let names = names();
    for round in 0..20 {
        let all = sources(&names, 50);
        all.iter().for_each(Source::push);
        all.iter().step_by(3).for_each(|source| source.member.forget());
        if round % 2 == 0 {
            waiting(&names);
        }
        drop(all);
    }
    waiting(&names);
    assert_eq!(frees_under(&[Rank::Names, Rank::Ready, Rank::Mailbox]), before);
}
