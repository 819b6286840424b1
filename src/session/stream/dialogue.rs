//! What arrives on a stream, as far as all products share it: messages become events, and determine the state of the
//! conversation.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::deadlines::Deadlines;
use super::farewell::{ServersClose, closed_by_the_server, not_ours};
use super::phrases::Phrases;
use crate::error::{Error, Result, Status};
use crate::event::{Event, EventKind, Texts, flag};
use crate::memory;
use crate::net::websocket::Incoming;
use crate::session::handle::stats::Counters;
use crate::session::input::Sent;
use crate::session::output::Speech;
use crate::session::{Session, State};
use crate::wire::envelope::{NotText, is_retriable};

pub(crate) struct Dialogue {
    pub session: Arc<Session>,
    pub deadlines: Deadlines,
    phrases: Phrases,
    /// The service's latest error: it explains a close that follows.
    complaint: Option<(String, String)>,
    failure: Option<Error>,
    /// When the first and the last input, or silence in its place, was sent.
    first_input: Option<Instant>,
    last_input: Instant,
    /// The message that is being read, for callers that want it with its events; empty between messages.
    source: String,
}

/// Contents of an ERROR event.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Complaint<'a> {
    pub text: &'a str,
    pub service_code: &'a str,
    pub id: &'a str,
    pub user_tag: u64,
}

/// A piece of speech.
pub(crate) struct Spoken<'a> {
    pub language: &'a str,
    pub id: &'a str,
    pub phrase: u64,
    pub part: u32,
    pub user_tag: u64,
    pub sample_rate: u32,
    pub pcm: Vec<i16>,
    /// Speech in an encoded format, instead of `pcm`; never with playout.
    pub data: Vec<u8>,
    pub is_last: bool,
}

impl Dialogue {
    pub(crate) fn new(session: Arc<Session>, deadlines: Deadlines) -> Dialogue {
        Dialogue {
            phrases: Phrases::of(&session),
            session,
            deadlines,
            complaint: None,
            failure: None,
            first_input: None,
            last_input: Instant::now(),
            source: String::new(),
        }
    }

    /// Handles a message of the service with `read`. `settle` acts on what it leads to.
    pub(crate) fn take(
        &mut self,
        incoming: Incoming<'_>,
        read: impl FnOnce(&mut Dialogue, &[u8]) -> std::result::Result<(), NotText>,
    ) {
        if self.failure.is_some() {
            return;
        }
        let (frame, must_be_text) = match incoming {
            Incoming::Text(frame) => (frame, true),
            // JSON is accepted in both kinds of frames.
            Incoming::Binary(frame) => (frame, false),
            Incoming::Ping(_) | Incoming::Pong(_) | Incoming::Close(..) => return,
        };
        let is_read = read(self, frame).is_ok();
        self.source.clear();
        if is_read {
            return;
        }
        if must_be_text {
            self.fail(Error::new(Status::Protocol, "the server sent text that is not UTF-8"));
        } else {
            self.emit(not_ours(frame.len()));
        }
    }

    /// Announces all events of a turn at once.
    pub(crate) fn settle(&mut self) -> Result<()> {
        self.session.announce();
        self.failure.take().map_or(Ok(()), Err)
    }

    /// The conversation ends with this turn.
    pub(crate) fn fail(&mut self, error: Error) {
        self.failure = Some(error);
    }

    pub(crate) fn become_ready(&mut self) {
        let now = Instant::now();
        self.deadlines.ready();
        // Set before a waiting caller can read it.
        Counters::set_once(&self.session.counters.ready_us, self.session.opened.elapsed());
        self.session.with_gap(|gap| gap.begin(now));
        self.session.life.enter(State::Ready);
        let id = self.session.life.rest_session();
        self.emit(Event { texts: Texts::new("", "", &id, ""), ..Event::new(EventKind::Ready) });
    }

    /// The end was requested from the service, which may be silent for this long before it sends anything.
    pub(crate) fn begin_end(&mut self, silence: Duration, log: &str) {
        self.session.life.enter(State::Ending);
        self.session.log(|| log.to_owned());
        self.deadlines.ending(Instant::now(), silence);
    }

    /// How long neither input nor silence in its place was sent.
    pub(crate) fn unsent(&self) -> Duration {
        self.last_input.elapsed()
    }

    /// Why the server closed.
    pub(crate) fn closed_by_the_server(&self, close: &ServersClose<'_>) -> Error {
        closed_by_the_server(self.complaint.as_ref(), close)
    }

