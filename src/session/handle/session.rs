//! The handle that the callers' threads hold.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

#[cfg(feature = "echo")]
use super::cleaning::Cleaning;
use super::desk::Desk;
use super::life::{Life, State};
use super::link::{CallPlace, Link};
use super::options::SessionSetup;
use super::recording::Recording;
use super::schedule::Pacer;
use super::stats::{Counters, Stats, load, narrow};
use crate::client::drain::Opening;
use crate::client::secret::Redactor;
use crate::error::{Error, Result, Status};
use crate::event::{About, Event};
use crate::lock::{Mutex, Rank, lock};
use crate::runtime::seats::Seat;
use crate::runtime::ticker::{Next, Tick};
use crate::runtime::try_cell::TryCell;
use crate::session::events::delivery::Delivery;
use crate::session::events::log::{self, Level};
use crate::session::events::names::Kind;
use crate::session::events::queue::{Polled, Queue};
use crate::session::events::shared::SharedQueue;
use crate::session::input::gap::{Gap, Policy, Step};
use crate::session::input::uplink::Uplink;
use crate::session::input::{Backlog, Inlet};
use crate::session::output::Playout;
use crate::session::output::echo::{EchoFigures, Overrun};
use crate::session::output::play::said::Said;
use crate::session::output::recorder::Recorder;

pub struct Session {
    pub(crate) life: Life,
    /// The state that only this product has.
    pub(crate) desk: Arc<dyn Desk>,
    /// The input, if the product has one.
    pub(crate) input: Option<Inlet>,
    /// What comes after the end of the session is kept for the one that takes its place.
    pub(crate) resends: bool,
    /// For that one, once this one is over.
    pub(crate) left: TryCell<Option<Backlog>>,
    /// What happens when input is missing, if the product has one. Locked by the runtime and for statistics, never on the path of
    /// the caller's audio.
    pub(crate) gap: Option<Mutex<Gap>>,
    pub(crate) pacer: Pacer,
    /// Speech that waits to be read frame by frame.
    pub(crate) playout: Option<Arc<Playout>>,
    /// Speech comes as events.
    pub(crate) emits_audio: bool,
    /// What is sent is copied there too.
    pub(crate) said: Option<Said>,
    /// What is sent goes that way.
    #[cfg(feature = "echo")]
    pub(crate) cleaning: Option<Cleaning>,
    /// Of what is played.
    pub(crate) echo: Arc<EchoFigures>,
    /// What of both was not listened to.
    pub(crate) overrun: Arc<Overrun>,
    pub(crate) recording: Arc<Recording<Recorder>>,
    pub(crate) delivery: Arc<Delivery>,
    /// The call that it serves: delivery and playout are those of the call.
    pub(crate) link: Option<Arc<dyn Link>>,
    /// Wakes the driver: a chunk is full, a command waits, the end or the close was requested.
    pub(crate) wake: Notify,
    /// Requests visits of the ticker: something was sent, or the driver has done something.
    pub(crate) seat: Seat,
    /// Number of the one that it lives on.
    pub(crate) shard: usize,
    pub(crate) counters: Counters,
    pub(crate) opened: Instant,
    /// From the open stream to its end.
    pub(crate) uplink: Mutex<Option<Uplink>>,
    pub(crate) about: About,
    /// Silence that the service waits for at the end, in seconds.
    pub(crate) end_s: u32,
    pub(crate) wants_json: bool,
    /// The largest message that is accepted.
    pub(crate) message_bytes: usize,
    /// What no event may contain, known before anything arrives from the stream.
    pub(crate) secrets: OnceLock<Redactor>,
    /// That its owner has not closed it; `None`: it belongs to a call.
    pub(crate) opening: Option<Opening>,
}

impl Session {
    /// What every product has; everything else is empty.
    pub(crate) fn new(setup: &SessionSetup, desk: Arc<dyn Desk>, shared: Option<SharedQueue>) -> Session {
        let delivery = Delivery::new(Kind::Session, setup.about.clone(), setup.event_limits, shared);
        Session::delivering_to(Arc::new(delivery), setup, desk)
    }

    /// As [`Session::new`], for one that serves a call.
    pub(crate) fn of_call(setup: &SessionSetup, desk: Arc<dyn Desk>, place: CallPlace) -> Session {
        let CallPlace { delivery, link, ear } = place;
        let playout = Some(ear);
        Session { playout, link: Some(link), ..Session::delivering_to(delivery, setup, desk) }
    }

