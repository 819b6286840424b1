//! The recordings of a session or of a call: the running one, and those that are still being written.

use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, Result, Status};
use crate::event::{Event, EventKind, Texts};
use crate::lock::{Mutex, Rank, lock};
use crate::runtime::Runtime;
use crate::runtime::calls::Call;
use crate::runtime::seats::Seat;
use crate::runtime::ticker::{Next, Tick, Ticker};
use crate::runtime::wait;
use crate::session::events::mailbox::Mailbox;
use crate::session::output::recorder::{End, Place, Recorder, Records};

/// Recordings of one session or call that were stopped and are not written yet.
const MOST_UNFINISHED: usize = 8;

/// How often a wait looks whether another thread has ended the call.
const STEP: Duration = Duration::from_millis(10);
/// How long creating a file may take before the recording starts without it.
const CREATION: Duration = Duration::from_secs(1);

/// At most one at a time.
pub(crate) struct Recording<R> {
    events: Arc<Mailbox>,
    state: Mutex<State<R>>,
}

struct State<R> {
    running: Option<(R, Runtime)>,
    /// Stopped and still being written.
    unfinished: Vec<Arc<End>>,
    /// The last one that was stopped.
    last: Option<Arc<End>>,
    /// Checks this at every tick.
    ticker: Weak<Ticker>,
    seat: Seat,
    /// The session was closed: no recording can begin.
    is_closed: bool,
}

impl<R> Default for State<R> {
    fn default() -> State<R> {
        State {
            running: None,
            unfinished: Vec::new(),
            last: None,
            ticker: Weak::new(),
            seat: Seat::default(),
            is_closed: false,
        }
    }
}

impl<R: Records> Recording<R> {
    pub(crate) fn new(events: Arc<Mailbox>) -> Recording<R> {
        Recording { events, state: Mutex::new(Rank::Recording, State::default()) }
    }

    /// Does something to the recording that runs.
    pub(crate) fn with_running<T>(&self, deed: impl FnOnce(&mut R) -> T) -> Result<T> {
        match lock(&self.state).running.as_mut() {
            Some((recorder, _)) => Ok(deed(recorder)),
            None => Err(Error::invalid("no recording is running")),
        }
    }

    /// Completes the file in the background. Does nothing if no recording runs.
    pub(crate) fn stop(&self) {
        let stopped = lock(&self.state).stop();
        if let Some((recorder, runtime)) = stopped {
            recorder.stop(runtime.job());
        }
    }

    /// As [`Recording::stop`], when no event can report on the file any more.
    pub(crate) fn close(&self) {
        lock(&self.state).is_closed = true;
        self.stop();
        lock(&self.state).unfinished.clear();
    }

    /// Returns whether another recording may begin.
    pub(crate) fn check_room(&self) -> Result<()> {
        lock(&self.state).check_room()
    }

    /// The end of the recording that was stopped last.
    fn last_end(&self) -> Option<Arc<End>> {
        lock(&self.state).last.clone()
    }

    pub(crate) fn begin(self: &Arc<Self>, recorder: R, runtime: Runtime, path: &Path) -> Result<Arc<End>> {
        let mut state = lock(&self.state);
        state.check_room()?;
        let end = recorder.end().clone();
        recorder.create_file(path.to_owned());
        // Also after the end of the conversation: the rest is still played.
        let ticker = runtime.ticker().clone();
        state.running = Some((recorder, runtime));
        if !std::ptr::eq(state.ticker.as_ptr(), Arc::as_ptr(&ticker)) {
            state.ticker = Arc::downgrade(&ticker);
            state.seat = ticker.seat();
            ticker.watch(&state.seat, self.clone());
        }
        Ok(end)
    }

    /// Waits a little until the file is there. One that cannot be created is forgotten.
    pub(crate) fn wait_created(&self, end: &Arc<End>) -> Result<()> {
        end.wait_created(CREATION).inspect_err(|_| self.forget(end))
    }

    /// Ends the recording and waits until its file is complete, unless another thread ends the call, or closes what is
    /// recorded. The file is completed in any case.
    pub(crate) fn stop_for(
        &self,
        call: &Call,
        timeout: Duration,
        is_closed: impl Fn() -> bool,
    ) -> Result<()> {
        self.stop();
        let end = self.last_end().ok_or_else(|| Error::invalid("no recording was started"))?;
        let deadline = wait::after(timeout);
        loop {
            let left = deadline.map_or(STEP, |at| at.saturating_duration_since(Instant::now()));
            match end.wait(left.min(STEP)) {
                Err(error) if error.status == Status::Timeout && !wait::is_over(deadline) => {
                    call.check()?;
                    if is_closed() {
                        return Err(Status::Closed.into());
                    }
                }
                outcome => return outcome,
            }
        }
    }

