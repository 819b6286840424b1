//! Log lines.

/// Severity of a log line.
pub type palabra_log_level = i32;

/// Something failed.
pub const PALABRA_LOG_ERROR: palabra_log_level = 1;
/// Something is wrong, and the library continues.
pub const PALABRA_LOG_WARNING: palabra_log_level = 2;
/// Steps in the life of a session.
pub const PALABRA_LOG_INFO: palabra_log_level = 3;
/// Everything else that helps to find a fault.
pub const PALABRA_LOG_DEBUG: palabra_log_level = 4;
