//! Mutexes with ranks. Every thread takes them in one order, so no two threads can wait for each other.
//!
//! A build with debug assertions checks the order at run time. A thread that holds a mutex may only take one of a
//! higher rank. It must hold none where it waits for something slow or runs the caller's code. The thread that serves
//! the sessions must not wait at all. What violates this ends the process: a panic would be caught where tasks and
//! entry points are, and a test would pass.

use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;

use crate::sync;

#[cfg_attr(feature = "sim", path = "lock/simulated.rs")]
#[cfg_attr(not(feature = "sim"), path = "lock/waits.rs")]
mod waits;

/// Declares the ranks in the order in which they are taken. `docs/architecture.md` has the same table.
macro_rules! ranks {
    ($($name:ident: $owner:literal, $protects:literal;)*) => {
        /// A mutex, and its place in the order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Rank {
            $(#[doc = $protects] $name,)*
        }

        impl Rank {
            /// Each rank, the file that owns the mutex, and what the mutex protects.
            pub const ALL: &[(Rank, &str, &str)] = &[$((Rank::$name, $owner, $protects),)*];
        }
    };
}

ranks! {
    Roster: "call/open.rs", "who takes part in a call, and its sessions; held while one of them is opened";
    Course: "call/record.rs", "the figures of a leg, and the session and the output that they come from";
    Recording: "session/handle/recording.rs", "the running recording, and those that are still being written";
    Engine: "runtime/engine.rs", "whether the library's thread exists, and what of earlier ones is still stopping";
    Calls: "runtime/calls.rs", "the calls whose callers wait and can be ended";
    Call: "runtime/calls.rs", "whether a call was ended, and what ends its wait";
    Jobs: "runtime/jobs.rs", "the number of jobs that `palabra_shutdown` waits for, and whether that wait was ended";
    Answer: "runtime/answer.rs", "the result of a job, until its caller has taken it";
    Ticker: "runtime/ticker.rs", "the seats of what is watched, and what joins at the next tick";
    Dsp: "runtime/dsp.rs", "the thread for signal processing, and what joins at its next visit";
    Life: "session/handle/life.rs", "how a session ended, and its REST session; its state is written only under it";
    Uplink: "session/handle/session.rs", "what the network still has to deliver of the input";
    Gap: "session/handle/session.rs", "the state of missing input";
    Lanes: "session/input/shared.rs", "the input rings that the driver has not reached";
    Pacer: "session/handle/schedule.rs", "the schedule after the last paced call";
    Generations: "products/tts/desk.rs", "which generations are awaited, over or discarded";
    Outbox: "session/stream/outbox.rs", "the commands that wait to be sent";
    Sink: "products/tts/sink.rs", "the speech of one generation, for the caller that waits for it";
    Lines: "session/output/playout.rs", "the format and the original of lines that are added to a playout; held while one is added";
    PlayerRate: "session/output/line.rs", "the rates of one line's player and of its original, so that they do not change meanwhile";
    Feeder: "session/output/line.rs", "the phrases of one line, and what is played next";
    Floor: "call/listening/floor.rs", "when the parties of a call spoke lately";
    Taps: "session/output/play/tap.rs", "the copies of what was played, for a recording";
    RecordingFile: "session/output/recorder/file.rs", "the progress of writing a recording";
    Callback: "session/events/wakeup.rs", "the caller's wake-up callback, and whether a thread is inside it";
    Owed: "runtime/callbacks.rs", "the callbacks that the library's thread must call";
    Server: "runtime/callbacks.rs", "whether the library's thread is inside the caller's code";
    Ready: "session/events/queue.rs", "the mailboxes that hold something";
    Names: "session/events/names.rs", "the names that wait, and what is known of each";
    Mailbox: "session/events/mailbox.rs", "the events of one session";
    Log: "session/events/log.rs", "the queues that want log lines";
    Metrics: "client/metrics/registry.rs", "the sessions and calls of a client, and the sums of those that are over";
    Drain: "client/drain.rs", "whether a client opens anything more, and how much of it is open";
    Credentials: "client/credential_store.rs", "the credentials of a client";
    Connects: "client/connects.rs", "which calls wait to open a session, and when the next one may";
    Slots: "runtime/slots.rs", "which handle slots are free";
    Made: "client/management.rs", "what a call has created at the service so far";
    Resolver: "net/resolve.rs", "the host names that are waited for or being resolved";
    Resampler: "audio/resample/taps.rs", "the filter tables in use";
}

