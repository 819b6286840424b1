//! What account calls share: credentials, replies, refusals, pages and uploads (protocol.md 10).

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::Client;
use super::credentials::{self, Credentials};
use super::secret::{Redactor, Secret};
use crate::error::{Error, Result, Status};
use crate::lock::{self, Mutex, Rank, lock};
use crate::media::source::{Patience, Source};
use crate::net::TimeLimit;
use crate::net::http::{self, Body, Method, Reply, Request};
use crate::net::url::Url;
use crate::runtime::random;
use crate::wire::management::{self as wire, form};
use crate::wire::rest::{Refusal, read_refusal};
use crate::wire::verdict::{self, Asked, Verdict};

/// 10 MB on a slow line take longer than the usual timeout of a call.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(300);
/// Limits for a list without an end, far above any account.
const MAX_PAGES: usize = 1000;
const MAX_LIST_BYTES: usize = 32 << 20;
/// Shorter values of an upload's form are not secrets.
const MIN_FORM_SECRET_BYTES: usize = 16;

/// What a call of several steps has created at the service so far, whatever its result.
pub struct Made<T>(Arc<Mutex<Option<T>>>);

impl<T> Clone for Made<T> {
    fn clone(&self) -> Made<T> {
        Made(Arc::clone(&self.0))
    }
}

impl<T> Default for Made<T> {
    fn default() -> Made<T> {
        Made(Arc::new(Mutex::new(Rank::Made, None)))
    }
}

impl<T> Made<T> {
    pub(super) fn note(&self, made: T) {
        *lock(&self.0) = Some(made);
    }

    pub fn take(&self) -> Option<T> {
        lock(&self.0).take()
    }
}

/// A client whose credentials permit account calls.
pub(super) struct Account<'a> {
    client: &'a Client,
    credentials: Credentials,
    redactor: Redactor,
}

