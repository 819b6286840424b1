//! One open text-to-speech stream: what goes out and when, and when it is over (protocol.md 8).

use std::time::Duration;

use tokio::time::Instant;

use super::commands::{Command, Text};
use super::generations::Awaited;
use super::reception::Reception;
use super::{Plan, Tts};
use crate::error::{Error, Result, Status};
use crate::event::{Event, EventKind, Texts};
use crate::lock::lock;
use crate::net::websocket::{Turn, WebSocket};
use crate::session::handle::stats::Counters;
use crate::session::stream::deadlines::{Deadlines, Due};
use crate::session::stream::driver::Converse;
use crate::session::stream::outbox::{Next, Request};
use crate::session::stream::spacing::Bucket;
use crate::session::stream::turn;
use crate::session::stream::turn::{Traffic, Woken};
use crate::session::{Phase, Session};
use crate::wire::tts::outgoing::{self, Init};

/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);
/// After the end what need not come is not waited for when nothing was said for so long.
const QUIET: Duration = Duration::from_secs(2);
/// Between the end of one text and the speech of the next, at a server that ends each text.
const PAUSE: Duration = Duration::from_millis(500);
const SECOND: Duration = Duration::from_secs(1);

pub struct Conversation<'a> {
    session: &'a Session,
    tts: &'a Tts,
    plan: &'a Plan,
    socket: WebSocket,
    reception: Reception<'a>,
    texts: Bucket,
    /// When the end was asked for and everything sent.
    ending: Option<Instant>,
    traffic: Traffic,
}