/// The library's only mutex type. A panic while it is held leaves it usable: no invariant spans a mutex.
pub struct Mutex<T> {
    rank: Rank,
    inner: sync::Mutex<T>,
}

/// Access to the value of a [`Mutex`].
pub(crate) struct Guard<'a, T> {
    // In this order: the mutex is released before the thread counts as not holding it.
    inner: sync::MutexGuard<'a, T>,
    held: order::Held,
    #[cfg(feature = "sim")]
    mutex: &'a sync::Mutex<T>,
}

/// Waits for a change that another thread makes under a [`Mutex`].
#[derive(Default)]
pub(crate) struct Condvar(sync::Condvar);

impl<T> Mutex<T> {
    pub const fn new(rank: Rank, value: T) -> Mutex<T> {
        Mutex { rank, inner: sync::Mutex::new(value) }
    }
}

/// Locks a mutex; waits for the thread that holds it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> Guard<'_, T> {
    // Checked before the wait: a deadlock would say nothing.
    let held = order::Held::take(mutex.rank);
    let inner = mutex.inner.lock().unwrap_or_else(PoisonError::into_inner);
    Guard {
        inner,
        held,
        #[cfg(feature = "sim")]
        mutex: &mutex.inner,
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl Condvar {
    pub(crate) const fn new() -> Condvar {
        Condvar(sync::Condvar::new())
    }

    pub(crate) fn notify_one(&self) {
        self.0.notify_one();
    }

    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }
}

/// Ends the process in a build with debug assertions when this thread holds a mutex. `deed` runs the caller's code.
#[inline]
pub(crate) fn assert_none_held(deed: &str) {
    order::assert_none_held(deed);
}

/// Ends the process in a build with debug assertions when this thread holds a mutex or serves the sessions. `deed` is
/// slow.
#[inline]
pub(crate) fn assert_may_wait(deed: &str) {
    order::assert_may_wait(deed);
}

/// Notes that this thread begins something that takes some ms, such as computing a filter. A build with debug assertions
/// ends the process when it holds a mutex that the thread which serves the sessions takes at any time.
#[inline]
pub(crate) fn note_slow(deed: &str) {
    order::note_slow(deed);
}

/// How many slow things this thread has begun while it held a mutex or was inside a cell.
#[cfg(all(test, debug_assertions))]
pub(crate) fn slow_while_held() -> usize {
    order::slow_while_held()
}

/// This thread is inside a cell until the result is dropped.
#[cfg(all(test, debug_assertions))]
pub(crate) fn inside_a_cell() -> impl Drop {
    order::Inside::new()
}

/// Marks the calling thread as the one that serves the sessions.
#[inline]
pub(crate) fn never_wait_here() {
    order::never_wait_here();
}

/// Whether the calling thread serves the sessions for now.
#[cfg(feature = "sim")]
pub(crate) fn serve_sessions(for_now: bool) {
    order::serve_sessions(for_now);
}

/// Notes that this thread frees memory: the tests ask under which locks.
#[cfg(all(test, debug_assertions))]
pub(crate) fn note_free() {
    order::note_free();
}

/// How often this thread has freed memory while it held one of these.
#[cfg(all(test, debug_assertions))]
pub(crate) fn frees_under(ranks: &[Rank]) -> usize {
    order::frees_under(ranks)
}

#[cfg(debug_assertions)]
#[path = "lock/order.rs"]
mod order;

#[cfg(not(debug_assertions))]
mod order {
    use super::Rank;

    pub(crate) struct Held;

    impl Held {
        #[inline]
        pub(crate) fn take(_rank: Rank) -> Held {
            Held
        }

        #[inline]
        pub(crate) fn check_wait(&self) {}
    }

    #[inline]
    pub(crate) fn assert_none_held(_deed: &str) {}

    #[inline]
    pub(crate) fn assert_may_wait(_deed: &str) {}

