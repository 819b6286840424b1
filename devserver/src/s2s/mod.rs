//! The speech-to-speech translation stream (protocol.md 4 and 5).

mod commands;
pub mod dialect;
mod fields;
mod incoming;
pub mod limits;
mod messages;
mod pacing;
mod payload;
mod refusal;
mod socket;
mod stream;
mod task;

pub use stream::Delivery;

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{
    CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use hyper::upgrade::OnUpgrade;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::auth;
use crate::conn::Conn;
use crate::faults::Faults;
use crate::http::{Door, Reply, empty_reply, problem};
use crate::server::Shared;
use crate::store::Session;

/// `/streaming-api/[<any segment>/]v1/speech-to-speech/stream` (protocol.md 14, row 5).
pub fn is_stream_path(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("/streaming-api/") else {
        return false;
    };
    let segment = rest.strip_suffix("v1/speech-to-speech/stream");
    segment.is_some_and(|s| s.is_empty() || (s.ends_with('/') && s.matches('/').count() == 1 && s.len() > 1))
}

/// A connection that is about to become a stream.
pub struct Upgrade {
    shared: Arc<Shared>,
    session: Arc<Session>,
    pending: OnUpgrade,
}

impl Upgrade {
    /// Serves the stream until it is over.
    pub async fn run(self) {
        let Ok(upgraded) = self.pending.await else { return };
        // The type is the one that the server put in, so this cannot fail.
        let Ok(parts) = upgraded.downcast::<TokioIo<Conn>>() else {
            return;
        };
        let socket = socket::Socket::new(
            parts.io.into_inner(),
            parts.read_buf.to_vec(),
            self.session.faults.split_frames,
        )
        .await;
        stream::Stream::new(self.shared, self.session, socket).run().await;
    }
}

/// Answers the upgrade: 403 with an empty body for a wrong token (protocol.md 4.2).
pub async fn upgrade(door: Door, mut request: Request<Incoming>) -> Reply {
    let session = match find_session(&door.shared, &request) {
        Ok(session) if session.has_expired() => return empty_reply(StatusCode::FORBIDDEN),
        Ok(session) => session,
        Err(reply) => return *reply,
    };
    if let Some(delay) = session.faults.upgrade_delay {
        tokio::time::sleep(delay).await;
    }
    if let Some(status) = session.faults.upgrade_status.and_then(|s| StatusCode::from_u16(s).ok()) {
        return problem(status, "refused on purpose");
    }
    let Some(accept) = websocket_key(request.headers()) else {
        let mut reply = problem(StatusCode::UPGRADE_REQUIRED, "this address speaks WebSocket version 13");
        reply.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
        return reply;
    };
    let pending = hyper::upgrade::on(&mut request);
    let taken = Upgrade { shared: Arc::clone(&door.shared), session, pending };
    if door.upgrades.try_send(taken).is_err() {
        return empty_reply(StatusCode::SERVICE_UNAVAILABLE);
    }
    switching(accept)
}

/// Extensions are never confirmed, which declines permessage-deflate (protocol.md 4).
fn switching(accept: HeaderValue) -> Reply {
    let mut reply = Response::new(Default::default());
    *reply.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = reply.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    reply
}

/// The confirmation of a well-formed WebSocket request.
fn websocket_key(headers: &HeaderMap) -> Option<HeaderValue> {
    let has = |name, word: &str| {
        let value = headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        value.split(',').any(|part| part.trim().eq_ignore_ascii_case(word))
    };
    let well_formed =
        has(CONNECTION, "upgrade") && has(UPGRADE, "websocket") && has(SEC_WEBSOCKET_VERSION, "13");
    let key = headers.get(SEC_WEBSOCKET_KEY).filter(|_| well_formed)?;
    HeaderValue::from_str(&derive_accept_key(key.as_bytes())).ok()
}

fn find_session(shared: &Shared, request: &Request<Incoming>) -> Result<Arc<Session>, Box<Reply>> {
    let from_query = auth::query_value(request.uri().query(), "token").filter(|t| !t.is_empty());
    let refused = || Box::new(empty_reply(StatusCode::FORBIDDEN));
    let token = from_query.or_else(|| auth::bearer(request.headers())).ok_or_else(refused)?;
    if let Some(session) = shared.store.issued(&token) {
        return Ok(session);
    }
    if !shared.config.rule.admits_token(&token) {
        return Err(refused());
    }
    let faults = Faults::of_credential(&token, &shared.config.faults)
        .map_err(|error| Box::new(problem(StatusCode::BAD_REQUEST, &error)))?;
    Ok(shared.store.direct(&token, faults))
}

#[cfg(test)]
mod tests {
    use super::is_stream_path;

    #[test]
    fn the_segment_in_the_path_is_optional() {
        for path in ["", "0a1b2c3d/", "x/"].map(|s| format!("/streaming-api/{s}v1/speech-to-speech/stream")) {
            assert!(is_stream_path(&path), "{path}");
        }
        for path in ["/", "a/b/", "a"].map(|s| format!("/streaming-api/{s}v1/speech-to-speech/stream")) {
            assert!(!is_stream_path(&path), "{path}");
        }
        assert!(!is_stream_path("/v1/speech-to-speech/stream"));
    }
}
