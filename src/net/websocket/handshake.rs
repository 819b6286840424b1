//! The upgrade (RFC 6455 section 4): one HTTP exchange that ends with a WebSocket stream.

use std::time::Duration;

use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;
use hyper::header::{
    CONNECTION, HOST, HeaderName, LOCATION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS,
    SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE, USER_AGENT,
};
use hyper::upgrade::Upgraded;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use ring::digest;

use crate::error::{Error, Result, Status};
use crate::net::causes::with_causes;
use crate::net::tls::Tls;
use crate::net::way::Way;
use crate::net::{Stream, TimeLimit, dial, http, refusal, retry_after, tls_error};
use crate::runtime::random;
use crate::wire::verdict::{self, Verdict};

/// Number of redirections that are followed; a server that sends more is redirecting in a circle.
const MAX_REDIRECTS: usize = 3;
/// Longest part of a server's text that an error quotes.
const MAX_QUOTED_CHARS: usize = 100;
/// Appended to the key before it is hashed (RFC 6455 section 1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Reads the service's code and text from the body of a refusal.
pub type ReadRefusal = fn(&[u8]) -> (String, String);

/// An open stream.
pub(super) struct Opened {
    pub stream: Stream,
    /// What the server sent directly after its reply.
    pub early: Bytes,
    /// When the server would take another connection, if it said so.
    pub retry_after: Option<Duration>,
}

/// Opens the connection and upgrades it, following redirections.
pub(super) async fn connect(
    url: &Way,
    user_agent: &str,
    tls: &Tls,
    limit: TimeLimit,
    read_refusal: ReadRefusal,
) -> Result<Opened> {
    let mut url = url.clone();
    let mut redirects = 0;
    loop {
        let stream = dial::open(&url, tls, limit).await?;
        let (http_status, location) = match upgrade(&url, user_agent, stream, limit, read_refusal).await? {
            Answer::Open(opened) => return Ok(opened),
            Answer::Elsewhere(http_status, location) => (http_status, location),
        };
        let next = url.redirected(&location);
        url = match next {
            Ok(next) if next.is_same_host(&url) && redirects < MAX_REDIRECTS => next,
            _ => return Err(not_followed(&url, http_status, next.as_ref().ok(), redirects)),
        };
        redirects += 1;
    }
}

/// A server's answer to an upgrade request, except a refusal.
enum Answer {
    Open(Opened),
    /// HTTP status and new address.
    Elsewhere(u16, String),
}

async fn upgrade(
    url: &Way,
    user_agent: &str,
    stream: Stream,
    limit: TimeLimit,
    read_refusal: ReadRefusal,
) -> Result<Answer> {
    let server = url.server();
    let key = base64_simd::STANDARD.encode_to_string(random::bytes::<16>()?);
    let request = request(url, user_agent, &key)?;
    let (mut sender, connection) =
        http::protocol().handshake(TokioIo::new(stream)).await.map_err(|e| broken_upgrade(&server, &e))?;
    let exchange = ask(&mut sender, request, &server, &key, limit, read_refusal);
    let (outcome, cause) = http::beside(connection.with_upgrades(), exchange, is_cancelled).await;
    match outcome {
        Ok(Asked::Upgraded(stream, retry_after)) => opened(stream, retry_after),
        Ok(Asked::Redirected(http_status, location)) => Ok(Answer::Elsewhere(http_status, location)),
        Err(Failure::Told(error)) => Err(error),
        Err(Failure::Http(error)) => Err(broken_upgrade(&server, cause.as_ref().unwrap_or(&error))),
    }
}

/// What the exchange came to, except a refusal.
enum Asked {
    Upgraded(Upgraded, Option<Duration>),
    Redirected(u16, String),
}

