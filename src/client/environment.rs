//! What the process environment says, unless the caller wants none of it.

use std::sync::OnceLock;

use super::secret::Secret;
use crate::net::roots;

/// All that is ever asked for; the names of proxies also in lower case.
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
    // Present in a CGI program only, where nobody may trust HTTP_PROXY.
    "REQUEST_METHOD",
];

type Values = Vec<(&'static str, Secret)>;

/// Read by the first client that asks, and never again: reading is not safe beside another thread's setenv().
static VALUES: OnceLock<Values> = OnceLock::new();

pub struct Environment {
    values: Option<&'static Values>,
}

impl Environment {
    pub fn new(ignored: bool) -> Environment {
        Environment { values: (!ignored).then(|| VALUES.get_or_init(read_all)) }
    }

    /// A variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<String> {
        let found = self.values?.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.expose().to_owned())
    }

    /// Where the system's certificates are instead of the usual places.
    pub fn roots(&self) -> roots::Override {
        roots::Override { file: self.get("SSL_CERT_FILE"), folders: self.get("SSL_CERT_DIR") }
    }
}

fn read_all() -> Values {
    let set = NAMES.into_iter().filter_map(|name| Some((name, std::env::var(name).ok()?)));
    set.filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, Secret::new(value))).collect()
}
