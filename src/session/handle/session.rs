//! The handle that the callers' threads hold.

use std::any::Any;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::desk::Desk;
use super::life::{Life, Phase};
use super::options::{self, SessionSetup};
use super::recording::Recording;
use super::schedule::Pacer;
use super::stats::{Counters, Stats, load, narrow};
use crate::audio::convert::InputFormat;
use crate::audio::format::PlayoutFormat;
use crate::audio::samples::Encoding;
use crate::client::secret::Redactor;
use crate::error::{Error, Result, Status};
use crate::event::{About, Event};
use crate::lock::{Mutex, Rank, lock};
use crate::runtime;
use crate::runtime::ticker::Tick;
use crate::runtime::try_cell::TryCell;
use crate::session::events::log::{self, Level};
use crate::session::events::mailbox::Mailbox;
use crate::session::events::queue::{Polled, Queue};
use crate::session::input::Ingest;
use crate::session::input::gap::{Gap, Policy, Step};
use crate::session::input::uplink::Uplink;
use crate::session::output::{Line, LineStats, Playout, Sound};

pub struct Session {
    pub(crate) life: Life,
    /// What is the product's own.
    pub(crate) desk: Arc<dyn Desk>,
    /// The way in for audio, where there is one.
    pub(crate) ingest: Option<Ingest>,
    /// The policy for missing input, where there is one. Touched by the runtime and by who asks for figures, never on the
    /// way of the caller's audio.
    pub(crate) gap: Option<Mutex<Gap>>,
    pub(crate) pacer: Pacer,
    /// Where speech waits for those who take it frame by frame.
    pub(crate) playout: Option<Playout>,
    /// Speech comes as events.
    pub(crate) emits_audio: bool,
    pub(crate) recording: Arc<Recording>,
    pub(crate) events: Arc<Mailbox>,
    /// Its events are polled from a queue that the caller shares between sessions.
    pub(crate) is_queue_shared: bool,
    /// One poller at a time, or the order of events would mean nothing.
    pub(crate) poller: TryCell<()>,
    /// Wakes the driver: a chunk is full, a command waits, the end or the close was asked for.
    pub(crate) wake: Notify,
    pub(crate) counters: Counters,
    pub(crate) opened: Instant,
    /// From the open stream to its end.
    pub(crate) uplink: Mutex<Option<Uplink>>,
    pub(crate) about: About,
    /// How long the end may take at the service, in seconds.
    pub(crate) end_s: u32,
    pub(crate) wants_json: bool,
    /// What no event may hold, known before anything comes from the stream.
    pub(crate) secrets: OnceLock<Redactor>,
}

impl Session {
    /// What every product has; the rest is empty.
    pub(crate) fn new(setup: &SessionSetup, desk: Arc<dyn Desk>, queue: Option<Arc<Queue>>) -> Session {
        let events = Mailbox::new(setup.about.clone(), setup.event_limits, queue.clone().unwrap_or_default());
        Session {
            life: Life::default(),
            desk,
            ingest: None,
            gap: None,
            pacer: Pacer::default(),
            playout: None,
            emits_audio: true,
            recording: Arc::new(Recording::new(events.clone())),
            is_queue_shared: queue.is_some(),
            events,
            poller: TryCell::new(()),
            wake: Notify::new(),
            counters: Counters::default(),
            opened: Instant::now(),
            uplink: Mutex::new(Rank::Uplink, None),
            about: setup.about.clone(),
            end_s: setup.end_s,
            wants_json: setup.wants_json,
            secrets: OnceLock::new(),
        }
    }

    pub fn phase(&self) -> Phase {
        self.life.phase()
    }

    /// The error that closed the session, if one did.
    pub fn last_error(&self) -> Option<Error> {
        self.life.error()
    }

    pub fn stats(&self) -> Stats {
        if self.look_at_the_network() {
            self.wake.notify_one();
        }
        // First of all: what waits was counted before it came, so no figure claims less than what is seen to wait.
        let events = self.events.levels();
        let counters = &self.counters;
        let ingest = self.ingest.as_ref();
        let (input_frames_taken, input_frames_sent) = ingest.map_or((0, 0), Ingest::frames);
        Stats {
            input_frames_taken,
            input_frames_sent,
            chunks_sent: load(&counters.chunks_sent),
            bytes_sent: load(&counters.bytes_sent),
            bytes_received: load(&counters.bytes_received),
            audio_frames_received: load(&counters.audio_frames_received),
            input_queue_ms: narrow(ingest.map_or(0, Ingest::waiting_ms)),
            ready_ms: narrow(load(&counters.ready_us).div_ceil(1000)),
            first_audio_ms: narrow(load(&counters.first_audio_us).div_ceil(1000)),
            round_trip_us: narrow(load(&counters.round_trip_us)),
            server_queue_ms: narrow(load(&counters.server_queue_ms)),
            commands_waiting: narrow(self.desk.commands_waiting() as u64),
            events,
            silence_frames_sent: load(&counters.silence_frames_sent),
            input_frames_dropped: ingest.map_or(0, Ingest::dropped),
            gap_in_effect: self.gap.as_ref().map_or(Policy::None, |gap| lock(gap).in_effect()),
            gap_pauses: narrow(load(&counters.gap_pauses)),
        }
    }

