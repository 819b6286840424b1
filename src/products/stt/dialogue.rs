//! What comes in on a stream and what it means (protocol.md 9.2): messages become events, and the end is judged.

use tokio::time::Instant;

use super::asked::{Answered, Asked};
use super::options::SttPlan;
use super::tail::Tail;
use crate::error::{Error, Result, Status};
use crate::event::{Event, EventKind, Texts, flag};
use crate::net::websocket::Incoming;
use crate::session::Session;
use crate::session::stream::farewell::not_ours;
use crate::session::stream::phrases::Phrases;
use crate::session::stream::turn::Listen;
use crate::wire::envelope::{NotText, is_retriable};
use crate::wire::stt::incoming::{self, Message, Transcript};

/// A close that ends a conversation as it should (RFC 6455 section 7.4.1).
const NORMAL_CLOSURE: u16 = 1000;
/// The service leaves, which it does when no audio comes (protocol.md 9.2).
const GOING_AWAY: u16 = 1001;

pub struct Dialogue<'a> {
    session: &'a Session,
    pub asked: Asked,
    tail: Tail,
    utterances: Phrases,
    /// The end was asked of the service, and whether it has answered.
    pub is_ending: bool,
    is_answered: bool,
    /// The service's last complaint: it explains a close that follows.
    complaint: Option<(String, String)>,
    failure: Option<Error>,
    /// The message that is being read, for those who want it with its events; empty between messages.
    source: String,
}

impl Listen for Dialogue<'_> {
    /// What a message leads to shows in `settle`.
    fn take(&mut self, incoming: Incoming<'_>) {
        match incoming {
            Incoming::Text(frame) => {
                if self.read(frame).is_err() {
                    let text = "the server sent text that is not UTF-8";
                    self.failure.get_or_insert_with(|| Error::new(Status::Protocol, text));
                }
            }
            // JSON is JSON, whichever frame it comes in.
            Incoming::Binary(frame) => {
                if self.read(frame).is_err() {
                    self.session.emit(not_ours(frame.len()));
                }
            }
            Incoming::Ping(_) | Incoming::Pong(_) | Incoming::Close(..) => {}
        }
    }
}

impl<'a> Dialogue<'a> {
    pub fn new(session: &'a Session, plan: &SttPlan) -> Dialogue<'a> {
        Dialogue {
            session,
            asked: Asked::new(plan.finalize_timeout),
            tail: Tail::new(plan.targets),
            utterances: Phrases::default(),
            is_ending: false,
            is_answered: false,
            complaint: None,
            failure: None,
            source: String::new(),
        }
    }

    /// Tells of the events that a turn brought: of all of them at once.
    pub fn settle(&mut self) -> Result<()> {
        self.session.events.announce();
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Everything that was sent has its final, and that its translations.
    pub fn is_over(&self) -> bool {
        self.is_answered && self.tail.is_translated()
    }

    /// Waiting is over: nothing is lost unless a text was about to change still.
    pub fn judge_end(&self) -> Result<()> {
        if self.tail.is_growing() && !self.is_answered {
            return Err(Error::new(
                Status::Timeout,
                "the last text did not become final after the end in time",
            ));
        }
        Ok(())
    }

    /// `idle` tells that audio has been missing for a while.
    pub fn judge_close(&self, code: u16, reason: &str, idle: bool) -> Result<()> {
        if self.is_ending && code == NORMAL_CLOSURE {
            return self.judge_end();
        }
        if let Some((service_code, text)) = &self.complaint {
            let sentence = format!("the service ended the session: {service_code}: {text}");
            return Err(Error::new(Status::Service, sentence)
                .with_service_code(service_code.as_str())
                .with_close_code(code));
        }
        let what = if code == GOING_AWAY && idle {
            "the service closed the stream because no audio came"
        } else {
            "the server closed the connection"
        };
        let sentence = match reason {
            "" => format!("{what} (code {code})"),
            reason => format!("{what} (code {code}): {reason}"),
        };
        Err(Error::new(Status::ConnectionLost, sentence).with_close_code(code))
    }

    /// Questions that have waited too long.
    pub fn give_up_overdue(&mut self, now: Instant) -> Result<()> {
        while let Some(user_tag) = self.asked.take_overdue(now) {
            self.give_up(user_tag);
        }
        self.settle()
    }

    /// Nobody is left to answer.
    pub fn give_up_all(&mut self) -> Result<()> {
        while let Some(user_tag) = self.asked.take_any() {
            self.give_up(user_tag);
        }
        self.settle()
    }

    fn give_up(&mut self, user_tag: u64) {
        self.emit_error(Status::Timeout, "the service did not answer the finalize", "", user_tag);
    }

    fn read(&mut self, frame: &[u8]) -> std::result::Result<(), NotText> {
        self.source = self.session.source(frame, false);
        let read = incoming::read(frame, |message| self.deliver(message));
        self.source.clear();
        read
    }

    fn deliver(&mut self, message: Message<'_>) {
        match message {
            Message::Transcript(transcript) => self.deliver_transcript(&transcript),
            Message::Error { code, text } => {
                self.emit_error(Status::Service, &text, &code, 0);
                self.complaint = Some((code, text));
            }
            Message::Warning { code, text } => self.emit_text(EventKind::Warning, &text, &code),
            Message::Raw { json } => {
                let texts = Texts::with_json("", "", "", "", json);
                self.session.emit(Event { texts, ..Event::new(EventKind::Raw) });
            }
        }
    }

    fn deliver_transcript(&mut self, transcript: &Transcript<'_>) {
        let (id, text) = (&*transcript.id, transcript.text());
        let mut event = Event::new(EventKind::Transcript);
        if transcript.is_translation {
            self.tail.translation(id);
        } else if transcript.is_final() {
            self.tail.last(id, text);
        } else {
            self.tail.partial(id, text);
        }
        if transcript.answers_finalize() {
            match self.asked.answered() {
                Answered::Owner(user_tag) => event.user_tag = user_tag,
                Answered::End => {
                    self.is_answered = true;
                    // Nobody asked, and nothing was said.
                    if text.is_empty() {
                        return;
                    }
                }
                Answered::Nobody => {}
            }
        }
        event.utterance = self.utterances.number(id);
        event.flags |= if transcript.is_final() { flag::FINAL } else { 0 };
        event.flags |= if transcript.is_translation { flag::TRANSLATION } else { 0 };
        event.start_ms = Some(transcript.start_ms);
        event.end_ms = Some(transcript.end_ms);
        event.texts = Texts::new(text, &transcript.language, id, "");
        self.session.emit_from(event, &self.source);
    }

    fn emit_error(&mut self, status: Status, text: &str, service_code: &str, user_tag: u64) {
        let mut event = Event::new(EventKind::Error);
        event.code = status.code();
        event.user_tag = user_tag;
        event.flags = if is_retriable(service_code) { flag::RETRIABLE } else { 0 };
        event.texts = Texts::new(text, "", "", service_code);
        self.session.emit_from(event, &self.source);
    }

    fn emit_text(&mut self, kind: EventKind, text: &str, service_code: &str) {
        let mut event = Event::new(kind);
        event.texts = Texts::new(text, "", "", service_code);
        self.session.emit_from(event, &self.source);
    }
}
