//! Reads the speech of a session at the pace of a device whose clock is not quite ours.

use std::ffi::CString;
use std::time::Duration;

use palabra::ffi::playout::{palabra_session_get_playout_stats, palabra_session_read_audio};
use palabra::ffi::types::playout::PALABRA_SOUND_ENDED;
use tokio::time::Instant;

use super::record::Heard;
use super::sound;
use super::talk::{Talk, prepared};
use crate::scenario::{Format, Plan, Reader};
use crate::trace::digest;

/// A device that is later than this has lost the sound.
const LOST: Duration = Duration::from_millis(500);

pub struct Listener {
    reader: Reader,
    pub format: Format,
    languages: Vec<CString>,
    /// What is read is nothing but speech, whose numbers can be read.
    hears: bool,
    /// By language: nothing but silence follows.
    ended: Vec<bool>,
    opened: Instant,
    next: Instant,
    /// Blocks read since `since`.
    blocks: u64,
    since: Instant,
}

impl Listener {
    pub fn new(plan: &Plan, opened: Instant) -> Option<Listener> {
        let reader = plan.reader.clone()?;
        let languages: Vec<CString> =
            plan.targets().split(',').map(|language| CString::new(language).expect("no NUL")).collect();
        Some(Listener {
            format: reader.format,
            ended: vec![false; languages.len()],
            languages,
            hears: plan.is_clear(),
            opened,
            next: opened,
            blocks: 0,
            since: opened,
            reader,
        })
    }

    pub fn next(&self) -> Instant {
        self.next
    }

    pub fn has_ended(&self) -> bool {
        self.ended.iter().all(|has_ended| *has_ended)
    }

    /// Reads what is due. Once the session is over, the device does not stand still.
    pub fn read_due(&mut self, talk: &Talk, now: Instant, is_over: bool) {
        while self.next <= now {
            if let Some(end) = self.stall().filter(|_| !is_over) {
                self.begin_at(end);
            } else if now.duration_since(self.next) > LOST {
                self.begin_at(now);
            } else {
                (0..self.languages.len()).for_each(|language| self.read(talk, language));
                self.blocks += 1;
                self.next = self.since + self.time_of(self.blocks);
            }
        }
    }

    /// The end of a stall at the next moment.
    fn stall(&self) -> Option<Instant> {
        let at = |ms: u64| self.opened + Duration::from_millis(ms);
        let stalls = self.reader.stalls.iter();
        let mut ends = stalls.filter(|(from, ms)| at(*from) <= self.next && self.next < at(from + ms));
        ends.next().map(|(from, ms)| at(from + ms))
    }

    fn begin_at(&mut self, at: Instant) {
        (self.since, self.next, self.blocks) = (at, at, 0);
    }

    /// How long so many blocks take by the device's clock.
    fn time_of(&self, blocks: u64) -> Duration {
        let us = i128::from(blocks) * i128::from(self.reader.block_ms) * 1000;
        Duration::from_micros((us * 1_000_000 / i128::from(1_000_000 + self.reader.drift_ppm)) as u64)
    }

    fn read(&mut self, talk: &Talk, language: usize) {
        // 44100 Hz has no whole frames in some blocks.
        let place = |blocks: u64| blocks * self.reader.block_ms * self.format.rate as u64 / 1000;
        let frames = (place(self.blocks + 1) - place(self.blocks)) as i32;
        let mut audio = vec![0; sound::bytes(self.format, frames)];
        let name = self.languages[language].as_ptr();
        // SAFETY: a handle, a text, and room for so many frames.
        let bits =
            unsafe { palabra_session_read_audio(talk.session, name, audio.as_mut_ptr().cast(), frames) };
        self.ended[language] |= bits >= 0 && bits as u32 & PALABRA_SOUND_ENDED != 0;
        let numbers = [language as u64, frames as u64, bits as u64, digest(&audio)];
        talk.note(&numbers, || format!("read {frames} frames of {language}: {bits:#x}"));
        let mut log = talk.record.log();
        if self.hears {
            log.listen(language as u32, self.format.rate, &sound::mono(self.format, &audio));
        }
        log.heard.push(Heard { at_us: talk.now_us(), language: language as u32, frames, bits });
    }

    pub fn note_stats(&self, talk: &Talk) {
        for language in &self.languages {
            let mut stats = prepared();
            // SAFETY: a handle, a text and a prepared struct.
            let status =
                unsafe { palabra_session_get_playout_stats(talk.session, language.as_ptr(), &raw mut stats) };
            if status == 0 {
                talk.record.log().playout.push(stats);
            }
        }
    }
}