    /// Waits until the session is ready (`Ok`) or closed (its error); events stay queued.
    pub fn wait_ready(&self, deadline: Option<Instant>) -> Result<()> {
        self.life.wait_ready(deadline)
    }

    /// Takes whole frames into the ring, as many as fit. Wait-free: safe on a real-time thread.
    pub fn send_audio(&self, bytes: &[u8]) -> std::result::Result<usize, Status> {
        self.send_audio_of(|_| Ok(bytes))
    }

    /// As [`Session::send_audio`], for callers who count frames: `bytes_of` is told how many bytes one has.
    pub fn send_audio_of<'a>(
        &self,
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a [u8], Status>,
    ) -> std::result::Result<usize, Status> {
        let ingest = self.ingest()?;
        self.check_input_open()?;
        ingest.send(bytes_of).unwrap_or(Err(Status::Busy))
    }

    /// What is sent from now on has another encoding, rate and number of channels; the wire stays as it is.
    pub fn set_input_format(&self, encoding: Encoding, sample_rate: u32, channels: u32) -> Result<()> {
        let ingest = self.ingest()?;
        self.check_open()?;
        options::check_input(sample_rate, channels)?;
        ingest.set_format(|old| InputFormat { encoding, sample_rate, channels, ..old })?;
        // What is left of the old format can go on its way.
        self.wake.notify_one();
        Ok(())
    }

    /// How many frames the ring would take right now.
    pub fn audio_space(&self) -> std::result::Result<usize, Status> {
        let ingest = self.ingest()?;
        self.check_input_open()?;
        Ok(ingest.space_frames())
    }

    /// Fills whole frames with what is to be heard next in a language, and with silence where nothing is.
    /// Wait-free: safe on a real-time thread. `bytes_of` is told how many bytes a frame has.
    pub fn read_audio<'a>(
        &self,
        language: &[u8],
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a mut [u8], Status>,
    ) -> std::result::Result<Sound, Status> {
        let line = self.playout()?.line(language).ok_or(Status::InvalidArgument)?;
        line.read(bytes_of).unwrap_or(Err(Status::Busy))
    }

    /// What is read from now on, in one language or in all of them, has another format.
    pub fn set_output_format(&self, language: &[u8], format: PlayoutFormat) -> Result<()> {
        options::check_output(format)?;
        let mut events = Vec::new();
        let changed = self.playout()?.set_format(language, format, &mut events);
        self.tell(events);
        changed
    }

    /// What one line of the playout has done until now.
    pub fn playout_stats(&self, language: &[u8]) -> std::result::Result<LineStats, Status> {
        self.playout()?.line(language).map(Line::stats).ok_or(Status::InvalidArgument)
    }

    pub(crate) fn playout(&self) -> std::result::Result<&Playout, Status> {
        self.playout.as_ref().ok_or(Status::Unsupported)
    }

    /// Nothing that is known of now is heard any more.
    pub(crate) fn flush_playout(&self, languages: &[String]) {
        if let Some(playout) = &self.playout {
            self.tell(playout.flush(languages));
        }
    }

    /// No more input: what was sent goes out, the tail comes as events, then CLOSED.
    pub fn end(&self) -> Result<()> {
        self.life.request_end(self.end_s).map_err(|status| self.explained(status))?;
        self.wake.notify_one();
        Ok(())
    }

    /// Leaves the conversation. Waits at most `drain` for the goodbye, which goes on without us after that, and not at
    /// all for a wake-up callback under way.
    pub fn close(&self, drain: Duration) {
        self.life.request_close();
        self.desk.finish();
        self.recording.close();
        runtime::drop_later(self.events.abandon());
        if !self.is_queue_shared {
            self.events.queue().close();
        }
        self.wake.notify_one();
        if !drain.is_zero() {
            self.life.wait_finished(Instant::now() + drain);
        }
    }

    /// Takes the next event, waiting until `deadline` (`None`: without limit).
    pub fn poll_event(&self, deadline: Option<Instant>) -> std::result::Result<Polled, Status> {
        let queue = self.own_queue()?;
        self.poller
            .try_with(|()| if self.events.is_finished() { Polled::Closed } else { queue.poll(deadline) })
            .ok_or(Status::Busy)
    }

    /// The queue to wait on, unless it is one that the caller shares between sessions.
    pub fn own_queue(&self) -> std::result::Result<&Arc<Queue>, Status> {
        if self.is_queue_shared { Err(Status::Unsupported) } else { Ok(self.events.queue()) }
    }

    /// The one way of events to whoever polls: no secret passes it, whatever the server quotes.
    pub(crate) fn tell(&self, events: impl IntoIterator<Item = Event>) {
        for event in events {
            self.emit(event);
        }
        self.events.announce();
    }

    /// As [`Session::tell`], but nobody is told before the events are announced.
    pub(crate) fn emit(&self, mut event: Event) {
        // Cleaned before the lock of the mailbox is taken.
        if let Some(secrets) = self.secrets.get() {
            secrets.clean_event(&mut event);
        }
        self.events.add(event);
    }

    /// What the service said, for those who want it with every event; never audio.
    pub(crate) fn source(&self, frame: &[u8], is_audio: bool) -> String {
        if self.wants_json && !is_audio { String::from_utf8_lossy(frame).into_owned() } else { String::new() }
    }

    /// As `emit`, of an event that a message of the service brought.
    pub(crate) fn emit_from(&self, mut event: Event, source: &str) {
        if !source.is_empty() {
            event.texts = event.texts.and_json(source);
        }
        self.emit(event);
    }

    /// An error that is told otherwise than by an event.
    pub(crate) fn clean(&self, error: Error) -> Error {
        match self.secrets.get() {
            Some(secrets) => secrets.clean_error(error),
            None => error,
        }
    }

    /// Tells the caller what is going on, if he wants to know. The words must hold no secret.
    pub(crate) fn log(&self, words: impl FnOnce() -> String) {
        let about = || self.about.clone();
        log::line(Level::Info, about, || match self.secrets.get() {
            Some(secrets) => secrets.clean(words()),
            None => words(),
        });
    }

    /// What only a session of one product has: a verb that does not belong to the product is refused with `Unsupported`.
    pub(crate) fn desk_of<D: Desk>(&self) -> Result<&D> {
        let desk: &dyn Any = &*self.desk;
        let text = "a session of this kind cannot do that";
        desk.downcast_ref().ok_or_else(|| Error::new(Status::Unsupported, text))
    }

    /// The way in for audio, where there is one.
    pub(crate) fn ingest(&self) -> std::result::Result<&Ingest, Status> {
        self.ingest.as_ref().ok_or(Status::Unsupported)
    }

    pub(crate) fn with_gap(&self, change: impl FnOnce(&mut Gap)) {
        if let Some(gap) = &self.gap {
            change(&mut lock(gap));
        }
    }

    /// What the policy for missing input wants to be done now.
    pub(crate) fn gap_step(&self) -> Step {
        let (Some(gap), Some(ingest)) = (&self.gap, &self.ingest) else { return Step::None };
        let (mut gap, now) = (lock(gap), tokio::time::Instant::now());
        gap.look(ingest.frames().0, ingest.sample_rate(), now);
        gap.step(now, self.life.end_requested().is_some())
    }

    /// As [`Session::check_open`], where a session that never became READY fails as it did.
    pub(crate) fn check_sendable(&self) -> Result<()> {
        self.check_open().map_err(|error| {
            let was_ready = load(&self.counters.ready_us) > 0;
            self.last_error().filter(|_| error.status == Status::Closed && !was_ready).unwrap_or(error)
        })
    }

    /// Whether the session takes input and commands. One that does not says why.
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
        if self.life.phase() == Phase::Closed {
            return Err(Status::Closed);
        }
        if self.life.end_requested().is_some() {
            return Err(Status::Ended);
        }
        Ok(())
    }
}

impl Tick for Session {
    fn tick(&self) -> bool {
        let is_awaited = self.look_at_the_network();
        if is_awaited || self.ingest.as_ref().is_some_and(Ingest::has_chunk) || self.gap_step() != Step::None
        {
            self.wake.notify_one();
        }
        // What is here is still heard after the end.
        let is_heard = self.playout.as_ref().is_some_and(|playout| {
            self.tell(playout.feed());
            playout.is_busy() && !self.life.close_requested()
        });
        is_heard || self.life.phase() != Phase::Closed
    }

    /// Speech that waits has nobody to feed it any more. A session that is not over yet ends with its driver.
    fn unwatched(&self) {
        if let Some(playout) = &self.playout
            && self.life.phase() == Phase::Closed
        {
            // No event follows CLOSED.
            drop(playout.abandon());
            playout.finish();
        }
    }
}
