//! The part that the caller's threads use: the texts that wait in the outbox and the known generations. Both change
//! together under one lock, the registry's, which is always taken before the outbox's.

use std::sync::Arc;

use super::commands::{Command, Text};
use super::generations::{Generations, Known, Which};
use super::options::Setup;
use super::sink::Sink;
use super::splitter;
use crate::error::{Error, Result, Status};
use crate::lock::{Mutex, Rank, lock};
use crate::session::handle::desk::Desk;
use crate::session::stream::outbox::{Outbox, Request};
use crate::wire::tts::outgoing::Voice;

/// Longest text that is split: more than an hour of speech.
pub(crate) const MAX_TEXT_BYTES: usize = 131_072;
/// Longer than any real name.
const MAX_ID_BYTES: usize = 128;

pub(super) struct TtsDesk {
    /// Limit of a message in code points, and whether longer texts are split.
    limit: usize,
    splits: bool,
    pub sample_rate: u32,
    pub outbox: Outbox<Command>,
    pub generations: Mutex<Generations>,
}

/// How a text is spoken.
#[derive(Default)]
pub struct Saying<'a> {
    /// It is the last one of its generation.
    pub is_eos: bool,
    pub reset_context: bool,
    /// `None`: a generation named by the library, until its end.
    pub generation: Option<&'a str>,
    pub voice: Voice,
    pub user_tag: u64,
}

impl Desk for TtsDesk {
    fn commands_waiting(&self) -> usize {
        self.outbox.len()
    }

    /// No speech will arrive any more: waiting callers return.
    fn finish(&self) {
        let mut generations = lock(&self.generations);
        generations.is_finished = true;
        for sink in generations.sinks() {
            sink.end(Err(Error::new(Status::Closed, "the session was closed")));
        }
    }
}

impl TtsDesk {
    pub(super) fn new(setup: &Setup) -> TtsDesk {
        TtsDesk {
            limit: setup.text_limit,
            splits: setup.splits,
            sample_rate: setup.sample_rate,
            outbox: Outbox::new(setup.command_limit),
            generations: Mutex::new(Rank::Generations, Generations::default()),
        }
    }

    /// The messages that a text becomes.
    pub(super) fn pieces<'a>(&self, text: &'a str, saying: &Saying<'_>) -> Result<Vec<&'a str>> {
        check_id(saying.generation)?;
        if text.is_empty() {
            return Err(Error::invalid("a text to say has at least one character"));
        }
        if text.len() > MAX_TEXT_BYTES {
            return Err(Error::invalid(format!("a text to say has at most {MAX_TEXT_BYTES} bytes")));
        }
        if self.splits {
            return Ok(splitter::split(text, self.limit));
        }
        let length = text.chars().count();
        if length > self.limit {
            let text = format!("a text has at most {} characters here, this one {length}", self.limit);
            return Err(Error::invalid(text));
        }
        Ok(vec![text])
    }

    /// Adds the pieces of one text to the outbox, all or none.
    pub(super) fn take(
        &self,
        pieces: Vec<&str>,
        saying: Saying<'_>,
        sink: Option<Arc<Sink>>,
    ) -> Result<Known> {
        let Saying { is_eos, reset_context, generation, voice, user_tag } = saying;
        let mut generations = lock(&self.generations);
        if generations.is_finished {
            return Err(Status::Closed.into());
        }
        let (known, is_new) = generations.open(generation, user_tag, sink)?;
        let last = pieces.len() - 1;
        let parts = pieces.into_iter().enumerate().map(|(place, piece)| {
            let text = Text {
                generation: known.id.clone(),
                text: piece.to_owned(),
                length: piece.chars().count(),
                limit: self.limit,
                is_eos: is_eos && place == last,
                reset_context: reset_context && place == 0,
                voice: if place == 0 { voice.clone() } else { Voice::default() },
            };
            Request { command: Command::Text(text), user_tag }
        });
        if let Err(error) = self.outbox.add_parts(parts.collect()) {
            if is_new {
                generations.undo(known.number);
            }
            return Err(error);
        }
        if is_eos {
            generations.end(known.number);
        }
        Ok(known)
    }

    /// The caller of a text does not wait for its speech any more. Not by its id, which can be the caller's name of
    /// another generation.
    pub(super) fn give_up(&self, known: &Known) {
        let _ = self.cancel(Which::Numbered(known.number), None);
    }

    /// Returns what was cancelled, and whether the service will be told. Without a tag for the answer there is none.
    pub(super) fn cancel(&self, which: Which<'_>, answer_tag: Option<u64>) -> (Vec<Known>, Result<()>) {
        let mut generations = lock(&self.generations);
        let (cancelled, stopped) = generations.cancel(which);
        self.outbox.retain(|command| match command {
            Command::Text(text) => !cancelled.iter().any(|known| known.id == text.generation),
            Command::Cancel { .. } => true,
        });
        let id: Arc<str> = match (which, cancelled.as_slice()) {
            (Which::All, _) => "".into(),
            (_, [.., last]) => last.id.clone(),
            (Which::Named(name), []) => name.into(),
            (Which::Tagged(_) | Which::Numbered(_), []) => "".into(),
        };
        let is_all = matches!(which, Which::All) && !stopped.is_empty();
        let stopped = if is_all { None } else { Some(stopped) };
        let command = Command::Cancel { stopped, answer: answer_tag.map(|_| id) };
        let user_tag = answer_tag.unwrap_or(0);
        (cancelled, self.outbox.add_ahead(Request { command, user_tag }))
    }
}

pub(super) fn check_id(id: Option<&str>) -> Result<()> {
    match id {
        Some(id) if id.is_empty() || id.len() > MAX_ID_BYTES => {
            Err(Error::invalid(format!("a generation id has 1 to {MAX_ID_BYTES} bytes")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::of_tests::with_pair;
    use crate::products::tts::options::TtsOptions;

    #[test]
    fn a_text_that_is_given_up_takes_none_with_it_whose_name_is_its_id() {
        let options = TtsOptions { language: "en".into(), ..TtsOptions::default() };
        let desk = TtsDesk::new(&options.setup(&with_pair()).unwrap());
        let said = |generation| Saying { is_eos: true, generation, ..Saying::default() };
        let fetched = desk.take(vec!["a"], said(None), Some(Arc::default())).unwrap();
        let named = desk.take(vec!["b"], said(Some(&fetched.id)), None).unwrap();
        desk.give_up(&fetched);
        let (cancelled, _) = desk.cancel(Which::All, None);
        assert_eq!(cancelled.iter().map(|known| known.number).collect::<Vec<_>>(), [named.number]);
    }

    #[test]
    fn a_text_after_the_last_one_of_its_generation_begins_another() {
        let options = TtsOptions { language: "en".into(), ..TtsOptions::default() };
        let desk = TtsDesk::new(&options.setup(&with_pair()).unwrap());
        let take = |is_eos| {
            let saying = Saying { is_eos, generation: Some("g"), ..Saying::default() };
            desk.take(vec!["a"], saying, None).unwrap().number
        };
        let numbers = [take(false), take(true), take(false)];
        assert!(numbers[0] == numbers[1] && numbers[1] != numbers[2], "{numbers:?}");
    }
}
