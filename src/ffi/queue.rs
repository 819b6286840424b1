//! Waiting for events: shared queues, descriptors for foreign event loops, wake-ups.

use std::ffi::c_void;

use super::support::guard::{deadline, guard, guard_anywhere, guard_explained};
use super::support::numbers::known_flags;
use super::support::out_handle::OutHandle;
use super::support::{event_out, handles, ready_out, waiting};
use super::types::base::{palabra_error, palabra_status};
use super::types::event::palabra_event;
use super::types::queue::{PALABRA_QUEUE_NAMES, palabra_queue, palabra_ready, palabra_wakeup_callback};
use super::types::session::palabra_session;
use crate::error::Status;
use crate::session::events::shared::SharedQueue;

/// Creates a queue for the events of many sessions: set it in their configs and poll it. What is said of sessions holds
/// for calls, too.
///
/// Sessions take turns, so that none starves the others; within a session events are in the order of `seq`. Events name
/// their session by `session_tag` and `session_name`. The limits of a session's config apply to its part of the queue.
///
/// With PALABRA_QUEUE_NAMES the queue returns names instead (see palabra_queue_poll_ready()), and its sessions are
/// polled as sessions with a queue of their own are. Only CREDENTIALS_NEEDED is delivered to the queue itself.
///
/// @param flags 0, or PALABRA_QUEUE_NAMES.
/// @param queue receives the handle; NULL on failure.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK. Free the queue with palabra_queue_free().
/// @retval PALABRA_ERR_LIMIT Too many queues.
/// @example many_sessions.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_queue_new(
    flags: u32,
    queue: *mut *mut palabra_queue,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about both pointers.
    unsafe {
        let out = OutHandle::clear(queue);
        guard_explained(error, || {
            let out = out.required()?;
            let of_names = known_flags(flags, PALABRA_QUEUE_NAMES)? != 0;
            let queue = if of_names { SharedQueue::of_names() } else { SharedQueue::of_events() };
            let handle = handles::add_queue(queue.clone())?;
            out.set(handle);
            queue.introduce(handle.addr());
            Ok(())
        })
    }
}

/// Takes the next event of any session of a queue, waiting for one if there is none. With PALABRA_QUEUE_NAMES only LOG,
/// CREDENTIALS_NEEDED and their OVERFLOW, which belong to the queue itself.
///
/// @param queue the queue.
/// @param event receives the event; its kind is PALABRA_EVENT_NONE on 0, and it is not touched on an error.
/// @param timeout_ms how long to wait, in ms; 0: not at all; negative: without limit.
/// @return 1: an event was taken; 0: there was none within the time, or palabra_queue_wakeup() ended the wait.
///   Release the event with palabra_event_release().
/// @retval PALABRA_ERR_CLOSED The queue was freed meanwhile.
/// @retval PALABRA_ERR_LIMIT Too many events were not released.
/// @threads any, also several at once, which then keep the order within a session themselves
/// @blocks up to `timeout_ms`
/// @example many_sessions.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_queue_poll_event(
    queue: *mut palabra_queue,
    event: *mut palabra_event,
    timeout_ms: i32,
) -> i32 {
    guard(|| {
        let queue = handles::queue(queue)?;
        // SAFETY: the caller's promise about `event`.
        unsafe { event_out::hand_over(event, || Ok(queue.events().poll(deadline(timeout_ms)))) }
    })
}

/// Takes the next name from a queue of names, waiting for one if there is none: that of a session that has something to
/// poll, CLOSED included.
///
/// A session is named when its first event arrives, and again only after a poll of it has taken the last event or found
/// none. So poll it until palabra_session_poll_event() returns 0 or an error; with PALABRA_ERR_BUSY another thread is
/// polling it, and the session is named again if that thread leaves something. Each name is returned to one of the
/// threads that wait, and the one that has waited longest first. A session can be named before the function that opens it
/// has returned: its `tag` identifies it. Sometimes a named session has nothing, because another thread polled it.
///
/// A session is not named any more when palabra_session_close() has returned. A thread that has its name already gets
/// PALABRA_ERR_BAD_HANDLE.
///
/// @param queue a queue with PALABRA_QUEUE_NAMES.
/// @param ready receives the name; its kind is PALABRA_READY_NONE on 0, and it is not touched on an error.
/// @param timeout_ms how long to wait, in ms; 0: not at all; negative: without limit.
/// @return 1: a name was taken; 0: there was none within the time, or palabra_queue_wakeup() ended the wait.
/// @retval PALABRA_ERR_UNSUPPORTED It is a queue of events.
/// @retval PALABRA_ERR_CLOSED The queue was freed meanwhile.
/// @threads any, also several at once
/// @blocks up to `timeout_ms`
/// @example many_readers.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_queue_poll_ready(
    queue: *mut palabra_queue,
    ready: *mut palabra_ready,
    timeout_ms: i32,
) -> i32 {
    guard(|| {
        let queue = handles::queue(queue)?;
        let names = queue.names().ok_or(Status::Unsupported)?;
        // SAFETY: the caller's promise about `ready`.
        unsafe { ready_out::hand_over(ready, || names.poll(deadline(timeout_ms))) }
    })
}

/// Ends the wait of one poll of the queue, or of the next one before it begins: it returns 0. With PALABRA_QUEUE_NAMES
/// one of palabra_queue_poll_ready() and one of palabra_queue_poll_event().
///
/// @param queue the queue.
/// @return PALABRA_OK.
/// @anywhere
#[unsafe(no_mangle)]
pub extern "C" fn palabra_queue_wakeup(queue: *mut palabra_queue) -> palabra_status {
    guard_anywhere(|| {
        handles::queue(queue)?.wake();
        Ok(0)
    })
}

