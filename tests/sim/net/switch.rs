//! Names and addresses: where a connection leads, and whether there is one.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use palabra::world::{Connecting, Socket};
use palabra_devserver::server::Embedded;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

use super::pipe::Line;
use super::socket::{End, Link, ServiceEnd, Side};
use crate::tls::Encrypted;
use crate::trace::Trace;
use crate::world::{Executor, Host};

/// A handshake that takes longer is abandoned.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// What a connection meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Door {
    #[default]
    Open,
    Refused,
    /// No answer at all.
    Hole,
}

#[derive(Clone)]
pub struct Network(Arc<Inner>);

struct Inner {
    seed: u64,
    executor: Executor,
    trace: Arc<Trace>,
    start: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    service: Option<Arc<Embedded>>,
    /// Where TLS is spoken, at port 443.
    tls: Option<TlsAcceptor>,
    line: Line,
    door: Door,
    has_names: bool,
    links: BTreeMap<i32, Arc<Link>>,
    count: i32,
}

impl Network {
    pub fn new(seed: u64, executor: Executor, trace: Arc<Trace>, start: Instant) -> Network {
        let state = Mutex::new(State { has_names: true, ..State::default() });
        Network(Arc::new(Inner { seed, executor, trace, start, state }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn serve(&self, service: Option<Arc<Embedded>>, tls: Option<TlsAcceptor>) {
        let mut state = self.state();
        (state.service, state.tls) = (service, tls);
    }

    /// How new connections carry, and those that exist.
    pub fn set_line(&self, change: impl Fn(&mut Line)) {
        let links: Vec<_> = {
            let mut state = self.state();
            change(&mut state.line);
            state.links.values().cloned().collect()
        };
        links.iter().for_each(|link| link.set_line(&change));
    }

    pub fn set_door(&self, door: Door) {
        self.state().door = door;
    }

    /// Whether names are found.
    pub fn set_names(&self, are_found: bool) {
        self.state().has_names = are_found;
    }

    pub fn reset_all(&self) {
        let links: Vec<_> = self.state().links.values().cloned().collect();
        links.iter().for_each(|link| link.reset());
    }

    pub fn resolve(&self, _host: &str) -> io::Result<Vec<SocketAddr>> {
        if !self.state().has_names {
            return Err(io::Error::other("no such name"));
        }
        Ok(vec![([10, 0, 0, 1], 0).into()])
    }

    pub fn socket(&self, number: i32) -> Option<Arc<dyn Socket>> {
        let link = self.state().links.get(&number)?.clone();
        Some(Arc::new(End { link, side: Side::Library }))
    }

    pub fn connect(&self, address: SocketAddr) -> Connecting {
        let network = self.clone();
        Box::pin(async move {
            let (door, line) = {
                let state = network.state();
                (state.door, state.line)
            };
            network.note(door as u64, || format!("connect to {address}: {door:?}"));
            if door == Door::Hole || line.is_cut {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(2 * line.delay + Duration::from_micros(1)).await;
            if door == Door::Refused {
                return Err(io::ErrorKind::ConnectionRefused.into());
            }
            network.join(address, line).ok_or_else(|| io::ErrorKind::ConnectionRefused.into())
        })
    }

    fn note(&self, number: u64, words: impl FnOnce() -> String) {
        let at = self.0.start.elapsed().as_micros() as u64;
        self.0.trace.note(at, "network", &[number], words);
    }

    fn join(&self, address: SocketAddr, line: Line) -> Option<Arc<dyn Socket>> {
        let Inner { seed, executor, trace, start, .. } = &*self.0;
        let mut state = self.state();
        let service = state.service.clone()?;
        state.count += 1;
        let number = state.count;
        let link = Link::new(number, *seed, line, trace.clone(), *start);
        state.links.insert(number, link.clone());
        drop(state);
        let (carried, network) = (link.clone(), self.clone());
        executor.spawn(Host::Network, async move {
            carried.carry().await;
            network.state().links.remove(&number);
        });
        let end = ServiceEnd(End { link: link.clone(), side: Side::Service });
        let acceptor = self.state().tls.clone();
        match acceptor.filter(|_| address.port() == 443) {
            Some(acceptor) => executor.spawn(Host::Service, encrypted(service, acceptor, end)),
            None => executor.spawn(Host::Service, service.serve(end)),
        };
        Some(Arc::new(End { link, side: Side::Library }))
    }
}

async fn encrypted(service: Arc<Embedded>, acceptor: TlsAcceptor, end: ServiceEnd) {
    let accepting = tokio::time::timeout(HANDSHAKE, acceptor.accept(end));
    if let Ok(Ok(tls)) = accepting.await {
        service.serve(Encrypted(tls)).await;
    }
}
