//! One open stream: what goes out and when, and when it is over (protocol.md 9.2). What comes in is the dialogue's.

use std::time::Duration;

use tokio::time::Instant;

use super::dialogue::Dialogue;
use super::options::SttPlan;
use super::{Finalize, Stt};
use crate::error::{Error, Result, Status};
use crate::event::{Event, EventKind};
use crate::lock::lock;
use crate::net::websocket::{Turn, WebSocket};
use crate::session::handle::stats::Counters;
use crate::session::input::Chunks;
use crate::session::input::gap;
use crate::session::input::gap::{Gap, Policy, Step};
use crate::session::stream::deadlines::{Deadlines, Due};
use crate::session::stream::driver::Converse;
use crate::session::stream::outbox::{Next, Request};
use crate::session::stream::turn;
use crate::session::stream::turn::{Traffic, Woken};
use crate::session::{Phase, Session};
use crate::wire::stt::FINALIZE;

/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);
/// A service that leaves after so long without audio leaves because of it.
const IDLE: Duration = Duration::from_secs(5);

pub struct Conversation<'a> {
    session: &'a Session,
    stt: &'a Stt,
    chunks: &'a mut Chunks,
    sample_rate: u32,
    socket: WebSocket,
    dialogue: Dialogue<'a>,
    deadlines: Deadlines,
    /// When audio, or silence in its place, went out last.
    last_audio: Instant,
    /// After the end: when the next chunk of silence is due.
    silence: Option<Instant>,
    traffic: Traffic,
    /// The server has said something since the end was asked of it.
    lives_after_end: bool,
}

