//! The buffer for reading, which all sessions of a thread share.

use std::cell::RefCell;

use crate::error::Result;
use crate::memory;

/// Holds a burst of a dozen audio messages.
const BYTES: usize = 256 << 10;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Lends the buffer. The first session allocates it; all others reuse it.
pub(super) fn with<T>(read: impl FnOnce(&mut [u8]) -> T) -> Result<T> {
    BUFFER.with_borrow_mut(|buffer| {
        memory::reserve(buffer, BYTES - buffer.len())?;
        buffer.resize(BYTES, 0);
        Ok(read(buffer))
    })
}
