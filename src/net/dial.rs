//! From an address to an open stream.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant;

use super::proxy::{Manner, Proxy};
use super::tcp::{self, TcpStream};
use super::tls::Tls;
use super::url::Url;
use super::way::Way;
use super::{Stream, TimeLimit, resolve, socks, tunnel};
use crate::error::{Error, Result, Status};
use crate::runtime::select::{if_any, select};

/// Delay before the next address is tried beside those that are under way (RFC 8305 section 5).
const STAGGER: Duration = Duration::from_millis(250);

/// Resolves, connects, passes the proxy if there is one, and starts TLS, all within `limit`.
pub async fn open(way: &Way, tls: &Tls, limit: TimeLimit) -> Result<Stream> {
    let first = way.proxy().map_or(&**way, Proxy::address);
    let addresses = resolve(first, limit).await?;
    match limit.bound(open_one_of(addresses, way, tls, limit)).await {
        Some(opened) => opened,
        None => {
            let through = way.proxy().map(|proxy| format!(" through the proxy {}", proxy.server()));
            let text =
                format!("{} did not answer{} within {limit}", way.server(), through.unwrap_or_default());
            Err(Error::new(Status::Connect, text))
        }
    }
}

async fn open_one_of(addresses: Vec<SocketAddr>, way: &Way, tls: &Tls, limit: TimeLimit) -> Result<Stream> {
    let tcp = match way.proxy() {
        None => connect(addresses, way).await?,
        Some(proxy) => {
            let mut tcp = connect(addresses, proxy.address()).await?;
            match proxy.manner() {
                Manner::Http => {
                    tunnel::pass(proxy, &mut tcp, way).await?;
                    tcp
                }
                Manner::Socks4 { .. } | Manner::Socks5 { .. } => socks::pass(proxy, tcp, way, limit).await?,
            }
        }
    };
    if way.is_secure() { tls.connect(way.host(), tcp).await } else { Ok(Stream::Plain(tcp)) }
}

async fn connect(addresses: Vec<SocketAddr>, url: &Url) -> Result<TcpStream> {
    let tcp = race(addresses).await.map_err(|error| {
        Error::of_system(Status::Connect, &error, format!("connecting to {}: {error}", url.server()))
    })?;
    // A chunk must not wait for the acknowledgement of the previous one.
    let _ = tcp.set_nodelay(true);
    Ok(tcp)
}

async fn resolve(url: &Url, limit: TimeLimit) -> Result<Vec<SocketAddr>> {
    let mut addresses = alternate_families(resolve::lookup(url.host(), limit).await?);
    for address in &mut addresses {
        address.set_port(url.port());
    }
    Ok(addresses)
}

/// Keeps the resolver's order within a family and alternates the families (RFC 8305 section 4).
fn alternate_families(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut first, mut second): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == first_is_v6);
    first.reverse();
    second.reverse();
    let mut ordered = Vec::with_capacity(first.len() + second.len());
    while !first.is_empty() || !second.is_empty() {
        ordered.extend(first.pop());
        ordered.extend(second.pop());
    }
    ordered
}

/// Returns the first connection that is established. An address that does not answer delays the next by `STAGGER`
/// only.
async fn race(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut waiting = addresses.into_iter();
    let mut attempts = FuturesUnordered::new();
    let mut last_error = io::Error::from(io::ErrorKind::AddrNotAvailable);
    let mut next_start = Instant::now();
    loop {
        if waiting.len() == 0 && attempts.is_empty() {
            return Err(last_error);
        }
        select! {
            in order;
            attempt = if_any((!attempts.is_empty()).then(|| attempts.next())) => match attempt {
                Some(Ok(stream)) => return Ok(stream),
                Some(Err(error)) => {
                    last_error = error;
                    next_start = Instant::now();
                }
                None => {}
            },
            () = if_any((waiting.len() > 0).then(|| tokio::time::sleep_until(next_start))) => {
                attempts.extend(waiting.next().map(tcp::connect));
                next_start = Instant::now() + STAGGER;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns() {
        let order = |texts: &[&str]| -> Vec<String> {
            alternate_families(texts.iter().map(|text| text.parse().unwrap()).collect())
                .iter()
                .map(ToString::to_string)
                .collect()
        };
        assert_eq!(
            order(&["[::1]:1", "[::2]:1", "1.1.1.1:1", "[::3]:1"]),
            ["[::1]:1", "1.1.1.1:1", "[::2]:1", "[::3]:1"]
        );
        assert_eq!(order(&["1.1.1.1:1", "[::1]:1"]), ["1.1.1.1:1", "[::1]:1"]);
    }

    /// A listener whose queue is full does not answer at all.
    async fn black_hole() -> (tokio::net::TcpListener, Vec<TcpStream>) {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let mut waiting = Vec::new();
        let connect = || TcpStream::connect(listener.local_addr().unwrap());
        while let Ok(connected) = tokio::time::timeout(Duration::from_millis(100), connect()).await {
            waiting.push(connected.unwrap());
        }
        (listener, waiting)
    }

    #[tokio::test]
    async fn a_dead_address_costs_a_moment_and_not_the_whole_timeout() {
        let (hole, _waiting) = black_hole().await;
        let alive = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addresses = vec![hole.local_addr().unwrap(), alive.local_addr().unwrap()];
        let start = Instant::now();
        let winner = race(addresses.clone()).await.unwrap();
        assert_eq!(winner.peer_addr().unwrap(), addresses[1]);
        // Without the race this would take the minutes for which the system tries the dead address.
        assert!(
            start.elapsed() >= STAGGER && start.elapsed() < Duration::from_secs(60),
            "{:?}",
            start.elapsed()
        );
    }

    #[tokio::test]
    async fn a_refused_address_costs_nothing() {
        let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let alive = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut quickest = Duration::MAX;
        // A machine may be slow once; a wait for the next turn would be seen in every attempt.
        for _ in 0..20 {
            let start = Instant::now();
            assert!(race(vec![closed, alive.local_addr().unwrap()]).await.is_ok());
            quickest = quickest.min(start.elapsed());
        }
        assert!(quickest < STAGGER, "{quickest:?}");
        assert!(race(vec![closed]).await.is_err());
    }
}
