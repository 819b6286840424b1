//! What TLS computes with in a simulation: its randomness and its time.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, ConfigBuilder, WantsVersions};

use crate::runtime::clock;
use crate::world::world;

pub(super) fn builder() -> ConfigBuilder<ClientConfig, WantsVersions> {
    ClientConfig::builder_with_details(Arc::new(world().crypto()), Arc::new(Clock))
}

#[derive(Debug)]
struct Clock;

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        let now = clock::wall().duration_since(SystemTime::UNIX_EPOCH);
        Some(UnixTime::since_unix_epoch(now.unwrap_or(Duration::ZERO)))
    }
}
