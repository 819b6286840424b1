//! Waiting for the events of many sessions.

use std::ffi::c_void;

/// One place to wait for the events of many sessions. Opaque.
pub struct palabra_queue {
    _opaque: (),
}

/// Called when events become available. NULL disables the callback.
///
/// The callback only signals; it carries no data. It is called on the library's thread, possibly several times for
/// one event and once for several, and never twice at the same time. If it is set while events are queued, it is
/// called immediately on the thread that sets it. The library holds no lock meanwhile. Only
/// palabra_queue_set_wakeup_callback(), palabra_session_set_wakeup_callback() and palabra_queue_free() wait for a
/// running callback: a lock that the callback takes may be held around all other calls.
///
/// It must be short, because no session makes progress meanwhile. It must not throw or longjmp, which is undefined
/// behaviour, and must not call the library: such calls return
/// PALABRA_ERR_REENTRANT, except palabra_event_release(), palabra_queue_wakeup(), palabra_session_wakeup(),
/// palabra_session_send_audio(), palabra_session_read_audio() and the functions that only name things. Let it make
/// another thread poll.
///
/// @param user_data what was passed with the callback.
pub type palabra_wakeup_callback = Option<unsafe extern "C" fn(user_data: *mut c_void)>;
