//! Reads a bus evenly: what is late or lost is concealed, what waits too long is skipped, and nothing has an edge.

use std::sync::Arc;

use super::arrivals::Arrivals;
use crate::audio::conceal::Concealer;
use crate::audio::format::Format;
use crate::audio::resample::MOST_DRIFT;
use crate::memory::TOUCHED;
use crate::session::output::original::{Bus, MOST_WAITING_MS, OriginalFigures};

/// At the begin, and always: so much more waits than a read takes.
const PRIME_MS: u32 = 10;
const GUARD_MS: u32 = 3;
/// Length of a seam.
const FADE_MS: u32 = 5;
/// What is skipped at a time, in a pause, when more waits than must.
const TRIM_MS: u32 = 10;
/// Less is left to the speed.
const TRIM_ABOVE_MS: u32 = 6;
/// The speed is changed above the first, until less than the second is left: clocks that agree need no filter.
const DRIFT_ABOVE_US: i64 = 2000;
const DRIFT_UNTIL_US: i64 = 250;
/// So much quieter than speech, or so quiet, is a pause.
const PAUSE_SHARE: f32 = 0.1;
const PAUSE_LEVEL: f32 = 0.001;
/// Share of the loudness that is left after a second.
const LOUDNESS_KEPT: f32 = 0.9;
/// It is as loud as the present sound after a part of a second: one in so many.
const LOUDNESS_RISE: f32 = 50.0;

pub(super) struct Source {
    bus: Arc<Bus>,
    /// The next frame of the bus.
    at: u64,
    is_flowing: bool,
    /// Frames made up since the last one that was there, and those of them that were late.
    missing: usize,
    late: usize,
    concealer: Concealer,
    /// The sound that a seam leaves, and how much of it is over.
    leaving: Vec<f32>,
    left: usize,
    arrivals: Arrivals,
    /// How far the speaker was ahead, at the least, since nothing has arrived.
    starved: Option<i64>,
    /// The flow has stopped because nothing arrived.
    was_late: bool,
    /// Frames that wait and need not, at the present read.
    surplus: i64,
    /// Frames that the player has taken, by its own clock.
    clock: u64,
    loudness: f32,
    is_drifting: bool,
    format: Format,
    figures: Arc<OriginalFigures>,
}

impl Source {
    pub(super) fn new(bus: Arc<Bus>, figures: Arc<OriginalFigures>) -> Source {
        let format = Format { sample_rate: bus.rate(), channels: 1 };
        let fade = format.frames_in_ms(FADE_MS);
        Source {
            at: bus.written(),
            bus,
            is_flowing: false,
            missing: 0,
            late: 0,
            concealer: Concealer::new(format.sample_rate),
            leaving: vec![TOUCHED; fade],
            left: fade,
            arrivals: Arrivals::new(format.sample_rate),
            starved: None,
            was_late: false,
            surplus: 0,
            clock: 0,
            loudness: 0.0,
            is_drifting: false,
            format,
            figures,
        }
    }

    pub(super) fn rate(&self) -> u32 {
        self.format.sample_rate
    }

    pub(super) fn is_flowing(&self) -> bool {
        self.is_flowing
    }

    /// Nothing is missing at this moment.
    pub(super) fn is_there(&self) -> bool {
        self.is_flowing && self.missing == 0
    }

    /// The speaker goes on elsewhere, and less waits than a seam needs, or than a read begins with.
    pub(super) fn is_over(&self, needed: usize) -> bool {
        let is_left =
            if self.is_flowing { self.waiting() < self.leaving.len() } else { !self.may_begin(needed) };
        self.bus.is_over() && is_left
    }

    /// Returns whether enough waits to begin with a read of this many frames.
    pub(super) fn may_begin(&self, needed: usize) -> bool {
        self.waiting() >= needed + self.frames(PRIME_MS)
    }

    /// Nothing of what waits is heard.
    pub(super) fn forget(&mut self) {
        self.at = self.bus.written();
        self.is_flowing = false;
    }

    /// Prepares a read of this many frames, by the player's clock and by the present speed. Returns the speed for what
    /// follows, in millionths.
    pub(super) fn begin(&mut self, frames: u64, needed: usize) -> i32 {
        if !self.is_flowing {
            // Nobody waits for what was lost before the begin.
            self.at = self.bus.next_heard(self.at);
            if !self.may_begin(needed) {
                return 0;
            }
            self.start(needed);
        }
        self.figures.note_lag(self.waiting(), self.format.sample_rate);
        if self.late > self.frames(MOST_WAITING_MS) + self.bus.block() {
            self.forget();
            self.was_late = true;
            return 0;
        }
        self.skip_surplus(needed);
        self.note_arrival(frames, needed);
        self.surplus = self.surplus();
        self.clock += frames;
        self.trim();
        self.drift()
    }

