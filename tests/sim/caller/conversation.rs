//! One session of a program: what is due, and doing it.

use std::sync::Arc;
use std::time::Duration;

use palabra::ffi::audio::{
    palabra_session_send_audio, palabra_session_set_input_format, palabra_session_skip,
};
use palabra::ffi::session::palabra_session_end;
use palabra::ffi::types::event::{
    PALABRA_EVENT_CLOSED, PALABRA_EVENT_CREDENTIALS_NEEDED, PALABRA_EVENT_READY,
};
use tokio::time::Instant;

use super::call;
use super::calls::{self, Given};
use super::listener::Listener;
use super::open;
use super::record::{Did, Record, Spoken};
use super::sound;
use super::talk::{Polled, Talk};
use crate::scenario::{Command, End, Format, Plan, Recording, Sound};
use crate::tone::Mouth;

pub struct Conversation {
    pub talk: Talk,
    /// What its events are marked with.
    pub tag: u64,
    record: Arc<Record>,
    opened: Instant,
    format: Format,
    /// The part of the sound that is next, how much of it was sent, in ms, and when the next block is due.
    part: usize,
    done_ms: u64,
    mouth: Mouth,
    next_block: Option<Instant>,
    /// The command that is next.
    command: usize,
    /// The call about the recording that is next.
    recording: usize,
    listener: Option<Listener>,
    has_ended: bool,
    is_over: bool,
    /// Calls that wait and were begun, and a token of each that has not returned.
    called: usize,
    waiting: Arc<()>,
    /// The session is to be closed in a call that waits.
    pub closes_in_a_call: bool,
    /// The program has not noticed it yet.
    pub asks_credentials: bool,
}

impl Conversation {
    pub fn new(talk: Talk, tag: u64) -> Conversation {
        let mouth = Mouth::new(talk.record.plan.format.rate as u32);
        let (record, now) = (talk.record.clone(), Instant::now());
        talk.did(Did::Opened);
        Conversation {
            talk,
            tag,
            opened: now,
            format: record.plan.format,
            part: 0,
            done_ms: 0,
            mouth: mouth.beginning_at(record.first_block),
            next_block: record.plan.is_early.then_some(now),
            command: 0,
            recording: 0,
            called: 0,
            waiting: Arc::default(),
            closes_in_a_call: false,
            listener: Listener::new(&record.plan, now),
            has_ended: false,
            is_over: false,
            asks_credentials: false,
            record,
        }
    }

    fn plan(&self) -> &Plan {
        &self.record.plan
    }

    fn at(&self, ms: u64) -> Instant {
        self.opened + Duration::from_millis(ms)
    }

    /// Takes all events.
    pub fn take_events(&mut self) {
        loop {
            match self.talk.poll() {
                0 => return,
                kind => self.learn(kind),
            }
            if self.is_over {
                return;
            }
        }
    }

    /// A call that has waited returned this.
    pub fn taken(&mut self, polled: Polled, at_us: u64, ms: i32) {
        let kind = self.talk.waited(polled, at_us, ms);
        self.learn(kind);
    }

    /// An event of this kind was taken; negative: there are no more.
    pub fn learn(&mut self, kind: i32) {
        match kind {
            PALABRA_EVENT_READY if self.next_block.is_none() => self.next_block = Some(Instant::now()),
            PALABRA_EVENT_CLOSED => self.is_over = true,
            PALABRA_EVENT_CREDENTIALS_NEEDED => self.asks_credentials = true,
            kind if kind < 0 => self.is_over = true,
            _ => {}
        }
    }

