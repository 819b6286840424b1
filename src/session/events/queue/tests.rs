//! Who is woken, who takes events, and in which order.

use super::*;
use crate::event::{About, Event, EventKind};
use crate::runtime::reentry;
use crate::runtime::try_cell::TryCell;
use crate::session::events::mailbox::{Limits, Mailbox};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const LIMITS: Limits = Limits { events: 100_000, bytes: 1 << 30 };
/// What takes longer has not happened.
const PATIENCE: Duration = Duration::from_secs(20);

fn mailboxes(count: u64) -> (Arc<Queue>, Vec<Arc<Mailbox>>) {
    let queue = Arc::new(Queue::new());
    let mailboxes =
        (0..count).map(|tag| Mailbox::new(About { tag, name: None }, LIMITS, queue.clone())).collect();
    (queue, mailboxes)
}

fn event() -> Event {
    Event::new(EventKind::Raw)
}

fn now(queue: &Queue) -> Option<Numbered> {
    match queue.poll(Some(Instant::now())) {
        Polled::Event(event) => Some(event),
        _ => None,
    }
}

#[test]
fn sessions_take_turns_and_each_keeps_its_order() {
    let (queue, mailboxes) = mailboxes(2);
    for _ in 0..3 {
        mailboxes[0].push(event());
    }
    mailboxes[1].push(event());
    let order: Vec<_> = std::iter::from_fn(|| now(&queue)).map(|e| (e.event.session_tag, e.seq)).collect();
    assert_eq!(order, [(0, 1), (1, 1), (0, 2), (0, 3)]);
}

#[test]
fn a_wakeup_ends_one_poll_even_if_it_came_before() {
    let (queue, _) = mailboxes(0);
    queue.wake();
    assert!(matches!(queue.poll(None), Polled::Nothing));
    thread::scope(|scope| {
        let poller = scope.spawn(|| queue.poll(None));
        while queue.ready.waiters() == 0 {
            thread::yield_now();
        }
        queue.wake();
        assert!(matches!(poller.join().unwrap(), Polled::Nothing));
    });
}

/// An event loop would turn round for ever if the descriptor stayed readable.
#[cfg(unix)]
#[test]
fn a_wakeup_that_a_poll_has_taken_leaves_the_descriptor_quiet() {
    use crate::runtime::doorbell::tests::is_raised;
    let (queue, mailboxes) = mailboxes(1);
    let doorbell = queue.doorbell().unwrap();
    queue.wake();
    assert!(is_raised(doorbell));
    assert!(now(&queue).is_none());
    assert!(!is_raised(doorbell));
    mailboxes[0].push(event());
    assert!(is_raised(doorbell));
    assert!(now(&queue).is_some());
    assert!(!is_raised(doorbell));
}

/// Events that are announced together are announced once, to one thread.
#[test]
fn who_takes_an_event_wakes_the_next_for_what_is_left() {
    const POLLERS: usize = 3;
    let (queue, mailboxes) = mailboxes(1);
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..POLLERS {
            let (tell, queue) = (tell.clone(), &queue);
            // Each takes one event and polls no more.
            scope.spawn(move || tell.send(matches!(queue.poll(None), Polled::Event(_))).unwrap());
        }
        while queue.ready.waiters() < POLLERS {
            thread::yield_now();
        }
        (0..POLLERS).for_each(|_| mailboxes[0].add(event()));
        mailboxes[0].announce();
        let all: Vec<_> = (0..POLLERS).map(|_| told.recv_timeout(PATIENCE)).collect();
        queue.close();
        assert_eq!(all, [Ok(true); POLLERS]);
    });
}

#[test]
fn closing_sends_pollers_away() {
    let (queue, _) = mailboxes(0);
    thread::scope(|scope| {
        let poller = scope.spawn(|| queue.poll(None));
        queue.close();
        assert!(matches!(poller.join().unwrap(), Polled::Closed));
    });
}

