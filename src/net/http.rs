//! One HTTP request on a connection of its own: REST calls are rare.

use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Buf, Bytes};
use hyper::client::conn::http1::Builder;
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use hyper_util::rt::TokioIo;

use super::causes::with_causes;
use super::tls::Tls;
use super::way::Way;
use super::{Stream, TimeLimit, dial, refusal, retry_after, tls_error};
use crate::error::{Error, Result, Status};
use crate::memory;
use crate::runtime::select::{if_any, select};
use crate::sync::{AtomicBool, Ordering};

pub use hyper::Method;

/// Far above any reply of the service (a glossary of 1 MB), far below what could harm the host.
const MAX_REPLY_BYTES: usize = 4 << 20;

/// Gateways add headers to those of the service.
const MAX_HEADERS: usize = 1000;

pub struct Request<'a> {
    pub method: Method,
    pub url: &'a Way,
    /// Values are treated as secrets.
    pub headers: Vec<(&'static str, String)>,
    pub user_agent: &'a str,
    pub body: Option<Body>,
    /// Set before the request is sent: from then on the server may act on it.
    pub sent: Option<&'a AtomicBool>,
}

pub struct Body {
    pub content_type: String,
    pub bytes: Bytes,
}

impl Body {
    pub fn json(text: String) -> Body {
        Body { content_type: "application/json".into(), bytes: text.into() }
    }
}

pub struct Reply {
    pub status: u16,
    pub body: Bytes,
    pub retry_after: Option<Duration>,
}

/// Why a request failed.
pub struct Failure {
    pub error: Error,
    /// The request was sent: the server may have acted on it.
    pub may_have_acted: bool,
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        failure.error
    }
}

/// Sends one request and reads the whole reply, all within `limit`.
pub async fn send(
    request: Request<'_>,
    tls: &Tls,
    connect_timeout: Duration,
    limit: TimeLimit,
) -> std::result::Result<Reply, Failure> {
    let dialled = dial::open(request.url, tls, limit.part(connect_timeout)).await;
    let stream = dialled.map_err(|error| Failure { error, may_have_acted: false })?;
    request.sent.inspect(|sent| sent.store(true, Ordering::Relaxed));
    exchange(request, stream, limit).await.map_err(|error| Failure { error, may_have_acted: true })
}

/// HTTP/1.1 with the library's limits.
pub fn protocol() -> Builder {
    let mut builder = Builder::new();
    builder.max_headers(MAX_HEADERS);
    builder
}

async fn exchange(request: Request<'_>, stream: Stream, limit: TimeLimit) -> Result<Reply> {
    let server = request.url.server();
    let request = build(request)?;
    let broken = |error: hyper::Error| broken(&server, &error);
    let (mut sender, connection) =
        protocol().handshake(TokioIo::<Stream>::new(stream)).await.map_err(broken)?;
    let exchange = async {
        let late = || Error::new(Status::Connect, format!("{server} did not reply within {limit}"));
        let reply = limit.bound(sender.send_request(request)).await.ok_or_else(late)?.map_err(broken)?;
        let status = reply.status().as_u16();
        if !reply.status().is_success() {
            // The status counts even when the body cannot be read.
            let retry_after = retry_after::read(reply.headers());
            let body = refusal::read_reason(reply, limit.at()).await.into();
            return Ok(Reply { status, body, retry_after });
        }
        let body = limit.bound(Limited::new(reply.into_body(), MAX_REPLY_BYTES).collect()).await;
        let unread = |error| unread(&server, error).with_http_status(status);
        let late = || late_body(&server, limit).with_http_status(status);
        let body = body.ok_or_else(late)?.map_err(unread)?;
        // Collected in one piece; parsing it takes as much memory again.
        let mut body = body.aggregate();
        memory::ask(2 * body.remaining())?;
        Ok(Reply { status, body: body.copy_to_bytes(body.remaining()), retry_after: None })
    };
    // An end of the connection appears as an error of the exchange.
    let (reply, _) = beside(connection, exchange, |_| false).await;
    reply
}

/// Runs an exchange and drives the connection that carries it. Also returns why the connection broke, if it is known by
/// then or if the result is one that `needs_cause`.
pub async fn beside<T>(
    connection: impl Future<Output = hyper::Result<()>>,
    exchange: impl Future<Output = T>,
    needs_cause: impl FnOnce(&T) -> bool,
) -> (T, Option<hyper::Error>) {
    tokio::pin!(exchange, connection);
    let mut is_open = true;
    let mut cause = None;
    let result = loop {
        select! {
            in order;
            result = &mut exchange => break result,
            ended = if_any(is_open.then_some(connection.as_mut())) => {
                is_open = false;
                cause = ended.err();
            }
        }
    };
    if is_open && needs_cause(&result) {
        cause = connection.await.err();
    }
    (result, cause)
}

fn broken(server: &str, error: &hyper::Error) -> Error {
    if let Some(cause) = tls_error::cause(error) {
        return tls_error::explain(server, cause);
    }
    let text = format!("the connection to {server} broke: {}", with_causes(error));
    Error::new(Status::ConnectionLost, text)
}

fn late_body(server: &str, limit: TimeLimit) -> Error {
    Error::new(Status::Connect, format!("{server} did not complete its reply within {limit}"))
}

fn unread(server: &str, error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    if error.downcast_ref::<LengthLimitError>().is_some() {
        let text = format!("the reply of {server} is larger than the limit of {} MiB", MAX_REPLY_BYTES >> 20);
        return Error::new(Status::Protocol, text);
    }
    let text = format!("the reply of {server} was cut off: {}", with_causes(&*error));
    Error::new(Status::ConnectionLost, text)
}

fn build(request: Request<'_>) -> Result<hyper::Request<Full<Bytes>>> {
    let mut builder = hyper::Request::builder()
        .method(request.method)
        .uri(request.url.path_and_query())
        .header(HOST, request.url.authority())
        .header(USER_AGENT, request.user_agent)
        .header(CONNECTION, "close");
    for (name, value) in request.headers {
        let mut value = HeaderValue::from_str(&value).map_err(|_| {
            Error::new(Status::Auth, "the credentials hold a character that no header can carry")
        })?;
        value.set_sensitive(true);
        builder = builder.header(name, value);
    }
    let mut bytes = Bytes::new();
    if let Some(body) = request.body {
        builder = builder.header(CONTENT_TYPE, body.content_type);
        bytes = body.bytes;
    }
    builder
        .body(Full::new(bytes))
        .map_err(|_| Error::invalid("an address or name cannot be sent in a request"))
}