    /// Does what is due. Returns when something is due next; `None`: the session is closed.
    pub fn act(&mut self, now: Instant) -> Option<Instant> {
        if self.talk.is_closed() || self.closes_in_a_call {
            return None;
        }
        let is_late = now >= self.opened + self.plan().patience;
        let is_left = self.plan().closes_at.is_some_and(|ms| now >= self.at(ms));
        if let Some(listener) = &mut self.listener {
            listener.read_due(&self.talk, now, self.is_over);
        }
        if self.is_over {
            self.call_all();
            while self.talk.poll() > 0 {}
        }
        // What has arrived is still heard.
        let hears = self.listener.as_ref().filter(|listener| !listener.has_ended());
        if is_late || is_left || self.is_over && hears.is_none() {
            self.close();
            return None;
        }
        if self.is_over {
            return hears.map(|listener| listener.next().min(self.at_last()));
        }
        self.call_due(now);
        self.say_due(now);
        self.end_due(now);
        Some(self.next(now))
    }

    fn close(&mut self) {
        if let Some(listener) = &self.listener {
            listener.note_stats(&self.talk);
        }
        if self.plan().close_ms > 0 {
            self.closes_in_a_call = true;
        } else {
            self.talk.close();
        }
    }

    /// When the program closes the session at the latest.
    fn at_last(&self) -> Instant {
        let give_up = self.opened + self.plan().patience;
        self.plan().closes_at.map_or(give_up, |ms| give_up.min(self.at(ms)))
    }

    fn next(&self, now: Instant) -> Instant {
        let plan = self.plan();
        let command = plan.commands.get(self.command).map(|(at, _)| self.at(*at));
        // After the last block comes the end of its time.
        let block = self.next_block.filter(|at| self.part < plan.sound.len() || *at > now);
        let end = match plan.end {
            End::At(ms) if !self.has_ended => Some(self.at(ms)),
            _ => None,
        };
        let read = self.listener.as_ref().map(Listener::next);
        let recording = plan.recording.get(self.recording).map(|(at, _)| self.at(*at));
        let call = plan.calls.get(self.called).map(|(at, _)| self.at(*at));
        let returns = (Arc::strong_count(&self.waiting) > 1).then(|| now + Duration::from_secs(1));
        [command, block, end, read, recording, call, returns]
            .into_iter()
            .flatten()
            .fold(self.at_last(), Instant::min)
    }

    /// Takes the call about the recording that is due, with its number.
    pub fn take_recording(&mut self, now: Instant) -> Option<(usize, Recording)> {
        let (at, step) = self.plan().recording.get(self.recording).copied()?;
        if self.talk.is_closed() || self.at(at) > now {
            return None;
        }
        self.recording += 1;
        Some((self.recording, step))
    }

    /// Begins the call that waits and is due.
    pub fn begin_call(
        &mut self,
        now: Instant,
        program: u32,
    ) -> Option<impl Future<Output = ()> + Send + use<>> {
        let (at, call) = self.plan().calls.get(self.called).cloned()?;
        if self.talk.is_closed() || self.is_over || self.at(at) > now {
            return None;
        }
        self.called += 1;
        self.mouth.sound.clear();
        self.mouth.speak(call.ms());
        let (samples, from_us) = (std::mem::take(&mut self.mouth.sound), self.mouth.begin_us());
        let given = Given { samples, from_us, format: self.plan().format };
        let name = format!("given-{program}-{}-{}", self.tag, self.called);
        let (calling, token) = (calls::make(&self.talk, call, &name, given), self.waiting.clone());
        Some(async move {
            calling.await;
            drop(token);
        })
    }

    fn call_due(&mut self, now: Instant) {
        let record = self.record.clone();
        while let Some((at, command)) = record.plan.commands.get(self.command)
            && self.at(*at) <= now
        {
            self.command += 1;
            self.call(command);
        }
    }

    fn call(&mut self, command: &Command) {
        let record = self.record.clone();
        let status = call::call(&self.talk, &record.plan, command, self.command as u64);
        if let (Command::OutputFormat(format), Some(listener), 0) = (command, &mut self.listener, status) {
            listener.format = *format;
        }
        self.has_ended |= *command == Command::End && status == 0;
    }

    /// What was to be called later is called on the session that is over.
    fn call_all(&mut self) {
        let record = self.record.clone();
        for (_, command) in &record.plan.commands[self.command..] {
            self.command += 1;
            self.call(command);
        }
    }

