//! Mask keys (RFC 6455 section 10.3), fetched from the system in larger blocks.

use crate::error::Result;
use crate::runtime::random;

/// Mask keys for one connection: one system call for every 32.
pub(super) struct MaskKeys {
    pool: [u8; 128],
    left: usize,
}

impl MaskKeys {
    pub(super) fn new() -> MaskKeys {
        MaskKeys { pool: [0; 128], left: 0 }
    }

    pub(super) fn next(&mut self) -> Result<[u8; 4]> {
        if self.left == 0 {
            self.pool = random::bytes()?;
            self.left = self.pool.len();
        }
        self.left -= 4;
        let mut key = [0; 4];
        key.copy_from_slice(&self.pool[self.left..self.left + 4]);
        Ok(key)
    }
}
