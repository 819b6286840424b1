//! HTTP proxies: a tunnel by CONNECT (RFC 9110 section 9.3.6), for REST calls and streams alike.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use zeroize::Zeroizing;

use super::no_proxy::NoProxy;
use super::url::{Url, percent_decode};
use crate::error::{Error, Result, Status};

/// Far above any legitimate reply to a CONNECT.
const MAX_REPLY_BYTES: usize = 16 << 10;

pub struct Proxy {
    address: Url,
    /// The value of `Proxy-Authorization`: a secret.
    authorization: Option<Zeroizing<String>>,
}

/// Chooses the proxy, if any, for a server.
#[derive(Default)]
pub struct Proxies {
    /// The caller's proxy, for all servers.
    always: Option<Arc<Proxy>>,
    /// The environment's proxies, for encrypted and for plain connections. An invalid one is an error only when it is
    /// needed.
    secure: Option<Result<Arc<Proxy>>>,
    plain: Option<Result<Arc<Proxy>>>,
    exceptions: NoProxy,
}

impl Proxies {
    pub fn always(url: &str, no_proxy: Option<&str>) -> Result<Proxies> {
        let always = Some(Arc::new(Proxy::parse("proxy_url", url)?));
        Ok(Proxies { always, exceptions: NoProxy::parse(no_proxy.unwrap_or("")), ..Proxies::default() })
    }

    /// The usual variables. Lower case wins, as in other programs.
    pub fn from_environment(get: impl Fn(&str) -> Option<String>, no_proxy: Option<&str>) -> Proxies {
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
            secure: proxy("HTTPS_PROXY"),
            plain: proxy("HTTP_PROXY"),
            exceptions: match no_proxy {
                Some(list) => NoProxy::parse(list),
                None => NoProxy::parse(&either("NO_PROXY").map_or(String::new(), |(_, list)| list)),
            },
        }
    }

    /// Returns the same address with the proxy that leads to it.
    pub fn route(&self, url: Url) -> Result<Url> {
        if let Some(proxy) = &self.always {
            // With the caller's proxy only listed servers are exceptions: the caller may mean a proxy for this
            // machine.
            let is_exception = self.exceptions.lists(url.host(), url.port());
            return Ok(if is_exception { url } else { url.through(proxy.clone()) });
        }
        let proxy = if url.is_secure() { &self.secure } else { &self.plain };
        match proxy {
            Some(proxy) if !self.exceptions.covers(url.host(), url.port()) => Ok(url.through(proxy.clone()?)),
            _ => Ok(url),
        }
    }
}

impl Proxy {
    /// `name` is for the error, which never quotes the address: the address may hold a password.
    fn parse(name: &str, url: &str) -> Result<Proxy> {
        if !url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://")) {
            let text = format!("{name} must begin with http://: only HTTP proxies are known");
            return Err(Error::new(Status::Unsupported, text));
        }
        let address = Url::parse(url).map_err(|error| Error::invalid(format!("{name}: {}", error.text)))?;
        let authorization = address.user_info().map(|user_info| {
            let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
            let pair = [percent_decode(user), vec![b':'], percent_decode(password)].concat();
            Zeroizing::new(format!("Basic {}", base64_simd::STANDARD.encode_to_string(pair)))
        });
        Ok(Proxy { address, authorization })
    }

    pub fn address(&self) -> &Url {
        &self.address
    }

    pub fn server(&self) -> String {
        self.address.server()
    }

    /// Requests a tunnel to the server of `url`. Afterwards the connection is one to that server.
    pub async fn pass(&self, tcp: &mut TcpStream, url: &Url) -> Result<()> {
        let request = Zeroizing::new(self.request(url));
        let broken = |error: std::io::Error| {
            let text = format!("the connection to the proxy {} broke: {error}", self.server());
            Error::new(Status::ConnectionLost, text)
        };
        tcp.write_all(request.as_bytes()).await.map_err(broken)?;
        let mut reply = Vec::new();
        let head = loop {
            if let Some(end) = end_of_head(&reply) {
                break end;
            }
            if reply.len() >= MAX_REPLY_BYTES || tcp.read_buf(&mut reply).await.map_err(broken)? == 0 {
                return Err(self.nonsense());
            }
        };
        self.judge(&reply[..head], url)?;
        // What follows comes from the server, and no server here sends first.
        if reply.len() > head { Err(self.nonsense()) } else { Ok(()) }
    }

    fn request(&self, url: &Url) -> String {
        let host = if url.host().contains(':') { format!("[{}]", url.host()) } else { url.host().to_owned() };
        let target = format!("{host}:{}", url.port());
        let authorization = self.authorization.as_ref();
        let authorization = authorization
            .map_or(String::new(), |value| format!("Proxy-Authorization: {}\r\n", value.as_str()));
        format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{authorization}\r\n")
    }

    fn judge(&self, head: &[u8], url: &Url) -> Result<()> {
        let refused = |http_status: u16, status: Status, text: String| {
            let retriable = http_status >= 500;
            Err(Error::new(status, text).with_http_status(http_status).with_retriable(retriable))
        };
        match http_status(head) {
            None => Err(self.nonsense()),
            Some(200..=299) => Ok(()),
            Some(407) => {
                let text = match self.authorization {
                    None => format!("the proxy {} wants a name and a password", self.server()),
                    Some(_) => format!("the proxy {} refused the name and password", self.server()),
                };
                refused(407, Status::Auth, text)
            }
            Some(other) => {
                let (proxy, server) = (self.server(), url.server());
                let text = format!("the proxy {proxy} refused to connect to {server}: HTTP status {other}");
                refused(other, Status::Connect, text)
            }
        }
    }

    fn nonsense(&self) -> Error {
        Error::new(Status::Protocol, format!("the proxy {} does not speak HTTP", self.server()))
    }
}

fn end_of_head(reply: &[u8]) -> Option<usize> {
    reply.windows(4).position(|end| end == b"\r\n\r\n").map(|start| start + 4)
}

fn http_status(head: &[u8]) -> Option<u16> {
    let line = std::str::from_utf8(head.split(|&byte| byte == b'\r').next()?).ok()?;
    let mut words = line.split(' ');
    let version = words.next()?;
    version.starts_with("HTTP/1.").then(|| words.next()?.parse().ok()).flatten()
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
        Proxies::from_environment(get, None)
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
        let proxies = environment(&[("ALL_PROXY", "socks5://u:hidden@p:1"), ("HTTPS_PROXY", "p:2")]);
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

    #[test]
    fn requests_name_the_server_and_the_user() {
        let plain = Proxy::parse("x", "http://p").unwrap().request(&url("wss://[::1]/secret?token=t"));
        assert_eq!(plain, "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n");
        let named = Proxy::parse("x", "http://me:a%3Ab@p:1").unwrap().request(&url("ws://h:8/"));
        assert!(named.contains("CONNECT h:8 ") && named.contains("Basic bWU6YTpi\r\n"), "{named}");
    }

    #[test]
    fn replies_are_read_by_their_status() {
        assert_eq!(http_status(b"HTTP/1.1 200 Connection established\r\n\r\n"), Some(200));
        assert_eq!(http_status(b"HTTP/1.0 407\r\n"), Some(407));
        assert_eq!(http_status(b"220 mail\r\n"), None);
        assert_eq!(end_of_head(b"HTTP/1.1 403 No\r\n\r\nbody"), Some(19));
        assert_eq!(end_of_head(b"HTTP/1.1 403 No\r\n"), None);
    }
}
