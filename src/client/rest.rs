//! REST sessions: created before a stream, listed, prolonged, deleted after it (protocol.md 3).

use super::Client;
use super::management::Account;
use super::secret::Secret;
use crate::error::Result;
use crate::text::percent_encode;
use crate::wire::management::check_id;
use crate::wire::rest as wire;

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
