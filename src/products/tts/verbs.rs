//! The commands of a text-to-speech session.

use std::sync::Arc;

use tokio::time::Instant;

use super::conversation::Tts;
use super::desk::{Saying, TtsDesk, check_id};
use super::generations::Which;
use super::options::TtsOptions;
use super::sink::{Said, Sink};
use crate::client::Client;
use crate::error::{Error, Result, Status};
use crate::runtime::calls::{self, Call};
use crate::session::Session;
use crate::session::events::shared::SharedQueue;
use crate::session::output::{OutputMode, Playout};
use crate::session::stream;

impl Session {
    /// As [`Session::open`], for text-to-speech.
    pub fn open_tts(
        client: Arc<Client>,
        options: TtsOptions,
        queue: Option<SharedQueue>,
    ) -> Result<Arc<Session>> {
        let setup = options.setup(&client)?;
        let playout = match setup.output {
            OutputMode::Events => None,
            _ => Some(Arc::new(Playout::new(setup.playout, std::slice::from_ref(&setup.language))?)),
        };
        let desk = Arc::new(TtsDesk::new(&setup));
        let session = Session {
            playout,
            emits_audio: setup.output != OutputMode::Playout,
            ..Session::new(&setup.session, desk.clone(), queue)
        };
        let address = setup.stream.clone();
        stream::start(session, client, address, Box::new(Tts::new(setup, desk)), None)
    }

    /// Speaks a text. Pieces of a generation are spoken as one, until one with an end.
    pub fn send_text(&self, text: &str, saying: Saying<'_>) -> Result<()> {
        let desk = self.desk_of::<TtsDesk>()?;
        let pieces = desk.pieces(text, &saying)?;
        self.check_open()?;
        desk.take(pieces, saying, None)?;
        self.wake.notify_one();
        Ok(())
    }

    /// Discards a generation, or all of them.
    pub fn cancel(&self, generation: Option<&str>, user_tag: u64) -> Result<()> {
        check_id(generation)?;
        self.cancel_which(generation.map_or(Which::All, Which::Named), user_tag)
    }

    /// Discards the generations whose first text had this tag.
    pub fn cancel_tagged(&self, user_tag: u64) -> Result<()> {
        self.cancel_which(Which::Tagged(user_tag), user_tag)
    }

    fn cancel_which(&self, which: Which<'_>, answer_tag: u64) -> Result<()> {
        let desk = self.desk_of::<TtsDesk>()?;
        self.check_open()?;
        let (cancelled, added) = desk.cancel(which, Some(answer_tag));
        // In any case: a cancel must silence speech at once.
        if matches!(which, Which::All) {
            self.flush_playout(&[]);
        }
        if let Some(playout) = &self.playout {
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

    /// Returns the speech of a text, with its rate, independently of what else the session speaks.
    pub fn synthesize(&self, text: &str, deadline: Option<Instant>) -> Result<(Said, u32)> {
        self.synthesize_for(&Call::default(), text, Saying::default(), deadline)
    }

    /// As [`Session::synthesize`], for a call that another thread may end. The text is a generation of its own.
    pub fn synthesize_for(
        &self,
        call: &Call,
        text: &str,
        saying: Saying<'_>,
        deadline: Option<Instant>,
    ) -> Result<(Said, u32)> {
        let desk = self.desk_of::<TtsDesk>()?;
        let saying = Saying { is_eos: true, generation: None, ..saying };
        let pieces = desk.pieces(text, &saying)?;
        self.check_open()?;
        let sink = Arc::new(Sink::default());
        let known = desk.take(pieces, saying, Some(sink.clone()))?;
        self.wake.notify_one();
        let ending = Arc::downgrade(&sink);
        call.on_end(move || {
            if let Some(sink) = ending.upgrade() {
                sink.end(Err(calls::ended()));
            }
        });
        let outcome = sink
            .wait(deadline)
            .unwrap_or_else(|| Err(Error::new(Status::Timeout, "the speech was not complete in time")));
        match outcome {
            Err(given_up) if given_up.status == Status::Timeout || call.is_ended() => {
                // It may have ended meanwhile; in both cases it is not awaited any more.
                desk.give_up(&known);
                self.wake.notify_one();
                Err(given_up)
            }
            Ok(said) => Ok((said, desk.sample_rate)),
            // The reason of the end says more than the fact.
            Err(error) if error.status == Status::Closed => Err(self.last_error().unwrap_or(error)),
            Err(error) => Err(error),
        }
    }
}
