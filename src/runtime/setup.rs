//! How many threads the library has, and where they run.

use super::scheduling;
use crate::error::{Error, Result, Status};

/// One shard by default: it serves hundreds of calls, and a host has other uses for its processors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    pub(super) shards: usize,
    /// Each shard stays on a processor of its own.
    pub(super) is_pinned: bool,
}

impl Setup {
    pub(super) const USUAL: Setup = Setup { shards: 1, is_pinned: false };

    /// `shards` is `None` for the usual number, and `u32::MAX` for one on each processor.
    pub fn new(shards: Option<u32>, is_pinned: bool) -> Result<Setup> {
        let most = scheduling::processors();
        let shards = match shards {
            None => Setup::USUAL.shards,
            Some(u32::MAX) => most,
            Some(number) => number as usize,
        };
        if shards > most {
            let all =
                format!("{shards} shards are more than the {most} processors that this process may use");
            return Err(Error::invalid(all));
        }
        if is_pinned && !scheduling::CAN_PIN {
            return Err(Error::new(Status::Unsupported, "threads can be pinned on Linux and Android only"));
        }
        Ok(Setup { shards, is_pinned })
    }

    /// Why another setup is refused.
    pub(super) fn in_effect(self, has_started: bool) -> String {
        let why = if has_started { "runs" } else { "is configured" };
        let pinned = if self.is_pinned { ", pinned" } else { "" };
        format!(
            "the library {why} with another number of shards or other flags ({}{pinned}) until it is shut down",
            self.shards
        )
    }
}
