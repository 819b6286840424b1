//! REST sessions: created before a stream, listed, prolonged, deleted after it (protocol.md 3).

use std::time::Duration;

use super::Client;
use super::credentials::{self, Credentials};
use super::management::Account;
use super::secret::{Redactor, Secret};
use crate::error::{Error, Result, Status};
use crate::net::TimeLimit;
use crate::net::http::{self, Body, Failure, Method, Reply, Request};
use crate::text::percent_encode;
use crate::wire::management::check_id;
use crate::wire::rest::{self as wire, Refusal};
use crate::wire::verdict::{self, Asked, Verdict};

/// Before the second and the third attempt (protocol.md 3.1).
const RETRY_DELAYS: [Duration; 2] = [Duration::from_millis(500), Duration::from_millis(1000)];
/// A service that asks for a longer wait is not asked again: the caller decides.
const LONGEST_DELAY: Duration = Duration::from_secs(2);

/// What the service says about a REST session. Absent texts are empty.
#[derive(Debug)]
pub struct RestSession {
    pub id: String,
    pub ws_url: String,
    pub ws_tts_url: String,
    pub token: Secret,
    pub subscribers: Vec<Secret>,
    pub webrtc_url: String,
    pub webrtc_room_name: String,
    pub intent: String,
    pub created_at: String,
    pub updated_at: String,
    pub expires_at: String,
    /// Everything, tokens included.
    pub json: Secret,
}

impl From<wire::RestSession> for RestSession {
    fn from(said: wire::RestSession) -> RestSession {
        RestSession {
            id: said.id,
            ws_url: said.ws_url,
            ws_tts_url: said.ws_tts_url,
            token: Secret::new(said.token),
            subscribers: said.subscribers.into_iter().map(Secret::new).collect(),
            webrtc_url: said.webrtc_url,
            webrtc_room_name: said.webrtc_room_name,
            intent: said.intent,
            created_at: said.created_at,
            updated_at: said.updated_at,
            expires_at: said.expires_at,
            json: Secret::new(said.json),
        }
    }
}

/// Creates a REST session: three attempts in all, and only where another attempt can help.
pub async fn create(client: &Client) -> Result<RestSession> {
    let credentials = &credentials::require(client.credentials.current())?;
    let mut delays = RETRY_DELAYS.into_iter();
    let mut attempts = 1;
    loop {
        let failure = match create_once(client, credentials).await {
            Ok(session) => return Ok(session),
            Err(failure) => failure,
        };
        match delays.next().and_then(|delay| next_delay(delay, &failure)) {
            Some(delay) => tokio::time::sleep(delay).await,
            _ if attempts > 1 => {
                let text = format!("{} (after {attempts} attempts)", failure.error.text);
                return Err(Error { text, ..failure.error });
            }
            _ => return Err(failure.error),
        }
        attempts += 1;
    }
}

/// Lists the REST sessions of the account, from all pages.
pub async fn list(client: &Client) -> Result<Vec<RestSession>> {
    let account = Account::with_any_credentials(client)?;
    let items = account.list_by(wire::PAGE_PARAMETER, "list the REST sessions", wire::LIST_PATH, &[]).await?;
    Ok(items.iter().map(|item| wire::RestSession::read(item, "").into()).collect())
}

/// Asks for the shortest page of that list: nothing is created, and both kinds of credentials are enough for it.
pub async fn check(client: &Client) -> Result<()> {
    let account = Account::with_any_credentials(client)?;
    account.get_with("list a REST session", wire::LIST_PATH, ("page_size", "1")).await.map(drop)
}

pub async fn get(client: &Client, id: &str) -> Result<RestSession> {
    let path = path_of(id)?;
    let reply = Account::with_any_credentials(client)?.get("show a REST session", &path).await?;
    Ok(wire::RestSession::read(&reply, id).into())
}

/// Sets for how long, from now, a REST session exists without a stream.
pub async fn set_ttl(client: &Client, id: &str, ttl_s: u32) -> Result<()> {
    let path = path_of(id)?;
    let (query, data) = (ttl_s.to_string(), wire::ttl_request(ttl_s));
    let account = Account::with_any_credentials(client)?;
    account.tell("prolong a REST session", &path, (wire::TTL_PARAMETER, &query), &data).await
}

