//! The task that a config makes, for those who want to see or change it.

use std::ffi::c_char;

use super::guard::{count, guard_explained};
use super::session::{palabra_translation_config, read_options};
use super::status::{palabra_error, palabra_status};
use super::text;
use crate::error::Error;

/// Builds the task that palabra_session_open() would set for a config, as JSON: what palabra_session_set_task()
/// takes. Fields of the config that are not about the task are ignored.
///
/// @param config settings.
/// @param buffer receives the JSON, NUL-terminated, cut between characters when it does not fit; may be NULL when
///   `capacity` is 0.
/// @param capacity room at `buffer` in bytes, with the terminator.
/// @param error explains a failure; may be NULL.
/// @return length of the whole JSON in bytes without the terminator: it was cut if that is `capacity` or more;
///   PALABRA_ERR_INVALID_ARGUMENT `config` or `buffer` is NULL, an impossible `struct_size`, languages missing, a
///   JSON text that is none or no object, contradictions as for palabra_session_open();
///   PALABRA_ERR_INVALID_UTF8 a text is not UTF-8;
///   PALABRA_ERR_UNSUPPORTED a flag, field, encoding or input format that this version does not know.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none kept. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_task_build(
    config: *const palabra_translation_config,
    buffer: *mut c_char,
    capacity: u32,
    error: *mut palabra_error,
) -> palabra_status {
    let mut length = 0;
    // SAFETY: the caller's promises about the pointers.
    let status = unsafe {
        guard_explained(error, || {
            if buffer.is_null() && capacity > 0 {
                return Err(Error::invalid("buffer is missing"));
            }
            // A caller that looks only at the buffer finds a text in it whatever happens.
            text::copy_out("", buffer, capacity);
            let (options, _) = read_options(config)?;
            let task = options.task()?.to_string();
            text::copy_out(&task, buffer, capacity);
            length = count(task.len());
            Ok(())
        })
    };
    if status < 0 { status } else { length }
}
