//! What comes in on a stream and what it means (protocol.md 5): messages become events, and the end is judged.

use tokio::time::Instant;

use super::answers::Refused;
use super::commands::Commands;
use super::readiness::{self, Verdict};
use crate::audio::format::OUTPUT;
use crate::error::{Error, Result, Status};
use crate::event::{Event, EventKind, Texts, flag};
use crate::lock::lock;
use crate::memory;
use crate::net::websocket::Incoming;
use crate::session::handle::stats::Counters;
use crate::session::output::Speech;
use crate::session::stream::carry::{Carry, HALF_DROPPED};
use crate::session::stream::deadlines::Deadlines;
use crate::session::stream::farewell::{closed_by_the_server, not_ours};
use crate::session::stream::phrases::Phrases;
use crate::session::stream::turn::Listen;
use crate::session::{Phase, Session};
use crate::wire::envelope::is_retriable;
use crate::wire::translation::incoming::{self, BadAudio, Message};
use crate::wire::translation::task;

/// A close that ends a conversation as it should (RFC 6455 section 7.4.1).
const NORMAL_CLOSURE: u16 = 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The task has to be sent.
    Fresh,
    /// The task was sent; the service has not said that it runs.
    Preparing,
    Live,
    /// `end_task` was sent.
    Ending,
    /// The service said that nothing follows.
    Over,
}

pub struct Dialogue<'a> {
    session: &'a Session,
    pub stage: Stage,
    pub deadlines: Deadlines,
    pub commands: Commands,
    utterances: Phrases,
    /// What chunks ended with in the middle of a sample.
    halves: Carry<Spoken, u8>,
    /// The service's last complaint: it explains a close that follows.
    complaint: Option<(String, String)>,
    failure: Option<Error>,
    /// When the first chunk went out.
    pub first_chunk: Option<Instant>,
    /// The message that is being read, for those who want it with its events; empty between messages.
    source: String,
}

impl Listen for Dialogue<'_> {
    /// What a message leads to shows in `settle`.
    fn take(&mut self, incoming: Incoming<'_>) {
        if self.failure.is_some() {
            return;
        }
        match incoming {
            Incoming::Text(frame) => self.read(frame, true),
            // JSON is JSON, whichever frame it comes in.
            Incoming::Binary(frame) => self.read(frame, false),
            Incoming::Ping(_) | Incoming::Pong(_) | Incoming::Close(..) => {}
        }
    }
}

/// What is spoken as one: its chunks follow one another without a seam.
struct Spoken {
    language: String,
    id: String,
    part: u32,
}

impl Spoken {
    fn of(audio: &incoming::Audio<'_>) -> Spoken {
        Spoken { language: audio.language.to_string(), id: audio.id.to_string(), part: audio.part }
    }

    fn is_of(&self, audio: &incoming::Audio<'_>) -> bool {
        self.id == *audio.id && self.part == audio.part && self.language.eq_ignore_ascii_case(&audio.language)
    }
}

