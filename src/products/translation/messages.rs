//! What arrives on the stream of a translation and what it means (protocol.md 5): messages become events.

use tokio::time::Instant;

use super::answers::Refused;
use super::commands::Commands;
use super::options::Setup;
use super::readiness::{self, Verdict};
use super::settled::Settled;
use crate::audio::format::OUTPUT;
use crate::error::Status;
use crate::event::{Event, EventKind, Texts, flag};
use crate::net::websocket::too_large;
use crate::session::handle::stats::Counters;
use crate::session::stream::carry::{Carry, HALF_DROPPED};
use crate::session::stream::dialogue::{Complaint, Dialogue, Spoken};
use crate::wire::envelope::NotText;
use crate::wire::translation::incoming::{self, Audio, BadAudio, Message};
use crate::wire::translation::task;

/// Incomplete samples at the end of chunks.
type Halves = Carry<Phrase, u8>;

/// Phrases: the chunks of one follow each other without a seam.
struct Phrase {
    language: String,
    id: String,
    part: u32,
}

impl Phrase {
    fn of(audio: &Audio<'_>) -> Phrase {
        Phrase { language: audio.language.to_string(), id: audio.id.to_string(), part: audio.part }
    }

    fn is_of(&self, audio: &Audio<'_>) -> bool {
        self.id == *audio.id && self.part == audio.part && self.language.eq_ignore_ascii_case(&audio.language)
    }
}

pub(super) struct Messages {
    pub commands: Commands,
    pub settled: Settled,
    halves: Halves,
}

impl Messages {
    pub(super) fn new(setup: &Setup) -> Messages {
        Messages { commands: Commands::new(setup), settled: Settled::default(), halves: Halves::default() }
    }

    pub(super) fn read(&mut self, dialogue: &mut Dialogue, frame: &[u8]) -> Result<(), NotText> {
        incoming::read(frame, |message| {
            dialogue.quote(frame, matches!(message, Message::Audio(_)));
            self.handle(dialogue, message);
        })
    }

    fn handle(&mut self, dialogue: &mut Dialogue, message: Message<'_>) {
        if dialogue.deadlines.stage().is_preparing() {
            match readiness::judge(&message, self.commands.dialect(), self.commands.is_polling()) {
                Verdict::Ready => dialogue.become_ready(),
                Verdict::Deliver => {}
                Verdict::Drop => {
                    self.commands.told_task(dialogue.deadlines.heard_until());
                    return;
                }
                Verdict::Fail(error) => return dialogue.fail(error),
            }
        }
        self.deliver(dialogue, message);
    }

    fn deliver(&mut self, dialogue: &mut Dialogue, message: Message<'_>) {
        match message {
            Message::Transcript(transcript) => self.deliver_transcript(dialogue, &transcript),
            Message::Audio(audio) => self.deliver_audio(dialogue, &audio),
            Message::TaskInfo { json } => self.deliver_task(dialogue, json),
            Message::TaskStatus(status) => self.deliver_status(dialogue, &status),
            // One that says so again and again is left all the same.
            Message::StreamEnd if dialogue.deadlines.stage().is_over() => {}
            Message::StreamEnd => {
                dialogue.deadlines.stream_ended(Instant::now());
                dialogue.emit(Event::new(EventKind::StreamEnd));
            }
            Message::Error { code, text } => self.deliver_error(dialogue, &code, &text),
            Message::Warning { code, text } => dialogue.emit_warning(&code, &text),
            Message::Raw { json, queue_level_ms } => {
                if let Some(level) = queue_level_ms {
                    Counters::set(&dialogue.session.counters.server_queue_ms, level);
                }
                dialogue.emit_raw(json);
            }
        }
    }

    fn deliver_audio(&mut self, dialogue: &mut Dialogue, audio: &Audio<'_>) {
        dialogue.deadlines.progressed(Instant::now());
        let Some(pcm) = self.samples(dialogue, audio) else { return };
        dialogue.count_audio(pcm.len(), OUTPUT.sample_rate);
        let phrase = dialogue.number(&audio.id);
        self.settled.settle(phrase);
        let spoken = Spoken {
            language: &audio.language,
            id: &audio.id,
            phrase,
            part: audio.part,
            user_tag: 0,
            sample_rate: OUTPUT.sample_rate,
            pcm,
            data: Vec::new(),
            is_last: audio.is_last,
        };
        dialogue.deliver_speech(spoken);
    }

