//! TLS whose every byte follows from the seed: its randomness is drawn, its time is the world's, its certificate is
//! committed, and its key exchange is a toy, since the real one asks the system for its secrets.

mod exchange;
mod random;
mod service;

pub use random::draw_from;
pub use service::{Encrypted, acceptor};

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use palabra::world::World as _;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;

use crate::world::World;

/// Trusted by the programs.
pub const AUTHORITY: &str = include_str!("authority.pem");

/// Of the library.
pub fn provider() -> CryptoProvider {
    CryptoProvider {
        secure_random: &random::LIBRARY,
        kx_groups: vec![&exchange::LIBRARY],
        ..rustls::crypto::ring::default_provider()
    }
}

/// The world's date. It may be asked by what outlives the world, so it holds no reference.
#[derive(Debug)]
pub struct Clock(pub std::sync::Weak<World>);

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        let now = self.0.upgrade()?.wall().duration_since(SystemTime::UNIX_EPOCH);
        Some(UnixTime::since_unix_epoch(now.unwrap_or(Duration::ZERO)))
    }
}

pub fn clock(world: &Arc<World>) -> Arc<dyn TimeProvider> {
    Arc::new(Clock(Arc::downgrade(world)))
}
