//! Checks the credential of a REST call and applies the credential's faults.

use hyper::{HeaderMap, StatusCode};

use crate::auth::Credential;
use crate::conn::ResetSwitch;
use crate::faults::Faults;
use crate::reply::{Abort, Reply, problem, refused_on_purpose};
use crate::state::Shared;
use crate::time;

/// A REST call whose credential was admitted.
pub struct Admitted {
    /// The part of the credential that names the account.
    pub account: String,
    pub faults: Faults,
}

/// Why a REST call is not served.
pub enum Denial {
    Reply(Box<Reply>),
    Abort,
}

impl From<Denial> for Result<Reply, Abort> {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::Reply(reply) => Ok(*reply),
            Denial::Abort => Err(Abort),
        }
    }
}

/// Checks the credential of a REST call and applies its faults.
pub async fn admit(shared: &Shared, reset: &ResetSwitch, headers: &HeaderMap) -> Result<Admitted, Denial> {
    let denied = |reply: Reply| Denial::Reply(Box::new(reply));
    let Some(credential) = Credential::from_headers(headers) else {
        return Err(denied(problem(StatusCode::UNAUTHORIZED, "missing credentials")));
    };
    let faults = Faults::of_credential(credential.name(), &shared.config.faults)
        .map_err(|error| denied(problem(StatusCode::BAD_REQUEST, &error)))?;
    if let Some(delay) = faults.rest_delay {
        time::sleep(delay).await;
    }
    if faults.rest_reset {
        reset.throw();
        return Err(Denial::Abort);
    }
    match refusal(shared, &credential, &faults) {
        Some(refusal) => Err(denied(refusal)),
        None => Ok(Admitted { account: credential.name().to_owned(), faults }),
    }
}

/// The answer to a credential that is not admitted.
fn refusal(shared: &Shared, credential: &Credential, faults: &Faults) -> Option<Reply> {
    if faults.rest_echo_secret {
        let detail = format!("the secret \"{}\" does not belong to this client", credential.secret());
        return Some(problem(StatusCode::UNAUTHORIZED, &detail));
    }
    if !shared.config.rule.admits(credential) {
        return Some(problem(StatusCode::UNAUTHORIZED, "unknown credentials"));
    }
    let status = StatusCode::from_u16(faults.rest_status?).ok()?;
    let attempt = shared.store.count_attempt(credential.name());
    let fails = faults.rest_fail_times.is_none_or(|times| attempt < times);
    fails.then(|| refused_on_purpose(status, faults))
}

pub fn authority(headers: &HeaderMap) -> Option<String> {
    headers.get(hyper::header::HOST)?.to_str().ok().map(str::to_owned)
}
