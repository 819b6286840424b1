//! Client id and secret, the first generation of credentials (protocol.md 2).

use super::secret::Secret;
use crate::error::{Error, Result, Status};

#[derive(Clone, Debug)]
pub struct Credentials {
    client_id: String,
    client_secret: Secret,
}

impl Credentials {
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<String>) -> Credentials {
        Credentials { client_id: client_id.into(), client_secret: Secret::new(client_secret) }
    }

    /// The headers of every REST session call (protocol.md 3.1).
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        vec![("clientid", self.client_id.clone()), ("clientsecret", self.client_secret.expose().to_owned())]
    }

    pub fn secret(&self) -> &Secret {
        &self.client_secret
    }
}

pub fn missing() -> Error {
    Error::new(
        Status::Auth,
        "no credentials: set client_id and client_secret, or PALABRA_CLIENT_ID and PALABRA_CLIENT_SECRET",
    )
}

/// The credentials, or the error that says where to put them.
pub fn require(credentials: Option<&Credentials>) -> Result<&Credentials> {
    credentials.ok_or_else(missing)
}
