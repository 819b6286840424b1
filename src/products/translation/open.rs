//! Opens the session of a translation from its options.

use std::sync::Arc;

use super::conversation::{FRAMING, Translation};
use super::desk::TranslationDesk;
use super::options::{Setup, TranslationOptions};
#[cfg(feature = "echo")]
use crate::audio::echo::cancel::Cleaning;
use crate::client::Client;
use crate::error::Result;
use crate::runtime::Runtime;
use crate::session::Session;
use crate::session::events::shared::SharedQueue;
use crate::session::handle::link::CallPlace;
use crate::session::handle::options::StreamSetup;
use crate::session::input::Backlog;
#[cfg(feature = "echo")]
use crate::session::output::EchoPolicy;
#[cfg(feature = "echo")]
use crate::session::output::echo::is_cleaned;
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
        #[cfg_attr(not(feature = "echo"), allow(unused_mut, reason = "nobody listens"))]
        let (mut session, product, input) = parts(&setup, queue)?;
        #[cfg(feature = "echo")]
        let is_cleaned = listen(&mut session, &setup)?;
        let session = stream::start(session, client, setup.stream, Box::new(product), Some(input))?;
        #[cfg(feature = "echo")]
        if is_cleaned {
            session.begin_cleaning()?;
        }
        Ok(session)
    }
}

/// A session for a direction of a call, whose output it feeds, before anything is connected.
pub(crate) struct Prepared {
    session: Session,
    product: Translation,
    input: Input,
    stream: StreamSetup,
}

impl Prepared {
    /// As [`Session::open`], without a connection.
    pub(crate) fn new(client: &Client, options: TranslationOptions, place: CallPlace) -> Result<Prepared> {
        let setup = options.setup(client)?;
        let desk = desk(&setup);
        let session = Session::of_call(&setup.session, desk.clone(), place);
        let (session, product, input) = complete(&setup, session, desk)?;
        Ok(Prepared { session, product, input, stream: setup.stream })
    }

    /// What the session before has left is sent first.
    pub(crate) fn begin_with(&mut self, backlog: Backlog) {
        self.input.begin_with(backlog);
    }

    /// What it would have sent first.
    pub(crate) fn into_backlog(self) -> Option<Backlog> {
        self.input.into_backlog()
    }

    /// Connects it, and returns at once.
    pub(crate) fn open(self, runtime: Runtime, client: Arc<Client>) -> Arc<Session> {
        let Prepared { session, product, input, stream } = self;
        stream::start_on(runtime, session, client, stream, Box::new(product), Some(input))
    }

    /// The session, which is never connected.
    #[cfg(test)]
    pub(crate) fn into_session(self) -> Session {
        self.session
    }
}

/// Returns whether what is sent is cleaned.
#[cfg(feature = "echo")]
fn listen(session: &mut Session, setup: &Setup) -> Result<bool> {
    let Setup { echo, suppresses_noise, controls_gain, .. } = *setup;
    if is_cleaned(echo, suppresses_noise, controls_gain) {
        let what =
            Cleaning { echo: echo == EchoPolicy::Cancel, noise: suppresses_noise, gain: controls_gain };
        session.clean_input(setup.sent, what, echo)?;
        return Ok(true);
    }
    if echo == EchoPolicy::Measure {
        session.measure_echo()?;
    }
    Ok(false)
}

/// What the caller's side and the open stream share.
pub(super) fn parts(setup: &Setup, queue: Option<SharedQueue>) -> Result<(Session, Translation, Input)> {
    let playout = match setup.output {
        OutputMode::Events => None,
        _ => Some(Arc::new(Playout::new(setup.playout, &task::target_languages(&setup.task))?)),
    };
    let desk = desk(setup);
    let session = Session { playout, ..Session::new(&setup.session, desk.clone(), queue) };
    complete(setup, session, desk)
}

fn desk(setup: &Setup) -> Arc<TranslationDesk> {
    Arc::new(TranslationDesk { outbox: Outbox::new(setup.command_limit) })
}

fn complete(
    setup: &Setup,
    session: Session,
    desk: Arc<TranslationDesk>,
) -> Result<(Session, Translation, Input)> {
    let (input, chunks) = setup.input.open()?;
    let session = Session {
        input: Some(input),
        resends: setup.input.resend.is_some(),
        gap: Some(setup.input.gap()),
        emits_audio: setup.output != OutputMode::Playout,
        ..session
    };
    Ok((session, Translation::new(setup, desk), Input::new(chunks, &setup.input, FRAMING)))
}
