//! Waiting for events: shared queues, descriptors for foreign event loops, wake-ups.

use std::ffi::c_void;
use std::sync::Arc;

use super::event::{hand_over, palabra_event};
use super::guard::{deadline, guard, guard_anywhere, guard_explained};
use super::handles;
use super::out_handle::OutHandle;
use super::session::palabra_session;
use super::status::{palabra_error, palabra_status};
use crate::error::Status;
use crate::session::queue::{Callback, Queue};

/// One place to wait for the events of many sessions. Opaque.
pub struct palabra_queue {
    _opaque: (),
}

/// Told that events wait. May be NULL: no callback.
///
/// It comes on the library's thread, possibly several times for one event and once for several, never twice at the same
/// time. Only when it is set while events wait it comes at once, on the thread that sets it. The library holds no lock
/// meanwhile, and no call waits for its end but palabra_queue_set_wakeup_callback(),
/// palabra_session_set_wakeup_callback() and palabra_queue_free(): a lock that it takes may be held around all others.
///
/// It must be short, for no session goes on meanwhile, and must not call the library: it would get
/// PALABRA_ERR_REENTRANT, except from palabra_event_release(), the `_wakeup` functions, the two audio calls of
/// real-time threads and those that only name things. Its job is to make another thread poll. It must not throw, and
/// must not leave by longjmp(): what that does is undefined, and mostly the end of the process.
pub type palabra_wakeup_callback = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// Makes a queue for the events of many sessions: put it into their configs and poll it from one thread.
///
/// Sessions take turns, so that none starves the others; the order within a session is that of `seq`. Events name
/// their session by `session_tag`. The limits of a session's config bound its part of the queue.
///
/// @param queue receives the handle, NULL on failure.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK, PALABRA_ERR_INVALID_ARGUMENT `queue` is NULL, PALABRA_ERR_LIMIT too many queues.
///
/// **Threads:** any. **Blocks:** never. **Memory:** free with palabra_queue_free(). **Since:** 0.1.
/// **Example:** many_sessions.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_queue_new(
    queue: *mut *mut palabra_queue,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about both pointers.
    unsafe {
        let out = OutHandle::clear(queue);
        guard_explained(error, || {
            let out = out.required()?;
            out.set(handles::add_queue(Arc::new(Queue::new()))?);
            Ok(())
        })
    }
}

/// Takes the next event of any session of a queue, waiting for one if there is none.
///
/// @param queue the queue.
/// @param event receives the event; on 0 its kind is NONE, on an error it is not touched.
/// @param timeout_ms how long to wait; 0: not at all, negative: without limit.
/// @return 1 an event was taken;
///   0 there was none within the time, or palabra_queue_wakeup() ended the wait;
///   PALABRA_ERR_CLOSED the queue was freed meanwhile;
///   PALABRA_ERR_INVALID_ARGUMENT, PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_LIMIT, PALABRA_ERR_REENTRANT,
///   PALABRA_ERR_FORKED.
///
/// **Threads:** any, also several at once (then the order within a session is for them to keep).
/// **Blocks:** up to `timeout_ms`. **Memory:** release with palabra_event_release(). **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_queue_poll_event(
    queue: *mut palabra_queue,
    event: *mut palabra_event,
    timeout_ms: i32,
) -> palabra_status {
    guard(|| {
        let queue = handles::queue(queue)?;
        // SAFETY: the caller's promise about `event`.
        unsafe { hand_over(event, || Ok(queue.poll(deadline(timeout_ms)))) }
    })
}

/// Ends the wait of one poll of the queue, or of the next one before it begins: it returns 0.
///
/// @param queue the queue.
/// @return PALABRA_OK or PALABRA_ERR_BAD_HANDLE.
///
/// **Threads:** any, also in callbacks. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_queue_wakeup(queue: *mut palabra_queue) -> palabra_status {
    guard_anywhere(|| {
        handles::queue(queue)?.wake();
        Ok(0)
    })
}

/// Gives a descriptor for poll(), epoll or kqueue: readable exactly while something is there to poll.
///
/// It is level-triggered and cleared by the library when the queue runs empty: wait for it, then poll with timeout
/// 0 until 0 comes back; never read it, write it or close it.
///
/// @param queue the queue.
/// @return the descriptor (0 or more); PALABRA_ERR_UNSUPPORTED on Windows; PALABRA_ERR_LIMIT no descriptor can be
///   had; PALABRA_ERR_BAD_HANDLE.
///
/// **Threads:** any. **Blocks:** never. **Memory:** the queue's, closed with it; made at the first call.
/// **Since:** 0.1. **Example:** epoll_loop.c
#[unsafe(no_mangle)]
pub extern "C" fn palabra_queue_event_fd(queue: *mut palabra_queue) -> palabra_status {
    guard(|| descriptor(&*handles::queue(queue)?))
}

/// Gives an event object for WaitForMultipleObjects: set exactly while something is there to poll.
///
/// It is a manual-reset event, reset by the library when the queue runs empty: wait for it, then poll with timeout
/// 0 until 0 comes back; never set, reset or close it.
///
/// @param queue the queue.
/// @param handle receives the HANDLE.
/// @return PALABRA_OK; PALABRA_ERR_UNSUPPORTED elsewhere than on Windows; PALABRA_ERR_LIMIT,
///   PALABRA_ERR_INVALID_ARGUMENT, PALABRA_ERR_BAD_HANDLE.
///
/// **Threads:** any. **Blocks:** never. **Memory:** the queue's, closed with it. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_queue_event_handle(
    queue: *mut palabra_queue,
    handle: *mut *mut c_void,
) -> palabra_status {
    // SAFETY: the caller's promise about `handle`.
    guard(|| unsafe { event_object(&*handles::queue(queue)?, handle) })
}

