//! One connection of one session: its socket, its timers, its record, and the effects of faults on outgoing messages.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::clock::Clock;
use super::flow::Flow;
use super::outgoing::{self, Outgoing};
use super::socket::Socket;
use crate::engine::Wake;
use crate::state::Shared;
use crate::store::{Seat, Session};
use crate::time;
use crate::validation::refusal::{self, Refusal};

/// A half-open stream is closed after this time.
const SILENT_FOR: Duration = Duration::from_secs(600);

pub struct Link {
    pub shared: Arc<Shared>,
    pub session: Arc<Session>,
    pub seat: Seat,
    pub socket: Socket,
    /// Wakes this stream when its engine has output.
    pub wake: Wake,
    clock: Clock,
    garbage_turn: usize,
    /// Number of audio messages so far, for the faults that count them.
    audio_messages: u64,
}

impl Link {
    pub fn new(shared: Arc<Shared>, session: Arc<Session>, seat: Seat, socket: Socket) -> Self {
        let clock = Clock::new(time::now());
        Self {
            shared,
            session,
            seat,
            socket,
            wake: Wake::default(),
            clock,
            garbage_turn: 0,
            audio_messages: 0,
        }
    }

    pub fn has_limits(&self) -> bool {
        self.shared.limits(&self.session)
    }

    /// Reports the faults of the credential that do not apply here: a test that relies on one would pass by mistake.
    pub fn warn_of_idle_faults(&self) {
        let product = self.seat.tally.product;
        let idle = self.session.faults.idle_on(product, &self.shared.config.faults);
        for fault in &idle {
            let number = self.session.number;
            self.shared
                .log
                .warning(format_args!("s{number} fault {fault} does not apply to {}", product.name()));
        }
        self.seat.tally.idle_faults(idle);
    }

    pub fn next_event(&self) -> Instant {
        self.clock.next_event(&self.session, &self.socket)
    }

    pub fn on_time(&mut self, now: Instant) -> Flow {
        self.clock.on_time(now, &self.session, &mut self.socket)
    }

    /// Counts what the client sent.
    pub fn note_received(&self, kind: &str, size: usize) {
        let kind = crate::log::shown(kind);
        self.session.received(&kind);
        self.seat.tally.received(&kind);
        self.shared.log.message(self.session.number, "<-", &kind, size);
    }

    /// Counts a message with audio. Some faults end the stream at a certain number.
    pub fn note_audio_message(&mut self) -> Flow {
        self.audio_messages += 1;
        let faults = &self.session.faults;
        if faults.reset_after_audio.is_some_and(|n| self.audio_messages >= n) {
            return Flow::Reset;
        }
        if faults.close_after_audio.is_some_and(|n| self.audio_messages >= n) {
            return Flow::HangUp;
        }
        Flow::Go
    }

    /// Sends a message. A message with a label is speech, and can be withdrawn by the label.
    pub fn send(&mut self, mut message: Outgoing, label: Option<String>) {
        let faults = &self.session.faults;
        if faults.garbage {
            let piece = outgoing::garbage(self.garbage_turn);
            self.garbage_turn += 1;
            self.socket.send(Message::text(piece), None);
        }
        if message.kind == "error"
            && let Some(key) = faults.error_key
        {
            message.rename_text(key);
        }
        let kind = message.kind;
        let text = Utf8Bytes::from(message.into_text(faults.double_encode));
        self.shared.log.message(self.session.number, "->", kind, text.len());
        if faults.duplicate_frames {
            self.socket.send(Message::Text(text.clone()), label.clone());
        }
        self.socket.send(Message::Text(text), label);
    }

    /// An error with a text, or as a list with one entry (protocol.md 5.6).
    pub fn error(&self, code: &str, desc: &str) -> Outgoing {
        if self.session.faults.desc_list {
            let entry = json!([{"loc": ["data"], "msg": desc, "type": refusal::VALUE}]);
            outgoing::error(code, entry)
        } else {
            outgoing::error(code, desc)
        }
    }

    pub fn send_error(&mut self, code: &str, desc: &str) {
        let error = self.error(code, desc);
        self.send(error, None);
    }

    /// Sends a validation error; the stream goes on.
    pub fn refuse(&mut self, refusal: &Refusal) -> Flow {
        let faults = &self.session.faults;
        let desc = if faults.desc_list {
            refusal.list()
        } else if faults.desc_printed {
            refusal.printed().into()
        } else {
            refusal.text().into()
        };
        self.send(outgoing::error("VALIDATION_ERROR", desc), None);
        Flow::Go
    }

    /// When a stream whose last audio came at `last_audio` has been idle for too long.
    pub fn idle_at(&self, last_audio: Instant) -> Option<Instant> {
        // A server that does not read cannot complain about missing audio.
        self.socket.is_reading().then(|| last_audio + self.shared.config.idle_timeout)
    }

    pub fn send_invalid_utf8(&mut self) {
        let text = b"{\"message_type\":\"dev_invalid\",\"data\":{\"x\":\"\xff\xfe\"}}";
        let frame = Frame::message(&text[..], OpCode::Data(Data::Text), true);
        self.socket.send(Message::Frame(frame), None);
    }

    pub async fn leave(self, flow: Flow) {
        let (by, code) = match flow {
            Flow::Gone(Some(code)) => ("client", Some(code)),
            Flow::Gone(None) => ("lost", None),
            Flow::Close(code, _) => ("server", Some(code)),
            Flow::Go | Flow::Reset | Flow::HangUp | Flow::Silent => ("server", None),
        };
        self.session.closed(by, code);
        self.seat.tally.closed(by, code);
        if !matches!(flow, Flow::Close(..)) {
            self.socket.record_end(by, code);
        }
        let shown_code = code.map_or_else(|| "-".to_owned(), |c| c.to_string());
        self.shared.log.line(format_args!("s{} closed by {by} {shown_code}", self.session.number));
        match flow {
            Flow::Go => {}
            Flow::Close(code, reason) => self.socket.close(code, reason).await,
            Flow::Reset => self.socket.reset(),
            Flow::HangUp => self.socket.hang_up().await,
            Flow::Silent => {
                let _ = tokio::time::timeout(SILENT_FOR, self.shared.ended()).await;
            }
            Flow::Gone(_) => self.socket.finish().await,
        }
    }
}
