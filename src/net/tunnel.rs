//! HTTP proxies: a tunnel by CONNECT (RFC 9110 section 9.3.6), for REST calls and streams alike.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use zeroize::Zeroizing;

use super::proxy::Proxy;
use super::tcp::TcpStream;
use super::url::Url;
use crate::error::{Error, Result, Status};

/// Far above any legitimate reply to a CONNECT.
const MAX_REPLY_BYTES: usize = 16 << 10;

/// How each reply begins.
const HTTP: &[u8] = b"HTTP/1.";

/// Requests a tunnel to the server of `url`. Afterwards the connection is one to that server.
pub(super) async fn pass(proxy: &Proxy, tcp: &mut TcpStream, url: &Url) -> Result<()> {
    let request = Zeroizing::new(request(proxy, url));
    let broken = |error: std::io::Error| lost(proxy, &error.to_string());
    tcp.write_all(request.as_bytes()).await.map_err(broken)?;
    let mut reply = Vec::new();
    let head = loop {
        if let Some(end) = end_of_head(&reply) {
            break end;
        }
        if reply.len() >= MAX_REPLY_BYTES || tcp.read_buf(&mut reply).await.map_err(broken)? == 0 {
            return Err(incomplete(proxy, &reply));
        }
    };
    judge(proxy, &reply[..head], url)?;
    // What follows comes from the server, and no server here sends first.
    if reply.len() > head { Err(nonsense(proxy)) } else { Ok(()) }
}

fn request(proxy: &Proxy, url: &Url) -> String {
    let target = url.host_and_port();
    let authorization = proxy.authorization();
    let authorization =
        authorization.map_or(String::new(), |value| format!("Proxy-Authorization: {}\r\n", value.as_str()));
    format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{authorization}\r\n")
}

fn judge(proxy: &Proxy, head: &[u8], url: &Url) -> Result<()> {
    let refused = |http_status: u16, status: Status, text: String| {
        let retriable = http_status >= 500;
        Err(Error::new(status, text).with_http_status(http_status).with_retriable(retriable).of_proxy())
    };
    match http_status(head) {
        None => Err(nonsense(proxy)),
        Some(200..=299) => Ok(()),
        Some(407) => {
            let text = match proxy.authorization() {
                None => format!("the proxy {} wants a name and a password", proxy.server()),
                Some(_) => format!("the proxy {} refused the name and password", proxy.server()),
            };
            refused(407, Status::Auth, text)
        }
        Some(other) => {
            let (proxy, server) = (proxy.server(), url.server());
            let text = format!("the proxy {proxy} refused to connect to {server}: HTTP status {other}");
            refused(other, Status::Connect, text)
        }
    }
}

fn lost(proxy: &Proxy, why: &str) -> Error {
    Error::new(Status::ConnectionLost, format!("the connection to the proxy {} broke: {why}", proxy.server()))
}

/// For a reply that is over before its head is.
fn incomplete(proxy: &Proxy, reply: &[u8]) -> Error {
    let begins_well = HTTP.starts_with(&reply[..reply.len().min(HTTP.len())]);
    if begins_well && reply.len() < MAX_REPLY_BYTES {
        lost(proxy, "it was closed before the reply")
    } else {
        nonsense(proxy)
    }
}

fn nonsense(proxy: &Proxy) -> Error {
    Error::new(Status::Protocol, format!("the proxy {} does not speak HTTP", proxy.server()))
}

fn end_of_head(reply: &[u8]) -> Option<usize> {
    reply.windows(4).position(|end| end == b"\r\n\r\n").map(|start| start + 4)
}

fn http_status(head: &[u8]) -> Option<u16> {
    let line = std::str::from_utf8(head.split(|&byte| byte == b'\r').next()?).ok()?;
    let mut words = line.split(' ');
    let version = words.next()?;
    version.as_bytes().starts_with(HTTP).then(|| words.next()?.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).ok().unwrap()
    }

    #[test]
    fn requests_name_the_server_and_the_user() {
        let plain = request(&Proxy::parse("x", "http://p").unwrap(), &url("wss://[::1]/secret?token=t"));
        assert_eq!(plain, "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n");
        let named = request(&Proxy::parse("x", "http://me:a%3Ab@p:1").unwrap(), &url("ws://h:8/"));
        assert!(named.contains("CONNECT h:8 ") && named.contains("Basic bWU6YTpi\r\n"), "{named}");
    }

    #[test]
    fn a_proxy_that_leaves_can_be_tried_again() {
        let proxy = Proxy::parse("x", "http://p").unwrap();
        let statuses = [&b""[..], b"HTT", b"HTTP/1.1 200 OK\r\n", b"220 mail", &[b'H'; MAX_REPLY_BYTES]]
            .map(|reply| incomplete(&proxy, reply).status);
        let [lost, nonsense] = [Status::ConnectionLost, Status::Protocol];
        assert_eq!(statuses, [lost, lost, lost, nonsense, nonsense]);
    }

    #[test]
    fn only_a_fault_of_the_proxy_can_be_tried_again() {
        let proxy = Proxy::parse("x", "http://p").unwrap();
        let refusal = |http_status: u16| {
            judge(&proxy, format!("HTTP/1.1 {http_status} No\r\n\r\n").as_bytes(), &url("wss://h/"))
                .unwrap_err()
        };
        for (http_status, status, retriable) in [
            (403, Status::Connect, false),
            (407, Status::Auth, false),
            (499, Status::Connect, false),
            (500, Status::Connect, true),
            (503, Status::Connect, true),
        ] {
            let error = refusal(http_status);
            assert_eq!((error.status, error.retriable), (status, retriable), "{http_status}");
            assert_eq!(error.http_status, http_status);
        }
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
