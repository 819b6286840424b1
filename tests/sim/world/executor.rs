//! Runs the tasks of all hosts on one thread. Which of those that are ready goes next is drawn, and some go later than
//! they could.
//!
//! It is one future of a tokio runtime whose clock is paused: when no task is ready, tokio moves the clock to the next
//! timer.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use palabra::world::Task;
use tokio::time::{Instant, Sleep};

use super::host::Host;
use crate::border::Watched;
use crate::draw::{draw, mix};
use crate::meter;

/// Polls before timers and the tasks that have yielded get their turn.
const POLLS_PER_TURN: usize = 64;

/// How far the order of tasks differs from the order in which they became ready.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Of a thousand choices so many are drawn.
    pub drawn: u64,
    /// Of a thousand wake-ups so many are late.
    pub late: u64,
    pub late_ms: u64,
}

#[derive(Clone)]
pub struct Executor(Arc<Inner>);

struct Inner {
    seed: u64,
    order: Order,
    state: Mutex<State>,
    ready: Arc<Ready>,
}

#[derive(Default)]
struct State {
    tasks: BTreeMap<u64, Slot>,
    /// How many tasks each host has had.
    counts: BTreeMap<Host, u64>,
    frozen: BTreeMap<Host, Instant>,
    late: BTreeMap<(Instant, u64), ()>,
    /// Whose task is polled.
    current: Option<Host>,
    steps: u64,
    /// The order of all polls, as one number.
    course: u64,
    /// Of the library's tasks.
    library_polls: u64,
}

struct Slot {
    host: Host,
    /// Not while it is polled.
    future: Option<Task>,
    waker: Waker,
    listing: Arc<TaskWaker>,
    polls: u64,
}

#[derive(Default)]
struct Ready {
    list: Mutex<Vec<u64>>,
    root: Mutex<Option<Waker>>,
}

struct TaskWaker {
    number: u64,
    is_listed: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_listed.swap(true, Ordering::Relaxed) {
            self.ready.list(self.number);
        }
    }
}

