//! Opening a stream: credentials, a REST session if they need one, the address, the connection.

use std::sync::Arc;
use std::time::Duration;

use crate::client::creation::Creation;
use crate::client::credential_store::Taken;
use crate::client::credentials::Credentials;
use crate::client::secret::Redactor;
use crate::client::{Client, rest, stream_url};
use crate::error::{Error, Result, Status};
use crate::event::{Event, EventKind, Texts};
use crate::net::url::Url;
use crate::net::websocket::WebSocket;
use crate::session::Session;
use crate::session::handle::options::{StreamAddress, StreamSetup};
use crate::wire;

/// How long a session that was closed may take to clean up.
const CLEAN_UP: Duration = Duration::from_secs(2);

pub(super) struct Connecting {
    session: Arc<Session>,
    client: Arc<Client>,
    setup: StreamSetup,
    redactor: Redactor,
    /// A REST session that the driver must delete.
    rest_session_id: Option<String>,
    /// One that is being created.
    creation: Option<Creation>,
}

impl Connecting {
    pub(super) fn new(session: Arc<Session>, client: Arc<Client>, setup: StreamSetup) -> Connecting {
        let redactor = client.credentials.redactor();
        Connecting { session, client, setup, redactor, rest_session_id: None, creation: None }
    }

    /// What no text may contain.
    pub(super) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Tries once, and again with other credentials when the present ones are refused.
    pub(super) async fn connect(&mut self) -> Result<WebSocket> {
        loop {
            let used = match self.setup.address {
                Some(_) => None,
                None => Some(self.take_credentials().await?),
            };
            let connected = self.connect_with(used.as_ref().map(|used| &used.credentials)).await;
            match (&connected, &used) {
                (Err(error), Some(used)) if error.status == Status::Auth && !error.is_of_proxy => {
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
        let taken = self.client.credentials.take(|| session.delivery.ask_for_credentials()).await?;
        self.redactor.join(&taken.redactor);
        Ok(taken)
    }

    async fn connect_with(&mut self, credentials: Option<&Credentials>) -> Result<WebSocket> {
        let url = self.address(credentials).await?;
        let url = self.client.proxies.route(url)?;
        let Client { user_agent, tls, .. } = &*self.client;
        let connect =
            WebSocket::connect(&url, user_agent, tls, self.setup.connect_timeout, read_refusal).await;
        let mut socket = connect?;
        socket.limit_message(self.session.message_bytes);
        self.session.log(|| format!("stream open at {}", url.server()));
        if url.is_secure() && tls.bad_certificates() > 0 {
            self.session.tell([bad_certificates(tls.bad_certificates())]);
        }
        Ok(socket)
    }

    /// A stream whose address is known, or one that a REST session names (protocol.md 3.3, 4.1).
    async fn address(&mut self, credentials: Option<&Credentials>) -> Result<Url> {
        let (url, token) = match (&self.setup.address, credentials) {
            (Some(StreamAddress { ws_url, token }), _) => (Url::parse(ws_url), token.clone()),
            (None, Some(Credentials::Key { key, region })) => {
                (Url::parse(&stream_url::of_key(&self.client, self.setup.to, region)?), key.clone())
            }
            (None, _) => {
                let creation = self.creation.insert(Creation::new(self.client.clone()));
                let rest_session = creation.run().await?;
                self.creation = None;
                self.session.life.note_rest_session(&rest_session.id);
                self.rest_session_id = Some(rest_session.id.clone());
                self.session.log(|| format!("REST session created at {}", self.client.api_url.server()));
                let url = stream_url::of_rest_session(&self.client, self.setup.to, &rest_session);
                (url, rest_session.token)
            }
        };
        self.redactor.add(&token);
        let _ = self.session.secrets.set(self.redactor.clone());
        url.and_then(|url| url.with_query("token", token.expose()))
            .and_then(|url| url.with_escaped(&self.setup.query))
            .map_err(|error| Error { status: Status::Protocol, ..error })
    }

    /// A failure here has no consequences: the service deletes the session by itself (protocol.md 15 row 31).
    pub(super) async fn clean_up(&mut self) {
        // No event follows CLOSED, so a failure is not reported.
        let _ = tokio::time::timeout(CLEAN_UP, self.delete_rest_session()).await;
    }

    async fn delete_rest_session(&mut self) {
        if let Some(creation) = self.creation.take() {
            self.rest_session_id = creation.settle().await.map(|session| session.id);
        }
        if let Some(id) = self.rest_session_id.take() {
            let _ = rest::delete(&self.client, &id).await;
        }
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
