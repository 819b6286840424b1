//! The faults that add messages: at the start, and after an interrupt.

use super::state::Stream;
use crate::audio::{CHUNK_FRAMES, OUTPUT_RATE};
use crate::engine::{Output, Scope, Text};
use crate::ids::transcription_id;
use crate::s2s::messages;
use crate::s2s::pacing::Warning;
use crate::streams::outgoing::Outgoing;
use crate::streams::socket::Blast;
use serde_json::json;

/// Makes the ids of invented phrases differ from all others.
const FAULT_IDS: u64 = 5;
/// How often each sign of readiness is repeated.
const EXTRA_READY: usize = 3;

impl Stream {
    pub(super) fn mischief_at_start(&mut self) {
        if self.link.session.faults.extra_ready {
            self.extra_ready();
        }
        if self.link.session.faults.pacing_warning {
            for warning in [Warning::TooFast, Warning::TooSlow, Warning::Stalled] {
                self.send(messages::warning(warning));
            }
        }
        if let Some(bytes) = self.link.session.faults.huge_message {
            self.huge_message(bytes);
        }
        if self.link.session.faults.invalid_utf8 {
            self.link.send_invalid_utf8();
        }
        if let Some(seconds) = self.link.session.faults.burst {
            self.burst(seconds);
        }
        if let Some(count) = self.link.session.faults.blast {
            self.blast(count);
        }
    }

    fn targets(&self) -> Vec<String> {
        let targets = self.task.iter().flat_map(|t| &t.settings.targets);
        targets.map(|t| t.language.clone()).collect()
    }

    fn extra_ready(&mut self) {
        for _ in 0..EXTRA_READY {
            self.send(messages::task_status("set_task", "started", false, None));
            if let Some(task) = &self.task {
                let message = messages::current_task(&task.raw, false);
                self.send(message);
            }
        }
    }

    fn huge_message(&mut self, bytes: usize) {
        let text = "x".repeat(bytes);
        let transcription =
            json!({"transcription_id": transcription_id(FAULT_IDS, 1), "language": "en", "text": text});
        let data = json!({"transcription": transcription});
        self.send(Outgoing::new("partial_transcription", data));
    }

    /// A phrase that was never spoken, with all its speech at once.
    fn burst(&mut self, seconds: usize) {
        let id = transcription_id(FAULT_IDS, 2);
        let text = |language: &str| Text {
            id: id.clone(),
            language: language.to_owned(),
            text: format!("burst of {seconds} s"),
            start: 0.0,
            end: 0.1,
        };
        let source = self.task.as_ref().map(|t| t.settings.source.clone()).unwrap_or_default();
        let mut outputs = vec![Output::Validated(text(&source))];
        let targets = self.targets();
        outputs.extend(targets.iter().map(|target| Output::Translation(text(target))));
        let speech = |target: String| Output::Speech {
            id: id.clone(),
            language: target,
            frames: hum(seconds * OUTPUT_RATE as usize),
        };
        outputs.extend(targets.into_iter().map(speech));
        self.deliver(outputs);
    }

    fn blast(&mut self, count: u32) {
        let (Some(language), Some(packing)) = (self.targets().into_iter().next(), self.packing()) else {
            return;
        };
        let chunk = messages::chunk("", &language, &hum(CHUNK_FRAMES), &packing, None);
        self.link.socket.blast(Blast::new(chunk.into_text(false), count));
    }

    /// Speech of the old phrase that the interrupt should have stopped.
    pub(super) fn late_chunks(&mut self, scope: &Scope) {
        let (Some(length), Some(packing)) = (self.link.session.faults.late_chunks, self.packing()) else {
            return;
        };
        let frames = hum((length.as_secs_f64() * f64::from(OUTPUT_RATE)) as usize);
        let concerned = |language: &String| match scope {
            Scope::All => true,
            Scope::Languages(list) => list.contains(language),
        };
        for language in self.targets().into_iter().filter(concerned) {
            let made_up = || transcription_id(FAULT_IDS, 3);
            let id = self.last_spoken.get(&language).cloned().unwrap_or_else(made_up);
            for part in frames.chunks(CHUNK_FRAMES) {
                self.send_now(messages::chunk(&id, &language, part, &packing, None));
            }
        }
    }
}

/// A quiet tone.
fn hum(frames: usize) -> Vec<i16> {
    let step = std::f64::consts::TAU * 200.0 / f64::from(OUTPUT_RATE);
    (0..frames).map(|n| ((n as f64 * step).sin() * 3000.0) as i16).collect()
}
