//! What arrives on a text-to-speech stream and what it means (protocol.md 8.2, 8.3).

use std::sync::Arc;

use tokio::time::Instant;

use super::desk::TtsDesk;
use super::generations::Heard;
use super::options::Setup;
use super::sink::Said;
use crate::error::{Error, Status};
use crate::lock::lock;
use crate::session::stream::carry::{Carry, HALF_DROPPED};
use crate::session::stream::dialogue::{Complaint, Dialogue, Spoken};
use crate::wire::envelope::{NotText, is_retriable};
use crate::wire::tts::Format;
use crate::wire::tts::incoming::{self, Audio, Message};

/// What the last chunk of each generation, by number, left for the next.
type Left = Carry<u64, Vec<u8>>;

pub(super) struct Messages {
    desk: Arc<TtsDesk>,
    language: String,
    format: Format,
    left: Left,
    /// When speech, or an error in its place, last arrived.
    pub last: Instant,
}

impl Messages {
    pub(super) fn new(setup: &Setup, desk: Arc<TtsDesk>) -> Messages {
        let (language, format) = (setup.language.clone(), setup.format);
        Messages { desk, language, format, left: Left::default(), last: Instant::now() }
    }

    pub(super) fn read(&mut self, dialogue: &mut Dialogue, frame: &[u8]) -> Result<(), NotText> {
        incoming::read(frame, |message| {
            dialogue.quote(frame, matches!(message, Message::Audio(_)));
            self.deliver(dialogue, message);
        })
    }

    fn deliver(&mut self, dialogue: &mut Dialogue, message: Message<'_>) {
        match message {
            Message::Audio(audio) => {
                self.last = Instant::now();
                dialogue.deadlines.progressed(self.last);
                self.deliver_audio(dialogue, &audio);
            }
            Message::Error { code, text, generation } => {
                self.last = Instant::now();
                self.deliver_error(dialogue, &code, &text, &generation);
            }
            Message::Warning { code, text } => dialogue.emit_warning(&code, &text),
            Message::Raw { json } => dialogue.emit_raw(json),
        }
    }

    fn deliver_audio(&mut self, dialogue: &mut Dialogue, audio: &Audio<'_>) {
        let heard = lock(&self.desk.generations).heard(&audio.generation, audio.is_last, !audio.is_empty());
        // Late speech of what was cancelled.
        let Some(heard) = heard else { return };
        let said = self.said(dialogue, audio, &heard);
        dialogue.count_audio(said.pcm.len(), self.desk.sample_rate);
        if let Some(sink) = &heard.of.sink {
            sink.add(&said);
            if heard.is_over {
                sink.end(Ok(()));
            }
            return;
        }
        dialogue.deliver_speech(Spoken {
            language: &self.language,
            id: &heard.of.id,
            phrase: heard.of.number,
            part: 0,
            user_tag: heard.of.user_tag,
            sample_rate: self.desk.sample_rate,
            pcm: said.pcm,
            data: said.data,
            is_last: heard.is_over,
        });
        if heard.is_doubtful {
            if let Some(playout) = &dialogue.session.playout {
                playout.loosen(&heard.of.id);
            }
        }
    }

    fn said(&mut self, dialogue: &mut Dialogue, audio: &Audio<'_>, heard: &Heard) -> Said {
        if self.format != Format::Mp3 {
            return Said { pcm: self.samples(dialogue, audio, heard), ..Said::default() };
        }
        let data = audio.bytes().unwrap_or_else(|| {
            complain(dialogue, heard);
            Vec::new()
        });
        Said { data, ..Said::default() }
    }

    /// The samples of a chunk, together with what the last one of its generation left.
    fn samples(&mut self, dialogue: &mut Dialogue, audio: &Audio<'_>, heard: &Heard) -> Vec<i16> {
        let number = heard.of.number;
        let before = self.left.take(|&known| known == number).unwrap_or_default();
        let Some((pcm, left)) = audio.samples(self.format, before) else {
            complain(dialogue, heard);
            return Vec::new();
        };
        match left.is_empty() {
            false if !audio.is_last => self.left.keep(number, left),
            false => dialogue.session.log(|| HALF_DROPPED.to_owned()),
            true => {}
        }
        pcm
    }

    /// An error that names no generation may be about any that is not complete (protocol.md 15 row 18).
    fn deliver_error(&mut self, dialogue: &mut Dialogue, code: &str, text: &str, generation: &str) {
        let failed = lock(&self.desk.generations).fail(generation);
        for known in &failed {
            if let Some(playout) = &dialogue.session.playout {
                playout.loosen(&known.id);
            }
            if let Some(sink) = &known.sink {
                let error = Error::new(Status::Service, format!("{code}: {text}"));
                let error = error.with_service_code(code).with_retriable(is_retriable(code));
                sink.end(Err(dialogue.session.clean(error)));
            }
        }
        let (id, user_tag) = failed.first().map_or((generation, 0), |known| (&*known.id, known.user_tag));
        dialogue.complain(Complaint { text, service_code: code, id, user_tag });
    }
}

fn complain(dialogue: &mut Dialogue, heard: &Heard) {
    let text = "a chunk of audio could not be decoded";
    let (id, user_tag) = (&*heard.of.id, heard.of.user_tag);
    dialogue.emit_error(Status::Protocol, Complaint { text, id, user_tag, service_code: "" });
}