async fn ask(
    sender: &mut SendRequest<Empty<Bytes>>,
    request: Request<Empty<Bytes>>,
    server: &str,
    key: &str,
    limit: TimeLimit,
    read_refusal: ReadRefusal,
) -> std::result::Result<Asked, Failure> {
    let reply = limit.bound(sender.send_request(request)).await;
    let reply = reply.ok_or_else(|| Failure::Told(late(server, limit)))?.map_err(Failure::Http)?;
    if reply.status() != StatusCode::SWITCHING_PROTOCOLS {
        return match location(&reply) {
            Some(location) => Ok(Asked::Redirected(reply.status().as_u16(), location)),
            None => Err(Failure::Told(refused(server, reply, limit, read_refusal).await)),
        };
    }
    check_reply(reply.headers(), key).map_err(|why| Failure::Told(no_websocket(server, &why)))?;
    let retry_after = retry_after::read(reply.headers());
    let upgraded = hyper::upgrade::on(reply).await.map_err(Failure::Http)?;
    Ok(Asked::Upgraded(upgraded, retry_after))
}

/// The exchange only knows that it was cancelled; the connection knows the reason.
fn is_cancelled(outcome: &std::result::Result<Asked, Failure>) -> bool {
    matches!(outcome, Err(Failure::Http(error)) if error.is_canceled())
}

fn opened(stream: Upgraded, retry_after: Option<Duration>) -> Result<Answer> {
    let parts = stream
        .downcast::<TokioIo<Stream>>()
        .map_err(|_| Error::new(Status::Internal, "the upgraded stream is not ours"))?;
    Ok(Answer::Open(Opened { stream: parts.io.into_inner(), early: parts.read_buf, retry_after }))
}

/// Why an exchange failed: an error of this library, or one of the HTTP library.
enum Failure {
    Told(Error),
    Http(hyper::Error),
}

fn request(url: &Way, user_agent: &str, key: &str) -> Result<Request<Empty<Bytes>>> {
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

/// Everything that a client must check (RFC 6455 section 4.1). The error says what is wrong.
fn check_reply(headers: &HeaderMap, key: &str) -> std::result::Result<(), String> {
    let digest = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, format!("{key}{GUID}").as_bytes());
    let expected = base64_simd::STANDARD.encode_to_string(digest.as_ref());
    let wrong = |why: &str| Err(why.to_owned());
    if !values(headers, UPGRADE).eq([b"websocket".to_vec()]) {
        return wrong("its reply lacks Upgrade: websocket");
    }
    let has_upgrade =
        |value: Vec<u8>| value.split(|&byte| byte == b',').any(|word| word.trim_ascii() == b"upgrade");
    if !values(headers, CONNECTION).any(has_upgrade) {
        return wrong("its reply lacks Connection: Upgrade");
    }
    let mut accepts = headers.get_all(SEC_WEBSOCKET_ACCEPT).iter();
    if accepts.next().is_none_or(|accept| *accept != expected) || accepts.next().is_some() {
        return wrong("its answer to the key is wrong");
    }
    for (name, what) in [(SEC_WEBSOCKET_EXTENSIONS, "extension"), (SEC_WEBSOCKET_PROTOCOL, "subprotocol")] {
        let mut chosen = headers.get_all(name).iter().map(|value| value.as_bytes().trim_ascii());
        if let Some(chosen) = chosen.find(|chosen| !chosen.is_empty()) {
            let chosen = String::from_utf8_lossy(chosen);
            let chosen: String = chosen.chars().take(MAX_QUOTED_CHARS).collect();
            return Err(format!("it uses the {what} {chosen}, which was not offered"));
        }
    }
    Ok(())
}