    /// Begins with the newest audio, or after a long delay with the oldest that may still be heard.
    fn start(&mut self, needed: usize) {
        let surplus = self.waiting().saturating_sub(self.most_waiting(needed, self.was_late));
        self.at += surplus as u64;
        if self.was_late {
            self.figures.skip(surplus, self.format.sample_rate);
        }
        (self.is_flowing, self.was_late) = (true, false);
        (self.missing, self.late) = (0, 0);
        self.concealer.rest();
        self.forget_arrivals();
        self.leaving.fill(0.0);
        self.left = 0;
    }

    fn forget_arrivals(&mut self) {
        self.arrivals.forget();
        self.starved = None;
    }

    /// While nothing arrives it is not known whether audio is late or was lost.
    fn note_arrival(&mut self, frames: u64, needed: usize) {
        let ahead = self.bus.written() as i64 - needed as i64 - self.clock as i64;
        if self.waiting() == 0 {
            self.starved = Some(self.starved.unwrap_or(ahead).min(ahead));
            return;
        }
        if let Some(starved) = self.starved.take() {
            let lost = self.bus.resumed().saturating_sub(self.at).min(self.late as u64);
            self.arrivals.note(starved + lost as i64, 0);
        }
        self.arrivals.note(ahead, frames);
    }

    /// Frames that wait and need not; below 0, what should wait besides.
    fn surplus(&self) -> i64 {
        let position = self.at as i64 - self.clock as i64;
        self.arrivals.least().map_or(0, |least| least - self.frames(GUARD_MS) as i64 - position)
    }

    fn most_waiting(&self, needed: usize, was_late: bool) -> usize {
        let block = self.bus.block();
        if was_late {
            needed + block + self.frames(MOST_WAITING_MS)
        } else {
            needed.max(block) + self.frames(PRIME_MS)
        }
    }

    fn skip_surplus(&mut self, needed: usize) {
        if self.waiting() > self.most_waiting(needed, true) {
            // Audio had been late, or the player stood still: what was measured before says nothing.
            let most = self.most_waiting(needed, self.late > 0);
            self.skip(self.waiting() - most);
            self.forget_arrivals();
        }
    }

    /// Skips a piece of a pause while more waits than must.
    fn trim(&mut self) {
        let frames = self.frames(TRIM_MS).min(usize::try_from(self.surplus).unwrap_or(0));
        let is_useful =
            frames >= self.frames(TRIM_ABOVE_MS) && self.missing == 0 && self.left == self.leaving.len();
        if !is_useful || !self.is_pause(self.at) || !self.is_pause(self.at + frames as u64) {
            return;
        }
        self.skip(frames);
        self.surplus -= frames as i64;
    }

    /// The next samples from there on are quieter than speech.
    fn is_pause(&self, at: u64) -> bool {
        let most = self.loudness * PAUSE_SHARE + PAUSE_LEVEL;
        let mut part = [0.0; 32];
        let mut sum = 0.0f32;
        let length = self.leaving.len();
        for begin in (0..length).step_by(part.len()) {
            let part = &mut part[..(length - begin).min(32)];
            self.bus.read(at + begin as u64, part);
            sum += part.iter().map(|sample| sample.abs()).sum::<f32>();
        }
        // NaN, which a lost frame is, is no pause.
        sum < most * length as f32
    }

    /// More to come is used faster, by at most so much that nobody hears it.
    fn drift(&mut self) -> i32 {
        let us = self.surplus * 1_000_000 / i64::from(self.format.sample_rate);
        let limit = if self.is_drifting { DRIFT_UNTIL_US } else { DRIFT_ABOVE_US };
        self.is_drifting = us.abs() > limit;
        if self.is_drifting {
            (us / 2).clamp(-i64::from(MOST_DRIFT), i64::from(MOST_DRIFT)) as i32
        } else {
            0
        }
    }

    /// Goes on later, over a seam.
    fn skip(&mut self, frames: usize) {
        self.figures.skip(frames, self.format.sample_rate);
        self.leaving.fill(0.0);
        if self.waiting() <= self.bus.capacity() {
            self.bus.read(self.at, &mut self.leaving);
            self.leaving.iter_mut().filter(|sample| sample.is_nan()).for_each(|sample| *sample = 0.0);
        } else {
            self.concealer.conceal(&mut self.leaving);
            self.concealer.rest();
        }
        self.left = 0;
        self.at += frames as u64;
    }

