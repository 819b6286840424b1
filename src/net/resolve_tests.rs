use std::collections::HashMap;

use super::*;
use crate::lock::Condvar;

const LONG: Duration = Duration::from_secs(3600);

/// A resolver that does not answer names starting with "hole" until the test says so, nor "once" the first time.
struct System {
    asked: Mutex<Asked>,
    changed: Condvar,
}

#[derive(Default)]
struct Asked {
    times: HashMap<String, usize>,
    inside: Vec<String>,
    most_inside: usize,
    is_released: bool,
}

impl System {
    fn start() -> (Resolver, Arc<System>) {
        let system = Arc::new(System {
            asked: Mutex::new(Rank::Resampler, Asked::default()),
            changed: Condvar::new(),
        });
        let asked = system.clone();
        (Resolver::new(move |name| asked.answer(name)), system)
    }

    fn answer(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        let mut asked = lock(&self.asked);
        let times = asked.times.entry(name.to_owned()).or_default();
        *times += 1;
        let hangs = name.starts_with("hole") || name == "once" && *times == 1;
        asked.inside.push(name.to_owned());
        asked.most_inside = asked.most_inside.max(asked.inside.len());
        self.changed.notify_all();
        while hangs && !asked.is_released {
            asked = self.changed.wait(asked);
        }
        asked.inside.retain(|inside| inside != name);
        self.changed.notify_all();
        match name {
            "nowhere" => Err(io::Error::other("no such name")),
            "full" => Err(io::Error::from_raw_os_error(24)),
            _ => Ok(vec![([127, 0, 0, 1], 0).into()]),
        }
    }

    fn wait_until(&self, fits: impl Fn(&Asked) -> bool) {
        let mut asked = lock(&self.asked);
        while !fits(&asked) {
            asked = self.changed.wait(asked);
        }
    }

    fn release(&self) {
        lock(&self.asked).is_released = true;
        self.changed.notify_all();
    }

    fn times(&self, name: &str) -> usize {
        lock(&self.asked).times.get(name).copied().unwrap_or_default()
    }
}

/// A lookup that continues until its place is dropped.
async fn wait_for(resolver: &Resolver, name: &str) -> tokio::task::JoinHandle<Result<Vec<SocketAddr>>> {
    let (resolver, name) = (resolver.clone(), name.to_owned());
    let waiting = tokio::spawn(async move { resolver.lookup(&name, TimeLimit::new(LONG)).await });
    tokio::task::yield_now().await;
    waiting
}

/// Helpers end shortly after their last answer.
fn wait_until_idle(resolver: &Resolver) {
    let busy = |state: &State| state.helpers + state.abandoned.len() > 0;
    while busy(&lock(&resolver.0.state)) {
        std::thread::yield_now();
    }
}

#[tokio::test]
async fn waiters_share_one_lookup_and_its_answer() {
    let (resolver, system) = System::start();
    let mut waiting = Vec::new();
    for _ in 0..100 {
        waiting.push(wait_for(&resolver, "Hole").await);
    }
    system.wait_until(|asked| !asked.inside.is_empty());
    system.release();
    for one in waiting {
        assert_eq!(one.await.unwrap().unwrap(), [([127, 0, 0, 1], 0).into()]);
    }
    assert_eq!((system.times("hole"), lock(&resolver.0.state).lookups.len()), (1, 0));
    wait_until_idle(&resolver);
}

#[tokio::test]
async fn unanswered_names_take_eight_helpers_and_no_more() {
    let (resolver, system) = System::start();
    let mut waiting = Vec::new();
    for number in 0..100 {
        waiting.push(wait_for(&resolver, &format!("hole{number}")).await);
    }
    system.wait_until(|asked| asked.inside.len() >= 8);
    assert_eq!(lock(&resolver.0.state).helpers, 8);
    // Dropped: a lookup that was not started leaves the queue and is never made.
    for one in waiting.into_iter().rev() {
        one.abort();
        assert!(one.await.unwrap_err().is_cancelled());
    }
    assert_eq!(lock(&resolver.0.state).queue.len(), 0);
    system.release();
    wait_until_idle(&resolver);
    let asked = lock(&system.asked);
    assert_eq!((asked.times.len(), asked.most_inside), (8, 8));
}