    fn say_due(&mut self, now: Instant) {
        while let Some(at) = self.next_block.filter(|at| *at <= now)
            && let Some(part) = self.record.plan.sound.get(self.part).copied()
        {
            let ms = self.plan().block_ms.min(part.ms() - self.done_ms);
            self.say(part, ms);
            self.done_ms += ms;
            self.next_block = Some(at + Duration::from_millis(ms));
            if self.done_ms >= part.ms() {
                self.part += 1;
                self.done_ms = 0;
            }
        }
    }

    fn say(&mut self, part: Sound, ms: u64) {
        if self.done_ms == 0 {
            self.make(part);
        }
        match part {
            Sound::Speech(_) | Sound::Silence(_) => {
                let samples = self.block(ms);
                let audio = sound::encoded(self.format, samples);
                let count = samples.len() as i32;
                // SAFETY: a handle and so many frames.
                let taken =
                    unsafe { palabra_session_send_audio(self.talk.session, audio.as_ptr().cast(), count) };
                self.said(part, count, taken);
                self.talk.did(Did::Sent(count, taken));
            }
            Sound::Lost(_) => {
                let count = self.block(ms).len() as i32;
                let taken = palabra_session_skip(self.talk.session, count);
                self.said(part, count, taken);
                self.talk.did(Did::Skipped(count, taken));
            }
            Sound::Hold(_) => {}
            Sound::Format(wanted) => self.change(wanted),
        }
    }

    fn said(&self, part: Sound, offered: i32, taken: i32) {
        let spoken = Spoken {
            from_us: self.mouth.begin_us() + self.done_ms * 1000,
            rate: self.format.rate,
            offered: offered.into(),
            taken: taken.max(0).into(),
            is_speech: matches!(part, Sound::Speech(_)),
        };
        self.record.log().spoken.push(spoken);
    }

    /// Makes the samples of a part. Each 10 ms have their number, also those that are lost.
    fn make(&mut self, part: Sound) {
        self.mouth.sound.clear();
        match part {
            Sound::Speech(ms) => self.mouth.speak(ms),
            Sound::Silence(ms) | Sound::Lost(ms) => self.mouth.pause(ms),
            Sound::Hold(_) | Sound::Format(_) => {}
        }
    }

    /// The next so many ms of the part.
    fn block(&self, ms: u64) -> &[i16] {
        let samples = &self.mouth.sound;
        let place = |ms: u64| (ms * self.format.rate as u64 / 1000) as usize;
        let is_last = self.record.plan.sound[self.part].ms() == self.done_ms + ms;
        let end = if is_last { samples.len() } else { place(self.done_ms + ms).min(samples.len()) };
        &samples[place(self.done_ms).min(end)..end]
    }

    fn change(&mut self, wanted: Format) {
        let other = open::format(wanted);
        // SAFETY: a handle and a struct.
        let status = unsafe { palabra_session_set_input_format(self.talk.session, &raw const other) };
        if status == 0 {
            self.format = wanted;
            self.mouth.change(wanted.rate as u32);
        }
        self.talk.did(Did::Format(wanted, status));
    }

    fn end_due(&mut self, now: Instant) {
        let plan = self.plan();
        let has_begun = self.next_block.is_some() || plan.sound.is_empty();
        let is_said = self.part >= plan.sound.len() && self.next_block.is_none_or(|at| at <= now);
        let is_due = match plan.end {
            End::AfterAll => {
                let has_called = self.called >= plan.calls.len() && Arc::strong_count(&self.waiting) == 1;
                has_begun && is_said && has_called && self.command >= plan.commands.len()
            }
            End::At(ms) => self.at(ms) <= now,
            End::Never => false,
        };
        if is_due && !std::mem::replace(&mut self.has_ended, true) {
            self.talk.did(Did::Ended(palabra_session_end(self.talk.session)));
        }
    }
}
