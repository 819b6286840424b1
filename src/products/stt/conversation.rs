//! What is sent on the stream of speech-to-text, and when (protocol.md 9.2). `messages` reads what arrives.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::desk::{Finalize, SttDesk};
use super::messages::Messages;
use super::options::Setup;
use crate::client::metrics::Kind;
use crate::error::{Error, Result, Status};
use crate::net::websocket::WebSocket;
use crate::session::input::gap::Step;
use crate::session::stream::deadlines::Timing;
use crate::session::stream::dialogue::{Complaint, Dialogue};
use crate::session::stream::farewell;
use crate::session::stream::outbox::{Next, Request};
use crate::session::stream::outgoing::{Framing, Outgoing};
use crate::session::stream::product::{Product, Wrote};
use crate::wire::envelope::NotText;
use crate::wire::stt::FINALIZE;

/// A service that closes after this long without audio closes because of that.
const IDLE: Duration = Duration::from_secs(5);
/// The close code of a service that gets no audio (protocol.md 9.2).
const GOING_AWAY: u16 = 1001;

/// Audio is sent unchanged.
pub(super) const FRAMING: Framing =
    Framing { message_bytes: |bytes| bytes, queue: WebSocket::queue_binary, least_bytes: 0 };

pub(super) struct Stt {
    desk: Arc<SttDesk>,
    timing: Timing,
    messages: Messages,
    /// After the end: when the next chunk of silence is due.
    silence: Instant,
    /// Encoded bytes cannot be completed with silence.
    is_encoded: bool,
    /// When encoded bytes leave that are less than a chunk.
    bytes_due: Instant,
}

impl Stt {
    pub(super) fn new(setup: &Setup, desk: Arc<SttDesk>) -> Stt {
        let now = Instant::now();
        let is_encoded = setup.is_encoded;
        let messages = Messages::new(setup);
        Stt { desk, timing: setup.timing, messages, silence: now, is_encoded, bytes_due: now }
    }

    /// Full chunks. Of encoded bytes less, when the message before is as old as a chunk is long: how long they last is
    /// not known.
    fn write_audio(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing, is_ending: bool) -> Result<bool> {
        let now = Instant::now();
        let is_written = out.write_chunk(dialogue, is_ending || self.is_encoded && self.bytes_due <= now)?;
        if is_written {
            self.bytes_due = now + out.chunk_length();
        }
        Ok(is_written)
    }

    /// After everything that was sent before it.
    fn write_finalize(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<bool> {
        let now = Instant::now();
        match self.desk.outbox.next(|&Finalize { after }| (!out.has_sent(after)).then_some(now)) {
            Next::Request(Request { user_tag, .. }) => {
                self.messages.asked.ask(user_tag, now);
                out.queue(FINALIZE)?;
                Ok(true)
            }
            Next::WaitUntil(_) => out.write_chunk(dialogue, true),
            Next::Empty => Ok(false),
        }
    }

    /// There is no message for the end (protocol.md 9.2), so the last final is requested. Silence follows, for a
    /// server that does not know `finalize`.
    fn write_end(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing, end: Option<u32>) -> Result<bool> {
        let Some(seconds) = end.filter(|_| self.desk.outbox.seal()) else { return Ok(false) };
        self.messages.asked.ask_last();
        let longest = Duration::from_secs(seconds.into());
        dialogue.begin_end(longest, "everything was sent: the last texts are awaited");
        self.silence = Instant::now() + out.chunk_length();
        out.queue(FINALIZE)?;
        // Its answer distinguishes a silent service from a dead connection.
        out.queue_ping(dialogue.deadlines.ping(Instant::now()))?;
        Ok(true)
    }

    /// In real time, until everything that was sent has its final text, with its translations.
    fn write_last_silence(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<Wrote> {
        if self.messages.are_complete() {
            return Ok(Wrote::TheLast);
        }
        if self.is_encoded {
            return Ok(Wrote::Nothing);
        }
        if self.silence > Instant::now() {
            return Ok(Wrote::NothingUntil(self.silence));
        }
        // After a stop of the process the silence of that time is not sent.
        self.silence = Instant::now().max(self.silence + out.write_silence(dialogue)?);
        Ok(Wrote::Something)
    }

    fn give_up(dialogue: &mut Dialogue, user_tag: u64) {
        let text = "the service did not answer the finalize";
        dialogue.emit_error(Status::Timeout, Complaint { text, user_tag, ..Complaint::default() });
        dialogue.announce();
    }
}

impl Product for Stt {
    fn kind(&self) -> Kind {
        Kind::Stt
    }

    fn timing(&self) -> Timing {
        self.timing
    }

    /// The service accepts audio as soon as the stream is open.
    fn begin(&mut self, dialogue: &mut Dialogue, _out: &mut Outgoing) -> Result<()> {
        dialogue.become_ready();
        Ok(())
    }

    fn write(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<Wrote> {
        if dialogue.deadlines.stage().is_ending() {
            return self.write_last_silence(dialogue, out);
        }
        // Read first: what was sent before the end is seen below, what is sent meanwhile is not.
        let end = dialogue.session.life.end_requested();
        let is_written = self.write_finalize(dialogue, out)?
            || self.write_audio(dialogue, out, end.is_some())?
            || out.mind_gap(dialogue)? != Step::None
            || self.write_end(dialogue, out, end)?;
        Ok(if is_written { Wrote::Something } else { Wrote::Nothing })
    }

    fn read(&mut self, dialogue: &mut Dialogue, frame: &[u8]) -> std::result::Result<(), NotText> {
        self.messages.read(dialogue, frame)
    }

    fn next_look(&self) -> Option<Instant> {
        self.messages.asked.next()
    }

    /// Requests that have waited too long.
    fn look_at_the_clock(&mut self, dialogue: &mut Dialogue, now: Instant) {
        while let Some(user_tag) = self.messages.asked.take_overdue(now) {
            Stt::give_up(dialogue, user_tag);
        }
    }

    fn stood_still(&mut self, late: Duration) {
        self.messages.asked.put_off(late);
    }

    /// The service need not send anything at the end.
    fn overdue(&self, is_heard: bool) -> Result<()> {
        if is_heard { Ok(()) } else { Err(farewell::dead()) }
    }

    fn ends_by_close(&self) -> bool {
        true
    }

    fn explain_close(&self, code: u16, unsent: Duration) -> Option<&'static str> {
        let is_idle = code == GOING_AWAY && unsent >= IDLE;
        is_idle.then_some("the service closed the stream because no audio came")
    }

    /// No answer can arrive any more, and nothing is lost unless a text was not final yet.
    fn judge_end(&mut self, dialogue: &mut Dialogue) -> Result<()> {
        while let Some(user_tag) = self.messages.asked.take_any() {
            Stt::give_up(dialogue, user_tag);
        }
        if self.messages.are_cut_off() {
            let text = "the last text did not become final after the end in time";
            return Err(Error::new(Status::Timeout, text));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
