//! Name resolution by the system's own resolver, so that the hosts file, mDNS and the rules of a VPN apply.
//!
//! `getaddrinfo` cannot be interrupted and can take half a minute. So a few helper threads call it, one name each, and
//! a waiting session stops waiting when its time is over. A helper may outlive `palabra_shutdown` by the call that it
//! is in.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::TimeLimit;
use crate::error::{Error, Result, Status, is_limit};
use crate::lock::{self, Mutex, Rank, lock};
use crate::runtime::work::{Work, work};

/// Number of lookups at a time.
const HELPERS: usize = 8;
/// How many of them may be for names that were not answered lately, so that other names get a turn.
const HELPERS_FOR_SLOW_NAMES: usize = 2;
/// Lookups that nobody waits for any more and that the system has not ended. They keep no place of the helpers, up to
/// this number.
const ABANDONED: usize = 64;
/// How long a name that was not answered counts as slow.
const SLOW_FOR: Duration = Duration::from_secs(30);
/// A failure that took this long comes from a server that does not answer, not from a name that does not exist.
const SLOW_AFTER: Duration = Duration::from_secs(2);
/// Limits what is remembered of names, which the caller chooses.
const SLOW_NAMES: usize = 1024;

static SYSTEM: LazyLock<Resolver> = LazyLock::new(|| Resolver::new(ask_the_system));

type Answer = std::result::Result<Vec<SocketAddr>, Failure>;

#[derive(Clone, Debug)]
struct Failure {
    status: Status,
    text: String,
}

/// Returns the addresses of a host, all with port 0.
pub(super) async fn lookup(host: &str, limit: TimeLimit) -> Result<Vec<SocketAddr>> {
    if let Some(known) = known(host) {
        return Ok(known);
    }
    SYSTEM.lookup(host, limit).await
}

/// Forgets which names were slow. Helpers that still wait for the system continue.
pub fn forget() {
    lock(&SYSTEM.0.state).slow.clear();
}

/// Addresses need no lookup, and `localhost` gets none (RFC 6761 section 6.3): both work while the resolver hangs.
fn known(host: &str) -> Option<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Some(vec![SocketAddr::new(address, 0)]);
    }
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let is_local = name == "localhost" || name.ends_with(".localhost");
    is_local.then(|| {
        [IpAddr::from(Ipv6Addr::LOCALHOST), Ipv4Addr::LOCALHOST.into()].map(|ip| (ip, 0).into()).into()
    })
}

#[cfg(feature = "sim")]
fn ask_the_system(host: &str) -> io::Result<Vec<SocketAddr>> {
    crate::world::world().resolve(host)
}

#[cfg(not(feature = "sim"))]
#[allow(clippy::disallowed_methods, reason = "this is the file that asks the system")]
fn ask_the_system(host: &str) -> io::Result<Vec<SocketAddr>> {
    lock::assert_may_wait("resolving a name");
    let found = (host, 0).to_socket_addrs();
    match found {
        Ok(addresses) => Ok(addresses.collect()),
        // Without a descriptor the system reports an unknown name: check whether that is the reason.
        Err(error) => match std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)) {
            Err(reason) if is_limit(&reason) => Err(reason),
            _ => Err(error),
        },
    }
}

#[derive(Clone)]
struct Resolver(Arc<Shared>);

type Ask = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;

struct Shared {
    ask: Box<Ask>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Every name that a session waits for.
    lookups: BTreeMap<String, Lookup>,
    /// Names that no helper has taken, oldest first.
    queue: VecDeque<String>,
    /// Names that were not answered, and until when they count as slow.
    slow: BTreeMap<String, Instant>,
    helpers: usize,
    helpers_for_slow_names: usize,
    /// Number of the latest job.
    last: u64,
    /// Jobs that nobody waits for any more: whoever asks for such a name anew does not wait for that call too.
    abandoned: BTreeSet<u64>,
}

#[derive(Default)]
struct Lookup {
    waiting: Vec<oneshot::Sender<Answer>>,
    stage: Stage,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Queued,
    Running {
        number: u64,
        is_slow: bool,
    },
}

/// A name that a helper resolves.
#[derive(Clone)]
struct Job {
    number: u64,
    name: String,
    is_slow: bool,
}

impl Resolver {
    fn new(ask: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static) -> Resolver {
        Resolver(Arc::new(Shared { ask: Box::new(ask), state: Mutex::new(Rank::Resolver, State::default()) }))
    }

    async fn lookup(&self, host: &str, limit: TimeLimit) -> Result<Vec<SocketAddr>> {
        let name = host.to_ascii_lowercase();
        let mut place = self.enqueue(&name)?;
        let failure = match limit.bound(&mut place.answer).await {
            Some(Ok(Ok(addresses))) if addresses.is_empty() => {
                return Err(Error::new(Status::Dns, format!("{host} has no address")));
            }
            Some(Ok(Ok(addresses))) => return Ok(addresses),
            Some(Ok(Err(failure))) => failure,
            Some(Err(_)) => Failure { status: Status::Internal, text: "the helper thread failed".to_owned() },
            None => {
                lock(&self.0.state).remember_slow(&name);
                Failure { status: Status::Dns, text: format!("no answer within {limit}") }
            }
        };
        Err(Error::new(failure.status, format!("resolving {host}: {}", failure.text)))
    }

