//! Credentials of an account: client id and secret, or an API key (protocol.md 2).

use super::secret::Secret;
use crate::error::{Error, Result, Status};

/// The region of a key unless one is given (protocol.md 2).
pub(crate) const DEFAULT_REGION: &str = "eu";

#[derive(Clone, Debug)]
pub enum Credentials {
    /// First generation: sessions are created by REST.
    Pair { client_id: String, client_secret: Secret },
    /// Second generation: the key itself opens the streams of its region.
    Key { key: Secret, region: String },
}

impl Credentials {
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<String>) -> Credentials {
        Credentials::Pair { client_id: client_id.into(), client_secret: Secret::new(client_secret) }
    }

    /// Region names are not case-sensitive (protocol.md 4.1).
    pub fn key(key: Secret, region: Option<&str>) -> Credentials {
        Credentials::Key { key, region: region.unwrap_or(DEFAULT_REGION).to_lowercase() }
    }

    /// The headers of every REST session call (protocol.md 3.1), which accepts both kinds.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        match self {
            Credentials::Pair { client_id, client_secret } => {
                vec![("clientid", client_id.clone()), ("clientsecret", client_secret.expose().to_owned())]
            }
            Credentials::Key { key, .. } => vec![("authorization", format!("Bearer {}", key.expose()))],
        }
    }

    pub fn secret(&self) -> &Secret {
        match self {
            Credentials::Pair { client_secret, .. } => client_secret,
            Credentials::Key { key, .. } => key,
        }
    }
}

pub fn missing() -> Error {
    Error::new(
        Status::Auth,
        "no credentials: set an API key (or PALABRA_API_KEY), or a client id and secret (or PALABRA_CLIENT_ID and \
         PALABRA_CLIENT_SECRET)",
    )
}

/// Returns the credentials, or the error that says where to set them.
pub fn require(credentials: Option<Credentials>) -> Result<Credentials> {
    credentials.ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_bearer_and_nobody_sees_it() {
        let credentials = Credentials::key(Secret::new("plain key"), Some("EU"));
        assert_eq!(credentials.headers(), [("authorization", "Bearer plain key".to_owned())]);
        assert!(!format!("{credentials:?}").contains("plain key"));
        assert!(matches!(credentials, Credentials::Key { region, .. } if region == "eu"));
    }
}
