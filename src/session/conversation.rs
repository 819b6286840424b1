//! One open stream: what goes out, what comes in, and when it is over (protocol.md 5).

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::deadlines::{Deadlines, Due};
use super::ingest::Chunks;
use super::options::Plan;
use super::outbox::Command;
use super::readiness::{self, Verdict};
use super::utterances::Utterances;
use super::{Phase, Session};
use crate::audio::format::OUTPUT;
use crate::client::secret::Redactor;
use crate::error::{Error, Result, Status};
use crate::event::{Event, EventKind, Texts, flag};
use crate::net::websocket::{Turn, WebSocket};
use crate::wire::translation::incoming::{self, Message, OutputFormat};
use crate::wire::translation::{outgoing, task};

/// Close codes of a peer that simply went (RFC 6455 section 7.4.1).
const NORMAL_CLOSURE: u16 = 1000;

pub struct Conversation<'a> {
    session: &'a Session,
    chunks: &'a mut Chunks,
    redactor: &'a Redactor,
    socket: WebSocket,
    task: &'a Value,
    output_format: OutputFormat,
    stage: Stage,
    deadlines: Deadlines,
    utterances: Utterances,
    /// Tags of texts to speak that the service has not acknowledged yet.
    unacknowledged: VecDeque<u64>,
    /// The service's last complaint: it explains a close that follows.
    complaint: Option<(String, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The task has to be sent.
    Fresh,
    /// The task was sent; the service has not said that it runs.
    Preparing,
    Live,
    /// `end_task` was sent.
    Ending,
    /// The service said that nothing follows.
    Over,
}

