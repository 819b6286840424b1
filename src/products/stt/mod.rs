//! Speech-to-text sessions: audio in, texts out (protocol.md 9).

mod asked;
mod conversation;
mod dialogue;
pub mod options;
mod tail;

use std::sync::Arc;

use crate::client::Client;
use crate::error::{Error, Result};
use crate::lock::Mutex;
use crate::session::Session;
use crate::session::events::queue::Queue;
use crate::session::handle::product::Product;
use crate::session::input::Ingest;
use crate::session::input::gap::Gap;
use crate::session::stream::driver::Work;
use crate::session::stream::outbox::{DEFAULT_COMMANDS, Outbox, Request, Waiting};
use options::SttOptions;

pub(crate) use conversation::Conversation;

/// What only a speech-to-text session has.
pub struct Stt {
    pub outbox: Outbox<Finalize>,
    /// Touched by the runtime and by who asks for figures, never on the way of the caller's audio.
    pub gap: Option<Mutex<Gap>>,
}

/// The only command: a final now, of what was sent until the call.
#[derive(Clone, Debug, PartialEq)]
pub struct Finalize {
    /// Frames that the caller had sent.
    pub after: u64,
}

impl Waiting for Finalize {
    fn overtakes(&self) -> bool {
        false
    }
}

impl Session {
    /// Checks the options and returns at once, in phase CONNECTING.
    ///
    /// Without a `queue` to share the session has one of its own.
    pub fn open_stt(
        client: Arc<Client>,
        options: SttOptions,
        queue: Option<Arc<Queue>>,
    ) -> Result<Arc<Session>> {
        let plan = options.plan(&client)?;
        let (ingest, chunks) = Ingest::new(plan.input, plan.wire, plan.chunk_ms, plan.room_ms())?;
        let stt = Stt { outbox: Outbox::new(DEFAULT_COMMANDS), gap: plan.gap(tokio::time::Instant::now()) };
        let session = Session {
            product: Product::Stt(Box::new(stt)),
            ingest: Some(ingest),
            wants_json: plan.transcript_json,
            ..Session::new(&plan.terms, queue)
        };
        session.start(client, plan.route.clone(), Work::Stt(Box::new(plan), Box::new(chunks)))
    }

    /// Asks for a final of what was sent so far; it comes as an event with `user_tag`.
    pub fn finalize(&self, user_tag: u64) -> Result<()> {
        let outbox = &self.stt()?.outbox;
        self.check_input_open().map_err(Error::from)?;
        let (after, _) = self.ingest()?.frames();
        outbox.add(Request { command: Finalize { after }, user_tag })?;
        self.wake.notify_one();
        Ok(())
    }
}
