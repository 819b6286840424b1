//! Result codes and the struct that explains one.

use std::ffi::c_char;

use super::sized::{self, Sized32};
use super::text;
use crate::error::{Error, Status};
use crate::event::flag;

/// Result of a call: 0 or more is success (some calls return a count), less than 0 is an error.
pub type palabra_status = i32;

/// Success.
pub const PALABRA_OK: palabra_status = 0;

/// An argument is NULL, out of range or contradicts another.
pub const PALABRA_ERR_INVALID_ARGUMENT: palabra_status = -100;
/// The handle is NULL, closed, of another kind or was never a handle.
pub const PALABRA_ERR_BAD_HANDLE: palabra_status = -101;
/// A text argument is not valid UTF-8.
pub const PALABRA_ERR_INVALID_UTF8: palabra_status = -102;
/// This version of the library, or a session of this kind, does not do that.
pub const PALABRA_ERR_UNSUPPORTED: palabra_status = -103;

/// The session is closed.
pub const PALABRA_ERR_CLOSED: palabra_status = -200;
/// The session was ended and takes no more input.
pub const PALABRA_ERR_ENDED: palabra_status = -201;
/// A bounded queue is full; try again later.
pub const PALABRA_ERR_AGAIN: palabra_status = -202;
/// Another thread is inside the same call on the same handle.
pub const PALABRA_ERR_BUSY: palabra_status = -203;
/// The time allowed for the call, or for the end of a session, has passed.
pub const PALABRA_ERR_TIMEOUT: palabra_status = -204;
/// The library was started before fork() and does not work in the child.
pub const PALABRA_ERR_FORKED: palabra_status = -205;
/// palabra_shutdown() stopped the library.
pub const PALABRA_ERR_SHUTDOWN: palabra_status = -206;

/// The library was called from inside one of its callbacks.
pub const PALABRA_ERR_REENTRANT: palabra_status = -207;

/// The host name could not be resolved. Retriable.
pub const PALABRA_ERR_DNS: palabra_status = -300;
/// No connection could be made to the server, or it did not answer in time. Retriable.
pub const PALABRA_ERR_CONNECT: palabra_status = -301;
/// The connection broke or was closed by the server. Retriable.
pub const PALABRA_ERR_CONNECTION_LOST: palabra_status = -302;
/// The connection went silent for longer than `liveness_timeout_ms`. Retriable.
pub const PALABRA_ERR_CONNECTION_DEAD: palabra_status = -303;

/// The TLS handshake failed or the certificate is not trusted.
pub const PALABRA_ERR_TLS: palabra_status = -400;

/// Credentials are missing or were refused.
pub const PALABRA_ERR_AUTH: palabra_status = -500;

/// The server sent something that breaks the protocol.
pub const PALABRA_ERR_PROTOCOL: palabra_status = -600;

/// The service refused the session. Retriable when the flag says so (overload, rate limit).
pub const PALABRA_ERR_SESSION: palabra_status = -700;
/// The service did not become ready within `ready_timeout_ms`. Retriable.
pub const PALABRA_ERR_NOT_READY: palabra_status = -701;
/// The service rejected the task; `service_code` and text are its own.
pub const PALABRA_ERR_TASK: palabra_status = -702;
/// The service reported an error; `service_code` and text are its own.
pub const PALABRA_ERR_SERVICE: palabra_status = -703;

/// A limit of this process is reached (handles, threads, descriptors).
pub const PALABRA_ERR_LIMIT: palabra_status = -800;
/// A file could not be read or written.
pub const PALABRA_ERR_IO: palabra_status = -801;

/// A defect in the library. Please report it.
pub const PALABRA_ERR_INTERNAL: palabra_status = -900;

/// The text or phrase is complete and will not change.
pub const PALABRA_FLAG_FINAL: u32 = 1;
/// The text is in a target language.
pub const PALABRA_FLAG_TRANSLATION: u32 = 2;
/// No more audio follows for this phrase and language.
pub const PALABRA_FLAG_LAST_CHUNK: u32 = 4;
/// Trying the same again later can help.
pub const PALABRA_FLAG_RETRIABLE: u32 = 8;
/// The session cannot go on.
pub const PALABRA_FLAG_FATAL: u32 = 16;
/// The task is paused.
pub const PALABRA_FLAG_PAUSED: u32 = 32;
/// Lost because too much waited.
pub const PALABRA_FLAG_DROPPED: u32 = 64;

/// What went wrong, with everything the service told. Set `struct_size` before use (PALABRA_ERROR_INIT).
///
/// Texts are NUL-terminated UTF-8, cut between characters if they do not fit, and never hold a secret.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_error {
    /// sizeof(palabra_error); set by the caller, left alone by the library.
    pub struct_size: u32,
    /// One of PALABRA_ERR_*, or PALABRA_OK.
    pub code: palabra_status,
    /// PALABRA_FLAG_RETRIABLE, PALABRA_FLAG_FATAL.
    pub flags: u32,
    /// HTTP status of a refused call or upgrade; 0 if none.
    pub http_status: i32,
    /// WebSocket close code (RFC 6455); 0 if none.
    pub close_code: i32,
    /// The service's own error code, such as "VALIDATION_ERROR" or "100050"; "" if none.
    pub service_code: [c_char; 64],
    /// One or more sentences for people.
    pub text: [c_char; 512],
}

// SAFETY: integers and byte arrays, the size first, no padding (asserted below).
unsafe impl Sized32 for palabra_error {
    const FIRST_SIZE: usize = 596;
}

const _: () = assert!(size_of::<palabra_error>() == 596);

