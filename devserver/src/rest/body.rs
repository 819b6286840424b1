//! Request bodies: how much of them is read, and JSON.

use http_body_util::{BodyExt, Limited};
use hyper::StatusCode;
use hyper::body::{Bytes, Incoming};
use serde_json::{Map, Value};

use crate::reply::{Refused, problems, refused};
use crate::validation::refusal::Refusal;

/// Maximum size of a JSON body, in bytes.
pub const JSON_LIMIT: usize = 1 << 20;

/// The whole body; a body over the limit is refused.
pub async fn bytes(body: Incoming, limit: usize) -> Result<Bytes, Refused> {
    let collected = Limited::new(body, limit).collect().await;
    let too_large = |_| refused(StatusCode::PAYLOAD_TOO_LARGE, "body too large or cut short");
    Ok(collected.map_err(too_large)?.to_bytes())
}

/// Returns what stands below `data`.
pub async fn data(body: Incoming) -> Result<Map<String, Value>, Refused> {
    let bytes = bytes(body, JSON_LIMIT).await?;
    match serde_json::from_slice::<Map<String, Value>>(&bytes).ok().and_then(|mut map| map.remove("data")) {
        Some(Value::Object(data)) => Ok(data),
        _ => Err(refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            "the body is not a JSON object with an object \"data\"",
        )),
    }
}

/// One entry for each problem.
pub fn invalid(refusal: &Refusal) -> Refused {
    let details: Vec<String> = refusal.sentences().collect();
    Box::new(problems(StatusCode::UNPROCESSABLE_ENTITY, &details))
}
