//! A text-to-speech session: texts in, speech out (protocol.md 8).
//!
//! What the owner's threads touch is here: the texts that wait in the outbox and what is known of the generations,
//! changed together under one lock, the registry's, which is always taken before the outbox's.

mod commands;
mod conversation;
mod generations;
pub mod options;
mod reception;
mod sink;
mod splitter;

use std::sync::Arc;
use std::time::Instant;

use crate::client::Client;
use crate::error::{Error, Result, Status};
use crate::lock::{Mutex, Rank, lock};
use crate::session::Session;
use crate::session::events::queue::Queue;
use crate::session::handle::product::Product;
use crate::session::output::{OutputMode, Playout};
use crate::session::stream::driver::Work;
use crate::session::stream::outbox::{Outbox, Request};
use crate::wire::tts::outgoing::Voice;
use commands::{Command, Text};
use generations::{Generations, Known};
use options::TtsOptions;
use sink::Sink;

pub use super::playout_plan::LineWishes;
pub(crate) use conversation::Conversation;
pub use options::Plan;

/// The longest text that is split: more than an hour of speech.
pub(crate) const MAX_TEXT_BYTES: usize = 131_072;
/// No name needs more.
const MAX_ID_BYTES: usize = 128;

/// What only such a session has.
pub struct Tts {
    /// Code points of one message, and whether longer texts are cut into several.
    limit: usize,
    splits: bool,
    sample_rate: u32,
    outbox: Outbox<Command>,
    generations: Mutex<Generations>,
}

/// How a text is to be said.
#[derive(Default)]
pub struct Saying<'a> {
    /// Nothing follows in its generation.
    pub is_eos: bool,
    pub reset_context: bool,
    /// `None`: one of the library's, until its end.
    pub generation: Option<&'a str>,
    pub voice: Voice,
    pub user_tag: u64,
}

impl Session {
    /// As [`Session::open`], for text-to-speech.
    pub fn open_tts(
        client: Arc<Client>,
        options: TtsOptions,
        queue: Option<Arc<Queue>>,
    ) -> Result<Arc<Session>> {
        let plan = options.plan(&client)?;
        let playout = match plan.output {
            OutputMode::Events => None,
            _ => Some(Playout::new(plan.playout, std::slice::from_ref(&plan.language))?),
        };
        let tts = Tts {
            limit: plan.text_limit,
            splits: plan.splits,
            sample_rate: plan.sample_rate,
            outbox: Outbox::new(plan.command_limit),
            generations: Mutex::new(Rank::Generations, Generations::default()),
        };
        let session = Session {
            product: Product::Tts(Box::new(tts)),
            playout,
            emits_audio: plan.output != OutputMode::Playout,
            wants_json: plan.wants_json,
            ..Session::new(&plan.terms, queue)
        };
        session.start(client, plan.route.clone(), Work::Tts(Box::new(plan)))
    }

    /// Has a text said. Pieces of a generation are said as one, until one with an end.
    pub fn send_text(&self, text: &str, saying: Saying<'_>) -> Result<()> {
        let tts = self.tts()?;
        let pieces = tts.pieces(text, &saying)?;
        self.check_input_open().map_err(Error::from)?;
        tts.take(pieces, saying, None)?;
        self.wake.notify_one();
        Ok(())
    }

    /// Nothing of a generation is wanted any more, or of all that there are.
    pub fn cancel(&self, generation: Option<&str>, user_tag: u64) -> Result<()> {
        let tts = self.tts()?;
        check_id(generation)?;
        self.check_input_open().map_err(Error::from)?;
        let (cancelled, added) = tts.cancel(generation, user_tag, true);
        // In any case: whoever cancels wants silence now.
        if let Some(playout) = &self.playout {
            if generation.is_none() {
                self.tell(playout.flush(&[]));
            }
            for known in &cancelled {
                self.tell(playout.take_back(&known.id));
            }
        }
        for sink in cancelled.iter().filter_map(|known| known.sink.as_ref()) {
            sink.end(Err(Error::new(Status::Closed, "the text was cancelled")));
        }
        self.wake.notify_one();
        added
    }

    /// A text in, its speech out, beside whatever else the session is saying. Returned with its rate.
    pub fn synthesize(&self, text: &str, deadline: Option<Instant>) -> Result<(Vec<i16>, u32)> {
        let tts = self.tts()?;
        let saying = Saying { is_eos: true, ..Saying::default() };
        let pieces = tts.pieces(text, &saying)?;
        self.check_input_open().map_err(Error::from)?;
        let sink = Arc::new(Sink::default());
        let known = tts.take(pieces, saying, Some(sink.clone()))?;
        self.wake.notify_one();
        let Some(outcome) = sink.wait(deadline) else {
            // It may have come to an end meanwhile; either way nobody waits for it any more.
            let _ = tts.cancel(Some(&known.id), 0, false);
            self.wake.notify_one();
            return Err(Error::new(Status::Timeout, "the speech was not complete in time"));
        };
        match outcome {
            Ok(pcm) => Ok((pcm, tts.sample_rate)),
            // Why the session is over says more than that it is.
            Err(error) if error.status == Status::Closed => Err(self.last_error().unwrap_or(error)),
            Err(error) => Err(error),
        }
    }
}

impl Tts {
    /// The messages that a text becomes.
    fn pieces<'a>(&self, text: &'a str, saying: &Saying<'_>) -> Result<Vec<&'a str>> {
        check_id(saying.generation)?;
        options::check_voice(&saying.voice)?;
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

    /// Puts the pieces of one text into the outbox, all or none.
    fn take(&self, pieces: Vec<&str>, saying: Saying<'_>, sink: Option<Arc<Sink>>) -> Result<Known> {
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

    /// What was cancelled, and whether the service will be told.
    fn cancel(&self, label: Option<&str>, user_tag: u64, is_told: bool) -> (Vec<Known>, Result<()>) {
        let mut generations = lock(&self.generations);
        let (cancelled, is_needed) = generations.cancel(label);
        self.outbox.retain(|command| match command {
            Command::Text(text) => !cancelled.iter().any(|known| known.id == text.generation),
            Command::Cancel { .. } => true,
        });
        let generation = label.map(|label| cancelled.last().map_or_else(|| label.into(), |k| k.id.clone()));
        let command = Command::Cancel { generation, is_needed, is_told };
        (cancelled, self.outbox.add_ahead(Request { command, user_tag }))
    }

    pub fn waiting(&self) -> usize {
        self.outbox.len()
    }

    /// No speech comes any more: whoever waits for some is let go.
    pub fn finish(&self) {
        let mut generations = lock(&self.generations);
        generations.is_finished = true;
        for sink in generations.sinks() {
            sink.end(Err(Error::new(Status::Closed, "the session was closed")));
        }
    }
}

fn check_id(id: Option<&str>) -> Result<()> {
    match id {
        Some(id) if id.is_empty() || id.len() > MAX_ID_BYTES => {
            Err(Error::invalid(format!("a generation id has 1 to {MAX_ID_BYTES} bytes")))
        }
        _ => Ok(()),
    }
}