/// Records its calls, and their threads.
fn listener() -> (Callback, mpsc::Receiver<thread::ThreadId>) {
    let (tell, told) = mpsc::channel();
    let callback = move || {
        assert!(reentry::is_inside());
        tell.send(thread::current().id()).unwrap();
    };
    (Arc::new(callback), told)
}

#[test]
fn the_callback_tells_of_the_first_event_and_of_what_waits_when_it_is_set() {
    let (queue, mailboxes) = mailboxes(1);
    let (callback, told) = listener();
    mailboxes[0].push(event());
    queue.set_callback(Some(callback));
    assert_eq!(told.try_recv(), Ok(thread::current().id()));
    mailboxes[0].push(event());
    while now(&queue).is_some() {}
    mailboxes[0].push(event());
    let teller = told.recv_timeout(PATIENCE).unwrap();
    assert_ne!(teller, thread::current().id(), "whoever pushes may hold a lock");
    queue.set_callback(None);
    while now(&queue).is_some() {}
    mailboxes[0].push(event());
    assert!(told.recv_timeout(PATIENCE).is_err(), "gone, and told nothing in between");
}

/// A callback that stays inside until it is released, and the signal that it is inside.
fn stubborn() -> (Callback, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let ((tell, told), (let_go, wait)) = (mpsc::channel(), mpsc::channel());
    let wait = TryCell::new(wait);
    let callback = move || {
        let _ = tell.send(());
        let _ = wait.try_with(|wait| wait.recv());
    };
    (Arc::new(callback), told, let_go)
}

#[test]
fn only_who_replaces_a_callback_waits_for_it() {
    let (queue, mailboxes) = mailboxes(2);
    let (callback, inside, let_go) = stubborn();
    queue.set_callback(Some(callback));
    mailboxes[0].push(event());
    inside.recv_timeout(PATIENCE).unwrap();
    // Everything that finds the queue empty and full again, in the time of one call.
    while now(&queue).is_some() {}
    mailboxes[0].push(event());
    mailboxes[1].push(event());
    while now(&queue).is_some() {}
    queue.wake();
    mailboxes[1].push(event());
    drop(mailboxes[0].abandon());
    let replacing = {
        let queue = queue.clone();
        thread::spawn(move || queue.set_callback(None))
    };
    assert!(!replacing.is_finished());
    queue.close();
    let_go.send(()).unwrap();
    replacing.join().unwrap();
    drop(let_go);
    assert!(inside.recv_timeout(PATIENCE).is_err(), "nothing is left of it");
}

#[test]
fn news_during_a_call_are_told_after_it() {
    let (queue, mailboxes) = mailboxes(1);
    let (callback, inside, let_go) = stubborn();
    mailboxes[0].push(event());
    // Called at once, on the thread that sets it.
    let setting = {
        let queue = queue.clone();
        thread::spawn(move || queue.set_callback(Some(callback)))
    };
    inside.recv_timeout(PATIENCE).unwrap();
    while now(&queue).is_some() {}
    mailboxes[0].push(event());
    let_go.send(()).unwrap();
    setting.join().unwrap();
    inside.recv_timeout(PATIENCE).unwrap();
    drop(let_go);
    queue.set_callback(None);
}

#[test]
fn many_producers_lose_nothing_and_keep_their_order() {
    let (queue, mailboxes) = mailboxes(8);
    let each = 5_000;
    thread::scope(|scope| {
        for mailbox in &mailboxes {
            scope.spawn(move || (0..each).for_each(|_| mailbox.push(event())));
        }
        let mut last = [0; 8];
        for _ in 0..8 * each {
            let Polled::Event(numbered) = queue.poll(None) else { panic!("closed") };
            let last = &mut last[numbered.event.session_tag as usize];
            assert_eq!(numbered.seq, *last + 1);
            *last = numbered.seq;
        }
    });
    assert!(now(&queue).is_none());
}
