//! The player's side of a line: exactly as many frames as requested, with short fades where speech breaks off.
//!
//! Runs on real-time threads: wait-free, no lock, no allocation, no system call.

use super::original::{OriginalMix, Path};
use super::sound::Sound;
use super::tap::{Copies, Tap};
use crate::audio::format::{Format, PlayoutFormat};
use crate::audio::resample::VARYING_BLOCK as BLOCK;
use crate::error::Result;
use crate::session::output::marks::{Border, Edge, Left, Mark, MarkKind, Place};
use crate::session::output::offer::Offer;
use crate::session::output::ring::PlaySide;
use crate::sync::Ordering;

/// Length of a fade.
const RAMP_MS: u32 = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Voice {
    Silent,
    Speaking,
    /// Fading to silence.
    Falling,
}

/// The phrase that is played.
struct Current {
    phrase: u64,
    begin: Place,
    /// Frames of it that were played from another ring.
    heard_before: u64,
}

impl Current {
    fn heard(&self, until: Place) -> u64 {
        self.heard_before + (until - self.begin)
    }
}

pub(crate) struct Reader {
    side: PlaySide,
    original: Option<OriginalMix>,
    pub(crate) copies: Copies,
    format: PlayoutFormat,
    voice: Voice,
    /// The last read had speech.
    was_speech: bool,
    /// Gain, from 0 to `ramp`.
    level: u32,
    ramp: u32,
    prime: u64,
    /// Frames that the read in progress still has to produce.
    wanted: u64,
    at: Place,
    /// Frames produced, silence included, and their number when speech was last played.
    clock: u64,
    spoke_until: u64,
    last: i16,
    current: Option<Current>,
}

impl Reader {
    pub(crate) fn new(format: PlayoutFormat, prime_ms: u32, side: PlaySide) -> Reader {
        let ramp = (format.frames_in_ms(RAMP_MS) as u32).max(1);
        Reader {
            side,
            original: None,
            copies: Copies::default(),
            format,
            voice: Voice::Silent,
            was_speech: false,
            level: ramp,
            ramp,
            // Less than a ramp could not be faded.
            prime: (format.frames_in_ms(prime_ms) as u64).max(2 * u64::from(ramp)),
            wanted: 0,
            at: 0,
            clock: 0,
            spoke_until: 0,
            last: 0,
            current: None,
        }
    }

    pub(crate) fn format(&self) -> PlayoutFormat {
        self.format
    }

    /// The same rate, but other samples or another number of channels.
    pub(crate) fn change_frames(&mut self, format: PlayoutFormat) {
        self.format = format;
    }

    /// Fills whole frames.
    pub(crate) fn read(&mut self, out: &mut [u8]) -> Sound {
        let (mut is_speech, mut under) = (false, Sound::SILENCE);
        let mut samples = [0; BLOCK];
        let channels = self.format.channels as usize;
        self.wanted = (out.len() / self.format.frame_bytes()) as u64;
        let is_over = self.is_over();
        if let Some(original) = &mut self.original {
            original.begin(self.wanted as usize);
        }
        for piece in out.chunks_mut(BLOCK * self.format.frame_bytes()) {
            let samples = &mut samples[..piece.len() / self.format.frame_bytes()];
            let is_speaking = self.fill(samples);
            is_speech |= is_speaking;
            self.copies.put_speech(samples);
            if let Some(original) = &mut self.original {
                under = under.with(original.mix(samples, is_speaking, is_over), true);
            }
            self.copies.put_mixed(samples);
            self.format.encoding.encode(samples, channels, piece);
        }
        self.side.shared.played.store(self.at, Ordering::Release);
        self.side.shared.clock.store(self.clock, Ordering::Relaxed);
        // A read of no frames is not a silent one.
        let was_speech = self.was_speech;
        self.was_speech = if out.is_empty() { was_speech } else { is_speech };
        under
            .with(Sound::SPEECH, is_speech)
            .with(Sound::TALKSPURT, is_speech && !was_speech)
            .with(Sound::ENDED, !is_speech && self.is_over())
    }

    /// Accepts new taps, if they are offered.
    pub(crate) fn exchange_taps(&mut self, offer: &Offer<Tap>, mixed: &Offer<Tap>) {
        self.copies.exchange(offer, mixed);
    }

    /// As [`Reader::exchange_taps`], for the original, and for another way that it takes.
    pub(crate) fn exchange_original(&mut self, offer: &Offer<OriginalMix>, path: &Offer<Path>) {
        offer.exchange(&mut self.original);
        if let Some(original) = &mut self.original {
            original.exchange_path(path);
        }
    }

