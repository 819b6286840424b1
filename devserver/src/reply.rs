//! Replies to REST calls and to refused upgrades.

use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use crate::faults::Faults;
use crate::world;

pub type Reply = Response<Full<Bytes>>;

/// A call that cannot be served as requested.
pub type Refused = Box<Reply>;

/// The service closes the connection without an answer.
#[derive(Debug)]
pub struct Abort;

impl std::fmt::Display for Abort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("connection reset on purpose")
    }
}

impl std::error::Error for Abort {}

pub fn json_reply(status: StatusCode, body: &Value) -> Reply {
    let mut reply = Response::new(Full::from(body.to_string()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    reply
}

pub fn empty_reply(status: StatusCode) -> Reply {
    let mut reply = Response::new(Full::default());
    *reply.status_mut() = status;
    reply
}

/// One line of text.
pub fn line(status: StatusCode, text: &str) -> Reply {
    let mut reply = Response::new(Full::from(format!("{text}\n")));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    reply
}

/// The error list of protocol.md 3.1, with one error.
pub fn problem(status: StatusCode, detail: &str) -> Reply {
    problems(status, &[detail.to_owned()])
}

/// The error list of protocol.md 3.1.
pub fn problems(status: StatusCode, details: &[String]) -> Reply {
    let title = status.canonical_reason().unwrap_or("Error");
    let error = |detail: &String| {
        let mut error = json!({
            "type": "about:blank",
            "title": title,
            "detail": detail,
            "instance": "",
            "status": status.as_u16(),
        });
        if matches!(status.as_u16(), 402 | 403) {
            // The code for too little balance.
            error["error_code"] = json!(100_050);
        }
        error
    };
    let errors: Vec<Value> = details.iter().map(error).collect();
    json_reply(status, &json!({"ok": false, "errors": errors}))
}

/// [`problem`] as the result of a refused call.
pub fn refused(status: StatusCode, detail: &str) -> Refused {
    Box::new(problem(status, detail))
}

/// The refusal by a fault; other faults add `Retry-After`.
pub fn refused_on_purpose(status: StatusCode, faults: &Faults) -> Reply {
    let mut reply = problem(status, "refused on purpose");
    say_when(&mut reply, retry_after(faults));
    reply
}

/// `Retry-After`, if a fault wants it.
pub fn retry_after(faults: &Faults) -> Option<HeaderValue> {
    let date = |seconds| httpdate::fmt_http_date(world::wall() + Duration::from_secs(seconds));
    let text = faults.retry_after.clone().or_else(|| faults.retry_after_date.map(date))?;
    HeaderValue::from_str(&text).ok()
}

pub fn say_when(reply: &mut Reply, retry_after: Option<HeaderValue>) {
    if let Some(value) = retry_after {
        reply.headers_mut().insert(RETRY_AFTER, value);
    }
}
