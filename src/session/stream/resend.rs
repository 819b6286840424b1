//! Sends again what a session that broke had not been done with, and what has come meanwhile, at the pace of speech.

use tokio::time::Instant;

use super::dialogue::Dialogue;
use super::outgoing::{Input, Outgoing};
use crate::error::Result;
use crate::session::Session;
use crate::session::input::{Backlog, Resend};

impl Input {
    /// What the session before has left is sent first.
    pub(crate) fn begin_with(&mut self, backlog: Backlog) {
        if let Some(resend) = &mut self.resend {
            resend.backlog = backlog.on_wire(self.chunks.wire());
        }
    }

    /// What it would send first.
    pub(crate) fn into_backlog(self) -> Option<Backlog> {
        self.resend?.backlog
    }

    /// The stream is over: what was not final, and what still waits, is for the session that takes the place of this one.
    /// `settled_ms`: up to where in the stream nothing is.
    pub(crate) fn leave_to(self, session: &Session, settled_ms: Option<u32>) {
        let Input { chunks, resend: Some(resend), .. } = self else { return };
        session.leave_backlog(resend.into_backlog(settled_ms, chunks));
    }

    /// Moves what has come to the backlog, if there is one.
    pub(super) fn absorb(&mut self, session: &Session, is_ready: bool) -> bool {
        let Input { chunks, resend: Some(Resend { backlog: Some(backlog), .. }), .. } = self else {
            return false;
        };
        backlog.absorb(chunks);
        if session.note_unsent(backlog.take_dropped()) {
            self.losses.note(is_ready, Instant::now());
        }
        true
    }

    fn backlog(&mut self) -> Option<&mut Backlog> {
        self.resend.as_mut()?.backlog.as_mut()
    }
}

impl Outgoing {
    /// Older audio is sent before the input.
    pub(crate) fn is_behind(&self) -> bool {
        let resend = self.input.as_ref().and_then(|input| input.resend.as_ref());
        resend.is_some_and(|resend| resend.backlog.is_some())
    }

    /// What was sent so far is not said again, whatever happens.
    pub(crate) fn forget_sent(&mut self) {
        if let Some(resend) = self.input.as_mut().and_then(|input| input.resend.as_mut()) {
            resend.recall.forget_all();
        }
    }

    /// When the next of it may be sent.
    pub(super) fn next_resend(&mut self) -> Option<Instant> {
        self.input.as_mut()?.backlog()?.due(Instant::now())
    }

    /// Queues the next chunk of it, if its time has come. Where there is no whole chunk any more, the session has caught up.
    pub(super) fn write_backlog(&mut self, dialogue: &mut Dialogue) -> Result<bool> {
        let Outgoing { socket, input: Some(input) } = self else { return Ok(false) };
        let (session, now) = (&dialogue.session, Instant::now());
        if input.backlog().is_none_or(|backlog| backlog.due(now).is_some()) {
            return Ok(false);
        }
        input.absorb(session, true);
        let Input { chunks, framing, resend: Some(resend), .. } = input else { return Ok(false) };
        let frames = chunks.chunk_frames();
        let chunk = resend.backlog.as_mut().and_then(|backlog| backlog.next(frames, now));
        // The service has had audio all the time.
        session.with_gap(|gap| gap.begin(now));
        let Some(chunk) = chunk else {
            let rest = resend.backlog.take().map(Backlog::into_rest);
            chunks.move_back(rest.unwrap_or_default());
            return Ok(false);
        };
        (framing.queue)(socket, &chunk, &[])?;
        resend.recall.note(&chunk);
        chunks.note_moved(frames);
        session.note_chunk(chunks);
        let sent = chunks.last();
        socket.set_message_bytes(input.usual_message_bytes());
        dialogue.note_chunk(sent);
        Ok(true)
    }
}
