//! The service's time. It can run faster than the system's, so that tests see hours in minutes. What concerns the
//! connection itself, handshakes and the answer to a close, keeps to the system's time.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

struct Faster {
    times: f64,
    start: Instant,
    date: SystemTime,
}

static FASTER: OnceLock<Faster> = OnceLock::new();

/// For the whole process, once, before a server starts.
pub fn run_faster(times: f64) {
    FASTER.get_or_init(|| Faster { times, start: Instant::now(), date: SystemTime::now() });
}

pub(crate) fn now() -> Instant {
    let now = Instant::now();
    FASTER.get().map_or(now, |faster| faster.start + (now - faster.start).mul_f64(faster.times))
}

/// The time since a moment of the service's.
pub(crate) fn since(at: Instant) -> Duration {
    now().saturating_duration_since(at)
}

pub(crate) fn date() -> SystemTime {
    FASTER.get().map_or_else(SystemTime::now, |faster| faster.date + (now() - faster.start))
}

pub(crate) async fn sleep(time: Duration) {
    sleep_until(now() + time).await;
}

pub(crate) async fn sleep_until(at: Instant) {
    let real = |faster: &Faster| faster.start + (at - faster.start).div_f64(faster.times);
    tokio::time::sleep_until(FASTER.get().map_or(at, real)).await;
}
