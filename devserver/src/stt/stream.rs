//! One connected speech-to-text stream.

use serde_json::Value;
use tokio::time::Instant;

use super::decoder::Decoder;
use super::messages::{self, FIN};
use super::pace::Pace;
use super::query::Query;
use crate::engine::{Busy, Engine, Output, Settings, Target, Text, Wake};
use crate::faults::Faults;
use crate::ids::transcription_id;
use crate::streams::held::Held;
use crate::streams::outgoing::{Outgoing, Shape};
use crate::streams::{Flow, Link, Talk};
use crate::time;

/// Silence that ends a phrase, in seconds: the final is sent about a second after the speech (protocol.md 9.2).
const CLOSING_SILENCE: f64 = 0.8;
/// Longer than any silence.
const NEVER: f64 = 1e6;
/// Makes the ids of answers without speech differ from all others.
const EMPTY_IDS: u64 = 7;

pub struct Stream {
    link: Link,
    query: Query,
    decoder: Decoder,
    pace: Pace,
    engine: Box<dyn Engine>,
    is_configured: bool,
    last_audio: Instant,
    /// Transcripts that are delayed by a fault.
    late: Held,
    /// The latest text of the phrase in progress.
    growing: Option<Text>,
    /// Frames since the phrase in progress began.
    phrase_frames: u64,
    empty_answers: u64,
    has_heard: bool,
    /// Unanswered `finalize` requests, and what was recognised since.
    finalizes: u32,
    answer: Vec<Output>,
}

impl Stream {
    pub fn new(link: Link, query: Query) -> Self {
        link.seat.tally.settings(query.sent.clone());
        let engine = link.shared.config.engine.start(Wake::clone(&link.wake));
        Self {
            decoder: Decoder::new(query.format, query.rate),
            pace: Pace::new(time::now()),
            link,
            query,
            engine,
            is_configured: false,
            last_audio: time::now(),
            late: Held::default(),
            growing: None,
            phrase_frames: 0,
            empty_answers: 0,
            has_heard: false,
            finalizes: 0,
            answer: Vec::new(),
        }
    }

    fn faults(&self) -> &Faults {
        &self.link.session.faults
    }

    /// Configures the engine as soon as the rate is known.
    fn configure(&mut self) {
        let Some(rate) = self.decoder.rate().filter(|_| !self.is_configured) else { return };
        self.is_configured = true;
        let target = |language: &String| Target { language: language.clone(), ..Target::default() };
        let settings = Settings {
            rate,
            source: self.query.language.clone(),
            detectable: Vec::new(),
            targets: self.query.targets.iter().map(target).collect(),
            closing_silence: if self.query.manual.is_some() { NEVER } else { CLOSING_SILENCE },
            speech: false,
        };
        let mut out = Vec::new();
        self.engine.configure(&settings, &mut out);
        self.said(out);
    }

    /// Drops what comes faster than the service transcribes.
    fn leave_out_haste(&mut self, frames: &mut Vec<i16>) {
        let Some(rate) = self.decoder.rate() else { return };
        let seconds = frames.len() as f64 / f64::from(rate);
        if !self.link.has_limits() || self.faults().stt_any_pace || self.pace.admits(time::now(), seconds) {
            return;
        }
        if self.link.seat.tally.left_out(seconds) {
            let number = self.link.session.number;
            self.link.shared.log.warning(format_args!(
                "s{number} audio comes faster than speech: a part of it is not transcribed"
            ));
        }
        frames.clear();
    }

    /// Returns whether a manual stream has had no final for too long.
    fn is_overdue(&self) -> bool {
        let (Some(limit), Some(rate)) = (self.query.manual, self.decoder.rate()) else { return false };
        self.phrase_frames as f64 >= limit * f64::from(rate)
    }

    /// What is recognised while `finalize` waits for its answer is part of the answer.
    fn said(&mut self, outputs: Vec<Output>) {
        if self.finalizes == 0 {
            return self.deliver(outputs, false);
        }
        self.answer.extend(outputs);
        if self.engine.busy() == Busy::Hearing {
            return;
        }
        let mut answer = std::mem::take(&mut self.answer);
        for _ in 0..std::mem::take(&mut self.finalizes) {
            self.deliver(std::mem::take(&mut answer), true);
        }
    }

    /// Turns the engine's output into messages. The last final may be the answer to `finalize`.
    fn deliver(&mut self, mut outputs: Vec<Output>, answers_finalize: bool) {
        let mut fin = None;
        if answers_finalize && !self.faults().stt_no_fin {
            fin = outputs.iter().rposition(|output| matches!(output, Output::Validated(_)));
            if fin.is_none() {
                fin = Some(outputs.len());
                outputs.push(Output::Validated(self.nothing()));
            }
        }
        let mut again = Vec::new();
        for (n, output) in outputs.into_iter().enumerate() {
            let told_again = self.told_again(&output, fin == Some(n));
            if let Some(message) = self.worded(output, fin == Some(n)) {
                self.send(message);
            }
            again.extend(told_again);
        }
        again.into_iter().for_each(|message| self.send(message));
    }

    /// A final that comes once more, after its translations, with a better text.
    fn told_again(&self, output: &Output, is_fin: bool) -> Option<Outgoing> {
        let Output::Validated(text) = output else { return None };
        let better = || Text { text: format!("{}.", text.text), ..text.clone() };
        (self.faults().stt_tell_again && !is_fin).then(|| messages::last(&better()))
    }

