//! Statuses, flags and errors.

use std::ffi::c_char;

/// Result of a call: PALABRA_OK or one of PALABRA_ERR_*.
///
/// Functions that return a count or a set of bits have the type `int32_t` instead: 0 or more is success, a negative
/// value is one of these.
pub type palabra_status = i32;

/// Success.
pub const PALABRA_OK: palabra_status = 0;
/// An argument is NULL, out of range or contradicts another one.
pub const PALABRA_ERR_INVALID_ARGUMENT: palabra_status = -100;
/// The handle is NULL, closed, of another kind, or never was a handle.
pub const PALABRA_ERR_BAD_HANDLE: palabra_status = -101;
/// A text argument is not valid UTF-8.
pub const PALABRA_ERR_INVALID_UTF8: palabra_status = -102;
/// This version of the library, or a session of this kind, cannot do that.
pub const PALABRA_ERR_UNSUPPORTED: palabra_status = -103;
/// The session is closed.
pub const PALABRA_ERR_CLOSED: palabra_status = -200;
/// The session was ended and takes no more input.
pub const PALABRA_ERR_ENDED: palabra_status = -201;
/// A bounded buffer is full. Try again later.
pub const PALABRA_ERR_AGAIN: palabra_status = -202;
/// Another thread is inside the same call on the same handle.
pub const PALABRA_ERR_BUSY: palabra_status = -203;
/// The time allowed for the call, or for the end of a session, has passed.
pub const PALABRA_ERR_TIMEOUT: palabra_status = -204;
/// The process was forked after the library had been started. The library does not work in the child.
pub const PALABRA_ERR_FORKED: palabra_status = -205;
/// palabra_shutdown() stopped the library.
pub const PALABRA_ERR_SHUTDOWN: palabra_status = -206;
/// The function was called from a callback of the library.
pub const PALABRA_ERR_REENTRANT: palabra_status = -207;
/// The client is being drained: it opens no more sessions and calls.
pub const PALABRA_ERR_DRAINING: palabra_status = -208;
/// The host name could not be resolved. Retriable.
pub const PALABRA_ERR_DNS: palabra_status = -300;
/// No connection to the server could be made, or the server did not answer in time. Retriable.
pub const PALABRA_ERR_CONNECT: palabra_status = -301;
/// The connection broke, or the server closed it. Retriable.
pub const PALABRA_ERR_CONNECTION_LOST: palabra_status = -302;
/// Nothing was heard from the server for the time allowed (`timeouts.liveness_ms`, and after the end of
/// speech-to-text `timeouts.end_ms`). Retriable.
pub const PALABRA_ERR_CONNECTION_DEAD: palabra_status = -303;
/// The TLS handshake failed, or the certificate is not trusted.
pub const PALABRA_ERR_TLS: palabra_status = -400;
/// Credentials are missing or were refused.
pub const PALABRA_ERR_AUTH: palabra_status = -500;
/// The server sent something that violates the protocol.
pub const PALABRA_ERR_PROTOCOL: palabra_status = -600;
/// The service refused the session, or closed it for a violation of its policy.
pub const PALABRA_ERR_SESSION: palabra_status = -700;
/// The service did not become ready in time (`timeouts.ready_ms`). Retriable.
pub const PALABRA_ERR_NOT_READY: palabra_status = -701;
/// The service rejected the task.
pub const PALABRA_ERR_TASK: palabra_status = -702;
/// The service reported an error, or closed the session for a reason of its own.
pub const PALABRA_ERR_SERVICE: palabra_status = -703;
/// The service refused because of too many requests or sessions. Retriable: the error says when (`retry_after_ms`), if
/// the service did.
pub const PALABRA_ERR_RATE: palabra_status = -704;
/// A limit of this process or session is reached: handles, threads, descriptors, memory for a large buffer, or
/// the size of a message (`limits.message_bytes`).
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
/// The same attempt can succeed later.
pub const PALABRA_FLAG_RETRIABLE: u32 = 8;
/// The session cannot continue.
pub const PALABRA_FLAG_FATAL: u32 = 16;
/// The task is paused.
pub const PALABRA_FLAG_PAUSED: u32 = 32;
/// Dropped because a limit was exceeded.
pub const PALABRA_FLAG_DROPPED: u32 = 64;

/// Why a call or a session failed.
///
/// Texts are NUL-terminated UTF-8 without line breaks, truncated between characters, and never contain a secret.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_error {
    /// sizeof(palabra_error).
    pub struct_size: u32,
    /// The status.
    pub code: palabra_status,
    /// PALABRA_FLAG_RETRIABLE, PALABRA_FLAG_FATAL.
    pub flags: u32,
    /// HTTP status of the refusal; 0: none.
    pub http_status: i32,
    /// WebSocket close code (RFC 6455, section 7.4); 0: none.
    pub close_code: i32,
    /// Error number of the operating system (errno, or GetLastError() on Windows); 0: none.
    pub os_error: i32,
    /// Time after which the service allows another attempt, in ms; -1: the service did not say.
    pub retry_after_ms: i32,
    /// Must be 0.
    pub reserved: u32,
    /// Error code of the service, such as "VALIDATION_ERROR"; "": none.
    pub service_code: [c_char; 64],
    /// What failed, on what, and what to do about it.
    pub text: [c_char; 512],
}
