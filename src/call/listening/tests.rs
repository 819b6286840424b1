//! Parties that are listened to, visit by visit.

use std::sync::Arc;

use super::floor::Floor;
use super::speaker::{Setup, Speaker};
use crate::audio::convert::InputFormat;
use crate::audio::format::Format;
use crate::audio::voice::sung::sung;
use crate::call::talk::{Talk, TalkStats};
use crate::event::{About, Event, EventKind};
use crate::runtime::dsp::Process;
use crate::session::events::mailbox::{Limits, Mailbox};
use crate::session::events::queue::{Polled, Queue};
use crate::session::output::Taps;
use crate::session::output::play::voice_tap::VoiceTap;

const RATE: u32 = 8000;

/// One party of a call, and its line.
struct Party {
    line: Option<VoiceTap>,
    talk: Arc<Talk>,
    speaker: Speaker,
    queue: Arc<Queue>,
    /// Held, as events are delivered through it.
    _events: Arc<Mailbox>,
}

impl Party {
    fn join(number: usize, floor: &Arc<Floor>, is_told: bool) -> Party {
        let (said, talk, queue) = (Arc::<Taps>::default(), Arc::<Talk>::default(), Arc::<Queue>::default());
        let limits = Limits { events: 100, bytes: 1 << 20 };
        let events = Mailbox::new(About::default(), limits, queue.clone());
        let format = InputFormat::plain(Format { sample_rate: RATE, channels: 1 });
        let line = Some(VoiceTap::new(format, said.clone()));
        let speaker = Speaker::new(Setup {
            number,
            said,
            talk: talk.clone(),
            floor: floor.clone(),
            events: events.clone(),
            is_told,
            interrupts: None,
        });
        Party { line, talk, speaker, queue, _events: events }
    }

    fn says(&mut self, samples: &[i16]) {
        let Some(line) = &mut self.line else { return };
        line.put(bytemuck::cast_slice(samples));
    }

    /// Says it in real time, a visit every 10 ms.
    fn say(&mut self, samples: &[i16]) {
        for piece in samples.chunks(RATE as usize / 100) {
            self.says(piece);
            assert!(self.speaker.process());
        }
    }

    fn told(&self) -> Vec<(EventKind, u32, Option<u32>)> {
        let mut told = Vec::new();
        while let Polled::Event(numbered) = self.queue.poll(Some(tokio::time::Instant::now())) {
            let Event { kind, leg, start_ms, end_ms, .. } = numbered.event;
            assert_eq!(leg, 1);
            told.push((kind, start_ms.unwrap(), end_ms));
        }
        told
    }
}

fn silence(ms: u32) -> Vec<i16> {
    vec![0; (RATE * ms / 1000) as usize]
}

#[test]
fn who_speaks_is_told_and_counted() {
    let mut party = Party::join(1, &Arc::default(), true);
    party.say(&silence(1000));
    party.say(&sung(RATE, 2000));
    let told = party.told();
    let [(EventKind::SpeechStarted, start @ 950..=1400, None)] = told[..] else { panic!("{told:?}") };
    party.say(&silence(700));
    let told = party.told();
    let [(EventKind::SpeechEnded, from, Some(to @ 2800..=3200))] = told[..] else { panic!("{told:?}") };
    assert_eq!(from, start);
    let talk = TalkStats { spoke_ms: u64::from(to - from), spurts: 1, overlap_ms: 0 };
    assert_eq!(party.talk.stats(), talk);
}

#[test]
fn nobody_is_told_who_only_wants_to_be_heard() {
    let mut party = Party::join(1, &Arc::default(), false);
    party.say(&sung(RATE, 2000));
    assert_eq!((party.told(), party.talk.stats().spurts), (Vec::new(), 1));
}

/// A line with DTX sends nothing while nobody speaks; one that hangs up does not say so.
#[test]
fn who_sends_nothing_or_leaves_has_stopped() {
    let mut party = Party::join(1, &Arc::default(), true);
    party.say(&sung(RATE, 1000));
    assert!((0..49).all(|_| party.speaker.process()));
    assert_eq!(party.told().len(), 1);
    assert!(party.speaker.process());
    assert_eq!(party.told()[0].0, EventKind::SpeechEnded);
    party.says(&sung(RATE, 1000));
    party.line = None;
    // What was said before is heard.
    assert!(!party.speaker.process());
    let kinds: Vec<_> = party.told().iter().map(|told| told.0).collect();
    assert_eq!(kinds, [EventKind::SpeechStarted, EventKind::SpeechEnded]);
}
