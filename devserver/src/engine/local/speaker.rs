//! Speaks the texts of text-to-speech streams.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::stages::Local;
use crate::engine::Wake;
use crate::engine::speaker::{Speaker, Speech, Utterance};

/// At a speed of 0 a text would never end.
const SLOWEST: f64 = 0.1;

pub struct Voices {
    pub local: Arc<Local>,
    pub wake: Wake,
}

impl Speaker for Voices {
    fn speak(&mut self, utterance: &Utterance) -> Speech {
        let (local, wake, utterance) = (Arc::clone(&self.local), Arc::clone(&self.wake), utterance.clone());
        let (mut done, coming) = oneshot::channel();
        tokio::spawn(async move {
            let Utterance { text, language, voice, speed, rate } = utterance;
            let speech = local.speak(&text, &language, &voice, speed.max(SLOWEST), rate);
            // A text that was cancelled is not waited for.
            let speech = tokio::select! {
                speech = speech => speech,
                () = done.closed() => return,
            };
            let _ = done.send(speech);
            wake.notify_one();
        });
        Speech::Coming(coming)
    }
}
