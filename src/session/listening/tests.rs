//! An echo that is measured, visit by visit.

use std::sync::Arc;
use std::time::Duration;

use super::clock::Clock;
use super::echo::{EchoListener, Told};
use crate::audio::convert::InputFormat;
use crate::audio::format::Format;
use crate::event::{About, EventKind};
use crate::session::events::mailbox::{Limits, Mailbox};
use crate::session::events::queue::{Polled, Queue};
use crate::session::output::Taps;
use crate::session::output::echo::{EchoFigures, EchoStats};
use crate::session::output::play::voice_tap::VoiceTap;

const RATE: u32 = 16_000;
const VISIT: Duration = Duration::from_millis(10);

/// A line whose loudspeaker is heard by its microphone.
struct Line {
    read: VoiceTap,
    sent: VoiceTap,
    listener: EchoListener,
    clock: Clock,
    figures: Arc<EchoFigures>,
    queue: Arc<Queue>,
    /// Held, as events are delivered through it.
    _events: Arc<Mailbox>,
    played: Vec<i16>,
    seed: u32,
}

impl Line {
    fn new() -> Line {
        let [read, sent] = [(); 2].map(|()| Arc::<Taps>::default());
        let (queue, figures) = (Arc::<Queue>::default(), Arc::<EchoFigures>::default());
        let events = Mailbox::new(About::default(), Limits { events: 100, bytes: 1 << 20 }, queue.clone());
        let format = InputFormat::plain(Format { sample_rate: RATE, channels: 1 });
        let [read_tap, sent_tap] = [&read, &sent].map(|taps| VoiceTap::new(format, taps.clone()));
        let told = Told { events: events.clone(), leg: 1, figures: figures.clone() };
        Line {
            read: read_tap,
            sent: sent_tap,
            listener: EchoListener::new(read, sent, told),
            clock: Clock::default(),
            figures,
            queue,
            _events: events,
            played: Vec::new(),
            seed: 1,
        }
    }

    /// Noise of the loudness of words, which never repeats itself.
    fn next_word(&mut self) -> i16 {
        let random = |seed: &mut u32| {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (*seed >> 16) as i32 - 32_768
        };
        let at = self.played.len() as f32 / RATE as f32;
        let loudness = ((at * 13.0).sin() + (at * 7.3 + 0.3 * (at * 3.1).sin()).sin()).max(0.0) * 0.2;
        (random(&mut self.seed) as f32 * loudness) as i16
    }

    /// Talks for so long, in blocks of 20 ms, while a part of what is played comes back after `delay_ms`.
    fn talk(&mut self, seconds: u32, delay_ms: u32, percent: i32) {
        for block in 0..seconds * 50 {
            let begin = self.played.len();
            for _ in 0..RATE / 50 {
                let word = self.next_word();
                self.played.push(word);
            }
            let delay = (RATE * delay_ms / 1000) as usize;
            let back =
                |at: usize| at.checked_sub(delay).map_or(0, |at| i32::from(self.played[at]) * percent / 100);
            let sent: Vec<i16> = (begin..self.played.len()).map(|at| back(at) as i16).collect();
            self.read.put(bytemuck::cast_slice(&self.played[begin..]));
            self.sent.put(bytemuck::cast_slice(&sent));
            self.visit(VISIT);
            // The process stops for an hour now and then.
            self.visit(if block % 400 == 399 { Duration::from_secs(3600) } else { VISIT });
        }
    }

    fn visit(&mut self, elapsed: Duration) {
        let now = self.clock.pass(elapsed);
        self.listener.visit(&mut || now);
    }

    fn told(&self) -> Vec<Option<(u32, i32)>> {
        let mut told = Vec::new();
        while let Polled::Event(numbered) = self.queue.poll(Some(tokio::time::Instant::now())) {
            assert_eq!((numbered.event.kind, numbered.event.leg), (EventKind::Echo, 1));
            told.push(numbered.event.echo);
        }
        told
    }
}

fn is_near(echo: EchoStats, delay_ms: u32, level_db: i32) -> bool {
    echo.delay_ms.abs_diff(delay_ms) <= 10 && (echo.level_db - level_db).abs() <= 3
}

#[test]
fn an_echo_that_only_gets_louder_is_told_again() {
    let mut line = Line::new();
    line.talk(6, 140, 25);
    assert_eq!(line.told().len(), 1);
    line.talk(20, 140, 80);
    let told = line.told();
    let (delay_ms, level_db) = told.last().expect("an event").unwrap();
    assert!(is_near(EchoStats { delay_ms, level_db }, 140, -2), "{told:?}");
}

/// A device sends 300 ms more than the time that has passed.
#[test]
fn what_comes_ahead_of_its_time_does_not_move_the_echo() {
    let mut line = Line::new();
    line.talk(6, 140, 25);
    line.sent.put(bytemuck::cast_slice(&[0i16; RATE as usize * 3 / 10]));
    line.talk(7, 140, 25);
    let known = line.figures.stats().unwrap();
    assert!(is_near(known, 140, -12), "{known:?}");
}

#[test]
fn an_echo_is_told_once_and_again_when_it_changes() {
    let mut line = Line::new();
    line.talk(6, 140, 25);
    let known = line.figures.stats().unwrap();
    assert!(is_near(known, 140, -12), "{known:?}");
    assert_eq!(line.told().len(), 1);
    // Another loudspeaker.
    line.talk(20, 300, 50);
    let known = line.figures.stats().unwrap();
    assert!(is_near(known, 300, -6), "{known:?}");
    let told = line.told();
    let (delay_ms, level_db) = told.last().unwrap().unwrap();
    assert!(is_near(EchoStats { delay_ms, level_db }, 300, -6) && told.len() <= 3, "{told:?}");
    // A headset.
    line.talk(40, 0, 0);
    assert_eq!((line.figures.stats(), line.told()), (None, vec![None]));
}

#[test]
fn where_nothing_comes_back_nothing_is_told() {
    let mut line = Line::new();
    line.talk(30, 0, 0);
    assert_eq!((line.figures.stats(), line.told()), (None, Vec::new()));
}
