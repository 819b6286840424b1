//! What a queue offers to foreign event loops.

use std::ffi::c_void;
use std::sync::Arc;

use super::super::types::queue::palabra_wakeup_callback;
use crate::error::Status;
use crate::session::events::Callback;
use crate::session::events::shared::SharedQueue;

#[cfg(unix)]
pub(in crate::ffi) fn descriptor(queue: &SharedQueue) -> Result<i32, Status> {
    queue.doorbell().map(|doorbell| doorbell.raw()).map_err(|_| Status::Limit)
}

#[cfg(not(unix))]
pub(in crate::ffi) fn descriptor(_: &SharedQueue) -> Result<i32, Status> {
    Err(Status::Unsupported)
}

/// # Safety
/// `handle` is NULL or writable.
#[cfg(windows)]
pub(in crate::ffi) unsafe fn event_object(
    queue: &SharedQueue,
    handle: *mut *mut c_void,
) -> Result<i32, Status> {
    if handle.is_null() {
        return Err(Status::InvalidArgument);
    }
    let object = queue.doorbell().map_err(|_| Status::Limit)?.raw();
    // SAFETY: not NULL, hence writable by the caller's promise.
    unsafe { handle.write(object) };
    Ok(0)
}

/// # Safety
/// None needed: `handle` is not used.
#[cfg(not(windows))]
pub(in crate::ffi) unsafe fn event_object(_: &SharedQueue, _: *mut *mut c_void) -> Result<i32, Status> {
    Err(Status::Unsupported)
}

pub(in crate::ffi) fn set_callback(
    queue: &SharedQueue,
    callback: palabra_wakeup_callback,
    user_data: *mut c_void,
) {
    // The pointer is only handed back; what it means on other threads is the caller's affair.
    let user_data = user_data.expose_provenance();
    queue.set_callback(callback.map(|callback| -> Callback {
        // SAFETY: the caller's promise that function and data live until they are replaced.
        Arc::new(move || unsafe { callback(std::ptr::with_exposed_provenance_mut(user_data)) })
    }));
}
