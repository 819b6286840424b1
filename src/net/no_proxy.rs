//! Servers that are reached without a proxy.

use std::net::IpAddr;

use hyper::http::Uri;
use hyper_util::client::proxy::matcher::Matcher;

/// What the matcher needs for `*`, which it takes for a name.
const EVERYTHING: &str = "*,0.0.0.0/0,::/0";

/// The entries of `NO_PROXY`: names (which include their subdomains), addresses, networks, `*`. A name or address may
/// have a port, which the matcher does not support.
#[derive(Default)]
pub(super) struct NoProxy {
    everywhere: Option<Matcher>,
    at_port: Vec<(u16, Matcher)>,
}

impl NoProxy {
    pub(super) fn parse(list: &str) -> NoProxy {
        let (mut everywhere, mut at_port) = (Vec::new(), Vec::new());
        for part in list.split([',', ' ', '\t']).filter(|part| !part.is_empty()) {
            let (host, port) = split_port(part);
            let host = host.trim_start_matches('[').trim_end_matches(']').trim_start_matches("*.");
            let host = if host == "*" { EVERYTHING } else { host };
            match port {
                Some(port) => at_port.push((port, matcher(host))),
                None => everywhere.push(host),
            }
        }
        NoProxy { everywhere: (!everywhere.is_empty()).then(|| matcher(&everywhere.join(","))), at_port }
    }

    /// Servers of this machine are never reached through a proxy that is meant for other machines.
    pub(super) fn covers(&self, host: &str, port: u16) -> bool {
        let bare = host.trim_end_matches('.');
        let is_loopback = || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        bare.eq_ignore_ascii_case("localhost") || is_loopback() || self.lists(host, port)
    }

    /// Returns whether an entry matches the server.
    pub(super) fn lists(&self, host: &str, port: u16) -> bool {
        let host = host.trim_end_matches('.');
        let at_port = self.at_port.iter().filter(|&&(ruled, _)| ruled == port).map(|(_, matcher)| matcher);
        at_port.chain(&self.everywhere).any(|matcher| is_exception(matcher, host))
    }
}

/// The proxy is never used: only the exceptions count.
fn matcher(exceptions: &str) -> Matcher {
    Matcher::builder().all("http://proxy").no(exceptions).build()
}

fn is_exception(matcher: &Matcher, host: &str) -> bool {
    let authority = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let uri = Uri::builder().scheme("http").authority(authority).path_and_query("/").build();
    uri.is_ok_and(|uri| matcher.intercept(&uri).is_none())
}

/// Splits `host:port`. The colons of a bare IPv6 address do not separate a port.
fn split_port(part: &str) -> (&str, Option<u16>) {
    if part.parse::<IpAddr>().is_ok() {
        return (part, None);
    }
    match part.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?))) {
        Some((host, port)) => (host, Some(port)),
        None => (part, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_addresses_networks_and_ports() {
        let list =
            NoProxy::parse("example.com, .internal *.lan,10.0.0.0/8,[fd00::1]:8080 fe80::/10,h:81,1.2.3.4");
        for (host, port) in [
            ("example.com", 443),
            ("api.Example.com", 80),
            ("x.internal", 1),
            ("a.b.lan", 1),
            ("10.200.1.1", 1),
            ("fd00::1", 8080),
            ("fe80::77", 1),
            ("h", 81),
            ("1.2.3.4", 9),
            ("localhost", 1),
            ("127.0.0.9", 1),
            ("::1", 1),
        ] {
            assert!(list.covers(host, port), "{host}:{port}");
        }
        for (host, port) in [
            ("badexample.com", 1),
            ("example.org", 1),
            ("11.0.0.1", 1),
            ("fd00::1", 1),
            ("h", 80),
            ("fec0::1", 1),
        ] {
            assert!(!list.covers(host, port), "{host}:{port}");
        }
    }

    #[test]
    fn a_star_covers_everything_and_nothing_covers_nothing() {
        for host in ["h", "9.9.9.9", "fd00::1"] {
            assert!(NoProxy::parse("a.example *").covers(host, 1), "{host}");
            let list = NoProxy::parse("*:81");
            assert!(list.covers(host, 81) && !list.covers(host, 80), "{host}");
        }
        assert!(!NoProxy::parse("").covers("h", 1));
        assert!(NoProxy::parse("0.0.0.0/0").covers("9.9.9.9", 1));
    }
}
