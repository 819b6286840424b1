//! Clients for unit tests: they read no environment.

use super::credentials::Credentials;
use super::secret::Secret;
use super::{Client, ClientOptions};

pub(crate) fn client(options: ClientOptions) -> Client {
    Client::new(ClientOptions { ignore_environment: true, ..options }).unwrap()
}

pub(crate) fn with_pair() -> Client {
    client(ClientOptions { credentials: Some(Credentials::new("id", "secret")), ..ClientOptions::default() })
}

pub(crate) fn with_key(region: &str) -> Client {
    with_key_and(region, ClientOptions::default())
}

pub(crate) fn with_key_and(region: &str, options: ClientOptions) -> Client {
    client(ClientOptions { api_key: Some(Secret::new("the key")), region: Some(region.into()), ..options })
}
