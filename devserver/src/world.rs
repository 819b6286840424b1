//! What the server asks the system for: the date and random bytes. A simulation answers instead, on its own thread.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::time;

pub trait World {
    fn random(&self, bytes: &mut [u8]);
    fn wall(&self) -> SystemTime;
}

thread_local! {
    static WORLD: RefCell<Option<Rc<dyn World>>> = const { RefCell::new(None) };
}

/// Gives the calling thread a world of its own, or the system's again.
pub fn set(world: Option<Rc<dyn World>>) {
    WORLD.replace(world);
}

fn world() -> Option<Rc<dyn World>> {
    WORLD.with_borrow(Clone::clone)
}

/// Fills a buffer with random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    match world() {
        Some(world) => world.random(&mut bytes),
        // A system without randomness cannot issue tokens, and there is no sensible fallback.
        None => getrandom::fill(&mut bytes).expect("the operating system gives no random bytes"),
    }
    bytes
}

/// The date and time.
pub(crate) fn wall() -> SystemTime {
    world().map_or_else(time::date, |world| world.wall())
}

/// Whether this is a simulation.
pub(crate) fn is_simulated() -> bool {
    world().is_some()
}

/// Seconds since 1970.
pub(crate) fn unix_time() -> f64 {
    wall().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs_f64()
}