    /// The original goes on at another rate, for the reader that takes over.
    pub(crate) fn set_original_rate(&mut self, format: Format) -> Result<()> {
        self.original.as_mut().map_or(Ok(()), |original| original.set_rate(format))
    }

    /// Returns what is left for a ring in another format. Withdrawn speech does not count.
    pub(crate) fn leave(&mut self) -> Left {
        self.skip_flushed();
        Left { at: self.at, borders: self.side.borders.slots() }
    }

    /// Continues from another reader: clock, phrase and gain stay the same.
    pub(crate) fn take_over(&mut self, other: &mut Reader) {
        let (from, to) = (u64::from(other.format.sample_rate), u64::from(self.format.sample_rate));
        let scaled = |frames: u64| frames * to / from;
        self.original = other.original.take();
        self.voice = match other.voice {
            // It was withdrawn: only the fade is left.
            Voice::Speaking if other.current.is_none() => Voice::Falling,
            voice => voice,
        };
        self.was_speech = other.was_speech;
        self.level = other.level * self.ramp / other.ramp;
        self.last = other.last;
        self.clock = scaled(other.clock);
        self.side.shared.clock.store(self.clock, Ordering::Relaxed);
        self.spoke_until = scaled(other.spoke_until);
        self.current = other.current.take().map(|current| Current {
            heard_before: scaled(current.heard(other.at)),
            begin: 0,
            ..current
        });
    }

    fn is_over(&self) -> bool {
        // In this order, so that what was written before the end is seen.
        self.side.shared.ended.load(Ordering::Acquire)
            && self.voice == Voice::Silent
            && self.side.samples.is_empty()
            && self.side.borders.is_empty()
    }

    fn fill(&mut self, out: &mut [i16]) -> bool {
        let mut is_speech = false;
        let mut done = 0;
        while done < out.len() {
            let rest = &mut out[done..];
            if self.voice == Voice::Silent && !self.may_begin() {
                rest.fill(0);
                self.clock += rest.len() as u64;
                self.wanted = self.wanted.saturating_sub(rest.len() as u64);
                break;
            }
            let frames = match self.voice {
                Voice::Falling => self.fall(rest),
                _ => self.speak(rest),
            };
            is_speech |= frames > 0;
            self.wanted = self.wanted.saturating_sub(frames as u64);
            done += frames;
        }
        is_speech
    }

    /// Starts playing when enough waits.
    fn may_begin(&mut self) -> bool {
        self.skip_flushed();
        self.pass_end();
        let complete = self.side.shared.complete_to.load(Ordering::Acquire);
        let available = self.side.samples.slots() as u64;
        // A read that takes more than can be played at full gain would break off at once.
        let enough = self.prime.max(self.wanted + u64::from(self.ramp));
        let may = available >= enough || (available > 0 && complete > self.at);
        if may {
            self.voice = Voice::Speaking;
            // A phrase begins at full gain; one that broke off fades in.
            self.level = if self.current.is_some() { 0 } else { self.ramp };
        }
        may
    }

    fn speak(&mut self, out: &mut [i16]) -> usize {
        if self.flush_to() > self.at {
            self.voice = Voice::Falling;
            return 0;
        }
        self.pass_begin();
        if self.pass_end() {
            self.voice = Voice::Silent;
            return 0;
        }
        let frames = self.safe_frames().min(out.len());
        if frames == 0 {
            self.side.shared.underruns.fetch_add(1, Ordering::Relaxed);
            self.voice = Voice::Falling;
            return 0;
        }
        self.take(&mut out[..frames]);
        for sample in &mut out[..frames] {
            if self.level == self.ramp {
                break;
            }
            *sample = self.scaled(*sample);
            self.level += 1;
        }
        self.spoke_until = self.clock;
        frames
    }

    /// How much can be played at full gain: up to the next boundary, and in an incomplete phrase not the last few
    /// frames, which are needed for a fade.
    fn safe_frames(&self) -> usize {
        // In this order, so that the samples of a complete phrase are there.
        let complete = self.side.shared.complete_to.load(Ordering::Acquire).saturating_sub(self.at);
        let available = self.side.samples.slots() as u64;
        let safe = complete.max(available.saturating_sub(self.ramp.into())).min(available);
        safe.min(self.to_next_border()) as usize
    }

    fn fall(&mut self, out: &mut [i16]) -> usize {
        // What comes after a flush is another phrase.
        let flush_to = self.flush_to();
        let available =
            if flush_to > self.at { flush_to - self.at } else { self.side.samples.slots() as u64 };
        let usable = available.min(self.to_next_border());
        let frames = out.len().min(self.level as usize);
        let fresh = frames.min(usable as usize);
        self.take(&mut out[..fresh]);
        // Without samples to fade, the last sample decays.
        self.clock += (frames - fresh) as u64;
        out[fresh..frames].fill(self.last);
        for sample in &mut out[..frames] {
            self.level -= 1;
            *sample = self.scaled(*sample);
        }
        if self.level == 0 {
            self.voice = Voice::Silent;
        }
        self.spoke_until = self.clock;
        frames
    }