impl Ready {
    fn list(&self, number: u64) {
        lock(&self.list).push(number);
        if let Some(root) = &*lock(&self.root) {
            root.wake_by_ref();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Executor {
    pub fn new(seed: u64, order: Order) -> Executor {
        let ready = Arc::default();
        Executor(Arc::new(Inner { seed, order, state: Mutex::default(), ready }))
    }

    pub fn spawn(&self, host: Host, task: impl Future<Output = ()> + Send + 'static) -> u64 {
        self.spawn_boxed(host, Box::pin(task))
    }

    pub fn spawn_boxed(&self, host: Host, task: Task) -> u64 {
        let mut state = lock(&self.0.state);
        let count = state.counts.entry(host).or_default();
        *count += 1;
        let number = host.number() << 32 | *count;
        let ready = self.0.ready.clone();
        let waker = Arc::new(TaskWaker { number, is_listed: AtomicBool::new(false), ready });
        let slot =
            Slot { host, future: Some(task), waker: waker.clone().into(), listing: waker.clone(), polls: 0 };
        state.tasks.insert(number, slot);
        drop(state);
        waker.wake();
        number
    }

    pub fn abort(&self, number: u64) {
        let slot = lock(&self.0.state).tasks.remove(&number);
        drop(slot);
    }

    /// Drops the tasks of a host.
    pub fn drop_all(&self, host: Host) {
        loop {
            let mut state = lock(&self.0.state);
            let Some(number) = state.tasks.iter().find(|(_, slot)| slot.host == host).map(|(n, _)| *n) else {
                return;
            };
            let slot = state.tasks.remove(&number);
            drop(state);
            drop(slot);
        }
    }

    /// How many tasks a host has.
    pub fn tasks(&self, host: Host) -> usize {
        lock(&self.0.state).tasks.values().filter(|slot| slot.host == host).count()
    }

    /// Stops a host for so long; time and the others go on.
    pub fn freeze(&self, host: Host, time: Duration) {
        let until = Instant::now() + time;
        let mut state = lock(&self.0.state);
        let known = state.frozen.entry(host).or_insert(until);
        *known = until.max(*known);
        drop(state);
        let me = self.clone();
        self.spawn(Host::Fate, async move {
            tokio::time::sleep_until(until).await;
            let mut state = lock(&me.0.state);
            if state.frozen.get(&host).is_some_and(|at| *at <= Instant::now()) {
                state.frozen.remove(&host);
            }
            // Wakes the executor.
        });
    }

    /// Whose task is polled right now.
    pub fn current(&self) -> Option<Host> {
        lock(&self.0.state).current
    }

    /// Polls done so far.
    pub fn steps(&self) -> u64 {
        lock(&self.0.state).steps
    }

    /// Which tasks were polled, and in which order.
    pub fn course(&self) -> u64 {
        lock(&self.0.state).course
    }

    /// Polls of the library's tasks.
    pub fn library_polls(&self) -> u64 {
        lock(&self.0.state).library_polls
    }

    /// Runs until `main` is done.
    pub async fn run(&self, main: impl Future<Output = ()> + Send + 'static) {
        let done = Arc::new(AtomicBool::new(false));
        let tell = done.clone();
        self.spawn(Host::Fate, async move {
            main.await;
            tell.store(true, Ordering::Relaxed);
        });
        Root { inner: &self.0, done: &done, alarm: None }.await;
    }
}

struct Root<'a> {
    inner: &'a Inner,
    done: &'a AtomicBool,
    /// When the next late task is due.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Future for Root<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        {
            let mut root = lock(&self.inner.ready.root);
            if !root.as_ref().is_some_and(|known| known.will_wake(cx.waker())) {
                *root = Some(cx.waker().clone());
            }
        }
        let _watched = Watched::begin();
        self.inner.release_late();
        for _ in 0..POLLS_PER_TURN {
            let Some(number) = self.inner.pick() else { break };
            self.inner.poll(number);
            if self.done.load(Ordering::Relaxed) {
                return Poll::Ready(());
            }
        }
        if self.inner.has_ready() {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let due = lock(&self.inner.state).late.first_key_value().map(|((at, _), ())| *at);
        self.alarm = due.map(|at| Box::pin(tokio::time::sleep_until(at)));
        if let Some(alarm) = &mut self.alarm
            && alarm.as_mut().poll(cx).is_ready()
        {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl Inner {
    /// Tasks that are late become ready.
    fn release_late(&self) {
        let mut state = lock(&self.state);
        if state.late.is_empty() {
            return;
        }
        let now = Instant::now();
        while let Some(((at, number), ())) = state.late.first_key_value()
            && *at <= now
        {
            let (at, number) = (*at, *number);
            state.late.remove(&(at, number));
            lock(&self.ready.list).push(number);
        }
    }

    fn has_ready(&self) -> bool {
        let state = lock(&self.state);
        let ready = lock(&self.ready.list);
        ready.iter().any(|number| state.can_run(*number))
    }

    /// Takes the task that goes next off the list.
    fn pick(&self) -> Option<u64> {
        let mut state = lock(&self.state);
        loop {
            let mut ready = lock(&self.ready.list);
            ready.retain(|number| state.tasks.contains_key(number));
            let candidates = ready.iter().enumerate().filter(|(_, number)| state.can_run(**number));
            let is_drawn = draw(self.seed, 1, state.steps) % 1000 < self.order.drawn;
            let (place, _) = if is_drawn {
                candidates.min_by_key(|(_, number)| draw(self.seed, **number, state.tasks[number].polls))?
            } else {
                { candidates }.next()?
            };
            let number = ready.remove(place);
            drop(ready);
            state.steps += 1;
            let polls = state.tasks[&number].polls;
            let lot = draw(self.seed, number ^ 0x5bd1, polls);
            if lot % 1000 >= self.order.late || self.order.late_ms == 0 {
                return Some(number);
            }
            state.tasks.get_mut(&number)?.polls += 1;
            let late = Duration::from_millis(1 + (lot >> 20) % self.order.late_ms);
            state.late.insert((Instant::now() + late, number), ());
        }
    }

    fn poll(&self, number: u64) {
        let (mut future, waker, host) = {
            let mut state = lock(&self.state);
            let Some(slot) = state.tasks.get_mut(&number) else { return };
            slot.polls += 1;
            let is_library = slot.host == Host::Library;
            let Some(future) = slot.future.take() else { return };
            // A wake-up from here on lists it again.
            slot.listing.is_listed.store(false, Ordering::Relaxed);
            let parts = (future, slot.waker.clone(), slot.host);
            state.library_polls += u64::from(is_library);
            state.course = mix(state.course, number);
            state.current = Some(parts.2);
            parts
        };
        let mut context = Context::from_waker(&waker);
        let mut poll = || future.as_mut().poll(&mut context);
        let polled = match host {
            Host::Library => meter::as_library(|| palabra::runtime::as_library(poll)),
            Host::Helpers => meter::as_library(poll),
            _ => poll(),
        };
        let mut state = lock(&self.state);
        state.current = None;
        let gone = match (polled, state.tasks.get_mut(&number)) {
            (Poll::Pending, Some(slot)) => {
                slot.future = Some(future);
                return;
            }
            (Poll::Ready(()), _) => state.tasks.remove(&number),
            // Aborted meanwhile.
            (Poll::Pending, None) => None,
        };
        drop(state);
        drop(gone);
    }
}

impl State {
    fn can_run(&self, number: u64) -> bool {
        self.tasks.get(&number).is_some_and(|slot| !self.frozen.contains_key(&slot.host))
    }
}