    /// Fills the next samples, as they are heard.
    pub(super) fn fill(&mut self, samples: &mut [f32]) {
        if !self.is_flowing {
            samples.fill(0.0);
            return;
        }
        let mut done = 0;
        while done < samples.len() {
            done += self.fill_part(&mut samples[done..]);
        }
    }

    /// Fills what is there, or what is missing, and returns how much that is.
    fn fill_part(&mut self, samples: &mut [f32]) -> usize {
        let there = self.waiting().min(samples.len());
        if there == 0 {
            self.late += samples.len();
            self.conceal(samples);
            return samples.len();
        }
        self.bus.read(self.at, &mut samples[..there]);
        let is_lost = samples[0].is_nan();
        let run = samples[..there].iter().take_while(|sample| sample.is_nan() == is_lost).count();
        self.at += run as u64;
        if is_lost {
            self.figures.lose(run, self.format.sample_rate);
        }
        if is_lost && self.late > 0 {
            // Its time is over: it was concealed when it did not arrive.
            let over = run.min(self.late);
            self.late -= over;
            self.conceal(&mut samples[..run - over]);
            return run - over;
        }
        if is_lost && self.concealer.is_silent() && self.surplus > 0 {
            // A pause that was stated: here less of it is heard.
            let over = run.min(self.surplus as usize);
            self.surplus -= over as i64;
            self.conceal(&mut samples[..run - over]);
            return run - over;
        }
        let samples = &mut samples[..run];
        if is_lost {
            self.conceal(samples)
        } else {
            self.pass(samples)
        }
        run
    }

    fn conceal(&mut self, samples: &mut [f32]) {
        if !self.concealer.is_silent() {
            self.figures.conceal(samples.len(), self.format.sample_rate);
        }
        self.concealer.conceal(samples);
        self.missing += samples.len();
        self.left = self.leaving.len();
        self.concealer.hear(samples);
    }

    fn pass(&mut self, samples: &mut [f32]) {
        if self.missing > 0 {
            // What was made up leaves.
            self.concealer.conceal(&mut self.leaving);
            self.concealer.rest();
            (self.missing, self.late, self.left) = (0, 0, 0);
        }
        let fade = self.leaving.len();
        for (sample, leaving) in samples.iter_mut().zip(&self.leaving[self.left..]) {
            self.left += 1;
            *sample = leaving + (*sample - leaving) * self.left as f32 / fade as f32;
        }
        self.note_loudness(samples);
        self.concealer.hear(samples);
    }

    fn note_loudness(&mut self, samples: &[f32]) {
        let mean = samples.iter().map(|sample| sample.abs()).sum::<f32>() / samples.len() as f32;
        let share = samples.len() as f32 / self.format.sample_rate as f32;
        self.loudness *= 1.0 - (1.0 - LOUDNESS_KEPT) * share;
        // A short piece says little.
        self.loudness += (mean - self.loudness).max(0.0) * (share * LOUDNESS_RISE).min(1.0);
    }

    fn waiting(&self) -> usize {
        // On 32 bit a loss can be longer than a number holds.
        self.bus.written().saturating_sub(self.at).min(u64::from(u32::MAX / 2)) as usize
    }

    fn frames(&self, ms: u32) -> usize {
        self.format.frames_in_ms(ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 8000;

    /// A source of which 50 ms wait, in parts of 10 ms that are speech or not, and 20 ms too much of them.
    fn waiting(is_speech: [bool; 5]) -> Source {
        let bus = Arc::new(Bus::new(RATE).unwrap());
        let mut source = Source::new(bus.clone(), Arc::default());
        for loud in is_speech {
            bus.write(&[if loud { 8000 } else { 0 }; RATE as usize / 100]);
        }
        (source.loudness, source.surplus) = (0.25, i64::from(RATE) / 50);
        source
    }

    #[test]
    fn what_is_cut_out_begins_and_ends_in_a_pause() {
        for (is_speech, cut) in [
            ([false; 5], true),
            ([false, false, true, true, true], true),
            ([true; 5], false),
            ([true, false, false, false, false], false),
            ([false, true, true, true, true], false),
        ] {
            let mut source = waiting(is_speech);
            source.trim();
            assert_eq!(source.at == u64::from(RATE) / 100, cut, "{is_speech:?}");
            assert_eq!(source.at == 0, !cut, "{is_speech:?}");
        }
    }

    #[test]
    fn who_switches_it_on_again_hears_nothing_of_before() {
        let mut source = waiting([true; 5]);
        source.forget();
        assert!(!source.may_begin(1) && source.waiting() == 0);
        source.bus.write(&[1000; RATE as usize / 50]);
        source.begin(80, 80);
        let mut heard = [0.0; 80];
        source.fill(&mut heard);
        assert!(heard.iter().all(|sample| sample.abs() < 0.05), "{heard:?}");
    }
}
