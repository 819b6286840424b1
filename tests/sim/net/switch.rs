//! Names and addresses: where a connection leads, and whether there is one.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use palabra::world::{Connecting, Socket};
use palabra_devserver::server::Embedded;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

use super::pipe::Line;
use super::proxy::{self, Proxy};
use super::socket::{End, Link, ServiceEnd, Side};
use crate::hostile::{Rewound, Step, Wire, act};
use crate::tls::Encrypted;
use crate::trace::Trace;
use crate::world::{Executor, Host};

/// A handshake that takes longer is abandoned.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How soon a request for a connection is sent again.
const AGAIN: Duration = Duration::from_secs(1);

/// What a connection meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Door {
    #[default]
    Open,
    Refused,
    /// No answer at all.
    Hole,
}

/// What asking for a name meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Names {
    #[default]
    Found,
    Missing,
    /// The answer takes so much longer.
    Slow(Duration),
    /// No answer at all.
    Silent,
}

/// Of the service. Addresses before it are those of doors that do not open.
const SERVICE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));

#[derive(Clone)]
pub struct Network(Arc<Inner>);

struct Inner {
    seed: u64,
    executor: Executor,
    trace: Arc<Trace>,
    start: Instant,
    arrivals: Arc<AtomicU64>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    service: Option<Arc<Embedded>>,
    /// Where TLS is spoken, at port 443.
    tls: Option<TlsAcceptor>,
    /// What a stream meets in place of the service.
    hostile: Option<Arc<[Step]>>,
    line: Line,
    /// At the name of the proxy.
    proxy: Option<Proxy>,
    door: Door,
    names: Names,
    /// What other addresses of the service meet, which come first.
    others: Vec<Door>,
    links: BTreeMap<i32, Arc<Link>>,
    count: i32,
}

