//! One place to wait for the events of one session or of many.
//!
//! It lists the mailboxes that hold something. A poll takes from the one that has waited longest, so a talkative
//! session cannot starve the others; the order within a session is its own.

mod wakeup;

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::mailbox::{Mailbox, Numbered, Parcel};
use crate::lock::{Condvar, Mutex, Rank, lock};
use crate::runtime::callbacks::{self, Call};
use crate::runtime::doorbell::Doorbell;
use wakeup::Wakeup;

pub use wakeup::Callback;

/// What a poll brought.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "it is moved once, and a box would be an allocation for every event"
)]
pub enum Polled {
    Event(Numbered),
    Nothing,
    /// There will be nothing.
    Closed,
}

pub struct Queue {
    ready: Mutex<Ready>,
    changed: Condvar,
    /// Made when somebody asks for it: those who do not, pay no descriptor.
    doorbell: OnceLock<Doorbell>,
    wakeup: Wakeup,
}

impl Default for Queue {
    fn default() -> Queue {
        Queue {
            ready: Mutex::new(Rank::Ready, Ready::default()),
            changed: Condvar::new(),
            doorbell: OnceLock::new(),
            wakeup: Wakeup::default(),
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
            if let Some((parcel, _spent)) = ready.next() {
                // A mailbox is announced once, however much it holds: the next poller takes the next event.
                if !ready.mailboxes.is_empty() {
                    self.notify_one(&ready);
                }
                self.clear_if_quiet(&ready);
                drop(ready);
                return Polled::Event(parcel.open());
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

    pub fn is_closed(&self) -> bool {
        lock(&self.ready).closed
    }

    /// Sends pollers away for good. No further callback begins; one that is under way is not waited for.
    pub fn close(&self) {
        let forgotten = {
            let mut ready = lock(&self.ready);
            ready.closed = true;
            self.announce(&ready);
            std::mem::take(&mut ready.mailboxes)
        };
        drop(forgotten);
        self.wakeup.close();
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

    /// Replaces the callback. When this returns, the one before is not running and never will again. Called at once
    /// when something waits, or a wake-up from before would be lost.
    pub fn set_callback(self: &Arc<Self>, callback: Option<Callback>) {
        let is_set = callback.is_some();
        self.wakeup.set(callback);
        if is_set && !lock(&self.ready).is_quiet() {
            self.clone().call();
        }
    }

    /// A mailbox got its first event.
    pub(crate) fn list(self: &Arc<Self>, mailbox: Arc<Mailbox>) {
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
        if is_first && self.wakeup.owe() {
            callbacks::call_soon(self.clone());
        }
    }

    pub(crate) fn unlist(&self, mailbox: &Arc<Mailbox>) {
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
}

impl Call for Queue {
    fn call(self: Arc<Self>) {
        if self.wakeup.call() {
            callbacks::call_soon(self);
        }
    }
}

impl Ready {
    fn is_quiet(&self) -> bool {
        self.mailboxes.is_empty() && !self.woken && !self.closed
    }

    /// Also the mailbox, if this emptied it: dropping it can be much work.
    fn next(&mut self) -> Option<(Parcel, Option<Arc<Mailbox>>)> {
        while let Some(mailbox) = self.mailboxes.pop_front() {
            let (parcel, more) = mailbox.take();
            let spent = if more {
                self.mailboxes.push_back(mailbox);
                None
            } else {
                Some(mailbox)
            };
            if let Some(parcel) = parcel {
                return Some((parcel, spent));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{About, Event, EventKind};
    use crate::runtime::reentry;
    use crate::runtime::try_cell::TryCell;
    use crate::session::events::mailbox::Limits;
    use std::sync::mpsc;
    use std::thread;

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
        let order: Vec<_> =
            std::iter::from_fn(|| now(&queue)).map(|e| (e.event.session_tag, e.seq)).collect();
        assert_eq!(order, [(0, 1), (1, 1), (0, 2), (0, 3)]);
    }

    #[test]
    fn a_wakeup_ends_one_poll_even_if_it_came_before() {
        let (queue, _) = mailboxes(0);
        queue.wake();
        assert!(matches!(queue.poll(None), Polled::Nothing));
        thread::scope(|scope| {
            let poller = scope.spawn(|| queue.poll(None));
            while lock(&queue.ready).waiters == 0 {
                thread::yield_now();
            }
            queue.wake();
            assert!(matches!(poller.join().unwrap(), Polled::Nothing));
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

    /// Notes what it is told, and where.
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

    /// A callback that stays inside until it is let go, and the news that it is inside.
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
}
