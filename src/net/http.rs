//! One HTTP request on a connection of its own: the REST calls are few and far between.

use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use hyper_util::rt::TokioIo;

use super::tls::Tls;
use super::url::Url;
use super::{Stream, dial, with_causes};
use crate::error::{Error, Result, Status};

pub use hyper::Method;

/// Far above any reply of the service (a glossary of 1 MB), far below what could hurt the host.
const MAX_REPLY_BYTES: usize = 4 << 20;

pub struct Request<'a> {
    pub method: Method,
    pub url: &'a Url,
    /// Values are treated as secrets.
    pub headers: Vec<(&'static str, String)>,
    pub user_agent: &'a str,
    pub body: Option<Body>,
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
}

/// Sends one request and reads the whole reply, all within `timeout`.
pub async fn send(
    request: Request<'_>,
    tls: &Tls,
    connect_timeout: Duration,
    timeout: Duration,
) -> Result<Reply> {
    let server = request.url.server();
    match tokio::time::timeout(timeout, send_unbounded(request, tls, connect_timeout)).await {
        Ok(reply) => reply,
        Err(_) => Err(Error::new(
            Status::Connect,
            format!("{server} did not reply within {} ms", timeout.as_millis()),
        )),
    }
}

async fn send_unbounded(request: Request<'_>, tls: &Tls, connect_timeout: Duration) -> Result<Reply> {
    let server = request.url.server();
    let stream = dial::open(request.url, tls, connect_timeout).await?;
    let broken = |error: hyper::Error| {
        let reason = with_causes(&error);
        Error::new(Status::ConnectionLost, format!("the connection to {server} broke: {reason}"))
    };
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::<Stream>::new(stream)).await.map_err(broken)?;
    let exchange = async {
        let reply = sender.send_request(build(request)?).await.map_err(broken)?;
        let status = reply.status().as_u16();
        let body = Limited::new(reply.into_body(), MAX_REPLY_BYTES).collect().await.map_err(|error| {
            let too_long = error.downcast_ref::<LengthLimitError>().is_some();
            let status = if too_long { Status::Protocol } else { Status::ConnectionLost };
            Error::new(status, format!("reading the reply of {server}: {error}"))
        })?;
        Ok(Reply { status, body: body.to_bytes() })
    };
    tokio::pin!(exchange, connection);
    let mut connection_open = true;
    loop {
        tokio::select! {
            biased;
            reply = &mut exchange => return reply,
            // The connection only carries the exchange; its end shows as the exchange's error.
            _ = &mut connection, if connection_open => connection_open = false,
        }
    }
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
