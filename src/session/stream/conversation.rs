//! The loop of every open stream: reads what arrives, writes what is due, checks the clock, and decides when it is
//! over.

#[cfg(test)]
mod tests;

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::deadlines::{Deadlines, Due};
use super::dialogue::Dialogue;
use super::farewell::{self, ServersClose};
use super::outgoing::{Input, Outgoing};
use super::product::{Product, Wrote};
use super::traffic::Traffic;
use crate::error::{Error, Result, Status};
use crate::net::websocket::{Incoming, NORMAL_CLOSURE, TURN, Turn, WebSocket};
use crate::runtime::select::select;
use crate::session::Session;

/// How long closing the stream may take.
const GOODBYE: Duration = Duration::from_secs(2);

pub(crate) struct Conversation {
    product: Box<dyn Product>,
    dialogue: Dialogue,
    out: Outgoing,
    traffic: Traffic,
}

/// What ended a wait.
enum Woken {
    Turn(Turn),
    Owner,
    Clock,
}

impl Conversation {
    pub(crate) fn new(
        session: Arc<Session>,
        product: Box<dyn Product>,
        input: Option<Input>,
        socket: WebSocket,
    ) -> Conversation {
        let deadlines = Deadlines::new(Instant::now(), product.timing());
        Conversation {
            product,
            dialogue: Dialogue::new(session, deadlines),
            out: Outgoing::new(socket, input),
            traffic: Traffic::default(),
        }
    }

    /// Runs until the stream is over. `Ok` when it ended normally or was closed by the caller.
    pub(crate) async fn run(&mut self) -> Result<()> {
        if !self.is_given_up() {
            self.product.begin(&mut self.dialogue, &mut self.out)?;
            self.dialogue.settle()?;
        }
        while !self.is_given_up() {
            if self.step().await? {
                return Ok(());
            }
        }
        self.take_leave().await;
        Ok(())
    }

    /// Closes within seconds and without waiting for a tail, as the official clients do.
    pub(crate) async fn take_leave(&mut self) {
        let _ = tokio::time::timeout(GOODBYE, self.say_goodbye()).await;
    }

    /// What was to be sent stays with the session.
    pub(crate) fn into_socket(self) -> WebSocket {
        let settled_ms = self.product.settled_ms();
        let (socket, input) = self.out.into_parts();
        if let Some(input) = input {
            input.leave_to(&self.dialogue.session, settled_ms);
        }
        socket
    }

    /// What the driver queues in this many rounds of a conversation without a reader.
    #[cfg(test)]
    pub(crate) async fn written(&mut self, rounds: usize) -> Vec<Vec<u8>> {
        for _ in 0..rounds {
            self.write_what_is_due().await.unwrap();
        }
        self.out.socket.take_queued()
    }

    /// When the next write is due, at the latest.
    #[cfg(test)]
    pub(crate) async fn next_write(&mut self) -> Instant {
        self.write_what_is_due().await.unwrap()
    }

    /// The service sends something, and the turn continues.
    #[cfg(test)]
    pub(crate) fn hear(&mut self, frame: &[u8]) {
        let Conversation { product, dialogue, .. } = self;
        dialogue.take(Incoming::Text(frame), |dialogue, frame| product.read(dialogue, frame));
    }

    #[cfg(test)]
    pub(crate) fn dialogue(&mut self) -> &mut Dialogue {
        &mut self.dialogue
    }

    fn is_given_up(&self) -> bool {
        self.dialogue.session.life.close_requested()
    }

    /// Returns whether the conversation is over normally.
    async fn step(&mut self) -> Result<bool> {
        let until = self.write_what_is_due().await?;
        let (woken, now) = self.wait(until).await;
        if let Woken::Turn(turn) = woken {
            self.traffic.note(&mut self.dialogue, &mut self.out);
            self.dialogue.settle()?;
            match turn {
                Turn::Progress => {}
                Turn::Closed(code, reason) => return self.judge_close(code, &reason).map(|()| true),
                Turn::Lost(error) => return self.judge_loss(error).map(|()| true),
            }
        }
        self.look_at_the_clock(now)
    }

    /// A close is an error unless it was expected (protocol.md 5.5, 5.6).
    fn judge_close(&mut self, code: u16, reason: &str) -> Result<()> {
        let Conversation { product, dialogue, out, .. } = self;
        let stage = dialogue.deadlines.stage();
        let ends = stage.is_ending() && code == NORMAL_CLOSURE && product.ends_by_close();
        if stage.is_over() || ends && !dialogue.session.is_unheard() {
            return product.judge_end(dialogue);
        }
        let known = product.explain_close(code, dialogue.unsent());
        let retry_after = out.socket.retry_after();
        Err(dialogue.closed_by_the_server(&ServersClose { code, reason, known, retry_after }))
    }

