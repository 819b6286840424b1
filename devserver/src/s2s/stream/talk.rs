//! Handles the messages of a client on a translation stream.

use tokio::time::Instant;

use super::state::{Phase, Stream};
use crate::audio;
use crate::s2s::incoming::{self, Envelope};
use crate::s2s::messages;
use crate::s2s::task::InputFormat;
use crate::streams::{Flow, Link, Talk, json_of};
use crate::time;
use crate::validation::refusal::{Problem, Refusal, VALUE};

impl Stream {
    fn refuse(&mut self, why: &str) -> Flow {
        self.link.refuse(&Refusal::new(incoming::MODEL, vec![Problem::new("", why, VALUE)]))
    }

    fn on_audio(&mut self, envelope: &Envelope) -> Flow {
        let flow = self.link.note_audio_message();
        if !matches!(flow, Flow::Go) {
            return flow;
        }
        match envelope.audio().and_then(|bytes| self.take_audio(&bytes)) {
            Ok(()) => Flow::Go,
            Err(refusal) => self.link.refuse(&refusal),
        }
    }

    fn take_audio(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let Some(task) = &self.task else { return Ok(()) };
        let is_heard = self.phase == Phase::Running;
        if is_heard {
            self.link.seat.tally.audio(bytes);
        }
        let with_header = task.input == InputFormat::Wav && self.first_audio;
        let bytes = if with_header { audio::skip_riff_header(bytes) } else { bytes };
        let frames = audio::mono_frames(bytes, task.channels);
        if !is_heard {
            // Audio before the start, in a pause or after the end is dropped (protocol.md 14, rows 13, 20, 26).
            self.engine.pass(&frames.unwrap_or_default());
            return Ok(());
        }
        let frames = frames.ok_or_else(|| {
            let why = format!("not whole frames of {} channels", task.channels);
            incoming::bad_audio(why, VALUE)
        })?;
        let seconds = frames.len() as f64 / f64::from(task.settings.rate);
        let now = time::now();
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

    fn on_text(&mut self, text: &str) -> Flow {
        let envelope = match Envelope::parse(text) {
            Ok(envelope) => envelope,
            Err(refusal) => {
                self.link.note_received("invalid", text.len());
                return self.link.refuse(&refusal);
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

    fn on_binary(&mut self, bytes: &[u8]) -> Flow {
        match json_of(bytes) {
            Ok(text) => self.on_text(text),
            Err(why) => self.refuse(why),
        }
    }
}
