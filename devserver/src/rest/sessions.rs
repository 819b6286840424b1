//! The session REST calls (protocol.md 3).

use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};
use serde_json::{Value, json};

use super::admission::{admit, authority};
use super::body;
use crate::auth::{self, Credential};
use crate::conn::ResetSwitch;
use crate::ids;
use crate::reply::{Abort, Refused, Reply, empty_reply, json_reply, problem, refused};
use crate::state::Shared;
use crate::store::Session;

/// Path of a deletion, before the id.
pub const SESSIONS: &str = "/session-storage/sessions/";

/// `POST /session-storage/session` (protocol.md 3.1).
pub async fn create(
    shared: &Shared,
    reset: &ResetSwitch,
    request: Request<Incoming>,
) -> Result<Reply, Abort> {
    let faults = match admit(shared, reset, request.headers()).await {
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

/// The body must be a JSON object or empty; all its keys are ignored.
async fn check_body(incoming: Incoming) -> Result<(), Refused> {
    let bytes = body::bytes(incoming, body::JSON_LIMIT).await?;
    if bytes.is_empty() || matches!(serde_json::from_slice(&bytes), Ok(Value::Object(_))) {
        Ok(())
    } else {
        Err(refused(StatusCode::UNPROCESSABLE_ENTITY, "the body is not a JSON object"))
    }
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