/// Deletes a REST session in one attempt; the service deletes it soon anyway.
pub async fn delete(client: &Client, id: &str) -> Result<()> {
    let path = path_of(id)?;
    Account::with_any_credentials(client)?.delete("delete a REST session", &path).await
}

fn path_of(id: &str) -> Result<String> {
    check_id(id)?;
    Ok(format!("{}/{}", wire::LIST_PATH, percent_encode(id)))
}

async fn create_once(
    client: &Client,
    credentials: &Credentials,
) -> std::result::Result<RestSession, Failure> {
    let reply = post(client, credentials, wire::CREATE_PATH, wire::create_body()).await?;
    let answered = |error| Failure { error, may_have_acted: true };
    if !(200..300).contains(&reply.status) {
        return Err(answered(refused(credentials, &reply)));
    }
    let session = wire::read_created(&reply.body).ok_or_else(|| {
        let text = "the service's reply holds no session";
        answered(Error::new(Status::Protocol, text).with_http_status(reply.status))
    })?;
    Ok(session.into())
}

async fn post(
    client: &Client,
    credentials: &Credentials,
    path: &str,
    json: String,
) -> std::result::Result<Reply, Failure> {
    let url = client.api_url.join(path).and_then(|url| client.proxies.route(url));
    let request = Request {
        method: Method::POST,
        url: &url.map_err(|error| Failure { error, may_have_acted: false })?,
        headers: credentials.headers(),
        user_agent: &client.user_agent,
        body: Some(Body::json(json)),
    };
    http::send(request, &client.tls, client.connect_timeout, TimeLimit::new(client.rest_timeout)).await
}

/// Refusals by HTTP status (protocol.md 3.1). The service's detail and code are kept, because 403 can also mean an
/// empty account (protocol.md 15 row 33).
fn refused(credentials: &Credentials, reply: &Reply) -> Error {
    let Refusal { code, text } = wire::read_refusal(&reply.body);
    let mut redactor = Redactor::default();
    redactor.add(credentials.secret());
    let Verdict { status, retriable } = verdict::of_http(Asked::RestSession, reply.status);
    let mut sentence = format!("the service refused to create a session: HTTP status {}", reply.status);
    if !text.is_empty() {
        sentence = format!("{sentence}: {text}");
    }
    let error = Error::new(status, sentence).with_http_status(reply.status).with_service_code(code);
    redactor.clean_error(error.with_retriable(retriable).with_retry_after(reply.retry_after))
}

/// How long to wait for the next attempt: at least as long as the service asks for.
fn next_delay(usual: Duration, failure: &Failure) -> Option<Duration> {
    let delay = failure.error.retry_after.unwrap_or_default().max(usual);
    (is_worth_another_attempt(failure) && delay <= LONGEST_DELAY).then_some(delay)
}

/// Whether another attempt can help: after a request that was not sent, and after an answer of 5xx. A request that
/// was cut off may have created a session that cannot be deleted and counts against the account. 429 is left to the
/// caller, who knows the account.
fn is_worth_another_attempt(failure: &Failure) -> bool {
    let error = &failure.error;
    match error.status {
        Status::Session => error.http_status >= 500,
        _ => error.retriable && !failure.may_have_acted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_says_how_long_to_wait_for_another_attempt() {
        const USUAL: Duration = Duration::from_millis(500);
        let delay = |http_status, retry_after_ms: Option<u64>| {
            let error = Error::new(Status::Session, "refused").with_http_status(http_status);
            let error = error.with_retry_after(retry_after_ms.map(Duration::from_millis));
            let delay = next_delay(USUAL, &Failure { error, may_have_acted: true });
            delay.map(|delay| delay.as_millis())
        };
        assert_eq!(delay(503, None), Some(500));
        assert_eq!(delay(503, Some(0)), Some(500), "never in a hurry");
        assert_eq!(delay(503, Some(1000)), Some(1000));
        assert_eq!(delay(503, Some(2000)), Some(2000));
        assert_eq!(delay(503, Some(3000)), None, "told to the caller");
        assert_eq!(delay(400, None), None);
    }
}
