//! Opens the session of a translation from its options.

use std::sync::Arc;

use super::conversation::{FRAMING, Translation};
use super::desk::TranslationDesk;
use super::options::{Setup, TranslationOptions};
use crate::client::Client;
use crate::error::Result;
use crate::session::Session;
use crate::session::events::shared::SharedQueue;
use crate::session::output::{OutputMode, Playout};
use crate::session::stream;
use crate::session::stream::outbox::Outbox;
use crate::session::stream::outgoing::Input;
use crate::wire::translation::task;

impl Session {
    /// Checks the options and returns at once, in state CONNECTING.
    ///
    /// Without a `queue` to share, the session has its own.
    pub fn open(
        client: Arc<Client>,
        options: TranslationOptions,
        queue: Option<SharedQueue>,
    ) -> Result<Arc<Session>> {
        let setup = options.setup(&client)?;
        let (session, product, input) = parts(&setup, queue)?;
        stream::start(session, client, setup.stream, Box::new(product), Some(input))
    }
}

/// What the caller's side and the open stream share.
pub(super) fn parts(setup: &Setup, queue: Option<SharedQueue>) -> Result<(Session, Translation, Input)> {
    let (input, chunks) = setup.input.open()?;
    let playout = match setup.output {
        OutputMode::Events => None,
        _ => Some(Playout::new(setup.playout, &task::target_languages(&setup.task))?),
    };
    let desk = Arc::new(TranslationDesk { outbox: Outbox::new(setup.command_limit) });
    let session = Session {
        input: Some(input),
        gap: Some(setup.input.gap()),
        playout,
        emits_audio: setup.output != OutputMode::Playout,
        ..Session::new(&setup.session, desk.clone(), queue)
    };
    Ok((session, Translation::new(setup, desk), Input::new(chunks, &setup.input, FRAMING)))
}