    /// The answer when nothing was recognised.
    fn nothing(&mut self) -> Text {
        self.empty_answers += 1;
        Text {
            id: transcription_id(EMPTY_IDS, self.empty_answers),
            language: self.query.language.replace("auto", "en"),
            text: String::new(),
            start: 0.0,
            end: 0.0,
        }
    }

    fn worded(&mut self, output: Output, is_fin: bool) -> Option<Outgoing> {
        match output {
            Output::Partial(text) => {
                let before = self.growing.replace(text.clone()).filter(|before| before.id == text.id);
                let (said, until) = before.map_or((String::new(), text.start), |t| (t.text, t.end));
                let delta = messages::delta(&said, &text.text);
                let delta = if self.faults().stt_wrong_delta { "never said" } else { delta };
                Some(messages::partial(&text, delta, until))
            }
            Output::Validated(mut text) => {
                self.growing = None;
                if self.faults().stt_empty_segments {
                    let nothing = self.nothing();
                    self.send(messages::last(&nothing));
                }
                if !is_fin {
                    return Some(messages::last(&text));
                }
                let bare = if text.text.is_empty() {
                    !self.faults().stt_full_fin
                } else {
                    self.faults().stt_bare_fin
                };
                text.text.push_str(FIN);
                Some(if bare { messages::bare_fin(&text) } else { messages::last(&text) })
            }
            Output::Translation(text) => Some(messages::translation(&text)),
            Output::PartialTranslation(_)
            | Output::Speech { .. }
            | Output::Done { .. }
            | Output::Timings { .. }
            | Output::Queue { .. } => None,
        }
    }

    fn send(&mut self, message: Outgoing) {
        if self.faults().no_answer {
            return;
        }
        match self.faults().late_answer {
            Some(delay) => self.late.hold(time::now() + delay, message),
            None => self.link.send(message, None),
        }
    }

    fn send_late(&mut self, now: Instant) {
        for message in self.late.due(now) {
            self.link.send(message, None);
        }
    }

    /// An error and its close. Neither is documented (protocol.md 9.2, unconfirmed).
    fn fail(&mut self, code: &str, desc: &str, close: u16) -> Flow {
        let error = self.link.error(code, desc);
        let shape = if self.faults().stt_flat_error { Shape::Flat } else { Shape::Enveloped };
        self.link.send(Outgoing { shape, ..error }, None);
        Flow::Close(close, "see the error")
    }

    fn mischief_at_start(&mut self) -> Flow {
        if std::mem::replace(&mut self.has_heard, true) {
            return Flow::Go;
        }
        if let Some(bytes) = self.faults().huge_message {
            let text = Text { text: "x".repeat(bytes), ..self.nothing() };
            self.link.send(messages::partial(&text, "", 0.0), None);
        }
        if self.faults().invalid_utf8 {
            self.link.send_invalid_utf8();
        }
        match self.faults().stream_error {
            Some(code) => {
                let flow = self.fail(code.name, "failed on purpose", code.close.unwrap_or(1011));
                if code.close.is_some() { flow } else { Flow::Go }
            }
            None => Flow::Go,
        }
    }

    fn idle_at(&self) -> Option<Instant> {
        self.link.idle_at(self.last_audio)
    }
}

impl Talk for Stream {
    fn link(&mut self) -> &mut Link {
        &mut self.link
    }

    fn into_link(self) -> Link {
        self.link
    }

    fn on_binary(&mut self, bytes: &[u8]) -> Flow {
        self.link.note_received("audio", bytes.len());
        self.link.seat.tally.audio(bytes);
        self.last_audio = time::now();
        match self.link.note_audio_message() {
            Flow::Go => {}
            other => return other,
        }
        let mut frames = match self.decoder.feed(bytes) {
            Ok(frames) => frames,
            Err(why) => return self.fail("BAD_REQUEST", why, 1003),
        };
        self.link.session.audio(frames.len() as u64);
        self.configure();
        self.leave_out_haste(&mut frames);
        let mut out = Vec::new();
        self.engine.feed(&frames, &mut out);
        self.phrase_frames =
            if self.engine.hears_speech() { self.phrase_frames + frames.len() as u64 } else { 0 };
        if self.is_overdue() {
            self.engine.finish(&mut out);
            self.phrase_frames = 0;
        }
        self.said(out);
        self.mischief_at_start()
    }

    /// Unknown control frames are ignored: no error is documented (protocol.md 9.2).
    fn on_text(&mut self, text: &str) -> Flow {
        let message: Value = serde_json::from_str(text).unwrap_or_default();
        let kind = message["message_type"].as_str().unwrap_or("invalid");
        self.link.note_received(kind, text.len());
        if kind == "finalize" {
            let mut out = Vec::new();
            self.engine.finish(&mut out);
            self.phrase_frames = 0;
            self.finalizes += 1;
            self.said(out);
        }
        Flow::Go
    }

    fn on_wake(&mut self) -> Flow {
        let mut out = Vec::new();
        let collected = self.engine.collect(&mut out);
        self.said(out);
        match collected {
            Ok(()) => Flow::Go,
            Err(failure) => self.fail(failure.code, &failure.desc, failure.close),
        }
    }

    fn next_event(&self) -> Option<Instant> {
        [self.late.next_at(), self.idle_at()].into_iter().flatten().min()
    }

    /// The stream ends when audio stops, without a trailing final (protocol.md 9.2).
    fn on_time(&mut self, now: Instant) -> Flow {
        self.send_late(now);
        if self.idle_at().is_some_and(|at| now >= at) {
            return Flow::Close(1001, "no input audio");
        }
        Flow::Go
    }
}
