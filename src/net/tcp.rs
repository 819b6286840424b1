//! TCP connections of the system. Nothing else in the library opens one.

#![allow(clippy::disallowed_methods, reason = "this is the file that asks the system")]

use std::io;
use std::net::SocketAddr;

pub(super) use tokio::net::TcpStream;

pub(super) async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    TcpStream::connect(address).await
}