    /// A chunk was sent, of input or of silence in its place.
    pub(crate) fn note_chunk(&mut self, sent: Sent) {
        if sent.count() > 0 {
            self.first_input.get_or_insert_with(Instant::now);
        }
        Counters::add(&self.session.counters.wire_frames_sent, sent.length as u64);
        self.note_message();
        self.note_silence(sent.padding);
    }

    /// A text to be spoken was sent.
    pub(crate) fn note_text(&mut self) {
        self.first_input.get_or_insert_with(Instant::now);
        self.note_message();
    }

    fn note_message(&mut self) {
        self.last_input = Instant::now();
        Counters::add(&self.session.counters.chunks_sent, 1);
    }

    /// Silence was put in place of input.
    pub(crate) fn note_silence(&mut self, frames: usize) {
        Counters::add(&self.session.counters.silence_frames_sent, frames as u64);
    }

    /// Keeps the message that is being read, for callers that want it with every event.
    pub(crate) fn quote(&mut self, frame: &[u8], is_audio: bool) {
        self.source = self.session.source(frame, is_audio);
    }

    pub(crate) fn number(&mut self, id: &str) -> u64 {
        self.phrases.number(id)
    }

    pub(crate) fn emit(&mut self, event: Event) {
        self.session.emit_from(event, &self.source);
    }

    /// As [`Dialogue::emit`], for an event that no message caused.
    pub(crate) fn tell(&mut self, event: Event) {
        self.emit(event);
        self.announce();
    }

    /// Announces the events that were emitted outside of a turn.
    pub(crate) fn announce(&self) {
        self.session.announce();
    }

    pub(crate) fn emit_raw(&mut self, json: &str) {
        let texts = Texts::with_json("", "", "", "", json);
        self.session.emit(Event { texts, ..Event::new(EventKind::Raw) });
    }

    pub(crate) fn emit_warning(&mut self, service_code: &str, text: &str) {
        self.emit(Event { texts: Texts::new(text, "", "", service_code), ..Event::new(EventKind::Warning) });
    }

    pub(crate) fn emit_error(&mut self, status: Status, complaint: Complaint<'_>) {
        let mut event = Event::new(EventKind::Error);
        event.code = status.code();
        event.user_tag = complaint.user_tag;
        event.flags = if is_retriable(complaint.service_code) { flag::RETRIABLE } else { 0 };
        event.texts = Texts::new(complaint.text, "", complaint.id, complaint.service_code);
        self.emit(event);
    }

    /// As [`Dialogue::emit_error`], for an error of the service, which explains a close that follows.
    pub(crate) fn complain(&mut self, complaint: Complaint<'_>) {
        self.emit_error(Status::Service, complaint);
        self.complaint = Some((complaint.service_code.to_owned(), complaint.text.to_owned()));
    }

    /// Passes speech to the playout, and to the events.
    pub(crate) fn deliver_speech(&mut self, spoken: Spoken<'_>) {
        let session = self.session.clone();
        let pcm = match &session.playout {
            None => spoken.pcm,
            Some(playout) => {
                // Copied only when both are wanted.
                let copied = if session.emits_audio { memory::copy(&spoken.pcm) } else { Ok(Vec::new()) };
                let events_pcm = match copied {
                    Ok(copied) => copied,
                    Err(refused) => return self.fail(refused),
                };
                let Spoken { phrase, part, pcm, is_last, .. } = spoken;
                let speech = Speech { phrase, id: spoken.id.to_owned(), part, pcm, is_last };
                playout.add(spoken.language, speech).into_iter().for_each(|event| session.emit(event));
                events_pcm
            }
        };
        if !session.emits_audio {
            return;
        }
        let mut event = Event::new(EventKind::Audio);
        event.phrase = spoken.phrase;
        event.user_tag = spoken.user_tag;
        event.flags = if spoken.is_last { flag::LAST_CHUNK } else { 0 };
        event.sample_rate = spoken.sample_rate;
        event.channels = 1;
        event.pcm = pcm;
        event.data = spoken.data;
        event.part = spoken.part;
        event.texts = Texts::new("", spoken.language, spoken.id, "");
        self.emit(event);
    }

    pub(crate) fn count_audio(&self, frames: usize, sample_rate: u32) {
        let counters = &self.session.counters;
        Counters::add(&counters.audio_frames_received, frames as u64);
        Counters::add(&counters.audio_us_received, frames as u64 * 1_000_000 / u64::from(sample_rate));
        if let Some(first_input) = self.first_input.filter(|_| frames > 0) {
            Counters::set_once(&counters.first_audio_us, first_input.elapsed());
        }
    }
}
