//! The call itself: opening, events, ends.

use std::ffi::c_void;
use std::time::Duration;

use super::super::options;
use super::super::support::guard::{deadline, guard, guard_anywhere, guard_explained};
use super::super::support::out_handle::OutHandle;
use super::super::support::{error_out, event_out, fork, handles, numbers, waiting};
use super::super::types::base::{palabra_error, palabra_status};
use super::super::types::call::{palabra_call, palabra_call_config};
use super::super::types::client::palabra_client;
use super::super::types::event::palabra_event;
use super::super::types::queue::palabra_wakeup_callback;
use super::super::types::translation::palabra_translation_config;
use crate::call::Call;
use crate::error::Status;
use crate::session::events::shared::SharedQueue;

/// Opens a call for two parties that speak different languages. They join it with palabra_leg_join(): when both have
/// joined, a translation session is opened for each direction. Nothing is connected before.
///
/// The sessions belong to the call. Their events are delivered as events of the call, with `leg`; LINK_UP and LINK_DOWN
/// take the place of READY and CLOSED. A session that ends does not end the call: the parties still hear each other's
/// own voices, and with PALABRA_CALL_REOPEN another session takes its place.
///
/// @param client the client: its credentials name the account.
/// @param config settings of the call; NULL: all defaults.
/// @param translation settings of the translations, the same for both directions; NULL: all defaults. What the legs and
///   the call have must not be set: languages, `targets_json`, both formats, `stream`, `queue`, `session_tag` and
///   `session_name`. What 0 means in a call is in the table of palabra/call.h.
/// @param call receives the handle; NULL on failure.
/// @param error explains a failure; may be NULL.
/// @return PALABRA_OK. Close the call with palabra_call_close().
/// @retval PALABRA_ERR_INVALID_ARGUMENT A number is out of range; `translation` sets what the legs and the call have.
/// @retval PALABRA_ERR_LIMIT Too many calls, or no thread can be started.
/// @retval PALABRA_ERR_DRAINING palabra_client_drain() was called.
/// @example call.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_call_open(
    client: *mut palabra_client,
    config: *const palabra_call_config,
    translation: *const palabra_translation_config,
    call: *mut *mut palabra_call,
    error: *mut palabra_error,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        let out = OutHandle::clear(call);
        guard_explained(error, || {
            let out = out.required()?;
            let client = handles::client(client)?.clone();
            fork::watch();
            let (options, queue) = options::call::read(config, translation)?;
            let call = Call::open(client, options, queue)?;
            let handle = handles::add_call(call.clone()).inspect_err(|_| call.close(Duration::ZERO))?;
            out.set(handle);
            call.introduce(handle.addr());
            Ok(())
        })
    }
}

/// Takes the next event of a call, waiting for one if there is none. As palabra_session_poll_event().
///
/// @param call the call.
/// @param event receives the event; its kind is PALABRA_EVENT_NONE on 0, and it is not touched on an error.
/// @param timeout_ms how long to wait, in ms; 0: not at all; negative: without limit.
/// @return 1: an event was taken; 0: there was none within the time, or palabra_call_wakeup() ended the wait. Release the
///   event with palabra_event_release().
/// @retval PALABRA_ERR_CLOSED No event follows: CLOSED was taken, or the call was closed meanwhile.
/// @retval PALABRA_ERR_BUSY Another thread is polling this call.
/// @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
/// @retval PALABRA_ERR_LIMIT Too many events were not released.
/// @threads one at a time per call
/// @blocks up to `timeout_ms`
/// @example call.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_call_poll_event(
    call: *mut palabra_call,
    event: *mut palabra_event,
    timeout_ms: i32,
) -> i32 {
    guard(|| {
        let call = handles::call(call)?;
        // SAFETY: the caller's promise about `event`.
        unsafe { event_out::hand_over(event, || call.poll_event(deadline(timeout_ms))) }
    })
}

/// As palabra_queue_wakeup(), for a call that is polled by itself.
///
/// @param call the call.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
/// @anywhere
#[unsafe(no_mangle)]
pub extern "C" fn palabra_call_wakeup(call: *mut palabra_call) -> palabra_status {
    guard_anywhere(|| {
        own_queue(call)?.wake();
        Ok(0)
    })
}

/// As palabra_queue_get_event_fd(), for a call that is polled by itself. The descriptor is closed with the call.
///
/// @param call the call.
/// @return the descriptor, 0 or more.
/// @retval PALABRA_ERR_UNSUPPORTED On Windows, or its events are delivered to a shared queue of events.
/// @retval PALABRA_ERR_LIMIT The process has no descriptor left.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_call_get_event_fd(call: *mut palabra_call) -> i32 {
    guard(|| waiting::descriptor(&own_queue(call)?))
}

