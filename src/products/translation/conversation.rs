//! What is sent on the stream of a translation, and when (protocol.md 5). `messages` reads what arrives.

mod gaps;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::desk::TranslationDesk;
use super::messages::Messages;
use super::options::Setup;
use crate::client::metrics::Kind;
use crate::error::{Error, Result, Status};
use crate::lock::lock;
use crate::net::websocket::WebSocket;
use crate::session::input::gap::Step;
use crate::session::stream::deadlines::Timing;
use crate::session::stream::dialogue::Dialogue;
use crate::session::stream::outgoing::{Framing, Outgoing};
use crate::session::stream::product::{Product, Wrote};
use crate::wire::envelope::NotText;
use crate::wire::translation::outgoing;

/// Audio is sent as base64 in a JSON text.
pub(super) const FRAMING: Framing =
    Framing { message_bytes: outgoing::audio_len, queue: queue_audio, least_bytes: LEAST_BYTES };
/// Whether the service counts samples or base64 is not known; this is enough for both (protocol.md 5.2).
const LEAST_BYTES: usize = 1024;
/// Half of the time without audio after which the service ends a session (protocol.md 5.6).
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

fn queue_audio(socket: &mut WebSocket, first: &[u8], second: &[u8]) -> Result<()> {
    socket.queue_text(outgoing::audio_len(first.len() + second.len()), |frame| {
        outgoing::append_audio(first, second, frame);
    })
}

pub(super) struct Translation {
    desk: Arc<TranslationDesk>,
    timing: Timing,
    messages: Messages,
    /// When audio was sent last.
    spoke: Instant,
}

impl Translation {
    pub(super) fn new(setup: &Setup, desk: Arc<TranslationDesk>) -> Translation {
        Translation { desk, timing: setup.timing, messages: Messages::new(setup), spoke: Instant::now() }
    }

    fn write_command(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<bool> {
        let Some(message) = self.messages.commands.next(&self.desk.outbox, Instant::now()) else {
            return Ok(false);
        };
        self.note_effect(dialogue, false);
        if self.messages.commands.take_discards() {
            out.forget_sent();
        }
        out.queue(&message)?;
        Ok(true)
    }

    fn write_input(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing, is_ending: bool) -> Result<bool> {
        if is_held(dialogue) {
            return Ok(false);
        }
        let silence = self.next_silence(dialogue, is_ending).filter(|at| *at <= Instant::now());
        let is_written = out.write_chunk(dialogue, is_ending)?
            || silence.is_some() && !out.write_silence(dialogue)?.is_zero();
        if is_written {
            self.spoke = Instant::now();
        }
        Ok(is_written)
    }

    /// When silence is due, because the caller sends nothing any more and the end waits behind commands. A task that
    /// is paused needs none.
    fn next_silence(&self, dialogue: &Dialogue, is_ending: bool) -> Option<Instant> {
        let is_due = is_ending && self.messages.commands.waits_until().is_some() && !is_held(dialogue);
        is_due.then(|| self.spoke + LONGEST_PAUSE)
    }

    /// Not before the commands that still wait for their interval.
    fn write_end(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing, end: Option<u32>) -> Result<bool> {
        let Some(seconds) = end else { return Ok(false) };
        if out.is_behind() || dialogue.session.gap_step() == Step::Resume || !self.desk.outbox.seal() {
            return Ok(false);
        }
        let eos_timeout = self.messages.commands.dialect().eos_timeout(seconds);
        let silence = Duration::from_secs(eos_timeout.unwrap_or(0).into());
        dialogue.begin_end(silence, "end sent: the tail is awaited");
        out.queue(&outgoing::end_task(eos_timeout))?;
        Ok(true)
    }
}

/// The policy for missing input has paused the task: input waits.
fn is_held(dialogue: &Dialogue) -> bool {
    dialogue.session.gap.as_ref().is_some_and(|gap| lock(gap).holds())
}

impl Product for Translation {
    fn kind(&self) -> Kind {
        Kind::Translation
    }

    fn timing(&self) -> Timing {
        self.timing
    }

    fn begin(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<()> {
        out.queue(&self.messages.commands.first_task(Instant::now()))?;
        dialogue.session.log(|| "task sent".to_owned());
        Ok(())
    }

    fn ask(&mut self, out: &mut Outgoing) -> Result<()> {
        out.queue(&self.messages.commands.poll(Instant::now()))
    }

    fn write(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<Wrote> {
        if !dialogue.deadlines.stage().is_ready() {
            return Ok(Wrote::Nothing);
        }
        // Read first: what was sent before the end is seen below, what is sent meanwhile is not.
        let end = dialogue.session.life.end_requested();
        let is_written = self.write_command(dialogue, out)?
            || self.write_input(dialogue, out, end.is_some())?
            || self.mind_gap(dialogue, out)?
            || self.write_end(dialogue, out, end)?;
        Ok(match self.messages.commands.waits_until() {
            _ if is_written => Wrote::Something,
            Some(at) => {
                let silence = self.next_silence(dialogue, end.is_some());
                Wrote::NothingUntil(silence.map_or(at, |silence| at.min(silence)))
            }
            None => Wrote::Nothing,
        })
    }

    fn read(&mut self, dialogue: &mut Dialogue, frame: &[u8]) -> std::result::Result<(), NotText> {
        self.messages.read(dialogue, frame)
    }

    fn stood_still(&mut self, late: Duration) {
        self.messages.commands.put_off(late);
    }

    fn overdue(&self, _is_heard: bool) -> Result<()> {
        Err(Error::new(Status::Timeout, "the service did not finish after the end in time"))
    }

    fn ends_by_close(&self) -> bool {
        true
    }

    /// A service may end the stream while there is something to send.
    fn judge_end(&mut self, dialogue: &mut Dialogue) -> Result<()> {
        if dialogue.session.input()?.has_tail() {
            let text = "the service ended the stream before all audio had been sent";
            return Err(Error::new(Status::Service, text));
        }
        Ok(())
    }

    fn settled_ms(&self) -> Option<u32> {
        self.messages.settled.until_ms()
    }

    fn farewell(&self) -> Option<Vec<u8>> {
        Some(outgoing::end_task(None))
    }
}
