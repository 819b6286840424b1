//! Servers that are reached without the proxy of the environment.

use std::net::IpAddr;

/// The entries of `NO_PROXY`: names (which include their subdomains), addresses, networks, `*`. A name or address may
/// have a port.
#[derive(Clone, Debug, Default)]
pub struct NoProxy {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
enum Rule {
    Everything,
    Network { address: IpAddr, bits: u32 },
    Server { host: String, port: Option<u16> },
}

impl NoProxy {
    pub fn parse(list: &str) -> NoProxy {
        let parts = list.split([',', ' ', '\t']).filter(|part| !part.is_empty());
        NoProxy { rules: parts.map(Rule::parse).collect() }
    }

    /// Servers of this machine are never reached through a proxy that is meant for other machines.
    pub fn covers(&self, host: &str, port: u16) -> bool {
        let bare = host.trim_end_matches('.').to_lowercase();
        let local = bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        local || self.lists(host, port)
    }

    /// Returns whether an entry matches the server.
    pub fn lists(&self, host: &str, port: u16) -> bool {
        let host = host.trim_end_matches('.').to_lowercase();
        let address = host.parse::<IpAddr>().ok();
        self.rules.iter().any(|rule| rule.covers(&host, address, port))
    }
}

impl Rule {
    fn parse(part: &str) -> Rule {
        if part == "*" {
            return Rule::Everything;
        }
        if let Some((address, bits)) = part.split_once('/')
            && let (Ok(address), Ok(bits)) = (address.parse(), bits.parse())
        {
            return Rule::Network { address, bits };
        }
        let (host, port) = split_port(part);
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let host = host.trim_start_matches("*.").trim_start_matches('.').to_lowercase();
        Rule::Server { host, port }
    }

    fn covers(&self, host: &str, address: Option<IpAddr>, port: u16) -> bool {
        match self {
            Rule::Everything => true,
            Rule::Network { address: network, bits } => {
                address.is_some_and(|address| in_network(address, *network, *bits))
            }
            Rule::Server { host: ruled, port: ruled_port } => {
                let fits = ruled_port.is_none_or(|ruled_port| ruled_port == port);
                fits && (host == ruled || is_subdomain(host, ruled))
            }
        }
    }
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

fn is_subdomain(host: &str, of: &str) -> bool {
    !of.is_empty() && host.strip_suffix(of).is_some_and(|rest| rest.ends_with('.'))
}

fn in_network(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    let same = |differing: u128, width: u32| {
        bits == 0 || (bits <= width && differing.checked_shr(width - bits) == Some(0))
    };
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => same(u128::from(a.to_bits() ^ b.to_bits()), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => same(a.to_bits() ^ b.to_bits(), 128),
        _ => false,
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
        assert!(NoProxy::parse("*").covers("h", 1));
        assert!(!NoProxy::parse("").covers("h", 1));
        assert!(NoProxy::parse("0.0.0.0/0").covers("9.9.9.9", 1));
    }
}
