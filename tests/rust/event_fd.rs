//! Many events through the descriptor of an event loop: none is lost, no wake-up is missed.
//!
//! Threads of the test send them, not a network, each only when most of the previous ones were taken. So the queue is
//! empty again and again, and an event that arrives then must make the descriptor readable. If one does
//! not, the test waits forever.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags};
use palabra::event::{About, Event, EventKind};
use palabra::session::events::mailbox::{Limits, Mailbox};
use palabra::session::events::queue::{Polled, Queue};
use tokio::time::Instant;

const SESSIONS: u64 = 4;
/// Events per session. Each costs a thread switch, which is slow when other programs use the processors.
const SOME: u64 = 5_000;
const MANY: u64 = 250_000;
const LIMITS: Limits = Limits { events: 1000, bytes: 1 << 24 };
/// Timeout for an event that is already in transit.
const STUCK_MS: u16 = 20_000;

struct Line {
    mailbox: Arc<Mailbox>,
    events: u64,
    taken: AtomicU64,
}

impl Line {
    /// Sends all events, never more than a few ahead of the receiver.
    fn send(&self) {
        for sent in 0..self.events {
            let ahead = 1 + sent % 3;
            while sent - self.taken.load(Ordering::Acquire) >= ahead {
                thread::yield_now();
            }
            self.mailbox.push(Event::new(EventKind::Raw));
        }
    }
}

/// Takes events until there is none, as the header requires; checks the order within each session.
fn drain(queue: &Queue, lines: &[Line]) -> u64 {
    let mut count = 0;
    loop {
        match queue.poll(Some(Instant::now())) {
            Polled::Event(numbered) => {
                let line = &lines[numbered.event.session_tag as usize];
                let before = line.taken.fetch_add(1, Ordering::Release);
                assert_eq!(numbered.seq, before + 1, "an event of session {}", numbered.event.session_tag);
                count += 1;
            }
            Polled::Nothing => return count,
            Polled::Closed => panic!("nobody closed the queue"),
        }
    }
}

fn none_is_lost(trigger: EpollFlags, events: u64) {
    let queue = Arc::new(Queue::new());
    let mailbox = |tag| Mailbox::new(About { tag, name: None }, LIMITS, queue.clone());
    let lines: Vec<_> =
        (0..SESSIONS).map(|tag| Line { mailbox: mailbox(tag), events, taken: AtomicU64::new(0) }).collect();
    // SAFETY: the queue lives until the end of the test, and the descriptor with it.
    let fd = unsafe { BorrowedFd::borrow_raw(queue.doorbell().unwrap().raw()) };
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).unwrap();
    epoll.add(fd, EpollEvent::new(EpollFlags::EPOLLIN | trigger, 0)).unwrap();
    let mut ready = [EpollEvent::empty()];
    let (mut taken, mut returns) = (0, 0);
    thread::scope(|scope| {
        for line in &lines {
            scope.spawn(|| line.send());
        }
        while taken < SESSIONS * events {
            if epoll.wait(&mut ready, STUCK_MS).unwrap() == 0 {
                // Not a panic: the sending threads would wait forever.
                eprintln!("stuck after {taken} events with {} waiting", drain(&queue, &lines));
                std::process::exit(1);
            }
            returns += 1;
            taken += drain(&queue, &lines);
        }
    });
    assert_eq!(epoll.wait(&mut ready, 0u8).unwrap(), 0, "quiet when nothing waits");
    assert!(lines.iter().all(|line| line.mailbox.levels().dropped_events == 0));
    // Otherwise the queue was never empty and nothing was tested.
    assert!(returns > SESSIONS * events / 100, "readable only {returns} times");
    println!("{taken} events, readable {returns} times");
}

#[test]
fn level_triggered() {
    none_is_lost(EpollFlags::empty(), SOME);
}

#[test]
fn edge_triggered() {
    none_is_lost(EpollFlags::EPOLLET, SOME);
}

#[test]
#[ignore = "prove: half a minute of both processors"]
fn a_million_level_triggered() {
    none_is_lost(EpollFlags::empty(), MANY);
}

#[test]
#[ignore = "prove: half a minute of both processors"]
fn a_million_edge_triggered() {
    none_is_lost(EpollFlags::EPOLLET, MANY);
}
