//! What became of one party: figures that outlive its sessions, and the party itself.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::ear::Ear;
use super::options::LegOptions;
use super::stats::LegStats;
use super::talk::Talk;
use crate::client::metrics::{Metered, Sums};
use crate::error::{Error, Status};
use crate::lock::{Mutex, Rank, lock};
#[cfg(any(feature = "vad", feature = "echo"))]
use crate::session::output::Taps;
use crate::session::output::echo::{EchoFigures, Overrun};
use crate::session::{Session, State};
use crate::sync::{AtomicU64, Ordering};

/// Links of a leg that are remembered one by one.
const MOST_LINKS: usize = 16;

/// A session that carried the words of a party.
#[derive(Clone, Copy, Debug)]
pub(super) struct LinkRecord {
    pub opened: Instant,
    /// `None`: it was never READY.
    pub ready: Option<Duration>,
    /// Whose end is known.
    pub ended: Option<(Instant, Status)>,
}

pub(crate) struct Record {
    pub number: usize,
    pub language: String,
    pub target_language: String,
    pub joined: Instant,
    /// Counted by the thread that sends.
    said_ns: AtomicU64,
    lost_ns: AtomicU64,
    /// If what it says is listened to.
    talk: Option<Arc<Talk>>,
    /// Of what it hears.
    echo: Arc<EchoFigures>,
    /// Of both, what was not listened to.
    overrun: Arc<Overrun>,
    course: Mutex<Course>,
}

struct Course {
    /// While the party is there.
    ear: Option<Arc<Ear>>,
    left: Option<Instant>,
    /// The session whose figures still grow, and the figures of those before it.
    present: Option<Arc<Session>>,
    past: Sums,
    stats: LegStats,
    links: VecDeque<LinkRecord>,
}

impl Record {
    pub(super) fn new(number: usize, options: &LegOptions, ear: Arc<Ear>) -> Record {
        let course = Course {
            ear: Some(ear),
            left: None,
            present: None,
            past: Sums::default(),
            stats: LegStats::default(),
            links: VecDeque::new(),
        };
        Record {
            number,
            language: options.language.clone(),
            target_language: options.target_language.clone(),
            joined: Instant::now(),
            said_ns: AtomicU64::new(0),
            lost_ns: AtomicU64::new(0),
            talk: options.listens().then(Arc::default),
            echo: Arc::default(),
            overrun: Arc::default(),
            course: Mutex::new(Rank::Course, course),
        }
    }

    /// The party has said so many frames, or they were lost. One thread at a time; wait-free, as sending.
    pub(super) fn count(&self, frames: usize, rate: u32, is_lost: bool) {
        let counter = if is_lost { &self.lost_ns } else { &self.said_ns };
        let ns = frames as u64 * 1_000_000_000 / u64::from(rate);
        counter.store(counter.load(Ordering::Relaxed) + ns, Ordering::Relaxed);
    }

    /// This session carries what the party says from now on.
    pub(super) fn carry(&self, session: &Arc<Session>) {
        let link = LinkRecord { opened: session.opened, ready: None, ended: None };
        let before = {
            let mut course = lock(&self.course);
            let before = course.settle(true);
            course.begin(link);
            course.present = Some(session.clone());
            before
        };
        drop(before);
    }

    /// A session for the party could not be opened.
    pub(super) fn fail(&self, error: &Error) {
        let now = Instant::now();
        let link = LinkRecord { opened: now, ready: None, ended: Some((now, error.status)) };
        let before = {
            let mut course = lock(&self.course);
            let before = course.settle(true);
            course.begin(link);
            course.stats.links_broken += 1;
            before
        };
        drop(before);
    }

    /// A session that is over is not held any more.
    pub(super) fn settle(&self) {
        let over = lock(&self.course).settle(false);
        drop(over);
    }

    /// The party has gone. What it has said may still be on its way.
    pub(super) fn leave(&self) {
        let ear = {
            let mut course = lock(&self.course);
            course.listen();
            course.left = Some(Instant::now());
            course.ear.take()
        };
        drop(ear);
    }

    pub(super) fn left(&self) -> Option<Instant> {
        lock(&self.course).left
    }

    pub(super) fn stats(&self) -> LegStats {
        let ms = |counter: &AtomicU64| counter.load(Ordering::Relaxed) / 1_000_000;
        let (over, stats) = {
            let mut course = lock(&self.course);
            let over = course.settle(false);
            course.listen();
            (over, course.stats)
        };
        drop(over);
        let talk = self.talk.as_ref().map(|talk| talk.stats());
        LegStats {
            said_ms: ms(&self.said_ns),
            lost_ms: ms(&self.lost_ns),
            talk,
            echo: self.echo.stats(),
            overrun_ms: self.overrun.ms(),
            ..stats
        }
    }

    #[cfg(feature = "echo")]
    pub(super) fn echo(&self) -> &Arc<EchoFigures> {
        &self.echo
    }

    /// For sound that is listened to.
    #[cfg(any(feature = "vad", feature = "echo"))]
    pub(super) fn taps(&self) -> Arc<Taps> {
        Arc::new(Taps::counted(self.overrun.clone()))
    }

    #[cfg(feature = "echo")]
    pub(super) fn overrun(&self) -> &Overrun {
        &self.overrun
    }

    #[cfg(feature = "vad")]
    pub(super) fn talk(&self) -> Option<&Arc<Talk>> {
        self.talk.as_ref()
    }

    /// The latest links, and how many there were before them.
    pub(super) fn links(&self) -> (Vec<LinkRecord>, u64) {
        let course = lock(&self.course);
        let links: Vec<_> = course.links.iter().copied().collect();
        let before = course.stats.links_opened - links.len() as u64;
        (links, before)
    }
}

impl Course {
    fn begin(&mut self, link: LinkRecord) {
        self.stats.links_opened += 1;
        if self.links.len() == MOST_LINKS {
            self.links.pop_front();
        }
        self.links.push_back(link);
    }

    /// Takes the figures of the present session, and the session if it is over or `is_replaced`.
    fn settle(&mut self, is_replaced: bool) -> Option<Arc<Session>> {
        let session = self.present.clone()?;
        // In this order: the figures of one that is over are complete.
        let state = session.state();
        let stats = session.stats();
        self.stats.state = Some(state);
        self.stats.sums = self.past;
        self.stats.sums.add(&session.sums());
        self.stats.ready_ms = stats.ready_ms;
        self.stats.first_audio_ms = stats.first_audio_ms;
        self.stats.round_trip_us = stats.round_trip_us;
        self.stats.service_queue_ms = stats.server_queue_ms;
        let link = self.links.back_mut()?;
        link.ready = session.ready_after();
        if state != State::Closed && !is_replaced {
            return None;
        }
        let status = session.last_error().map_or(Status::Ok, |error| error.status);
        link.ended = Some((Instant::now(), status));
        self.stats.links_broken += u64::from(status != Status::Ok);
        self.past = self.stats.sums;
        self.stats.state = None;
        self.present.take()
    }

    fn listen(&mut self) {
        if let Some(line) = self.ear.as_ref().and_then(|ear| ear.playout().line(b"")) {
            (self.stats.heard, self.stats.original) = (line.stats(), line.original_stats());
        }
    }
}