/// The calls that asked for them were ended: what the system does not end keeps nobody waiting.
#[tokio::test]
async fn names_that_nobody_waits_for_keep_no_helper() {
    let (resolver, system) = System::start();
    for round in 0..4 {
        let mut waiting = Vec::new();
        for number in 0..16 {
            waiting.push(wait_for(&resolver, &format!("hole{}", 16 * round + number)).await);
        }
        let queued = wait_for(&resolver, &format!("queued{round}")).await;
        for one in waiting {
            one.abort();
            assert!(one.await.unwrap_err().is_cancelled());
        }
        for other in [queued, wait_for(&resolver, &format!("other{round}")).await] {
            let answer = tokio::time::timeout(Duration::from_secs(60), other).await;
            assert!(answer.expect("it waits for what nobody waits for").unwrap().is_ok());
        }
    }
    let again = wait_for(&resolver, "hole0").await;
    assert!(lock(&resolver.0.state).abandoned.len() <= ABANDONED);
    system.release();
    assert!(again.await.unwrap().is_ok());
    wait_until_idle(&resolver);
    let state = lock(&resolver.0.state);
    assert_eq!((state.lookups.len(), state.queue.len(), state.helpers_for_slow_names), (0, 0, 0));
}

/// The network was away, and the system still waits for a server of that time.
#[tokio::test]
async fn a_name_that_is_asked_for_again_does_not_wait_for_the_call_before() {
    let (resolver, system) = System::start();
    let first = wait_for(&resolver, "once").await;
    system.wait_until(|asked| !asked.inside.is_empty());
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    let again = tokio::time::timeout(Duration::from_secs(60), wait_for(&resolver, "once").await).await;
    assert!(again.expect("it waits for the call that hangs").unwrap().is_ok());
    let held = wait_for(&resolver, "hole").await;
    system.release();
    assert!(held.await.unwrap().is_ok());
    wait_until_idle(&resolver);
    let state = lock(&resolver.0.state);
    assert_eq!((state.lookups.len(), state.helpers, state.abandoned.len()), (0, 0, 0));
}

#[tokio::test]
async fn a_name_that_timed_out_leaves_room_for_others() {
    let (resolver, system) = System::start();
    let error = resolver.lookup("hole0", TimeLimit::new(Duration::ZERO)).await.unwrap_err();
    assert_eq!(error.status, Status::Dns, "{error}");
    assert!(lock(&resolver.0.state).slow.contains_key("hole0"));
    system.release();
    wait_until_idle(&resolver);
    *lock(&system.asked) = Asked::default();
    for number in 0..20 {
        lock(&resolver.0.state).remember_slow(&format!("hole{number}"));
    }
    let mut waiting = Vec::new();
    for number in 0..20 {
        waiting.push(wait_for(&resolver, &format!("hole{number}")).await);
    }
    system.wait_until(|asked| asked.inside.len() >= 2);
    let other = wait_for(&resolver, "other").await;
    assert!(other.await.unwrap().is_ok());
    assert_eq!(lock(&system.asked).most_inside, 3);
    system.release();
    for one in waiting {
        assert!(one.await.unwrap().is_ok());
    }
    wait_until_idle(&resolver);
    assert_eq!(lock(&resolver.0.state).slow.len(), 0, "an answer ends it");
}

#[tokio::test]
async fn failures_keep_their_reason() {
    let (resolver, _system) = System::start();
    let error = resolver.lookup("nowhere", TimeLimit::new(LONG)).await.unwrap_err();
    assert_eq!((error.status, error.retriable), (Status::Dns, true));
    assert!(error.text.contains("nowhere") && error.text.contains("no such name"), "{error}");
    let error = resolver.lookup("full", TimeLimit::new(LONG)).await.unwrap_err();
    assert_eq!(error.status, Status::Limit, "{error}");
    wait_until_idle(&resolver);
    assert_eq!(lock(&resolver.0.state).slow.len(), 0, "they came at once");
}

#[test]
fn addresses_and_the_own_machine_need_no_lookup() {
    for (host, expected) in
        [("127.0.0.9", 1), ("::1", 1), ("localhost", 2), ("LocalHost.", 2), ("a.localhost", 2)]
    {
        assert_eq!(known(host).map(|found| found.len()), Some(expected), "{host}");
    }
    assert_eq!(known("localhost.example"), None);
    assert_eq!(known("notlocalhost"), None);
}

#[test]
fn what_is_remembered_is_bounded() {
    let mut state = State::default();
    for number in 0..2 * SLOW_NAMES {
        state.remember_slow(&number.to_string());
    }
    assert_eq!(state.slow.len(), SLOW_NAMES);
}