/// Sets, replaces or (NULL) removes the wake-up callback of a queue. When this returns, the one before is not running
/// and will not be called again: this waits for a call that is under way, and for nothing else. From inside a callback
/// it is refused.
///
/// @param queue the queue.
/// @param callback see palabra_wakeup_callback; NULL: none.
/// @param user_data handed to the callback.
/// @return PALABRA_OK, PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_REENTRANT.
///
/// **Threads:** any, but not with a lock held that the callback takes. **Blocks:** for a call under way, and for its
/// own when events wait. **Memory:** `user_data` must live until the callback is replaced or the queue freed. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_queue_set_wakeup_callback(
    queue: *mut palabra_queue,
    callback: palabra_wakeup_callback,
    user_data: *mut c_void,
) -> palabra_status {
    guard(|| {
        set_callback(&*handles::queue(queue)?, callback, user_data);
        Ok(0)
    })
}

/// Gives a queue back. Threads that wait on it come back with PALABRA_ERR_CLOSED; its sessions live on, but nobody
/// can take their events any more: close them. When this returns, its wake-up callback is not running and will not be
/// called again.
///
/// @param queue the handle; NULL does nothing.
/// @return PALABRA_OK, PALABRA_ERR_BAD_HANDLE when it was freed already or is no queue, PALABRA_ERR_REENTRANT inside a
///   callback.
///
/// **Threads:** any, but not with a lock held that the callback takes. **Blocks:** for a callback under way. **Memory:** frees the events that wait. **Since:** 0.1
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

/// As palabra_queue_wakeup(), for a session with a queue of its own.
///
/// @param session the session.
/// @return PALABRA_OK; PALABRA_ERR_UNSUPPORTED its events go to a shared queue; PALABRA_ERR_BAD_HANDLE.
///
/// **Threads:** any, also in callbacks. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_wakeup(session: *mut palabra_session) -> palabra_status {
    guard_anywhere(|| {
        handles::session(session)?.own_queue()?.wake();
        Ok(0)
    })
}

/// As palabra_queue_event_fd(), for a session with a queue of its own. Closed with the session.
///
/// @param session the session.
/// @return as palabra_queue_event_fd(); PALABRA_ERR_UNSUPPORTED also when its events go to a shared queue.
///
/// **Threads:** any. **Blocks:** never. **Memory:** the session's. **Since:** 0.1. **Example:** epoll_loop.c
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_event_fd(session: *mut palabra_session) -> palabra_status {
    guard(|| descriptor(handles::session(session)?.own_queue()?))
}

/// As palabra_queue_event_handle(), for a session with a queue of its own. Closed with the session.
///
/// @param session the session.
/// @param handle receives the HANDLE.
/// @return as palabra_queue_event_handle(); PALABRA_ERR_UNSUPPORTED also when its events go to a shared queue.
///
/// **Threads:** any. **Blocks:** never. **Memory:** the session's. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_event_handle(
    session: *mut palabra_session,
    handle: *mut *mut c_void,
) -> palabra_status {
    // SAFETY: the caller's promise about `handle`.
    guard(|| unsafe { event_object(handles::session(session)?.own_queue()?, handle) })
}

/// As palabra_queue_set_wakeup_callback(), for a session with a queue of its own. palabra_session_close() removes the
/// callback too, but does not wait for a call under way: whoever frees what the callback uses removes it first, by this.
///
/// @param session the session.
/// @param callback see palabra_wakeup_callback; NULL: none.
/// @param user_data handed to the callback.
/// @return PALABRA_OK; PALABRA_ERR_UNSUPPORTED its events go to a shared queue; PALABRA_ERR_BAD_HANDLE,
///   PALABRA_ERR_REENTRANT.
///
/// **Threads:** any, but not with a lock held that the callback takes. **Blocks:** as
/// palabra_queue_set_wakeup_callback(). **Memory:** `user_data` must live until the callback is replaced, or the session
/// closed and the last call has come back. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_set_wakeup_callback(
    session: *mut palabra_session,
    callback: palabra_wakeup_callback,
    user_data: *mut c_void,
) -> palabra_status {
    guard(|| {
        set_callback(handles::session(session)?.own_queue()?, callback, user_data);
        Ok(0)
    })
}

#[cfg(unix)]
fn descriptor(queue: &Queue) -> Result<i32, Status> {
    queue.doorbell().map(|doorbell| doorbell.raw()).map_err(|_| Status::Limit)
}

#[cfg(not(unix))]
fn descriptor(_: &Queue) -> Result<i32, Status> {
    Err(Status::Unsupported)
}

/// # Safety
/// `handle` is NULL or writable.
#[cfg(windows)]
unsafe fn event_object(queue: &Queue, handle: *mut *mut c_void) -> Result<i32, Status> {
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
unsafe fn event_object(_: &Queue, _: *mut *mut c_void) -> Result<i32, Status> {
    Err(Status::Unsupported)
}

fn set_callback(queue: &Arc<Queue>, callback: palabra_wakeup_callback, user_data: *mut c_void) {
    // The pointer is only handed back; what it means on other threads is the caller's affair.
    let user_data = user_data.expose_provenance();
    queue.set_callback(callback.map(|callback| -> Callback {
        // SAFETY: the caller's promise that function and data live until they are replaced.
        Arc::new(move || unsafe { callback(std::ptr::with_exposed_provenance_mut(user_data)) })
    }));
}
