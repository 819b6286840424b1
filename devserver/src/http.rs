//! Routes a request to the part of the server that answers it.

use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::conn::ResetSwitch;
use crate::server::Shared;
use crate::streams::{self, Product};
use crate::{management, rest};

pub type Reply = Response<Full<Bytes>>;

/// What a request on one connection can use.
#[derive(Clone)]
pub struct Door {
    pub shared: Arc<Shared>,
    /// Takes over the stream once the connection has been upgraded.
    pub upgrades: mpsc::Sender<streams::Upgrade>,
    pub reset: ResetSwitch,
}

/// The service closes the connection without an answer.
#[derive(Debug)]
pub struct Abort;

impl std::fmt::Display for Abort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("connection reset on purpose")
    }
}

impl std::error::Error for Abort {}

pub async fn handle(door: Door, request: Request<Incoming>) -> Result<Reply, Abort> {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let (log, known_path) = (door.shared.log, loggable(&path));
    let reply = route(door, &method, &path, request).await?;
    log.line(format_args!("http {method} {known_path} {}", reply.status().as_u16()));
    Ok(reply)
}

async fn route(door: Door, method: &Method, path: &str, request: Request<Incoming>) -> Result<Reply, Abort> {
    if method == Method::GET
        && let Some(product) = Product::of_path(path)
    {
        return Ok(streams::upgrade(door, product, request).await);
    }
    if management::is_path(path) {
        return management::answer(&door, request).await;
    }
    match (method, path) {
        (&Method::POST, "/session-storage/session" | "/session-storage/sessions") => {
            rest::create(&door, request).await
        }
        (&Method::DELETE, _) if path.starts_with(rest::SESSIONS) => Ok(rest::delete(&door.shared, &request)),
        (&Method::GET, "/devserver/sessions") => Ok(json_reply(StatusCode::OK, &door.shared.store.report())),
        (&Method::GET, "/devserver/uploads") => {
            Ok(json_reply(StatusCode::OK, &door.shared.accounts.uploads()))
        }
        _ => Ok(problem(StatusCode::NOT_FOUND, "no such resource")),
    }
}

/// A path without the parts that are secret or may look so.
fn loggable(path: &str) -> String {
    match [rest::SESSIONS, management::UPLOADS].into_iter().find(|secret| path.starts_with(secret)) {
        Some(prefix) => format!("{prefix}..."),
        None => path.chars().take(100).filter(|c| c.is_ascii_graphic()).collect(),
    }
}

pub fn json_reply(status: StatusCode, body: &Value) -> Reply {
    let mut reply = Response::new(Full::from(body.to_string()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/json"));
    reply
}

pub fn empty_reply(status: StatusCode) -> Reply {
    let mut reply = Response::new(Full::default());
    *reply.status_mut() = status;
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
