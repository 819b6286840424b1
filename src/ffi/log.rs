//! Log lines: to a queue, like everything else that comes out of the library.

use super::support::guard::guard_explained;
use super::support::handles;
use super::types::base::{palabra_error, palabra_status};
use super::types::log::palabra_log_level;
use super::types::queue::palabra_queue;
use crate::error::{Error, Status};
use crate::session::events::log;
use crate::session::events::log::Level;

/// Delivers log lines of the whole library to a queue, as LOG events: `log_level`, `text`, and `session_tag` and
/// `session_name` of the session they are about.
///
/// A queue of names returns its own name for them (PALABRA_READY_QUEUE).
///
/// At most 1000 lines wait; beyond that the oldest are dropped, and OVERFLOW says how many. Lines contain no secrets.
/// Several queues may receive the log at the same time. It ends when the queue is freed.
///
/// @param queue the queue.
/// @param level lines up to this level are delivered; 0: no more lines.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_UNSUPPORTED The level is not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_log_open(
    queue: *mut palabra_queue,
    level: palabra_log_level,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promise about `error`.
    unsafe {
        guard_explained(error, || {
            let queue = handles::queue(queue)?;
            let level = match level {
                0 => None,
                1..=4 => Level::ALL.get(level as usize - 1).copied(),
                _ => return Err(Error::new(Status::Unsupported, "level is not one of PALABRA_LOG_*")),
            };
            log::deliver(queue.events(), level);
            Ok(())
        })
    }
}