    #[inline]
    pub(crate) fn note_slow(_deed: &str) {}

    #[inline]
    pub(crate) fn never_wait_here() {}

    #[cfg(feature = "sim")]
    pub(crate) fn serve_sessions(_for_now: bool) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::path::Path;
    use std::time::Duration;

    fn panics(deed: impl FnOnce()) -> bool {
        order::expect_violations(true);
        let panicked = catch_unwind(AssertUnwindSafe(deed)).is_err();
        order::expect_violations(false);
        panicked
    }

    #[test]
    fn mutexes_are_taken_upwards_only() {
        let (low, high) = (Mutex::new(Rank::Engine, 1), Mutex::new(Rank::Mailbox, 2));
        let twin = Mutex::new(Rank::Engine, 3);
        {
            let first = lock(&low);
            let second = lock(&high);
            drop(first);
            assert!(panics(|| drop(lock(&low))), "the higher one is still held");
            drop(second);
        }
        {
            let _first = lock(&low);
            assert!(panics(|| drop(lock(&twin))), "the order among equals is not known");
            assert!(panics(|| drop(lock(&low))), "it would wait for itself");
        }
        assert_eq!((*lock(&low), *lock(&high)), (1, 2), "a refused lock is not held");
    }

    #[test]
    fn nothing_is_waited_for_under_another_mutex() {
        let (low, high) = (Mutex::new(Rank::Engine, ()), Mutex::new(Rank::Mailbox, ()));
        let changed = Condvar::new();
        drop(changed.wait_timeout(lock(&high), Duration::from_millis(1)));
        assert_none_held("a callback");
        let _low = lock(&low);
        assert!(panics(|| drop(changed.wait_timeout(lock(&high), Duration::from_millis(1)))));
        assert!(panics(|| assert_none_held("a callback")));
        assert!(panics(|| assert_may_wait("a file")));
    }

    #[test]
    fn nothing_is_waited_for_where_sessions_are_served() {
        let (mutex, changed) = (Mutex::new(Rank::Engine, ()), Condvar::new());
        assert_may_wait("a file");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                never_wait_here();
                drop(lock(&mutex));
                assert_none_held("a callback");
                assert!(panics(|| assert_may_wait("a file")));
                assert!(panics(|| drop(changed.wait_timeout(lock(&mutex), Duration::from_millis(1)))));
            });
        });
    }

    #[test]
    fn a_panic_inside_leaves_the_mutex_usable() {
        let mutex = Mutex::new(Rank::Engine, 1);
        assert!(panics(|| {
            let mut value = lock(&mutex);
            *value = 2;
            panic!("on purpose");
        }));
        assert_eq!(*lock(&mutex), 2);
    }

    #[test]
    fn the_documentation_has_the_same_table() {
        let documented = include_str!("../docs/architecture.md");
        let (_, table) =
            documented.split_once("| Mutex | Owner | What it protects |\n|---|---|---|\n").unwrap();
        let rows: Vec<&str> = table.lines().take_while(|line| line.starts_with('|')).collect();
        let ranks =
            Rank::ALL.iter().map(|(rank, owner, what)| format!("| `{rank:?}` | `{owner}` | {what} |"));
        assert_eq!(rows, ranks.collect::<Vec<_>>());
    }

    #[test]
    fn no_mutex_is_without_a_rank() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut folders = vec![sources.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    // world.rs is of the simulation alone, as simulated/work.rs is.
                } else if !["lock.rs", "sync.rs", "world.rs"].iter().any(|of| path == sources.join(of))
                    && !path.ends_with("simulated/work.rs")
                {
                    let text = std::fs::read_to_string(&path).unwrap();
                    let plain = |line: &&str| {
                        let foreign = line.contains("sync::") && !line.contains("crate::lock");
                        foreign && ["Mutex", "Condvar", "RwLock"].iter().any(|kind| line.contains(kind))
                    };
                    assert_eq!(text.lines().find(plain), None, "{}", path.display());
                }
            }
        }
        for (rank, owner, _) in Rank::ALL {
            assert!(sources.join(owner).is_file(), "{rank:?} is owned by {owner}");
        }
    }
}
