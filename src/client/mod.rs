//! A client: whose account, which endpoints, whom to trust. Cheap to share between sessions.

pub mod credentials;
pub mod rest;
pub mod secret;

use std::time::Duration;

use crate::error::Result;
use crate::net::tls::Tls;
use crate::net::url::Url;
use credentials::Credentials;

const DEFAULT_API_URL: &str = "https://api.palabra.ai";
/// Upgrades as slow as 4 s have been observed (protocol.md 4).
pub(crate) const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// As the official client allows for each attempt (protocol.md 3.1).
pub(crate) const DEFAULT_REST_TIMEOUT: Duration = Duration::from_secs(30);

/// What the caller says; `None` means the environment, then the default.
#[derive(Default)]
pub struct ClientOptions {
    pub credentials: Option<Credentials>,
    pub api_url: Option<String>,
    pub ca_pem: Option<Vec<u8>>,
    /// Name and version of a language binding, for the User-Agent.
    pub binding: Option<String>,
    pub connect_timeout: Option<Duration>,
    pub rest_timeout: Option<Duration>,
    pub ignore_environment: bool,
}

pub struct Client {
    pub credentials: Option<Credentials>,
    pub api_url: Url,
    pub tls: Tls,
    pub user_agent: String,
    pub connect_timeout: Duration,
    pub rest_timeout: Duration,
}

impl Client {
    pub fn new(options: ClientOptions) -> Result<Client> {
        let from_environment = |name: &str| {
            if options.ignore_environment { None } else { environment(name) }
        };
        let api_url = options.api_url.or_else(|| from_environment("PALABRA_API_URL"));
        let credentials = options.credentials.or_else(|| {
            let id = from_environment("PALABRA_CLIENT_ID")?;
            let secret = from_environment("PALABRA_CLIENT_SECRET")?;
            Some(Credentials::new(id, secret))
        });
        Ok(Client {
            credentials,
            api_url: Url::parse(api_url.as_deref().unwrap_or(DEFAULT_API_URL))?,
            tls: Tls::new(options.ca_pem.as_deref())?,
            user_agent: user_agent(options.binding.as_deref()),
            connect_timeout: options.connect_timeout.unwrap_or(DEFAULT_CONNECT_TIMEOUT),
            rest_timeout: options.rest_timeout.unwrap_or(DEFAULT_REST_TIMEOUT),
        })
    }
}

/// A variable that is set and not empty.
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn user_agent(binding: Option<&str>) -> String {
    let library = concat!("libpalabra/", env!("CARGO_PKG_VERSION"));
    match binding {
        Some(binding) => format!("{library} ({binding})"),
        None => library.to_owned(),
    }
}
