//! A WebSocket seen as a state machine that one task can turn: reading never waits for writing.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Sink, Stream as _};
use hyper::header::{HeaderValue, USER_AGENT};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Error as WsError, Message, Utf8Bytes};

use super::tls::Tls;
use super::url::Url;
use super::{Stream, dial};
use crate::error::{Error, Result, Status};

/// A translated phrase comes in chunks of 13 kB; nothing legal comes near this.
const MAX_MESSAGE_BYTES: usize = 8 << 20;
/// Holds one 320 ms chunk of base64 in one read; the default of 128 KiB would be per session.
const READ_BUFFER_BYTES: usize = 16 << 10;

pub struct WebSocket {
    inner: WebSocketStream<Stream>,
    unsent: bool,
}

/// What a turn of the socket brought.
pub enum Turn {
    Text(Utf8Bytes),
    Binary(Bytes),
    /// The answer to a ping, or some other frame that only shows that the peer lives.
    Alive,
    /// Everything queued has been handed to the system.
    Sent,
    /// The peer closed: code (1005 when it gave none) and reason.
    Closed(u16, String),
    Lost(Error),
}

impl WebSocket {
    /// Opens the connection and performs the upgrade, all within `timeout` (protocol.md 4).
    pub async fn connect(url: &Url, user_agent: &str, tls: &Tls, timeout: Duration) -> Result<WebSocket> {
        match tokio::time::timeout(timeout, WebSocket::connect_unbounded(url, user_agent, tls, timeout)).await
        {
            Ok(connected) => connected,
            Err(_) => Err(Error::new(
                Status::Connect,
                format!("{} did not complete the upgrade within {} ms", url.server(), timeout.as_millis()),
            )),
        }
    }

    async fn connect_unbounded(
        url: &Url,
        user_agent: &str,
        tls: &Tls,
        timeout: Duration,
    ) -> Result<WebSocket> {
        let address = format!("ws://{}{}", url.authority(), url.path_and_query());
        let mut request = address
            .into_client_request()
            .map_err(|_| Error::invalid("the address of the stream is not a valid URL"))?;
        if let Ok(user_agent) = HeaderValue::from_str(user_agent) {
            request.headers_mut().insert(USER_AGENT, user_agent);
        }
        let stream = dial::open(url, tls, timeout).await?;
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(MAX_MESSAGE_BYTES))
            .max_frame_size(Some(MAX_MESSAGE_BYTES));
        let (inner, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config))
            .await
            .map_err(|error| upgrade_error(&url.server(), error))?;
        Ok(WebSocket { inner, unsent: false })
    }

    /// Whether something queued still waits for the system to take it.
    pub fn has_unsent(&self) -> bool {
        self.unsent
    }

    pub fn queue_text(&mut self, text: Vec<u8>) -> Result<()> {
        let text = Utf8Bytes::try_from(text)
            .map_err(|_| Error::new(Status::Internal, "a message to the service is not text"))?;
        self.queue(Message::Text(text))
    }

    pub fn queue_ping(&mut self) -> Result<()> {
        self.queue(Message::Ping(Bytes::new()))
    }

    pub fn queue_close(&mut self) -> Result<()> {
        let frame = CloseFrame { code: CloseCode::Normal, reason: Utf8Bytes::default() };
        self.queue(Message::Close(Some(frame)))
    }

    fn queue(&mut self, message: Message) -> Result<()> {
        self.unsent = true;
        Pin::new(&mut self.inner).start_send(message).map_err(|error| lost(&error))
    }

    /// Writes what it can and reads the next message. Safe to cancel at any time.
    pub async fn turn(&mut self) -> Turn {
        poll_fn(|cx| self.poll_turn(cx)).await
    }

    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<Turn> {
        if self.unsent {
            match Pin::new(&mut self.inner).poll_flush(cx) {
                Poll::Ready(Ok(())) => {
                    self.unsent = false;
                    return Poll::Ready(Turn::Sent);
                }
                // A peer that has closed still has things to say: reading decides.
                Poll::Ready(Err(_)) => self.unsent = false,
                Poll::Pending => {}
            }
        }
        Pin::new(&mut self.inner).poll_next(cx).map(|message| match message {
            Some(Ok(message)) => turn_of(message),
            Some(Err(error)) => Turn::Lost(lost(&error)),
            None => Turn::Closed(1006, String::new()),
        })
    }
}

fn turn_of(message: Message) -> Turn {
    match message {
        Message::Text(text) => Turn::Text(text),
        Message::Binary(bytes) => Turn::Binary(bytes),
        Message::Close(Some(frame)) => Turn::Closed(frame.code.into(), frame.reason.to_string()),
        Message::Close(None) => Turn::Closed(1005, String::new()),
        Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Turn::Alive,
    }
}

fn lost(error: &WsError) -> Error {
    match error {
        WsError::Capacity(_) => Error::new(
            Status::Protocol,
            format!("the server sent a message of more than {} MiB", MAX_MESSAGE_BYTES >> 20),
        ),
        WsError::Utf8(_) => Error::new(Status::Protocol, "the server sent text that is not UTF-8"),
        WsError::Protocol(error) if *error != ProtocolError::ResetWithoutClosingHandshake => {
            Error::new(Status::Protocol, format!("the server broke the WebSocket protocol: {error}"))
        }
        other => Error::new(Status::ConnectionLost, format!("the connection broke: {other}")),
    }
}

/// Refused upgrades by HTTP status (protocol.md 4.2).
fn upgrade_error(server: &str, error: WsError) -> Error {
    let WsError::Http(reply) = error else {
        return match error {
            WsError::Io(_) | WsError::Protocol(ProtocolError::HandshakeIncomplete) => {
                Error::new(Status::ConnectionLost, format!("the upgrade at {server} broke off: {error}"))
            }
            other => Error::new(Status::Protocol, format!("{server} does not speak WebSocket: {other}")),
        };
    };
    let http_status = reply.status().as_u16();
    let reason = reply.body().as_deref().map(|body| String::from_utf8_lossy(body)).unwrap_or_default();
    let reason = reason.trim();
    let text = if reason.is_empty() {
        format!("{server} refused the stream with HTTP status {http_status}")
    } else {
        format!("{server} refused the stream with HTTP status {http_status}: {reason}")
    };
    let (status, retriable) = match http_status {
        401 | 403 => (Status::Auth, false),
        409 | 429 | 500.. => (Status::Session, true),
        _ => (Status::Session, false),
    };
    Error::new(status, text).with_http_status(http_status).with_retriable(retriable)
}
