//! One open stream: what goes out and when, and when it is over (protocol.md 5). What comes in is the
//! dialogue's.

mod gaps;
#[cfg(test)]
mod tests;

use std::time::Duration;

use tokio::time::Instant;

use super::Translation;
use super::commands::Commands;
use super::dialogue::{Dialogue, Stage};
use super::options::Plan;
use crate::error::{Error, Result, Status};
use crate::net::websocket::{Turn, WebSocket};
use crate::session::handle::stats::Counters;
use crate::session::input::Chunks;
use crate::session::stream::deadlines::{Deadlines, Due};
use crate::session::stream::driver::Converse;
use crate::session::stream::turn;
use crate::session::stream::turn::{Traffic, Woken};
use crate::session::{Phase, Session};
use crate::wire::translation::dialect::Dialect;
use crate::wire::translation::outgoing;

/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

pub struct Conversation<'a> {
    session: &'a Session,
    translation: &'a Translation,
    chunks: &'a mut Chunks,
    dialect: Dialect,
    /// How much input may wait until READY, if what is older is dropped.
    keep_ms: Option<u32>,
    socket: WebSocket,
    dialogue: Dialogue<'a>,
    traffic: Traffic,
}

impl<'a> Conversation<'a> {
    pub fn new(
        session: &'a Session,
        translation: &'a Translation,
        plan: &'a Plan,
        chunks: &'a mut Chunks,
        mut socket: WebSocket,
    ) -> Conversation<'a> {
        socket.limit_unsent(outgoing::audio_len(chunks.most_chunk_bytes()));
        let deadlines = Deadlines::new(
            Instant::now(),
            plan.ready_timeout,
            plan.liveness_timeout,
            plan.end_timeout,
            plan.dialect == Dialect::V1,
        );
        Conversation {
            session,
            translation,
            chunks,
            dialect: plan.dialect,
            keep_ms: plan.drop_oldest.then_some(plan.input_buffer_ms),
            socket,
            dialogue: Dialogue::new(session, deadlines, Commands::new(plan)),
            traffic: Traffic::default(),
        }
    }

    async fn say_goodbye(&mut self) -> Result<()> {
        if !matches!(self.dialogue.stage, Stage::Ending | Stage::Over) {
            self.queue(&outgoing::end_task(None))?;
        }
        self.socket.queue_close()?;
        turn::turn_to_the_end(&mut self.socket, &mut self.dialogue).await;
        Ok(())
    }

    /// Queues messages until one would have to wait for the network.
    fn write_what_is_due(&mut self) -> Result<()> {
        self.drop_old_input();
        while self.socket.has_room() {
            if !self.write_next()? {
                break;
            }
        }
        Ok(())
    }

    /// Queues the next message; `false` when there is none.
    fn write_next(&mut self) -> Result<bool> {
        match self.dialogue.stage {
            Stage::Fresh => {
                self.dialogue.stage = Stage::Preparing;
                let message = self.dialogue.commands.first_task(Instant::now());
                self.queue(&message)?;
                self.session.log(|| "task sent".to_owned());
                Ok(true)
            }
            Stage::Live => {
                // Looked at first: what was sent before the end is seen below, what comes meanwhile is not.
                let end = self.session.life.end_requested();
                Ok(self.write_command()?
                    || self.write_chunk(end.is_some())?
                    || self.mind_gap()?
                    || self.write_end(end)?)
            }
            Stage::Preparing | Stage::Ending | Stage::Over => Ok(false),
        }
    }

    fn write_command(&mut self) -> Result<bool> {
        let outbox = &self.translation.outbox;
        let Some(message) = self.dialogue.commands.next(outbox, Instant::now()) else { return Ok(false) };
        self.note_effect(false);
        self.queue(&message)?;
        Ok(true)
    }

    /// The chunk is converted if it must be; what fits the wire is encoded from the ring straight into the frame
    /// that goes out.
    fn write_chunk(&mut self, is_ending: bool) -> Result<bool> {
        if self.holds_input() {
            return Ok(false);
        }
        self.write_chunk_of(is_ending)
    }

    /// With `flush` also what is left of a chunk.
    fn write_chunk_of(&mut self, flush: bool) -> Result<bool> {
        let socket = &mut self.socket;
        let session = self.session;
        let is_sent = self.chunks.next(flush, |first, second| {
            if let Some(playout) = &session.playout {
                playout.add_original([first, second]);
                session.recording.add_original([first, second]);
            }
            socket.queue_text(outgoing::audio_len(first.len() + second.len()), |frame| {
                outgoing::append_audio(first, second, frame);
            })
        })?;
        if !is_sent {
            return Ok(false);
        }
        self.session.note_chunk(self.chunks);
        self.fit_the_line();
        self.dialogue.first_chunk.get_or_insert_with(Instant::now);
        Counters::add(&self.session.counters.chunks_sent, 1);
        Ok(true)
    }

    fn fit_the_line(&mut self) {
        self.socket.set_message_bytes(message_bytes(self.chunks));
    }

    /// Not before the commands that still keep their distance.
    fn write_end(&mut self, end: Option<u32>) -> Result<bool> {
        let Some(seconds) = end else { return Ok(false) };
        if self.dialogue.commands.waits_until().is_some() || self.holds_fresh_input() {
            return Ok(false);
        }
        let eos_timeout = self.dialect.eos_timeout(seconds);
        let silence = Duration::from_secs(eos_timeout.unwrap_or(0).into());
        self.dialogue.stage = Stage::Ending;
        self.session.life.enter(Phase::Ending);
        self.session.log(|| "end sent: the tail is awaited".to_owned());
        self.dialogue.deadlines.ending(Instant::now(), silence);
        self.queue(&outgoing::end_task(eos_timeout))?;
        Ok(true)
    }

    fn queue(&mut self, message: &[u8]) -> Result<()> {
        self.socket.queue_text(message.len(), |frame| frame.extend_from_slice(message))
    }

    /// A command that waits for its time is no reason to look while the network takes nothing.
    fn next_look(&self) -> Instant {
        let deadline = self.dialogue.deadlines.next();
        match self.dialogue.commands.waits_until() {
            Some(at) if self.dialogue.stage == Stage::Live && self.socket.has_room() => deadline.min(at),
            _ => deadline,
        }
    }

    /// Does what is due; an outcome when the conversation is over because of it.
    fn look_at_the_clock(&mut self) -> Option<Result<()>> {
        let now = Instant::now();
        while let Some(due) = self.dialogue.deadlines.take_due(now) {
            let done = match due {
                Due::Ask => {
                    let message = self.dialogue.commands.poll(now);
                    self.queue(&message)
                }
                Due::Ping(number) => self.socket.queue_ping(number),
                Due::NotReady => over(Status::NotReady, "the service did not become ready in time"),
                Due::Dead => {
                    over(Status::ConnectionDead, "the server was silent, or answered no ping, for too long")
                }
                Due::EndOverdue => over(Status::Timeout, "the service did not finish after the end in time"),
                Due::Goodbye => return Some(Ok(())),
            };
            if done.is_err() {
                return Some(done);
            }
        }
        None
    }
}

