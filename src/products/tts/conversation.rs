//! What is sent on a text-to-speech stream, and when (protocol.md 8). `messages` reads what arrives.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::commands::{Command, Text};
use super::desk::TtsDesk;
use super::generations::Awaited;
use super::messages::Messages;
use super::options::Setup;
use crate::client::metrics::Kind;
use crate::error::{Error, Result, Status};
use crate::event::{Event, EventKind, Texts};
use crate::lock::lock;
use crate::session::stream::bucket::Bucket;
use crate::session::stream::deadlines::{Stage, Timing};
use crate::session::stream::dialogue::Dialogue;
use crate::session::stream::outbox::{Next, Request};
use crate::session::stream::outgoing::Outgoing;
use crate::session::stream::product::{Product, Wrote};
use crate::wire::envelope::NotText;
use crate::wire::tts::outgoing::{self, Init};

/// After the end, optional answers are not waited for when nothing has arrived for this long.
const QUIET: Duration = Duration::from_secs(2);
/// Between the end of one text and the speech of the next, at a server that ends each text.
const PAUSE: Duration = Duration::from_millis(500);
const SECOND: Duration = Duration::from_secs(1);

pub(super) struct Tts {
    desk: Arc<TtsDesk>,
    setup: Setup,
    texts: Bucket,
    messages: Messages,
}

impl Tts {
    pub(super) fn new(setup: Setup, desk: Arc<TtsDesk>) -> Tts {
        let texts = Bucket::new(setup.texts_per_second, SECOND);
        Tts { messages: Messages::new(&setup, desk.clone()), desk, setup, texts }
    }

    /// Taken out and recorded as sent in one step, so that a cancel comes before or after it.
    fn next_command(&mut self, is_ending: bool) -> Next<Command> {
        let now = Instant::now();
        let mut generations = lock(&self.desk.generations);
        let texts = &self.texts;
        let mut next = self.desk.outbox.next(|_| texts.earliest(now).filter(|&at| at > now));
        if let Next::Request(Request { command: Command::Text(text), .. }) = &mut next {
            self.texts.take(now);
            text.is_eos |= is_ending && self.is_the_last(text);
            generations.sent(&text.generation, text.is_eos);
        }
        next
    }

    /// The caller ended the session and not the generation.
    fn is_the_last(&self, text: &Text) -> bool {
        let goes_on = |command: &Command| matches!(command, Command::Text(later) if later.generation == text.generation);
        !self.desk.outbox.any(goes_on)
    }

    fn write_command(
        &mut self,
        dialogue: &mut Dialogue,
        out: &mut Outgoing,
        Request { command, user_tag }: Request<Command>,
    ) -> Result<()> {
        match command {
            Command::Text(text) => {
                out.queue(&text.message())?;
                dialogue.note_text();
            }
            Command::Cancel { stopped, answer } => {
                match stopped {
                    None => out.queue(&outgoing::cancel(None))?,
                    Some(ids) => ids.iter().try_for_each(|id| out.queue(&outgoing::cancel(Some(id))))?,
                }
                if let Some(id) = answer {
                    // The service does not answer; what arrives later does not belong to what was cancelled.
                    let mut event = Event::new(EventKind::TaskStatus);
                    event.user_tag = user_tag;
                    event.texts = Texts::new("cancelled", "", &id, "cancel");
                    dialogue.tell(event);
                }
            }
        }
        Ok(())
    }

    /// After the end, when everything was sent: waits for the requested speech.
    fn mind_the_end(&mut self, dialogue: &mut Dialogue) -> Wrote {
        if dialogue.deadlines.stage().is_ready() && self.desk.outbox.seal() {
            dialogue.begin_end(Duration::ZERO, "end: what was asked for is awaited");
        }
        let Stage::Ending { since, .. } = dialogue.deadlines.stage() else { return Wrote::Nothing };
        let until = match lock(&self.desk.generations).awaited() {
            Awaited::Certainly => return Wrote::Nothing,
            Awaited::Perhaps => self.messages.last.max(since) + QUIET,
            Awaited::Hardly => self.messages.last + PAUSE,
            Awaited::Nothing => since,
        };
        if Instant::now() < until { Wrote::NothingUntil(until) } else { Wrote::TheLast }
    }
}

impl Product for Tts {
    fn kind(&self) -> Kind {
        Kind::Tts
    }

    fn timing(&self) -> Timing {
        self.setup.timing
    }

    /// The service does not answer that, so the session is ready.
    fn begin(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<()> {
        let Setup { language, model, voice, format, sample_rate, .. } = &self.setup;
        let (format, sample_rate) = (*format, *sample_rate);
        out.queue(&outgoing::init(&Init { language, model, voice, format, sample_rate }))?;
        dialogue.session.log(|| format!("init sent: {language} at {sample_rate} Hz"));
        dialogue.become_ready();
        Ok(())
    }

    fn write(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<Wrote> {
        let is_ending = dialogue.session.life.end_requested().is_some();
        match self.next_command(is_ending) {
            Next::Request(request) => self.write_command(dialogue, out, request).map(|()| Wrote::Something),
            Next::WaitUntil(at) => Ok(Wrote::NothingUntil(at)),
            Next::Empty if is_ending => Ok(self.mind_the_end(dialogue)),
            Next::Empty => Ok(Wrote::Nothing),
        }
    }

    fn read(&mut self, dialogue: &mut Dialogue, frame: &[u8]) -> std::result::Result<(), NotText> {
        self.messages.read(dialogue, frame)
    }

    fn stood_still(&mut self, late: Duration) {
        self.messages.last += late;
    }

    fn overdue(&self, _is_heard: bool) -> Result<()> {
        Err(Error::new(Status::Timeout, "the service did not say all that was asked for in time"))
    }

    /// Requested speech is still to come.
    fn ends_by_close(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
