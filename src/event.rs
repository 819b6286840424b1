//! Events of a session: one flat record for every kind.

use std::ffi::CString;
use std::sync::Arc;

use crate::text::{one_line, without_nul};

/// Kind of an event. Numbers are part of the ABI: never renumbered, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum EventKind {
    Ready = 1,
    Transcript = 2,
    Audio = 3,
    SpeakStatus = 4,
    TaskStatus = 5,
    TaskInfo = 6,
    StreamEnd = 7,
    Warning = 8,
    Error = 9,
    Overflow = 10,
    Log = 11,
    Raw = 12,
    Closed = 13,
    PlayoutStarted = 14,
    PlayoutFinished = 15,
    PlayoutCut = 16,
    CredentialsNeeded = 17,
    LinkUp = 18,
    LinkDown = 19,
    SpeechStarted = 20,
    SpeechEnded = 21,
    Echo = 22,
}

impl EventKind {
    pub const ALL: &[EventKind] = &[
        EventKind::Ready,
        EventKind::Transcript,
        EventKind::Audio,
        EventKind::SpeakStatus,
        EventKind::TaskStatus,
        EventKind::TaskInfo,
        EventKind::StreamEnd,
        EventKind::Warning,
        EventKind::Error,
        EventKind::Overflow,
        EventKind::Log,
        EventKind::Raw,
        EventKind::Closed,
        EventKind::PlayoutStarted,
        EventKind::PlayoutFinished,
        EventKind::PlayoutCut,
        EventKind::CredentialsNeeded,
        EventKind::LinkUp,
        EventKind::LinkDown,
        EventKind::SpeechStarted,
        EventKind::SpeechEnded,
        EventKind::Echo,
    ];
}

/// Bits of [`Event::flags`]; part of the ABI.
pub mod flag {
    /// The text or phrase is complete and will not change.
    pub(crate) const FINAL: u32 = 1;
    /// The text is in a target language.
    pub(crate) const TRANSLATION: u32 = 1 << 1;
    /// No more audio follows for this phrase and language.
    pub(crate) const LAST_CHUNK: u32 = 1 << 2;
    /// A later attempt can succeed.
    pub(crate) const RETRIABLE: u32 = 1 << 3;
    /// The session cannot go on.
    pub(crate) const FATAL: u32 = 1 << 4;
    /// The task is paused.
    pub(crate) const PAUSED: u32 = 1 << 5;
    /// Dropped because a limit was exceeded.
    pub(crate) const DROPPED: u32 = 1 << 6;
}

/// The session or call of an event, as the caller identifies it.
#[derive(Clone, Debug, Default)]
pub struct About {
    pub tag: u64,
    pub name: Option<Arc<CString>>,
}

/// The short texts of one event in one allocation, each followed by a NUL.
///
/// The terminator costs nothing here and saves every C caller a copy.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    buffer: String,
    ends: [usize; 5],
}

impl Texts {
    pub fn new(text: &str, language: &str, id: &str, service_code: &str) -> Texts {
        Texts::with_json(text, language, id, service_code, "")
    }

    pub fn with_json(text: &str, language: &str, id: &str, service_code: &str, json: &str) -> Texts {
        let parts = [text, language, id, service_code, json];
        let mut buffer = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
        let ends = parts.map(|part| {
            buffer.push_str(&without_nul(part));
            buffer.push('\0');
            buffer.len() - 1
        });
        Texts { buffer, ends }
    }

    /// The same texts, with the service's message.
    pub fn and_json(&self, json: &str) -> Texts {
        Texts::with_json(self.text(), self.language(), self.id(), self.service_code(), json)
    }

    pub fn text(&self) -> &str {
        self.part(0)
    }

    /// Source or target language code, as the service writes it.
    pub fn language(&self) -> &str {
        self.part(1)
    }

    /// The service's id of the phrase.
    pub fn id(&self) -> &str {
        self.part(2)
    }

    /// The service's own error or warning code.
    pub fn service_code(&self) -> &str {
        self.part(3)
    }

    /// The data of the message as the service wrote it, if the caller asked for it.
    pub fn json(&self) -> &str {
        self.part(4)
    }

    /// All texts, each with its NUL.
    pub fn all(&self) -> &str {
        &self.buffer
    }

    pub fn size_bytes(&self) -> usize {
        self.buffer.len()
    }

    /// Every text except the JSON on one line.
    fn to_one_line(&self) -> Texts {
        let [text, language, id, service_code] =
            [0, 1, 2, 3].map(|index| one_line(self.part(index).to_owned()));
        Texts::with_json(&text, &language, &id, &service_code, self.json())
    }

    fn part(&self, index: usize) -> &str {
        let end = self.ends[index];
        // When there are no texts at all, every one is the empty text at the beginning.
        let start = if index == 0 { 0 } else { (self.ends[index - 1] + 1).min(end) };
        self.buffer.get(start..end).unwrap_or_default()
    }
}

