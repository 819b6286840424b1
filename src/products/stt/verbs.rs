//! Opens a session of speech-to-text from its options, and its commands.

use std::sync::Arc;

use super::conversation::{FRAMING, Stt};
use super::desk::{Finalize, SttDesk};
use super::options::SttOptions;
use crate::client::Client;
use crate::error::Result;
use crate::session::Session;
use crate::session::events::shared::SharedQueue;
use crate::session::stream;
use crate::session::stream::outbox::{Outbox, Request};
use crate::session::stream::outgoing::Input;

impl Session {
    /// Checks the options and returns at once, in state CONNECTING.
    ///
    /// Without a `queue` to share, the session has its own.
    pub fn open_stt(
        client: Arc<Client>,
        options: SttOptions,
        queue: Option<SharedQueue>,
    ) -> Result<Arc<Session>> {
        let setup = options.setup(&client)?;
        let (input, chunks) = setup.input.open()?;
        let desk = Arc::new(SttDesk { outbox: Outbox::new(setup.command_limit) });
        let session = Session {
            input: Some(input),
            gap: Some(setup.input.gap()),
            ..Session::new(&setup.session, desk.clone(), queue)
        };
        let (product, input) = (Stt::new(&setup, desk), Input::new(chunks, &setup.input, FRAMING));
        stream::start(session, client, setup.stream, Box::new(product), Some(input))
    }

    /// Requests a final text of what was sent so far. It arrives as an event with `user_tag`.
    pub fn finalize(&self, user_tag: u64) -> Result<()> {
        let outbox = &self.desk_of::<SttDesk>()?.outbox;
        self.check_open()?;
        let (after, _) = self.input()?.frames();
        outbox.add(Request { command: Finalize { after }, user_tag })?;
        self.wake.notify_one();
        Ok(())
    }
}
