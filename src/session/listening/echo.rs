//! What comes back of what is played, as events and figures.

use std::sync::Arc;

use super::clock::Clock;
use super::pair::Pair;
use super::side::Time;
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

/// Who gets to know of an echo.
pub(crate) struct Told {
    pub events: Arc<Mailbox>,
    /// Whose line it is, in a call; -1: it is none.
    pub leg: i32,
    pub figures: Arc<EchoFigures>,
}

pub(super) struct EchoTeller {
    to: Told,
    meter: Box<EchoMeter>,
    /// What the caller knows.
    told: Option<EchoStats>,
    misses: u32,
}

/// Of a sound that stays as it is.
pub(crate) struct EchoListener {
    pair: Pair,
    teller: EchoTeller,
    clock: Clock,
}

impl EchoTeller {
    pub(super) fn new(to: Told) -> EchoTeller {
        EchoTeller { to, meter: Box::default(), told: None, misses: 0 }
    }

    /// Takes what was read and sent at the same time, at the rate of the meter.
    pub(super) fn listen(&mut self, read: i16, sent: i16) {
        match self.meter.listen(read, sent) {
            Some(Found::Echo(echo)) => self.note(echo),
            Some(Found::Nothing) => self.miss(),
            None => {}
        }
    }

    fn note(&mut self, echo: Echo) {
        self.misses = 0;
        let now = EchoStats { delay_ms: echo.delay_ms, level_db: echo.level_db.round() as i32 };
        self.to.figures.set(Some(now));
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
            self.to.figures.set(None);
            self.tell(None, "what is played does not come back any more");
        }
    }

    fn tell(&mut self, echo: Option<EchoStats>, text: &str) {
        self.told = echo;
        let texts = Texts::new(text, "", "", "");
        let echo = echo.map(|echo| (echo.delay_ms, echo.level_db));
        self.to.events.push(Event { leg: self.to.leg, echo, texts, ..Event::new(EventKind::Echo) });
    }
}

impl EchoListener {
    pub(crate) fn new(read: Arc<Taps>, sent: Arc<Taps>, to: Told) -> EchoListener {
        EchoListener {
            pair: Pair::new(read, sent, RATE),
            teller: EchoTeller::new(to),
            clock: Clock::default(),
        }
    }

    pub(super) fn visit(&mut self, time: Time<'_>) {
        self.pair.take(time);
        while let Some((read, sent)) = self.pair.next() {
            self.teller.listen(read, sent);
        }
    }
}

impl Process for EchoListener {
    fn process(&mut self) -> bool {
        let is_over = self.pair.is_over();
        let mut clock = std::mem::take(&mut self.clock);
        self.visit(&mut || clock.now_ms());
        self.clock = clock;
        !is_over
    }
}
