//! Addresses of the service.

use std::net::Ipv6Addr;

use hyper::http::Uri;

use crate::error::{Error, Result};
use crate::text::percent_encode;

/// An absolute address with one of the four supported schemes.
#[derive(Clone)]
pub struct Url {
    uri: Uri,
    secure: bool,
}

impl Url {
    pub fn parse(text: &str) -> Result<Url> {
        // The address may contain a token: no error ever quotes it.
        let invalid = || Error::invalid("an address is not a valid URL");
        // Uri refuses those of ASCII only, and an error may quote the path.
        let uri: Uri = text.parse().ok().filter(|_| !text.contains(char::is_control)).ok_or_else(invalid)?;
        let secure = match uri.scheme_str() {
            Some("https" | "wss") => true,
            Some("http" | "ws") => false,
            _ => {
                return Err(Error::invalid("an address must begin with http://, https://, ws:// or wss://"));
            }
        };
        if uri.host().is_none_or(str::is_empty) {
            return Err(Error::invalid("an address has no host"));
        }
        let url = Url { uri, secure };
        if url.has_bad_brackets() {
            return Err(Error::invalid("the host of an address has brackets and is no IPv6 address"));
        }
        let port = url.authority().rsplit_once(':').filter(|(_, port)| !port.ends_with(']'));
        if port.is_some_and(|(_, port)| port.parse::<u16>().is_err()) {
            return Err(Error::invalid("the port of an address is not a number up to 65535"));
        }
        Ok(url)
    }

    /// What is in brackets may name an interface at its end.
    fn has_bad_brackets(&self) -> bool {
        let host = self.uri.host().unwrap_or_default();
        match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(inside) => inside.split('%').next().is_none_or(|host| host.parse::<Ipv6Addr>().is_err()),
            None => host.contains(['[', ']']),
        }
    }

    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Host without the brackets of an IPv6 address.
    pub fn host(&self) -> &str {
        self.uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
    }

    pub fn port(&self) -> u16 {
        self.uri.port_u16().unwrap_or(if self.secure { 443 } else { 80 })
    }

    pub fn names_a_port(&self) -> bool {
        self.uri.port().is_some()
    }

    /// Host and port as they stand in an address, the port always.
    pub fn host_and_port(&self) -> String {
        let brackets = if self.host().contains(':') { ("[", "]") } else { ("", "") };
        format!("{}{}{}:{}", brackets.0, self.host(), brackets.1, self.port())
    }

    /// The value of the `Host` header.
    pub fn authority(&self) -> &str {
        let authority = self.uri.authority().map_or("", |authority| authority.as_str());
        authority.rsplit_once('@').map_or(authority, |(_, host)| host)
    }

    /// Name and password as they stand before the host, still escaped: a secret.
    pub fn user_info(&self) -> Option<&str> {
        self.uri.authority()?.as_str().rsplit_once('@').map(|(user_info, _)| user_info)
    }

    pub fn path_and_query(&self) -> &str {
        self.uri.path_and_query().map_or("/", |path| path.as_str())
    }

    /// The server's name for error texts. Never the path or query, which may hold a token.
    pub fn server(&self) -> String {
        format!("{}:{}", self.uri.host().unwrap_or_default(), self.port())
    }

    /// Scheme, server and path: the part of an address from a server that an error may quote.
    pub fn without_query(&self) -> String {
        let scheme = self.uri.scheme_str().unwrap_or_default();
        format!("{scheme}://{}{}", self.authority(), self.uri.path())
    }

    /// Returns whether both are on one host and equally encrypted; `ws` and `http` are one scheme here.
    pub fn is_same_host(&self, other: &Url) -> bool {
        self.secure == other.secure && self.host().eq_ignore_ascii_case(other.host())
    }

    /// Where a `Location` leads from here (RFC 3986 section 5.2).
    pub fn redirected(&self, location: &str) -> Result<Url> {
        let location = location.trim().split('#').next().unwrap_or_default();
        let here = self.without_query();
        let (scheme, rest) = here.split_once("://").unwrap_or_default();
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let text = if has_scheme(location) {
            location.to_owned()
        } else if location.starts_with("//") {
            format!("{scheme}:{location}")
        } else if location.starts_with('/') {
            format!("{scheme}://{authority}{location}")
        } else if location.starts_with('?') {
            format!("{here}{location}")
        } else {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{scheme}://{authority}{folder}/{location}")
        };
        Url::parse(&text)
    }

    /// Returns this address with query parameters that are escaped already.
    pub fn with_escaped(&self, query: &str) -> Result<Url> {
        if query.is_empty() {
            return Ok(self.clone());
        }
        let separator = if self.path_and_query().contains('?') { '&' } else { '?' };
        Url::parse(&format!("{}{separator}{query}", self.uri))
    }

    /// Returns this address with `path` appended to its own. A trailing slash is ignored.
    pub fn join(&self, path: &str) -> Result<Url> {
        let base = self.uri.to_string();
        let base = base.split('?').next().unwrap_or_default();
        Url::parse(&format!("{}{path}", base.trim_end_matches('/')))
    }

    /// Returns this address with one more query parameter, escaped (protocol.md 4 and 15 row 48).
    pub fn with_query(&self, name: &str, value: &str) -> Result<Url> {
        self.with_escaped(&format!("{name}={}", percent_encode(value)))
    }
}

