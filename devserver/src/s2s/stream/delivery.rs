//! What a stream sends: acknowledgements and the output of the engine.

use tokio::time::Instant;

use super::state::{Phase, Stream};
use crate::config::Delivery;
use crate::engine::{Level, Output};
use crate::s2s::messages;
use crate::s2s::task::Output as OutputFormat;
use crate::streams::Flow;
use crate::streams::outgoing::Outgoing;
use crate::streams::payload::Packing;
use crate::time;
use crate::world::unix_time;

impl Stream {
    pub(super) fn acknowledge(&mut self, command: &str, event: &str, id: Option<&str>) {
        if !self.link.shared.config.dialect.acknowledges() {
            return;
        }
        let message = messages::task_status(command, event, self.phase == Phase::Paused, id);
        match self.link.session.faults.late_ack {
            Some(delay) => self.held.hold(time::now() + delay, message),
            None => self.send(message),
        }
    }

    pub(super) fn send_due(&mut self, now: Instant) {
        for message in self.held.due(now) {
            self.send_now(message);
        }
    }

    /// How speech is packed under the present task; `None` when the task has none.
    pub(super) fn packing(&self) -> Option<Packing> {
        match self.task.as_ref()?.output {
            OutputFormat::None => None,
            format => Some(Packing::new(format == OutputFormat::Zlib, &self.link.session.faults)),
        }
    }

    /// Turns the engine's output into messages, filtered by the task.
    pub(super) fn deliver(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            for message in self.worded(output) {
                self.send(message);
            }
        }
    }

    /// Sends what the engine has ready. An engine that cannot continue ends the stream.
    pub(super) fn collect(&mut self) -> Flow {
        let mut out = Vec::new();
        let collected = self.engine.collect(&mut out);
        if self.engine.hears_speech() {
            self.last_speech = time::now();
        }
        self.deliver(out);
        match collected {
            Ok(()) => Flow::Go,
            Err(failure) => {
                self.link.send_error(failure.code, &failure.desc);
                Flow::Close(failure.close, "see the error")
            }
        }
    }

    pub(super) fn worded(&self, output: Output) -> Vec<Outgoing> {
        let Some(task) = &self.task else { return Vec::new() };
        let text = |kind, text| vec![messages::transcription(kind, &text, self.started)];
        let mut messages = match output {
            Output::Partial(t) => text("partial_transcription", t),
            Output::PartialTranslation(t) => text("partial_translated_transcription", t),
            Output::Validated(t) => text("validated_transcription", t),
            Output::Translation(t) => text("translated_transcription", t),
            Output::Done { id } => {
                let levels = task.settings.targets.iter().map(|t| (t.language.clone(), Level::empty()));
                vec![
                    messages::pipeline_timings(&id, messages::usual_timings()),
                    messages::tts_buffer_stats(unix_time(), &levels.collect()),
                ]
            }
            Output::Timings { id, timings } => vec![messages::pipeline_timings(&id, timings)],
            Output::Queue { levels, bare: false } => {
                vec![messages::tts_buffer_stats(unix_time(), &levels)]
            }
            // A message without a type cannot be filtered.
            Output::Queue { levels, bare: true } => return vec![messages::queue_levels(&levels)],
            Output::Speech { id, language, frames } => {
                let Some(packing) = self.packing() else { return Vec::new() };
                let frames = frames.repeat(self.link.session.faults.speed.unwrap_or(1));
                return messages::speech(&id, &language, &frames, &packing);
            }
        };
        messages.retain(|m| task.allowed.contains(m.kind));
        messages
    }

    /// Sends a message, or holds speech until it is due.
    pub(super) fn send(&mut self, message: Outgoing) {
        if self.link.shared.config.delivery == Delivery::Paced
            && let Some(spoken) = message.spoken.clone()
        {
            let now = time::now();
            self.held.hold_speech(now, &spoken.language, spoken.length, message);
            self.send_due(now);
        } else {
            self.send_now(message);
        }
    }

    pub(super) fn send_now(&mut self, mut message: Outgoing) {
        let language = message.spoken.take().map(|spoken| {
            self.last_spoken.insert(spoken.language.clone(), spoken.id);
            spoken.language
        });
        self.link.send(message, language);
    }
}
