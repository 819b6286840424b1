//! The upgrade (RFC 6455 section 4): one HTTP exchange that ends with the stream in our hands.

use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    CONNECTION, HOST, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE, USER_AGENT,
};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use ring::digest;

use super::random;
use crate::error::{Error, Result, Status};
use crate::net::url::Url;
use crate::net::{Stream, with_causes};

/// Enough for a reason.
const MAX_REASON_BYTES: usize = 4096;
/// Appended to the key before it is hashed (RFC 6455 section 1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Finds the service's code and text in the body of a refusal.
pub type ReadRefusal = fn(&[u8]) -> (String, String);

/// Upgrades the stream; also returns what the server sent right behind its reply.
pub async fn upgrade(
    url: &Url,
    user_agent: &str,
    stream: Stream,
    read_refusal: ReadRefusal,
) -> Result<(Stream, Bytes)> {
    let server = url.server();
    let key = base64_simd::STANDARD.encode_to_string(random::bytes::<16>()?);
    let request = request(url, user_agent, &key)?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|e| broken_upgrade(&server, &e))?;
    let connection = connection.with_upgrades();
    let exchange = async {
        let reply = sender.send_request(request).await.map_err(Failure::Http)?;
        if reply.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(Failure::Told(refused(&server, reply, read_refusal).await));
        }
        check_reply(&server, &reply, &key).map_err(Failure::Told)?;
        hyper::upgrade::on(reply).await.map_err(Failure::Http)
    };
    tokio::pin!(exchange, connection);
    let mut is_open = true;
    let mut cause = None;
    let upgraded = loop {
        tokio::select! {
            biased;
            upgraded = &mut exchange => break upgraded,
            ended = &mut connection, if is_open => {
                is_open = false;
                cause = ended.err();
            }
        }
    };
    // The exchange may only know that it was cancelled; the connection knows why.
    if is_open && matches!(&upgraded, Err(Failure::Http(error)) if error.is_canceled()) {
        cause = connection.await.err();
    }
    let upgraded = upgraded.map_err(|failure| match failure {
        Failure::Told(error) => error,
        Failure::Http(error) => broken_upgrade(&server, cause.as_ref().unwrap_or(&error)),
    })?;
    let parts = upgraded
        .downcast::<TokioIo<Stream>>()
        .map_err(|_| Error::new(Status::Internal, "the upgraded stream is not ours"))?;
    Ok((parts.io.into_inner(), parts.read_buf))
}

/// Why an exchange failed: an error in our own words, or in those of HTTP.
enum Failure {
    Told(Error),
    Http(hyper::Error),
}

fn request(url: &Url, user_agent: &str, key: &str) -> Result<Request<Empty<Bytes>>> {
    Request::get(url.path_and_query())
        .header(HOST, url.authority())
        .header(UPGRADE, "websocket")
        .header(CONNECTION, "Upgrade")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, key)
        .header(USER_AGENT, user_agent)
        .body(Empty::new())
        .map_err(|_| Error::invalid("an address or name cannot be sent in a request"))
}

fn check_reply(server: &str, reply: &Response<Incoming>, key: &str) -> Result<()> {
    let digest = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, format!("{key}{GUID}").as_bytes());
    let expected = base64_simd::STANDARD.encode_to_string(digest.as_ref());
    let accepted = reply.headers().get(SEC_WEBSOCKET_ACCEPT).is_some_and(|accept| *accept == expected);
    if accepted {
        return Ok(());
    }
    Err(Error::new(
        Status::Protocol,
        format!("{server} does not speak WebSocket: its answer to the key is wrong"),
    ))
}

fn broken_upgrade(server: &str, error: &hyper::Error) -> Error {
    if has_hung_up(error) {
        let text = format!("the upgrade at {server} broke off: {}", with_causes(error));
        Error::new(Status::ConnectionLost, text)
    } else {
        Error::new(Status::Protocol, format!("{server} does not speak WebSocket: {}", with_causes(error)))
    }
}

/// Whether the connection went, rather than said something strange. A cancelled exchange has its reason as cause.
fn has_hung_up(error: &(dyn std::error::Error + 'static)) -> bool {
    if error.is::<std::io::Error>() {
        return true;
    }
    let Some(http) = error.downcast_ref::<hyper::Error>() else { return false };
    match error.source() {
        Some(cause) => has_hung_up(cause),
        None => http.is_incomplete_message() || http.is_closed() || http.is_canceled(),
    }
}

/// Refused upgrades by HTTP status (protocol.md 4.2).
async fn refused(server: &str, reply: Response<Incoming>, read_refusal: ReadRefusal) -> Error {
    let http_status = reply.status().as_u16();
    let body = Limited::new(reply.into_body(), MAX_REASON_BYTES).collect().await;
    let body = body.map(|body| body.to_bytes()).unwrap_or_default();
    let (service_code, reason) = read_refusal(&body);
    let mut text = format!("{server} refused the stream with HTTP status {http_status}");
    if !reason.is_empty() {
        text = format!("{text}: {reason}");
    }
    let (status, retriable) = match http_status {
        401 | 403 => (Status::Auth, false),
        409 | 429 | 500.. => (Status::Session, true),
        _ => (Status::Session, false),
    };
    Error::new(status, text)
        .with_http_status(http_status)
        .with_service_code(service_code)
        .with_retriable(retriable)
}