    /// The samples of a chunk, together with what the last one of its phrase left.
    fn samples(&mut self, dialogue: &mut Dialogue, audio: &Audio<'_>) -> Option<Vec<i16>> {
        let half = self.halves.take(|phrase| phrase.is_of(audio));
        let most = dialogue.session.message_bytes;
        let (pcm, half) = match self.commands.samples(audio, half, most) {
            Ok(decoded) => decoded,
            Err(bad) => {
                let (status, text) = match bad {
                    BadAudio::TooLong => {
                        dialogue.fail(too_large(most));
                        return None;
                    }
                    BadAudio::Memory => (Status::Limit, "there is no memory for a chunk of audio"),
                    BadAudio::Base64 | BadAudio::Zlib => {
                        (Status::Protocol, "a chunk of audio could not be decoded")
                    }
                };
                dialogue.emit_error(status, Complaint { text, ..Complaint::default() });
                return None;
            }
        };
        match half {
            Some(half) if !audio.is_last => self.halves.keep(Phrase::of(audio), half),
            Some(_) => dialogue.session.log(|| HALF_DROPPED.to_owned()),
            None => {}
        }
        Some(pcm)
    }

    fn deliver_status(&mut self, dialogue: &mut Dialogue, status: &incoming::TaskStatus) {
        let speak = status.command == "tts_task";
        let mut event = Event::new(if speak { EventKind::SpeakStatus } else { EventKind::TaskStatus });
        event.user_tag = self.commands.acknowledged(status, dialogue.deadlines.heard_until());
        event.phrase = dialogue.number(&status.id);
        event.flags = if status.status == "paused" { flag::PAUSED } else { 0 };
        event.texts = Texts::new(&status.event, "", &status.id, &status.command);
        dialogue.emit(event);
    }

    fn deliver_task(&mut self, dialogue: &mut Dialogue, json: &str) {
        let mut event = Event::new(EventKind::TaskInfo);
        event.user_tag = self.commands.told_task(dialogue.deadlines.heard_until());
        event.flags = if task::is_paused(json) { flag::PAUSED } else { 0 };
        event.texts = Texts::new(json, "", "", "");
        dialogue.emit(event);
    }

    fn deliver_error(&mut self, dialogue: &mut Dialogue, code: &str, text: &str) {
        let complaint = Complaint { text, service_code: code, ..Complaint::default() };
        match self.commands.refused(code, text, dialogue.deadlines.heard_until()) {
            // Sent only because the session asked too early.
            Refused::OwnPoll => {}
            // The session itself is not affected.
            Refused::Command { user_tag, .. } => {
                dialogue.emit_error(Status::Service, Complaint { user_tag, ..complaint });
            }
            Refused::Unknown => dialogue.complain(complaint),
        }
    }

    fn deliver_transcript(&mut self, dialogue: &mut Dialogue, transcript: &incoming::Transcript<'_>) {
        dialogue.deadlines.progressed(Instant::now());
        let mut event = Event::new(EventKind::Transcript);
        event.phrase = dialogue.number(&transcript.id);
        self.note_place(event.phrase, transcript);
        event.flags |= if transcript.is_final { flag::FINAL } else { 0 };
        event.flags |= if transcript.is_translation { flag::TRANSLATION } else { 0 };
        event.part = transcript.part;
        event.start_ms = transcript.start_ms;
        event.end_ms = transcript.end_ms;
        if transcript.is_final && transcript.is_translation {
            if let Some(playout) = &dialogue.session.playout {
                playout.announce(&transcript.language, &transcript.id);
            }
        }
        event.texts = Texts::new(&transcript.text, &transcript.language, &transcript.id, "");
        dialogue.emit(event);
    }

    /// Where a phrase is in the stream; one that is final is over.
    fn note_place(&mut self, phrase: u64, transcript: &incoming::Transcript<'_>) {
        if let (Some(_), Some(end_ms)) = (transcript.start_ms, transcript.end_ms) {
            self.settled.place(phrase, end_ms);
        }
        if transcript.is_final {
            self.settled.settle(phrase);
        }
    }
}