    fn delivering_to(delivery: Arc<Delivery>, setup: &SessionSetup, desk: Arc<dyn Desk>) -> Session {
        Session {
            life: Life::default(),
            desk,
            input: None,
            resends: false,
            left: TryCell::new(None),
            gap: None,
            pacer: Pacer::default(),
            playout: None,
            emits_audio: true,
            said: None,
            #[cfg(feature = "echo")]
            cleaning: None,
            echo: Arc::default(),
            overrun: Arc::default(),
            recording: Arc::new(Recording::new(delivery.mailbox().clone())),
            delivery,
            link: None,
            wake: Notify::new(),
            seat: Seat::default(),
            shard: 0,
            counters: Counters::default(),
            opened: Instant::now(),
            uplink: Mutex::new(Rank::Uplink, None),
            about: setup.about.clone(),
            end_s: setup.end_s,
            wants_json: setup.wants_json,
            message_bytes: setup.message_bytes,
            secrets: OnceLock::new(),
            opening: None,
        }
    }

    pub fn state(&self) -> State {
        self.life.state()
    }

    /// Returns the error that closed the session, if there was one.
    pub fn last_error(&self) -> Option<Error> {
        self.life.error()
    }

    pub fn stats(&self) -> Stats {
        if self.look_at_the_network() {
            self.wake.notify_one();
        }
        // Read first: what waits was counted before it arrived, so no statistic is lower than what is seen to wait.
        let events = self.delivery.mailbox().levels();
        let counters = &self.counters;
        let input = self.input.as_ref();
        let (input_frames_taken, input_frames_sent) = input.map_or((0, 0), Inlet::frames);
        Stats {
            input_frames_taken,
            input_frames_sent,
            chunks_sent: load(&counters.chunks_sent),
            bytes_sent: load(&counters.bytes_sent),
            bytes_received: load(&counters.bytes_received),
            audio_frames_received: load(&counters.audio_frames_received),
            input_queue_ms: narrow(input.map_or(0, Inlet::waiting_ms)),
            is_encoded: input.is_some_and(Inlet::is_encoded),
            ready_ms: narrow(load(&counters.ready_us).div_ceil(1000)),
            first_audio_ms: narrow(load(&counters.first_audio_us).div_ceil(1000)),
            round_trip_us: narrow(load(&counters.round_trip_us)),
            server_queue_ms: narrow(load(&counters.server_queue_ms)),
            commands_waiting: narrow(self.desk.commands_waiting() as u64),
            events,
            silence_frames_sent: load(&counters.silence_frames_sent),
            input_frames_dropped: input.map_or(0, Inlet::dropped),
            gap_in_effect: self.gap.as_ref().map_or(Policy::None, |gap| lock(gap).in_effect()),
            gap_pauses: narrow(load(&counters.gap_pauses)),
            echo: self.echo.stats(),
            overrun_ms: self.overrun.ms(),
        }
    }

    /// For the session that takes the place of this one, which is over.
    pub(crate) fn leave_backlog(&self, backlog: Backlog) {
        let is_wanted = !self.life.close_requested() && self.life.end_requested().is_none();
        let _only_the_library_s_thread_is_there =
            self.left.try_with(|left| *left = Some(backlog).filter(|_| is_wanted));
    }

    /// What this session has left, once.
    pub(crate) fn take_backlog(&self) -> Option<Backlog> {
        self.left.try_with(Option::take).flatten()
    }

    /// Waits until the session is ready (`Ok`) or closed (its error); events stay queued.
    pub fn wait_ready(&self, deadline: Option<Instant>) -> Result<()> {
        self.life.wait_ready(deadline)
    }

    /// Ends the input: what was sent is delivered, the rest arrives as events, then CLOSED.
    pub fn end(&self) -> Result<()> {
        #[cfg(feature = "echo")]
        self.finish_cleaning();
        self.life.request_end(self.end_s).map_err(|status| self.explained(status))?;
        self.wake.notify_one();
        Ok(())
    }

    /// Closes the session. Waits at most `drain` for the stream to close, which continues in the background after
    /// that. Does not wait for a running wake-up callback.
    pub fn close(&self, drain: Duration) {
        self.life.request_close();
        self.desk.finish();
        self.recording.close();
        if self.link.is_none() {
            self.delivery.close();
        }
        self.wake.notify_one();
        if !drain.is_zero() {
            self.life.wait_finished(Instant::now() + drain);
        }
        if let Some(opening) = &self.opening {
            opening.leave();
        }
    }

    /// Takes the next event, waiting until `deadline` (`None`: without limit).
    pub fn poll_event(&self, deadline: Option<Instant>) -> std::result::Result<Polled, Status> {
        self.delivery.poll(deadline)
    }

    /// The session's own queue; `None` if its events go to one that the caller shares between sessions.
    pub fn own_queue(&self) -> std::result::Result<&Arc<Queue>, Status> {
        self.delivery.own_queue()
    }

    /// The only way of events to the queue. Masks secrets that a server may quote.
    pub(crate) fn tell(&self, events: impl IntoIterator<Item = Event>) {
        for event in events {
            self.emit(event);
        }
        self.announce();
    }

    /// Wakes a poller if something was emitted since the last call.
    pub(crate) fn announce(&self) {
        self.delivery.mailbox().announce();
    }

