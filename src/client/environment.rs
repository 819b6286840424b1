//! Settings from the process environment, unless the caller disabled it.

use std::sync::OnceLock;

use super::secret::Secret;
use crate::net::roots;

/// All variables that are read. Those of proxies are read in lower case too. `src/ffi/prose/environment.txt` has their
/// fields.
const NAMES: [&str; 19] = [
    "PALABRA_API_KEY",
    "PALABRA_CLIENT_ID",
    "PALABRA_CLIENT_SECRET",
    "PALABRA_REGION",
    "PALABRA_API_URL",
    "PALABRA_TRANSLATION_URL",
    "PALABRA_TTS_URL",
    "PALABRA_STT_URL",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    // Set in a CGI program only, where HTTP_PROXY must not be trusted.
    "REQUEST_METHOD",
];

/// The caller's values of the variables that name proxies. They may contain a name and a password.
#[derive(Default)]
pub struct ProxyVariables {
    pub https: Option<Secret>,
    pub http: Option<Secret>,
}

type Values = Vec<(&'static str, Secret)>;

/// Read once, by the first client: reading is not safe beside another thread's setenv().
static VALUES: OnceLock<Values> = OnceLock::new();

pub(super) struct Environment {
    values: Option<&'static Values>,
}

impl Environment {
    pub(super) fn new(ignored: bool) -> Environment {
        Environment { values: (!ignored).then(|| VALUES.get_or_init(read_all)) }
    }

    /// Returns a variable that is set and not empty.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let found = self.values?.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.expose().to_owned())
    }

    /// As [`Environment::get`], where the caller's value wins.
    pub(super) fn get_proxy(&self, given: &ProxyVariables, name: &str) -> Option<String> {
        let own = match name {
            "https_proxy" => &given.https,
            "http_proxy" => &given.http,
            _ => &None,
        };
        own.as_ref().map(|value| value.expose().to_owned()).or_else(|| self.get(name))
    }

    /// Locations of the system's certificates that replace the usual ones.
    pub(super) fn roots(&self, given: roots::Override) -> roots::Override {
        if given != roots::Override::default() {
            return given;
        }
        roots::Override { file: self.get("SSL_CERT_FILE"), folders: self.get("SSL_CERT_DIR") }
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the file that asks the system")]
fn read_all() -> Values {
    let set = NAMES.into_iter().filter_map(|name| Some((name, std::env::var(name).ok()?)));
    set.filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, Secret::new(value))).collect()
}
