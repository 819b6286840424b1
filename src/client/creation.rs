//! The creation of a REST session, which can be given up without leaving one behind (protocol.md 3.1).

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::Client;
use super::credentials::{self, Credentials};
use super::rest::RestSession;
use super::secret::Redactor;
use crate::error::{Error, Result, Status};
use crate::net::TimeLimit;
use crate::net::http::{self, Body, Failure, Method, Reply, Request};
use crate::sync::{AtomicBool, Ordering};
use crate::wire::rest::{self as wire, Refusal};
use crate::wire::verdict::{self, Asked, Verdict};

/// Before the second and the third attempt (protocol.md 3.1).
const RETRY_DELAYS: [Duration; 2] = [Duration::from_millis(500), Duration::from_millis(1000)];
/// A service that asks for a longer wait is not asked again: the caller decides.
const LONGEST_DELAY: Duration = Duration::from_secs(2);

pub struct Creation {
    client: Arc<Client>,
    /// What goes on when nobody waits for it any more.
    attempt: Option<Attempt>,
}

struct Attempt {
    session: Pin<Box<dyn Future<Output = std::result::Result<RestSession, Failure>> + Send>>,
    was_sent: Arc<AtomicBool>,
}

impl Creation {
    pub fn new(client: Arc<Client>) -> Creation {
        Creation { client, attempt: None }
    }

    /// Creates it: three attempts in all, and only where another attempt can help.
    pub async fn run(&mut self) -> Result<RestSession> {
        let credentials = credentials::require(self.client.credentials.current())?;
        let mut delays = RETRY_DELAYS.into_iter();
        let mut attempts = 1;
        loop {
            let attempt = self.attempt.insert(Attempt::new(self.client.clone(), credentials.clone()));
            let outcome = attempt.session.as_mut().await;
            self.attempt = None;
            let failure = match outcome {
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

    /// After a run that was given up: the session that the service was already asked for.
    pub async fn settle(mut self) -> Option<RestSession> {
        let attempt = self.attempt.take().filter(|attempt| attempt.was_sent.load(Ordering::Relaxed))?;
        attempt.session.await.ok()
    }
}

impl Attempt {
    fn new(client: Arc<Client>, credentials: Credentials) -> Attempt {
        let was_sent = Arc::new(AtomicBool::new(false));
        let sent = was_sent.clone();
        Attempt { session: Box::pin(async move { create(&client, &credentials, &sent).await }), was_sent }
    }
}

async fn create(
    client: &Client,
    credentials: &Credentials,
    sent: &AtomicBool,
) -> std::result::Result<RestSession, Failure> {
    let reply = post(client, credentials, sent).await?;
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
    sent: &AtomicBool,
) -> std::result::Result<Reply, Failure> {
    let url = client.api_url.join(wire::CREATE_PATH).and_then(|url| client.proxies.route(url));
    let request = Request {
        method: Method::POST,
        url: &url.map_err(|error| Failure { error, may_have_acted: false })?,
        headers: credentials.headers(),
        user_agent: &client.user_agent,
        body: Some(Body::json(wire::create_body())),
        sent: Some(sent),
    };
    http::send(request, &client.tls, client.connect_timeout, TimeLimit::new(client.rest_timeout)).await
}

/// Refusals by HTTP status (protocol.md 3.1). The service's detail and code are kept, because 403 can also mean an
/// empty account (protocol.md 15 row 33).
fn refused(credentials: &Credentials, reply: &Reply) -> Error {
    let Refusal { code, text } = wire::read_refusal(&reply.body);
    let redactor = Redactor::of(Some(credentials.secret()));
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
