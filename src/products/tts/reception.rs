//! What comes in on a text-to-speech stream and what it means (protocol.md 8.2, 8.3).

use tokio::time::Instant;

use super::generations::Heard;
use super::{Plan, Tts};
use crate::error::{Error, Result, Status};
use crate::event::{Event, EventKind, Texts, flag};
use crate::lock::lock;
use crate::net::websocket::Incoming;
use crate::session::Session;
use crate::session::handle::stats::Counters;
use crate::session::output::Speech;
use crate::session::stream::carry::{Carry, HALF_DROPPED};
use crate::session::stream::deadlines::Deadlines;
use crate::session::stream::farewell::{closed_by_the_server, not_ours};
use crate::session::stream::turn::Listen;
use crate::wire::envelope::is_retriable;
use crate::wire::tts::incoming::{self, Audio, Message};

pub struct Reception<'a> {
    session: &'a Session,
    tts: &'a Tts,
    plan: &'a Plan,
    pub deadlines: Deadlines,
    /// The service's last complaint: it explains a close that follows.
    complaint: Option<(String, String)>,
    failure: Option<Error>,
    /// What the last chunk of a generation, by its number, left for the next.
    carried: Carry<u64, Vec<u8>>,
    /// When speech, or an error in its place, came last.
    pub last_message: Instant,
    /// When the first text went out.
    pub first_text: Option<Instant>,
    /// Goodbye was said: a close is no surprise.
    pub is_leaving: bool,
    /// The message that is being read, for those who want it with its events; empty between messages.
    source: String,
}

impl Listen for Reception<'_> {
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

