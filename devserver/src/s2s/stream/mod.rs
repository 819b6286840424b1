//! One connected translation stream: takes messages, keeps the clocks, sends what the engine says.

mod clock;
mod command;
mod delivery;
mod held;
mod mischief;

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::incoming::{self, Envelope};
use super::limits;
use super::messages;
use super::pacing::Pacing;
use super::refusal::{Problem, Refusal, VALUE};
use super::socket::Socket;
use super::task::{InputFormat, Task};
use crate::audio;
use crate::engine::Engine;
use crate::server::Shared;
use crate::store::Session;
use held::Held;

/// Pings to the client, so that its side of keeping alive is exercised too.
const PING_EVERY: Duration = Duration::from_secs(20);
/// A half-open stream is forgotten at last.
const SILENT_FOR: Duration = Duration::from_secs(600);

/// What becomes of the stream after something happened.
enum Flow {
    Go,
    Close(u16, &'static str),
    Reset,
    HangUp,
    Silent,
    /// The connection ended by itself or the client closed it, with this code.
    Gone(Option<u16>),
}

/// When speech leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// All of a phrase at once, as the hosted service does (protocol.md 5.3).
    #[default]
    Burst,
    /// Each chunk when it is to be played.
    Paced,
}

impl FromStr for Delivery {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "burst" => Ok(Delivery::Burst),
            "paced" => Ok(Delivery::Paced),
            other => Err(format!("unknown delivery \"{other}\" (known: burst, paced)")),
        }
    }
}

/// How far the task has come.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    NoTask,
    /// Accepted; starts then, or only after polls when there is no time.
    Starting(Option<Instant>),
    Running,
    Paused,
    /// After `end_task`: the marker and the close follow then.
    Ending(Instant, Option<&'static str>),
    /// All is said, but a fault keeps the connection open.
    Over,
}

pub struct Stream {
    shared: Arc<Shared>,
    session: Arc<Session>,
    socket: Socket,
    engine: Box<dyn Engine>,
    task: Option<Task>,
    phase: Phase,
    pacing: Pacing,
    opened: Instant,
    /// Wall-clock second at which the task started.
    started: f64,
    first_audio: bool,
    last_audio: Instant,
    last_speech: Instant,
    next_ping: Instant,
    /// Audio messages and unsuccessful polls so far, for the faults that count them.
    audio_messages: u64,
    polls: u32,
    garbage_turn: usize,
    held: Held,
    /// Id of the latest phrase that was spoken in each language.
    last_spoken: HashMap<String, String>,
    commands: limits::Commands,
}

impl Stream {
    pub fn new(shared: Arc<Shared>, session: Arc<Session>, socket: Socket) -> Self {
        let now = Instant::now();
        let engine = shared.config.engine.start();
        Self {
            shared,
            session,
            socket,
            engine,
            task: None,
            phase: Phase::NoTask,
            pacing: Pacing::default(),
            opened: now,
            started: unix_seconds(),
            first_audio: true,
            last_audio: now,
            last_speech: now,
            next_ping: now + PING_EVERY,
            audio_messages: 0,
            polls: 0,
            garbage_turn: 0,
            held: Held::default(),
            last_spoken: HashMap::new(),
            commands: limits::Commands::default(),
        }
    }

    pub async fn run(mut self) {
        let admitted = self.session.connected(Instant::now());
        self.shared.log.line(format_args!("s{} open", self.session.number));
        if !admitted && self.has_limits() {
            return self.leave(Flow::Close(1008, "too many connections")).await;
        }
        let mut ended = std::pin::pin!(self.shared.ended());
        let flow = loop {
            let next_event = self.next_event();
            let flow = tokio::select! {
                message = self.socket.next() => match message {
                    Some(message) => self.on_message(message),
                    None => Flow::Gone(None),
                },
                () = tokio::time::sleep_until(next_event) => self.on_timer(),
                () = &mut ended => Flow::Close(1001, "server ends"),
            };
            if !matches!(flow, Flow::Go) {
                break flow;
            }
        };
        self.leave(flow).await;
    }

