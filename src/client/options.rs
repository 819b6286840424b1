//! The options of a client, checked and completed from the environment.

use std::sync::Arc;
use std::time::Duration;

use super::connects::Connects;
use super::credential_store::CredentialStore;
use super::credentials::Credentials;
use super::drain::Drain;
use super::endpoints;
use super::environment::{Environment, ProxyVariables};
use super::metrics::Metrics;
use super::secret::Secret;
use crate::error::{Error, Result};
use crate::net::proxies::Proxies;
use crate::net::roots;
use crate::net::tls::Tls;
use crate::net::url::Url;

const DEFAULT_API_URL: &str = "https://api.palabra.ai";
/// Upgrades as slow as 4 s have been observed (protocol.md 4).
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// As long as the official client allows for each attempt (protocol.md 3.1).
const DEFAULT_REST_TIMEOUT: Duration = Duration::from_secs(30);

/// The caller's options. `None`: the environment's value, else the default.
#[derive(Default)]
pub struct ClientOptions {
    /// Client id and secret; not together with `api_key`.
    pub credentials: Option<Credentials>,
    pub api_key: Option<Secret>,
    /// Region of the API key, whether the key is given here or by the environment.
    pub region: Option<String>,
    pub api_url: Option<String>,
    /// Address of translation for an API key; may contain `{random_hash}`.
    pub translation_url: Option<String>,
    /// Addresses for all credentials.
    pub tts_url: Option<String>,
    pub stt_url: Option<String>,
    /// Sessions request credentials that are missing or refused.
    pub asks_credentials: bool,
    /// May contain a name and a password.
    pub proxy_url: Option<Secret>,
    /// Instead of the variables of the environment.
    pub proxies: ProxyVariables,
    /// Servers that are reached without the proxy.
    pub no_proxy: Option<String>,
    pub ca_pem: Option<Vec<u8>>,
    /// Instead of the system's certificates.
    pub system_roots: roots::Override,
    /// Name and version of a language binding, for the User-Agent.
    pub binding: Option<String>,
    pub connect_timeout: Option<Duration>,
    pub rest_timeout: Option<Duration>,
    pub ignore_environment: bool,
    /// The system's proxy is used even if the environment is ignored.
    pub asks_system: bool,
}

pub struct Client {
    pub credentials: CredentialStore,
    pub api_url: Url,
    pub translation_url: Option<String>,
    pub tts_url: Option<String>,
    pub stt_url: Option<String>,
    pub proxies: Proxies,
    pub tls: Tls,
    pub user_agent: String,
    pub connect_timeout: Duration,
    pub rest_timeout: Duration,
    pub metrics: Metrics,
    pub drain: Arc<Drain>,
    /// Of its calls.
    pub connects: Connects,
}

impl Client {
    pub fn new(options: ClientOptions) -> Result<Client> {
        let environment = Environment::new(options.ignore_environment);
        let own_translation = options.translation_url.is_some();
        let translation_url = options.translation_url.or_else(|| environment.get("PALABRA_TRANSLATION_URL"));
        let tts_url = options.tts_url.or_else(|| environment.get("PALABRA_TTS_URL"));
        let stt_url = options.stt_url.or_else(|| environment.get("PALABRA_STT_URL"));
        for template in [&translation_url, &tts_url, &stt_url].into_iter().flatten() {
            Url::parse(&endpoints::fill(template)?)?;
        }
        let credentials =
            choose(options.credentials, options.api_key, options.region.as_deref(), &environment)?;
        if own_translation && matches!(credentials, Some(Credentials::Pair { .. })) {
            return Err(Error::invalid(
                "an address of translation goes with an API key; for a client id and secret the REST session names it",
            ));
        }
        let api_url = options.api_url.or_else(|| environment.get("PALABRA_API_URL"));
        Ok(Client {
            credentials: CredentialStore::new(credentials, options.asks_credentials),
            api_url: Url::parse(api_url.as_deref().unwrap_or(DEFAULT_API_URL))?,
            translation_url,
            tts_url,
            stt_url,
            proxies: match &options.proxy_url {
                Some(url) => Proxies::always(url.expose(), options.no_proxy.as_deref())?,
                None => {
                    let get = |name: &str| environment.get_proxy(&options.proxies, name);
                    let asks_system = options.asks_system || !options.ignore_environment;
                    Proxies::from_environment(get, options.no_proxy.as_deref(), asks_system)
                }
            },
            tls: Tls::new(options.ca_pem.as_deref(), environment.roots(options.system_roots))?,
            user_agent: user_agent(options.binding.as_deref()),
            connect_timeout: options.connect_timeout.unwrap_or(DEFAULT_CONNECT_TIMEOUT),
            rest_timeout: options.rest_timeout.unwrap_or(DEFAULT_REST_TIMEOUT),
            metrics: Metrics::default(),
            drain: Arc::default(),
            connects: Connects::default(),
        })
    }
}

