//! Calls that wait. Each runs on a thread of its own, which stands still while the others run and the others while it
//! runs: exactly one thread goes at any moment.

use std::cell::RefCell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread::JoinHandle;

use tokio::runtime::Handle;
use tokio::time::{Instant, Sleep};

use super::outside::World;
use crate::border::{self, Watched};

type Call = Box<dyn FnOnce() + Send>;

/// Who goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Executor,
    Caller,
}

struct Baton {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    turn: Turn,
    /// What the thread does next.
    call: Option<Call>,
    /// When the call goes on although nothing has woken it.
    deadline: Option<Instant>,
    is_done: bool,
    waker: Waker,
}

thread_local! {
    /// Of a thread whose calls may wait.
    static MINE: RefCell<Option<Arc<Baton>>> = const { RefCell::new(None) };
}

impl Baton {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the turn away and waits until it comes back.
    fn pass(&self, mut state: MutexGuard<'_, State>, other: Turn) {
        let mine = state.turn;
        state.turn = other;
        self.changed.notify_all();
        while state.turn != mine {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The calling thread may wait.
pub fn may_wait() -> bool {
    MINE.with_borrow(Option::is_some)
}

/// What wakes the calling thread.
pub fn waker() -> Waker {
    MINE.with_borrow(|mine| mine.as_ref().expect("a caller waits where none may").state().waker.clone())
}

/// Lets the others go on until the calling thread is woken, or until the deadline.
pub fn wait(deadline: Option<Instant>) {
    let baton = MINE.with_borrow(Clone::clone).expect("a caller waits where none may");
    let mut state = baton.state();
    state.deadline = deadline;
    baton.pass(state, Turn::Executor);
}

/// The threads of a run, for the calls that wait.
#[derive(Default)]
pub struct Threads(Mutex<Known>);

#[derive(Default)]
struct Known {
    idle: Vec<Arc<Baton>>,
    all: Vec<JoinHandle<()>>,
}

impl Threads {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A thread that does nothing.
    fn idle(&self, world: &Arc<World>) -> Arc<Baton> {
        let mut known = self.known();
        known.idle.pop().unwrap_or_else(|| {
            let (baton, thread) = start(world.clone());
            known.all.push(thread);
            baton
        })
    }

    /// Returns how many are in a call, which they never leave.
    pub fn end(&self) -> usize {
        let Known { idle, all } = std::mem::take(&mut *self.known());
        for baton in &idle {
            baton.state().turn = Turn::Caller;
            baton.changed.notify_all();
        }
        let stuck = all.len() - idle.len();
        if stuck == 0 {
            all.into_iter().for_each(|thread| drop(thread.join()));
        }
        stuck
    }
}

fn start(world: Arc<World>) -> (Arc<Baton>, JoinHandle<()>) {
    let state = State {
        turn: Turn::Executor,
        call: None,
        deadline: None,
        is_done: true,
        waker: Waker::noop().clone(),
    };
    let baton = Arc::new(Baton { state: Mutex::new(state), changed: Condvar::new() });
    let (mine, clock) = (baton.clone(), Handle::current());
    let serving = move || serve(&mine, world, &clock);
    let thread = std::thread::Builder::new().name("caller".into()).spawn(serving).expect("a thread");
    (baton, thread)
}

fn serve(baton: &Arc<Baton>, world: Arc<World>, clock: &Handle) {
    let _entered = clock.enter();
    border::enter();
    palabra::world::set(Some(world));
    MINE.replace(Some(baton.clone()));
    let mut state = baton.state();
    loop {
        while state.turn != Turn::Caller {
            state = baton.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        // Without a call the run is over.
        let Some(call) = state.call.take() else { break };
        drop(state);
        let watched = Watched::begin();
        // A panic is counted by its hook; the turn goes back in any case.
        let _ = catch_unwind(AssertUnwindSafe(call));
        drop(watched);
        state = baton.state();
        state.is_done = true;
        state.turn = Turn::Executor;
        baton.changed.notify_all();
    }
    drop(state);
    MINE.replace(None);
    palabra::world::set(None);
}

/// A call that waits, as its caller's task sees it.
struct Calling {
    world: Arc<World>,
    baton: Option<Arc<Baton>>,
    call: Option<Call>,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Future for Calling {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let baton = match &self.baton {
            Some(baton) => baton.clone(),
            None => self.world.threads.idle(&self.world),
        };
        let mut state = baton.state();
        state.waker = cx.waker().clone();
        if let Some(call) = self.call.take() {
            (state.call, state.is_done) = (Some(call), false);
        }
        state.deadline = None;
        baton.pass(state, Turn::Caller);
        let (is_done, deadline) = {
            let state = baton.state();
            (state.is_done, state.deadline)
        };
        if is_done {
            self.baton = None;
            self.world.threads.known().idle.push(baton);
            return Poll::Ready(());
        }
        self.baton = Some(baton);
        self.alarm = deadline.map(|at| Box::pin(tokio::time::sleep_until(at)));
        if let Some(alarm) = &mut self.alarm
            && alarm.as_mut().poll(cx).is_ready()
        {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

/// Makes a call that may wait.
pub async fn call<R: Send + 'static>(world: &Arc<World>, call: impl FnOnce() -> R + Send + 'static) -> R {
    let result = Arc::new(Mutex::new(None));
    let place = result.clone();
    let call = Box::new(move || {
        let value = call();
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    });
    Calling { world: world.clone(), baton: None, call: Some(call), alarm: None }.await;
    let mut result = result.lock().unwrap_or_else(PoisonError::into_inner);
    result.take().expect("the call has returned")
}
