//! What arrives on the stream of speech-to-text and what it means (protocol.md 9.2): messages become events.

use super::asked::{Answered, Asked};
use super::options::Setup;
use super::tail::Tail;
use crate::event::{Event, EventKind, Texts, flag};
use crate::session::stream::dialogue::{Complaint, Dialogue};
use crate::wire::envelope::NotText;
use crate::wire::stt::incoming::{self, Message, Transcript};

pub(super) struct Messages {
    pub asked: Asked,
    tail: Tail,
    /// The last request, that of the end, has its answer.
    is_answered: bool,
}

impl Messages {
    pub(super) fn new(setup: &Setup) -> Messages {
        let (asked, tail) = (Asked::new(setup.finalize_timeout), Tail::new(setup.targets));
        Messages { asked, tail, is_answered: false }
    }

    /// Everything that was sent has its final text, with its translations.
    pub(super) fn are_complete(&self) -> bool {
        self.is_answered && self.tail.is_translated()
    }

    /// A text was not final yet.
    pub(super) fn are_cut_off(&self) -> bool {
        self.tail.is_growing() && !self.is_answered
    }

    pub(super) fn read(&mut self, dialogue: &mut Dialogue, frame: &[u8]) -> Result<(), NotText> {
        dialogue.quote(frame, false);
        incoming::read(frame, |message| self.deliver(dialogue, message))
    }

    fn deliver(&mut self, dialogue: &mut Dialogue, message: Message<'_>) {
        match message {
            Message::Transcript(transcript) => self.deliver_transcript(dialogue, &transcript),
            Message::Error { code, text } => {
                let complaint = Complaint { text: &text, service_code: &code, ..Complaint::default() };
                dialogue.complain(complaint);
            }
            Message::Warning { code, text } => dialogue.emit_warning(&code, &text),
            Message::Raw { json } => dialogue.emit_raw(json),
        }
    }

    fn deliver_transcript(&mut self, dialogue: &mut Dialogue, transcript: &Transcript<'_>) {
        let (id, text) = (&*transcript.id, transcript.text());
        let mut event = Event::new(EventKind::Transcript);
        self.note(transcript);
        if transcript.answers_finalize() {
            match self.asked.answered() {
                Answered::Owner(user_tag) => event.user_tag = user_tag,
                Answered::End => {
                    self.is_answered = true;
                    // Without a request, and without speech.
                    if text.is_empty() {
                        return;
                    }
                }
                Answered::Nobody => {}
            }
        }
        event.phrase = dialogue.number(id);
        event.flags |= if transcript.is_final() { flag::FINAL } else { 0 };
        event.flags |= if transcript.is_translation { flag::TRANSLATION } else { 0 };
        event.start_ms = transcript.start_ms;
        event.end_ms = transcript.end_ms;
        event.texts = Texts::new(text, &transcript.language, id, "");
        dialogue.emit(event);
    }

    /// What is still to come after this text.
    fn note(&mut self, transcript: &Transcript<'_>) {
        let (id, text) = (&*transcript.id, transcript.text());
        if transcript.is_translation {
            self.tail.translation(id);
        } else if transcript.is_final() {
            self.tail.last(id, text);
        } else {
            self.tail.partial(id, text);
        }
    }
}
