//! What goes on of what was sent: visit by visit, with a loudspeaker whose sound comes back.

use super::*;
use crate::audio::convert::InputFormat;
use crate::audio::format::Format;
use crate::session::listening::detour::{DetourEntry, open_detour};
use crate::session::output::play::voice_tap::VoiceTap;

const RATE: u32 = 16_000;
const VISIT_MS: u64 = 10;
const CANCEL: Cleaning = Cleaning { echo: true, noise: false, gain: false };

#[derive(Debug, PartialEq, Eq)]
enum Passed {
    Said(usize),
    Muted(usize),
    Lost(usize),
}

/// Takes what goes on.
struct End {
    space: usize,
    samples: Vec<i16>,
    passed: Vec<Passed>,
}

impl End {
    fn add(&mut self, next: Passed) {
        match (self.passed.last_mut(), &next) {
            (Some(Passed::Said(last)), Passed::Said(more))
            | (Some(Passed::Muted(last)), Passed::Muted(more))
            | (Some(Passed::Lost(last)), Passed::Lost(more)) => *last += more,
            _ => self.passed.push(next),
        }
    }

    fn use_space(&mut self, frames: usize) {
        self.space = self.space.checked_sub(frames).expect("it has said what it takes");
    }
}

impl Onward for End {
    fn space(&self) -> usize {
        self.space
    }

    fn send(&mut self, bytes: &[u8]) {
        let samples: &[i16] = bytemuck::cast_slice(bytes);
        self.use_space(samples.len());
        self.samples.extend(samples);
        self.add(Passed::Said(samples.len()));
    }

    fn mute(&mut self, frames: usize) {
        self.use_space(frames);
        self.add(Passed::Muted(frames));
    }

    fn lose(&mut self, frames: usize) -> usize {
        let taken = frames.min(self.space);
        self.use_space(taken);
        self.add(Passed::Lost(taken));
        taken
    }
}

/// A line whose loudspeaker is heard by its microphone, after 140 ms and at half the level.
struct Line {
    read: VoiceTap,
    entry: DetourEntry,
    cleaner: LineCleaner,
    end: End,
    now_ms: u64,
    /// All that was played, and what was sent.
    played: Vec<i16>,
    sent: Vec<i16>,
    seed: u32,
    /// Two samples of the noise, between which the others lie: so it fits any rate.
    noise: [f32; 2],
}

fn mono(sample_rate: u32) -> InputFormat {
    InputFormat::plain(Format { sample_rate, channels: 1 })
}

fn bytes(samples: &[i16]) -> &[u8] {
    bytemuck::cast_slice(samples)
}

impl Line {
    fn new(sent_rate: u32) -> Line {
        Line::cleaned(sent_rate, CANCEL)
    }

    fn cleaned(sent_rate: u32, cleaning: Cleaning) -> Line {
        let (entry, detour) = open_detour(mono(sent_rate)).unwrap();
        let played = Arc::<Taps>::default();
        Line {
            read: VoiceTap::new(mono(RATE), played.clone()),
            entry,
            cleaner: LineCleaner::new(RATE, cleaning, detour, played, None),
            end: End { space: usize::MAX / 2, samples: Vec::new(), passed: Vec::new() },
            now_ms: 0,
            played: Vec::new(),
            sent: Vec::new(),
            seed: 1,
            noise: [0.0; 2],
        }
    }

    fn visit(&mut self) {
        self.now_ms += VISIT_MS;
        let now_ms = self.now_ms;
        self.cleaner.visit_at(&mut || now_ms, &mut self.end);
    }

    /// Plays 20 ms of noise of the loudness of words, and returns what the microphone hears meanwhile.
    fn play(&mut self) -> Vec<i16> {
        let begin = self.played.len();
        for at in begin..begin + RATE as usize / 50 {
            if at % 8 == 0 {
                self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                self.noise = [self.noise[1], (self.seed >> 16) as f32 - 32_768.0];
            }
            let [before, after] = self.noise;
            let noise = before + (after - before) * (at % 8) as f32 / 8.0;
            let at = at as f32 / RATE as f32;
            let loudness = ((at * 13.0).sin() + (at * 7.3 + 0.3 * (at * 3.1).sin()).sin()).max(0.0) * 0.2;
            self.played.push((noise * loudness) as i16);
        }
        let block = bytes(&self.played[begin..]).to_vec();
        self.read.put(&block);
        let delay = RATE as usize * 140 / 1000;
        (begin..self.played.len())
            .map(|at| at.checked_sub(delay).map_or(0, |at| self.played[at] / 2))
            .collect()
    }

    /// In the format of the entry, if that has every so many samples.
    fn send(&mut self, heard: &[i16]) {
        let every = (RATE / self.entry.format().sample_rate) as usize;
        let heard: Vec<i16> = heard.iter().copied().step_by(every).collect();
        assert_eq!(self.entry.put(bytes(&heard), false), heard.len());
        self.sent.extend(heard);
    }

    /// Talks for so long in blocks of 20 ms.
    fn talk(&mut self, ms: usize) {
        for _ in 0..ms / 20 {
            let heard = self.play();
            self.send(&heard);
            self.visit();
            self.visit();
        }
    }

    /// By how much the latest second is fainter than what was sent.
    fn reduction_db(&self) -> f64 {
        let db = |samples: &[i16]| {
            let power: f64 = samples.iter().map(|&sample| f64::from(sample).powi(2)).sum();
            10.0 * (power / samples.len() as f64 + 1e-3).log10()
        };
        let last = |samples: &[i16], rate: u32| db(&samples[samples.len() - rate as usize..]);
        last(&self.sent, self.entry.format().sample_rate) - last(&self.end.samples, RATE)
    }

