//! One place to wait for the events of one session or of many.
//!
//! It lists the mailboxes that hold something. A poll takes from the one that has waited longest, so a talkative
//! session cannot starve the others; the order within a session is its own.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::mailbox::{Mailbox, Numbered};
use crate::lock::{Condvar, Mutex, Rank, lock};
use crate::runtime::doorbell::Doorbell;
use crate::runtime::reentry;

/// What a poll brought.
#[derive(Debug)]
pub enum Polled {
    Event(Numbered),
    Nothing,
    /// There will be nothing.
    Closed,
}

type Callback = Box<dyn Fn() + Send + Sync>;

pub struct Queue {
    ready: Mutex<Ready>,
    changed: Condvar,
    /// Made when somebody asks for it: those who do not, pay no descriptor.
    doorbell: OnceLock<Doorbell>,
    /// Held while it runs, so that replacing it waits for its end.
    callback: Mutex<Option<Callback>>,
}

impl Default for Queue {
    fn default() -> Queue {
        Queue {
            ready: Mutex::new(Rank::Ready, Ready::default()),
            changed: Condvar::new(),
            doorbell: OnceLock::new(),
            callback: Mutex::new(Rank::Callback, None),
        }
    }
}

#[derive(Default)]
struct Ready {
    mailboxes: VecDeque<Arc<Mailbox>>,
    waiters: usize,
    /// A wake-up that no poll has answered yet.
    woken: bool,
    closed: bool,
}

impl Queue {
    pub fn new() -> Queue {
        Queue::default()
    }

    /// Takes the next event, waiting for one until `deadline` (`None`: without limit).
    pub fn poll(&self, deadline: Option<Instant>) -> Polled {
        let mut ready = lock(&self.ready);
        loop {
            if ready.closed {
                return Polled::Closed;
            }
            if let Some(event) = ready.next() {
                // A mailbox is announced once, however much it holds: the next poller takes the next event.
                if !ready.mailboxes.is_empty() {
                    self.notify_one(&ready);
                }
                self.clear_if_quiet(&ready);
                return Polled::Event(event);
            }
            let woken = std::mem::take(&mut ready.woken);
            self.clear_if_quiet(&ready);
            let left = deadline.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()));
            if woken || left.is_zero() {
                return Polled::Nothing;
            }
            ready.waiters += 1;
            ready = match deadline {
                Some(_) => self.changed.wait_timeout(ready, left),
                None => self.changed.wait(ready),
            };
            ready.waiters -= 1;
        }
    }

    /// Ends the wait of a poll, or the next one before it begins.
    pub fn wake(&self) {
        let mut ready = lock(&self.ready);
        ready.woken = true;
        self.announce(&ready);
    }

    /// Sends pollers away for good.
    pub fn close(&self) {
        let forgotten = {
            let mut ready = lock(&self.ready);
            ready.closed = true;
            self.announce(&ready);
            std::mem::take(&mut ready.mailboxes)
        };
        drop(forgotten);
        self.set_callback(None);
    }

    /// What a foreign event loop waits for: raised exactly while something is there to poll.
    pub fn doorbell(&self) -> io::Result<&Doorbell> {
        // Under the lock: between making it and raising it nothing may arrive.
        let ready = lock(&self.ready);
        if self.doorbell.get().is_none() {
            let doorbell = Doorbell::new()?;
            if !ready.is_quiet() {
                doorbell.raise();
            }
            let _ = self.doorbell.set(doorbell);
        }
        self.doorbell.get().ok_or_else(|| io::ErrorKind::Other.into())
    }

    /// Replaces the callback. When this returns, the one before is not running and never will again.
    pub fn set_callback(&self, callback: Option<Callback>) {
        let mut current = lock(&self.callback);
        *current = callback;
        let something_waits = !lock(&self.ready).is_quiet();
        // Told at once, or a wake-up from before would be lost.
        if let Some(callback) = current.as_ref().filter(|_| something_waits) {
            reentry::within(callback);
        }
    }

    /// A mailbox got its first event.
    pub(super) fn list(&self, mailbox: Arc<Mailbox>) {
        let is_first = {
            let mut ready = lock(&self.ready);
            if ready.closed {
                return;
            }
            if ready.is_quiet() {
                self.ring();
            }
            // A wake-up that nobody has answered rang the doorbell, but the callback was not told of it.
            let is_first = ready.mailboxes.is_empty();
            ready.mailboxes.push_back(mailbox);
            self.notify_one(&ready);
            is_first
        };
        if is_first {
            self.call_back();
        }
    }

    pub(super) fn unlist(&self, mailbox: &Arc<Mailbox>) {
        let mut ready = lock(&self.ready);
        ready.mailboxes.retain(|listed| !Arc::ptr_eq(listed, mailbox));
        self.clear_if_quiet(&ready);
    }

    fn announce(&self, ready: &Ready) {
        if ready.waiters > 0 {
            self.changed.notify_all();
        }
        self.ring();
    }

    /// Waking nobody would still be a system call.
    fn notify_one(&self, ready: &Ready) {
        if ready.waiters > 0 {
            self.changed.notify_one();
        }
    }

    fn ring(&self) {
        if let Some(doorbell) = self.doorbell.get() {
            doorbell.raise();
        }
    }

    fn clear_if_quiet(&self, ready: &Ready) {
        if ready.is_quiet()
            && let Some(doorbell) = self.doorbell.get()
        {
            doorbell.clear();
        }
    }

    fn call_back(&self) {
        if let Some(callback) = lock(&self.callback).as_ref() {
            reentry::within(callback);
        }
    }
}

