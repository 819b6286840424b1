//! The original as it is heard: how late, and whether without a step, whatever its way does.

mod comfort;
mod figures;
mod seams;

use std::f64::consts::TAU;

use super::*;
use crate::audio::convert::InputFormat;
use crate::audio::mix::Selection;
use crate::session::output::{OriginalLevels, OriginalSetup};

const LEVELS: OriginalLevels =
    OriginalLevels { percent: 100, duck_percent: 100, attack_ms: 10, release_ms: 10 };
/// 20 ms of a telephone.
const PACKET: usize = 160;

/// A telephone line in and out, and what a listener with a clock hears.
struct Call {
    playout: Playout,
    /// What the speaker says, as an endless sound.
    voice: fn(u64) -> f64,
    spoken: u64,
    said: Vec<f32>,
    /// Packets that are on their way.
    held: Vec<u8>,
    heard: Vec<i16>,
}

/// A tone of 400 Hz.
fn tone(at: u64) -> f64 {
    0.25 * (at as f64 * 400.0 / 8000.0 * TAU).sin()
}

/// Noise with a sound of its own at every place, low-pass filtered: what a telephone passes.
fn noise(at: u64) -> f64 {
    let noise = |n: u64| {
        let mixed = (n ^ 0x9e37_79b9).wrapping_mul(0x2545_f491_4f6c_dd1d);
        f64::from((mixed >> 40) as u32) / f64::from(1 << 24) - 0.5
    };
    (0..6).map(|back| noise((at + 100).saturating_sub(back) / 2)).sum::<f64>() * 0.2
}

/// The same, with a pause in every second.
fn syllables(at: u64) -> f64 {
    if at % 8000 > 6000 { 0.0 } else { noise(at) }
}

impl Call {
    fn new(voice: fn(u64) -> f64) -> Call {
        Call::with(voice, OPTIONS)
    }

    fn with(voice: fn(u64) -> f64, options: PlayoutSetup) -> Call {
        let levels = options.original.map_or(LEVELS, |original| original.levels);
        let input = telephone(Encoding::S16);
        let format = PlayoutFormat { encoding: Encoding::S16, sample_rate: 8000, channels: 1 };
        let original = Some(OriginalSetup { input, levels });
        let playout = playout(PlayoutSetup { original, format, ..options });
        Call { playout, voice, spoken: 0, said: Vec::new(), held: Vec::new(), heard: Vec::new() }
    }

    /// Speaks for so many frames of the speaker's clock.
    fn speak(&mut self, frames: usize) {
        for _ in 0..frames {
            let sample = (self.voice)(self.spoken);
            self.said.push(sample as f32);
            self.held.extend_from_slice(&((sample * 32_768.0) as i16).to_ne_bytes());
            self.spoken += 1;
        }
    }

    /// As [`Call::speak`] with the tone, at 16 kHz.
    fn speak_wide(&mut self, frames: usize) {
        for n in 0..2 * frames {
            let sample = 0.25 * ((self.spoken as f64 + n as f64 / 2.0) * 400.0 / 8000.0 * TAU).sin();
            self.held.extend_from_slice(&((sample * 32_768.0) as i16).to_ne_bytes());
        }
        self.spoken += frames as u64;
    }

    /// What was spoken arrives.
    fn arrive(&mut self) {
        self.playout.pass_original(&std::mem::take(&mut self.held));
    }

    /// What is spoken from now on has this format.
    fn change_input(&self, input: InputFormat) {
        let prepared = self.playout.prepare_input(input.sample_rate).unwrap();
        assert!(self.playout.set_input_format(input, prepared));
    }

    fn listen(&mut self, frames: usize) {
        let (heard, _) = read(&self.playout, frames);
        self.heard.extend(heard);
    }

    fn speak_and_arrive(&mut self) {
        self.speak(PACKET);
        self.arrive();
    }

    /// A packet arrives, and one is heard.
    fn tick(&mut self) {
        self.speak_and_arrive();
        self.listen(PACKET);
    }

    fn ticks(&mut self, count: usize) {
        (0..count).for_each(|_| self.tick());
    }

    /// How late is what is heard now, in ms of the speaker's clock; `None` where nothing fits.
    fn lag_ms(&self) -> Option<f64> {
        const WINDOW: usize = 800;
        let heard = &self.heard[self.heard.len() - WINDOW..];
        let now = self.said.len() - WINDOW;
        let likeness = |lag: usize| -> f32 {
            let (mut product, mut own, mut other) = (0.0, 1e-9, 1e-9);
            for (said, &sample) in self.said[now - lag..].iter().zip(heard).step_by(4) {
                let sample = f32::from(sample) / 32_768.0;
                product += said * sample;
                own += said * said;
                other += sample * sample;
            }
            product / (own * other).sqrt()
        };
        let best = (0..now.min(4000)).map(|lag| (likeness(lag), lag)).max_by(|a, b| a.0.total_cmp(&b.0))?;
        (best.0 > 0.7).then(|| best.1 as f64 / 8.0)
    }

