//! Routes a request to the part of the server that answers it.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use tokio::sync::mpsc;

use crate::conn::ResetSwitch;
use crate::product::Product;
use crate::reply::{Abort, Reply, json_reply, problem};
use crate::state::Shared;
use crate::upgrade::{self, Upgrade};
use crate::{cors, management, rest};

/// Path of one REST session, before the id.
const SESSION: &str = "/session-storage/sessions/";

/// What a request on one connection can use.
#[derive(Clone)]
pub struct Door {
    pub shared: Arc<Shared>,
    /// Takes over the stream once the connection has been upgraded.
    pub upgrades: mpsc::Sender<Upgrade>,
    pub reset: ResetSwitch,
}

pub async fn handle(door: Door, request: Request<Incoming>) -> Result<Reply, Abort> {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let (log, known_path) = (door.shared.log, loggable(&path));
    let mut reply = route(door, &method, &path, request).await?;
    cors::allow(&mut reply);
    log.line(format_args!("http {method} {known_path} {}", reply.status().as_u16()));
    Ok(reply)
}

async fn route(door: Door, method: &Method, path: &str, request: Request<Incoming>) -> Result<Reply, Abort> {
    if method == Method::GET
        && let Some(product) = Product::of_path(path)
    {
        return Ok(upgrade::answer(&door.shared, &door.upgrades, product, request).await);
    }
    if method == Method::OPTIONS {
        return Ok(cors::preflight());
    }
    if management::is_path(path) {
        return management::answer(&door.shared, &door.reset, request).await;
    }
    match (method, path) {
        (&Method::POST, "/session-storage/session" | "/session-storage/sessions") => {
            rest::create(&door.shared, &door.reset, request).await
        }
        _ if path.starts_with(rest::SESSIONS) => rest::answer(&door.shared, &door.reset, request).await,
        (&Method::GET, "/devserver/sessions") => Ok(json_reply(StatusCode::OK, &door.shared.store.report())),
        (&Method::GET, "/devserver/uploads") => {
            Ok(json_reply(StatusCode::OK, &door.shared.accounts.uploads()))
        }
        _ => Ok(problem(StatusCode::NOT_FOUND, "no such resource")),
    }
}

/// The path without parts that are, or look like, secrets.
fn loggable(path: &str) -> String {
    match [SESSION, management::UPLOADS].into_iter().find(|secret| path.starts_with(secret)) {
        Some(prefix) => format!("{prefix}..."),
        None => path.chars().take(100).filter(|c| c.is_ascii_graphic()).collect(),
    }
}
