//! What leaves a stream: acknowledgements and what the engine says.

use serde_json::json;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::super::messages::{self, Outgoing};
use super::super::payload::Packing;
use super::super::refusal::{self, Refusal};
use super::super::task::Output as OutputFormat;
use super::{Delivery, Phase, Stream, unix_seconds};
use crate::engine::{Level, Output};

impl Stream {
    pub(super) fn acknowledge(&mut self, command: &str, event: &str, id: Option<&str>) {
        if !self.shared.config.dialect.acknowledges() {
            return;
        }
        let message = messages::task_status(command, event, self.phase == Phase::Paused, id);
        match self.session.faults.late_ack {
            Some(delay) => self.held.hold(Instant::now() + delay, message),
            None => self.send(message),
        }
    }

    pub(super) fn send_due(&mut self, now: Instant) {
        for message in self.held.due(now) {
            self.send_now(message);
        }
    }

    /// How speech is packed under the present task; `None` when there is to be none.
    pub(super) fn packing(&self) -> Option<Packing> {
        match self.task.as_ref()?.output {
            OutputFormat::None => None,
            format => Some(Packing::new(format == OutputFormat::Zlib, &self.session.faults)),
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
                let levels = task.settings.targets.iter().map(|t| (t.language.clone(), Level::empty()));
                vec![
                    messages::pipeline_timings(&id, messages::usual_timings()),
                    messages::tts_buffer_stats(unix_seconds(), &levels.collect()),
                ]
            }
            Output::Timings { id, timings } => vec![messages::pipeline_timings(&id, timings)],
            Output::Queue { levels, bare: false } => {
                vec![messages::tts_buffer_stats(unix_seconds(), &levels)]
            }
            // What has no type cannot be asked for or forbidden.
            Output::Queue { levels, bare: true } => return vec![messages::queue_levels(&levels)],
            Output::Speech { id, language, frames } => {
                let Some(packing) = self.packing() else { return Vec::new() };
                let frames = frames.repeat(self.session.faults.speed.unwrap_or(1));
                return messages::speech(&id, &language, &frames, &packing);
            }
        };
        messages.retain(|m| task.allowed.contains(m.kind));
        messages
    }

    /// Sends a message, or lets speech wait until it is to be played.
    pub(super) fn send(&mut self, message: Outgoing) {
        if self.shared.config.delivery == Delivery::Paced
            && let Some(spoken) = message.spoken.clone()
        {
            let now = Instant::now();
            self.held.hold_speech(now, &spoken.language, spoken.length, message);
            self.send_due(now);
        } else {
            self.send_now(message);
        }
    }

    pub(super) fn send_now(&mut self, mut message: Outgoing) {
        let faults = &self.session.faults;
        if faults.garbage {
            let piece = messages::garbage(self.garbage_turn);
            self.garbage_turn += 1;
            self.socket.send(Message::text(piece), None);
        }
        if message.kind == "error"
            && let Some(key) = faults.error_key
        {
            message.rename_text(key);
        }
        let (kind, spoken) = (message.kind, message.spoken.take());
        let language = spoken.map(|spoken| {
            self.last_spoken.insert(spoken.language.clone(), spoken.id);
            spoken.language
        });
        let text = Utf8Bytes::from(message.into_text(faults.double_encode));
        self.shared.log.message(self.session.number, "->", kind, text.len());
        if faults.duplicate_frames {
            self.socket.send(Message::Text(text.clone()), language.clone());
        }
        self.socket.send(Message::Text(text), language);
    }

    /// An error whose text is a text; as a list it has one entry (protocol.md 5.6).
    pub(super) fn send_error(&mut self, code: &str, desc: &str) {
        let message = if self.session.faults.desc_list {
            let entry = json!([{"loc": ["data"], "msg": desc, "type": refusal::VALUE}]);
            messages::error(code, entry)
        } else {
            messages::error(code, desc)
        };
        self.send(message);
    }

    pub(super) fn send_refusal(&mut self, refusal: &Refusal) {
        let as_list = self.session.faults.desc_list;
        let desc = if as_list { refusal.list() } else { refusal.text().into() };
        self.send(messages::error("VALIDATION_ERROR", desc));
    }
}