    /// How often the sound bends more than a tone does; a seam of two tones bends half as much again.
    fn bends(&self) -> usize {
        let most = (400.0 / 8000.0 * TAU).powi(2) * 8192.0 * 1.6 + 200.0;
        let bend = |three: &[i16]| f64::from(three[0]) - 2.0 * f64::from(three[1]) + f64::from(three[2]);
        self.heard.windows(3).filter(|three| bend(three).abs() > most).count()
    }

    /// Blocks of 20 ms in which nothing is heard.
    fn silent(&self, from: usize) -> usize {
        let is_silent = |block: &&[i16]| block.iter().all(|sample| sample.abs() < 40);
        self.heard[from..].chunks(PACKET).filter(is_silent).count()
    }
}

fn telephone(encoding: Encoding) -> InputFormat {
    InputFormat { encoding, sample_rate: 8000, channels: 1, selection: Selection::All }
}

#[test]
fn what_comes_on_time_is_heard_within_40_ms() {
    let mut call = Call::new(syllables);
    call.ticks(35);
    for _ in 0..10 {
        let lag = call.lag_ms().unwrap();
        assert!((0.0..=40.0).contains(&lag), "{lag} ms");
        call.ticks(50);
    }
    // Sender and player apart, in blocks of their own.
    let mut call = Call::new(syllables);
    for n in 0..570 {
        if n % 3 == 0 {
            call.speak(240);
            call.arrive();
        }
        if n % 2 == 0 {
            call.listen(PACKET);
        }
    }
    let lag = call.lag_ms().unwrap();
    assert!((0.0..=60.0).contains(&lag), "{lag} ms in blocks of 30 ms");
}

/// 400 ms arrive at once: what is older than 200 ms besides the usual is skipped, and the rest is caught up in pauses.
#[test]
fn a_burst_is_caught_up() {
    let mut call = Call::new(syllables);
    call.ticks(30);
    for _ in 0..20 {
        call.speak(PACKET);
        call.listen(PACKET);
    }
    call.ticks(27);
    let lag = call.lag_ms().unwrap();
    assert!(lag <= 245.0, "{lag} ms at once");
    call.ticks(150);
    let lag = call.lag_ms().unwrap();
    assert!(lag <= 40.0, "{lag} ms after 3 s");
}

/// Packets that are late again and again are heard whole, as late as they must be, and no longer than that.
#[test]
fn jitter_adds_what_was_measured_and_not_for_good() {
    let mut call = Call::new(tone);
    call.ticks(50);
    let late = |call: &mut Call, times: usize| {
        for _ in 0..times {
            for _ in 0..4 {
                call.speak(PACKET);
                call.listen(PACKET);
            }
            call.tick();
            call.ticks(15);
        }
    };
    late(&mut call, 3);
    let from = call.heard.len();
    late(&mut call, 10);
    assert_eq!((call.bends(), call.silent(from)), (0, 0));
    let mut call = Call::new(syllables);
    call.ticks(50);
    late(&mut call, 10);
    call.ticks(12);
    let lag = call.lag_ms().unwrap();
    assert!((70.0..=130.0).contains(&lag), "{lag} ms");
    call.ticks(12 * 50);
    let lag = call.lag_ms().unwrap();
    assert!(lag <= 40.0, "{lag} ms after 12 s");
}

/// A pause of the speaker, who sends nothing in it, is no delay.
#[test]
fn nothing_is_late_after_a_pause() {
    for is_told in [false, true] {
        let mut call = Call::new(syllables);
        call.ticks(60);
        for _ in 0..100 {
            call.speak(PACKET);
            call.listen(PACKET);
        }
        let missed = std::mem::take(&mut call.held).len() / 2;
        if is_told {
            call.playout.lose_original(missed);
        }
        call.ticks(30);
        let lag = call.lag_ms().unwrap();
        assert!(lag <= 40.0, "{lag} ms, {is_told}");
    }
}

