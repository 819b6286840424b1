//! The library's log lines.

use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};

use palabra::ffi::event::palabra_event_release;
use palabra::ffi::log::palabra_log_open;
use palabra::ffi::queue::{palabra_queue_free, palabra_queue_new, palabra_queue_poll_event};
use palabra::ffi::types::event::{PALABRA_EVENT_OVERFLOW, palabra_event};
use palabra::ffi::types::log::PALABRA_LOG_DEBUG;
use palabra::ffi::types::queue::palabra_queue;

use super::talk::{prepared, text};
use crate::trace::digest;
use crate::world::World;

/// A queue of its own, and what was taken from it.
pub struct Lines {
    queue: *mut palabra_queue,
    all: Mutex<Vec<String>>,
    lost: Mutex<Vec<String>>,
}

// SAFETY: a handle may be used on any thread, and a simulation has one.
unsafe impl Send for Lines {}
// SAFETY: as above.
unsafe impl Sync for Lines {}

impl Lines {
    pub fn open() -> Lines {
        let mut queue = null_mut();
        // SAFETY: a place for the handle.
        let status = unsafe {
            let status = palabra_queue_new(0, &raw mut queue, null_mut());
            status.min(palabra_log_open(queue, PALABRA_LOG_DEBUG, null_mut()))
        };
        assert_eq!(status, 0, "a queue of log lines");
        Lines { queue, all: Mutex::default(), lost: Mutex::default() }
    }

    pub fn take(&self, world: &World) {
        loop {
            let mut event: palabra_event = prepared();
            // SAFETY: a handle and a prepared struct.
            if unsafe { palabra_queue_poll_event(self.queue, &raw mut event, 0) } != 1 {
                return;
            }
            let line = text(event.text, event.text_len);
            let numbers = [event.time_ns as u64, event.log_level as u64, digest(line.as_bytes())];
            world.trace.note(world.now_us(), "log", &numbers, || line.clone());
            lock(&self.all).push(line);
            if event.kind == PALABRA_EVENT_OVERFLOW {
                lock(&self.lost)
                    .push(format!("{} log lines were dropped before they were read", event.dropped));
            }
            // SAFETY: the event that was just filled.
            unsafe { palabra_event_release(&raw mut event) };
        }
    }
}

impl Lines {
    /// All that were taken, and what is missing.
    pub fn finish(&self) -> (Vec<String>, Vec<String>) {
        (std::mem::take(&mut *lock(&self.all)), std::mem::take(&mut *lock(&self.lost)))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Lines {
    fn drop(&mut self) {
        palabra_queue_free(self.queue);
    }
}