    fn scaled(&self, sample: i16) -> i16 {
        (i32::from(sample) * self.level as i32 / self.ramp as i32) as i16
    }

    /// Takes samples from the ring, which has as many.
    fn take(&mut self, out: &mut [i16]) {
        let (taken, _) = self.side.samples.pop_partial_slice(out);
        let taken = taken.len() as u64;
        if let Some(&last) = out.last() {
            self.last = last;
        }
        self.at += taken;
        self.clock += taken;
    }

    fn flush_to(&self) -> Place {
        self.side.shared.flush_to.load(Ordering::Acquire)
    }

    /// Skips what was withdrawn, and reports how much of it was heard.
    fn skip_flushed(&mut self) {
        let to = self.flush_to();
        if to <= self.at {
            self.cut_what_had_sounded(to);
            self.pass_withdrawn();
            return;
        }
        self.cut();
        if let Ok(flushed) = self.side.samples.read_chunk((to - self.at) as usize) {
            flushed.commit_all();
        }
        self.at = to;
        while let Some(border) = self.next_border() {
            match border.edge {
                Edge::Begin(phrase) if self.is_flushed(phrase) => self.mark(MarkKind::Cut, phrase, 0),
                Edge::End(_) if border.at <= to => {}
                _ => break,
            }
            let _ = self.side.borders.pop();
        }
    }

    /// If everything that had arrived of a phrase was played before it was withdrawn, there is nothing to skip.
    /// Unless its end is here too, that is all that was heard of it.
    fn cut_what_had_sounded(&mut self, flush_to: Place) {
        let is_over =
            self.next_border().is_some_and(|next| next.at == self.at && matches!(next.edge, Edge::End(_)));
        let is_flushed = self.current.as_ref().is_some_and(|current| self.is_flushed(current.phrase));
        if flush_to == self.at && is_flushed && !is_over {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if let Some(current) = self.current.take() {
            self.mark(MarkKind::Cut, current.phrase, current.heard(self.at));
        }
    }

    fn is_flushed(&self, phrase: u64) -> bool {
        phrase <= self.side.shared.flushed_phrase.load(Ordering::Acquire)
    }

    /// Phrases that begin here and were withdrawn before their first sample, which may never have come out of the filter.
    fn pass_withdrawn(&mut self) {
        while let Some(phrase) = self.phrase_here().filter(|&phrase| self.is_flushed(phrase)) {
            let _ = self.side.borders.pop();
            self.mark(MarkKind::Cut, phrase, 0);
        }
    }

    fn pass_begin(&mut self) {
        self.pass_withdrawn();
        while let Some(phrase) = self.phrase_here() {
            let _ = self.side.borders.pop();
            // A phrase without an end was withdrawn.
            self.cut();
            self.current = Some(Current { phrase, begin: self.at, heard_before: 0 });
            self.spoke_until = self.clock;
            self.mark(MarkKind::Started, phrase, 0);
            self.pass_withdrawn();
        }
    }

    /// Whether the phrase ends here.
    fn pass_end(&mut self) -> bool {
        let Some(Border { at, edge: Edge::End(_) }) =
            self.next_border().filter(|border| border.at == self.at)
        else {
            return false;
        };
        let _ = self.side.borders.pop();
        if let Some(current) = self.current.take() {
            self.mark(MarkKind::Finished, current.phrase, current.heard(at));
        }
        true
    }

    /// The phrase that begins here.
    fn phrase_here(&self) -> Option<u64> {
        let here = self.next_border().filter(|border| border.at == self.at)?;
        if let Edge::Begin(phrase) = here.edge { Some(phrase) } else { None }
    }

    fn next_border(&self) -> Option<Border> {
        self.side.borders.peek().ok().copied()
    }

    fn to_next_border(&self) -> u64 {
        self.next_border().map_or(u64::MAX, |border| border.at - self.at)
    }

    /// A phrase starts where its first speech is played, and ends where its last speech was played.
    fn mark(&mut self, kind: MarkKind, phrase: u64, heard: u64) {
        let heard_us = heard * 1_000_000 / u64::from(self.format.sample_rate);
        // It has space for every phrase that can be in the ring.
        let _ = self.side.marks.push(Mark { kind, phrase, frame: self.spoke_until, heard_us });
    }
}
