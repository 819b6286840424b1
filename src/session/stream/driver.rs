//! The task of a session: connect, run the conversation, close, clean up, and deliver exactly one CLOSED.

use std::sync::Arc;

use futures_util::future::join;

use super::connecting::Connecting;
use super::conversation::Conversation;
use super::ending::{Ending, stopped};
use super::farewell;
use super::outgoing::{Input, keep_newest};
use super::product::Product;
use crate::client::Client;
use crate::error::Result;
use crate::net::websocket::WebSocket;
use crate::runtime::select::select;
use crate::runtime::{self, Runtime};
use crate::session::Session;
use crate::session::handle::options::StreamSetup;

/// Begins the conversation in the background.
pub(crate) fn start(
    session: Session,
    client: Arc<Client>,
    stream: StreamSetup,
    product: Box<dyn Product>,
    input: Option<Input>,
) -> Result<Arc<Session>> {
    let opening = Some(client.drain.enter()?);
    let session = Session { opening, ..session };
    Ok(start_on(runtime::start()?.on_the_idlest(), session, client, stream, product, input))
}

/// As [`start`], where the rest of a call is.
pub(crate) fn start_on(
    runtime: Runtime,
    mut session: Session,
    client: Arc<Client>,
    stream: StreamSetup,
    product: Box<dyn Product>,
    input: Option<Input>,
) -> Arc<Session> {
    session.seat = runtime.ticker().seat();
    session.shard = runtime.shard();
    session.input.iter().for_each(|input| input.draw_on(runtime.reserve()));
    let session = Arc::new(session);
    client.metrics.enter(product.kind(), &session);
    let ending = Ending::new(session.clone(), client.clone(), runtime.clone());
    let connecting = Connecting::new(session.clone(), client, stream);
    let driver = Driver {
        session: session.clone(),
        connecting,
        talk: Some((product, input)),
        runtime: runtime.clone(),
    };
    let task = Task { ending, driver };
    runtime.spawn(|| task.run());
    session
}

struct Driver {
    session: Arc<Session>,
    connecting: Connecting,
    /// Until the stream is open.
    talk: Option<(Box<dyn Product>, Option<Input>)>,
    runtime: Runtime,
}

/// A driver before it runs. If it is cut off before it begins, it still ends the session, and reports that before
/// waiting callers continue: its fields are dropped in this order.
struct Task {
    ending: Ending,
    driver: Driver,
}

impl Task {
    fn run(self) -> impl Future<Output = ()> + Send {
        self.driver.run_to(self.ending)
    }
}

impl Driver {
    async fn run_to(mut self, ending: Ending) {
        let mut socket = None;
        let outcome = self.converse(&mut socket).await;
        let code = farewell::parting_code(&outcome);
        ending.tell(outcome, self.connecting.redactor());
        join(farewell::part(socket, code), Box::pin(self.connecting.clean_up())).await;
    }

    /// Leaves the stream in `left`: CLOSED must not wait until the stream is closed.
    async fn converse(&mut self, left: &mut Option<WebSocket>) -> Result<()> {
        let Some((product, mut input)) = self.talk.take() else { return Ok(()) };
        let session = self.session.clone();
        let connected = self.connect(&session, &mut input).await;
        let socket = match connected {
            Ok(Some(socket)) => socket,
            other => {
                input.into_iter().for_each(|input| input.leave_to(&self.session, None));
                return other.map(drop);
            }
        };
        self.session.watch_network(&socket);
        self.runtime.ticker().watch(&self.session.seat, self.session.clone());
        let mut conversation = Conversation::new(self.session.clone(), product, input, socket);
        let outcome = select! {
            outcome = conversation.run() => Some(outcome),
            () = self.runtime.stopping() => None,
        };
        if outcome.is_none() {
            conversation.take_leave().await;
        }
        let is_complete = matches!(outcome, Some(Ok(()))) && !self.session.life.close_requested();
        self.session.leave_network(is_complete);
        *left = Some(conversation.into_socket());
        outcome.unwrap_or_else(|| Err(stopped()))
    }

    /// Connects, and keeps the input within its limits meanwhile.
    async fn connect(&mut self, session: &Session, input: &mut Option<Input>) -> Result<Option<WebSocket>> {
        select! {
            connected = self.unless_given_up(Connecting::connect) => connected,
            never = keep_newest(session, input) => match never {},
        }
    }

    /// Runs a step that a close interrupts: `None` when the session was closed meanwhile.
    async fn unless_given_up<T>(
        &mut self,
        step: impl AsyncFnOnce(&mut Connecting) -> Result<T>,
    ) -> Result<Option<T>> {
        let session = self.session.clone();
        // In a box of its own, so that a conversation does not hold what only connecting needs.
        let done = Box::pin(step(&mut self.connecting));
        let closed = async {
            while !session.life.close_requested() {
                session.wake.notified().await;
            }
        };
        select! {
            done = done => done.map(Some),
            () = closed => Ok(None),
            () = self.runtime.stopping() => Err(stopped()),
        }
    }
}

/// Callers that wait in `close` continue, whatever happened to the task.
impl Drop for Driver {
    fn drop(&mut self) {
        self.session.life.finish();
    }
}