impl<'a> Conversation<'a> {
    pub fn new(
        session: &'a Session,
        stt: &'a Stt,
        plan: &SttPlan,
        chunks: &'a mut Chunks,
        mut socket: WebSocket,
    ) -> Conversation<'a> {
        socket.limit_unsent(chunks.most_chunk_bytes());
        let now = Instant::now();
        let zero = Duration::ZERO;
        // Nothing is said before READY, and the limit of the end is the caller's alone.
        let mut deadlines = Deadlines::new(now, zero, plan.liveness_timeout, zero, false);
        deadlines.ready();
        Conversation {
            session,
            stt,
            chunks,
            sample_rate: plan.wire.sample_rate,
            socket,
            dialogue: Dialogue::new(session, plan),
            deadlines,
            last_audio: now,
            silence: None,
            traffic: Traffic::default(),
            lives_after_end: false,
        }
    }

    /// The service listens as soon as the stream is open.
    fn become_ready(&self) {
        // Known before anybody who waited for it can ask.
        Counters::set_once(&self.session.counters.ready_us, self.session.opened.elapsed());
        self.with_gap(|gap| gap.begin(Instant::now()));
        self.session.life.enter(Phase::Ready);
        self.session.tell([Event::new(EventKind::Ready)]);
    }

    /// Queues messages until one would have to wait for the network.
    fn write_what_is_due(&mut self) -> Result<()> {
        while self.socket.has_room() {
            if !self.write_next()? {
                break;
            }
        }
        Ok(())
    }

    /// Queues the next message; `false` when there is none.
    fn write_next(&mut self) -> Result<bool> {
        if self.dialogue.is_ending {
            return self.write_last_silence();
        }
        // Looked at first: what was sent before the end is seen below, what comes meanwhile is not.
        let end = self.session.life.end_requested();
        Ok(self.write_finalize()?
            || self.write_chunk(end.is_some())?
            || self.mind_gap()?
            || self.write_end(end)?)
    }

    /// After everything that was sent before it.
    fn write_finalize(&mut self) -> Result<bool> {
        let (outbox, now) = (&self.stt.outbox, Instant::now());
        let chunks = &self.chunks;
        match outbox.next(|&Finalize { after }| (!chunks.has_sent(after)).then_some(now)) {
            Next::Request(Request { user_tag, .. }) => {
                self.dialogue.asked.ask(user_tag, now);
                self.queue_finalize()?;
                let chunk = self.length(self.chunks.chunk_frames());
                self.with_gap(|gap| {
                    // What was gathered of a chunk has gone.
                    if gap.in_effect() == Policy::Silence {
                        gap.fill(chunk);
                    }
                });
                Ok(true)
            }
            Next::WaitUntil(_) => self.write_chunk(true),
            Next::Empty => Ok(false),
        }
    }

    /// What is as the wire wants it goes from the ring straight into the frame. With `flush` also what is left of a
    /// chunk.
    fn write_chunk(&mut self, flush: bool) -> Result<bool> {
        let socket = &mut self.socket;
        let is_sent = self.chunks.next(flush, |first, second| socket.queue_binary(first, second))?;
        if is_sent {
            self.note_chunk(0);
        }
        Ok(is_sent)
    }

    /// A chunk that what was gathered and silence make up; returns how long the silence is.
    fn write_silence(&mut self) -> Result<Duration> {
        let socket = &mut self.socket;
        let frames = self.chunks.next_silent(|chunk, _| socket.queue_binary(chunk, &[]))?;
        self.note_chunk(frames);
        Ok(self.length(frames))
    }

    fn note_chunk(&mut self, silent_frames: usize) {
        self.session.note_chunk(self.chunks);
        self.socket.set_message_bytes(self.chunks.usual_chunk_bytes());
        self.last_audio = Instant::now();
        Counters::add(&self.session.counters.chunks_sent, 1);
        Counters::add(&self.session.counters.silence_frames_sent, silent_frames as u64);
    }

    /// Does what the policy for missing input wants; `false` when it wants nothing.
    fn mind_gap(&mut self) -> Result<bool> {
        match self.session.gap_step() {
            Step::Begin => {
                self.session.log(|| "input is missing: silence is sent".to_owned());
                let missing = self.chunks.settle();
                let missing = self.length(missing);
                self.with_gap(|gap| gap.fill(missing));
                Ok(true)
            }
            Step::Fill => {
                let silence = self.write_silence()?;
                let missing = self.length(self.chunks.chunk_frames());
                self.with_gap(|gap| gap.filled(silence, missing));
                Ok(true)
            }
            Step::None | Step::Pause | Step::Resume => Ok(false),
        }
    }

    /// There is no message for the end (protocol.md 9.2): the last final is asked for. Silence follows, for a server
    /// that does not know the question.
    fn write_end(&mut self, end: Option<u32>) -> Result<bool> {
        let Some(seconds) = end else { return Ok(false) };
        let now = Instant::now();
        self.dialogue.is_ending = true;
        self.dialogue.asked.ask_last();
        self.session.life.enter(Phase::Ending);
        self.session.log(|| "everything was sent: the last texts are awaited".to_owned());
        self.deadlines.ending(now, Duration::from_secs(seconds.into()));
        self.silence = Some(now + self.length(self.chunks.chunk_frames()));
        self.queue_finalize()?;
        // Its answer tells a silent service from a dead connection.
        let number = self.deadlines.ping(now);
        self.socket.queue_ping(number)?;
        Ok(true)
    }

    /// At the pace of the clock.
    fn write_last_silence(&mut self) -> Result<bool> {
        let Some(due) = self.silence.filter(|&due| due <= Instant::now()) else { return Ok(false) };
        self.silence = Some(due + self.write_silence()?);
        Ok(true)
    }

    fn queue_finalize(&mut self) -> Result<()> {
        self.socket.queue_text(FINALIZE.len(), |frame| frame.extend_from_slice(FINALIZE))
    }

    /// Silence that waits for the network is no reason to look.
    fn next_look(&self) -> Instant {
        let silence = self.silence.filter(|_| self.socket.has_room());
        let others = [self.dialogue.asked.next(), silence];
        others.into_iter().flatten().fold(self.deadlines.next(), Instant::min)
    }

    /// Does what is due; whether the wait for the last texts is over.
    fn look_at_the_clock(&mut self) -> Result<bool> {
        let now = Instant::now();
        self.dialogue.give_up_overdue(now)?;
        while let Some(due) = self.deadlines.take_due(now) {
            match due {
                Due::Ping(number) => self.socket.queue_ping(number)?,
                Due::EndOverdue if self.lives_after_end => return Ok(true),
                Due::Dead | Due::EndOverdue => return Err(dead()),
                Due::Ask | Due::NotReady | Due::Goodbye => {}
            }
        }
        Ok(false)
    }

    /// After the end: leaves, and says what is lost.
    async fn finish(&mut self) -> Result<()> {
        self.take_leave().await;
        self.dialogue.give_up_all()?;
        self.dialogue.judge_end()
    }

    async fn say_goodbye(&mut self) -> Result<()> {
        self.socket.queue_close()?;
        turn::turn_to_the_end(&mut self.socket, &mut self.dialogue).await;
        Ok(())
    }

    fn with_gap(&self, change: impl FnOnce(&mut Gap)) {
        if let Some(gap) = &self.stt.gap {
            change(&mut lock(gap));
        }
    }

    fn length(&self, frames: usize) -> Duration {
        gap::duration(frames as u64, self.sample_rate)
    }
}

impl Converse for Conversation<'_> {
    async fn run(&mut self) -> Result<()> {
        self.become_ready();
        loop {
            if self.session.life.close_requested() {
                self.take_leave().await;
                return Ok(());
            }
            self.write_what_is_due()?;
            if self.dialogue.is_over() {
                return self.finish().await;
            }
            let until = self.next_look();
            let woken = turn::wait(&mut self.socket, &mut self.dialogue, &self.session.wake, until).await;
            self.deadlines.woke(until, Instant::now());
            if let Woken::Turn(turn) = woken {
                let has_read = self.traffic.note(self.session, &mut self.socket, &mut self.deadlines);
                self.lives_after_end |= has_read && self.dialogue.is_ending;
                self.dialogue.settle()?;
                match turn {
                    Turn::Progress => {}
                    Turn::Closed(code, reason) => {
                        let idle = self.last_audio.elapsed() >= IDLE;
                        self.dialogue.judge_close(code, &reason, idle)?;
                        return self.dialogue.give_up_all();
                    }
                    Turn::Lost(error) => return Err(error),
                }
            }
            if self.look_at_the_clock()? {
                return self.finish().await;
            }
        }
    }

    /// A close is all that there is to say.
    async fn take_leave(&mut self) {
        let _ = tokio::time::timeout(GOODBYE, self.say_goodbye()).await;
    }

    fn into_socket(self) -> WebSocket {
        self.socket
    }
}

fn dead() -> Error {
    Error::new(Status::ConnectionDead, "the server was silent, or answered no ping, for too long")
}