impl<'a> Reception<'a> {
    pub fn new(session: &'a Session, tts: &'a Tts, plan: &'a Plan, deadlines: Deadlines) -> Reception<'a> {
        Reception {
            session,
            tts,
            plan,
            deadlines,
            complaint: None,
            failure: None,
            carried: Carry::default(),
            last_message: Instant::now(),
            first_text: None,
            source: String::new(),
            is_leaving: false,
        }
    }

    /// Tells of the events that a turn brought: of all of them at once.
    pub fn settle(&mut self) -> Result<()> {
        self.session.events.announce();
        self.failure.take().map_or(Ok(()), Err)
    }

    pub fn judge_close(&self, code: u16, reason: &str) -> Result<()> {
        if self.is_leaving {
            return Ok(());
        }
        Err(closed_by_the_server(self.complaint.as_ref(), code, reason))
    }

    pub fn judge_loss(&self, error: Error) -> Result<()> {
        if self.is_leaving { Ok(()) } else { Err(error) }
    }

    pub fn emit(&mut self, event: Event) {
        self.session.emit_from(event, &self.source);
    }

    fn read(&mut self, frame: &[u8], must_be_text: bool) {
        let session = self.session;
        let read = incoming::read(frame, |message| {
            self.source = session.source(frame, matches!(message, Message::Audio(_)));
            self.deliver(message);
        });
        self.source.clear();
        if read.is_ok() {
            return;
        }
        if must_be_text {
            self.failure = Some(Error::new(Status::Protocol, "the server sent text that is not UTF-8"));
        } else {
            self.emit(not_ours(frame.len()));
        }
    }

    fn deliver(&mut self, message: Message<'_>) {
        match message {
            Message::Audio(audio) => {
                self.last_message = Instant::now();
                self.deadlines.progressed(self.last_message);
                self.deliver_audio(&audio);
            }
            Message::Error { code, text, generation } => {
                self.last_message = Instant::now();
                self.deliver_error(code, &text, &generation);
            }
            Message::Warning { code, text } => self.emit_text(EventKind::Warning, &text, &code),
            Message::Raw { json } => {
                let texts = Texts::with_json("", "", "", "", json);
                self.session.emit(Event { texts, ..Event::new(EventKind::Raw) });
            }
        }
    }

    fn deliver_audio(&mut self, audio: &Audio<'_>) {
        let heard = lock(&self.tts.generations).heard(&audio.generation, audio.is_last, !audio.is_empty());
        // Late speech of what was cancelled.
        let Some(heard) = heard else { return };
        let before = self.carried.take(|&number| number == heard.of.number).unwrap_or_default();
        let (pcm, left) = audio.samples(self.plan.format, before).unwrap_or_else(|| {
            let text = "a chunk of audio could not be decoded";
            self.emit_error((Status::Protocol, text), "", (&heard.of.id, heard.of.user_tag));
            Default::default()
        });
        match left.is_empty() {
            false if !audio.is_last => self.carried.keep(heard.of.number, left),
            false => self.session.log(|| HALF_DROPPED.to_owned()),
            true => {}
        }
        self.count_audio(pcm.len());
        if let Some(sink) = &heard.of.sink {
            sink.add(&pcm);
            if heard.is_over {
                sink.end(Ok(()));
            }
            return;
        }
        let pcm = self.play(&heard, pcm);
        if !self.session.emits_audio {
            return;
        }
        let mut event = Event::new(EventKind::Audio);
        event.utterance = heard.of.number;
        event.user_tag = heard.of.user_tag;
        event.flags = if heard.is_over { flag::LAST_CHUNK } else { 0 };
        event.sample_rate = self.plan.sample_rate;
        event.channels = 1;
        event.pcm = pcm;
        event.texts = Texts::new("", &self.plan.language, &heard.of.id, "");
        self.emit(event);
    }

    /// Gives the speech to those who read it, and what is for the event back.
    fn play(&mut self, heard: &Heard, pcm: Vec<i16>) -> Vec<i16> {
        let Some(playout) = &self.session.playout else { return pcm };
        // Copied only for those who want both.
        let events_pcm = if self.session.emits_audio { pcm.clone() } else { Vec::new() };
        let id = heard.of.id.to_string();
        let speech = Speech { utterance: heard.of.number, id, part: 0, pcm, is_last: heard.is_over };
        playout.add(&self.plan.language, speech).into_iter().for_each(|event| self.session.emit(event));
        if heard.is_doubtful {
            playout.loosen(&heard.of.id);
        }
        events_pcm
    }

    fn count_audio(&self, frames: usize) {
        Counters::add(&self.session.counters.audio_frames_received, frames as u64);
        if let Some(first_text) = self.first_text.filter(|_| frames > 0) {
            Counters::set_once(&self.session.counters.first_audio_us, first_text.elapsed());
        }
    }

    /// An error that names no generation may be about any that is not complete (protocol.md 15 row 18).
    fn deliver_error(&mut self, code: String, text: &str, generation: &str) {
        let failed = lock(&self.tts.generations).fail(generation);
        for known in &failed {
            if let Some(playout) = &self.session.playout {
                playout.loosen(&known.id);
            }
            if let Some(sink) = &known.sink {
                let error = Error::new(Status::Service, format!("{code}: {text}"));
                let error = error.with_service_code(code.as_str());
                sink.end(Err(self.session.clean(error.with_retriable(is_retriable(&code)))));
            }
        }
        let oldest = failed.first().map_or((generation, 0), |known| (&*known.id, known.user_tag));
        self.emit_error((Status::Service, text), &code, oldest);
        self.complaint = Some((code, text.to_owned()));
    }

    fn emit_error(
        &mut self,
        (status, text): (Status, &str),
        service_code: &str,
        (id, user_tag): (&str, u64),
    ) {
        let mut event = Event::new(EventKind::Error);
        event.code = status.code();
        event.user_tag = user_tag;
        event.flags = if is_retriable(service_code) { flag::RETRIABLE } else { 0 };
        event.texts = Texts::new(text, "", id, service_code);
        self.emit(event);
    }

    fn emit_text(&mut self, kind: EventKind, text: &str, service_code: &str) {
        let mut event = Event::new(kind);
        event.texts = Texts::new(text, "", "", service_code);
        self.emit(event);
    }
}
