//! Sessions through a proxy, and the proxy's work once it is connected.

use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use palabra::client::secret::Secret;
use palabra::client::{Client, ClientOptions};
use palabra::error::Error;

use super::{Talk, client, spanish};

/// Forwards everything in both directions until both sides have ended.
pub fn through(caller: TcpStream, server: TcpStream) -> Option<()> {
    let (from, to) = (caller.try_clone().ok()?, server.try_clone().ok()?);
    thread::spawn(move || pump(from, to));
    pump(server, caller);
    Some(())
}

fn pump(mut from: TcpStream, mut to: TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}

/// A client with an API key, so that the stream is the only connection.
pub fn streaming(translation_url: &str, proxy_url: Option<Secret>) -> Arc<Client> {
    client(ClientOptions {
        api_key: Some(Secret::new("dev-key")),
        translation_url: Some(translation_url.to_owned()),
        connect_timeout: Some(Duration::from_secs(3)),
        proxy_url,
        // Only for those of the service, which a proxy says nothing of.
        asks_credentials: true,
        ..ClientOptions::default()
    })
}

/// The reason why a session does not become ready.
pub fn failure(client: &Arc<Client>) -> Error {
    let mut talk = Talk::open(client, spanish());
    talk.until_closed();
    talk.session.last_error().unwrap()
}
