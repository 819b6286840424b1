//! The session REST calls (protocol.md 3).

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::{HeaderMap, Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::auth::{self, Credential};
use crate::faults::Faults;
use crate::http::{Abort, Door, Reply, empty_reply, json_reply, problem};
use crate::ids;
use crate::server::Shared;
use crate::store::Session;

/// Path of a deletion, before the id.
pub const SESSIONS: &str = "/session-storage/sessions/";
/// Larger bodies than this are refused.
const BODY_LIMIT: usize = 1 << 20;

/// A REST call whose credential was admitted.
pub struct Admitted {
    /// The part of the credential that names the account.
    pub account: String,
    pub faults: Faults,
}

/// Why a REST call is not served.
pub enum Denial {
    Reply(Box<Reply>),
    Abort,
}

impl From<Denial> for Result<Reply, Abort> {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::Reply(reply) => Ok(*reply),
            Denial::Abort => Err(Abort),
        }
    }
}

/// Checks the credential of a REST call and applies its faults.
pub async fn admit(door: &Door, headers: &HeaderMap) -> Result<Admitted, Denial> {
    let denied = |reply: Reply| Denial::Reply(Box::new(reply));
    let shared = &door.shared;
    let Some(credential) = Credential::from_headers(headers) else {
        return Err(denied(problem(StatusCode::UNAUTHORIZED, "missing credentials")));
    };
    let faults = Faults::of_credential(credential.name(), &shared.config.faults)
        .map_err(|error| denied(problem(StatusCode::BAD_REQUEST, &error)))?;
    if let Some(delay) = faults.rest_delay {
        tokio::time::sleep(delay).await;
    }
    if faults.rest_reset {
        door.reset.throw();
        return Err(Denial::Abort);
    }
    match refusal(shared, &credential, &faults) {
        Some(refusal) => Err(denied(refusal)),
        None => Ok(Admitted { account: credential.name().to_owned(), faults }),
    }
}

/// `POST /session-storage/session` (protocol.md 3.1).
pub async fn create(door: &Door, request: Request<Incoming>) -> Result<Reply, Abort> {
    let shared = &door.shared;
    let faults = match admit(door, request.headers()).await {
        Ok(admitted) => admitted.faults,
        Err(denial) => return denial.into(),
    };
    let authority = authority(request.headers());
    if let Err(reply) = check_body(request.into_body()).await {
        return Ok(*reply);
    }
    if faults.rest_garbage {
        let mut reply = Response::new(Full::from("<html>not a session</html>"));
        *reply.status_mut() = StatusCode::CREATED;
        return Ok(reply);
    }
    let session = shared.store.create(ids::jwt_like("session"), ids::jwt_like("publisher"), faults);
    Ok(json_reply(StatusCode::CREATED, &description(shared, &session, authority.as_deref())))
}

/// `DELETE /session-storage/sessions/{id}` (protocol.md 3.2).
pub fn delete(shared: &Shared, request: &Request<Incoming>) -> Reply {
    match Credential::from_headers(request.headers()) {
        None => return problem(StatusCode::UNAUTHORIZED, "missing credentials"),
        Some(credential) if !shared.config.rule.admits(&credential) => {
            return problem(StatusCode::UNAUTHORIZED, "unknown credentials");
        }
        Some(_) => {}
    }
    let path = request.uri().path();
    let id = auth::percent_decode(path.strip_prefix(SESSIONS).unwrap_or_default());
    if shared.store.delete(&id) {
        empty_reply(StatusCode::NO_CONTENT)
    } else {
        problem(StatusCode::NOT_FOUND, "unknown session")
    }
}

/// The answer to a credential that is not admitted.
fn refusal(shared: &Shared, credential: &Credential, faults: &Faults) -> Option<Reply> {
    if faults.rest_echo_secret {
        let detail = format!("the secret \"{}\" does not belong to this client", credential.secret());
        return Some(problem(StatusCode::UNAUTHORIZED, &detail));
    }
    if !shared.config.rule.admits(credential) {
        return Some(problem(StatusCode::UNAUTHORIZED, "unknown credentials"));
    }
    let status = StatusCode::from_u16(faults.rest_status?).ok()?;
    let attempt = shared.store.count_attempt(credential.name());
    let fails = faults.rest_fail_times.is_none_or(|times| attempt < times);
    fails.then(|| problem(status, "refused on purpose"))
}

/// The body must be a JSON object or empty; all its keys are ignored.
async fn check_body(body: Incoming) -> Result<(), Box<Reply>> {
    let bytes = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(_) => {
            return Err(Box::new(problem(StatusCode::PAYLOAD_TOO_LARGE, "body too large or cut short")));
        }
    };
    if bytes.is_empty() || matches!(serde_json::from_slice(&bytes), Ok(Value::Object(_))) {
        Ok(())
    } else {
        Err(Box::new(problem(StatusCode::UNPROCESSABLE_ENTITY, "the body is not a JSON object")))
    }
}

pub fn authority(headers: &HeaderMap) -> Option<String> {
    headers.get(hyper::header::HOST)?.to_str().ok().map(str::to_owned)
}

fn description(shared: &Shared, session: &Session, authority: Option<&str>) -> Value {
    let stream = format!("/streaming-api/{}/v1/speech-to-speech/stream", ids::path_segment());
    let mut data = json!({
        "id": session.id,
        "publisher": session.token,
        "subscriber": [],
        "webrtc_room_name": format!("devserver-{}", session.number),
        "webrtc_url": shared.url("ws", authority, "/livekit/"),
        "ws_url": shared.url("ws", authority, &stream),
        "ws_tts_url": shared.url("ws", authority, "/tts-api/v1/text-to-speech/stream"),
        "intent": "api",
    });
    if session.faults.rest_no_ws_url
        && let Some(fields) = data.as_object_mut()
    {
        fields.remove("ws_url");
    }
    json!({"ok": true, "data": data})
}