    /// As [`Session::tell`], but no poller is woken before the events are announced.
    pub(crate) fn emit(&self, mut event: Event) {
        // Cleaned before the lock of the mailbox is taken.
        if let Some(secrets) = self.secrets.get() {
            secrets.clean_event(&mut event);
        }
        if let Some(link) = &self.link {
            event = link.relayed(event);
        }
        self.delivery.mailbox().add(event);
    }

    /// The service's JSON, for callers that want it with every event; never for audio.
    pub(crate) fn source(&self, frame: &[u8], is_audio: bool) -> String {
        if self.wants_json && !is_audio { String::from_utf8_lossy(frame).into_owned() } else { String::new() }
    }

    /// As `emit`, for an event that a message of the service caused.
    pub(crate) fn emit_from(&self, mut event: Event, source: &str) {
        if !source.is_empty() {
            event.texts = event.texts.and_json(source);
        }
        self.emit(event);
    }

    /// An error that is not reported by an event.
    pub(crate) fn clean(&self, error: Error) -> Error {
        match self.secrets.get() {
            Some(secrets) => secrets.clean_error(error),
            None => error,
        }
    }

    /// Logs a line for the caller, if there is a listener. The text must not contain a secret.
    pub(crate) fn log(&self, words: impl FnOnce() -> String) {
        let about = || self.about.clone();
        log::line(Level::Info, about, || match self.secrets.get() {
            Some(secrets) => secrets.clean(words()),
            None => words(),
        });
    }

    /// What only a session of one product has. A command of another product is refused with `Unsupported`.
    pub(crate) fn desk_of<D: Desk>(&self) -> Result<&D> {
        let text = "a session of this kind cannot do that";
        (*self.desk).as_any().downcast_ref().ok_or_else(|| Error::new(Status::Unsupported, text))
    }

    /// The input, if the product has one.
    pub(crate) fn input(&self) -> std::result::Result<&Inlet, Status> {
        self.input.as_ref().ok_or(Status::Unsupported)
    }

    /// As [`Session::check_open`]. A session that never became READY returns its error.
    pub(crate) fn check_sendable(&self) -> Result<()> {
        self.check_open().map_err(|error| {
            self.last_error().filter(|_| error.status == Status::Closed && !self.was_ready()).unwrap_or(error)
        })
    }

    /// The service has listened.
    pub(crate) fn was_ready(&self) -> bool {
        load(&self.counters.ready_us) > 0
    }

    /// Checks that the session accepts input and commands; the error says why it does not.
    pub(crate) fn check_open(&self) -> Result<()> {
        self.check_input_open().map_err(|status| self.explained(status))
    }

    fn explained(&self, status: Status) -> Error {
        match self.last_error().filter(|_| status == Status::Closed) {
            Some(why) => {
                let text = format!("the session is closed: {}", why.text);
                Error { status, text, retriable: false, retry_after: None, ..why }
            }
            None => status.into(),
        }
    }

    /// As [`Session::check_open`], for real-time threads.
    pub(crate) fn check_input_open(&self) -> std::result::Result<(), Status> {
        if self.life.state() == State::Closed {
            return Err(Status::Closed);
        }
        if self.life.end_requested().is_some() {
            return Err(Status::Ended);
        }
        Ok(())
    }
}

impl Session {
    /// Returns whether nothing can become due without a request for a visit. All of it was looked at before: what has
    /// changed since then requests a visit.
    fn may_rest(&self) -> bool {
        self.is_acknowledged()
            && self.playout.as_ref().is_none_or(|playout| playout.may_rest())
            // Last, because it notes the rest.
            && self.gap.as_ref().is_none_or(|gap| lock(gap).rest())
    }
}

impl Tick for Session {
    fn tick(&self) -> Next {
        let is_awaited = self.look_at_the_network();
        let is_due = |input: &Inlet| input.has_chunk() || input.must_flush() || input.lacks_space();
        // Every tick looks at the gap, so that a tick that is late is seen.
        let is_gap = self.gap_step() != Step::None;
        let has_work = is_gap || is_awaited || self.input.as_ref().is_some_and(is_due);
        if has_work {
            self.wake.notify_one();
        }
        // What has arrived is still played after the end.
        let is_heard = self.playout.as_ref().is_some_and(|playout| {
            self.tell(playout.feed());
            // In a call the playout goes on, and so do its events.
            let is_played = if self.link.is_none() { !playout.is_busy() } else { playout.may_rest() };
            !is_played && !self.life.close_requested()
        });
        match self.life.state() {
            State::Closed if is_heard => Next::Visit,
            State::Closed => Next::Over,
            _ if has_work || !self.may_rest() => Next::Visit,
            _ => Next::Rest,
        }
    }

    /// Waiting speech is not fed any more. A session that is not over ends with its driver.
    fn unwatched(&self) {
        if let Some(playout) = self.playout.as_ref().filter(|_| self.life.state() == State::Closed) {
            // No event follows CLOSED.
            drop(playout.abandon());
            playout.finish();
        }
    }
}
