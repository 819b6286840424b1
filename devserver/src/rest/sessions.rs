//! The session REST calls (protocol.md 3).

use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use super::admission::{Admitted, admit, authority};
use super::{body, paging};
use crate::auth::{self, Credential};
use crate::conn::ResetSwitch;
use crate::ids;
use crate::reply::{Abort, Refused, Reply, empty_reply, json_reply, problem, refused};
use crate::state::Shared;
use crate::store::Session;

/// Path of all sessions; a slash and the id follow for one of them.
pub const SESSIONS: &str = "/session-storage/sessions";
/// Maximum number of subscriber tokens of a session.
const MOST_SUBSCRIBERS: u64 = 10;
/// Query parameters of a list and of a new lifetime.
const PAGE_PARAMETER: &str = "page_token";
const TTL_PARAMETER: &str = "ttl_seconds";

/// `POST /session-storage/session` (protocol.md 3.1).
pub async fn create(
    shared: &Shared,
    reset: &ResetSwitch,
    request: Request<Incoming>,
) -> Result<Reply, Abort> {
    let Admitted { account, faults } = match admit(shared, reset, request.headers()).await {
        Ok(admitted) => admitted,
        Err(denial) => return denial.into(),
    };
    let authority = authority(request.headers());
    let wishes = match wishes(request.into_body()).await {
        Ok(wishes) => wishes,
        Err(reply) => return Ok(*reply),
    };
    if faults.rest_garbage {
        return Ok(garbage(StatusCode::CREATED));
    }
    let (id, token) = (ids::jwt_like("session"), ids::jwt_like("publisher"));
    let session = shared.store.create(id, token, faults, &account);
    Ok(json_reply(StatusCode::CREATED, &description(shared, &session, &wishes, authority.as_deref())))
}

/// All other calls about sessions (protocol.md 3.2).
pub async fn answer(
    shared: &Shared,
    reset: &ResetSwitch,
    request: Request<Incoming>,
) -> Result<Reply, Abort> {
    let rest = request.uri().path().strip_prefix(SESSIONS).unwrap_or_default();
    let id = (!rest.is_empty()).then(|| auth::percent_decode(rest.trim_start_matches('/')));
    if request.method() == Method::DELETE {
        return Ok(delete(shared, &request, &id.unwrap_or_default()));
    }
    let Admitted { account, faults } = match admit(shared, reset, request.headers()).await {
        Ok(admitted) => admitted,
        Err(denial) => return denial.into(),
    };
    if faults.rest_garbage {
        return Ok(garbage(StatusCode::OK));
    }
    let query = request.uri().query();
    let answer = match (request.method(), id) {
        (&Method::GET, None) => list(shared, &account, query, faults.page_size),
        (&Method::GET, Some(id)) => owned(shared, &account, &id)
            .map(|session| json_reply(StatusCode::OK, &json!({"ok": true, "data": session.entry()}))),
        (&Method::POST, Some(id)) => prolong(shared, &account, &id, query),
        _ => Err(refused(StatusCode::NOT_FOUND, "no such resource")),
    };
    Ok(answer.unwrap_or_else(|refused| *refused))
}

fn owned(shared: &Shared, account: &str, id: &str) -> Result<Arc<Session>, Refused> {
    shared.store.owned(account, id).ok_or_else(|| refused(StatusCode::NOT_FOUND, "unknown session"))
}

fn list(
    shared: &Shared,
    account: &str,
    query: Option<&str>,
    page_size: Option<usize>,
) -> Result<Reply, Refused> {
    let entries = shared.store.of(account).iter().map(|session| session.entry()).collect();
    let mut page = paging::page_by(PAGE_PARAMETER, entries, query, page_size.unwrap_or(paging::USUAL_SIZE))?;
    let data = json!({"sessions": page["items"].take(), "next_page_token": page["next"].take()});
    Ok(json_reply(StatusCode::OK, &json!({"ok": true, "data": data})))
}

fn prolong(shared: &Shared, account: &str, id: &str, query: Option<&str>) -> Result<Reply, Refused> {
    let session = owned(shared, account, id)?;
    let seconds = auth::query_value(query, TTL_PARAMETER).and_then(|text| text.parse().ok());
    let seconds = seconds.filter(|&seconds: &u64| seconds > 0).ok_or_else(|| {
        refused(StatusCode::UNPROCESSABLE_ENTITY, "ttl_seconds: must be a whole number of at least 1")
    })?;
    session.set_ttl(Duration::from_secs(seconds));
    Ok(empty_reply(StatusCode::NO_CONTENT))
}

fn garbage(status: StatusCode) -> Reply {
    let mut reply = Response::new(Full::from("<html>not a session</html>"));
    *reply.status_mut() = status;
    reply
}

/// `DELETE /session-storage/sessions/{id}` (protocol.md 3.2).
fn delete(shared: &Shared, request: &Request<Incoming>, id: &str) -> Reply {
    match Credential::from_headers(request.headers()) {
        None => return problem(StatusCode::UNAUTHORIZED, "missing credentials"),
        Some(credential) if !shared.config.rule.admits(&credential) => {
            return problem(StatusCode::UNAUTHORIZED, "unknown credentials");
        }
        Some(_) => {}
    }
    if shared.store.delete(id) {
        empty_reply(StatusCode::NO_CONTENT)
    } else {
        problem(StatusCode::NOT_FOUND, "unknown session")
    }
}

/// What a session is to have. Unknown keys are ignored (protocol.md 3.1).
struct Wishes {
    subscribers: u64,
    intent: String,
}

/// The body must be a JSON object or empty.
async fn wishes(incoming: Incoming) -> Result<Wishes, Refused> {
    let bytes = body::bytes(incoming, body::JSON_LIMIT).await?;
    let body = match serde_json::from_slice(&bytes) {
        Ok(Value::Object(body)) => Value::Object(body),
        _ if bytes.is_empty() => Value::Null,
        _ => return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, "the body is not a JSON object")),
    };
    let data = &body["data"];
    Ok(Wishes {
        subscribers: data["subscriber_count"].as_u64().unwrap_or(0).min(MOST_SUBSCRIBERS),
        intent: data["intent"].as_str().unwrap_or("api").to_owned(),
    })
}

fn description(shared: &Shared, session: &Session, wishes: &Wishes, authority: Option<&str>) -> Value {
    let stream = format!("/streaming-api/{}/v1/speech-to-speech/stream", ids::path_segment());
    let entry = session.entry();
    let mut data = json!({
        "id": session.id,
        "created_at": entry["created_at"],
        "expires_at": entry["expires_at"],
        "publisher": session.token,
        "subscriber": (0..wishes.subscribers).map(|_| ids::jwt_like("subscriber")).collect::<Vec<_>>(),
        "webrtc_room_name": format!("devserver-{}", session.number),
        "webrtc_url": shared.url("ws", authority, "/livekit/"),
        "ws_url": shared.url("ws", authority, &stream),
        "ws_tts_url": shared.url("ws", authority, "/tts-api/v1/text-to-speech/stream"),
        "intent": wishes.intent,
    });
    if session.faults.rest_no_ws_url
        && let Some(fields) = data.as_object_mut()
    {
        fields.remove("ws_url");
    }
    json!({"ok": true, "data": data})
}