impl Converse for Conversation<'_> {
    async fn run(&mut self) -> Result<()> {
        loop {
            if self.session.life.close_requested() {
                self.take_leave().await;
                return Ok(());
            }
            self.write_what_is_due()?;
            let until = self.next_look();
            let woken = turn::wait(&mut self.socket, &mut self.dialogue, &self.session.wake, until).await;
            self.dialogue.deadlines.woke(until, Instant::now());
            if let Woken::Turn(turn) = woken {
                self.traffic.note(self.session, &mut self.socket, &mut self.dialogue.deadlines);
                self.dialogue.settle()?;
                match turn {
                    Turn::Progress => {}
                    Turn::Closed(code, reason) => return self.dialogue.judge_close(code, &reason),
                    Turn::Lost(error) => return self.dialogue.judge_loss(error),
                }
            }
            if let Some(outcome) = self.look_at_the_clock() {
                return outcome;
            }
        }
    }

    /// As the official clients do when they leave: an end, a close, no waiting for the tail.
    async fn take_leave(&mut self) {
        let _ = tokio::time::timeout(GOODBYE, self.say_goodbye()).await;
    }

    fn into_socket(self) -> WebSocket {
        self.socket
    }
}

/// What a chunk takes on the wire.
fn message_bytes(chunks: &Chunks) -> usize {
    outgoing::audio_len(chunks.usual_chunk_bytes())
}

fn over(status: Status, text: &str) -> Result<()> {
    Err(Error::new(status, text))
}