    async fn leave(self, flow: Flow) {
        let (by, code) = match flow {
            Flow::Gone(Some(code)) => ("client", Some(code)),
            Flow::Gone(None) => ("lost", None),
            Flow::Close(code, _) => ("server", Some(code)),
            Flow::Go | Flow::Reset | Flow::HangUp | Flow::Silent => ("server", None),
        };
        self.session.closed(by, code);
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

    fn on_message(&mut self, message: Message) -> Flow {
        match message {
            Message::Text(text) => self.on_text(&text),
            // Old clients send their JSON in binary frames (protocol.md 4).
            Message::Binary(bytes) => match std::str::from_utf8(&bytes) {
                Ok(text) => self.on_text(text),
                Err(_) => self.refuse("the message is not UTF-8"),
            },
            Message::Close(frame) => Flow::Gone(Some(frame.map_or(1005, |f| f.code.into()))),
            // Pongs are answered by the WebSocket layer.
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Flow::Go,
        }
    }

    fn on_text(&mut self, text: &str) -> Flow {
        let envelope = match Envelope::parse(text) {
            Ok(envelope) => envelope,
            Err(refusal) => {
                self.note_received("invalid", text.len());
                self.send_refusal(&refusal);
                return Flow::Go;
            }
        };
        let kind: &str = &envelope.message_type;
        self.note_received(kind, text.len());
        match kind {
            "input_audio_data" => self.on_audio(&envelope),
            "set_task" | "get_task" | "pause_task" | "flush_task" | "interrupt_task" | "tts_task"
            | "end_task" => self.on_command(kind, &envelope),
            _ => self.refuse("unknown message_type"),
        }
    }

    fn has_limits(&self) -> bool {
        self.shared.config.rate_limits && !self.session.faults.no_rate_limits
    }

    fn note_received(&self, kind: &str, size: usize) {
        let kind = crate::log::shown(kind);
        self.session.received(&kind);
        self.shared.log.message(self.session.number, "<-", &kind, size);
    }

    fn refuse(&mut self, why: &str) -> Flow {
        self.send_refusal(&Refusal::new(incoming::MODEL, vec![Problem::new("", why, VALUE)]));
        Flow::Go
    }

    fn on_audio(&mut self, envelope: &Envelope) -> Flow {
        self.audio_messages += 1;
        let faults = &self.session.faults;
        if faults.reset_after_audio.is_some_and(|n| self.audio_messages >= n) {
            return Flow::Reset;
        }
        if faults.close_after_audio.is_some_and(|n| self.audio_messages >= n) {
            return Flow::HangUp;
        }
        match envelope.audio().and_then(|bytes| self.take_audio(&bytes)) {
            Ok(()) => {}
            Err(refusal) => self.send_refusal(&refusal),
        }
        Flow::Go
    }

    fn take_audio(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let Some(task) = &self.task else { return Ok(()) };
        if self.phase != Phase::Running {
            // Audio before the start, in a pause or after the end is dropped (protocol.md 14, rows 13, 20, 26).
            return Ok(());
        }
        let with_header = task.input == InputFormat::Wav && self.first_audio;
        let bytes = if with_header { audio::skip_riff_header(bytes) } else { bytes };
        let frames = audio::mono_frames(bytes, task.channels).ok_or_else(|| {
            let why = format!("not whole frames of {} channels", task.channels);
            incoming::bad_audio(why, VALUE)
        })?;
        let seconds = frames.len() as f64 / f64::from(task.settings.rate);
        let now = Instant::now();
        self.first_audio = false;
        self.last_audio = now;
        self.session.audio(frames.len() as u64);
        if let Some(warning) = self.pacing.audio(now, seconds) {
            self.send(messages::warning(warning));
        }
        let mut out = Vec::new();
        self.engine.feed(&frames, &mut out);
        if self.engine.hears_speech() || !out.is_empty() {
            self.last_speech = now;
        }
        self.deliver(out);
        Ok(())
    }
}

fn unix_seconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64())
}
