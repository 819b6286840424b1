//! What leaves a stream: acknowledgements and what the engine says.

use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::super::messages::{self, Outgoing};
use super::super::task::Output as OutputFormat;
use super::{Phase, Stream, unix_seconds};
use crate::engine::Output;

impl Stream {
    pub(super) fn acknowledge(&mut self, command: &str, event: &str, id: Option<&str>) {
        if !self.shared.config.dialect.acknowledges() {
            return;
        }
        let message = messages::task_status(command, event, self.phase == Phase::Paused, id);
        match self.session.faults.late_ack {
            Some(delay) => self.late.push((Instant::now() + delay, message)),
            None => self.send(message),
        }
    }

    pub(super) fn send_late(&mut self, now: Instant) {
        let (due, later) = std::mem::take(&mut self.late).into_iter().partition(|(at, _)| *at <= now);
        self.late = later;
        let due: Vec<(Instant, Outgoing)> = due;
        for (_, message) in due {
            self.send(message);
        }
    }

    /// Puts what the engine said into messages, as far as the task wants them.
    pub(super) fn deliver(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            for message in self.worded(output) {
                self.send(message);
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
                let languages = task.settings.targets.iter().map(|t| t.language.as_str());
                vec![messages::pipeline_timings(&id), messages::tts_buffer_stats(unix_seconds(), languages)]
            }
            Output::Speech { id, language, frames } => {
                return match task.output {
                    OutputFormat::None => Vec::new(),
                    format => messages::speech(&id, &language, &frames, format == OutputFormat::Zlib),
                };
            }
        };
        messages.retain(|m| task.allowed.contains(m.kind));
        messages
    }

    pub(super) fn send(&mut self, message: Outgoing) {
        let faults = &self.session.faults;
        if faults.garbage {
            let piece = messages::garbage(self.garbage_turn);
            self.garbage_turn += 1;
            self.socket.send(Message::text(piece), None);
        }
        let (kind, language) = (message.kind, message.language.clone());
        let text = message.into_text(faults.double_encode);
        self.shared.log.message(self.session.number, "->", kind, text.len());
        self.socket.send(Message::text(text), language);
    }
}
