//! The config of the runtime.

use super::super::support::numbers::{known_flags, number, reserved};
use super::super::support::sized;
use super::super::types::runtime::*;
use crate::error::Result;
use crate::runtime::setup::Setup;

/// # Safety
/// `config` is NULL or valid as `palabra_runtime_configure` demands.
pub(in crate::ffi) unsafe fn read(config: *const palabra_runtime_config) -> Result<Setup> {
    let config: palabra_runtime_config = if config.is_null() {
        sized::empty()
    } else {
        // SAFETY: the caller's promise.
        unsafe { sized::read(config)? }
    };
    let flags = known_flags(config.flags, PALABRA_RUNTIME_PINNED)?;
    reserved!(config.reserved)?;
    let shards = number!(config.shards).given_or_off(u32::MAX)?;
    Setup::new(shards, flags & PALABRA_RUNTIME_PINNED != 0)
}
