//! What comes back of what is played, as events and figures.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::pair::Pair;
use crate::audio::echo::{Echo, EchoMeter, Found, RATE};
use crate::event::{Event, EventKind, Texts};
use crate::runtime::dsp::Process;
use crate::session::events::mailbox::Mailbox;
use crate::session::output::Taps;
use crate::session::output::echo::{EchoFigures, EchoStats};

/// What is less is no change.
const DELAY_MS: u32 = 10;
const LEVEL_DB: i32 = 3;
/// Times that no echo is found of what was played until there is none any more.
const MISSES: u32 = 15;
/// A longer time between two visits counts as so long: the process was stopped.
const LONGEST: Duration = Duration::from_secs(1);

pub(crate) struct Setup {
    pub read: Arc<Taps>,
    pub sent: Arc<Taps>,
    pub events: Arc<Mailbox>,
    /// Whose line it is, in a call; -1: it is none.
    pub leg: i32,
    pub figures: Arc<EchoFigures>,
}

pub(crate) struct EchoListener {
    pair: Pair,
    meter: Box<EchoMeter>,
    events: Arc<Mailbox>,
    leg: i32,
    figures: Arc<EchoFigures>,
    /// What the caller knows.
    told: Option<EchoStats>,
    misses: u32,
    visited: Instant,
    now: Duration,
}

impl EchoListener {
    pub(crate) fn new(setup: Setup) -> EchoListener {
        let Setup { read, sent, events, leg, figures } = setup;
        EchoListener {
            pair: Pair::new(read, sent, RATE),
            meter: Box::default(),
            events,
            leg,
            figures,
            told: None,
            misses: 0,
            visited: Instant::now(),
            now: Duration::ZERO,
        }
    }

    /// So much time has passed since the visit before.
    pub(super) fn visit(&mut self, elapsed: Duration) {
        self.now += elapsed.min(LONGEST);
        self.pair.take(self.now.as_millis() as u64);
        while let Some((read, sent)) = self.pair.next() {
            match self.meter.listen(read, sent) {
                Some(Found::Echo(echo)) => self.note(echo),
                Some(Found::Nothing) => self.miss(),
                None => {}
            }
        }
    }

    fn note(&mut self, echo: Echo) {
        self.misses = 0;
        let now = EchoStats { delay_ms: echo.delay_ms, level_db: echo.level_db.round() as i32 };
        self.figures.set(Some(now));
        let is_known = self.told.is_some_and(|told| {
            told.delay_ms.abs_diff(now.delay_ms) <= DELAY_MS
                && (told.level_db - now.level_db).abs() <= LEVEL_DB
        });
        if !is_known {
            let text = format!("what is played comes back: {} dB after {} ms", now.level_db, now.delay_ms);
            self.tell(Some(now), &text);
        }
    }

    fn miss(&mut self) {
        self.misses += 1;
        if self.misses == MISSES && self.told.is_some() {
            self.figures.set(None);
            self.tell(None, "what is played does not come back any more");
        }
    }

    fn tell(&mut self, echo: Option<EchoStats>, text: &str) {
        self.told = echo;
        let texts = Texts::new(text, "", "", "");
        let echo = echo.map(|echo| (echo.delay_ms, echo.level_db));
        self.events.push(Event { leg: self.leg, echo, texts, ..Event::new(EventKind::Echo) });
    }
}

impl Process for EchoListener {
    fn process(&mut self) -> bool {
        let is_over = self.pair.is_over();
        let now = Instant::now();
        let elapsed = now - std::mem::replace(&mut self.visited, now);
        self.visit(elapsed);
        !is_over
    }
}