    /// Drops a recording whose file could not be created.
    fn forget(&self, end: &Arc<End>) {
        let mut state = lock(&self.state);
        let forgotten = state.running.take_if(|(recorder, _)| Arc::ptr_eq(recorder.end(), end));
        drop(state);
        drop(forgotten);
    }
}

impl Recording<Recorder> {
    /// Takes a chunk of the speaker's audio that is sent.
    pub(crate) fn add_original(&self, chunk: [&[u8]; 2]) {
        if let Some((recorder, _)) = lock(&self.state).running.as_mut() {
            recorder.add_original(chunk);
        }
    }

    /// Which of the caller's frames were in that chunk.
    pub(crate) fn place_original(&self, place: Place) {
        if let Some((recorder, _)) = lock(&self.state).running.as_mut() {
            recorder.place_original(place);
        }
    }
}

impl<R: Records> State<R> {
    fn stop(&mut self) -> Option<(R, Runtime)> {
        let stopped = self.running.take()?;
        let end = stopped.0.end().clone();
        self.unfinished.push(end.clone());
        self.last = Some(end);
        Some(stopped)
    }

    fn check_room(&self) -> Result<()> {
        if self.is_closed {
            return Err(Status::Closed.into());
        }
        if self.running.is_some() {
            return Err(Error::new(Status::Busy, "a recording is running already"));
        }
        if self.unfinished.iter().filter(|end| !end.is_over()).count() >= MOST_UNFINISHED {
            let text = format!("{MOST_UNFINISHED} earlier recordings are still being written");
            return Err(Error::new(Status::Busy, text));
        }
        Ok(())
    }

    /// Returns the failures since the last check.
    fn failures(&mut self) -> Vec<Error> {
        let mut failures: Vec<Error> =
            self.running.iter().filter_map(|(recorder, _)| recorder.end().untold()).collect();
        self.unfinished.retain(|end| {
            // Checked first: a failure after this check is reported by the next one.
            let is_over = end.is_over();
            failures.extend(end.untold());
            !is_over
        });
        failures
    }
}

impl<R: Records> Tick for Recording<R> {
    fn tick(&self) -> Next {
        let mut state = lock(&self.state);
        if let Some((recorder, _)) = state.running.as_mut() {
            recorder.tick();
        }
        let failures = state.failures();
        let goes_on = state.running.is_some() || !state.unfinished.is_empty();
        if !goes_on {
            state.ticker = Weak::new();
        }
        drop(state);
        for error in failures {
            self.events.push(failed(&error));
        }
        if goes_on { Next::Visit } else { Next::Over }
    }
}

fn failed(error: &Error) -> Event {
    let mut event = Event::new(EventKind::Error);
    event.code = error.status.code();
    event.os_error = error.os_error;
    event.texts = Texts::new(&format!("the recording failed: {}", error.text), "", "", "");
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_waits_for_few_files_at_a_time() {
        let mut state = State::<Recorder>::default();
        let files: Vec<Arc<End>> = (0..MOST_UNFINISHED).map(|_| Arc::default()).collect();
        for file in &files {
            state.check_room().unwrap();
            state.unfinished.push(file.clone());
        }
        assert_eq!(state.check_room().unwrap_err().status, Status::Busy);
        files[3].finish();
        state.check_room().unwrap();
    }

    /// At whatever moment between two checks a file ends.
    #[test]
    fn a_file_that_fails_as_it_ends_is_told_once() {
        for _ in 0..300 {
            let file = Arc::<End>::default();
            let _ = file.wait_created(Duration::ZERO);
            let mut state = State::<Recorder> { unfinished: vec![file.clone()], ..State::default() };
            let disk = std::thread::spawn(move || {
                file.fail(Error::new(Status::Io, "the disk is full"));
                file.finish();
            });
            let mut told = 0;
            while !state.unfinished.is_empty() {
                told += state.failures().len();
            }
            disk.join().unwrap();
            assert_eq!(told, 1);
        }
    }
}