/// As palabra_queue_get_event_handle(), for a call that is polled by itself. The object is closed with the call.
///
/// @param call the call.
/// @param handle receives the HANDLE.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_UNSUPPORTED Not on Windows, or its events are delivered to a shared queue of events.
/// @retval PALABRA_ERR_LIMIT The process has no handle left.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_call_get_event_handle(
    call: *mut palabra_call,
    handle: *mut *mut c_void,
) -> palabra_status {
    // SAFETY: the caller's promise about `handle`.
    guard(|| unsafe { waiting::event_object(&own_queue(call)?, handle) })
}

/// As palabra_queue_set_wakeup_callback(), for a call that is polled by itself.
///
/// @param call the call.
/// @param callback the callback; NULL: none.
/// @param user_data passed to the callback. It must remain valid until the callback is replaced. A call that is closed
///   does not wait for a callback that is running: remove the callback first if `user_data` is to be freed.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
/// @threads any, but not with a lock held that the callback takes
/// @blocks while the callback before is running, and for its own call when events are queued
#[unsafe(no_mangle)]
pub extern "C" fn palabra_call_set_wakeup_callback(
    call: *mut palabra_call,
    callback: palabra_wakeup_callback,
    user_data: *mut c_void,
) -> palabra_status {
    guard(|| {
        waiting::set_callback(&own_queue(call)?, callback, user_data);
        Ok(0)
    })
}

/// Returns the state of a call: PALABRA_STATE_CONNECTING until the first LINK_UP, then PALABRA_STATE_READY, also while
/// no link is up; PALABRA_STATE_ENDING after palabra_call_end(); PALABRA_STATE_CLOSED when it is over.
///
/// @param call the call.
/// @return a palabra_state.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_call_get_state(call: *mut palabra_call) -> i32 {
    guard(|| Ok(handles::call(call)?.state() as i32))
}

/// Explains why a call closed.
///
/// @param call the call.
/// @param error receives the explanation; its `code` is PALABRA_OK while the call is open, and when it closed without an
///   error. What ended a link is in its LINK_DOWN alone.
/// @return PALABRA_OK.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_call_get_error(
    call: *mut palabra_call,
    error: *mut palabra_error,
) -> palabra_status {
    guard(|| {
        let call = handles::call(call)?;
        if error.is_null() {
            return Err(Status::InvalidArgument);
        }
        // SAFETY: not NULL, hence a struct of the caller's.
        unsafe { error_out::write_fatal(error, call.last_error().as_ref()) }.map(|()| 0)
    })
}

/// Ends a call: nothing more is taken of either party, and both hear the rest of what was said, each as
/// palabra_session_end() describes, then CLOSED. Keep exchanging until PALABRA_SOUND_ENDED, and polling until CLOSED.
///
/// When a party has hung up and nobody takes its place, call palabra_leg_close() and then this: the other party hears the
/// rest of what was said, and then PALABRA_SOUND_ENDED is returned.
///
/// @param call the call.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_ENDED It was ended already.
/// @retval PALABRA_ERR_CLOSED It is closed.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_call_end(call: *mut palabra_call) -> palabra_status {
    guard(|| handles::call(call)?.end().map(|()| 0).map_err(|error| error.status))
}

/// Closes a call in any state, with its legs, and invalidates the handles of all of them. Events that were not polled
/// are dropped, also those in a shared queue: only a poll of the queue that is under way may still return one. To have the parties hear the rest, call palabra_call_end() first and go on until CLOSED.
///
/// The handle is invalid as soon as the call begins: a thread that waits in another function on it returns with
/// PALABRA_ERR_CLOSED, later ones return PALABRA_ERR_BAD_HANDLE.
///
/// @param call the call; NULL: nothing is done.
/// @param timeout_ms how long to wait for the closing handshakes and the deletion of REST sessions, in ms; 0: they happen
///   in the background.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_INVALID_ARGUMENT `timeout_ms` is negative: the call is not closed.
/// @blocks up to `timeout_ms`
/// @example call.c
#[unsafe(no_mangle)]
pub extern "C" fn palabra_call_close(call: *mut palabra_call, timeout_ms: i32) -> palabra_status {
    guard(|| {
        let timeout = Duration::from_millis(numbers::count_of(timeout_ms)? as u64);
        if !call.is_null() {
            let removed = handles::remove_call(call)?;
            for leg in removed.dismiss() {
                // One that is closed at this moment is gone already.
                let _ = handles::remove_leg(std::ptr::without_provenance_mut(leg));
            }
            removed.close(timeout);
            drop(removed);
            handles::sweep();
        }
        Ok(0)
    })
}

fn own_queue(call: *mut palabra_call) -> Result<SharedQueue, Status> {
    handles::call(call)?.own_queue().map(|queue| SharedQueue::Events(queue.clone()))
}