    fn judge_loss(&mut self, error: Error) -> Result<()> {
        let is_over = self.dialogue.deadlines.stage().is_over();
        if is_over { self.product.judge_end(&mut self.dialogue) } else { Err(error) }
    }

    /// Queues messages until one would wait for the network, or until the other sessions have to get their turn. Returns
    /// when to check again; what waits for its time needs no check while the network takes nothing.
    async fn write_what_is_due(&mut self) -> Result<Instant> {
        let Conversation { product, dialogue, out, .. } = self;
        let loss = out.drop_old_input(dialogue, !dialogue.deadlines.stage().is_preparing());
        let mut waits = None;
        let end = Instant::now() + TURN;
        while out.has_room() && !dialogue.deadlines.stage().is_over() {
            match product.write(dialogue, out)? {
                Wrote::Something if Instant::now() < end => continue,
                Wrote::Something => tokio::task::yield_now().await,
                Wrote::Nothing => {}
                Wrote::NothingUntil(at) => waits = Some(at),
                Wrote::TheLast => leave(dialogue, out)?,
            }
            break;
        }
        out.keep_space();
        let is_held = dialogue.session.life.end_requested().is_some() && !out.has_room();
        dialogue.deadlines.note_held(is_held.then(|| out.socket.traffic().1), Instant::now());
        // What was read, done and sent here may be something to watch.
        dialogue.session.seat.request_visit();
        let own = [waits, loss, product.next_look(), out.next_resend()].into_iter().flatten();
        Ok(own.fold(dialogue.deadlines.next(), Instant::min))
    }

    /// Waits for the socket, the caller or the clock. The socket is checked first: what it holds counts before any
    /// deadline. Returns when it was checked last too: a stop of the process after that is noticed by the next wait.
    async fn wait(&mut self, until: Instant) -> (Woken, Instant) {
        let session = self.dialogue.session.clone();
        let mut checked = until;
        let woken = select! {
            in order;
            turn = self.turn(&mut checked) => Woken::Turn(turn),
            () = session.wake.notified() => Woken::Owner,
            () = tokio::time::sleep_until(until) => Woken::Clock,
        };
        (woken, checked)
    }

    /// One turn of the socket. `checked`: until when nothing is late, and afterwards when the socket was checked last.
    async fn turn(&mut self, checked: &mut Instant) -> Turn {
        let Conversation { product, dialogue, out, .. } = self;
        let mut due = *checked;
        poll_fn(|cx| {
            *checked = Instant::now();
            // Before anything is read, because it may be an answer to what was asked before.
            if let Some(late) = dialogue.deadlines.woke(due, *checked) {
                product.stood_still(late);
                due = *checked;
            }
            let mut read = |incoming: Incoming<'_>| {
                dialogue.take(incoming, |dialogue, frame| product.read(dialogue, frame));
            };
            out.socket.poll_turn(cx, &mut read)
        })
        .await
    }

    /// Does what is due. Returns whether that ends the conversation.
    fn look_at_the_clock(&mut self, now: Instant) -> Result<bool> {
        let Conversation { product, dialogue, out, .. } = self;
        product.look_at_the_clock(dialogue, now);
        while let Some(due) = dialogue.deadlines.take_due(now) {
            match due {
                Due::Ask => product.ask(out)?,
                Due::Ping(number) => out.queue_ping(number)?,
                Due::NotReady => {
                    return Err(Error::new(Status::NotReady, "the service did not become ready in time"));
                }
                Due::Dead => return Err(farewell::dead()),
                Due::Stuck => return Err(farewell::stuck()),
                Due::EndOverdue { is_heard } => {
                    product.overdue(is_heard)?;
                    leave(dialogue, out)?;
                }
                Due::Goodbye => return product.judge_end(dialogue).map(|()| true),
            }
        }
        Ok(false)
    }

    async fn say_goodbye(&mut self) -> Result<()> {
        let stage = self.dialogue.deadlines.stage();
        if !stage.is_ending() && !stage.is_over() {
            if let Some(message) = self.product.farewell() {
                self.out.queue(&message)?;
            }
        }
        self.out.queue_close()?;
        let mut until = Instant::now() + GOODBYE;
        while matches!(self.turn(&mut until).await, Turn::Progress) {}
        Ok(())
    }
}

/// Only the close is awaited.
fn leave(dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<()> {
    dialogue.deadlines.stream_ended(Instant::now());
    out.queue_close()
}
