//! One party, listened to on the thread for signal processing: when it speaks, and whom that interrupts.

use std::sync::Arc;

use super::floor::Floor;
use crate::audio::voice::{Earshot, Found, RATE, Speech};
use crate::call::ear::Ear;
use crate::call::roster::other;
use crate::call::talk::Talk;
use crate::event::{Event, EventKind};
use crate::runtime::dsp::Process;
use crate::session::events::mailbox::Mailbox;
use crate::session::output::mono::Mono;
use crate::session::output::{Silenced, Taps};

/// Visits without sound after which a line that sends no silence is silent.
const MOST_IDLE: u32 = 50;

pub(crate) struct Setup {
    pub number: usize,
    /// What the party says.
    pub said: Arc<Taps>,
    pub talk: Arc<Talk>,
    pub floor: Arc<Floor>,
    pub events: Arc<Mailbox>,
    /// By events.
    pub is_told: bool,
    /// Where translation is silenced when the party begins to speak.
    pub interrupts: Option<Arc<Ear>>,
}

pub(crate) struct Speaker {
    setup: Setup,
    mono: Mono,
    samples: Vec<i16>,
    found: Vec<Found>,
    speech: Speech<Earshot>,
    /// When what is said now began: the time of the call, and the position in what is said.
    begun: (u64, u64),
    idle: u32,
}

impl Speaker {
    pub(crate) fn new(setup: Setup) -> Speaker {
        setup.floor.join(setup.number, &setup.talk);
        Speaker {
            setup,
            mono: Mono::new(RATE),
            samples: Vec::new(),
            found: Vec::new(),
            speech: Speech::new(Earshot::default()),
            begun: (0, 0),
            idle: 0,
        }
    }

    fn listen(&mut self) {
        let Speaker { setup, mono, samples, found, speech, idle, .. } = self;
        setup.said.drain(|rate, arrived| samples.extend(mono.convert(rate, arrived)));
        *idle = if samples.is_empty() { *idle + 1 } else { 0 };
        speech.listen(samples.drain(..), &mut |what| found.push(what));
        if *idle == MOST_IDLE {
            speech.stop(&mut |what| found.push(what));
        }
    }

    fn note(&mut self, found: Found) {
        let Setup { number, talk, floor, .. } = &self.setup;
        match found {
            Found::Begun { at } => {
                // What arrives at once was not said at once.
                self.begun = (floor.now_ms().saturating_sub(self.speech.position_ms() - at), at);
                talk.begin();
                self.interrupt();
                self.tell(EventKind::SpeechStarted, at, None);
            }
            Found::More { from, to } => {
                talk.speak(to - from);
                let (time, begin) = self.begun;
                let time = |at: u64| time + (at - begin);
                floor.speak(*number, talk, time(from), time(to));
            }
            Found::Ended { from, to } => self.tell(EventKind::SpeechEnded, from, Some(to)),
        }
    }

    /// Silences the translation that sounds for the party now.
    fn interrupt(&self) {
        let Setup { number, events, interrupts, .. } = &self.setup;
        let Some(ear) = interrupts.as_ref().filter(|ear| ear.is_sounding()) else { return };
        let speaker = other(*number) as i32;
        for event in ear.playout().silence(&[], Silenced::All) {
            events.push(Event { leg: speaker, ..event });
        }
    }

    fn tell(&self, kind: EventKind, start: u64, end: Option<u64>) {
        let Setup { number, events, is_told, .. } = &self.setup;
        if *is_told {
            let (start_ms, end_ms) = (Some(start as u32), end.map(|end| end as u32));
            events.push(Event { leg: *number as i32, start_ms, end_ms, ..Event::new(kind) });
        }
    }
}

impl Process for Speaker {
    fn process(&mut self) -> bool {
        // Looked at first: what was said before the party had gone is heard.
        let is_gone = Arc::strong_count(&self.setup.said) == 1;
        self.listen();
        if is_gone {
            let found = &mut self.found;
            self.speech.stop(&mut |what| found.push(what));
        }
        for found in std::mem::take(&mut self.found) {
            self.note(found);
        }
        !is_gone
    }
}