impl<'a> Dialogue<'a> {
    pub fn new(session: &'a Session, deadlines: Deadlines, commands: Commands) -> Dialogue<'a> {
        Dialogue {
            session,
            stage: Stage::Fresh,
            deadlines,
            commands,
            utterances: Phrases::default(),
            halves: Carry::default(),
            complaint: None,
            failure: None,
            first_chunk: None,
            source: String::new(),
        }
    }

    /// Tells of the events that a turn brought: of all of them at once.
    pub fn settle(&mut self) -> Result<()> {
        self.session.events.announce();
        self.failure.take().map_or(Ok(()), Err)
    }

    /// A close is an error unless the stream was over (protocol.md 5.5, 5.6).
    pub fn judge_close(&self, code: u16, reason: &str) -> Result<()> {
        let ended = self.stage == Stage::Over || (self.stage == Stage::Ending && code == NORMAL_CLOSURE);
        if ended {
            return Ok(());
        }
        Err(closed_by_the_server(self.complaint.as_ref(), code, reason))
    }

    pub fn judge_loss(&self, error: Error) -> Result<()> {
        if self.stage == Stage::Over { Ok(()) } else { Err(error) }
    }

    fn read(&mut self, frame: &[u8], must_be_text: bool) {
        let session = self.session;
        let outcome = match incoming::read(frame, |message| {
            self.source = session.source(frame, matches!(message, Message::Audio(_)));
            self.handle(message)
        }) {
            Ok(outcome) => outcome,
            Err(_) if must_be_text => {
                Err(Error::new(Status::Protocol, "the server sent text that is not UTF-8"))
            }
            Err(_) => {
                self.emit(not_ours(frame.len()));
                Ok(())
            }
        };
        self.source.clear();
        if let Err(error) = outcome {
            self.failure = Some(error);
        }
    }

    fn handle(&mut self, message: Message<'_>) -> Result<()> {
        if self.stage == Stage::Preparing {
            match readiness::judge(&message, self.commands.dialect()) {
                Verdict::Ready => self.become_ready(),
                Verdict::Deliver => {}
                Verdict::Drop => {
                    self.commands.told_task(Instant::now());
                    return Ok(());
                }
                Verdict::Fail(error) => return Err(error),
            }
        }
        self.deliver(message);
        Ok(())
    }

    fn become_ready(&mut self) {
        self.stage = Stage::Live;
        self.deadlines.ready();
        // Known before anybody who waited for it can ask.
        Counters::set_once(&self.session.counters.ready_us, self.session.opened.elapsed());
        if let Some(gap) = self.session.gap() {
            lock(gap).begin(Instant::now());
        }
        self.session.life.enter(Phase::Ready);
        self.emit(Event::new(EventKind::Ready));
    }

    fn deliver(&mut self, message: Message<'_>) {
        if matches!(message, Message::Transcript(_) | Message::Audio(_)) {
            self.deadlines.progressed(Instant::now());
        }
        match message {
            Message::Transcript(transcript) => self.deliver_transcript(&transcript),
            Message::Audio(audio) => self.deliver_audio(&audio),
            Message::TaskInfo { json } => self.deliver_task(json),
            Message::TaskStatus(status) => self.deliver_status(&status),
            Message::StreamEnd => {
                self.stage = Stage::Over;
                self.deadlines.stream_ended(Instant::now());
                self.emit(Event::new(EventKind::StreamEnd));
            }
            Message::Error { code, text } => self.deliver_error(code, text),
            Message::Warning { code, text } => self.emit_text(EventKind::Warning, &text, &code),
            Message::Raw { json, queue_level_ms } => {
                if let Some(level) = queue_level_ms {
                    Counters::set(&self.session.counters.server_queue_ms, level);
                }
                self.emit_raw(json);
            }
        }
    }

    fn deliver_transcript(&mut self, transcript: &incoming::Transcript<'_>) {
        let mut event = Event::new(EventKind::Transcript);
        event.utterance = self.utterances.number(&transcript.id);
        event.flags |= if transcript.is_final { flag::FINAL } else { 0 };
        event.flags |= if transcript.is_translation { flag::TRANSLATION } else { 0 };
        event.part = transcript.part;
        if let Some(playout) = &self.session.playout
            && transcript.is_final
            && transcript.is_translation
        {
            playout.announce(&transcript.language, &transcript.id);
        }
        event.texts = Texts::new(&transcript.text, &transcript.language, &transcript.id, "");
        self.emit(event);
    }

    fn deliver_audio(&mut self, audio: &incoming::Audio<'_>) {
        let half = self.halves.take(|phrase| phrase.is_of(audio));
        let (pcm, half) = match self.commands.samples(audio, half) {
            Ok(decoded) => decoded,
            Err(BadAudio::Memory) => {
                return self.emit_error(Status::Limit, "there is no memory for a chunk of audio", "", 0);
            }
            Err(BadAudio::Base64 | BadAudio::Zlib) => {
                return self.emit_error(Status::Protocol, "a chunk of audio could not be decoded", "", 0);
            }
        };
        match half {
            Some(half) if !audio.is_last => self.halves.keep(Spoken::of(audio), half),
            Some(_) => self.session.log(|| HALF_DROPPED.to_owned()),
            None => {}
        }
        self.count_audio(pcm.len());
        let utterance = self.utterances.number(&audio.id);
        let pcm = match &self.session.playout {
            None => pcm,
            Some(playout) => {
                // Copied only for those who want both.
                let copied = if self.session.emits_audio { memory::copy(&pcm) } else { Ok(Vec::new()) };
                let events_pcm = match copied {
                    Ok(copied) => copied,
                    Err(refused) => {
                        self.failure = Some(refused);
                        return;
                    }
                };
                let (id, part, is_last) = (audio.id.to_string(), audio.part, audio.is_last);
                let speech = Speech { utterance, id, part, pcm, is_last };
                playout.add(&audio.language, speech).into_iter().for_each(|event| self.session.emit(event));
                events_pcm
            }
        };
        if !self.session.emits_audio {
            return;
        }
        let mut event = Event::new(EventKind::Audio);
        event.utterance = utterance;
        event.flags = if audio.is_last { flag::LAST_CHUNK } else { 0 };
        event.sample_rate = OUTPUT.sample_rate;
        event.channels = OUTPUT.channels;
        event.pcm = pcm;
        event.part = audio.part;
        event.texts = Texts::new("", &audio.language, &audio.id, "");
        self.emit(event);
    }

    fn count_audio(&self, frames: usize) {
        Counters::add(&self.session.counters.audio_frames_received, frames as u64);
        if let Some(first_chunk) = self.first_chunk.filter(|_| frames > 0) {
            Counters::set_once(&self.session.counters.first_audio_us, first_chunk.elapsed());
        }
    }

    fn deliver_status(&mut self, status: &incoming::TaskStatus) {
        let speak = status.command == "tts_task";
        let mut event = Event::new(if speak { EventKind::SpeakStatus } else { EventKind::TaskStatus });
        event.user_tag = self.commands.acknowledged(status, Instant::now());
        event.utterance = self.utterances.number(&status.id);
        event.flags = if status.status == "paused" { flag::PAUSED } else { 0 };
        event.texts = Texts::new(&status.event, "", &status.id, &status.command);
        self.emit(event);
    }

    fn deliver_task(&mut self, json: &str) {
        let mut event = Event::new(EventKind::TaskInfo);
        event.user_tag = self.commands.told_task(Instant::now());
        event.flags = if task::is_paused(json) { flag::PAUSED } else { 0 };
        event.texts = Texts::new(json, "", "", "");
        self.emit(event);
    }

    fn deliver_error(&mut self, code: String, text: String) {
        match self.commands.refused(&code, &text, Instant::now()) {
            // Said only because we asked too early.
            Refused::OwnPoll => {}
            // The session itself is none the worse for it.
            Refused::Command { user_tag, .. } => {
                self.emit_error(Status::Service, &text, &code, user_tag);
            }
            Refused::Unknown => {
                self.emit_error(Status::Service, &text, &code, 0);
                self.complaint = Some((code, text));
            }
        }
    }

    fn emit_error(&mut self, status: Status, text: &str, service_code: &str, user_tag: u64) {
        let mut event = Event::new(EventKind::Error);
        event.code = status.code();
        event.user_tag = user_tag;
        event.flags = if is_retriable(service_code) { flag::RETRIABLE } else { 0 };
        event.texts = Texts::new(text, "", "", service_code);
        self.emit(event);
    }

    fn emit_text(&mut self, kind: EventKind, text: &str, service_code: &str) {
        let mut event = Event::new(kind);
        event.texts = Texts::new(text, "", "", service_code);
        self.emit(event);
    }

    fn emit_raw(&mut self, json: &str) {
        let texts = Texts::with_json("", "", "", "", json);
        self.session.emit(Event { texts, ..Event::new(EventKind::Raw) });
    }

    fn emit(&mut self, event: Event) {
        self.session.emit_from(event, &self.source);
    }
}
