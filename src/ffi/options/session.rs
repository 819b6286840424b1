//! What the configs of all products have in common.

use std::ffi::{CString, c_char};
use std::sync::Arc;

use super::super::support::numbers::{given, given_ms, reserved};
use super::super::support::{handles, text};
use super::super::types::queue::palabra_queue;
use super::super::types::session::{
    PALABRA_SESSION_DIALECT_V2, PALABRA_SESSION_DROP_OLDEST, PALABRA_SESSION_JSON, palabra_limits,
    palabra_stream_address, palabra_timeouts,
};
use crate::client::secret::Secret;
use crate::error::{Error, Result};
use crate::session::events::queue::Queue;
use crate::session::handle::options::{SessionOptions, StreamAddress};

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
        reserved("limits", &self.limits.reserved)?;
        reserved("timeouts", &self.timeouts.reserved)?;
        // SAFETY: the caller's promise.
        let (name, stream) = unsafe { (name(self.name)?, stream(self.stream)?) };
        Ok(SessionOptions {
            tag: self.tag,
            name,
            wants_json: self.flags & PALABRA_SESSION_JSON != 0,
            dialect_v2: self.flags & PALABRA_SESSION_DIALECT_V2 != 0,
            stream,
            event_limit: given("limits.event_count", self.limits.event_count)?,
            event_bytes_limit: event_bytes(self.limits.event_bytes)?,
            command_limit: given("limits.command_count", self.limits.command_count)?,
            connect_timeout: given_ms("timeouts.connect_ms", self.timeouts.connect_ms)?,
            ready_timeout: given_ms("timeouts.ready_ms", self.timeouts.ready_ms)?,
            end_timeout: given_ms("timeouts.end_ms", self.timeouts.end_ms)?,
            liveness_timeout: given_ms("timeouts.liveness_ms", self.timeouts.liveness_ms)?,
        })
    }
}

/// `None` where the session has a queue of its own.
pub(super) fn queue(queue: *mut palabra_queue) -> Result<Option<Arc<Queue>>> {
    if queue.is_null() { Ok(None) } else { Ok(Some(handles::queue(queue)?.clone())) }
}

fn event_bytes(bytes: i64) -> Result<Option<u32>> {
    match u64::try_from(bytes) {
        Ok(0) => Ok(None),
        Ok(bytes) => Ok(Some(u32::try_from(bytes).unwrap_or(u32::MAX))),
        Err(_) => Err(Error::invalid("limits.event_bytes must not be negative")),
    }
}

/// # Safety
/// `name` is NULL or NUL-terminated.
unsafe fn name(name: *const c_char) -> Result<Option<Arc<CString>>> {
    // SAFETY: the caller's promise.
    let Some(name) = (unsafe { text::owned("session_name", name)? }) else { return Ok(None) };
    if name.len() > MAX_NAME_BYTES {
        return Err(Error::invalid(format!("session_name is longer than {MAX_NAME_BYTES} bytes")));
    }
    Ok(CString::new(name).ok().map(Arc::new))
}

/// # Safety
/// The texts of `address` are NULL or NUL-terminated.
unsafe fn stream(address: &palabra_stream_address) -> Result<Option<StreamAddress>> {
    reserved("stream", &address.reserved)?;
    // SAFETY: the caller's promise.
    let (url, token) =
        unsafe { (text::owned("stream.url", address.url)?, text::owned("stream.token", address.token)?) };
    match (url, token) {
        (Some(ws_url), Some(token)) => Ok(Some(StreamAddress { ws_url, token: Secret::new(token) })),
        (None, None) => Ok(None),
        _ => Err(Error::invalid("set both stream.url and stream.token, or neither")),
    }
}
