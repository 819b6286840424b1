//! The thread for what audio threads have no time for, and the library's own must not be delayed by: signal processing.
//!
//! It begins with the first processor and sleeps while there is none. A processor gets what it works on from rings that the
//! audio threads fill, so nobody waits for it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::time::Instant;

use super::wait::{after, wait};
use super::{executor::Spawner, thread};
use crate::error::{Error, Result, Status};
use crate::lock::{Condvar, Mutex, Rank, lock};

const INTERVAL: Duration = Duration::from_millis(10);

/// Something that is visited every 10 ms, outside any lock.
pub trait Process: Send {
    /// Returns whether it goes on.
    fn process(&mut self) -> bool;
}

pub(super) struct Dsp {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Join at the next visit.
    new: Vec<Box<dyn Process>>,
    thread: Option<JoinHandle<()>>,
    is_over: bool,
}

impl Dsp {
    pub(super) fn new(_: &Spawner) -> Dsp {
        let state = Mutex::new(Rank::Dsp, State::default());
        Dsp { shared: Arc::new(Shared { state, changed: Condvar::new() }) }
    }

    /// Has it visited from now on, until the runtime stops.
    pub(super) fn add(&self, what: Box<dyn Process>) -> Result<()> {
        let mut state = lock(&self.shared.state);
        if state.is_over {
            return Err(Status::Shutdown.into());
        }
        if state.thread.is_none() {
            let shared = self.shared.clone();
            state.thread = Some(thread::spawn("palabra-dsp", move || shared.run()).map_err(could_not_start)?);
        }
        state.new.push(what);
        drop(state);
        self.shared.changed.notify_one();
        Ok(())
    }

    /// Visits nothing any more. Waits for the visit in progress.
    pub(super) fn stop(&self) {
        let thread = {
            let mut state = lock(&self.shared.state);
            state.is_over = true;
            state.thread.take()
        };
        self.shared.changed.notify_one();
        // What it visits waits for nothing.
        thread.map(JoinHandle::join);
    }
}

impl Shared {
    fn run(&self) {
        let mut members: Vec<Box<dyn Process>> = Vec::new();
        let mut due = None;
        while let Some(new) = self.next(due) {
            members.extend(new);
            members.retain_mut(|member| goes_on(&mut **member));
            due = if members.is_empty() { None } else { after(INTERVAL) };
        }
    }

    /// What joins, when it is time for a visit; `None`: it is over.
    fn next(&self, due: Option<Instant>) -> Option<Vec<Box<dyn Process>>> {
        let may_go_on = |state: &mut State| {
            let has_come = state.is_over || (due.is_none() && !state.new.is_empty());
            has_come.then_some(())
        };
        let (mut state, _) = wait(&self.changed, lock(&self.state), due, may_go_on);
        if state.is_over { None } else { Some(std::mem::take(&mut state.new)) }
    }
}

/// A defect in one processor is none of the others.
fn goes_on(member: &mut dyn Process) -> bool {
    catch_unwind(AssertUnwindSafe(|| member.process())).unwrap_or(false)
}

fn could_not_start(error: std::io::Error) -> Error {
    Error::new(Status::Limit, format!("the thread for signal processing could not be started: {error}"))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{self, Receiver, Sender};

    use super::*;

    /// Says that it was visited, and goes on so many times.
    struct Member(Sender<&'static str>, &'static str, usize);

    impl Process for Member {
        fn process(&mut self) -> bool {
            self.0.send(self.1).unwrap();
            assert!(self.1 != "defect", "planted");
            self.2 -= 1;
            self.2 > 0
        }
    }

    fn dsp() -> (Dsp, Sender<&'static str>, Receiver<&'static str>) {
        let executor = super::super::executor::Executor::start("palabra", Box::new(|| None)).unwrap();
        let (tell, told) = mpsc::channel();
        (Dsp::new(executor.spawner()), tell, told)
    }

    #[test]
    fn each_is_visited_until_it_is_over_and_others_can_join_after_that() {
        let (dsp, tell, told) = dsp();
        for round in ["first", "second"] {
            dsp.add(Box::new(Member(tell.clone(), round, 3))).unwrap();
            assert_eq!([(); 3].map(|()| told.recv().unwrap()), [round; 3]);
        }
        dsp.stop();
        assert!(told.try_recv().is_err());
        let refused = dsp.add(Box::new(Member(tell, "late", 1)));
        assert_eq!(refused.unwrap_err().status, Status::Shutdown);
    }

    #[test]
    fn one_that_panics_is_not_visited_again() {
        let (tell, told) = mpsc::channel();
        assert!(goes_on(&mut Member(tell.clone(), "sound", 2)));
        assert!(!goes_on(&mut Member(tell, "defect", 2)));
        assert_eq!(told.iter().count(), 2);
    }

    #[test]
    fn a_stop_drops_what_was_visited() {
        let (dsp, tell, told) = dsp();
        dsp.add(Box::new(Member(tell, "member", usize::MAX))).unwrap();
        told.recv().unwrap();
        dsp.stop();
        // The sender is gone with its member.
        assert_eq!(told.iter().last().unwrap_or("member"), "member");
    }
}