impl<'a> Account<'a> {
    pub(super) fn of(client: &'a Client) -> Result<Account<'a>> {
        let account = Account::with_any_credentials(client)?;
        if let Credentials::Pair { .. } = &account.credentials {
            return Err(Error::new(
                Status::Auth,
                "voices and glossaries need an API key, set or in PALABRA_API_KEY; a client id and secret do not open \
                 them",
            ));
        }
        Ok(account)
    }

    /// For calls that a client id and secret permit as well.
    pub(super) fn with_any_credentials(client: &'a Client) -> Result<Account<'a>> {
        let credentials = credentials::require(client.credentials.current())?;
        let redactor = Redactor::of(Some(credentials.secret()));
        Ok(Account { client, credentials, redactor })
    }

    pub(super) async fn get(&self, what: &str, path: &str) -> Result<Value> {
        read(what, &self.call(what, Method::GET, path, None).await?)
    }

    pub(super) async fn get_with(
        &self,
        what: &str,
        path: &str,
        (name, value): (&str, &str),
    ) -> Result<Value> {
        let url = self.client.api_url.join(path)?.with_query(name, value)?;
        let reply = self.send(Method::GET, url, self.credentials.headers(), None, None).await?;
        read(what, &self.accepted(what, reply)?)
    }

    pub(super) async fn post(&self, what: &str, path: &str, data: &Value) -> Result<Value> {
        let body = Body::json(wire::wrapped(data));
        read(what, &self.call(what, Method::POST, path, Some(body)).await?)
    }

    /// Sends a request whose reply says no more than that it was accepted.
    pub(super) async fn tell(
        &self,
        what: &str,
        path: &str,
        (name, value): (&str, &str),
        data: &Value,
    ) -> Result<()> {
        let url = self.client.api_url.join(path)?.with_query(name, value)?;
        let body = Some(Body::json(wire::wrapped(data)));
        let reply = self.send(Method::POST, url, self.credentials.headers(), body, None).await?;
        self.accepted(what, reply).map(drop)
    }

    pub(super) async fn delete(&self, what: &str, path: &str) -> Result<()> {
        self.call(what, Method::DELETE, path, None).await.map(drop)
    }

    /// Sends a request whose reply is not JSON.
    pub(super) async fn download(&self, what: &str, path: &str) -> Result<Vec<u8>> {
        Ok(self.call(what, Method::GET, path, None).await?.body.into())
    }

    /// Uploads a file to the service itself.
    pub(super) async fn post_file(&self, what: &str, path: &str, file: &form::File<'_>) -> Result<Value> {
        let url = self.client.api_url.join(path)?;
        let reply = self.upload(url, self.credentials.headers(), &[], file).await?;
        read(what, &self.accepted(what, reply)?)
    }

    /// Uploads a file to a storage that the form authorises, without the client's own headers (protocol.md 10).
    pub(super) async fn post_form(
        &self,
        what: &str,
        url: &str,
        fields: &[(String, String)],
        file: &form::File<'_>,
    ) -> Result<()> {
        let reply = self.upload(Url::parse(url)?, Vec::new(), fields, file).await?;
        self.check("the storage of the service", what, reply, fields).map(drop).map_err(|error| {
            // The storage never saw the key, so it did not refuse the key.
            let status = if error.status == Status::Auth { Status::Service } else { error.status };
            Error { status, ..error }
        })
    }

    /// Returns all entries of a list, page by page.
    pub(super) async fn list(&self, what: &str, path: &str, query: &[(&str, &str)]) -> Result<Vec<Value>> {
        self.list_by(wire::PAGE_PARAMETER, what, path, query).await
    }

    /// As [`Account::list`], where the page is named by another query parameter.
    pub(super) async fn list_by(
        &self,
        page_parameter: &str,
        what: &str,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Vec<Value>> {
        let mut url = self.client.api_url.join(path)?;
        for (name, value) in query {
            url = url.with_query(name, value)?;
        }
        let (mut items, mut token, mut bytes) = (Vec::new(), String::new(), 0);
        for _ in 0..MAX_PAGES {
            let page = if token.is_empty() { url.clone() } else { url.with_query(page_parameter, &token)? };
            let reply = self.send(Method::GET, page, self.credentials.headers(), None, None).await?;
            let reply = self.accepted(what, reply)?;
            bytes += reply.body.len();
            let page = wire::read_page(read(what, &reply)?);
            items.extend(page.items);
            if page.next.is_empty() {
                return Ok(items);
            }
            if page.next == token || bytes > MAX_LIST_BYTES {
                break;
            }
            token = page.next;
        }
        Err(Error::new(Status::Protocol, format!("the service's answer to {what} does not end")))
    }

    async fn call(&self, what: &str, method: Method, path: &str, body: Option<Body>) -> Result<Reply> {
        let url = self.client.api_url.join(path)?;
        let reply = self.send(method, url, self.credentials.headers(), body, None).await?;
        self.accepted(what, reply)
    }

    async fn upload(
        &self,
        url: Url,
        headers: Vec<(&'static str, String)>,
        fields: &[(String, String)],
        file: &form::File<'_>,
    ) -> Result<Reply> {
        let boundary = random::hex()?;
        let bytes = form::body(&boundary, fields, file)?.into();
        let body = Body { content_type: form::content_type(&boundary), bytes };
        self.send(Method::POST, url, headers, Some(body), Some(UPLOAD_TIMEOUT)).await
    }

    async fn send(
        &self,
        method: Method,
        url: Url,
        headers: Vec<(&'static str, String)>,
        body: Option<Body>,
        timeout: Option<Duration>,
    ) -> Result<Reply> {
        let client = self.client;
        let url = &client.proxies.route(url)?;
        let request = Request { method, url, headers, user_agent: &client.user_agent, body, sent: None };
        let limit = TimeLimit::new(timeout.unwrap_or(client.rest_timeout));
        Ok(http::send(request, &client.tls, client.connect_timeout, limit).await?)
    }

    /// Returns the reply if it is a success, else an error with the service's explanation.
    fn accepted(&self, what: &str, reply: Reply) -> Result<Reply> {
        self.check("the service", what, reply, &[])
    }

    /// As [`Account::accepted`], for the answer of `who` to a form that may hold secrets.
    fn check(&self, who: &str, what: &str, reply: Reply, form: &[(String, String)]) -> Result<Reply> {
        if (200..300).contains(&reply.status) {
            return Ok(match self.redactor.clean_reply(&reply.body) {
                Some(cleaned) => Reply { body: cleaned.into(), ..reply },
                None => reply,
            });
        }
        let Refusal { code, text } = read_refusal(&reply.body);
        let mut redactor = self.redactor.clone();
        for (_, value) in form.iter().filter(|(_, value)| value.len() >= MIN_FORM_SECRET_BYTES) {
            redactor.add(&Secret::new(value.as_str()));
        }
        let Verdict { status, retriable } = verdict::of_http(Asked::Account, reply.status);
        let mut sentence = format!("{who} refused to {what}: HTTP status {}", reply.status);
        if !text.is_empty() {
            sentence = format!("{sentence}: {text}");
        }
        let error = Error::new(status, sentence).with_http_status(reply.status).with_service_code(code);
        Err(redactor.clean_error(error.with_retriable(retriable).with_retry_after(reply.retry_after)))
    }
}

fn read(what: &str, reply: &Reply) -> Result<Value> {
    wire::unwrapped(&reply.body).ok_or_else(|| {
        let text = format!("the service's answer to {what} is no JSON object");
        Error::new(Status::Protocol, text).with_http_status(reply.status)
    })
}

/// Reads at most `limit` bytes of a file, or of a pipe that another program fills meanwhile.
pub(super) fn read_file(
    path: &Path,
    limit: usize,
    limit_name: &str,
    patience: &Patience<'_>,
) -> Result<Vec<u8>> {
    lock::assert_may_wait("reading a file");
    let unreadable = |error: Error| match error.status {
        Status::Io => Error { text: format!("{}: {}", path.display(), error.text), ..error },
        _ => error,
    };
    let mut source = Source::open(path).map_err(unreadable)?;
    let content = source.read_up_to(limit + 1, patience).map_err(unreadable)?;
    check_size(&content, limit, &path.display().to_string(), limit_name)?;
    Ok(content)
}

pub(super) fn check_size(content: &[u8], limit: usize, name: &str, limit_name: &str) -> Result<()> {
    if content.is_empty() {
        return Err(Error::invalid(format!("{name} is empty")));
    }
    if content.len() > limit {
        return Err(Error::invalid(format!("{name} is larger than {limit_name}")));
    }
    Ok(())
}
