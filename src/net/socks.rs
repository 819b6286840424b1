//! SOCKS proxies, of both versions.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use hyper::http::Uri;
use hyper_util::client::legacy::connect::proxy::{SocksV4, SocksV5};
use hyper_util::rt::TokioIo;
use tower_service::Service;

use super::proxy::{Manner, Proxy};
use super::tcp::TcpStream;
use super::url::Url;
use super::{TimeLimit, resolve};
use crate::error::{Error, Result, Status};

/// Asks the proxy to connect to the server of `url`. Afterwards the stream is connected to that server.
pub(super) async fn pass(proxy: &Proxy, tcp: TcpStream, url: &Url, limit: TimeLimit) -> Result<TcpStream> {
    let target = target(proxy.manner(), url, limit).await?;
    let (unused, connected) = (Uri::default(), Connected(Some(tcp)));
    let passed = match (proxy.manner(), proxy.user()) {
        (Manner::Socks4 { .. }, _) => {
            SocksV4::new(unused, connected).call(target).await.map_err(|error| error.to_string())
        }
        (_, None) => SocksV5::new(unused, connected).call(target).await.map_err(|error| error.to_string()),
        (_, Some((name, password))) => {
            let socks = SocksV5::new(unused, connected).with_auth(name.to_owned(), password.to_owned());
            { socks }.call(target).await.map_err(|error| error.to_string())
        }
    };
    passed.map(TokioIo::into_inner).map_err(|words| refused(proxy, url, &words))
}

/// The server by its name, or by its address where this side resolves names.
async fn target(manner: Manner, url: &Url, limit: TimeLimit) -> Result<Uri> {
    let host_and_port = match manner {
        Manner::Socks4 { resolves: false } | Manner::Socks5 { resolves: false } => {
            let addresses = resolve::lookup(url.host(), limit).await?;
            let fits = |address: &std::net::SocketAddr| {
                manner != (Manner::Socks4 { resolves: false }) || address.is_ipv4()
            };
            let mut address = addresses.into_iter().find(fits).ok_or_else(|| {
                Error::new(
                    Status::Dns,
                    format!("{} has no IPv4 address, and SOCKS 4 knows no other", url.host()),
                )
            })?;
            address.set_port(url.port());
            address.to_string()
        }
        _ => url.host_and_port(),
    };
    Uri::builder()
        .scheme("https")
        .authority(host_and_port)
        .path_and_query("/")
        .build()
        .map_err(|_| Error::invalid("the host of an address is not a name"))
}

/// The errors of the handshake have no public type, only a text.
fn refused(proxy: &Proxy, url: &Url, words: &str) -> Error {
    let (server, reason) = (proxy.server(), words.trim_start_matches("SOCKS error: "));
    if reason.contains("credentials") || reason.contains("user/pass") {
        let text = match proxy.user() {
            None => format!("the proxy {server} wants a name and a password"),
            Some(_) => format!("the proxy {server} refused the name and password"),
        };
        return Error::new(Status::Auth, text).of_proxy();
    }
    if reason.starts_with("io error") {
        return Error::new(Status::ConnectionLost, format!("the connection to the proxy {server} broke"));
    }
    if reason.contains("serialize") {
        let text = format!("name, password and host are too long together for the proxy {server}");
        return Error::new(Status::Unsupported, text).with_retriable(false);
    }
    if reason.contains("parsing") {
        return Error::new(Status::Protocol, format!("the proxy {server} does not speak SOCKS"));
    }
    let text = format!("the proxy {server} refused to connect to {}: {reason}", url.server());
    // A rule of the proxy would forbid it again.
    Error::new(Status::Connect, text).with_retriable(!reason.contains("not allowed"))
}

/// A connector that returns the open connection to the proxy.
struct Connected(Option<TcpStream>);

impl Service<Uri> for Connected {
    type Response = TokioIo<TcpStream>;
    type Error = Infallible;
    type Future = Ready<std::result::Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<std::result::Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _proxy: Uri) -> Self::Future {
        ready(Ok(TokioIo::new(self.0.take().expect("called once"))))
    }
}