/// Returns a descriptor for poll(), epoll or kqueue that is readable while events can be polled, or with
/// PALABRA_QUEUE_NAMES names.
///
/// It is level-triggered, and the library clears it when the queue becomes empty: wait for it, then poll with timeout 0
/// until 0 is returned. Never read, write or close it. It is created by the first call and closed with the queue.
///
/// @param queue the queue.
/// @return the descriptor, 0 or more.
/// @retval PALABRA_ERR_UNSUPPORTED On Windows.
/// @retval PALABRA_ERR_LIMIT The process has no descriptor left.
/// @example epoll_loop.c
#[unsafe(no_mangle)]
pub extern "C" fn palabra_queue_get_event_fd(queue: *mut palabra_queue) -> i32 {
    guard(|| waiting::descriptor(&*handles::queue(queue)?))
}

/// Returns an event object for WaitForMultipleObjects() that is set while events can be polled, or with
/// PALABRA_QUEUE_NAMES names.
///
/// It is a manual-reset event, and the library resets it when the queue becomes empty: wait for it, then poll with
/// timeout 0 until 0 is returned. Never set, reset or close it. It is created by the first call and closed with the
/// queue.
///
/// @param queue the queue.
/// @param handle receives the HANDLE.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_UNSUPPORTED Not on Windows.
/// @retval PALABRA_ERR_LIMIT The process has no handle left.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_queue_get_event_handle(
    queue: *mut palabra_queue,
    handle: *mut *mut c_void,
) -> palabra_status {
    // SAFETY: the caller's promise about `handle`.
    guard(|| unsafe { waiting::event_object(&*handles::queue(queue)?, handle) })
}

/// Sets, replaces or removes the wake-up callback of a queue. When the function returns, the callback before is not
/// running and is not called again.
///
/// @param queue the queue.
/// @param callback the callback; NULL: none.
/// @param user_data passed to the callback. It must remain valid until the callback is replaced or the queue is freed.
/// @return PALABRA_OK.
/// @threads any, but not with a lock held that the callback takes
/// @blocks while the callback before is running, and for its own call when events are queued
#[unsafe(no_mangle)]
pub extern "C" fn palabra_queue_set_wakeup_callback(
    queue: *mut palabra_queue,
    callback: palabra_wakeup_callback,
    user_data: *mut c_void,
) -> palabra_status {
    guard(|| {
        waiting::set_callback(&*handles::queue(queue)?, callback, user_data);
        Ok(0)
    })
}

/// Frees a queue and the events in it. Threads that wait on it return with PALABRA_ERR_CLOSED. Its sessions remain
/// open, but their events cannot be taken any more: close them. Those of a queue of names can still be polled, but are
/// not named any more. When the function returns, the wake-up callback is not running and is not called again.
///
/// @param queue the handle; NULL: nothing is done.
/// @return PALABRA_OK.
/// @threads any, but not with a lock held that the callback takes
/// @blocks while the callback is running
#[unsafe(no_mangle)]
pub extern "C" fn palabra_queue_free(queue: *mut palabra_queue) -> palabra_status {
    guard(|| {
        if !queue.is_null() {
            let removed = handles::remove_queue(queue)?;
            removed.close();
            // Waits for a call that is under way.
            removed.set_callback(None);
            drop(removed);
            handles::sweep();
        }
        Ok(0)
    })
}

/// As palabra_queue_wakeup(), for a session that is polled by itself.
///
/// @param session the session.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
/// @anywhere
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_wakeup(session: *mut palabra_session) -> palabra_status {
    guard_anywhere(|| {
        own_queue(session)?.wake();
        Ok(0)
    })
}

/// As palabra_queue_get_event_fd(), for a session that is polled by itself. The descriptor is closed with the session.
///
/// @param session the session.
/// @return the descriptor, 0 or more.
/// @retval PALABRA_ERR_UNSUPPORTED On Windows, or its events are delivered to a shared queue of events.
/// @retval PALABRA_ERR_LIMIT The process has no descriptor left.
/// @example epoll_loop.c
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_get_event_fd(session: *mut palabra_session) -> i32 {
    guard(|| waiting::descriptor(&own_queue(session)?))
}

/// As palabra_queue_get_event_handle(), for a session that is polled by itself. The object is closed with the session.
///
/// @param session the session.
/// @param handle receives the HANDLE.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_UNSUPPORTED Not on Windows, or its events are delivered to a shared queue of events.
/// @retval PALABRA_ERR_LIMIT The process has no handle left.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_get_event_handle(
    session: *mut palabra_session,
    handle: *mut *mut c_void,
) -> palabra_status {
    // SAFETY: the caller's promise about `handle`.
    guard(|| unsafe { waiting::event_object(&own_queue(session)?, handle) })
}

/// As palabra_queue_set_wakeup_callback(), for a session that is polled by itself.
///
/// @param session the session.
/// @param callback the callback; NULL: none.
/// @param user_data passed to the callback. It must remain valid until the callback is replaced. A session that is
///   closed does not wait for a callback that is running: remove the callback first if `user_data` is to be freed.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
/// @threads any, but not with a lock held that the callback takes
/// @blocks while the callback before is running, and for its own call when events are queued
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_set_wakeup_callback(
    session: *mut palabra_session,
    callback: palabra_wakeup_callback,
    user_data: *mut c_void,
) -> palabra_status {
    guard(|| {
        waiting::set_callback(&own_queue(session)?, callback, user_data);
        Ok(0)
    })
}

fn own_queue(session: *mut palabra_session) -> Result<SharedQueue, Status> {
    handles::session(session)?.own_queue().map(|queue| SharedQueue::Events(queue.clone()))
}