/// The caller's values win over the environment. In the environment a key wins over id and secret.
fn choose(
    pair: Option<Credentials>,
    key: Option<Secret>,
    region: Option<&str>,
    environment: &Environment,
) -> Result<Option<Credentials>> {
    let of_region = |key: Secret| {
        let from_environment = environment.get("PALABRA_REGION");
        Credentials::key(key, region.or(from_environment.as_deref()))
    };
    match (pair, key) {
        (Some(_), Some(_)) => Err(Error::invalid("give an API key or a client id and secret, not both")),
        (Some(pair), None) => Ok(Some(pair)),
        (None, Some(key)) => Ok(Some(of_region(key))),
        (None, None) => Ok(match environment.get("PALABRA_API_KEY") {
            Some(key) => Some(of_region(Secret::new(key))),
            None => environment
                .get("PALABRA_CLIENT_ID")
                .zip(environment.get("PALABRA_CLIENT_SECRET"))
                .map(|(id, secret)| Credentials::new(id, secret)),
        }),
    }
}

fn user_agent(binding: Option<&str>) -> String {
    let library = concat!("libpalabra/", env!("CARGO_PKG_VERSION"));
    match binding {
        Some(binding) => format!("{library} ({binding})"),
        None => library.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(options: ClientOptions) -> Error {
        Client::new(ClientOptions { ignore_environment: true, ..options }).err().unwrap()
    }

    #[test]
    fn one_kind_of_credentials_at_a_time() {
        let both = ClientOptions {
            credentials: Some(Credentials::new("id", "secret")),
            api_key: Some(Secret::new("key")),
            ..ClientOptions::default()
        };
        assert!(refusal(both).text.contains("not both"));
        let misplaced = ClientOptions {
            credentials: Some(Credentials::new("id", "secret")),
            translation_url: Some("ws://h".into()),
            ..ClientOptions::default()
        };
        assert!(refusal(misplaced).text.contains("an address of translation"));
    }

    #[test]
    fn a_field_replaces_each_variable_of_a_proxy() {
        let options = ClientOptions {
            proxies: ProxyVariables {
                https: Some(Secret::new("secure:1")),
                http: Some(Secret::new("plain:2")),
            },
            no_proxy: Some("direct.example".into()),
            ignore_environment: true,
            ..ClientOptions::default()
        };
        let client = Client::new(options).ok().unwrap();
        let way = |url: &str| client.proxies.route(Url::parse(url).ok().unwrap()).ok().unwrap();
        let server = |url: &str| way(url).proxy().map(|proxy| proxy.server());
        assert_eq!(server("wss://h").as_deref(), Some("secure:1"));
        assert_eq!(server("ws://h").as_deref(), Some("plain:2"));
        assert_eq!(server("ws://127.0.0.1:1"), None, "as with a proxy of the environment");
        assert_eq!(server("wss://direct.example"), None);
    }

    #[test]
    fn addresses_are_checked_at_once() {
        let url = |url: &str| ClientOptions { translation_url: Some(url.into()), ..ClientOptions::default() };
        assert!(refusal(url("streams of {random_hash}")).text.contains("URL"));
        let proxy =
            |url: &str| ClientOptions { proxy_url: Some(Secret::new(url)), ..ClientOptions::default() };
        let error = refusal(proxy("https://user:hidden@h"));
        assert!(error.text.contains("http://") && !error.text.contains("hidden"), "{}", error.text);
    }
}
