//! One connected translation stream: receives messages, runs the timers, sends the engine's output.

mod clock;
mod command;
mod delivery;
mod held;
mod mischief;

use std::collections::HashMap;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::incoming::{self, Envelope};
use super::messages;
use super::pacing::Pacing;
use super::task::{InputFormat, Task};
use crate::audio;
use crate::engine::{Engine, Wake};
use crate::limits;
use crate::streams::{Flow, Link, Talk};
use crate::validation::refusal::{Problem, Refusal, VALUE};
use held::Held;

/// When speech is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// All of a phrase at once, as the hosted service does (protocol.md 5.3).
    #[default]
    Burst,
    /// Each chunk when it is due for playback.
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

/// State of the task.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    NoTask,
    /// Accepted. Starts at this time, or only after polls when there is no time.
    Starting(Option<Instant>),
    Running,
    Paused,
    /// After `end_task`: the marker and the close follow at this time.
    Ending(Instant, Option<&'static str>),
    /// Everything was sent, but a fault keeps the connection open.
    Over,
}

pub struct Stream {
    link: Link,
    engine: Box<dyn Engine>,
    task: Option<Task>,
    phase: Phase,
    pacing: Pacing,
    /// Wall-clock second at which the task started.
    started: f64,
    first_audio: bool,
    last_audio: Instant,
    last_speech: Instant,
    /// Unsuccessful polls so far, for the fault that counts them.
    polls: u32,
    held: Held,
    /// Id of the latest phrase that was spoken in each language.
    last_spoken: HashMap<String, String>,
    commands: limits::Commands,
}

impl Stream {
    pub fn new(link: Link) -> Self {
        let now = Instant::now();
        let engine = link.shared.config.engine.start(Wake::clone(&link.wake));
        Self {
            link,
            engine,
            task: None,
            phase: Phase::NoTask,
            pacing: Pacing::default(),
            started: unix_seconds(),
            first_audio: true,
            last_audio: now,
            last_speech: now,
            polls: 0,
            held: Held::default(),
            last_spoken: HashMap::new(),
            commands: limits::Commands::default(),
        }
    }

    fn on_text(&mut self, text: &str) -> Flow {
        let envelope = match Envelope::parse(text) {
            Ok(envelope) => envelope,
            Err(refusal) => {
                self.link.note_received("invalid", text.len());
                self.send_refusal(&refusal);
                return Flow::Go;
            }
        };
        let kind: &str = &envelope.message_type;
        self.link.note_received(kind, text.len());
        match kind {
            "input_audio_data" => self.on_audio(&envelope),
            "set_task" | "get_task" | "pause_task" | "flush_task" | "interrupt_task" | "tts_task"
            | "end_task" => self.on_command(kind, &envelope),
            _ => self.refuse("unknown message_type"),
        }
    }

    fn refuse(&mut self, why: &str) -> Flow {
        self.send_refusal(&Refusal::new(incoming::MODEL, vec![Problem::new("", why, VALUE)]));
        Flow::Go
    }

    fn on_audio(&mut self, envelope: &Envelope) -> Flow {
        let flow = self.link.note_audio_message();
        if !matches!(flow, Flow::Go) {
            return flow;
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
        self.link.seat.tally.audio(bytes);
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
        self.link.session.audio(frames.len() as u64);
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

impl Talk for Stream {
    fn link(&mut self) -> &mut Link {
        &mut self.link
    }

    fn into_link(self) -> Link {
        self.link
    }

    fn next_event(&self) -> Option<Instant> {
        self.next_due()
    }

    fn on_time(&mut self, now: Instant) -> Flow {
        self.when_due(now)
    }

    fn on_wake(&mut self) -> Flow {
        self.collect()
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
}

fn unix_seconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64())
}