/// One thing that happened. Fields that a kind does not use are zero or empty.
#[derive(Clone, Debug)]
pub struct Event {
    pub kind: EventKind,
    /// Monotonic arrival time.
    pub time_ns: u64,
    /// Local number of the phrase: equal for all texts and audio of one phrase.
    pub phrase: u64,
    /// `CLOSED` and `ERROR`: a [`crate::error::Status`] code.
    pub code: i32,
    pub flags: u32,
    pub sample_rate: u32,
    pub channels: u32,
    pub pcm: Vec<i16>,
    /// `AUDIO` in an encoded format, instead of `pcm`.
    pub data: Vec<u8>,
    pub texts: Texts,
    /// `OVERFLOW`: number of events that were lost; `WARNING`: frames of input.
    pub dropped: u64,
    pub session_tag: u64,
    /// Of a call, from 0; -1: none.
    pub leg: i32,
    pub user_tag: u64,
    /// Number of the part of a long phrase that a translated text or its audio belongs to, from 0.
    pub part: u32,
    /// `PLAYOUT_*`: number of frames that the player had taken.
    pub played_frame: u64,
    /// `PLAYOUT_*`: how much of the phrase was heard, and how much of it has arrived.
    pub heard_ms: u32,
    pub phrase_ms: u32,
    /// `TRANSCRIPT`: position in the audio, as far as the service says.
    pub start_ms: Option<u32>,
    pub end_ms: Option<u32>,
    /// `ECHO`: what comes back, as delay in ms and level in dB; `None`: nothing any more.
    pub echo: Option<(u32, i32)>,
    /// The caller's tag of the session.
    pub session_name: Option<Arc<CString>>,
    /// `LOG`: a level of the ABI.
    pub log_level: i32,
    /// `CLOSED` and `ERROR`: the fields of [`crate::error::Error`] other than texts.
    pub http_status: u16,
    pub close_code: u16,
    pub os_error: i32,
    /// -1: the service did not say.
    pub retry_after_ms: i32,
}

impl Event {
    pub fn new(kind: EventKind) -> Event {
        Event {
            kind,
            time_ns: 0,
            phrase: 0,
            code: 0,
            flags: 0,
            sample_rate: 0,
            channels: 0,
            pcm: Vec::new(),
            data: Vec::new(),
            texts: Texts::default(),
            dropped: 0,
            session_tag: 0,
            leg: -1,
            user_tag: 0,
            part: 0,
            played_frame: 0,
            heard_ms: 0,
            phrase_ms: 0,
            start_ms: None,
            end_ms: None,
            echo: None,
            session_name: None,
            log_level: 0,
            http_status: 0,
            close_code: 0,
            os_error: 0,
            retry_after_ms: -1,
        }
    }

    /// Texts of messages become one line, whoever wrote them. Speech and JSON stay as they are.
    pub fn with_tidy_texts(self) -> Event {
        match self.kind {
            EventKind::Warning
            | EventKind::Error
            | EventKind::Log
            | EventKind::Closed
            | EventKind::LinkDown => Event { texts: self.texts.to_one_line(), ..self },
            _ => self,
        }
    }

    pub fn pcm_frames(&self) -> u64 {
        (self.pcm.len() / self.channels.max(1) as usize) as u64
    }

    pub fn is(&self, bits: u32) -> bool {
        self.flags & bits == bits
    }

    /// Size of the event for the byte limit of a queue.
    pub fn size_bytes(&self) -> usize {
        size_of::<Event>() + self.pcm.len() * 2 + self.data.len() + self.texts.size_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_apart() {
        let texts = Texts::new("¿qué?", "es", "", "CODE");
        assert_eq!((texts.text(), texts.language(), texts.id()), ("¿qué?", "es", ""));
        assert_eq!(texts.service_code(), "CODE");
    }

    #[test]
    fn a_text_is_as_long_as_c_takes_it_to_be() {
        let texts = Texts::new("a\0b\0", "\0", "id", "");
        assert_eq!((texts.text(), texts.language(), texts.id()), ("a\u{fffd}b\u{fffd}", "\u{fffd}", "id"));
    }

    #[test]
    fn sentences_are_one_line_and_speech_is_as_it_was_said() {
        let told = |kind| {
            let texts = Texts::with_json("a\r\nb", "", "i\td", "C\n", "{\n}");
            Event { texts, ..Event::new(kind) }.with_tidy_texts().texts
        };
        let error = told(EventKind::Error);
        assert_eq!(
            (error.text(), error.id(), error.service_code(), error.json()),
            ("a b", "i d", "C", "{\n}")
        );
        assert_eq!(told(EventKind::Transcript).text(), "a\r\nb");
    }

    #[test]
    fn no_texts_are_empty_texts() {
        assert_eq!(Texts::default().text(), "");
        assert_eq!(Texts::default().service_code(), "");
    }
}