impl<'a> Conversation<'a> {
    /// Begins with what the service has to hear first. It has no answer to that, so the session is ready.
    pub fn new(
        session: &'a Session,
        tts: &'a Tts,
        plan: &'a Plan,
        mut socket: WebSocket,
    ) -> Result<Conversation<'a>> {
        let Plan { language, model, voice, format, sample_rate, .. } = plan;
        let (format, sample_rate) = (*format, *sample_rate);
        let init = outgoing::init(&Init { language, model, voice, format, sample_rate });
        socket.queue_text(init.len(), |frame| frame.extend_from_slice(&init))?;
        let (now, liveness) = (Instant::now(), plan.liveness_timeout);
        let mut deadlines = Deadlines::new(now, liveness, liveness, plan.end_timeout, false);
        deadlines.ready();
        Counters::set_once(&session.counters.ready_us, session.opened.elapsed());
        session.life.enter(Phase::Ready);
        session.tell([Event::new(EventKind::Ready)]);
        Ok(Conversation {
            session,
            tts,
            plan,
            socket,
            reception: Reception::new(session, tts, plan, deadlines),
            texts: Bucket::new(plan.texts_per_second, SECOND),
            ending: None,
            traffic: Traffic::default(),
        })
    }

    /// Queues what may go; when to look again if something has to wait for its turn.
    fn write_what_is_due(&mut self) -> Result<Option<Instant>> {
        while self.socket.has_room() && !self.reception.is_leaving {
            match self.next_command() {
                Next::Request(request) => self.write(request)?,
                Next::WaitUntil(at) => return Ok(Some(at)),
                Next::Empty => return self.mind_the_end(),
            }
        }
        Ok(None)
    }

    /// Taken out and noted as sent in one step: a cancel comes before it or after it.
    fn next_command(&mut self) -> Next<Command> {
        let now = Instant::now();
        let mut generations = lock(&self.tts.generations);
        let texts = &self.texts;
        let mut next = self.tts.outbox.next(|_| texts.earliest(now).filter(|&at| at > now));
        if let Next::Request(Request { command: Command::Text(text), .. }) = &mut next {
            self.texts.take(now);
            text.is_eos |= self.session.life.end_requested().is_some() && self.is_the_last(text);
            generations.sent(&text.generation, text.is_eos);
        }
        next
    }

    /// The owner ended the session and not the generation.
    fn is_the_last(&self, text: &Text) -> bool {
        !self
            .tts
            .outbox
            .any(|command| matches!(command, Command::Text(later) if later.generation == text.generation))
    }

    fn write(&mut self, request: Request<Command>) -> Result<()> {
        match request.command {
            Command::Text(text) => {
                self.queue(&text.message())?;
                self.reception.first_text.get_or_insert_with(Instant::now);
                Counters::add(&self.session.counters.chunks_sent, 1);
            }
            Command::Cancel { generation, is_needed, is_told } => {
                if is_needed {
                    self.queue(&outgoing::cancel(generation.as_deref()))?;
                }
                if !is_told {
                    return Ok(());
                }
                // The service does not answer; what comes after this is not of what was cancelled.
                let mut event = Event::new(EventKind::TaskStatus);
                event.user_tag = request.user_tag;
                event.texts = Texts::new("cancelled", "", generation.as_deref().unwrap_or(""), "cancel");
                self.reception.emit(event);
                self.reception.settle()?;
            }
        }
        Ok(())
    }

    /// After the end, when everything is sent: waits for what was asked for, then says goodbye.
    fn mind_the_end(&mut self) -> Result<Option<Instant>> {
        if self.session.life.end_requested().is_none() {
            return Ok(None);
        }
        let now = Instant::now();
        if self.ending.is_none() {
            self.session.life.enter(Phase::Ending);
            self.session.log(|| "end: what was asked for is awaited".to_owned());
            self.reception.deadlines.ending(now, Duration::ZERO);
        }
        let ending = *self.ending.get_or_insert(now);
        let until = match lock(&self.tts.generations).awaited() {
            Awaited::Certainly => return Ok(None),
            Awaited::Perhaps => self.reception.last_message.max(ending) + QUIET,
            Awaited::Hardly => self.reception.last_message + PAUSE,
            Awaited::Nothing => now,
        };
        if now < until {
            return Ok(Some(until));
        }
        self.reception.is_leaving = true;
        self.reception.deadlines.stream_ended(now);
        self.socket.queue_close()?;
        Ok(None)
    }

    fn queue(&mut self, message: &[u8]) -> Result<()> {
        self.socket.queue_text(message.len(), |frame| frame.extend_from_slice(message))
    }

    /// Does what is due; an outcome when the conversation is over because of it.
    fn look_at_the_clock(&mut self) -> Option<Result<()>> {
        let now = Instant::now();
        while let Some(due) = self.reception.deadlines.take_due(now) {
            let over = match due {
                Due::Ping(number) => self.socket.queue_ping(number).err(),
                Due::Dead => {
                    let text = "the server was silent, or answered no ping, for too long";
                    Some(Error::new(Status::ConnectionDead, text))
                }
                Due::EndOverdue => {
                    let text = "the service did not say all that was asked for in time";
                    Some(Error::new(Status::Timeout, text))
                }
                Due::Goodbye => return Some(Ok(())),
                // There is no answer to wait for.
                Due::Ask | Due::NotReady => None,
            };
            if let Some(error) = over {
                return Some(Err(error));
            }
        }
        None
    }

    async fn say_goodbye(&mut self) -> Result<()> {
        self.socket.queue_close()?;
        turn::turn_to_the_end(&mut self.socket, &mut self.reception).await;
        Ok(())
    }
}

impl Converse for Conversation<'_> {
    async fn run(&mut self) -> Result<()> {
        self.session.log(|| format!("init sent: {} at {} Hz", self.plan.language, self.plan.sample_rate));
        loop {
            if self.session.life.close_requested() {
                self.take_leave().await;
                return Ok(());
            }
            let look_at = self.write_what_is_due()?;
            let deadline = self.reception.deadlines.next();
            let until = look_at.map_or(deadline, |at| at.min(deadline));
            let woken = turn::wait(&mut self.socket, &mut self.reception, &self.session.wake, until).await;
            self.reception.deadlines.woke(until, Instant::now());
            if let Woken::Turn(turn) = woken {
                self.traffic.note(self.session, &mut self.socket, &mut self.reception.deadlines);
                self.reception.settle()?;
                match turn {
                    Turn::Progress => {}
                    Turn::Closed(code, reason) => return self.reception.judge_close(code, &reason),
                    Turn::Lost(error) => return self.reception.judge_loss(error),
                }
            }
            if let Some(outcome) = self.look_at_the_clock() {
                return outcome;
            }
        }
    }

    /// There is nothing to say but the close (protocol.md 8.4).
    async fn take_leave(&mut self) {
        self.reception.is_leaving = true;
        let _ = tokio::time::timeout(GOODBYE, self.say_goodbye()).await;
    }

    fn into_socket(self) -> WebSocket {
        self.socket
    }
}
