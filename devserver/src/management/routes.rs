//! Routes each management call by its method and path.

use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Method, Request, Response, StatusCode};
use serde_json::Value;

use super::call::{Call, UPLOADS};
use super::voices;
use crate::conn::ResetSwitch;
use crate::reply::{Abort, Refused, Reply, refused};
use crate::rest::{Admitted, admit, authority, body};
use crate::state::Shared;

const ROOT: &str = "/saas/";

pub fn is_path(path: &str) -> bool {
    path.starts_with(ROOT) || path.starts_with(UPLOADS)
}

pub async fn answer(
    shared: &Shared,
    reset: &ResetSwitch,
    request: Request<Incoming>,
) -> Result<Reply, Abort> {
    let path = request.uri().path().to_owned();
    if let Some(item) = path.strip_prefix(UPLOADS) {
        // Authorised by its form alone, like the storage that the service uses (protocol.md 10).
        return Ok(either(voices::upload(shared, item, request).await));
    }
    let Admitted { account, faults } = match admit(shared, reset, request.headers()).await {
        Ok(admitted) => admitted,
        Err(denial) => return denial.into(),
    };
    if faults.rest_garbage {
        return Ok(Response::new(Full::from("<html>not an answer</html>")));
    }
    let authority = authority(request.headers());
    let call = Call { shared, authority, account: &account, faults: &faults };
    let parts: Vec<&str> = path[ROOT.len()..].split('/').collect();
    Ok(either(call.route(&parts, request).await))
}

fn either(result: Result<Reply, Refused>) -> Reply {
    result.unwrap_or_else(|refused| *refused)
}

impl Call<'_> {
    async fn route(&self, parts: &[&str], request: Request<Incoming>) -> Result<Reply, Refused> {
        let method = request.method().clone();
        match (&method, parts) {
            (&Method::POST, ["voice", "clone"]) => self.clone_voice(&request_data(request).await?),
            (&Method::GET, ["voice"]) => self.list_voices(request.uri().query()),
            (&Method::GET, ["voice", "builtin"]) => self.list_builtin_voices(request.uri().query()),
            (&Method::GET, ["voice", "limits"]) => self.voice_limits(),
            (&Method::GET, ["voice", "m", id]) => self.get_voice(id),
            (&Method::POST, ["voice", "m", id]) => self.update_voice(id, &request_data(request).await?),
            (&Method::DELETE, ["voice", "m", id]) => self.delete_voice(id),
            (&Method::POST, ["glossary"]) => self.create_glossary(&request_data(request).await?),
            (&Method::GET, ["glossaries"]) => self.list_glossaries(request.uri().query()),
            (&Method::GET, ["glossary", id]) => self.get_glossary(id),
            (&Method::POST, ["glossary", id]) => self.update_glossary(id, &request_data(request).await?),
            (&Method::DELETE, ["glossary", id]) => self.delete_glossary(id),
            (&Method::POST, ["glossary", id, "upload"]) => self.upload_glossary(id, request).await,
            (&Method::GET, ["glossary", id, "upload"]) => self.download_glossary(id),
            _ => Err(refused(StatusCode::NOT_FOUND, "no such resource")),
        }
    }
}

async fn request_data(request: Request<Incoming>) -> Result<serde_json::Map<String, Value>, Refused> {
    body::data(request.into_body()).await
}