/// Nothing was late: the sound card begins after the microphone, or stands still for a while.
#[test]
fn who_listens_late_hears_what_is_new() {
    let mut call = Call::new(syllables);
    for _ in 0..2 {
        for _ in 0..50 {
            call.speak_and_arrive();
        }
        call.ticks(35);
        let lag = call.lag_ms().unwrap();
        assert!(lag <= 40.0, "{lag} ms");
        call.ticks(15);
    }
}

/// The same where the packets come at any time between two reads.
#[test]
fn who_listens_late_hears_what_is_new_between_packets() {
    for apart in (10..PACKET).step_by(50) {
        let mut call = Call::new(noise);
        (0..50).for_each(|_| call.speak_and_arrive());
        for _ in 0..20 {
            call.speak(apart);
            call.listen(PACKET);
            call.speak(PACKET - apart);
            call.arrive();
        }
        call.speak(apart);
        call.listen(PACKET);
        let lag = call.lag_ms().unwrap();
        assert!(lag <= 20.0 + apart as f64 / 8.0, "{lag} ms, {apart} frames apart");
    }
}

/// Nothing is cut out of speech: without a pause only the speed makes up for it.
#[test]
fn a_burst_is_not_caught_up_within_speech() {
    let mut call = Call::new(noise);
    call.ticks(30);
    for _ in 0..8 {
        call.speak(PACKET);
        call.listen(PACKET);
    }
    // As long as a delay is known, and a second.
    for ticks in [30, 560] {
        call.ticks(ticks);
        let lag = call.lag_ms().unwrap();
        assert!(lag > 120.0, "{lag} ms");
    }
}

/// A sender that transmits nothing in pauses, and says so, has no silence that could be skipped.
#[test]
fn a_burst_is_caught_up_in_pauses_that_are_only_stated() {
    let mut call = Call::new(syllables);
    let tick = |call: &mut Call| {
        let is_pause = call.spoken % 8000 > 6000;
        call.speak(PACKET);
        if is_pause {
            call.held.clear();
            call.playout.lose_original(PACKET);
        }
        call.arrive();
        call.listen(PACKET);
    };
    (0..55).for_each(|_| tick(&mut call));
    // 160 ms of speech arrive at once.
    for _ in 0..8 {
        call.speak(PACKET);
        call.listen(PACKET);
    }
    call.arrive();
    (0..20).for_each(|_| tick(&mut call));
    assert!(call.lag_ms().unwrap() > 100.0);
    // As long as a delay is known, and three pauses.
    (0..650).for_each(|_| tick(&mut call));
    let lag = call.lag_ms().unwrap();
    assert!(lag <= 40.0, "{lag} ms");
}

#[test]
fn a_read_of_nothing_changes_nothing() {
    let heard = |listens_to_nothing| {
        let mut call = Call::new(noise);
        call.speak(3 * PACKET);
        for _ in 0..6 {
            call.speak(24 * PACKET);
            call.arrive();
            if listens_to_nothing {
                call.listen(0);
            }
            call.listen(24 * PACKET);
        }
        call.heard
    };
    assert!(heard(true) == heard(false));
}

/// Clocks that are half a thousandth apart: a minute is heard without a step, and as late at its end as before.
fn drift(seconds: usize) {
    for slower in [false, true] {
        let mut call = Call::new(tone);
        let mut heard = 0.0;
        for _ in 0..seconds * 50 {
            call.speak_and_arrive();
            // The player's clock is behind by half a frame in a thousand, or ahead.
            heard += PACKET as f64 * if slower { 0.9995 } else { 1.0005 };
            let due = heard as usize - call.heard.len();
            call.listen(due);
        }
        // The first second is its begin.
        call.heard.drain(..8000);
        assert_eq!((call.bends(), call.silent(0)), (0, 0), "slower: {slower}");
    }
}

#[test]
fn drifting_clocks_are_not_heard() {
    drift(20);
}

#[test]
#[ignore = "prove: ten minutes of sound"]
fn drifting_clocks_are_not_heard_in_ten_minutes() {
    drift(600);
}

/// Also without a pause in which something can be skipped.
#[test]
fn the_lag_stays_while_clocks_drift() {
    for slower in [false, true] {
        let mut call = Call::new(noise);
        let (mut heard, mut read) = (0.0, 0);
        let mut lags = Vec::new();
        for n in 0..60 * 50 {
            call.speak_and_arrive();
            heard += PACKET as f64 * if slower { 0.9995 } else { 1.0005 };
            call.listen(heard as usize - read);
            read = heard as usize;
            if n % 250 == 135 {
                lags.push(call.lag_ms().unwrap());
            }
        }
        assert!(lags.iter().all(|lag| *lag <= 40.0), "{lags:?}, slower: {slower}");
    }
}