/// All values of a header, in lower case.
fn values(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = Vec<u8>> {
    headers.get_all(name).into_iter().map(|value| value.as_bytes().trim_ascii().to_ascii_lowercase())
}

fn location(reply: &Response<Incoming>) -> Option<String> {
    let is_redirect = matches!(reply.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = reply.headers().get(LOCATION).filter(|_| is_redirect)?;
    Some(String::from_utf8_lossy(location.as_bytes()).into_owned())
}

fn not_followed(url: &Way, http_status: u16, next: Option<&Way>, redirects: usize) -> Error {
    let place = next.map_or_else(|| "an address that is not valid".to_owned(), |next| next.without_query());
    let place: String = place.chars().take(2 * MAX_QUOTED_CHARS).collect();
    let why = match next {
        Some(next) if next.is_same_host(url) => format!("which is redirection number {}", redirects + 1),
        _ => "which is not followed to another scheme or host".to_owned(),
    };
    let text =
        format!("{} redirects the stream with HTTP status {http_status} to {place}, {why}", url.server());
    Error::new(Status::Session, text).with_http_status(http_status)
}

fn late(server: &str, limit: TimeLimit) -> Error {
    Error::new(Status::Connect, format!("{server} did not complete the upgrade within {limit}"))
}

fn no_websocket(server: &str, why: &str) -> Error {
    Error::new(Status::Protocol, format!("{server} does not speak WebSocket: {why}"))
}

fn broken_upgrade(server: &str, error: &hyper::Error) -> Error {
    if let Some(cause) = tls_error::cause(error) {
        return tls_error::explain(server, cause);
    }
    if has_hung_up(error) {
        let text = format!("the upgrade at {server} broke off: {}", with_causes(error));
        Error::new(Status::ConnectionLost, text)
    } else {
        no_websocket(server, &with_causes(error))
    }
}

/// Whether the connection broke, rather than sent something invalid. A cancelled exchange has its reason as cause.
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

/// Refused upgrades by HTTP status (protocol.md 4.2). The status counts even when the body cannot be read.
async fn refused(
    server: &str,
    reply: Response<Incoming>,
    limit: TimeLimit,
    read_refusal: ReadRefusal,
) -> Error {
    let http_status = reply.status().as_u16();
    let retry_after = retry_after::read(reply.headers());
    let (service_code, reason) = read_refusal(&refusal::read_reason(reply, limit.at()).await);
    let mut text = format!("{server} refused the stream with HTTP status {http_status}");
    if !reason.is_empty() {
        text = format!("{text}: {reason}");
    }
    let Verdict { status, retriable } = verdict::of_http(verdict::Asked::Stream, http_status);
    Error::new(status, text)
        .with_http_status(http_status)
        .with_service_code(service_code)
        .with_retriable(retriable)
        .with_retry_after(retry_after)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 6455 section 1.3.
    const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
    const ACCEPT: (&str, &str) = ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

    fn verdict(lines: &[(&'static str, &'static str)]) -> std::result::Result<(), String> {
        let mut headers = HeaderMap::new();
        for &(name, value) in lines {
            headers.append(name, value.parse().unwrap());
        }
        check_reply(&headers, KEY)
    }

    #[test]
    fn a_reply_must_be_complete_and_take_nothing_that_was_not_offered() {
        let usual = [("upgrade", "WebSocket"), ("connection", "keep-alive, Upgrade"), ACCEPT];
        assert_eq!(verdict(&usual), Ok(()));
        let [upgrade, connection, accept] = usual;
        let wrong_accept = ("sec-websocket-accept", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        for (lines, why) in [
            (vec![connection, accept], "Upgrade: websocket"),
            (vec![("upgrade", "h2c"), connection, accept], "Upgrade: websocket"),
            (vec![upgrade, accept], "Connection: Upgrade"),
            (vec![upgrade, ("connection", "close"), accept], "Connection: Upgrade"),
            (vec![upgrade, connection], "answer to the key"),
            (vec![upgrade, connection, wrong_accept], "answer to the key"),
            (vec![upgrade, connection, accept, accept], "answer to the key"),
            (
                vec![upgrade, connection, accept, ("sec-websocket-extensions", "permessage-deflate; x=1")],
                "extension permessage-deflate; x=1",
            ),
            (vec![upgrade, connection, accept, ("sec-websocket-protocol", "chat")], "subprotocol chat"),
        ] {
            let verdict = verdict(&lines).unwrap_err();
            assert!(verdict.contains(why), "{lines:?}: {verdict}");
        }
        assert_eq!(verdict(&[upgrade, connection, accept, ("sec-websocket-extensions", "")]), Ok(()));
    }
}
