//! Waiting for the events of many sessions.

use std::ffi::c_void;

/// The queue returns names, not events: palabra_queue_poll_ready() returns which session or call has something to poll,
/// and it is polled by itself, within its own limits. For programs that have a reader for each session, and for
/// language bindings.
pub const PALABRA_QUEUE_NAMES: u32 = 1;

/// What a name stands for. Later versions add kinds: ignore those that are not known.
pub type palabra_ready_kind = i32;

/// No name.
pub const PALABRA_READY_NONE: palabra_ready_kind = 0;
/// A session: take its events with palabra_session_poll_event().
pub const PALABRA_READY_SESSION: palabra_ready_kind = 1;
/// The queue itself: take LOG, CREDENTIALS_NEEDED and their OVERFLOW with palabra_queue_poll_event().
pub const PALABRA_READY_QUEUE: palabra_ready_kind = 2;
/// A call: take its events with palabra_call_poll_event().
pub const PALABRA_READY_CALL: palabra_ready_kind = 3;

/// One place to wait for the events of many sessions and calls. Opaque.
pub struct palabra_queue {
    _opaque: (),
}

/// The name of something that has events to poll. Nothing has to be released.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_ready {
    /// sizeof(palabra_ready).
    pub struct_size: u32,
    /// What the name stands for.
    pub kind: palabra_ready_kind,
    /// `session_tag` or `call_tag` of the config; 0 for the queue itself.
    pub tag: u64,
    /// The palabra_session, the palabra_call or the palabra_queue; NULL for PALABRA_READY_NONE.
    pub handle: *mut c_void,
    /// Must be ignored.
    pub reserved_pointer: *const c_void,
}

/// Called when events become available, or with PALABRA_QUEUE_NAMES names. NULL disables the callback.
///
/// The callback only signals; it carries no data. It is called on the library's thread, possibly several times for
/// one event and once for several, and never twice at the same time. If it is set while events are queued, it is
/// called immediately on the thread that sets it. The library holds no lock meanwhile. Only
/// palabra_queue_set_wakeup_callback(), palabra_session_set_wakeup_callback(), palabra_call_set_wakeup_callback() and
/// palabra_queue_free() wait for a running callback: a lock that the callback takes may be held around all other calls.
///
/// It must be short, because no session makes progress meanwhile. It must not throw or longjmp, which is undefined
/// behaviour, and must not call the library: such calls return
/// PALABRA_ERR_REENTRANT, except palabra_event_release(), palabra_queue_wakeup(), palabra_session_wakeup(),
/// palabra_call_wakeup(), palabra_cancel(), the functions that send and read audio in real time, and those that only name things. Let it make
/// another thread poll.
///
/// @param user_data what was passed with the callback.
pub type palabra_wakeup_callback = Option<unsafe extern "C" fn(user_data: *mut c_void)>;
