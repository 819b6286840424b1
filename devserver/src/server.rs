//! Listens, accepts connections, and closes them all when asked.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::accounts::Accounts;
use crate::config::Config;
use crate::conn::{Conn, Foreign};
use crate::end::{End, EndWatch};
use crate::line::Line;
use crate::log::Log;
use crate::state::Shared;
use crate::store::Store;
use crate::{line, router, tls, world};

/// Time that open sockets get to send a close.
const GOODBYE: Duration = Duration::from_millis(1500);
/// A handshake that takes longer than this is abandoned.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A running server.
pub struct Running {
    shared: Arc<Shared>,
    end: End,
    serving: tokio::task::JoinHandle<()>,
}

impl Running {
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// The line that a program waiting for the server reads.
    pub fn announcement(&self) -> Value {
        json!({
            "port": self.shared.address.port(),
            "api_url": self.shared.url("http", None, ""),
            "ws_url": self.shared.url("ws", None, "/streaming-api/v1/speech-to-speech/stream"),
            "ws_stt_url": self.shared.url("ws", None, "/asr/v1/speech-to-text/stream"),
            "ws_tts_url": self.shared.url("ws", None, "/tts-api/v1/text-to-speech/stream"),
            "pid": std::process::id(),
        })
    }

    /// Closes every socket and ends every program. Returns within three seconds.
    pub async fn stop(self) {
        self.end.come();
        let _ = self.serving.await;
        self.shared.config.engine.close().await;
    }
}

/// A server without a listener: it serves the connections that it is given.
pub struct Embedded {
    shared: Arc<Shared>,
    end: End,
}

impl Embedded {
    /// `address` is what the server tells its clients.
    pub async fn open(config: Config, address: SocketAddr) -> Result<Self, String> {
        config.engine.open().await?;
        let end = End::default();
        Ok(Self { shared: share(config, address, end.watch()), end })
    }

    /// Serves a connection until it ends.
    pub fn serve(&self, io: impl Foreign + 'static) -> impl Future<Output = ()> + Send + 'static {
        converse(Conn::foreign(io), Arc::clone(&self.shared))
    }

    /// Closes every connection.
    pub fn end(&self) {
        self.end.come();
    }
}

fn share(config: Config, address: SocketAddr, end: EndWatch) -> Arc<Shared> {
    let log = Log::new(config.verbose);
    Arc::new(Shared { config, address, store: Store::default(), accounts: Accounts::default(), log, end })
}

pub async fn start(config: Config) -> Result<Running, String> {
    let acceptor = config.tls.as_ref().map(|(cert, key)| tls::acceptor(cert, key)).transpose()?;
    config.engine.open().await?;
    let wanted = SocketAddr::new(config.host, config.port);
    let listener = TcpListener::bind(wanted).await.map_err(|e| format!("cannot listen on {wanted}: {e}"))?;
    let address = listener.local_addr().map_err(|e| format!("cannot listen on {wanted}: {e}"))?;
    let end = End::default();
    let shared = share(config, address, end.watch());
    let serving = tokio::spawn(serve(listener, acceptor, Arc::clone(&shared)));
    Ok(Running { shared, end, serving })
}

async fn serve(listener: TcpListener, acceptor: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let mut ended = std::pin::pin!(shared.ended());
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((tcp, _)) => {
                    connections.spawn(connection(tcp, acceptor.clone(), Arc::clone(&shared)));
                }
                // Usually out of descriptors: a later attempt may succeed, a busy loop must be avoided.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
            () = &mut ended => break,
        }
    }
    drop(listener);
    let all_gone = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(GOODBYE, all_gone).await;
}

async fn connection(tcp: TcpStream, acceptor: Option<TlsAcceptor>, shared: Arc<Shared>) {
    // Nagle's algorithm would delay small messages.
    let _ = tcp.set_nodelay(true);
    let line = shared.config.line;
    let conn = match acceptor {
        None if line.is_perfect() => Ok(Conn::plain(tcp)),
        None => Ok(Conn::foreign(line::behind(line, tcp))),
        Some(acceptor) => secured(line, acceptor, tcp).await,
    };
    match conn {
        Ok(conn) => converse(conn, shared).await,
        Err(why) => shared.log.line(format_args!("tls handshake: {why}")),
    }
}

async fn secured(line: Line, acceptor: TlsAcceptor, tcp: TcpStream) -> std::io::Result<Conn> {
    let handshake = async {
        Ok(if line.is_perfect() {
            Conn::tls(acceptor.accept(tcp).await?)
        } else {
            Conn::foreign(line::behind(line, tcp).through(|io| acceptor.accept(io)).await?)
        })
    };
    tokio::time::timeout(HANDSHAKE, handshake).await?
}

async fn converse(conn: Conn, shared: Arc<Shared>) {
    // This task also serves an upgraded stream, so that ending waits for it.
    let (upgrades, mut upgraded) = tokio::sync::mpsc::channel(1);
    let door = router::Door { shared, upgrades, reset: conn.reset_switch() };
    let ended = door.shared.ended();
    let handler = service_fn(move |request| router::handle(door.clone(), request));
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        // Its date is the system's.
        .auto_date_header(!world::is_simulated())
        .serve_connection(TokioIo::new(conn), handler)
        .with_upgrades();
    // Gone before the upgrade is awaited: one whose answer could not be written would never be told.
    {
        let mut serving = std::pin::pin!(serving);
        tokio::select! {
            biased;
            _ = serving.as_mut() => {}
            () = ended => {
                serving.as_mut().graceful_shutdown();
                let _ = serving.await;
            }
        }
    }
    if let Ok(stream) = upgraded.try_recv() {
        stream.run().await;
    }
}