impl Ready {
    fn is_quiet(&self) -> bool {
        self.mailboxes.is_empty() && !self.woken && !self.closed
    }

    fn next(&mut self) -> Option<Numbered> {
        while let Some(mailbox) = self.mailboxes.pop_front() {
            let (event, more) = mailbox.take();
            if more {
                self.mailboxes.push_back(mailbox);
            }
            if event.is_some() {
                return event;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, EventKind};
    use crate::session::mailbox::Limits;
    use std::sync::atomic::{AtomicU32, Ordering};

    const LIMITS: Limits = Limits { events: 100_000, bytes: 1 << 30 };

    fn mailboxes(count: u64) -> (Arc<Queue>, Vec<Arc<Mailbox>>) {
        let queue = Arc::new(Queue::new());
        let mailboxes = (0..count).map(|tag| Mailbox::new(tag, LIMITS, queue.clone())).collect();
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
        let order: Vec<_> =
            std::iter::from_fn(|| now(&queue)).map(|e| (e.event.session_tag, e.seq)).collect();
        assert_eq!(order, [(0, 1), (1, 1), (0, 2), (0, 3)]);
    }

    #[test]
    fn a_wakeup_ends_one_poll_even_if_it_came_before() {
        let (queue, _) = mailboxes(0);
        queue.wake();
        assert!(matches!(queue.poll(None), Polled::Nothing));
        std::thread::scope(|scope| {
            let poller = scope.spawn(|| queue.poll(None));
            while lock(&queue.ready).waiters == 0 {
                std::thread::yield_now();
            }
            queue.wake();
            assert!(matches!(poller.join().unwrap(), Polled::Nothing));
        });
    }

    #[test]
    fn closing_sends_pollers_away() {
        let (queue, _) = mailboxes(0);
        std::thread::scope(|scope| {
            let poller = scope.spawn(|| queue.poll(None));
            queue.close();
            assert!(matches!(poller.join().unwrap(), Polled::Closed));
        });
    }

    #[test]
    fn the_callback_tells_of_the_first_event_and_of_what_waits_when_it_is_set() {
        let (queue, mailboxes) = mailboxes(1);
        let calls = Arc::new(AtomicU32::new(0));
        mailboxes[0].push(event());
        let counter = calls.clone();
        queue.set_callback(Some(Box::new(move || {
            assert!(reentry::is_inside());
            counter.fetch_add(1, Ordering::Relaxed);
        })));
        assert_eq!(calls.load(Ordering::Relaxed), 1);
        mailboxes[0].push(event());
        assert_eq!(calls.load(Ordering::Relaxed), 1, "not empty before");
        while now(&queue).is_some() {}
        mailboxes[0].push(event());
        assert_eq!(calls.load(Ordering::Relaxed), 2);
        queue.set_callback(None);
        while now(&queue).is_some() {}
        mailboxes[0].push(event());
        assert_eq!(calls.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn many_producers_lose_nothing_and_keep_their_order() {
        let (queue, mailboxes) = mailboxes(8);
        let each = 5_000;
        std::thread::scope(|scope| {
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
}
