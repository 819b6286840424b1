//! A proxy that connects to the service (CONNECT), or does not.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;

use super::socket::ServiceEnd;
use crate::hostile::{Wire, request};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proxy {
    Open,
    /// With this HTTP status.
    Refuses(u16),
    /// It reads, and does not reply.
    Silent,
    /// Its reply is no HTTP.
    Junk,
}

/// Returns the port of the service to which it has connected.
pub async fn connected(proxy: Proxy, io: &mut ServiceEnd) -> Option<u16> {
    let head = request(io).await.ok()?;
    let reply = match proxy {
        Proxy::Open => "HTTP/1.1 200 Connection established\r\n\r\n".to_owned(),
        Proxy::Refuses(status) => format!("HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n"),
        Proxy::Junk => "220 mail.example ESMTP\r\n\r\n".to_owned(),
        Proxy::Silent => {
            while !io.is_left() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            return None;
        }
    };
    io.write_all(reply.as_bytes()).await.ok()?;
    let target = head.strip_prefix("CONNECT ")?.split(' ').next()?;
    let port = target.rsplit(':').next()?.parse().ok()?;
    (proxy == Proxy::Open).then_some(port)
}