impl palabra_error {
    fn of(error: &Error) -> palabra_error {
        let mut filled = palabra_error {
            struct_size: size_of::<palabra_error>() as u32,
            code: error.status.code(),
            flags: flags_of(error.status, error.retriable),
            http_status: error.http_status.into(),
            close_code: error.close_code.into(),
            service_code: [0; 64],
            text: [0; 512],
        };
        text::fill(&mut filled.service_code, &error.service_code);
        text::fill(&mut filled.text, &error.text);
        filled
    }

    /// Explains `error` to the caller, or that there is none.
    ///
    /// # Safety
    /// `to` is NULL or points to as many writable bytes as its `struct_size` says.
    pub(super) unsafe fn write(to: *mut palabra_error, error: Option<&Error>) -> Result<(), Status> {
        if to.is_null() {
            return Ok(());
        }
        let explained = match error {
            Some(error) => palabra_error::of(error),
            None => {
                palabra_error { code: 0, flags: 0, text: [0; 512], ..palabra_error::of(&Status::Ok.into()) }
            }
        };
        // SAFETY: the caller's promise.
        unsafe { sized::write(to, &explained) }
    }

    /// As [`palabra_error::write`], for an error that ended a session, whatever its status means elsewhere.
    ///
    /// # Safety
    /// As for [`palabra_error::write`].
    pub(super) unsafe fn write_fatal(to: *mut palabra_error, error: Option<&Error>) -> Result<(), Status> {
        let Some(error) = error else {
            // SAFETY: the caller's promise.
            return unsafe { palabra_error::write(to, None) };
        };
        let explained = palabra_error::of(error);
        // SAFETY: the caller's promise.
        unsafe { sized::write(to, &palabra_error { flags: explained.flags | flag::FATAL, ..explained }) }
    }
}

fn flags_of(status: Status, retriable: bool) -> u32 {
    let ends_a_session = matches!(status.code(), -799..=-300 | -999..=-900) || status == Status::Shutdown;
    (if retriable { flag::RETRIABLE } else { 0 }) | (if ends_a_session { flag::FATAL } else { 0 })
}

/// Prepares a `palabra_error`: zeroes it and sets its size.
///
/// @param error the struct to prepare.
/// @param struct_size sizeof(palabra_error).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `error` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_error_init(error: *mut palabra_error, struct_size: u32) -> palabra_status {
    // SAFETY: the caller's promise about `error` and its size.
    super::guard::guard(|| unsafe { sized::init(error, struct_size) }.map(|()| 0))
}

/// Names a status: "PALABRA_ERR_TIMEOUT".
///
/// @param code any number.
/// @return a static text, never NULL; "PALABRA_UNKNOWN" for a number that this version does not know.
///
/// **Threads:** any. **Blocks:** never. **Memory:** static, valid for ever. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_status_name(code: palabra_status) -> *const c_char {
    let name = if code >= 0 { Some(Status::Ok) } else { Status::from_code(code) }.map(Status::c_name);
    name.unwrap_or(c"PALABRA_UNKNOWN").as_ptr()
}

/// Describes a status in one sentence.
///
/// @param code any number.
/// @return a static text, never NULL.
///
/// **Threads:** any. **Blocks:** never. **Memory:** static, valid for ever. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_status_text(code: palabra_status) -> *const c_char {
    let text = if code >= 0 { Some(Status::Ok) } else { Status::from_code(code) }.map(Status::c_text);
    text.unwrap_or(c"a status that this version of the library does not know").as_ptr()
}

/// Tells what a status means for what comes next, when nothing more is known than the status.
/// `palabra_error.flags` and the flags of the CLOSED event know more.
///
/// @param code any number.
/// @return PALABRA_FLAG_RETRIABLE, PALABRA_FLAG_FATAL, both or 0.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_status_flags(code: palabra_status) -> u32 {
    Status::from_code(code).map_or(0, |status| flags_of(status, status.is_retriable()))
}

/// Lists the codes that this version knows, so that bindings can build their tables.
///
/// @param index 0, 1, 2, ...
/// @param code receives the code with that index; not touched at the end of the list.
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT past the end or when `code` is NULL.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_status_list(index: u32, code: *mut palabra_status) -> palabra_status {
    super::guard::guard(|| {
        let status = Status::ALL.get(index as usize).ok_or(Status::InvalidArgument)?;
        if code.is_null() {
            return Err(Status::InvalidArgument);
        }
        // SAFETY: not NULL, hence writable by the caller's promise.
        unsafe { code.write(status.code()) };
        Ok(0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header needs literals; this keeps them equal to the enum.
    #[test]
    fn constants_are_the_enum() {
        let source = include_str!("status.rs");
        for &status in Status::ALL {
            let name = status.c_name().to_str().unwrap();
            let line = format!("pub const {name}: palabra_status = {};", status.code());
            assert!(source.contains(&line), "{line}");
        }
        assert_eq!(
            source.matches("pub const PALABRA_ERR_").count(),
            Status::ALL.len() - 1 + 1,
            "this line too"
        );
        let flags = [
            flag::FINAL,
            flag::TRANSLATION,
            flag::LAST_CHUNK,
            flag::RETRIABLE,
            flag::FATAL,
            flag::PAUSED,
            flag::DROPPED,
        ];
        let constants = [
            PALABRA_FLAG_FINAL,
            PALABRA_FLAG_TRANSLATION,
            PALABRA_FLAG_LAST_CHUNK,
            PALABRA_FLAG_RETRIABLE,
            PALABRA_FLAG_FATAL,
            PALABRA_FLAG_PAUSED,
            PALABRA_FLAG_DROPPED,
        ];
        assert_eq!(flags, constants);
    }
}
