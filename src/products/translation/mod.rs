//! A translation: speech in, texts and speech in other languages out (protocol.md 5).

mod answers;
mod commands;
mod conversation;
mod dialogue;
pub mod options;
mod readiness;
mod task_plan;
mod tasks;
mod verbs;

use std::sync::Arc;

use crate::audio::format::Format;
use crate::client::Client;
use crate::error::Result;
use crate::lock::Mutex;
use crate::session::Session;
use crate::session::events::queue::Queue;
use crate::session::handle::product::Product;
use crate::session::input::Ingest;
use crate::session::input::gap::Gap;
use crate::session::output::{OutputMode, Playout};
use crate::session::stream::driver::Work;
use crate::session::stream::outbox::{Command, Outbox};
use crate::wire::translation::task;
use options::TranslationOptions;

pub(crate) use conversation::Conversation;
pub use options::Plan;
pub(crate) use verbs::{MAX_SPEAK_BYTES, MAX_TASK_BYTES};

/// What the owner's threads and the runtime share of a translation.
pub struct Translation {
    /// What goes out; fixed for the life of the session.
    pub wire: Format,
    pub chunk_ms: u32,
    /// Touched by the runtime and by who asks for figures, never on the way of the caller's audio.
    pub gap: Option<Mutex<Gap>>,
    pub outbox: Outbox<Command>,
}

impl Session {
    /// Checks the options and returns at once, in phase CONNECTING.
    ///
    /// Without a `queue` to share the session has one of its own.
    pub fn open(
        client: Arc<Client>,
        options: TranslationOptions,
        queue: Option<Arc<Queue>>,
    ) -> Result<Arc<Session>> {
        let plan = options.plan(&client)?;
        let (ingest, chunks) = Ingest::new(plan.input, plan.wire, plan.chunk_ms, plan.room_ms())?;
        let playout = match plan.output {
            OutputMode::Events => None,
            _ => Some(Playout::new(plan.playout, &task::target_languages(&plan.task))?),
        };
        let translation = Translation {
            wire: plan.wire,
            chunk_ms: plan.chunk_ms,
            gap: plan.gap(tokio::time::Instant::now()),
            outbox: Outbox::new(plan.command_limit),
        };
        let session = Session {
            product: Product::Translation(Box::new(translation)),
            ingest: Some(ingest),
            playout,
            emits_audio: plan.output != OutputMode::Playout,
            wants_json: plan.transcript_json,
            ..Session::new(&plan.terms, queue)
        };
        session.start(client, plan.route.clone(), Work::Translation(Box::new(plan), Box::new(chunks)))
    }
}