    /// Joins the lookup of this name or queues it, with one more helper if that can help.
    fn enqueue(&self, name: &str) -> Result<Place> {
        let (sender, answer) = oneshot::channel();
        let mut state = lock(&self.0.state);
        let is_new = !state.lookups.contains_key(name);
        state.lookups.entry(name.to_owned()).or_default().waiting.push(sender);
        if is_new {
            state.queue.push_back(name.to_owned());
        }
        let place = Place { resolver: self.clone(), name: name.to_owned(), answer };
        let Some(job) = state.take() else { return Ok(place) };
        drop(state);
        self.start(job).map_err(|error| {
            let text = format!("resolving {name}: a thread could not be started: {error}");
            Error::new(Status::Limit, text)
        })?;
        Ok(place)
    }

    /// Starts a helper. Fails when there is none at all.
    fn start(&self, job: Job) -> io::Result<()> {
        let (resolver, mine) = (self.clone(), job.clone());
        // Nobody waits for the thread: the call cannot be interrupted.
        work(Work::Name, &job.name, move || resolver.help(mine)).map(drop).or_else(|error| {
            let mut state = lock(&self.0.state);
            state.put_back(job);
            // The helpers at work will take the name.
            if state.helpers == 0 { Err(error) } else { Ok(()) }
        })
    }

    fn help(&self, job: Job) {
        let start = Instant::now();
        let answer = (self.0.ask)(&job.name).map_err(|error| Failure {
            status: if is_limit(&error) { Status::Limit } else { Status::Dns },
            text: error.to_string(),
        });
        let unanswered = answer.is_err() && start.elapsed() >= SLOW_AFTER;
        let mut state = lock(&self.0.state);
        let waiting = state.finish(&job, unanswered);
        let next = state.take();
        drop(state);
        for sender in waiting {
            let _ = sender.send(answer.clone());
        }
        if let Some(next) = next {
            self.start_or_give_up(next);
        }
    }

    fn start_or_give_up(&self, job: Job) {
        if self.start(job.clone()).is_err() {
            self.give_up(&job.name);
        }
    }

    /// Whoever waits for a name that no thread can resolve is told.
    fn give_up(&self, name: &str) {
        let waiting = {
            let mut state = lock(&self.0.state);
            state.queue.retain(|queued| queued != name);
            state.lookups.remove(name).map(|lookup| lookup.waiting).unwrap_or_default()
        };
        let failure = Failure { status: Status::Limit, text: "a thread could not be started".to_owned() };
        for sender in waiting {
            let _ = sender.send(Err(failure.clone()));
        }
    }
}

impl State {
    /// Returns the first queued name that may be resolved now, and whether it is slow.
    fn next(&self) -> Option<(usize, bool)> {
        let may_be_slow = self.helpers_for_slow_names < HELPERS_FOR_SLOW_NAMES;
        let now = Instant::now();
        self.queue.iter().enumerate().find_map(|(at, name)| {
            let is_slow = self.slow.get(name).is_some_and(|&until| until > now);
            (may_be_slow || !is_slow).then_some((at, is_slow))
        })
    }

    /// Assigns a name to one more helper, if it can take one at once.
    fn take(&mut self) -> Option<Job> {
        if self.helpers == HELPERS {
            return None;
        }
        let (at, is_slow) = self.next()?;
        let name = self.queue.remove(at)?;
        self.helpers += 1;
        self.helpers_for_slow_names += usize::from(is_slow);
        self.last += 1;
        let number = self.last;
        self.lookups.entry(name.clone()).or_default().stage = Stage::Running { number, is_slow };
        Some(Job { number, name, is_slow })
    }

    /// The helper could not be started.
    fn put_back(&mut self, job: Job) {
        self.release(job.is_slow);
        if let Some(lookup) = self.lookups.get_mut(&job.name) {
            lookup.stage = Stage::Queued;
            self.queue.push_front(job.name);
        }
    }

    fn finish(&mut self, job: &Job, unanswered: bool) -> Vec<oneshot::Sender<Answer>> {
        if unanswered {
            self.remember_slow(&job.name);
        } else {
            self.slow.remove(&job.name);
        }
        if self.abandoned.remove(&job.number) {
            return Vec::new();
        }
        self.release(job.is_slow);
        self.lookups.remove(&job.name).unwrap_or_default().waiting
    }

    fn release(&mut self, is_slow: bool) {
        self.helpers -= 1;
        self.helpers_for_slow_names -= usize::from(is_slow);
    }

    /// Nobody waits for this name any more. A call in progress cannot be stopped, but others need not wait for it.
    fn abandon(&mut self, name: &str) {
        match self.lookups.get(name).map(|lookup| lookup.stage) {
            Some(Stage::Queued) => self.queue.retain(|queued| queued != name),
            Some(Stage::Running { number, is_slow }) if self.abandoned.len() < ABANDONED => {
                self.abandoned.insert(number);
                self.release(is_slow);
            }
            _ => return,
        }
        self.lookups.remove(name);
    }

    fn remember_slow(&mut self, name: &str) {
        let now = Instant::now();
        self.slow.retain(|_, until| *until > now);
        if self.slow.len() < SLOW_NAMES {
            self.slow.insert(name.to_owned(), now + SLOW_FOR);
        }
    }
}

/// A place among those that wait for a name. Dropped when the time is over or the session is closed.
struct Place {
    resolver: Resolver,
    name: String,
    answer: oneshot::Receiver<Answer>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.answer.close();
        let next = {
            let mut state = lock(&self.resolver.0.state);
            let Some(lookup) = state.lookups.get_mut(&self.name) else { return };
            lookup.waiting.retain(|sender| !sender.is_closed());
            if !lookup.waiting.is_empty() {
                return;
            }
            state.abandon(&self.name);
            state.take()
        };
        if let Some(next) = next {
            self.resolver.start_or_give_up(next);
        }
    }
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
