//! One proxy: its address, protocol, name and password.

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::url::Url;
use crate::error::{Error, Result, Status};

/// Port of a SOCKS proxy whose address names none, as in other programs.
const SOCKS_PORT: u16 = 1080;

/// The protocol of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Http,
    /// Version 4, for IPv4 only. The proxy (`socks4a`) or this side resolves names.
    Socks4 {
        resolves: bool,
    },
    /// Version 5. The proxy (`socks5h`) or this side resolves names.
    Socks5 {
        resolves: bool,
    },
}

pub struct Proxy {
    address: Url,
    manner: Manner,
    user: Option<User>,
}

/// A secret.
struct User {
    name: Zeroizing<String>,
    password: Zeroizing<String>,
}

impl Proxy {
    /// `name` is for the error, which never quotes the address: the address may hold a password.
    pub fn parse(name: &str, url: &str) -> Result<Proxy> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let manner = match scheme.to_ascii_lowercase().as_str() {
            "http" => Manner::Http,
            "socks4" => Manner::Socks4 { resolves: false },
            "socks4a" => Manner::Socks4 { resolves: true },
            "socks5" => Manner::Socks5 { resolves: false },
            "socks5h" => Manner::Socks5 { resolves: true },
            _ => {
                let known = "http://, socks4://, socks4a://, socks5:// or socks5h://";
                return Err(Error::new(Status::Unsupported, format!("{name} must begin with {known}")));
            }
        };
        let address =
            address_of(manner, rest).map_err(|error| Error::invalid(format!("{name}: {}", error.text)))?;
        if matches!(manner, Manner::Socks4 { .. }) && address.user_info().is_some() {
            return Err(Error::new(
                Status::Unsupported,
                format!("{name}: only SOCKS 5 and HTTP proxies get a name"),
            ));
        }
        let user = address.user_info().map(|user_info| {
            let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
            let plain = |text| Zeroizing::new(percent_decode_str(text).decode_utf8_lossy().into_owned());
            User { name: plain(user), password: plain(password) }
        });
        Ok(Proxy { address, manner, user })
    }

    pub fn address(&self) -> &Url {
        &self.address
    }

    pub fn manner(&self) -> Manner {
        self.manner
    }

    pub fn server(&self) -> String {
        self.address.server()
    }

    /// Name and password: secrets.
    pub fn user(&self) -> Option<(&str, &str)> {
        self.user.as_ref().map(|user| (user.name.as_str(), user.password.as_str()))
    }

    /// The value of `Proxy-Authorization`: a secret.
    pub fn authorization(&self) -> Option<Zeroizing<String>> {
        self.user().map(|(name, password)| {
            let pair = Zeroizing::new(format!("{name}:{password}"));
            Zeroizing::new(format!("Basic {}", base64_simd::STANDARD.encode_to_string(pair.as_bytes())))
        })
    }
}

fn address_of(manner: Manner, rest: &str) -> Result<Url> {
    let authority = rest.split('/').next().unwrap_or_default();
    let address = Url::parse(&format!("http://{authority}"))?;
    if manner == Manner::Http || address.names_a_port() {
        return Ok(address);
    }
    Url::parse(&format!("http://{authority}:{SOCKS_PORT}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_tells_what_a_proxy_speaks_and_where_it_listens() {
        for (url, manner, server) in [
            ("http://p", Manner::Http, "p:80"),
            ("HTTP://p:8080/", Manner::Http, "p:8080"),
            ("socks4://p", Manner::Socks4 { resolves: false }, "p:1080"),
            ("socks4a://p:9", Manner::Socks4 { resolves: true }, "p:9"),
            ("socks5://me:secret@[::1]", Manner::Socks5 { resolves: false }, "[::1]:1080"),
            ("Socks5h://p:1081", Manner::Socks5 { resolves: true }, "p:1081"),
        ] {
            let proxy = Proxy::parse("x", url).ok().unwrap();
            assert_eq!((proxy.manner(), proxy.server().as_str()), (manner, server));
        }
        for url in [
            "https://me:hidden@p",
            "p:1",
            "ftp://hidden",
            "socks5://",
            "socks5://p:hidden",
            "socks4://hidden@p",
        ] {
            let error = Proxy::parse("x", url).err().unwrap();
            assert!(!error.text.contains("hidden") && error.text.starts_with("x"), "{}", error.text);
        }
    }

    #[test]
    fn names_and_passwords_are_unescaped() {
        let proxy = Proxy::parse("x", "socks5://m%40e:p%3Aw%2F%C3%BC@h").ok().unwrap();
        assert_eq!(proxy.user(), Some(("m@e", "p:w/ü")));
        assert_eq!(Proxy::parse("x", "http://p").ok().unwrap().user(), None);
        let lone = Proxy::parse("x", "http://100%@p").ok().unwrap();
        assert_eq!(lone.user(), Some(("100%", "")));
    }
}
