//! Errors and result codes that every layer shares.

use std::time::Duration;
use std::{fmt, io};

use crate::text::one_line;

/// One row per status keeps number, name and text together.
macro_rules! statuses {
    ($($name:ident = $code:literal, $c_name:literal, $retriable:literal, $text:literal;)*) => {
        /// A result code. Negative numbers are errors in blocks of a hundred; a number is never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(i32)]
        pub enum Status {
            $(#[doc = $text] $name = $code,)*
        }

        impl Status {
            /// Every status, in the order of the header.
            pub const ALL: &[Status] = &[$(Status::$name,)*];

            /// The name of the C constant, NUL-terminated.
            pub fn c_name(self) -> &'static std::ffi::CStr {
                match self { $(Status::$name => $c_name,)* }
            }

            /// One sentence without a full stop, NUL-terminated.
            pub fn c_text(self) -> &'static std::ffi::CStr {
                match self { $(Status::$name => crate::error::c_str(concat!($text, "\0")),)* }
            }

            /// Returns whether a later attempt can succeed, judged by the status alone.
            pub fn is_retriable(self) -> bool {
                match self { $(Status::$name => $retriable,)* }
            }
        }
    };
}

statuses! {
    Ok = 0, c"PALABRA_OK", false, "Success.";
    InvalidArgument = -100, c"PALABRA_ERR_INVALID_ARGUMENT", false, "An argument is NULL, out of range or contradicts another one.";
    BadHandle = -101, c"PALABRA_ERR_BAD_HANDLE", false, "The handle is NULL, closed, of another kind, or never was a handle.";
    InvalidUtf8 = -102, c"PALABRA_ERR_INVALID_UTF8", false, "A text argument is not valid UTF-8.";
    Unsupported = -103, c"PALABRA_ERR_UNSUPPORTED", false, "This version of the library, or a session of this kind, cannot do that.";
    Closed = -200, c"PALABRA_ERR_CLOSED", false, "The session is closed.";
    Ended = -201, c"PALABRA_ERR_ENDED", false, "The session was ended and takes no more input.";
    Again = -202, c"PALABRA_ERR_AGAIN", false, "A bounded buffer is full. Try again later.";
    Busy = -203, c"PALABRA_ERR_BUSY", false, "Another thread is inside the same call on the same handle.";
    Timeout = -204, c"PALABRA_ERR_TIMEOUT", false, "The time allowed for the call, or for the end of a session, has passed.";
    Forked = -205, c"PALABRA_ERR_FORKED", false, "The process was forked after the library had been started. The library does not work in the child.";
    Shutdown = -206, c"PALABRA_ERR_SHUTDOWN", false, "palabra_shutdown() stopped the library.";
    Reentrant = -207, c"PALABRA_ERR_REENTRANT", false, "The function was called from a callback of the library.";
    Draining = -208, c"PALABRA_ERR_DRAINING", false, "The client is being drained: it opens no more sessions and calls.";
    Dns = -300, c"PALABRA_ERR_DNS", true, "The host name could not be resolved. Retriable.";
    Connect = -301, c"PALABRA_ERR_CONNECT", true, "No connection to the server could be made, or the server did not answer in time. Retriable.";
    ConnectionLost = -302, c"PALABRA_ERR_CONNECTION_LOST", true, "The connection broke, or the server closed it. Retriable.";
    ConnectionDead = -303, c"PALABRA_ERR_CONNECTION_DEAD", true, "Nothing was heard from the server for the time allowed. Retriable.";
    Tls = -400, c"PALABRA_ERR_TLS", false, "The TLS handshake failed, or the certificate is not trusted.";
    Auth = -500, c"PALABRA_ERR_AUTH", false, "Credentials are missing or were refused.";
    Protocol = -600, c"PALABRA_ERR_PROTOCOL", false, "The server sent something that violates the protocol.";
    Session = -700, c"PALABRA_ERR_SESSION", false, "The service refused the session, or closed it for a violation of its policy.";
    NotReady = -701, c"PALABRA_ERR_NOT_READY", true, "The service did not become ready in time. Retriable.";
    Task = -702, c"PALABRA_ERR_TASK", false, "The service rejected the task.";
    Service = -703, c"PALABRA_ERR_SERVICE", false, "The service reported an error, or closed the session for a reason of its own.";
    Rate = -704, c"PALABRA_ERR_RATE", true, "The service refused because of too many requests or sessions. Retriable: the error says when, if the service did.";
    Limit = -800, c"PALABRA_ERR_LIMIT", false, "A limit of this process or session is reached: handles, threads, descriptors, memory for a large buffer, or the size of a message.";
    Io = -801, c"PALABRA_ERR_IO", false, "A file could not be read or written.";
    Internal = -900, c"PALABRA_ERR_INTERNAL", false, "A defect in the library. Please report it.";
}

