//! Turns an HTTP request into a connected stream (protocol.md 4 and 14, row 5).

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{
    CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use hyper::upgrade::OnUpgrade;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::conn::Conn;
use crate::deflate::{Agreed, agree};
use crate::engine::Source;
use crate::faults::Faults;
use crate::product::Product;
use crate::reply::{Refused, Reply, empty_reply, line, problem, refused_on_purpose, retry_after, say_when};
use crate::state::Shared;
use crate::store::{Seat, Session};
use crate::streams::socket::Socket;
use crate::streams::{Link, Replayed, serve};
use crate::time;
use crate::{auth, s2s, stt, tts};

/// A connection that becomes a stream.
pub struct Upgrade {
    shared: Arc<Shared>,
    session: Arc<Session>,
    seat: Seat,
    purpose: Purpose,
    packing: Option<Agreed>,
    pending: OnUpgrade,
}

/// The product of the stream, with what the request said about it.
enum Purpose {
    Translation,
    SpeechToText(stt::Query),
    TextToSpeech,
}

impl Upgrade {
    /// Serves the stream until it ends.
    pub async fn run(self) {
        let Ok(upgraded) = self.pending.await else { return };
        // The server put this type in, so the downcast cannot fail.
        let Ok(parts) = upgraded.downcast::<TokioIo<Conn>>() else {
            return;
        };
        let split = self.session.faults.split_frames;
        let mut socket =
            Socket::new(parts.io.into_inner(), parts.read_buf.to_vec(), self.packing, split).await;
        let product = self.seat.tally.product;
        if let Some(recorder) = &self.shared.config.recorder {
            let settings = match &self.purpose {
                Purpose::SpeechToText(query) => query.sent.clone(),
                Purpose::Translation | Purpose::TextToSpeech => Value::Null,
            };
            let recording = recorder.open(product.name(), settings, &self.session.token);
            socket.record(Arc::clone(recorder), recording);
        }
        let deeds = self.shared.config.recorded.as_ref().and_then(|recorded| recorded.next(product));
        let link = Link::new(self.shared, self.session, self.seat, socket);
        if let Some(deeds) = deeds {
            return serve(Replayed::new(link, deeds)).await;
        }
        match self.purpose {
            Purpose::Translation => serve(s2s::Stream::new(link)).await,
            Purpose::SpeechToText(query) => serve(stt::Stream::new(link, query)).await,
            Purpose::TextToSpeech => serve(tts::Stream::new(link)).await,
        }
    }
}

/// Answers the upgrade, or refuses it with a reason (protocol.md 4.2).
pub async fn answer(
    shared: &Arc<Shared>,
    upgrades: &mpsc::Sender<Upgrade>,
    product: Product,
    mut request: Request<Incoming>,
) -> Reply {
    let session = match find_session(shared, product, &request) {
        Ok(session) if session.has_expired() => return unknown_token(product),
        Ok(session) => session,
        Err(reply) => return *reply,
    };
    if let Some(delay) = session.faults.upgrade_delay {
        time::sleep(delay).await;
    }
    if let Some(status) = session.faults.upgrade_status.and_then(|s| StatusCode::from_u16(s).ok()) {
        return refused_on_purpose(status, &session.faults);
    }
    let purpose = match purpose(product, request.uri().query(), &shared.config.engine) {
        Ok(purpose) => purpose,
        Err(why) if session.faults.stt_json_refusal => return problem(StatusCode::BAD_REQUEST, &why),
        Err(why) => return line(StatusCode::BAD_REQUEST, &why),
    };
    let Some(accept) = websocket_key(request.headers()) else {
        let mut reply = problem(StatusCode::UPGRADE_REQUIRED, "expected a WebSocket upgrade, version 13");
        reply.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
        return reply;
    };
    if let Some(refusal) = too_many_streams(shared, product, &session) {
        return refusal;
    }
    let admitted = is_admitted(shared, product, &session);
    if !admitted && session.faults.limit_by_http {
        let mut reply = line(StatusCode::TOO_MANY_REQUESTS, "too many connections");
        say_when(&mut reply, retry_after(&session.faults));
        return reply;
    }
    let seat = session.connected(product, admitted);
    let packing = agree(shared.config.compression, request.headers());
    seat.tally.compressed(packing.is_some());
    let mut reply = switching(accept, packing);
    // It counts if the stream is closed because of too many connections.
    say_when(&mut reply, retry_after(&session.faults));
    let pending = hyper::upgrade::on(&mut request);
    let taken = Upgrade { shared: Arc::clone(shared), session, seat, purpose, packing, pending };
    if upgrades.try_send(taken).is_err() {
        return empty_reply(StatusCode::SERVICE_UNAVAILABLE);
    }
    reply
}

/// Speech-to-text limits how many streams are open at a time (protocol.md 4.2 and 12).
fn too_many_streams(shared: &Shared, product: Product, session: &Session) -> Option<Reply> {
    if product != Product::SpeechToText {
        return None;
    }
    if session.faults.stt_one_stream && session.open_streams(product) > 0 {
        return Some(problem(StatusCode::CONFLICT, "this token has a stream open already"));
    }
    let most = shared.config.stt_streams.filter(|_| shared.limits(session))?;
    let open = shared.store.open_streams(session.identity(), product);
    (open >= most)
        .then(|| line(StatusCode::CONFLICT, &format!("too many streams: the account may have {most} open")))
}

/// Whether the token has no more new connections to this product than the service allows.
fn is_admitted(shared: &Shared, product: Product, session: &Session) -> bool {
    let fits = session.admits(product, time::now(), shared.config.connections) || !shared.limits(session);
    fits && !session.faults.too_many_connections
}

fn purpose(product: Product, query: Option<&str>, engine: &Source) -> Result<Purpose, String> {
    Ok(match product {
        Product::Translation => Purpose::Translation,
        Product::SpeechToText => Purpose::SpeechToText(stt::Query::parse(query)?.served_by(engine)?),
        Product::TextToSpeech => Purpose::TextToSpeech,
    })
}

/// 403 with an empty body for a translation, 401 for the others (protocol.md 4.2; 401 on TTS is unconfirmed).
fn unknown_token(product: Product) -> Reply {
    match product {
        Product::Translation => empty_reply(StatusCode::FORBIDDEN),
        Product::SpeechToText | Product::TextToSpeech => {
            problem(StatusCode::UNAUTHORIZED, "missing or unknown token")
        }
    }
}

/// An extension that is not confirmed is declined.
fn switching(accept: HeaderValue, packing: Option<Agreed>) -> Reply {
    let mut reply = Response::new(Default::default());
    *reply.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = reply.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    if let Some(agreed) = packing {
        headers.insert(SEC_WEBSOCKET_EXTENSIONS, agreed.header());
    }
    reply
}

/// The response to a well-formed WebSocket request.
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

fn find_session(
    shared: &Shared,
    product: Product,
    request: &Request<Incoming>,
) -> Result<Arc<Session>, Refused> {
    let from_query = auth::query_value(request.uri().query(), "token").filter(|t| !t.is_empty());
    let refused = || Box::new(unknown_token(product));
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
