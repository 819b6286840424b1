//! What the configs of all products have in common.

use std::ffi::{CString, c_char};
use std::sync::Arc;
use std::time::Duration;

use super::super::support::field::field;
use super::super::support::handles;
use super::super::support::numbers::{number, ranged, reserved};
use super::super::support::text::{self, text_of};
use super::super::types::queue::palabra_queue;
use super::super::types::session::{
    PALABRA_SESSION_DIALECT_V2, PALABRA_SESSION_DROP_OLDEST, PALABRA_SESSION_JSON, palabra_limits,
    palabra_stream_address, palabra_timeouts,
};
use crate::client::secret::Secret;
use crate::error::{Error, Result};
use crate::session::events::shared::SharedQueue;
use crate::session::handle::options::{NO_LIVENESS_TIMEOUT, SessionOptions, StreamAddress};

const MAX_NAME_BYTES: usize = 127;

/// The flags that every config with input takes; text-to-speech has no audio to drop.
pub(super) const SESSION_FLAGS: u32 =
    PALABRA_SESSION_JSON | PALABRA_SESSION_DIALECT_V2 | PALABRA_SESSION_DROP_OLDEST;

/// The fields that every config has.
pub(super) struct Common<'a> {
    pub flags: u32,
    pub tag: u64,
    pub name: *const c_char,
    pub stream: &'a palabra_stream_address,
    pub limits: &'a palabra_limits,
    pub timeouts: &'a palabra_timeouts,
}

impl Common<'_> {
    pub(super) fn drops_oldest(&self) -> bool {
        self.flags & PALABRA_SESSION_DROP_OLDEST != 0
    }

    /// # Safety
    /// The texts are NULL or NUL-terminated.
    pub(super) unsafe fn read(&self) -> Result<SessionOptions> {
        let Common { limits, timeouts, .. } = self;
        reserved!(limits.reserved)?;
        reserved!(timeouts.reserved)?;
        // SAFETY: the caller's promise.
        let (name, stream) = unsafe { (name(self.name)?, stream(self.stream)?) };
        Ok(SessionOptions {
            tag: self.tag,
            name,
            wants_json: self.flags & PALABRA_SESSION_JSON != 0,
            dialect_v2: self.flags & PALABRA_SESSION_DIALECT_V2 != 0,
            stream,
            event_limit: number!(limits.event_count).given()?,
            event_bytes_limit: event_bytes(limits)?,
            command_limit: ranged!(limits.command_count).given()?,
            message_bytes_limit: ranged!(limits.message_bytes).given()?,
            connect_timeout: number!(timeouts.connect_ms).time()?,
            ready_timeout: number!(timeouts.ready_ms).time()?,
            end_timeout: number!(timeouts.end_ms).time()?,
            liveness_timeout: liveness(timeouts)?,
        })
    }
}

/// `None` where the session has a queue of its own.
pub(super) fn queue(queue: *mut palabra_queue) -> Result<Option<SharedQueue>> {
    if queue.is_null() { Ok(None) } else { Ok(Some(handles::queue(queue)?.clone())) }
}

fn liveness(timeouts: &palabra_timeouts) -> Result<Option<Duration>> {
    let never = timeouts.liveness_ms == -1;
    if never { Ok(Some(NO_LIVENESS_TIMEOUT)) } else { ranged!(timeouts.liveness_ms).time() }
}

fn event_bytes(limits: &palabra_limits) -> Result<Option<usize>> {
    match u64::try_from(limits.event_bytes) {
        Ok(0) => Ok(None),
        Ok(bytes) => Ok(Some(usize::try_from(bytes).unwrap_or(usize::MAX))),
        Err(_) => Err(Error::invalid(format!("{} must not be negative", field!(limits.event_bytes)))),
    }
}

/// # Safety
/// `session_name` is NULL or NUL-terminated.
unsafe fn name(session_name: *const c_char) -> Result<Option<Arc<CString>>> {
    // SAFETY: the caller's promise.
    unsafe { named(field!(session_name), session_name) }
}

/// The name of a session or a call; `field` is for the error.
///
/// # Safety
/// `name` is NULL or NUL-terminated.
pub(super) unsafe fn named(field: &str, name: *const c_char) -> Result<Option<Arc<CString>>> {
    // SAFETY: the caller's promise.
    let Some(name) = (unsafe { text::owned(field, name)? }) else { return Ok(None) };
    if name.len() > MAX_NAME_BYTES {
        return Err(Error::invalid(format!("{field} is longer than {MAX_NAME_BYTES} bytes")));
    }
    Ok(CString::new(name).ok().map(Arc::new))
}

/// # Safety
/// The texts of `stream` are NULL or NUL-terminated.
unsafe fn stream(stream: &palabra_stream_address) -> Result<Option<StreamAddress>> {
    reserved!(stream.reserved)?;
    // SAFETY: the caller's promise.
    let (url, token) = unsafe { (text_of!(stream.url)?, text_of!(stream.token)?) };
    match (url, token) {
        (Some(ws_url), Some(token)) => Ok(Some(StreamAddress { ws_url, token: Secret::new(token) })),
        (None, None) => Ok(None),
        _ => Err(Error::invalid(format!(
            "set both {} and {}, or neither",
            field!(stream.url),
            field!(stream.token)
        ))),
    }
}