impl Network {
    pub fn new(seed: u64, executor: Executor, trace: Arc<Trace>, start: Instant) -> Network {
        let (arrivals, state) = (Arc::default(), Mutex::default());
        Network(Arc::new(Inner { seed, executor, trace, start, arrivals, state }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn serve(&self, service: Option<Arc<Embedded>>, tls: Option<TlsAcceptor>) {
        let mut state = self.state();
        (state.service, state.tls) = (service, tls);
    }

    /// What a stream meets in place of the service.
    pub fn behave(&self, steps: Option<Vec<Step>>) {
        self.state().hostile = steps.map(Arc::from);
    }

    /// Connections that the library has not closed.
    pub fn open(&self) -> usize {
        self.links().iter().filter(|link| !link.is_closed(Side::Library)).count()
    }

    /// How often something has arrived at the library.
    pub fn arrivals(&self) -> u64 {
        self.0.arrivals.load(Ordering::Relaxed)
    }

    /// What connections through the proxy meet.
    pub fn pass_through(&self, proxy: Option<Proxy>) {
        self.state().proxy = proxy;
    }

    /// How new connections carry, and those that exist.
    pub fn set_line(&self, line: Line) {
        let links: Vec<_> = {
            let mut state = self.state();
            state.line = line;
            state.links.values().cloned().collect()
        };
        links.iter().for_each(|link| link.set_line(line));
    }

    pub fn set_door(&self, door: Door) {
        self.state().door = door;
    }

    pub fn set_names(&self, names: Names) {
        self.state().names = names;
    }

    /// What other addresses of the service meet, which come first.
    pub fn set_others(&self, others: &[Door]) {
        others.clone_into(&mut self.state().others);
    }

    fn links(&self) -> Vec<Arc<Link>> {
        self.state().links.values().cloned().collect()
    }

    pub fn reset_all(&self) {
        self.links().iter().for_each(|link| link.reset());
    }

    /// The service sends no more on the connections that exist.
    pub fn half_close_all(&self) {
        self.links().iter().for_each(|link| link.half_close());
    }

    /// Whoever passes packets on forgets the connections that exist: nothing arrives, and after so long each end is told.
    pub async fn forget_all(&self, time: Duration) {
        let links = self.links();
        links.iter().for_each(|link| link.kill());
        tokio::time::sleep(time).await;
        links.iter().for_each(|link| link.reset());
    }

    /// How much longer an answer takes.
    pub fn names_take(&self) -> Duration {
        match self.state().names {
            Names::Slow(time) => time,
            Names::Found | Names::Missing | Names::Silent => Duration::ZERO,
        }
    }

    pub fn is_silent_about_names(&self) -> bool {
        self.state().names == Names::Silent
    }

    pub fn resolve(&self, _host: &str) -> io::Result<Vec<SocketAddr>> {
        let state = self.state();
        if state.names == Names::Missing {
            return Err(io::Error::other("no such name"));
        }
        let others = (1..).take(state.others.len()).map(|number: u16| match number % 2 {
            0 => IpAddr::from([10, 0, 1, number as u8]),
            _ => IpAddr::from([0xfd00, 0, 0, 0, 0, 0, 1, number]),
        });
        Ok(others.chain([SERVICE]).map(|address| (address, 0).into()).collect())
    }

    /// What an address meets.
    fn door(&self, address: IpAddr) -> Door {
        let state = self.state();
        let number = match address {
            SERVICE => return state.door,
            IpAddr::V4(address) => usize::from(address.octets()[3]),
            IpAddr::V6(address) => usize::from(address.segments()[7]),
        };
        number.checked_sub(1).and_then(|place| state.others.get(place)).copied().unwrap_or(Door::Hole)
    }

    pub fn socket(&self, number: i32) -> Option<Arc<dyn Socket>> {
        let link = self.state().links.get(&number)?.clone();
        Some(Arc::new(End { link, side: Side::Library }))
    }

    pub fn connect(&self, address: SocketAddr) -> Connecting {
        let network = self.clone();
        Box::pin(async move {
            let door = network.door(address.ip());
            network.note(door as u64, || format!("connect to {address}: {door:?}"));
            // A system sends its request again until there is an answer.
            while network.door(address.ip()) == Door::Hole || network.state().line.is_cut {
                tokio::time::sleep(AGAIN).await;
            }
            let (door, line) = (network.door(address.ip()), network.state().line);
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
        let Inner { seed, executor, trace, start, arrivals, .. } = &*self.0;
        let mut state = self.state();
        let (service, hostile, proxy) = (state.service.clone()?, state.hostile.clone(), state.proxy);
        state.count += 1;
        let number = state.count;
        let link = Link::new(number, *seed, line, arrivals, trace.clone(), *start);
        state.links.insert(number, link.clone());
        drop(state);
        let (carried, network) = (link.clone(), self.clone());
        executor.spawn(Host::Network, async move {
            carried.carry().await;
            network.state().links.remove(&number);
        });
        let end = ServiceEnd(End { link: link.clone(), side: Side::Service });
        let acceptor = self.state().tls.clone();
        let serving = async move {
            let mut end = end;
            let port = match proxy {
                Some(proxy) => proxy::connected(proxy, &mut end).await,
                None => Some(address.port()),
            };
            match (port, acceptor) {
                (None, _) => {}
                (Some(443), Some(acceptor)) => encrypted(service, hostile, acceptor, end).await,
                (Some(_), _) => meet(service, hostile, end).await,
            }
        };
        executor.spawn(Host::Service, serving);
        Some(Arc::new(End { link, side: Side::Library }))
    }
}

async fn encrypted(
    service: Arc<Embedded>,
    hostile: Option<Arc<[Step]>>,
    acceptor: TlsAcceptor,
    end: ServiceEnd,
) {
    let accepting = tokio::time::timeout(HANDSHAKE, acceptor.accept(end));
    if let Ok(Ok(tls)) = accepting.await {
        meet(service, hostile, Encrypted(tls)).await;
    }
}

/// What is no stream is served as usual.
async fn meet(service: Arc<Embedded>, hostile: Option<Arc<[Step]>>, io: impl Wire + 'static) {
    let Some(steps) = hostile else { return service.serve(io).await };
    match Rewound::after_head(io).await {
        Ok((io, true)) => act(&steps, io).await,
        Ok((io, false)) => service.serve(io).await,
        Err(_) => {}
    }
}