fn has_scheme(text: &str) -> bool {
    let scheme = text.split(['/', '?']).next().unwrap_or_default();
    scheme
        .split_once(':')
        .is_some_and(|(scheme, _)| scheme.starts_with(|first: char| first.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).ok().unwrap()
    }

    #[test]
    fn ports_follow_the_scheme() {
        assert_eq!(url("wss://h/x").port(), 443);
        assert_eq!(url("ws://h:81").port(), 81);
        assert_eq!(url("http://[::1]:9/").host(), "::1");
    }

    #[test]
    fn a_token_joins_a_query_that_is_there() {
        assert_eq!(
            url("ws://h/p").with_query("token", "a+b/c=").unwrap().path_and_query(),
            "/p?token=a%2Bb%2Fc%3D"
        );
        assert_eq!(url("ws://h/p?x=1").with_query("token", "t").unwrap().path_and_query(), "/p?x=1&token=t");
    }

    #[test]
    fn names_and_passwords_are_no_part_of_the_server() {
        let url = url("http://me:secret@h:1/");
        assert_eq!((url.user_info(), url.authority(), url.host()), (Some("me:secret"), "h:1", "h"));
        assert_eq!(url.server(), "h:1");
    }

    #[test]
    fn paths_join_with_or_without_a_slash() {
        assert_eq!(url("http://h:1/").join("/a/b").unwrap().path_and_query(), "/a/b");
        assert_eq!(url("http://h:1/base").join("/a").unwrap().path_and_query(), "/base/a");
    }

    #[test]
    fn redirections_lead_from_here() {
        let here = url("wss://h:1/a/b?token=t");
        for (location, expected) in [
            ("/x?y=1", "wss://h:1/x?y=1"),
            ("c", "wss://h:1/a/c"),
            ("?q", "wss://h:1/a/b?q"),
            ("https://h:2/z#part", "https://h:2/z"),
            ("//other/z", "wss://other/z"),
        ] {
            assert_eq!(here.redirected(location).unwrap().uri.to_string(), expected, "{location}");
        }
        for (location, same) in
            [("https://H:9/", true), ("http://h/", false), ("wss://h.evil/", false), ("/x", true)]
        {
            assert_eq!(here.redirected(location).unwrap().is_same_host(&here), same, "{location}");
        }
        assert!(here.redirected("ftp://h/").is_err() && here.redirected("mailto:x").is_err());
        let quoted = url("wss://me:secret@h:1/a?token=secret").without_query();
        assert_eq!(quoted, "wss://h:1/a");
    }

    #[test]
    fn nonsense_is_refused_without_being_quoted() {
        for text in [
            "",
            "h",
            "ftp://h",
            "ws://",
            "ws://h:99999/secret",
            "ws://h/secret\u{96}",
            "ws:///secret",
            "ws://[0:0fd:1]:9",
            "ws://[secret]",
            "ws://h.secret[::1]",
        ] {
            let error = Url::parse(text).err().unwrap();
            assert!(!error.text.contains("secret"), "{}", error.text);
        }
    }
}
