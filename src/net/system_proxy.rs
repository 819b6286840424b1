//! The proxies in the settings of macOS and Windows.

use std::sync::{Arc, OnceLock};

use hyper::http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use super::proxy::Proxy;
use super::url::Url;
use crate::error::Result;

/// Read once, as the environment is, which the matcher reads too.
static SETTINGS: OnceLock<Matcher> = OnceLock::new();

/// Returns the proxy for the server of `url`, if the system has one.
pub(super) fn find(url: &Url) -> Result<Option<Arc<Proxy>>> {
    if !cfg!(any(windows, target_os = "macos")) {
        return Ok(None);
    }
    let scheme = if url.is_secure() { "https" } else { "http" };
    let Ok(uri) = format!("{scheme}://{}/", url.host_and_port()).parse::<Uri>() else { return Ok(None) };
    SETTINGS.get_or_init(Matcher::from_system).intercept(&uri).map(proxy).transpose()
}

fn proxy(found: Intercept) -> Result<Arc<Proxy>> {
    let uri = found.uri();
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let url = format!("{}://{authority}", uri.scheme_str().unwrap_or("http"));
    Proxy::parse("the proxy of the system", &url).map(Arc::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_matcher_finds_is_a_proxy_of_ours() {
        let matcher = Matcher::builder().https("http://p:8080").http("socks5://s").build();
        let found = |uri: &'static str| {
            proxy(matcher.intercept(&Uri::from_static(uri)).unwrap()).ok().unwrap().server()
        };
        assert_eq!((found("https://h/"), found("http://h/")), ("p:8080".to_owned(), "s:1080".to_owned()));
    }
}