impl<'a> Conversation<'a> {
    pub fn new(
        session: &'a Session,
        plan: &'a Plan,
        chunks: &'a mut Chunks,
        redactor: &'a Redactor,
        socket: WebSocket,
    ) -> Conversation<'a> {
        let now = Instant::now();
        Conversation {
            session,
            chunks,
            redactor,
            socket,
            task: &plan.task,
            output_format: task::output_format(&plan.task),
            stage: Stage::Fresh,
            deadlines: Deadlines::new(now, plan.ready_timeout, plan.liveness_timeout, plan.end_timeout),
            utterances: Utterances::default(),
            unacknowledged: VecDeque::new(),
            complaint: None,
        }
    }

    /// Runs until the stream is over; `Ok` when it ended as it should or was closed by its owner.
    pub async fn run(&mut self) -> Result<()> {
        loop {
            if self.session.life.close_requested() {
                let _ = tokio::time::timeout(Duration::from_secs(2), self.take_leave()).await;
                return Ok(());
            }
            self.write_what_is_due()?;
            tokio::select! {
                turn = self.socket.turn() => {
                    if let Some(outcome) = self.take(turn) {
                        return outcome;
                    }
                }
                () = self.session.wake.notified() => {}
                () = tokio::time::sleep_until(self.deadlines.next()) => {
                    if let Some(outcome) = self.look_at_the_clock() {
                        return outcome;
                    }
                }
            }
        }
    }

    /// Says goodbye as the official clients do when they leave: an end, a close, no waiting for the tail.
    pub async fn take_leave(&mut self) {
        let spoken_for = matches!(self.stage, Stage::Ending | Stage::Over);
        if !spoken_for && self.socket.queue_text(outgoing::end_task(None)).is_err() {
            return;
        }
        if self.socket.queue_close().is_err() {
            return;
        }
        while !matches!(self.socket.turn().await, Turn::Closed(..) | Turn::Lost(_)) {}
    }

    // --- out ---------------------------------------------------------------------------------

    /// Queues messages until one has to wait for the network.
    fn write_what_is_due(&mut self) -> Result<()> {
        while !self.socket.has_unsent() {
            match self.next_message() {
                Some(message) => self.socket.queue_text(message)?,
                None => break,
            }
        }
        Ok(())
    }

    fn next_message(&mut self) -> Option<Vec<u8>> {
        match self.stage {
            Stage::Fresh => {
                self.stage = Stage::Preparing;
                Some(outgoing::set_task(self.task))
            }
            Stage::Live => self.next_command().or_else(|| self.next_chunk()).or_else(|| self.next_end()),
            Stage::Preparing | Stage::Ending | Stage::Over => None,
        }
    }

    fn next_command(&mut self) -> Option<Vec<u8>> {
        let Command::Speak { text, language, translate, user_tag } = self.session.outbox.take()?;
        self.unacknowledged.push_back(user_tag);
        Some(outgoing::speak(&text, &language, translate))
    }

    fn next_chunk(&mut self) -> Option<Vec<u8>> {
        let flush = self.session.life.end_requested().is_some();
        let chunk = self.chunks.next(flush)?;
        let (first, second) = chunk.as_slices();
        let message = outgoing::audio(first, second);
        let bytes = chunk.len();
        chunk.commit_all();
        self.session.ingest.note_read(bytes);
        Some(message)
    }

    fn next_end(&mut self) -> Option<Vec<u8>> {
        let seconds = self.session.life.end_requested()?;
        self.stage = Stage::Ending;
        self.session.life.enter(Phase::Ending);
        self.deadlines.ending(Instant::now(), Duration::from_secs(seconds.into()));
        Some(outgoing::end_task(Some(seconds)))
    }

    // --- the clock ---------------------------------------------------------------------------

    fn look_at_the_clock(&mut self) -> Option<Result<()>> {
        let now = Instant::now();
        while let Some(due) = self.deadlines.take_due(now) {
            let outcome = match due {
                Due::Ask => self.socket.queue_text(outgoing::get_task()),
                Due::Ping => self.socket.queue_ping(),
                Due::NotReady => {
                    Err(Error::new(Status::NotReady, "the service did not become ready in time"))
                }
                Due::Dead => {
                    Err(Error::new(Status::ConnectionDead, "nothing was heard from the server for too long"))
                }
                Due::EndOverdue => {
                    Err(Error::new(Status::Timeout, "the service did not finish after the end in time"))
                }
                Due::Goodbye => return Some(Ok(())),
            };
            if outcome.is_err() {
                return Some(outcome);
            }
        }
        None
    }

    // --- in ----------------------------------------------------------------------------------

    fn take(&mut self, turn: Turn) -> Option<Result<()>> {
        match turn {
            Turn::Sent => return None,
            Turn::Closed(code, reason) => return Some(self.judge_close(code, &reason)),
            Turn::Lost(error) => return Some(self.judge_loss(error)),
            Turn::Alive => {}
            Turn::Text(text) => {
                if let Err(error) = self.read(&text) {
                    return Some(Err(error));
                }
            }
            // JSON is JSON, whichever frame it comes in.
            Turn::Binary(bytes) => {
                if let Some(Err(error)) = std::str::from_utf8(&bytes).ok().map(|text| self.read(text)) {
                    return Some(Err(error));
                }
            }
        }
        self.deadlines.heard(Instant::now());
        None
    }

    fn read(&mut self, frame: &str) -> Result<()> {
        self.deadlines.progressed(Instant::now());
        incoming::read(frame, |message| self.handle(message)).unwrap_or(Ok(()))
    }

    fn handle(&mut self, message: Message<'_>) -> Result<()> {
        if self.stage == Stage::Preparing {
            match readiness::judge(&message) {
                Verdict::Ready => self.become_ready(),
                Verdict::Deliver => {}
                Verdict::Drop => return Ok(()),
                Verdict::Fail(error) => return Err(error),
            }
        }
        self.deliver(message);
        Ok(())
    }

    fn become_ready(&mut self) {
        self.stage = Stage::Live;
        self.deadlines.ready();
        self.session.life.enter(Phase::Ready);
        self.emit(Event::new(EventKind::Ready));
    }

    fn deliver(&mut self, message: Message<'_>) {
        match message {
            Message::Transcript(transcript) => self.deliver_transcript(&transcript),
            Message::Audio(audio) => self.deliver_audio(&audio),
            Message::TaskInfo { json } => self.emit_text(EventKind::TaskInfo, json, ""),
            Message::TaskStatus(status) => self.deliver_status(&status),
            Message::StreamEnd => {
                self.stage = Stage::Over;
                self.deadlines.stream_ended(Instant::now());
                self.emit(Event::new(EventKind::StreamEnd));
            }
            Message::Error { code, text } => {
                self.emit_error(Status::Service, &text, &code);
                self.complaint = Some((code, text));
            }
            Message::Warning { code, text } => self.emit_text(EventKind::Warning, &text, &code),
            Message::Raw { json } => self.emit_text(EventKind::Raw, json, ""),
        }
    }

    fn deliver_transcript(&mut self, transcript: &incoming::Transcript<'_>) {
        let mut event = Event::new(EventKind::Transcript);
        event.utterance = self.utterances.number(&transcript.id);
        event.flags |= if transcript.is_final { flag::FINAL } else { 0 };
        event.flags |= if transcript.is_translation { flag::TRANSLATION } else { 0 };
        event.texts = Texts::new(&transcript.text, &transcript.language, &transcript.id, "");
        self.emit(event);
    }

    fn deliver_audio(&mut self, audio: &incoming::Audio<'_>) {
        let Ok(pcm) = audio.samples(self.output_format) else {
            self.emit_error(Status::Protocol, "a chunk of audio could not be decoded", "");
            return;
        };
        let mut event = Event::new(EventKind::Audio);
        event.utterance = self.utterances.number(&audio.id);
        event.flags = if audio.is_last { flag::LAST_CHUNK } else { 0 };
        event.sample_rate = OUTPUT.sample_rate;
        event.channels = OUTPUT.channels;
        event.pcm = pcm;
        event.texts = Texts::new("", &audio.language, &audio.id, "");
        self.emit(event);
    }

    fn deliver_status(&mut self, status: &incoming::TaskStatus) {
        let speak = status.command == "tts_task";
        let mut event = Event::new(if speak { EventKind::SpeakStatus } else { EventKind::TaskStatus });
        if speak {
            event.user_tag = self.unacknowledged.pop_front().unwrap_or_default();
        }
        event.utterance = self.utterances.number(&status.id);
        event.flags = if status.status == "paused" { flag::PAUSED } else { 0 };
        event.texts = Texts::new(&status.event, "", &status.id, &status.command);
        self.emit(event);
    }

    fn emit_error(&self, status: Status, text: &str, service_code: &str) {
        let mut event = Event::new(EventKind::Error);
        event.code = status.code();
        event.texts = Texts::new(&self.redactor.clean(text.to_owned()), "", "", service_code);
        self.emit(event);
    }

    /// A text that is not speech may quote a secret.
    fn emit_text(&self, kind: EventKind, text: &str, service_code: &str) {
        let mut event = Event::new(kind);
        event.texts = Texts::new(&self.redactor.clean(text.to_owned()), "", "", service_code);
        self.emit(event);
    }

    fn emit(&self, event: Event) {
        self.session.events.push(event);
    }

    // --- the end -----------------------------------------------------------------------------

    /// A close is an error unless the stream was over (protocol.md 5.5, 5.6).
    fn judge_close(&self, code: u16, reason: &str) -> Result<()> {
        let ended = self.stage == Stage::Over || (self.stage == Stage::Ending && code == NORMAL_CLOSURE);
        if ended {
            return Ok(());
        }
        if let Some((service_code, text)) = &self.complaint {
            let sentence = format!("the service ended the session: {service_code}: {text}");
            return Err(Error::new(Status::Service, sentence)
                .with_service_code(service_code.as_str())
                .with_close_code(code));
        }
        let sentence = match reason {
            "" => format!("the server closed the connection (code {code})"),
            reason => format!("the server closed the connection (code {code}): {reason}"),
        };
        Err(Error::new(Status::ConnectionLost, sentence).with_close_code(code))
    }

    fn judge_loss(&self, error: Error) -> Result<()> {
        if self.stage == Stage::Over { Ok(()) } else { Err(error) }
    }
}
