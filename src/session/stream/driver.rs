//! The task behind a session: connect, converse, say goodbye, clean up - and one CLOSED, come what may.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join;

use super::farewell;
use crate::client::credential_store::Taken;
use crate::client::credentials::Credentials;
use crate::client::endpoints::{self, Stream};
use crate::client::rest::RestSession;
use crate::client::secret::Redactor;
use crate::client::{Client, rest};
use crate::error::{Error, Result, Status};
use crate::event::{Event, EventKind, Texts, flag};
use crate::net::url::Url;
use crate::net::websocket::WebSocket;
use crate::products::stt;
use crate::products::stt::options::SttPlan;
use crate::products::translation;
use crate::products::tts;
use crate::runtime::Runtime;
use crate::session::Session;
use crate::session::handle::options::{StreamAddress, key_address};
use crate::session::input::Chunks;
use crate::wire;

/// How long a session that was given up may still take to clean up after itself.
const CLEAN_UP: Duration = Duration::from_secs(2);
/// As often as the ticker looks.
const LOOK: Duration = Duration::from_millis(10);

/// How to reach the stream.
#[derive(Clone)]
pub struct Route {
    pub to: Stream,
    /// `None`: create a REST session, and delete it in the end.
    pub stream: Option<StreamAddress>,
    /// What the stream wants to know in its address besides the token, escaped, as in "a=b&c=d".
    pub query: String,
    pub connect_timeout: Duration,
}

/// What is to be done with the stream, by product.
pub enum Work {
    Translation(Box<translation::Plan>, Box<Chunks>),
    Tts(Box<tts::Plan>),
    Stt(Box<SttPlan>, Box<Chunks>),
}

/// What goes on over an open stream.
pub trait Converse {
    /// Runs until the stream is over; `Ok` when it ended as it should or was closed by its owner.
    fn run(&mut self) -> impl Future<Output = Result<()>> + Send;

    /// Says goodbye, within seconds.
    fn take_leave(&mut self) -> impl Future<Output = ()> + Send;

    fn into_socket(self) -> WebSocket;
}

pub struct Driver {
    session: Arc<Session>,
    client: Arc<Client>,
    route: Route,
    /// Until the stream is open.
    work: Option<Work>,
    runtime: Runtime,
    redactor: Redactor,
    /// A REST session that is ours to delete.
    rest_session_id: Option<String>,
}

/// A driver that is to run. One that is cut off before it begins has an end all the same, and tells it before it lets
/// go whoever waits: its fields are dropped in this order.
pub struct Task {
    ending: Ending,
    driver: Driver,
}

impl Task {
    pub fn run(self) -> impl Future<Output = ()> + Send {
        self.driver.run_to(self.ending)
    }
}

impl Driver {
    pub fn new(
        session: Arc<Session>,
        client: Arc<Client>,
        route: Route,
        work: Work,
        runtime: Runtime,
    ) -> Driver {
        let mut redactor = Redactor::default();
        if let Some(credentials) = client.credentials.current() {
            redactor.add(credentials.secret());
        }
        Driver { session, client, route, work: Some(work), runtime, redactor, rest_session_id: None }
    }

    pub fn into_task(self) -> Task {
        let ending = Ending { session: self.session.clone(), runtime: self.runtime.clone(), outcome: None };
        Task { ending, driver: self }
    }

    async fn run_to(mut self, ending: Ending) {
        let mut socket = None;
        let outcome = self.converse(&mut socket).await;
        ending.tell(outcome, &self.redactor);
        join(farewell::part(socket), self.clean_up()).await;
    }

    /// Leaves the stream in `left`: CLOSED is not to wait for the goodbye.
    async fn converse(&mut self, left: &mut Option<WebSocket>) -> Result<()> {
        let Some(mut work) = self.work.take() else { return Ok(()) };
        let connected = tokio::select! {
            connected = self.unless_given_up(Driver::connect) => connected?,
            never = work.wait() => match never {},
        };
        let Some(socket) = connected else { return Ok(()) };
        let (session, runtime) = (self.session.clone(), self.runtime.clone());
        session.watch_network(&socket);
        runtime.ticker().watch(session.clone());
        match &mut work {
            Work::Translation(plan, chunks) => {
                let talk = session.translation()?;
                let conversation = translation::Conversation::new(&session, talk, plan, chunks, socket);
                hold(&session, conversation, runtime, left).await
            }
            Work::Stt(plan, chunks) => {
                let conversation = stt::Conversation::new(&session, session.stt()?, plan, chunks, socket);
                hold(&session, conversation, runtime, left).await
            }
            Work::Tts(plan) => {
                let conversation = tts::Conversation::new(&session, session.tts()?, plan, socket)?;
                hold(&session, conversation, runtime, left).await
            }
        }
    }