/// Rows end in NUL by construction; a row that does not is reported as an empty text, never as a panic.
fn c_str(text: &'static str) -> &'static std::ffi::CStr {
    std::ffi::CStr::from_bytes_with_nul(text.as_bytes()).unwrap_or_default()
}

impl Status {
    /// The number in the ABI: 0, or negative.
    pub fn code(self) -> i32 {
        self as i32
    }

    /// `None` for a number that no status has.
    pub fn from_code(code: i32) -> Option<Status> {
        Status::ALL.iter().copied().find(|status| status.code() == code)
    }
}

/// An error with everything that the service said about it. Each text is one line and free of secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What failed, for a program.
    pub status: Status,
    /// What failed, on what, and what to do, for a person.
    pub text: String,
    /// HTTP status of a REST reply or a refused upgrade; 0 when there was none.
    pub http_status: u16,
    /// WebSocket close code (RFC 6455 section 7.4); 0 when there was none.
    pub close_code: u16,
    /// The service's own error code (protocol.md 3.1, 5.6); empty when there was none.
    pub service_code: String,
    /// Whether a later attempt can succeed: by the status, unless the service said otherwise.
    pub retriable: bool,
    /// When the service allows another attempt, if it said so.
    pub retry_after: Option<Duration>,
    /// The number of the operating system's error; 0 when there was none.
    pub os_error: i32,
    /// A proxy refused, not the service: other credentials do not help.
    pub is_of_proxy: bool,
}

impl Error {
    /// Nothing else is known. Line breaks of the text become spaces.
    pub fn new(status: Status, text: impl Into<String>) -> Error {
        Error {
            status,
            text: one_line(text.into()),
            http_status: 0,
            close_code: 0,
            service_code: String::new(),
            retriable: status.is_retriable(),
            retry_after: None,
            os_error: 0,
            is_of_proxy: false,
        }
    }

    /// The same, with the status of the HTTP reply that caused it.
    pub fn with_http_status(mut self, http_status: u16) -> Error {
        self.http_status = http_status;
        self
    }

    /// The same, refused by a proxy.
    pub fn of_proxy(self) -> Error {
        Error { is_of_proxy: true, ..self }
    }

    /// The same, with the code of the close frame that caused it.
    pub fn with_close_code(mut self, close_code: u16) -> Error {
        self.close_code = close_code;
        self
    }

    /// The same, with the service's own code, such as `VALIDATION_ERROR`.
    pub fn with_service_code(mut self, service_code: impl Into<String>) -> Error {
        self.service_code = one_line(service_code.into());
        self
    }

    /// The same, where the service's word counts more than the status.
    pub fn with_retriable(mut self, retriable: bool) -> Error {
        self.retriable = retriable;
        self
    }

    /// The same, with the time that `Retry-After` asks for.
    pub fn with_retry_after(mut self, retry_after: Option<Duration>) -> Error {
        self.retry_after = retry_after;
        self
    }

    /// As in the ABI: -1 when the service did not say.
    pub fn retry_after_ms(&self) -> i32 {
        self.retry_after.map_or(-1, |after| i32::try_from(after.as_millis()).unwrap_or(i32::MAX))
    }

    /// What the system refused; `otherwise` is the status unless a limit is the reason.
    pub fn of_system(otherwise: Status, error: &io::Error, text: impl Into<String>) -> Error {
        let os_error = error.raw_os_error().unwrap_or(0);
        Error { os_error, ..Error::new(if is_limit(error) { Status::Limit } else { otherwise }, text) }
    }

    /// An argument or option that is refused before anything is sent.
    pub fn invalid(text: impl Into<String>) -> Error {
        Error::new(Status::InvalidArgument, text)
    }
}

/// Returns whether the system refused for lack of descriptors or memory.
pub fn is_limit(error: &io::Error) -> bool {
    #[cfg(unix)]
    const CODES: [i32; 2] = [libc::EMFILE, libc::ENFILE];
    /// ERROR_TOO_MANY_OPEN_FILES and WSAEMFILE.
    #[cfg(not(unix))]
    const CODES: [i32; 2] = [4, 10_024];
    error.kind() == io::ErrorKind::OutOfMemory
        || error.raw_os_error().is_some_and(|code| CODES.contains(&code))
}

/// The status alone, with its usual text.
impl From<Status> for Error {
    fn from(status: Status) -> Error {
        Error::new(status, status.c_text().to_string_lossy())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}

/// What every function of the library that can fail returns, below the C functions.
pub type Result<T> = std::result::Result<T, Error>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_found_again() {
        for &status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Some(status));
            assert!(!status.c_text().is_empty());
        }
        assert_eq!(Status::from_code(-1), None);
    }

    #[test]
    fn texts_are_one_line_wherever_they_come_from() {
        let error = Error::new(Status::Session, "refused:\n<html>\r\n").with_service_code("A\nB");
        assert_eq!((error.text.as_str(), error.service_code.as_str()), ("refused: <html>", "A B"));
    }

    #[cfg(unix)]
    #[test]
    fn no_descriptor_left_is_a_limit_whatever_was_opened() {
        for (code, expected) in [
            (libc::EMFILE, Status::Limit),
            (libc::ENFILE, Status::Limit),
            (libc::ENOMEM, Status::Limit),
            (libc::EACCES, Status::Io),
        ] {
            let system = io::Error::from_raw_os_error(code);
            assert_eq!(Error::of_system(Status::Io, &system, "x").status, expected, "{system}");
        }
    }
}