    fn assert_cancelled(&self, when: &str) {
        let reduction = self.reduction_db();
        assert!(reduction > 25.0, "{when}: {reduction} dB");
    }
}

#[test]
fn what_is_played_is_taken_out_of_what_is_sent() {
    let mut line = Line::new(RATE);
    line.talk(3000);
    line.assert_cancelled("after 3 s");
    // Nothing was left out and nothing added.
    let said = line.sent.len();
    assert_eq!(line.end.passed, [Passed::Said(said)]);
}

#[test]
fn both_sounds_stay_in_step_whatever_is_late_or_lost() {
    let mut line = Line::new(RATE);
    line.talk(3000);
    // The player is ahead, the sender is late, and what waited is sent at once.
    let mut heard: VecDeque<_> = (0..3).map(|_| line.play()).collect();
    for _ in 0..150 {
        let next = line.play();
        heard.push_back(next);
        line.visit();
        let next = heard.pop_front().unwrap();
        line.send(&next);
        line.visit();
    }
    line.assert_cancelled("with blocks in another order");
    heard.into_iter().for_each(|next| line.send(&next));
    line.talk(3000);
    line.assert_cancelled("after blocks at once");
    for lost_ms in [20, 60, 700, 3000] {
        for _ in 0..lost_ms / 20 {
            line.play();
            line.visit();
            line.visit();
        }
        line.entry.lose(lost_ms * 16);
        line.talk(1200);
        line.assert_cancelled(&format!("after a loss of {lost_ms} ms"));
        assert!(line.end.passed.contains(&Passed::Lost(lost_ms * 16)), "{:?}", line.end.passed);
    }
    for pause_ms in [200, 5000] {
        for _ in 0..pause_ms / 20 {
            line.play();
            line.visit();
            line.visit();
        }
        // A short one is known only when what it lacks does not come.
        line.talk(if pause_ms < 300 { 7000 } else { 1500 });
        line.assert_cancelled(&format!("after a pause of {pause_ms} ms"));
    }
    let before = line.end.passed.len();
    line.talk(100);
    assert_eq!(line.end.passed.len(), before);
}

/// The thread had no time for a second in which all that was sent was lost, and the end of what was played comes late.
#[test]
fn the_echo_stays_away_after_a_loss_that_is_longer_than_what_was_played_so_far() {
    let mut line = Line::new(RATE);
    line.talk(3000);
    (0..800 / 20).for_each(|_| drop(line.play()));
    line.entry.lose(1000 * 16);
    line.now_ms += 1000;
    line.visit();
    (0..200 / 20).for_each(|_| drop(line.play()));
    line.talk(1200);
    line.assert_cancelled("after the loss");
}

#[test]
fn what_is_sent_in_another_format_goes_on_as_before() {
    let mut line = Line::new(RATE);
    line.talk(3000);
    let (mut entry, detour) = open_detour(mono(8000)).unwrap();
    line.entry.go_on(&mut entry, Some(detour));
    drop(entry);
    line.talk(2000);
    line.assert_cancelled("at 8 kHz");
    let expected = 5000 * 16;
    let Passed::Said(said) = line.end.passed[0] else { panic!("{:?}", line.end.passed) };
    assert!(line.end.passed.len() == 1 && (expected - 400..=expected).contains(&said), "{said}");
}

#[test]
fn what_nobody_may_hear_goes_no_further() {
    let mut line = Line::new(RATE);
    line.talk(1000);
    let heard = line.end.samples.len();
    let secret = [20_000; 3200];
    assert_eq!(line.entry.put(bytes(&secret), true), 3200);
    line.visit();
    assert_eq!((line.end.passed.last(), line.end.samples.len()), (Some(&Passed::Muted(3200)), heard));
}

#[test]
fn what_the_end_does_not_take_waits() {
    let mut line = Line::new(RATE);
    line.end.space = 1000;
    line.talk(500);
    let taken = line.end.samples.len();
    assert!((700..=1000).contains(&taken), "{taken}");
    line.entry.lose(48_000);
    line.end.space = 20_000;
    line.visit();
    assert_eq!((line.end.samples.len(), line.end.space), (8000, 0));
    line.talk(20);
    line.end.space = usize::MAX / 2;
    line.visit();
    line.visit();
    assert_eq!(line.end.passed, [Passed::Said(8000), Passed::Lost(48_000), Passed::Said(320)]);
}

#[test]
fn the_rest_that_fills_no_block_is_passed_on_at_the_end() {
    let mut line = Line::new(RATE);
    line.entry.put(bytes(&[9; 1000]), false);
    line.visit();
    assert_eq!(line.end.passed, [Passed::Said(960)]);
    line.entry.put(bytes(&[9; 7]), false);
    line.cleaner.finish(&mut line.end);
    assert_eq!(line.end.passed, [Passed::Said(1007)]);
}

/// What the resampler still holds is the rest of it.
#[test]
fn the_end_of_what_nobody_may_hear_goes_no_further_either() {
    let mut line = Line::new(8000);
    assert_eq!(line.entry.put(bytes(&[20_000; 1600]), true), 1600);
    line.visit();
    line.cleaner.finish(&mut line.end);
    assert!(matches!(line.end.passed[..], [Passed::Muted(_)]), "{:?}", line.end.passed);
}

#[test]
fn a_loss_that_is_stated_when_it_is_over_is_told_at_once() {
    let mut line = Line::new(RATE);
    line.talk(500);
    (0..50).for_each(|_| line.visit());
    line.entry.lose(1600);
    line.visit();
    assert_eq!(line.end.passed, [Passed::Said(8000), Passed::Lost(1600)]);
}