    /// Runs a step that the owner may interrupt: `None` when the session was closed meanwhile.
    async fn unless_given_up<T>(
        &mut self,
        step: impl AsyncFnOnce(&mut Driver) -> Result<T>,
    ) -> Result<Option<T>> {
        let session = self.session.clone();
        let mut runtime = self.runtime.clone();
        let closed = async {
            while !session.life.close_requested() {
                session.wake.notified().await;
            }
        };
        tokio::select! {
            done = step(self) => done.map(Some),
            () = closed => Ok(None),
            () = runtime.stopping() => Err(stopped()),
        }
    }

    /// Once, or again with other credentials when those are refused that the client has.
    async fn connect(&mut self) -> Result<WebSocket> {
        loop {
            let used = match self.route.stream {
                Some(_) => None,
                None => Some(self.take_credentials().await?),
            };
            let connected = self.connect_with(used.as_ref().map(|used| &used.credentials)).await;
            match (&connected, &used) {
                (Err(error), Some(used)) if error.status == Status::Auth => {
                    if !self.client.credentials.refuse(used) {
                        return connected;
                    }
                    self.clean_up().await;
                }
                _ => return connected,
            }
        }
    }

    async fn take_credentials(&mut self) -> Result<Taken> {
        let session = &self.session;
        let asked = || session.tell([Event::new(EventKind::CredentialsNeeded)]);
        let taken = self.client.credentials.take(asked).await?;
        self.redactor.add(taken.credentials.secret());
        Ok(taken)
    }

    /// A stream whose address is known, or one that a REST session names (protocol.md 3.3, 4.1).
    async fn connect_with(&mut self, credentials: Option<&Credentials>) -> Result<WebSocket> {
        let (url, token) = match (&self.route.stream, credentials) {
            (Some(StreamAddress { ws_url, token }), _) => (Url::parse(ws_url), token.clone()),
            (None, Some(Credentials::Key { key, region })) => {
                (Url::parse(&key_address(self.route.to, &self.client, region)?), key.clone())
            }
            (None, _) => {
                let rest_session = rest::create(&self.client).await?;
                self.rest_session_id = Some(rest_session.id.clone());
                self.session.log(|| format!("REST session created at {}", self.client.api_url.server()));
                (self.address_of(&rest_session), rest_session.token)
            }
        };
        self.redactor.add(&token);
        let _ = self.session.secrets.set(self.redactor.clone());
        let url = url
            .and_then(|url| url.with_query("token", token.expose()))
            .and_then(|url| url.with_escaped(&self.route.query))
            .map_err(|error| Error { status: Status::Protocol, ..error })?;
        let url = self.client.proxies.route(url)?;
        let Client { user_agent, tls, .. } = &*self.client;
        let connect =
            WebSocket::connect(&url, user_agent, tls, self.route.connect_timeout, read_refusal).await;
        let socket = connect?;
        self.session.log(|| format!("stream open at {}", url.server()));
        if url.is_secure() && tls.bad_certificates() > 0 {
            self.session.tell([bad_certificates(tls.bad_certificates())]);
        }
        Ok(socket)
    }

    /// Where clients with an id and a secret find each product (protocol.md 3.3, 4.1, 13).
    fn address_of(&self, rest_session: &RestSession) -> Result<Url> {
        let own = match self.route.to {
            Stream::Translation => return Url::parse(&rest_session.ws_url),
            Stream::TextToSpeech => &self.client.tts_url,
            Stream::SpeechToText => &self.client.stt_url,
        };
        match own {
            Some(own) => Url::parse(&endpoints::fill(own)?),
            None if self.route.to == Stream::SpeechToText => {
                self.client.api_url.join(endpoints::SPEECH_TO_TEXT_PATH)
            }
            None if rest_session.ws_tts_url.is_empty() => Url::parse(endpoints::TEXT_TO_SPEECH),
            None => Url::parse(&rest_session.ws_tts_url),
        }
    }

