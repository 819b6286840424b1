//! The choice of a proxy: the caller's, the environment's or the system's.

use std::sync::Arc;

use super::no_proxy::NoProxy;
use super::proxy::Proxy;
use super::system_proxy;
use super::url::Url;
use super::way::Way;
use crate::error::Result;

/// Chooses the proxy, if any, for a server.
#[derive(Default)]
pub struct Proxies {
    /// The caller's proxy, for all servers.
    always: Option<Arc<Proxy>>,
    /// The environment's proxies, for encrypted and for plain connections. An invalid one is an error only when it is
    /// needed.
    secure: Option<Result<Arc<Proxy>>>,
    plain: Option<Result<Arc<Proxy>>>,
    /// Where the environment names no proxy, the system may.
    asks_system: bool,
    exceptions: NoProxy,
}

impl Proxies {
    pub fn always(url: &str, no_proxy: Option<&str>) -> Result<Proxies> {
        let always = Some(Arc::new(Proxy::parse("the address of the proxy", url)?));
        Ok(Proxies { always, exceptions: NoProxy::parse(no_proxy.unwrap_or("")), ..Proxies::default() })
    }

    /// The usual variables. Lower case wins, as in other programs.
    pub fn from_environment(
        get: impl Fn(&str) -> Option<String>,
        no_proxy: Option<&str>,
        asks_system: bool,
    ) -> Proxies {
        let either = |name: &str| {
            let lower = name.to_lowercase();
            // In a CGI program the client of the web server sets this variable.
            let upper = name != "HTTP_PROXY" || get("REQUEST_METHOD").is_none();
            get(&lower).map(|value| (lower, value)).or_else(|| {
                let value = get(name).filter(|_| upper)?;
                Some((name.to_owned(), value))
            })
        };
        let proxy = |name: &str| {
            let (name, url) = either(name).or_else(|| either("ALL_PROXY"))?;
            let url = if url.contains("://") { url } else { format!("http://{url}") };
            Some(Proxy::parse(&name, &url).map(Arc::new))
        };
        Proxies {
            always: None,
            asks_system,
            secure: proxy("HTTPS_PROXY"),
            plain: proxy("HTTP_PROXY"),
            exceptions: match no_proxy {
                Some(list) => NoProxy::parse(list),
                None => NoProxy::parse(&either("NO_PROXY").map_or(String::new(), |(_, list)| list)),
            },
        }
    }

    /// Returns the same address with the proxy that leads to it.
    pub fn route(&self, url: Url) -> Result<Way> {
        if let Some(proxy) = &self.always {
            // With the caller's proxy only listed servers are exceptions: the caller may mean a proxy for this
            // machine.
            let is_exception = self.exceptions.lists(url.host(), url.port());
            return Ok(if is_exception { Way::straight(url) } else { Way::through(proxy.clone(), url) });
        }
        let proxy = if url.is_secure() { &self.secure } else { &self.plain };
        let of_system = || if self.asks_system { system_proxy::find(&url).transpose() } else { None };
        match proxy.clone().or_else(of_system) {
            Some(proxy) if !self.exceptions.covers(url.host(), url.port()) => Ok(Way::through(proxy?, url)),
            _ => Ok(Way::straight(url)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).ok().unwrap()
    }

    fn environment(pairs: &'static [(&'static str, &'static str)]) -> Proxies {
        let get =
            |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into());
        Proxies::from_environment(get, None, false)
    }

    fn way(proxies: &Proxies, text: &str) -> Option<String> {
        proxies.route(url(text)).ok().unwrap().proxy().map(Proxy::server)
    }

    #[test]
    fn the_environment_chooses_by_scheme_and_exception() {
        let proxies = environment(&[
            ("https_proxy", "http://lower:1"),
            ("HTTPS_PROXY", "http://upper:2"),
            ("ALL_PROXY", "all:3"),
            ("NO_PROXY", "direct.example"),
        ]);
        assert_eq!(way(&proxies, "wss://h/x").as_deref(), Some("lower:1"));
        assert_eq!(way(&proxies, "ws://h/x").as_deref(), Some("all:3"));
        assert_eq!(way(&proxies, "wss://direct.example"), None);
        assert_eq!(way(&proxies, "ws://127.0.0.1:9"), None);
        assert_eq!(way(&environment(&[]), "wss://h"), None);
    }

    #[test]
    fn in_a_cgi_program_the_upper_case_variable_is_not_trusted() {
        let set = environment(&[("HTTP_PROXY", "http://p:1")]);
        assert_eq!(way(&set, "http://h").as_deref(), Some("p:1"));
        let cgi = environment(&[("HTTP_PROXY", "http://p:1"), ("REQUEST_METHOD", "GET")]);
        assert_eq!(way(&cgi, "http://h"), None);
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_an_error_only_where_it_is_needed() {
        let proxies = environment(&[("ALL_PROXY", "https://u:hidden@p:1"), ("HTTPS_PROXY", "p:2")]);
        assert_eq!(way(&proxies, "wss://h").as_deref(), Some("p:2"));
        let error = proxies.route(url("ws://h")).err().unwrap();
        assert!(error.text.contains("ALL_PROXY") && !error.text.contains("hidden"), "{}", error.text);
    }

    #[test]
    fn the_callers_proxy_has_the_callers_exceptions() {
        let proxies = Proxies::always("http://p:1", Some("10.0.0.0/8, .example.com")).unwrap();
        assert_eq!(way(&proxies, "ws://10.1.2.3:9"), None);
        assert_eq!(way(&proxies, "wss://a.example.com"), None);
        assert_eq!(way(&proxies, "ws://11.1.2.3:9").as_deref(), Some("p:1"));
    }

    #[test]
    fn the_callers_proxy_is_for_everything() {
        let proxies = Proxies::always("http://p:1", None).unwrap();
        assert_eq!(way(&proxies, "ws://127.0.0.1:9").as_deref(), Some("p:1"));
    }
}