    /// A failure here is nobody's concern: the service forgets the session by itself (protocol.md 15 row 31).
    async fn clean_up(&mut self) {
        if let Some(id) = self.rest_session_id.take() {
            // After CLOSED nothing is told any more, so neither is this.
            let _ = tokio::time::timeout(CLEAN_UP, rest::delete(&self.client, &id)).await;
        }
    }
}

async fn hold(
    session: &Session,
    mut conversation: impl Converse,
    mut runtime: Runtime,
    left: &mut Option<WebSocket>,
) -> Result<()> {
    let outcome = tokio::select! {
        outcome = conversation.run() => Some(outcome),
        () = runtime.stopping() => None,
    };
    if outcome.is_none() {
        conversation.take_leave().await;
    }
    let socket = conversation.into_socket();
    session.leave_network();
    *left = Some(socket);
    outcome.unwrap_or_else(|| Err(stopped()))
}

impl Work {
    /// What has to be done while the stream is not open yet.
    async fn wait(&mut self) -> Infallible {
        match self {
            Work::Translation(plan, chunks) => {
                keep_newest(chunks, plan.drop_oldest.then_some(plan.input_buffer_ms)).await
            }
            Work::Stt(plan, chunks) => {
                keep_newest(chunks, plan.drop_oldest.then_some(plan.input_buffer_ms)).await
            }
            Work::Tts(_) => std::future::pending().await,
        }
    }
}

/// Looks after the ring while nothing is taken out of it, with `None` not at all.
async fn keep_newest(chunks: &mut Chunks, keep_ms: Option<u32>) -> Infallible {
    let Some(keep_ms) = keep_ms else { return std::future::pending().await };
    loop {
        chunks.drop_older_than(keep_ms);
        tokio::time::sleep(LOOK).await;
    }
}

fn bad_certificates(count: usize) -> Event {
    let text = format!("{count} of the CA certificates cannot be read and are not trusted");
    Event { texts: Texts::new(&text, "", "", "CA_CERTIFICATES"), ..Event::new(EventKind::Warning) }
}

fn read_refusal(body: &[u8]) -> (String, String) {
    let refusal = wire::rest::read_refusal(body);
    (refusal.code, refusal.text)
}

fn stopped() -> Error {
    Error::new(Status::Shutdown, "palabra_shutdown stopped the session")
}

/// Delivers the terminal event when the task is done, cut off or has panicked.
struct Ending {
    session: Arc<Session>,
    runtime: Runtime,
    outcome: Option<Result<()>>,
}

impl Ending {
    /// Tells the outcome now; what still has to be cleaned up is not the caller's concern.
    fn tell(mut self, outcome: Result<()>, redactor: &Redactor) {
        self.outcome = Some(outcome.map_err(|error| redactor.clean_error(error)));
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let outcome = self.outcome.take().unwrap_or_else(|| {
            Err(if std::thread::panicking() {
                Error::new(Status::Internal, "a defect in the library ended the session")
            } else {
                stopped()
            })
        });
        let session = &self.session;
        if let Some(playout) = session.playout.as_ref().filter(|_| self.runtime.is_stopping()) {
            session.tell(playout.abandon());
        }
        session.life.enter_closed(outcome.as_ref().err().cloned());
        session.tell([closed_event(outcome.err())]);
        // Behind CLOSED, and also where nobody feeds: a session that never connected, a library that shuts down.
        if let Some(playout) = &session.playout {
            playout.finish();
        }
        if let Ok(tts) = session.tts() {
            tts.finish();
        }
    }
}

fn closed_event(error: Option<Error>) -> Event {
    let mut event = Event::new(EventKind::Closed);
    if let Some(error) = error {
        event.code = error.status.code();
        event.http_status = error.http_status;
        event.close_code = error.close_code;
        event.retry_after_ms = error.retry_after_ms();
        event.os_error = error.os_error;
        event.flags = flag::FATAL | if error.retriable { flag::RETRIABLE } else { 0 };
        event.texts = Texts::new(&error.text, "", "", &error.service_code);
    }
    event
}

/// Whoever waits in `close` is let go whatever became of the task.
impl Drop for Driver {
    fn drop(&mut self) {
        self.session.life.finish();
    }
}
